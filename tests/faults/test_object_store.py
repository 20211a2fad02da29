"""The storage of the recordings answers 500, slowly, half or not at all, now and then or for nights."""

from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple

import pytest
from shelf import BUCKET, KEYS, Misbehaves, Often, Shelf, as_s3, broken, fine, gone, over_http, slow, truncated
from small_calls import Home, Undisturbed

pytestmark = pytest.mark.slow
WAYS = {"500": broken, "truncated": truncated, "gone": gone}


class Storage(NamedTuple):
    """Where the recordings of a home's night lie, and how they are named there."""

    shelf: Shelf
    home: Home
    recordings: str

    def callqa(self, command: str) -> tuple[int, str]:
        ended = self.home.callqa(command, str(self.home.night.manifest), "--recordings", self.recordings)
        assert "Traceback" not in ended.output
        return ended.status, ended.output


@pytest.fixture
def storage(request: pytest.FixtureRequest, home: Home) -> Iterator[Storage]:
    if request.param == "http":
        with over_http(home.night.folder) as shelf:
            yield Storage(shelf, home, shelf.address)
    else:
        with as_s3(home.night.folder) as shelf:
            yield Storage(shelf, replace(home, extra=KEYS | {"AWS_ENDPOINT_URL": shelf.address}), f"s3://{BUCKET}")


@pytest.mark.parametrize("storage", ["http", "s3"], indirect=True)
@pytest.mark.parametrize("way", [slow, *map(Often, WAYS.values())], ids=["slow", *WAYS])
def test_now_and_then(storage: Storage, undisturbed: Undisturbed, way: Misbehaves) -> None:
    """Asked once more, it answers: the night is whole, and nobody has to do anything."""
    storage.shelf.misbehave = way
    status, output = storage.callqa("run")
    assert status == 0, output
    assert storage.home.failed() == []
    assert storage.home.recover() == undisturbed.kept


def test_from_the_start(storage: Storage, undisturbed: Undisturbed, outage: str) -> None:
    storage.shelf.misbehave = WAYS[outage]
    status, output = storage.callqa("run")
    assert status == 1, "no call could be taken in"
    assert storage.home.failed() == [("ingest", "recording_out_of_reach")]
    assert "run again" in output
    storage.shelf.misbehave = fine
    storage.callqa("run")
    assert storage.home.failed() == []
    assert storage.home.recover() == undisturbed.kept


def test_for_more_nights_than_a_recording_has_attempts(storage: Storage, undisturbed: Undisturbed, outage: str) -> None:
    home = storage.home
    assert storage.callqa("ingest")[0] == 0
    storage.shelf.misbehave = WAYS[outage]
    for _ in range(4):
        assert home.callqa("run").status == 0
    assert home.failed() == [("transcribe", "recording_out_of_reach")]
    assert "recording_out_of_reach" in home.callqa("failures").output
    storage.shelf.misbehave = fine
    assert home.callqa("run").status == 0
    assert home.failed() == []
    assert home.recover() == undisturbed.kept
