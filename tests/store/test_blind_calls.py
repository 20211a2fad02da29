"""While people judge calls blind, nothing that can be asked of lists tells a verdict on them."""

from collections.abc import Iterator
from unittest.mock import patch

import numpy as np
import pytest
from listed_world import START, everything, fill, holds_for, marks_of, refresh
from store_world import ASKED, KEYS, KINDS, SHANGHAI, World, fresh_url
from test_call_list import FEW, ONE_BY_ONE, in_order

from callqa.call_filter import SORTS, CallFilter, Sort
from callqa.records import CalibrationSession
from callqa.visibility import EVERYTHING
from store import Store, open_store
from store.calls import call_plan, list_rows
from store.calls.call_list import UNJUDGED, ListedCall, count_of, rows_of
from store.calls.call_query import CallQuery
from store.people import assignments, calibration, review_queue
from store.search.blocks import calls_at, few_positions, position

VERDICTS = {"failed", "undecided", "low", "high", "review", "fatal", "appeal"}
EVERY = 3


def session(name: str, *calls: str) -> CalibrationSession:
    return CalibrationSession(name, calls, ("甲", "乙"), ("opening",), None, "主管", START)


@pytest.fixture(scope="module", params=KINDS)
def judged(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Store, list[ListedCall], set[int]]]:
    """A list, its rows before people began to judge every third call of it, and the numbers of those."""
    with fresh_url(request, tmp_path_factory) as url:
        store = open_store(url)
        world = World(store)
        fill(world)
        refresh(world)
        with store.write() as c:
            rows = everything(c)
            calibration.open_session(c, session("over", *(row.call_id for row in rows[1::EVERY])))
            calibration.close_session(c, "over", "主管", START)
            calibration.open_session(c, session("open", *(row.call_id for row in rows[::EVERY])))
        yield store, rows, {row.call_pk for row in rows[::EVERY]}
        store.close()


@pytest.mark.parametrize("sort", SORTS)
@pytest.mark.parametrize("asked", ONE_BY_ONE, ids=lambda asked: str(asked.params()))
def test_blind_calls_are_in_no_list_that_asks_for_verdicts(
    judged: tuple[Store, list[ListedCall], set[int]], asked: CallFilter, sort: Sort
) -> None:
    store, rows, blind = judged
    asks = bool(VERDICTS & asked.params().keys())

    def seen(asks: bool) -> list[ListedCall]:
        return [row for row in rows if holds_for(row, asked) and not (asks and row.call_pk in blind)]

    wanted = [
        row._replace(**UNJUDGED) if row.call_pk in blind else row
        for row in in_order(seen(asks or sort in ("lowest", "highest")), sort)
    ]
    query = CallQuery(SHANGHAI, asked, sort=sort)
    for few in FEW:
        with store.read() as c, patch.object(call_plan, "FEW", few):
            assert list(rows_of(c, query)) == wanted
            assert count_of(c, query) == len(wanted)
    query = CallQuery(SHANGHAI, asked)
    with store.read() as c:  # the search for what was said
        among = np.array([position(row.started_at, row.call_pk) for row in rows], np.int64)
        assert {call.call_pk for call in calls_at(c, among, query)} == {row.call_pk for row in seen(asks)}
        few_of = few_positions(c, query)
        assert few_of is None or len(few_of) == len(seen(asks))


def test_blind_calls_do_not_wait_until_the_session_is_closed(world: World) -> None:
    world.fill(3)
    with world.store.write() as c:
        list_rows.put_rows(c, range(1, 4), KEYS, marks_of)
        assignments.put_assignments(c, [ASKED])

        def n_waiting() -> tuple[list[str], int, int, int]:
            rows = review_queue.queued_calls(c, KEYS, appealed=["call-1"])
            n = review_queue.n_queued(c, KEYS, appealed=["call-1"])
            return (
                [row.score.call_id for row in rows],
                n,
                review_queue.count_undecided(c, EVERYTHING).n,
                review_queue.count_asked(c, "王丽").n,
            )

        before = n_waiting()
        assert before == (["call-1", "call-2", "call-3"], 3, 3, 1)
        calibration.open_session(c, session("open", "call-1"))
        assert n_waiting() == (["call-2", "call-3"], 2, 2, 0)
        calibration.close_session(c, "open", "主管", START)
        assert n_waiting() == before
