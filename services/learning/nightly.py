"""Learning in the night: from new examples, where the settings say so; no version is ever used silently.

Each version has its card, an entry in the audit log, a line of the night and a place in the report of its last run.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from callqa.errors import CallQAError
from callqa.learning import ModelVersion
from callqa.messages import Message
from callqa.people import AuditEntry
from services.context import RubricSet
from services.learning.models import models_of_runs
from services.learning.taught import TEACHING, taught_examples
from services.learning.versions import adopt, train
from store.calls import write
from store.people import audit, model_versions

log = logging.getLogger(__name__)
Outcome = Literal["few_new", "chosen_meanwhile", "no_gain", "put_forward", "refused", "adopted", "failed"]
REASON = "train.nightly"
"""Why a night adopts a version: a setting says so."""


@dataclass(frozen=True, slots=True)
class NightlyLearning:
    """What a night made of the examples of one model."""

    model: str
    outcome: Outcome
    """``refused``: put forward, and not adopted, for the golden set tells nothing or is against it."""
    n_new: int = 0
    """Examples since the last version."""
    key: str = ""
    """Of the version that is put forward or adopted; empty without one."""
    problem: Message | None = None
    """Why it was refused, or failed."""


def learn_nightly(rubric_set: RubricSet, author: str, run_id: int | None, at: datetime) -> tuple[NightlyLearning, ...]:
    """What became of each model, in the order of their names; none where the settings leave it off. Raises nothing that
    learning itself raises: a night goes on without it. ``run_id``: the run in whose report it is kept."""
    first = rubric_set[0]
    if first.settings.train.nightly == "off":
        return ()
    learnt = tuple(_learn(rubric_set, model, author, at) for model in sorted(TEACHING))
    for model in learnt:
        facts = {"model": model.model, "outcome": model.outcome, "examples": model.n_new}
        log.log(logging.ERROR if model.outcome == "failed" else logging.INFO, "learning ended", extra=facts)
    if run_id is not None:
        with first.store.write() as c:
            write.add_to_report(c, run_id, "learning", _report_of(learnt))
    return learnt


def _learn(rubric_set: RubricSet, model: str, author: str, at: datetime) -> NightlyLearning:
    try:
        return _learnt(rubric_set, model, author, at)
    except CallQAError as error:
        return NightlyLearning(model, "failed", problem=error.message)
    except Exception as error:  # whatever it is, the night's scores are made and stay
        log.exception("learning failed", extra={"model": model})
        return NightlyLearning(model, "failed", problem=Message("learning.unexpected", error=type(error).__name__))


def _learnt(rubric_set: RubricSet, model: str, author: str, at: datetime) -> NightlyLearning:
    first = rubric_set[0]
    n_new = _n_new(rubric_set, model)
    if n_new < first.settings.train.new_examples:
        return NightlyLearning(model, "few_new", n_new)
    with first.store.read() as c:
        chosen = dict(models_of_runs(c)).get(model)
    if chosen != dict(first.models).get(model):
        return NightlyLearning(model, "chosen_meanwhile", n_new)  # there are no findings of it to compare with
    challenger = train(rubric_set, model, author, at)
    if not challenger.gains:
        return NightlyLearning(model, "no_gain", n_new)
    version = challenger.version
    _audit(rubric_set, "model_trained", version, author, at)
    if first.settings.train.nightly == "compare":
        return NightlyLearning(model, "put_forward", n_new, version.key)
    try:
        adopt(rubric_set, version, author, REASON, at)
    except CallQAError as error:
        return NightlyLearning(model, "refused", n_new, version.key, error.message)
    _audit(rubric_set, "model_adopted", version, author, at)
    return NightlyLearning(model, "adopted", n_new, version.key)


def _n_new(rubric_set: RubricSet, model: str) -> int:
    """Examples that the newest version of the model, used or not, cannot have learnt from."""
    with rubric_set[0].store.read() as c:
        learnt_at = [version.at for version in model_versions.versions(c) if version.model == model]
    examples = taught_examples(rubric_set, model).examples
    return sum(not learnt_at or example.at > max(learnt_at) for example in examples)


def _audit(rubric_set: RubricSet, action: str, version: ModelVersion, author: str, at: datetime) -> None:
    detail = {"model": version.model, "setting": REASON}
    with rubric_set[0].store.write() as c:
        audit.put_audit(c, AuditEntry(at, author, "", action, object=version.key, detail=detail))


def summary_of(learning: NightlyLearning) -> Message:
    """A line of the night."""
    facts = {"model": learning.model, "n": learning.n_new, "key": learning.key, "problem": learning.problem}
    return Message(_SUMMARIES[learning.outcome], **facts)


_SUMMARIES: dict[Outcome, str] = {
    "few_new": "{model}: new examples {n}, too few to learn anew",
    "chosen_meanwhile": "{model}: another version was chosen during the night; the next one learns",
    "no_gain": "{model}: new examples {n}, no label gains",
    "put_forward": "{model}: version {key} is put forward; see callqa train card {key}",
    "refused": "{model}: version {key} is put forward and not adopted: {problem}",
    "adopted": "{model}: version {key} is used from the next night on; back: callqa train rollback --by NAME",
    "failed": "{model}: nothing was learnt: {problem}",
}


def _report_of(learnt: Sequence[NightlyLearning]) -> list[dict[str, Any]]:
    """For the run history: no words, and why nothing was adopted as its code."""
    return [
        {
            "model": learning.model,
            "outcome": learning.outcome,
            "new_examples": learning.n_new,
            "version": learning.key,
            "problem": learning.problem.msgid if learning.problem else "",
        }
        for learning in learnt
    ]
