"""Search as people use it: words in, calls with their best turns out, page by page."""

from collections.abc import Iterator
from datetime import date

import pytest
from typed import Typed

from callqa.call_filter import CallFilter
from callqa.days import Days
from callqa.phrases import Likeness
from callqa.settings import Settings
from callqa.visibility import Visibility
from flows.runner import run_rubric
from flows.stage import in_this_process
from flows.steps import INDEX
from services.calls.call_list import list_calls
from services.console import wide_console
from services.context import RubricContext, open_context
from services.search import find
from services.search.find import Hit, QueryRefused, Question, search_calls
from store.people import audit
from store.people.audit import AuditFilter

ROAD = "张杨路500号，我姓王"


@pytest.fixture
def context(scored: Settings) -> Iterator[RubricContext]:
    with open_context(scored) as context:
        run_rubric(context, "run", (INDEX,), in_this_process, wide_console())
        list_calls([context], wide_console())
        yield context


def all_hits(context: RubricContext, question: Question) -> list[Hit]:
    hits: list[Hit] = []
    after: int | None = None
    while True:
        page = search_calls(context, question, after)
        hits += page.hits
        assert len(page.hits) <= find.PAGE
        if page.after is None:
            return hits
        after = page.after


@pytest.mark.parametrize(
    ("text", "quotes", "likeness"),
    [
        ("张杨路", ["张杨路"], Likeness.SPELLED),
        ("章羊路", ["张杨路"], Likeness.SOUNDS),
        ("脏杨路", ["张杨路"], Likeness.ACCENT),
        ("工号三零二八", ["工号3028"], Likeness.SPELLED),
        ("张杨路五百号", ["张杨路500号"], Likeness.SPELLED),
        ("停睡 章羊路", ["停水", "张杨路"], Likeness.SOUNDS),
        ("停水 没有人 张杨路", ["停水", "没有人", "张杨路"], Likeness.SPELLED),
        ("停水 晨晖路", [], None),
        ("水两天", ["水两天"], Likeness.SPELLED),
        ("人管请问", [], None),  # two turns
    ],
)
def test_what_is_found(context: RubricContext, text: str, quotes: list[str], likeness: Likeness | None) -> None:
    hits = all_hits(context, Question(text))
    assert len(hits) == (60 if quotes else 0)
    for hit in hits:
        places = [turn.text[place.start : place.end] for turn in hit.turns for place in turn.places]
        assert (places, hit.likeness) == (quotes, likeness)


def test_calls_come_newest_first_and_each_once(context: RubricContext) -> None:
    times = [(hit.call.started_at, hit.call.call_pk) for hit in all_hits(context, Question("您好"))]
    assert times == sorted(times, reverse=True)
    assert len(set(times)) == 60


def test_as_spelled(context: RubricContext) -> None:
    assert len(all_hits(context, Question("张杨路", spelled=True))) == 60
    assert all_hits(context, Question("章羊路", spelled=True)) == []


@pytest.mark.parametrize(("role", "n"), [("agent", 0), ("citizen", 60), (None, 60)])
def test_who_says_it(context: RubricContext, role: str | None, n: int) -> None:
    hits = all_hits(context, Question("张杨路", role=role))  # type: ignore[arg-type]
    assert len(hits) == n
    assert {turn.role for hit in hits for turn in hit.turns} <= {"citizen"}


def test_a_quote_has_its_second(context: RubricContext) -> None:
    (turn,) = search_calls(context, Question("我姓王")).hits[0].turns
    assert (turn.text, turn.role, turn.start) == (ROAD, "citizen", 18.0)


def test_days_and_visibility_bound_the_hits(context: RubricContext) -> None:
    everything = all_hits(context, Question("停水"))
    day = everything[30].call.started_at.astimezone(context.zone).date()
    of_the_day = all_hits(context, Question("停水", filter=CallFilter(days=Days(day, day))))
    assert [hit for hit in everything if hit.call.started_at.astimezone(context.zone).date() == day] == of_the_day
    team = everything[0].call.team
    of_the_team = all_hits(context, Question("停水", visibility=Visibility(teams=(team,))))
    assert 0 < len(of_the_team) < 60
    assert {hit.call.team for hit in of_the_team} == {team}
    assert all_hits(context, Question("停水", filter=CallFilter(days=Days(date(2030, 1, 1))))) == []


def test_a_call_id_is_found_by_those_who_may_know_of_it(context: RubricContext) -> None:
    (named,) = search_calls(context, Question(" call-0003 ")).named
    assert named.call_id == "call-0003"
    assert len(search_calls(context, Question("call")).named) == find.NAMED_SHOWN
    assert search_calls(context, Question("call-0003", visibility=Visibility(agent_id="nobody"))).named == ()


@pytest.mark.parametrize("text", ["", "  ", "。，", "水", "停水 的", "%", "a", "1", "停" * 101])
def test_what_nobody_can_search_for_is_refused(context: RubricContext, text: str) -> None:
    with pytest.raises(QueryRefused) as refused:
        search_calls(context, Question(text))
    assert "请" in refused.value.text("zh") or "最多" in refused.value.text("zh")
    assert refused.value.code.startswith("search.")


@pytest.mark.parametrize(
    "text",
    [
        "停水%",
        "停水*",
        '"停水"',
        "停水 --",
        "'停水'",
        "停_水",
        "^停水$",
        "停水\\",
        "停水;",
        "NEAR(停水)"[5:-1],
        "停(水)",
    ],
)
def test_signs_in_a_query_mean_nothing(context: RubricContext, text: str) -> None:
    assert len(all_hits(context, Question(text))) == 60


@pytest.mark.parametrize("text", ["停水 OR 张杨路", "停水 AND", "NOT 停水", "' OR 1=1 --", "停水' UNION SELECT"])
def test_operators_are_words_that_nobody_said(context: RubricContext, text: str) -> None:
    assert all_hits(context, Question(text)) == []


def test_a_page_that_takes_long_ends_early_and_the_next_goes_on(
    context: RubricContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    everything = all_hits(context, Question("停水"))
    monkeypatch.setattr(find, "MOST_WORK", 5 * find.READING)
    first = search_calls(context, Question("停水"))
    assert first.upto is not None
    assert len(first.hits) == 5
    assert all_hits(context, Question("停水")) == everything


@pytest.mark.usefixtures("chinese")
def test_command_prints_what_was_found(context: RubricContext, typed: Typed) -> None:
    printed = typed("search", "章羊路", "--who", "citizen").output
    assert "【张杨路】500号" in printed
    assert "同音" in printed
    assert "--after" in printed
    assert typed("search", "晨晖路").output == "没有找到。\n"
    assert "callqa show call-0003" in typed("search", "call-0003").output
    assert typed("search", "张杨路", "--who", "agent").output == "没有找到。\n"
    assert isinstance(typed("search", "水").exception, QueryRefused)
    with context.store.read() as c:
        noted = [row.entry.detail for row in audit.page_of(c, AuditFilter(action="searched"))]
    assert [detail["n"] > 0 for detail in noted] == [False, False, False, True]
    assert noted[0].keys() == {"n", "by"}, "how many and how, never for what"


def test_indexing_again_does_nothing(context: RubricContext, capsys: pytest.CaptureFixture[str]) -> None:
    report = run_rubric(context, "run", (INDEX,), in_this_process, wide_console())
    assert report.stages["index"].done == 0
