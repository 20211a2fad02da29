"""The synthetic home, on which the commands are tested, is what it says."""

from callqa.settings import Settings
from services.context import open_context
from store.calls import read


def test_sixty_calls_are_scored_and_can_be_read(scored: Settings) -> None:
    with open_context(scored) as context:
        with context.store.read() as connection:
            rows = list(read.scores(connection, context.keys))
        sheets = [context.sheet(row) for row in rows]
    assert len(rows) == 60
    assert {row.team for row in rows} == {"A组", "B组"}
    assert [sheet.total for sheet in sheets] == [row.total for row in rows]
    assert all(len(row.verdicts) == 22 for row in rows)
