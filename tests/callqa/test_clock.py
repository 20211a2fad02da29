"""Places in a recording, as desk, terminal and files write them."""

import pytest

from callqa.clock import clock, exact_clock, padded_clock


@pytest.mark.parametrize(
    ("seconds", "player", "table", "file"),
    [
        (0, "0:00", "00:00", "00:00.00"),
        (65.2, "1:05", "01:05", "01:05.20"),
        (74.999, "1:14", "01:14", "01:15.00"),
        (3725.0, "1:02:05", "62:05", "62:05.00"),
    ],
)
def test_a_place_in_a_recording(seconds: float, player: str, table: str, file: str) -> None:
    assert (clock(seconds), padded_clock(seconds), exact_clock(seconds)) == (player, table, file)
