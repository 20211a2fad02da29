"""The golden-set gate: before a night is published, the machine is measured against what people agreed is right."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console

from callqa.messages import Message
from callqa.messages import terminal_text as _
from callqa.records import GoldenLabel
from callqa.types import Finding, Verdict
from callqa.yaml_file import did_you_mean, node_at, problem, read_yaml
from scoring import Rubric, load_rubric
from scoring.agreement.evaluation import ANSWERS, Figures, Label, LabelledCall, evaluate
from services.console import night_line, padded
from services.context import RubricContext
from services.evaluation.floors import Floors, read_floors, shortfalls
from services.trust.measure import machine_answers
from store.calls import trust
from store.people import golden
from store.runs import score_holds

GoldenAnswers = Mapping[str, Mapping[str, Verdict]]
"""The machine's verdicts on items, by call id and item id."""


@dataclass(frozen=True, slots=True)
class GoldenFigures:
    """How the present findings do on the golden set, item by item of the rubric."""

    figures: Figures
    n_calls: int
    missing: tuple[str, ...]
    """Labelled calls without findings."""
    n_appealed: int
    """Labels that overturned appeals left. They are in no figure: each was chosen because the machine was wrong."""
    n_repeated: int
    """Of these, how many the machine still gets wrong."""
    advisory: frozenset[str]
    """Labelled items that only suggest. They are in no figure: what they say costs nobody points."""


@dataclass(frozen=True, slots=True)
class Held:
    """Why a night's scores are not published."""

    run_id: int
    n_scores: int
    reasons: tuple[Message, ...]


@dataclass(frozen=True, slots=True)
class Gated:
    """What the golden set said of a night."""

    n_calls: int
    macro_f1: float | None
    wrongly_failed: float | None
    """Share of the labels "met" that the machine calls violated."""
    n_short: int
    """Floors that were missed."""
    held: Held | None
    """``None`` also where floors were missed and there was nothing to hold."""


def gate_floors(context: RubricContext) -> Floors | None:
    """The floors of the settings for the context's rubric; ``None`` without a gate.

    Raises `ConfigError`, so ask before the night's work.
    """
    path = context.settings.golden.floors
    if path is None:
        return None
    floors = known_floors(path, map(load_rubric, context.settings.rubrics))
    own_floors = {item: floor for item, floor in floors.items.items() if item in context.rubric.titles}
    return floors.model_copy(update={"items": own_floors})


def known_floors(path: Path, rubrics: Iterable[Rubric]) -> Floors:
    """The floors of a file for items of these rubrics. Raises `ConfigError`, also for an item that none of them has."""
    floors = read_floors(path)
    known = {item_id for rubric in rubrics for item_id in rubric.titles}
    if unknown := [item for item in floors.items if item not in known]:
        where = node_at(read_yaml(path), ("items", unknown[0]))
        raise problem(
            path, where, Message("gate.item_unknown", item=unknown[0], hint=did_you_mean(unknown[0], sorted(known)))
        )
    return floors


def measure_golden(context: RubricContext, answers: GoldenAnswers | None = None) -> GoldenFigures:
    """The golden labels of the rubric's items against the findings that a score would be made of now, or against other
    answers."""
    with context.store.read() as connection:
        labels = [label for label in golden.labels(connection) if label.item_id in context.rubric.titles]
        own_pks = trust.call_pks(connection, {label.call_id for label in labels}, context.keys)
        advisory = frozenset(label.item_id for label in labels) & context.advisory
        labels = [label for label in labels if label.call_id in own_pks and label.item_id not in advisory]
        appealed = golden.only_appealed(connection)
        if answers is None:
            answers = machine_answers(context, connection, own_pks)
    frozen = [label for label in labels if (label.call_id, label.item_id) not in appealed]
    contested = [label for label in labels if (label.call_id, label.item_id) in appealed]
    calls = _labelled_calls(frozen, answers)
    return GoldenFigures(
        figures=evaluate(calls),
        n_calls=len(calls),
        missing=tuple(sorted({label.call_id for label in frozen} - set(answers))),
        n_appealed=len(contested),
        n_repeated=sum(answers.get(label.call_id, {}).get(label.item_id) is not label.verdict for label in contested),
        advisory=advisory,
    )


def _labelled_calls(labels: list[GoldenLabel], answers: GoldenAnswers) -> list[LabelledCall]:
    by_call: defaultdict[str, dict[str, Label]] = defaultdict(dict)
    for label in labels:
        if label.call_id in answers:
            by_call[label.call_id][label.item_id] = ANSWERS[label.verdict]
    return [
        LabelledCall(call_id, by_item, tuple(Finding(i, "", verdict, "") for i, verdict in answers[call_id].items()))
        for call_id, by_item in by_call.items()
    ]


def gate_reasons(measured: GoldenFigures, floors: Floors) -> tuple[Message, ...]:
    """What falls short. A floor that no label can tell anything about asks for nothing: see `unmeasured`."""
    left_out = set(unmeasured(measured, floors))
    overall = measured.figures.overall
    asked = floors.model_copy(
        update={
            "macro_f1": None if overall.macro_f1 is None else floors.macro_f1,
            "wrongly_failed": None if overall.wrongly_failed is None else floors.wrongly_failed,
            "unsure": None if overall.unsure is None else floors.unsure,
            "items": {item: floor for item, floor in floors.items.items() if item not in left_out},
        }
    )
    return tuple(shortfalls(measured.figures, asked, measured.missing))


def unmeasured(measured: GoldenFigures, floors: Floors) -> list[str]:
    """Items with a floor of their own that only suggest, or that nobody failed in any labelled call."""
    measurable = {item.item for item in measured.figures.items if item.f1 is not None}
    return [item for item in floors.items if item not in measurable]


def notes(measured: GoldenFigures, floors: Floors) -> list[Message]:
    """What the figures leave out."""
    advisory = sorted(measured.advisory)
    left_out = [Message("in no figure, for they only suggest: {items}", items=advisory)] if advisory else []
    silent = [item for item in unmeasured(measured, floors) if item not in measured.advisory]
    return left_out + [
        Message("no labelled call fails {item}, so its floor checks nothing", item=item) for item in silent
    ]


def apply_gate(context: RubricContext, run_id: int, floors: Floors, console: Console) -> Gated | None:
    """Holds what was scored since the last finished run when the golden set falls below ``floors``.

    ``None`` while there is no label.
    """
    measured = measure_golden(context)
    if not measured.n_calls and not measured.missing:
        _hold(context, run_id, ())
        empty = _("no labels yet, so nothing is checked; see: callqa golden --help")
        console.print(night_line(_("golden set"), empty), style="yellow")
        return None
    reasons = gate_reasons(measured, floors)
    console.print(night_line(_("golden set"), _(_summary(measured))), highlight=False)
    for note in notes(measured, floors):
        console.print(night_line("", _(note)), style="yellow", highlight=False)
    overall = measured.figures.overall
    gated = Gated(measured.n_calls, overall.macro_f1, overall.wrongly_failed, len(reasons), None)
    n_scores = _hold(context, run_id, reasons)
    if not reasons:
        return gated
    held = Held(run_id, n_scores, reasons)
    console.print(held_message(held), style="red", markup=False, highlight=False, soft_wrap=True)
    return replace(gated, held=held) if n_scores else gated


def hold_until_gated(context: RubricContext, run_id: int) -> None:
    """Nothing of what is scored from now on is published before `guard` has answered, should the run die first."""
    with context.store.write() as connection:
        score_holds.put_undecided(connection, run_id, context.keys.rubric_key, datetime.now(UTC))


def _hold(context: RubricContext, run_id: int, reasons: tuple[Message, ...]) -> int:
    """Holds the new scores for these reasons, how many there are, or without a reason publishes them."""
    rubric_key = context.keys.rubric_key
    with context.store.write() as connection:
        score_holds.drop_undecided(connection, rubric_key)
        after, upto = score_holds.gated_upto(connection, rubric_key), score_holds.last_score_id(connection)
        n_scores = score_holds.n_scores(connection, rubric_key, after, upto)
        if reasons and n_scores:
            score_holds.put_hold(connection, run_id, rubric_key, after, upto, reasons, datetime.now(UTC))
    return n_scores


def held_message(held: Held) -> str:
    """What an operator reads in the morning."""
    reasons = [f"  {_(reason)}" for reason in held.reasons]
    if not held.n_scores:
        return "\n".join([_("NOT GOOD ENOUGH on the golden set; there are no new scores to hold:"), *reasons])
    because = _(
        "scores of run {run} that are not published: {n}, because on the golden set", n=held.n_scores, run=held.run_id
    )
    return "\n".join(
        [
            night_line(_("HELD"), because),
            *reasons,
            f"  {padded(_('look:'))}callqa golden check --confusions",
            f"  {padded(_('publish:'))}" + _("callqa release {run} --by NAME --reason WHY", run=held.run_id),
        ]
    )


def _summary(measured: GoldenFigures) -> Message:
    overall = measured.figures.overall
    macro = "-" if overall.macro_f1 is None else f"{overall.macro_f1:.3f}"
    wrong = "-" if overall.wrongly_failed is None else f"{overall.wrongly_failed:.1%}"
    summary = Message(
        "calls {n}, macro F1 {macro}, pass labels wrongly failed {wrong}", n=measured.n_calls, macro=macro, wrong=wrong
    )
    if not measured.n_appealed:
        return summary
    return Message(
        "{summary}; {n} of {n_all} overturned appeals still judged as before",
        summary=summary,
        n=measured.n_repeated,
        n_all=measured.n_appealed,
    )
