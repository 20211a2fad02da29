"""Figures of evaluations as tables."""

from collections.abc import Sequence

from rich.console import Console
from rich.table import Table

from asr.confidence import calibration_error
from scoring.agreement.evaluation import Disagreement, Figures
from services.evaluation.calls import Evaluation
from services.evaluation.category import CategoryEvaluation
from services.evaluation.floors import as_text
from services.evaluation.speech import SpeechEvaluation
from services.evaluation.turns import CLOSE, TurnFigures


def print_evaluation(result: Evaluation, console: Console, confusions: bool = False) -> None:
    """The figures as tables; with ``confusions`` every label that the checks answered otherwise, too."""
    print_figures(result.figures, result.n_calls, console, confusions)
    if result.speech:
        _print_speech(result, console)
    for layout, turns in result.turns.items():
        _print_turns(layout, turns, console)
    if result.missing:
        console.print(f"without findings: {', '.join(result.missing)} (see the lines above)")


def print_figures(figures: Figures, n_calls: int, console: Console, confusions: bool) -> None:
    """How the answers agree with the labels, item by item and over all items."""
    table = Table(title=f"{n_calls} calls: detecting 'fail'", title_justify="left")
    columns = (
        "item",
        "fails",
        "hits",
        "false alarms",
        "missed",
        "unsure",
        "precision",
        "recall",
        "F1",
        "95 %",
        "kappa",
    )
    for name in columns:
        table.add_column(name, justify="left" if name == "item" else "right")
    for item in figures.items:
        counts = (item.n_fail, item.hits, item.false_alarms, item.misses, item.abstentions)
        shares = (as_text(item.precision), as_text(item.recall), as_text(item.f1), _interval(item.f1_interval))
        table.add_row(item.item, *map(str, counts), *shares, as_text(item.kappa))
    console.print(table)
    overall = figures.overall
    console.print(
        f"macro F1 {as_text(overall.macro_f1)} (95 %: {_interval(overall.macro_f1_interval)}), "
        f"pass labels wrongly failed {_share(overall.wrongly_failed)}, unsure {_share(overall.unsure)}",
        highlight=False,
    )
    if confusions:
        _print_disagreements(figures.disagreements, console)


def _print_disagreements(found: tuple[Disagreement, ...], console: Console) -> None:
    table = Table(title="label and answer differ", title_justify="left")
    for name in ("item", "call", "label", "answer", "reason", "quote"):
        table.add_column(name, overflow="fold")
    for one in sorted(found, key=lambda one: (one.item, one.call_id)):
        table.add_row(one.item, one.call_id, one.label, one.answer, one.reason, one.quote)
    console.print(table)


def _print_speech(result: Evaluation, console: Console) -> None:
    speech = Table(title="speech recognition", title_justify="left")
    for name in ("channel", "characters", "CER as heard", "CER mended", "syllable error rate"):
        speech.add_column(name, justify="left" if name == "channel" else "right")
    for channel, rates in result.speech.items():
        text, raw_text = rates.text, rates.raw_text
        speech.add_row(
            channel,
            str(text.n_characters),
            as_text(raw_text.character_error_rate),
            as_text(text.character_error_rate),
            as_text(text.syllable_error_rate),
        )
    console.print(speech)


def _print_turns(layout: str, figures: TurnFigures, console: Console) -> None:
    for role, speaker in (("agent", figures.agent), ("citizen", figures.citizen)):
        if speaker:
            shares = f"{speaker.right:.1%} right, {speaker.other:.1%} given to the other, {speaker.unknown:.1%} unknown"
            console.print(f"{layout} channels, {role}'s time: {shares}, {speaker.unheard:.1%} unheard", highlight=False)
    for name, boundary in (("starts", figures.starts), ("ends", figures.ends)):
        if boundary:
            within = f"95 % within {boundary.p95:.2f} s, {boundary.close:.1%} within {CLOSE} s"
            console.print(f"{layout} channels, {boundary.n} turn {name}: {within}", highlight=False)


def print_speech_evaluation(result: SpeechEvaluation, console: Console) -> None:
    """The figures as tables."""
    line = ", through a telephone" if result.telephone else ""
    table = Table(title=f"{result.n_clips} clips{line}", title_justify="left")
    for name in ("", "characters", "CER", "syllables", "syllable error rate"):
        table.add_column(name, justify="right" if name else "left")
    for name, rates in (("without repair", result.heard), ("with repair", result.repaired)):
        table.add_row(
            name,
            str(rates.n_characters),
            _percent(rates.character_error_rate),
            str(rates.n_syllables),
            _percent(rates.syllable_error_rate),
        )
    console.print(table)
    trust = Table(title="how far the words' confidence can be trusted", title_justify="left")
    for name in ("confidence", "syllables", "promised", "right"):
        trust.add_column(name, justify="right")
    for bin_ in result.reliability:
        bounds = f"{bin_.low:.1f}-{bin_.high:.1f}"
        trust.add_row(bounds, str(bin_.n), _percent(bin_.promised), _percent(bin_.right))
    console.print(trust)
    console.print(f"calibration error {_percent(calibration_error(result.reliability))}", highlight=False)
    if result.calibration:
        console.print(
            f"a calibration fitted here: slope {result.calibration.slope}, offset {result.calibration.offset}",
            highlight=False,
        )
    for file, reason in result.failed:
        console.print(f"{file} could not be transcribed: {reason}", style="red", markup=False)


def print_category_evaluation(result: CategoryEvaluation, console: Console) -> None:
    """The figures as tables."""
    console.print(
        f"{len(result.pairs)} texts of {len(result.labels)} classes: accuracy {result.accuracy:.1%}, "
        f"macro F1 {result.macro_f1:.1%}",
        highlight=False,
    )
    console.print(
        f"among all classes of the taxonomy: accuracy {result.among_all:.1%}, among the first three {result.top3:.1%}",
        highlight=False,
    )
    table = Table(title="rows: label; columns: what was named", title_justify="left")
    for name in ("", *_short(result.labels), "F1"):
        table.add_column(name, justify="right" if name else "left")
    for label, row in result.confusion.items():
        table.add_row(label, *(str(row[named] or "") for named in result.labels), f"{result.f1(label):.3f}")
    console.print(table)


def _share(value: float | None) -> str:
    return "-" if value is None else f"{value:.1%}"


def _interval(interval: tuple[float, float] | None) -> str:
    return "-" if interval is None else f"{interval[0]:.2f}-{interval[1]:.2f}"


def _percent(value: float | None) -> str:
    return "-" if value is None else f"{100 * value:.1f} %"


def _short(labels: Sequence[str]) -> list[str]:
    return [label[:4] for label in labels]
