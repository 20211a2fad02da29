"""Collection of events: what new scores, decided appeals and ended runs mean for other programs."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any, Literal, get_args

from callqa.types import VERDICT_OF, Verdict
from scoring import score_sheet
from scoring.review.queue import emergency_places
from services.context import RubricContext, RubricSet
from services.wording import fatal_is_open
from store.calls import urgent
from store.people.calibration import open_calls
from store.runs import events
from store.runs.events import NewEvent, ScoreRow

Kind = Literal["call.scored", "call.fatal_suspected", "call.emergency", "appeal.decided", "night.ended"]
KINDS: tuple[Kind, ...] = get_args(Kind)
AT_ONCE = 500
RUNS = 20
"""Ended runs that are looked at; of one that was told already nothing is told again."""
GUIDANCE = {Verdict.VIOLATED: "missing", Verdict.UNSURE: "unclear", Verdict.MET: "given"}


def collect_events(rubric_set: RubricSet, now: datetime) -> int:
    """Keeps what happened since the last look, and gives how many rows were looked at.

    Nothing is kept while there is no webhook, and nothing of before there was one.
    """
    store = rubric_set[0].store
    with store.read() as c:
        marks = {name: events.mark_of(c, name) for name in ("call_score", "appeal_step", "run")}
        last = events.last_ids(c)
        listening = bool(events.webhooks(c))
        if not listening or None in marks.values():
            behind = {name: upto for name, upto in last.items() if marks[name] != upto}
        else:
            behind = {}
            scores = events.scores_after(c, marks["call_score"] or 0, AT_ONCE)
            steps = events.decisions_after(c, marks["appeal_step"] or 0, AT_ONCE)
            runs = events.runs_ended_after(c, marks["run"] or 0, RUNS)
            hurried = urgent.urgent_since(c, [row.call_pk for row in scores])
            blind = open_calls(c)
    if not listening or None in marks.values():
        if behind:
            with store.write() as c:
                for name, upto in behind.items():
                    events.set_mark(c, name, upto, now)
        return 0
    contexts = {context.keys.rubric_key: context for context in rubric_set}
    new: list[NewEvent] = []
    for row in scores:
        context = contexts.get(row.rubric_key)
        if context and row.call_id not in blind:
            new += _of_score(context, row, row.call_pk in hurried)
    for pk, call_pk, call_id, item, stage, outcome in steps:
        decided = {"call_id": call_id, "item": item, "stage": stage, "outcome": outcome}
        new.append(NewEvent(f"appeal_step:{pk}", "appeal.decided", call_pk, decided))
    new += [NewEvent(f"run:{pk}", "night.ended", None, _of_run(pk, kind, report)) for pk, kind, _, report in runs]
    if not (scores or steps or new):
        return 0
    with store.write() as c:
        events.put_events(c, new, now)
        if scores:
            events.set_mark(c, "call_score", scores[-1].pk, now)
        if steps:
            events.set_mark(c, "appeal_step", steps[-1][0], now)
    return len(scores) + len(steps)


def _of_score(context: RubricContext, row: ScoreRow, is_urgent: bool) -> Iterator[NewEvent]:
    """An emergency comes first, so that it is also told first."""
    sheet = score_sheet(row.call_id, row.verdicts, context.rubric, context.advisory)
    for item_id, place in emergency_places(context.rubric).items():
        guidance = GUIDANCE.get(VERDICT_OF[row.verdicts[place].upper()])
        if guidance:
            facts = {"call_id": row.call_id, "item": item_id, "guidance": guidance, "urgent": is_urgent}
            yield NewEvent(f"emergency:{row.pk}:{item_id}", "call.emergency", row.call_pk, facts)
    possible = fatal_is_open(sheet.items)
    if possible:
        items = [item.item_id for item in sheet.items if item.unconfirmed]
        yield NewEvent(f"fatal:{row.pk}", "call.fatal_suspected", row.call_pk, {"call_id": row.call_id, "items": items})
    facts = {
        "call_id": row.call_id,
        "total": None if possible else sheet.total,
        "needs_review": sheet.needs_review,
        "urgent": is_urgent,
    }
    yield NewEvent(f"score:{row.pk}", "call.scored", row.call_pk, facts)


def _of_run(pk: int, kind: str, report: dict[str, Any] | None) -> dict[str, Any]:
    facts = report or {}
    return {"run": pk, "kind": kind, "seconds": facts.get("seconds"), "held": facts.get("held", 0)}
