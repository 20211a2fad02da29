"""Lists of calls: every filter against plain Python, pages that join without a seam, and nothing that gets through."""

import base64
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from itertools import product
from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import strategies as st
from listed_world import CATEGORIES, HELD, HOSTILE, ITEMS, N_CALLS, START, TEAMS, everything, fill, holds_for, refresh
from store_world import KINDS, SHANGHAI, World, fresh_url

from callqa.call_filter import APPEALS, SORTS, CallFilter, Sort
from callqa.days import Days
from callqa.errors import FilterError
from callqa.visibility import Visibility
from store import Connection, Store, open_store
from store.calls import call_list, call_menus, call_plan
from store.calls.call_list import ListedCall, count_of, page_of, rows_of
from store.calls.call_query import CallQuery

FIRST = date(2026, 11, 1)
FEW = (call_plan.FEW, 5, 0)
"""Whether the calls of a fact are fetched and sorted, or looked for in the order of the list."""
AGENTS = tuple(f"30{n:02}" for n in range(5))


@pytest.fixture(scope="module", params=KINDS)
def listed(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """One store for all questions: they change nothing."""
    with fresh_url(request, tmp_path_factory) as url:
        store = open_store(url)
        world = World(store)
        fill(world)
        refresh(world)
        yield store
        store.close()


@pytest.fixture
def c(listed: Store) -> Iterator[Connection]:
    with listed.read() as connection:
        yield connection


@pytest.fixture(scope="module")
def rows(listed: Store) -> list[ListedCall]:
    with listed.read() as connection:
        return everything(connection)


def in_order(rows: list[ListedCall], sort: Sort) -> list[ListedCall]:
    if sort in ("newest", "oldest"):
        return sorted(rows, key=lambda row: (row.started_at, row.call_pk), reverse=sort == "newest")
    with_total = [row for row in rows if row.total is not None]
    return sorted(with_total, key=lambda row: (row.total, row.started_at, row.call_pk), reverse=sort == "highest")


def some(values: tuple[str, ...]) -> st.SearchStrategy[tuple[str, ...]]:
    return st.lists(st.sampled_from(values), max_size=2, unique=True).map(tuple)


days = st.integers(-1, 10).map(lambda n: FIRST + timedelta(days=n))
filters = st.builds(
    CallFilter,
    agent=some((*AGENTS, "nobody")),
    team=some(TEAMS),
    line=some(("12345", "962288")),
    category=some(CATEGORIES[:2]),
    request_type=some(("投诉", "咨询")),
    days=st.builds(Days, st.none() | days, st.none() | days),
    failed=st.sampled_from(("", *ITEMS)),
    undecided=st.sampled_from(("", *ITEMS)),
    low=st.none() | st.sampled_from([0.0, 60.0, 75.5]),
    high=st.none() | st.sampled_from([75.5, 99.0, 100.0]),
    review=st.booleans(),
    fatal=st.booleans(),
    appeal=st.sampled_from(APPEALS),
    call=st.sampled_from(("", "", "A", "B-0", "B-017", "B-017x", "%", "_", HOSTILE)),
)
visibilities = st.builds(
    Visibility, st.none() | some(TEAMS), st.none() | st.sampled_from((*AGENTS, "nobody", "")), st.booleans()
)


def seen(row: ListedCall, visibility: Visibility) -> bool:
    return (
        (visibility.teams is None or row.team in visibility.teams)
        and (visibility.agent_id is None or row.agent_id == visibility.agent_id)
        and not (visibility.published and row.held)
    )


ONE_BY_ONE = [
    CallFilter(),
    *(CallFilter(agent=(agent,)) for agent in AGENTS),
    CallFilter(agent=AGENTS[:2]),
    *(CallFilter(team=(team,)) for team in TEAMS),
    CallFilter(team=TEAMS[1:]),
    CallFilter(line=("962288",)),
    CallFilter(category=CATEGORIES[:1]),
    CallFilter(request_type=("咨询",)),
    CallFilter(days=Days(FIRST + timedelta(days=2), FIRST + timedelta(days=3))),
    CallFilter(days=Days(None, FIRST)),
    *(CallFilter(**{mark: item}) for mark, item in product(("failed", "undecided"), ITEMS)),
    CallFilter(failed="opening", undecided="closing"),
    CallFilter(low=75.5, high=80.0),
    CallFilter(review=True),
    CallFilter(fatal=True),
    *(CallFilter(appeal=state) for state in APPEALS),
    CallFilter(call="B-017"),
    CallFilter(call="A"),
]


@pytest.mark.parametrize("sort", SORTS)
@pytest.mark.parametrize("asked", ONE_BY_ONE, ids=lambda asked: str(asked.params()))
def test_each_filter_by_itself(c: Connection, rows: list[ListedCall], asked: CallFilter, sort: Sort) -> None:
    wanted = in_order([row for row in rows if holds_for(row, asked)], sort)
    query = CallQuery(SHANGHAI, asked, sort=sort)
    assert wanted or asked.call
    for few in FEW:
        with patch.object(call_plan, "FEW", few):
            assert list(rows_of(c, query)) == wanted
            assert count_of(c, query) == len(wanted)


@given(asked=filters, visibility=visibilities, sort=st.sampled_from(SORTS), few=st.sampled_from(FEW))
def test_any_filter_within_any_visibility(
    listed: Store, rows: list[ListedCall], asked: CallFilter, visibility: Visibility, sort: Sort, few: int
) -> None:
    query = CallQuery(SHANGHAI, asked, visibility, sort)
    with listed.read() as c, patch.object(call_plan, "FEW", few):
        wanted = in_order([row for row in rows if holds_for(row, asked) and seen(row, visibility)], sort)
        assert page_of(c, query, size=N_CALLS).rows == wanted
        assert count_of(c, query) == len(wanted)


@given(
    asked=st.just(CallFilter()) | filters.map(lambda asked: replace(asked, call="", appeal="", agent=())),
    sort=st.sampled_from(SORTS),
    size=st.integers(7, 40),
    few=st.sampled_from(FEW),
)
def test_pages_join_whatever_their_size_and_the_way_back_is_the_same(
    listed: Store, asked: CallFilter, sort: Sort, size: int, few: int
) -> None:
    query = CallQuery(SHANGHAI, asked, sort=sort)
    with listed.read() as c, patch.object(call_plan, "FEW", few):
        pages = [page_of(c, query, size=size)]
        assert not pages[0].before
        while cursor := pages[-1].after:
            pages.append(page_of(c, query, cursor, size))
            assert pages[-1].rows
        assert [row for page in pages for row in page.rows] == list(rows_of(c, query))
        for page, earlier in zip(reversed(pages), [*reversed(pages)][1:], strict=False):
            assert page_of(c, query, page.before, size).rows == earlier.rows


def test_the_page_before_the_second_is_the_first(c: Connection) -> None:
    query = CallQuery(SHANGHAI)
    first = page_of(c, query, size=10)
    second = page_of(c, query, first.after, size=10)
    back = page_of(c, query, second.before, size=10)
    assert (back.rows, back.before) == (first.rows, "")
    assert page_of(c, query, back.after, size=10) == second


def test_many_calls_are_not_counted_to_the_end(c: Connection) -> None:
    assert count_of(c, CallQuery(SHANGHAI), cap=10) == 11
    assert count_of(c, CallQuery(SHANGHAI), cap=N_CALLS) == N_CALLS


def made(value: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode()


@pytest.mark.parametrize(
    "cursor",
    [
        "x",
        "%%%",
        "页",
        "A" * 500,
        made(None),
        made([]),
        made(["newest"]),
        made(["newest", False, 1]),
        made(["newest", False, 1, 2, 3]),
        made(["oldest", False, 1, 2]),
        made(["newest", 0, 1, 2]),
        made(["newest", False, "1", 2]),
        made(["newest", False, 1.0, 2]),
        made(["newest", False, True, 2]),
        made(["newest", False, None, 2]),
        made(["newest", False, 10**60, 2]),
        made(["newest", False, [1], 2]),
        made({"newest": 1}),
        "W" * 190,
    ],
)
def test_cursors_that_no_page_gave_are_refused(c: Connection, cursor: str) -> None:
    with pytest.raises(FilterError, match="no longer works"):
        page_of(c, CallQuery(SHANGHAI), cursor)


@pytest.mark.parametrize("total", [float("nan"), float("inf"), 80])
def test_totals_in_cursors_are_finite_numbers(c: Connection, total: float) -> None:
    with pytest.raises(FilterError):
        page_of(c, CallQuery(SHANGHAI, sort="lowest"), made(["lowest", False, total, 1, 2]))


@given(st.binary(max_size=60))
def test_no_cursor_reaches_the_database_unchecked(listed: Store, noise: bytes) -> None:
    with listed.read() as c, pytest.raises(FilterError):
        page_of(c, CallQuery(SHANGHAI), base64.urlsafe_b64encode(b'["newest",' + noise).decode())


@pytest.mark.parametrize("name", ["agent", "team", "line", "category", "request_type", "failed", "undecided", "call"])
@pytest.mark.parametrize("text", ["'", "' OR 1=1 --", "%", "_", "\\", '"', "); DROP TABLE listing; --", "*", "?", ":x"])
def test_what_looks_like_sql_is_only_a_name_that_nothing_has(c: Connection, name: str, text: str) -> None:
    query = CallQuery(SHANGHAI, CallFilter.read({name: [text]}))
    assert page_of(c, query).rows == []
    assert count_of(c, query) == 0


def test_a_name_that_looks_like_sql_can_be_asked_for(c: Connection) -> None:
    assert {row.team for row in rows_of(c, CallQuery(SHANGHAI, CallFilter(team=(HOSTILE,))))} == {HOSTILE}


def test_what_is_held_is_hidden_until_it_is_released(c: Connection, rows: list[ListedCall]) -> None:
    published = {row.call_pk for row in rows_of(c, CallQuery(SHANGHAI, visibility=Visibility(published=True)))}
    assert {row.call_pk for row in rows} - published == set(HELD)


def test_appeals_are_told_with_the_row(rows: list[ListedCall]) -> None:
    appeals = {row.call_pk: row.appeals for row in rows}
    assert [appeals[n] for n in (5, 12, 19, 26, 6)] == [("accepted",), ("open",), ("open",), ("rejected",), ()]


def test_menus_offer_what_there_is(c: Connection) -> None:
    menus = call_menus.menus_of(c)
    assert menus.teams == tuple(sorted(TEAMS))
    assert menus.agents == tuple((f"30{n:02}", TEAMS[n % 3]) for n in range(5))
    assert menus.categories == ("交通管理", "环境保护")
    assert menus.lines == ("12345", "962288")
    assert menus.request_types == ("咨询", "投诉")


def test_menus_name_nobody_outside_of_the_visibility(c: Connection) -> None:
    menus = call_menus.menus_of(c).within(Visibility(teams=("晚班",)))
    assert menus.teams == ("晚班",)
    assert {team for _, team in menus.agents} == {"晚班"}
    alone = call_menus.menus_of(c).within(Visibility(agent_id="3001"))
    assert (alone.teams, alone.agents) == ((), ())


def test_menus_of_an_empty_list(store: Store) -> None:
    with store.read() as c:
        assert call_menus.menus_of(c) == call_menus.Menus((), (), (), (), ())
        assert page_of(c, CallQuery(SHANGHAI)) == call_list.Page([], "", "")


def test_one_index_is_chosen_for_sqlite_and_postgresql_is_left_to_choose(c: Connection) -> None:
    query = CallQuery(SHANGHAI, CallFilter(agent=("3001",), team=("早班",), review=True))
    text = str(call_plan.plan_calls(c, query).calls.compile(c.engine))
    assert " listing.agent_id =" in text
    assert ("+listing.team =" in text) == (c.dialect.name == "sqlite")


def test_days_begin_at_midnight_where_the_hotline_is(c: Connection) -> None:
    rows = rows_of(c, CallQuery(SHANGHAI, CallFilter(days=Days(FIRST, FIRST))))
    assert {row.started_at.astimezone(SHANGHAI).date() for row in rows} == {START.date()}
