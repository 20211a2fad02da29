"""The golden set and another version of a model: what would change there, before the version is used."""

from callqa.learning import GoldenChange
from callqa.messages import dumps
from callqa.types import Verdict
from qa_models import run_checks
from scoring.agreement.evaluation import ANSWERS
from scoring.agreement.trust import machine_verdicts
from services.context import RubricContext, with_models
from services.learning.models import ModelKeys
from services.trust.gate import GoldenAnswers, gate_floors, gate_reasons, measure_golden
from store.calls import read, trust
from store.people import golden

FAILED, PASSED = Verdict.VIOLATED, Verdict.MET


def golden_change(context: RubricContext, models: ModelKeys) -> GoldenChange | None:
    """What the golden set says of the context's checks with these models instead of its own.

    ``None`` where no label is of an item whose checks differ. Labels that only an overturned appeal left count for
    nothing here, as in the nightly gate.
    """
    other = with_models(context, models)
    changed = {check.id for check in other.checks.values() if check.key != context.checks[check.id].key}
    items = {item.id for item in context.rubric.items if changed.intersection(item.needs)}
    with context.store.read() as c:
        appealed = golden.only_appealed(c)
        labels = [
            label
            for label in golden.labels(c)
            if label.item_id in items and (label.call_id, label.item_id) not in appealed
        ]
    before, after = _answers(context, other, changed)
    labels = [label for label in labels if label.call_id in before and label.verdict in ANSWERS]
    if not labels:
        return None
    floors = gate_floors(context)
    measured = measure_golden(context, after)
    short = gate_reasons(measured, floors) if floors else ()

    def right(answers: GoldenAnswers) -> int:
        return sum(answers[label.call_id][label.item_id] is label.verdict for label in labels)

    def wrongly_failed(answers: GoldenAnswers) -> int:
        passed = [label for label in labels if label.verdict is PASSED]
        return sum(answers[label.call_id][label.item_id] is FAILED for label in passed)

    return GoldenChange(
        n_calls=len({label.call_id for label in labels}),
        n_labels=len(labels),
        right_before=right(before),
        right_after=right(after),
        wrongly_failed_before=wrongly_failed(before),
        wrongly_failed_after=wrongly_failed(after),
        short=tuple(map(dumps, short)),
    )


def _answers(context: RubricContext, other: RubricContext, changed: set[str]) -> tuple[GoldenAnswers, GoldenAnswers]:
    """What the context's findings say of the golden calls, and what they said with the other's ``changed`` checks."""
    before: dict[str, dict[str, Verdict]] = {}
    after: dict[str, dict[str, Verdict]] = {}
    checks = [check for check in other.checks.values() if check.id in changed]
    with context.store.read() as c:
        call_ids = {label.call_id for label in golden.labels(c)}
        pks = trust.call_pks(c, call_ids, context.keys)
        stored = {row.call_id: dict(row.verdicts) for row in read.verdicts(c, pks.values(), context.keys)}
        for known in read.conversations(c, pks.values(), context.keys.engine_key, context.zone):
            call_id = known.conversation.call.call_id
            if call_id in stored:
                new = {finding.check_id: finding.verdict for finding in run_checks(known.conversation, checks)}
                before[call_id] = machine_verdicts(stored[call_id], context.rubric)
                after[call_id] = machine_verdicts(stored[call_id] | new, context.rubric)
    return before, after
