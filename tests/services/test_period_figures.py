"""The figures that the desk keeps are those that `summarise` computes, and an agent's own are always of this moment."""

from collections.abc import Iterator
from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta

import pytest

from callqa.days import Days
from callqa.messages import Message
from callqa.settings import Settings
from callqa.types import Verdict
from scoring.figures import Figures
from services.context import RubricContext, open_context
from services.figures.period import BIN, live_course, live_figures, own_calls, period_figures
from services.figures.summary import summarise
from services.overview.cache import Changes, FiguresCache
from services.review.reviews import new_review, put_review
from store.calls import read, write
from store.runs import score_holds

NOVEMBER = Days.of_month("2026-11")
WEEK = Days.between("2026-11-09", "2026-11-15")
NOW = datetime(2026, 11, 24, 3, tzinfo=UTC)


@pytest.fixture
def context(scored: Settings) -> Iterator[RubricContext]:
    with open_context(scored) as context:
        yield context


def override(context: RubricContext, call_id: str, item_id: str, verdict: Verdict) -> None:
    with context.store.write() as c:
        word = new_review(call_id, item_id, "override", "王主管", verdict=verdict, reason="听过录音", at=NOW)
        put_review(context, c, word)


def hold_all(context: RubricContext) -> int:
    with context.store.write() as c:
        run_id = write.start_run(c, "nightly", context.keys)
        score_holds.put_hold(
            c, run_id, context.keys.rubric_key, 0, score_holds.last_score_id(c), [Message("macro F1")], NOW
        )
    return run_id


def numbers(figures: Figures) -> dict[str, object]:
    return {name: value for name, value in asdict(figures).items() if name not in ("names", "items")}


def alike(figures: Figures, other: Figures) -> bool:
    return (figures.names, figures.items, numbers(figures)) == (other.names, other.items, pytest.approx(numbers(other)))


@pytest.mark.parametrize("days", [NOVEMBER, WEEK, Days()])
def test_they_are_those_of_the_summary(context: RubricContext, days: Days) -> None:
    kept = period_figures(context, days)
    assert list(kept.members.values()) == summarise(context, days, "agent").figures()
    assert list(kept.standings.values()) == summarise(context, days, "agent").standings()
    assert list(kept.mixes.values()) == summarise(context, days, "agent").mixes()
    assert list(kept.teams.values()) == summarise(context, days, "team").figures()
    assert (
        sorted(kept.categories, key=lambda category: category.names) == summarise(context, days, "category").figures()
    )
    assert [week for team in kept.teams_by_week.values() for week in team] == summarise(context, days, "team").figures(
        "week"
    )
    lines = summarise(context, days, "line").figures()  # all calls came in on one
    assert kept.everyone is not None
    assert numbers(kept.everyone) == numbers(lines[0])
    assert [day.period for day in kept.by_day] == sorted({day.period for day in kept.by_day})
    assert (
        sum(part.n_calls for part in kept.by_day) == sum(part.n_calls for part in kept.by_week) == kept.everyone.n_calls
    )


def test_the_histogram_counts_every_total_once(context: RubricContext) -> None:
    kept = period_figures(context, NOVEMBER)
    totals = [total for total in summarise(context, NOVEMBER).calls.total if total is not None]
    for i, n in enumerate(kept.histogram):
        last = i == len(kept.histogram) - 1
        assert n == sum(BIN * i <= total < BIN * (i + 1) or (last and total == 100) for total in totals)
    assert sum(kept.histogram) == len(totals)


def test_days_without_calls(context: RubricContext) -> None:
    empty = period_figures(context, Days.of_month("2025-01"))
    assert (empty.everyone, empty.members, empty.standings, empty.mixes, empty.teams) == (None, {}, {}, {}, {})
    assert sum(empty.histogram) == 0
    assert live_figures(own_calls(context, empty.days, "3000"), empty, "3000") is None


@pytest.mark.parametrize("days", [NOVEMBER, WEEK, Days()])
@pytest.mark.parametrize("read", [NOVEMBER, Days()])
@pytest.mark.parametrize("agent_id", ["3000", "3005", "nobody"])
def test_live_figures_are_those_of_the_agents_row(
    context: RubricContext, days: Days, read: Days, agent_id: str
) -> None:
    kept = period_figures(context, days)
    live = live_figures(own_calls(context, days.spanning(read), agent_id), kept, agent_id)
    rows = {member: figures for member, figures in kept.members.items() if member[1] == agent_id}
    if live is None:
        assert not rows
    else:
        assert live.members.keys() == rows.keys()
        assert all(alike(live.members[member], rows[member]) for member in rows)
        assert alike(live.whole, replace(rows[live.team, agent_id], names=(agent_id,)))


def test_an_override_is_seen_at_once_in_the_agents_own_figures(context: RubricContext) -> None:
    kept = period_figures(context, NOVEMBER)
    with context.store.read() as c:
        broken = next(
            (row.call_id, row.agent_id, row.team, item.id)
            for row in read.scores(c, context.keys)
            for item, letter in zip(context.rubric.items, row.verdicts, strict=True)
            if letter == "V" and item.points > 2 and row.total is not None
        )
    call_id, agent_id, team, item_id = broken
    override(context, call_id, item_id, Verdict.MET)
    recent = live_figures(own_calls(context, kept.days, agent_id), kept, agent_id)
    assert recent is not None
    live = recent.members[team, agent_id]
    before = kept.members[team, agent_id]
    assert live.mean is not None
    assert before.mean is not None
    assert live.mean > before.mean
    assert alike(live, period_figures(context, NOVEMBER).members[team, agent_id])  # as if all had been summed up again


def test_the_course_of_an_agent(context: RubricContext) -> None:
    kept = period_figures(context, NOVEMBER)
    calls = own_calls(context, Days(), "3001")
    course = live_course(calls, kept, NOVEMBER, "week")
    weeks = [week for week in summarise(context, NOVEMBER).figures("week") if week.names[1] == "3001"]
    assert [(week.period, week.n_scored, week.items) for week in course] == [
        (w.period, w.n_scored, w.items) for w in weeks
    ]
    assert [week.mean for week in course] == pytest.approx([week.mean for week in weeks])
    (whole,) = live_course(calls, kept, NOVEMBER, "month")
    assert whole.low == pytest.approx(kept.members["B组", "3001"].low)
    assert whole.high == pytest.approx(kept.members["B组", "3001"].high)


def test_only_days_whose_calls_were_spoken_of_change(context: RubricContext) -> None:
    changes = Changes(context.store)
    with context.store.read() as c:
        row = next(read.scores(c, context.keys))
    day = row.started_at.astimezone(context.zone).date()
    its_day, others = Days(day, day), Days(day + timedelta(days=1), None)
    before = (changes.version(its_day), changes.version(others))
    override(context, row.call_id, context.rubric.items[0].id, Verdict.MET)
    assert changes.version(its_day) > before[0]
    assert changes.version(others) == before[1]
    assert changes.version(Days()) > before[0]


def test_a_held_night_and_its_release_change_all_days(context: RubricContext) -> None:
    changes = Changes(context.store)
    versions = [changes.version(WEEK)]
    run_id = hold_all(context)
    versions.append(changes.version(WEEK))
    assert period_figures(context, WEEK).everyone is None
    with context.store.write() as c:
        score_holds.release(c, run_id, "王主管", "听过", NOW)
    versions.append(changes.version(WEEK))
    assert versions == sorted(set(versions))


def test_a_run_that_made_deleted_scores_anew_changes_all_days(context: RubricContext) -> None:
    changes = Changes(context.store)
    before = changes.version(WEEK)
    with context.store.write() as c:
        write.start_run(c, "nightly", context.keys)
    assert changes.version(WEEK) > before


def test_the_desk_keeps_what_did_not_change(context: RubricContext) -> None:
    cache = FiguresCache(context.store)
    first = cache.of(context, NOVEMBER)
    assert cache.of(context, NOVEMBER) is first
    assert cache.of(replace(context), Days.of_month("2026-11")) is first
    assert cache.of(context, WEEK).value.everyone != first.value.everyone
    cache.close()
