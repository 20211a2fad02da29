"""The storage of the recordings answers 500, slowly, half or not at all, now and then or for nights."""

from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple

import pytest
from shelf import BUCKET, KEYS, Misbehaves, Often, Shelf, as_s3, broken, fine, gone, over_http, slow, truncated
from small_calls import Home, Undisturbed

from services.intake.storage import PAUSES, STORAGE

pytestmark = pytest.mark.slow
WAYS = {"500": broken, "truncated": truncated, "gone": gone}
NOW_AND_THEN: dict[str, Misbehaves] = {"slow": slow} | {name: Often(way) for name, way in WAYS.items()}


def without_pauses() -> None:
    """The storage is asked again at once."""
    STORAGE.__init__(pauses=[0.0] * len(PAUSES))  # type: ignore[misc]


class Storage(NamedTuple):
    """Where the recordings of a home's night lie, and how they are named there."""

    shelf: Shelf
    home: Home
    recordings: str

    def callqa(self, *command: str) -> tuple[int, str]:
        ended = self.home.callqa(*command, wrong=without_pauses)
        assert "Traceback" not in ended.output
        return ended.status, ended.output

    def take_in(self, command: str) -> tuple[int, str]:
        return self.callqa(command, str(self.home.night.manifest), "--recordings", self.recordings)


@pytest.fixture
def storage(request: pytest.FixtureRequest, home: Home) -> Iterator[Storage]:
    if request.param == "http":
        with over_http(home.night.folder) as shelf:
            yield Storage(shelf, home, shelf.address)
    else:
        with as_s3(home.night.folder) as shelf:
            yield Storage(shelf, replace(home, extra=KEYS | {"AWS_ENDPOINT_URL": shelf.address}), f"s3://{BUCKET}")


def test_now_and_then(storage: Storage, undisturbed: Undisturbed, interruption: str) -> None:
    """Asked once more, it answers: the night is whole, and nobody has to do anything."""
    storage.shelf.misbehave = NOW_AND_THEN[interruption]
    status, output = storage.take_in("run")
    assert status == 0, output
    assert storage.home.failed() == []
    assert storage.home.recover() == undisturbed.kept


def test_from_the_start(storage: Storage, undisturbed: Undisturbed, outage: str) -> None:
    storage.shelf.misbehave = WAYS[outage]
    status, output = storage.take_in("run")
    assert status == 1, "no call could be taken in"
    assert storage.home.failed() == [("ingest", "recording_out_of_reach")]
    assert "run again" in output
    storage.shelf.misbehave = fine
    storage.take_in("run")
    assert storage.home.failed() == []
    assert storage.home.recover() == undisturbed.kept


def test_for_more_nights_than_a_recording_has_attempts(storage: Storage, undisturbed: Undisturbed, outage: str) -> None:
    home = storage.home
    assert storage.take_in("ingest")[0] == 0
    storage.shelf.misbehave = WAYS[outage]
    for _ in range(4):
        assert storage.callqa("run")[0] == 0
    assert home.failed() == [("transcribe", "recording_out_of_reach")]
    assert "recording_out_of_reach" in home.callqa("failures").output
    storage.shelf.misbehave = fine
    assert home.callqa("run").status == 0
    assert home.failed() == []
    assert home.recover() == undisturbed.kept
