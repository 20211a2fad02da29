"""Samples of a rubric's calls: what could be drawn, drawing it, and the plans that the night draws by itself."""

import secrets
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from functools import lru_cache
from pathlib import Path
from typing import cast

from rich.console import Console

from callqa.errors import CallQAError, ConfigError
from callqa.messages import NONE, Message
from callqa.messages import terminal_text as _
from callqa.roster import RosterAgent
from callqa.scores import ItemStatus
from callqa.types import Direction, Hangup, Verdict
from scoring import score_sheet
from scoring.sampling import Draw, FrameCall, SamplePlan, days_of, draw, due, last_whole, load_plan
from services.console import night_line
from services.context import RubricContext, RubricSet
from services.roster.changes import all_agents
from store.people import samples

GIVEN = "given:"
"""Marks a seed that a person chose, so that nobody takes it for chance."""
BY_NIGHT = "nightly"


@dataclass(frozen=True)
class Drawing:
    """A sample that is not kept yet."""

    result: Draw
    seed: str
    n_before: int
    """Calls that pass the plan's filters, too, and were drawn by earlier samples: people hear those anyway."""


def plan_for(rubric_set: RubricSet, name_or_path: str) -> SamplePlan:
    """The plan, whose triggers name items of the rubrics. Raises `ConfigError`."""
    return load_plan(name_or_path, frozenset(item_id for context in rubric_set for item_id in context.rubric.titles))


def frame_calls(
    rubric_set: RubricSet, plan: SamplePlan, period: str
) -> Iterator[tuple[FrameCall, samples.Candidate, RubricContext]]:
    """The calls of the period that pass the plan's filters, drawn before or not, with the context of their rubric.

    Raises `ConfigError` for a period that is none of the plan's.
    """
    first, last = days_of(plan.every, period)
    with rubric_set[0].store.read() as connection:
        roster = all_agents(connection, rubric_set[0].settings)
        for context in rubric_set:
            violated = _violated_items(context)
            for stored in samples.candidates(connection, context.keys, first, last):
                tenure_days = _tenure(roster.get(stored.agent_id), first)
                violations = violated(stored.verdicts) if stored.verdicts else frozenset()
                call = _frame_call(context, stored, violations, tenure_days)
                if plan.filters.keep(call):
                    yield call, stored, context


def _frame_call(
    context: RubricContext, stored: samples.Candidate, violated: frozenset[str], tenure_days: int | None
) -> FrameCall:
    return FrameCall(
        call_id=stored.call_id,
        agent_id=stored.agent_id,
        team=stored.team,
        line=stored.line,
        direction=cast(Direction, stored.direction),
        hangup_by=cast(Hangup, stored.hangup_by),
        category=stored.category,
        request_type=stored.request_type,
        hour=stored.started_at.astimezone(context.zone).hour,
        seconds=stored.seconds,
        confidence=stored.confidence,
        scored=stored.verdicts is not None,
        total=stored.total,
        needs_review=bool(stored.needs_review),
        fatal=bool(stored.fatal),
        violated=violated,
        tenure_days=tenure_days,
    )


def _violated_items(context: RubricContext) -> Callable[[str], frozenset[str]]:
    @lru_cache(maxsize=100_000)  # most calls are answered like many others
    def violated(verdict_string: str) -> frozenset[str]:
        return frozenset(
            item.item_id
            for item in score_sheet("", verdict_string, context.rubric, context.advisory).items
            if item.verdict is Verdict.VIOLATED and item.status is not ItemStatus.NOT_APPLICABLE
        )

    return violated


def _tenure(agent: RosterAgent | None, first: date) -> int | None:
    return (first - agent.hired_on).days if agent and agent.hired_on else None


def choose_period(plan: SamplePlan, wanted: str | None, now: datetime, zone: tzinfo) -> str:
    """The period that is wanted, or the last one that is over. Raises `ConfigError` for what is no such period."""
    period = wanted or last_whole(plan.every, now.astimezone(zone).date())
    days_of(plan.every, period)
    return period


def refuse_unfinished(plan: SamplePlan, period: str, now: datetime, zone: tzinfo) -> None:
    """A sample is drawn once: calls that come after it would have no chance. Raises `ConfigError`."""
    _, last = days_of(plan.every, period)
    if now.astimezone(zone).date() <= last:
        raise ConfigError("sampling.period_not_over", period=period, day=last)


def look(rubric_set: RubricSet, plan: SamplePlan, period: str, seed: str) -> Drawing:
    """What a draw gives, without keeping it. Raises `ConfigError` for a period that is none of the plan's.

    Where the period was drawn, it is as before that: so the kept seed shows the kept sample again.
    """
    n_before = 0
    with rubric_set[0].store.read() as connection:
        stored_sample = samples.find(connection, plan.id, period)

    def undrawn() -> Iterator[FrameCall]:
        nonlocal n_before
        for call, stored, _rest in frame_calls(rubric_set, plan, period):
            if stored.sample_pk is None or (stored_sample and stored.sample_pk >= stored_sample.pk):
                yield call
            else:
                n_before += 1

    result = draw(undrawn(), plan, seed.removeprefix(GIVEN))
    return Drawing(result, seed, n_before)


def draw_sample(
    rubric_set: RubricSet, plan: SamplePlan, period: str, seed: str | None, author: str, now: datetime
) -> tuple[samples.StoredSample, bool]:
    """Draws and keeps a sample; the kept one, and whether it is new.

    Without ``seed`` it comes from the system's source of randomness, so that nobody chose it. Raises `ConfigError` when
    the period is not over or has no calls, and `StoreError` as `samples.put_sample`.
    """
    store = rubric_set[0].store
    with store.read() as connection:
        known = samples.find(connection, plan.id, period)
    if known:
        samples.refuse_another(known, plan.key)
        return known, False
    refuse_unfinished(plan, period, now, rubric_set[0].zone)
    drawing = look(rubric_set, plan, period, new_seed() if seed is None else GIVEN + seed.removeprefix(GIVEN))
    result = drawing.result
    if not result.calls:
        raise ConfigError("sampling.nothing_to_draw", period=period, plan=plan.id, why=why_none(drawing))
    with store.write() as connection:
        document = plan.model_dump(mode="json")
        sample = samples.put_sample(
            connection,
            plan.id,
            plan.key,
            document,
            period,
            drawing.seed,
            result.n_candidates,
            result.calls,
            author,
            now,
        )
    return sample, sample.seed == drawing.seed


def find_sample(rubric_set: RubricSet, plan: str, period: str) -> samples.StoredSample:
    """The kept sample of a plan, by the plan's id or its YAML file. Raises `ConfigError` when there is none."""
    plan_id = plan_for(rubric_set, plan).id if Path(plan).suffix else plan
    with rubric_set[0].store.read() as connection:
        stored = samples.find(connection, plan_id, period)
        there = [f"{sample.plan_id} {sample.period}" for sample in samples.samples(connection)]
    if stored is None:
        raise ConfigError("sampling.unknown", plan=plan_id, period=period, samples=there or NONE)
    return stored


def why_none(drawing: Drawing) -> Message:
    if drawing.n_before:
        return Message("sampling.all_drawn", n=drawing.n_before)
    return Message("sampling.none_pass")


def new_seed() -> str:
    return secrets.token_hex(8)


def nightly_plans(rubric_set: RubricSet) -> tuple[SamplePlan, ...]:
    """The plans of the settings. Raises `ConfigError`."""
    return tuple(plan_for(rubric_set, name) for name in rubric_set[0].settings.sampling.plans)


def draw_due(rubric_set: RubricSet, plans: Iterable[SamplePlan], now: datetime, console: Console) -> None:
    """Draws each plan's periods that are over and not drawn yet, once a call of their last day or later was scored."""
    today = now.astimezone(rubric_set[0].zone).date()
    with rubric_set[0].store.read() as connection:
        known = samples.samples(connection)
    for plan in plans:
        for period in due(plan.every, {sample.period for sample in known if sample.plan_id == plan.id}, today):
            outcome = _draw_at_night(rubric_set, plan, period, now)
            line = _("{plan} {period}: {outcome}", plan=plan.id, period=period, outcome=outcome)
            console.print(night_line(_("sample"), line), highlight=False, markup=False, soft_wrap=True)


def _draw_at_night(rubric_set: RubricSet, plan: SamplePlan, period: str, now: datetime) -> Message | str:
    """What became of it; the night's work is done, so nothing is raised, and the next night tries again."""
    _, last_day = days_of(plan.every, period)
    with rubric_set[0].store.read() as connection:
        if not any(samples.is_scored(connection, context.keys, last_day) for context in rubric_set):
            return Message("no scored call of its last day yet; it is drawn when there is one")
    try:
        sample, _ = draw_sample(rubric_set, plan, period, None, BY_NIGHT, now)
    except CallQAError as error:
        return str(error)
    return Message("{n} of {n_all} calls drawn", n=sample.n_calls, n_all=sample.n_candidates)
