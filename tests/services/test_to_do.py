"""To-dos of today: each kind appears when there is something, to the people whom it concerns."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from judging import open_session

from callqa.days import Days
from callqa.messages import Message
from callqa.records import Appeal, AppealStep, Assignment, Estimate, ItemTrust
from callqa.settings import Settings
from callqa.types import Verdict
from callqa.visibility import EVERYTHING, Visibility
from services.context import RubricContext, open_context
from services.figures.period import PeriodFigures, period_figures
from services.overview.to_do import NAMED, ToDo, Which, to_dos
from services.review.reviews import new_review, review_call
from store.calls import failures, read, trust, write
from store.people import appeals, assignments, review_queue, samples
from store.runs import score_holds

NOW = datetime(2026, 11, 24, 3, tzinfo=UTC)  # a Tuesday
OF_A = Visibility(teams=("A组",))
MONDAY, FRIDAY = NOW - timedelta(days=1), NOW - timedelta(days=4)


@pytest.fixture
def context(scored: Settings) -> Iterator[RubricContext]:
    with open_context(scored) as context:
        yield context


def found(
    context: RubricContext,
    visibility: Visibility = EVERYTHING,
    periods: tuple[tuple[PeriodFigures, PeriodFigures], ...] = (),
) -> dict[str, ToDo]:
    """All but the calls that wait for a person, which there always are."""
    with context.store.read() as c:
        both = to_dos([context], c, NOW, visibility, periods)
    return {to_do.kind: to_do for to_do in both if to_do.kind not in ("review", "emergency")}


def appeal(context: RubricContext, n: int, item_id: str, at: datetime) -> int:
    """Agents 3000, 3002 and 3004 are in team A, the others in B; call n is of agent 3000 + n % 6."""
    with context.store.write() as c:
        return appeals.put_appeal(c, Appeal(f"call-{n:04}", item_id, f"{3000 + n % 6}", "我问候了", at))


def test_when_nothing_waits_nothing_is_said(context: RubricContext) -> None:
    assert found(context) == {}


def test_appeals_that_are_due_and_overdue(context: RubricContext) -> None:
    first = context.rubric.items[0].id
    late, today, later = (
        appeal(context, 1, first, NOW - timedelta(days=8)),
        appeal(context, 2, first, NOW - timedelta(days=5)),
        appeal(context, 3, first, MONDAY),
    )
    decided = appeal(context, 4, first, NOW - timedelta(days=9))
    with context.store.write() as c:
        appeals.put_step(c, decided, AppealStep("team_lead", "accept", "听过", "班长", NOW))
    to_do_by_kind = found(context)
    assert to_do_by_kind["overdue"] == ToDo("overdue", 1, (Which(f"{late}", f"{late}"),), date(2026, 11, 19))
    assert to_do_by_kind["due"] == ToDo("due", 1, (Which(f"{today}", f"{today}"),), date(2026, 11, 24))
    assert later not in {int(which.key) for to_do in to_do_by_kind.values() for which in to_do.which}
    assert found(context, OF_A).keys() == {"due"}
    assert found(context, Visibility(agent_id="3001")).keys() == {"overdue"}
    assert found(context, Visibility(teams=())) == {}


def test_a_held_night_until_it_is_released(context: RubricContext) -> None:
    with context.store.write() as c:
        run_id = write.start_run(c, "nightly", context.keys)
        score_holds.put_hold(
            c, run_id, context.keys.rubric_key, 0, score_holds.last_score_id(c), [Message("macro F1")], FRIDAY
        )
    assert found(context)["held"] == ToDo("held", 1, (Which("60", f"{run_id}"),), FRIDAY.date())
    assert found(context, OF_A) == {}
    with context.store.write() as c:
        score_holds.release(c, run_id, "王主任", "已核实", NOW)
    assert found(context) == {}


def test_failures_that_no_run_tries_again(context: RubricContext) -> None:
    with context.store.write() as c:
        key = failures.transcribe_key(f"{1:064x}", 0, context.keys.engine_key)
        failures.put_failure(c, "transcribe", key, "truncated", Message("..."))
    assert found(context) == {}  # the next run tries again
    with context.store.write() as c:
        for n in range(3):
            failures.put_failure(c, "ingest", f"new.csv:{n}", "no_agent", Message("..."))
        failures.put_failure(c, "ingest", "call-9", "bad_time", Message("..."))
    which = (Which("清单中没有工号", "no_agent"), Which("开始时间无法识别", "bad_time"))
    assert found(context)["failures"] == ToDo("failures", 4, which)


def test_calibration_sessions_that_are_open(context: RubricContext) -> None:
    open_session(context, "十一月", ["call-0001"], ["closing"])
    assert found(context)["calibration"] == ToDo("calibration", 1, (Which("十一月", "十一月"),), date(2026, 11, 23))


def test_items_that_only_suggest(context: RubricContext) -> None:
    item = next(item for item in context.rubric.items if item.trust_floor)
    low = Estimate(500, 0.3, 0.25, 0.35, best_low=0.99)
    with context.store.write() as c:
        trust.put_trust(c, context.rubric.key, [ItemTrust(item.id, 500, 0, low, low, low, low, FRIDAY)], {item.id})
    assert found(context)["suggests"] == ToDo("suggests", 1, (Which(item.title, item.id),), FRIDAY.date())


def test_plans_whose_period_is_over_and_not_drawn(context: RubricContext) -> None:
    sampling = context.settings.sampling.model_copy(update={"plans": ("weekly",)})
    planned = replace(context, settings=context.settings.model_copy(update={"sampling": sampling}))
    (to_do,) = found(planned).values()
    assert (to_do.kind, to_do.n) == ("undrawn", 1)
    assert to_do.which[0].key.endswith(":2026-W47")
    plan_id = to_do.which[0].key.partition(":")[0]
    with context.store.write() as c:
        samples.put_sample(c, plan_id, "k" * 16, {}, "2026-W47", "1", 5, [], "王主任", NOW)
    assert found(planned) == {}


def test_agents_who_fell(context: RubricContext) -> None:
    now = period_figures(context, Days.of_month("2026-11"))
    worse = {
        member: replace(figures, mean=(figures.mean or 0) - 40 * (member[1] in ("3001", "3002")))
        for member, figures in now.members.items()
    }
    periods = ((replace(now, members=worse), now),)
    everyone = found(context, periods=periods)["fallen"]
    assert {which.key for which in everyone.which} == {"3001", "3002"}
    assert found(context, OF_A, periods)["fallen"] == ToDo("fallen", 1, (Which("A组 3002", "3002"),))
    assert found(context, Visibility(agent_id="3002"), periods) == {}


def test_many_are_counted_and_few_are_named(context: RubricContext) -> None:
    for n in range(1, NAMED + 4):
        appeal(context, n, context.rubric.items[0].id, NOW - timedelta(days=20))
    to_do = found(context)["overdue"]
    assert (to_do.n, len(to_do.which)) == (NAMED + 3, NAMED)


def test_missed_emergencies_are_told_first_until_a_person_has_spoken(context: RubricContext) -> None:
    place = list(context.rubric.titles).index("emergency_guidance")
    with context.store.read() as c:
        missed = [row for row in read.scores(c, context.keys) if row.verdicts[place] == "V"]
        first, *others = to_dos([context], c, NOW)
        assert (first.kind, first.n) == ("emergency", len(missed))
        assert {which.name for which in first.which} <= {row.call_id for row in missed}
        of_agent = to_dos([context], c, NOW, Visibility(agent_id=missed[0].agent_id))
        assert "emergency" not in {to_do.kind for to_do in of_agent}
    assert "emergency" not in {to_do.kind for to_do in others}
    review_call(
        context,
        new_review(missed[0].call_id, "emergency_guidance", "override", "王丽", verdict=Verdict.MET, reason="已引导"),
    )
    with context.store.read() as c:
        assert to_dos([context], c, NOW)[0].n == len(missed) - 1


def test_calls_that_wait_for_a_person(context: RubricContext) -> None:
    with context.store.read() as c:
        waiting = [row for row in read.scores(c, context.keys) if row.needs_review]
        for visibility, mine in ((EVERYTHING, waiting), (OF_A, [row for row in waiting if row.team == "A组"])):
            oldest = min(row.started_at for row in mine).astimezone(context.zone).date()
            assert ToDo("review", len(mine), (), oldest) in to_dos([context], c, NOW, visibility)
        assert to_dos([context], c, NOW, Visibility(teams=())) == ()


def test_what_a_reviewer_was_asked_to_hear(context: RubricContext) -> None:
    asked = Assignment("call-0001", "li", "review", "王主任", FRIDAY)
    with context.store.write() as c:
        assignments.put_assignments(c, [asked, replace(asked, call_id="call-0002", at=NOW)])
        assignments.put_assignments(c, [replace(asked, reviewer="zhang"), replace(asked, purpose="calibration")])
        assert review_queue.count_asked(c, "li") == (2, FRIDAY)
        (first, _) = assignments.open_assignments(c, "li")
        assignments.end_assignments(c, [first.pk], "done", "li", NOW)
        assert review_queue.count_asked(c, "li") == (1, NOW)
        assert review_queue.count_asked(c, "nobody") == (0, None)
