"""The storage of the recordings answers 500, slowly, half or not at all, now and then or for nights."""

from collections.abc import Iterator

import pytest
from shelf import Misbehaves, Often, Shelf, broken, fine, gone, shelf_of, slow, truncated
from small_calls import Home, Night, Undisturbed

pytestmark = pytest.mark.slow
WAYS = [broken, truncated, gone]


@pytest.fixture
def shelf(night: Night) -> Iterator[Shelf]:
    with shelf_of(night.folder) as shelf:
        yield shelf


def run(home: Home, shelf: Shelf, *more: str) -> tuple[int, str]:
    ended = home.callqa("run", str(home.night.manifest), "--recordings", shelf.url, *more)
    assert "Traceback" not in ended.output
    return ended.status, ended.output


@pytest.mark.parametrize("way", [slow, *map(Often, WAYS)], ids=["slow", "500", "truncated", "gone"])
def test_now_and_then(home: Home, undisturbed: Undisturbed, shelf: Shelf, way: Misbehaves) -> None:
    """Asked once more, it answers: the night is whole, and nobody has to do anything."""
    shelf.misbehave = way
    status, output = run(home, shelf)
    assert status == 0, output
    assert home.failed() == []
    assert home.recover() == undisturbed.kept


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
def test_from_the_start(home: Home, undisturbed: Undisturbed, shelf: Shelf, way: Misbehaves) -> None:
    shelf.misbehave = way
    status, output = run(home, shelf)
    assert status == 1, "no call could be taken in"
    assert home.failed() == [("ingest", "recording_out_of_reach")]
    assert "run again" in output
    shelf.misbehave = fine
    run(home, shelf)
    assert home.failed() == []
    assert home.recover() == undisturbed.kept


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
def test_for_more_nights_than_a_recording_has_attempts(
    home: Home, undisturbed: Undisturbed, shelf: Shelf, way: Misbehaves
) -> None:
    assert home.callqa("ingest", str(home.night.manifest), "--recordings", shelf.url).status == 0
    shelf.misbehave = way
    for _ in range(4):
        assert home.callqa("run").status == 0
    assert home.failed() == [("transcribe", "recording_out_of_reach")]
    assert "recording_out_of_reach" in home.callqa("failures").output
    shelf.misbehave = fine
    assert home.callqa("run").status == 0
    assert home.failed() == []
    assert home.recover() == undisturbed.kept
