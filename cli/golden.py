"""`callqa golden`: the labelled calls that every night is measured on."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import pandas as pd
import typer

from callqa.errors import ConfigError
from callqa.messages import Message
from callqa.messages import terminal_text as _
from callqa.records import GoldenLabel
from callqa.settings import load_settings
from callqa.types import Verdict
from cli.evaluation_tables import print_figures
from cli.options import By, CallId
from cli.output import rich_table
from cli.review import read_verdict
from scoring.agreement.calibration import majorities
from scoring.agreement.trust import DECIDED, machine_verdicts
from services.console import wide_console
from services.context import RubricContext, open_context
from services.evaluation.labelled import check_labels, read_truths
from services.review.reviews import find_item
from services.trust.gate import gate_floors, gate_reasons, measure_golden, notes
from services.wording import VERDICTS
from store.people import calibration, golden

golden_app = typer.Typer(
    help="What people agreed is right: the calls on which the machine is measured every night.", no_args_is_help=True
)
console = wide_console()

VERDICT = {"pass": Verdict.MET, "fail": Verdict.VIOLATED, "na": Verdict.NOT_APPLICABLE}


@golden_app.command("list")
def list_labels() -> None:
    """List the labels that count."""
    with open_context(load_settings()) as context, context.store.read() as connection:
        labels = golden.labels(connection)
        rows = [
            {
                "通话编号": label.call_id,
                "项目": context.rubric.titles.get(label.item_id, label.item_id),
                "标注": Message(VERDICTS[label.verdict]),
                "来源": label.source,
                "标注人": label.author,
                "时间": label.at.astimezone(context.zone).strftime("%Y-%m-%d %H:%M"),
            }
            for label in labels
        ]
    if not rows:
        console.print(_("the golden set is empty"))
        return
    console.print(rich_table(Message("golden set"), pd.DataFrame(rows)))
    n_calls = len({label.call_id for label in labels})
    console.print(_("labels: {n}, calls: {calls}", n=len(rows), calls=n_calls), highlight=False)


@golden_app.command("add")
def add(
    call_id: CallId,
    item: Annotated[str, typer.Argument(help="The item's id or title.")],
    verdict: Annotated[str, typer.Argument(help="What is right: 合格, 不合格 or 不适用; or met, violated, ...")],
    by: By,
    source: Annotated[str, typer.Option(help="Where the label comes from.")] = "expert",
) -> None:
    """Add a label. Of one item of a call the last label counts."""
    right = read_verdict(verdict)
    with open_context(load_settings()) as context:
        _say(*_put(context, [_label(call_id, find_item(context, item), right, source, by)]))


@golden_app.command("drop")
def drop(
    call_id: CallId,
    by: By,
    item: Annotated[
        str | None, typer.Option(help="Only this item; its id or title.", show_default="all that are labelled")
    ] = None,
) -> None:
    """Take a call out of the set, or one item of it. Its old labels are kept, and count no longer."""
    with open_context(load_settings()) as context:
        with context.store.read() as connection:
            labels = [label for label in golden.labels(connection) if label.call_id == call_id]
        if item and item not in {label.item_id for label in labels}:
            item = find_item(context, item)
        labels = [label for label in labels if item in (None, label.item_id)]
        if not labels:
            raise ConfigError("golden.no_label", call=call_id)
        _put(context, [_label(call_id, label.item_id, golden.LEFT_OUT, label.source, by) for label in labels])
    text = _("labels of call {call} that count no longer: {n}", n=len(labels), call=call_id)
    console.print(text, markup=False, highlight=False)


@golden_app.command("import")
def import_labels(
    by: By,
    folder: Annotated[
        Path | None, typer.Argument(help="manifest.csv and truth/*.json, as in samples/; its calls must be taken in.")
    ] = None,
    calibration: Annotated[str | None, typer.Option(help="A closed calibration session: its majorities.")] = None,
) -> None:
    """Take labels from a folder of labelled calls, or from a calibration session."""
    if (folder is None) == (calibration is None):
        raise ConfigError("golden.folder_or_calibration")
    with open_context(load_settings()) as context:
        _say(
            *_put(
                context,
                _labels_of_folder(context, folder, by)
                if folder
                else _labels_of_session(context, calibration or "", by),
            )
        )


@golden_app.command("check")
def check(
    confusions: Annotated[
        bool, typer.Option("--confusions", help="List every label that the machine answered otherwise.")
    ] = False,
) -> None:
    """Measure the present findings on the golden set, and say what the nightly gate would do. Holds nothing."""
    with open_context(load_settings()) as context:
        floors, measured = gate_floors(context), measure_golden(context)
    if not measured.n_calls and not measured.missing:
        console.print(_("the golden set is empty; fill it with: callqa golden import"), highlight=False)
        return
    print_figures(measured.figures, measured.n_calls, console, confusions)
    if measured.n_appealed:
        console.print(
            _(
                "overturned appeals still judged as before: {n} of {n_all} (in no figure above)",
                n=measured.n_repeated,
                n_all=measured.n_appealed,
            ),
            highlight=False,
        )
    if floors is None:
        console.print(_("no floors are set (golden.floors), so nothing is ever held"), style="yellow", highlight=False)
        return
    for note in notes(measured, floors):
        console.print(_(note), style="yellow", highlight=False)
    reasons = gate_reasons(measured, floors)
    for reason in reasons:
        console.print(_(reason), style="red", markup=False, highlight=False)
    console.print(
        _("the next run's scores would be held") if reasons else _("all floors are reached"),
        highlight=False,
        style="bold",
    )


def _labels_of_folder(context: RubricContext, folder: Path, by: str) -> list[GoldenLabel]:
    """A label of the folder answers a check; an item is labelled when all checks it needs are."""
    truths = {truth.call_id: truth for truth in read_truths(folder)}
    check_labels(folder, truths, context.checks)
    needs = {item.id: set(item.needs) for item in context.rubric.items}
    labels = []
    for truth in truths.values():
        answers = {check_id: VERDICT[label] for check_id, label in truth.labels.items()}
        for item_id, verdict in machine_verdicts(answers, context.rubric).items():
            if verdict in DECIDED and answers.keys() >= needs[item_id]:
                labels.append(_label(truth.call_id, item_id, verdict, folder.resolve().name, by))
    return labels


def _labels_of_session(context: RubricContext, name: str, by: str) -> list[GoldenLabel]:
    """What most of its people said; ties, and what nobody could tell, are no labels."""
    with context.store.read() as connection:
        calibration.closed(connection, name)
        agreed = majorities(calibration.answers(connection, name))
    return [
        _label(call_id, item_id, verdict, f"calibration:{name}", by)
        for (call_id, item_id), verdict in agreed.items()
        if item_id in context.rubric.titles
    ]


def _label(call_id: str, item_id: str, verdict: Verdict, source: str, by: str) -> GoldenLabel:
    return GoldenLabel(call_id, item_id, verdict, source, by, datetime.now(UTC))


def _put(context: RubricContext, labels: Sequence[GoldenLabel]) -> tuple[int, int]:
    """How many of them are new, and how many were there."""
    with context.store.write() as connection:
        known = {(label.call_id, label.item_id): label for label in golden.labels(connection)}
        new = [label for label in labels if not _says_the_same(label, known.get((label.call_id, label.item_id)))]
        golden.put_labels(connection, new)
    return len(new), len(labels) - len(new)


def _say(n_new: int, n_known: int) -> None:
    console.print(_("labels added: {n}, there before: {n_known}", n=n_new, n_known=n_known), highlight=False)


def _says_the_same(label: GoldenLabel, known: GoldenLabel | None) -> bool:
    return known is not None and (known.verdict, known.source) == (label.verdict, label.source)
