"""Figures of evaluations as tables."""

from collections.abc import Sequence

from rich.console import Console
from rich.table import Table

from asr.confidence import calibration_error
from callqa.messages import Message
from callqa.messages import terminal_text as _
from scoring.agreement.evaluation import Disagreement, Figures
from services.evaluation.calls import Evaluation
from services.evaluation.category import CategoryEvaluation
from services.evaluation.floors import as_text
from services.evaluation.speech import SpeechEvaluation
from services.evaluation.turns import CLOSE, TurnFigures

LAYOUTS = {"separate": Message("separate"), "shared": Message("shared")}
"""Channels of a recording."""


def print_evaluation(result: Evaluation, console: Console, confusions: bool = False) -> None:
    """The figures as tables; with ``confusions`` every label that the checks answered otherwise, too."""
    print_figures(result.figures, result.n_calls, console, confusions)
    if result.authors:
        _print_authors(result, console)
    if result.ceiling:
        _print_ceiling(result.ceiling, console)
    if result.speech:
        _print_speech(result, console)
    for layout, turns in result.turns.items():
        _print_turns(layout, turns, console)
    if result.missing:
        console.print(_("without findings: {calls} (see the lines above)", calls=result.missing))


def print_figures(figures: Figures, n_calls: int, console: Console, confusions: bool) -> None:
    """How the answers agree with the labels, item by item and over all items."""
    table = Table(title=_("detecting 'fail', calls: {n}", n=n_calls), title_justify="left")
    table.add_column(_("item"))
    for name in (
        _("fails"),
        _("hits"),
        _("false alarms"),
        _("missed"),
        _("unsure"),
        _("precision"),
        _("recall"),
        "F1",
        "95 %",
        "kappa",
    ):
        table.add_column(name, justify="right")
    for item in figures.items:
        counts = (item.n_fail, item.hits, item.false_alarms, item.misses, item.abstentions)
        shares = (as_text(item.precision), as_text(item.recall), as_text(item.f1), _interval(item.f1_interval))
        table.add_row(item.item, *map(str, counts), *shares, as_text(item.kappa))
    console.print(table)
    overall = figures.overall
    console.print(
        _(
            "macro F1 {macro} (95 %: {interval}), pass labels wrongly failed {wrong}, unsure {unsure}",
            macro=as_text(overall.macro_f1),
            interval=_interval(overall.macro_f1_interval),
            wrong=_share(overall.wrongly_failed),
            unsure=_share(overall.unsure),
        ),
        highlight=False,
    )
    if confusions:
        _print_disagreements(figures.disagreements, console)


def _print_authors(result: Evaluation, console: Console) -> None:
    """How far the figures hang on who wrote the calls."""
    table = Table(title=_("by author"), title_justify="left")
    table.add_column(_("author"))
    for name in (_("calls"), _("macro F1"), _("pass labels wrongly failed"), _("unsure")):
        table.add_column(name, justify="right")
    for author, figures in result.authors.items():
        overall = figures.overall
        shares = (as_text(overall.macro_f1), _share(overall.wrongly_failed), _share(overall.unsure))
        table.add_row(author, str(figures.n_calls), *shares)
    console.print(table)


def _print_ceiling(ceiling: Figures, console: Console) -> None:
    """What a second labeller reaches against the first: no check can be asked for more."""
    table = Table(title=_("a second labeller against the first: the ceiling"), title_justify="left")
    table.add_column(_("item"))
    for name in (_("calls"), _("fails"), "F1", "kappa"):
        table.add_column(name, justify="right")
    for item in ceiling.items:
        table.add_row(item.item, str(item.n), str(item.n_fail), as_text(item.f1), as_text(item.kappa))
    console.print(table)
    console.print(_("macro F1 of the ceiling {macro}", macro=as_text(ceiling.overall.macro_f1)), highlight=False)


def _print_disagreements(disagreements: tuple[Disagreement, ...], console: Console) -> None:
    table = Table(title=_("label and answer differ"), title_justify="left")
    for name in (_("item"), _("call"), _("label"), _("answer"), _("reason"), _("quote")):
        table.add_column(name, overflow="fold")
    for d in sorted(disagreements, key=lambda d: (d.item, d.call_id)):
        table.add_row(d.item, d.call_id, d.label, d.answer, d.reason, d.quote)
    console.print(table)


def _print_speech(result: Evaluation, console: Console) -> None:
    speech = Table(title=_("speech recognition"), title_justify="left")
    speech.add_column(_("channel"))
    for name in (_("characters"), _("CER as heard"), _("CER mended"), _("syllable error rate")):
        speech.add_column(name, justify="right")
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
    channels = LAYOUTS.get(layout, layout)
    for role, speaker in ((Message("agent"), figures.agent), (Message("citizen"), figures.citizen)):
        if speaker:
            shares = _(
                "{layout} channels, {role}'s time: {right:.1%} right, {other:.1%} given to the other, "
                "{unknown:.1%} unknown, {unheard:.1%} unheard",
                layout=channels,
                role=role,
                right=speaker.right,
                other=speaker.other,
                unknown=speaker.unknown,
                unheard=speaker.unheard,
            )
            console.print(shares, highlight=False)
    for name, boundary in ((Message("starts"), figures.starts), (Message("ends"), figures.ends)):
        if boundary:
            within = _(
                "{layout} channels, {n} turn {name}: 95 % within {p95:.2f} s, {close:.1%} within {limit} s",
                layout=channels,
                n=boundary.n,
                name=name,
                p95=boundary.p95,
                close=boundary.close,
                limit=CLOSE,
            )
            console.print(within, highlight=False)


def print_speech_evaluation(result: SpeechEvaluation, console: Console) -> None:
    """The figures as tables."""
    through = Message("{n} clips, through a telephone", n=result.n_clips)
    table = Table(
        title=_(through if result.telephone else Message("{n} clips", n=result.n_clips)), title_justify="left"
    )
    for name in ("", _("characters"), _("CER"), _("syllables"), _("syllable error rate")):
        table.add_column(name, justify="right" if name else "left")
    for name, rates in ((_("without repair"), result.heard), (_("with repair"), result.repaired)):
        table.add_row(
            name,
            str(rates.n_characters),
            _percent(rates.character_error_rate),
            str(rates.n_syllables),
            _percent(rates.syllable_error_rate),
        )
    console.print(table)
    trust = Table(title=_("how far the words' confidence can be trusted"), title_justify="left")
    for name in (_("confidence"), _("syllables"), _("promised"), _("right")):
        trust.add_column(name, justify="right")
    for bin_ in result.reliability:
        bounds = f"{bin_.low:.1f}-{bin_.high:.1f}"
        trust.add_row(bounds, str(bin_.n), _percent(bin_.promised), _percent(bin_.right))
    console.print(trust)
    error = _percent(calibration_error(result.reliability))
    console.print(_("calibration error {error}", error=error), highlight=False)
    if result.calibration:
        console.print(
            _(
                "a calibration fitted here: slope {slope}, offset {offset}",
                slope=result.calibration.slope,
                offset=result.calibration.offset,
            ),
            highlight=False,
        )
    for file, reason in result.failed:
        failed = _("{file} could not be transcribed: {reason}", file=file, reason=reason)
        console.print(failed, style="red", markup=False)


def print_category_evaluation(result: CategoryEvaluation, console: Console) -> None:
    """The figures as tables."""
    console.print(
        _(
            "{n} texts of {n_classes} classes: accuracy {accuracy:.1%}, macro F1 {macro:.1%}",
            n=len(result.pairs),
            n_classes=len(result.labels),
            accuracy=result.accuracy,
            macro=result.macro_f1,
        ),
        highlight=False,
    )
    console.print(
        _(
            "among all classes of the taxonomy: accuracy {among_all:.1%}, among the first three {top3:.1%}",
            among_all=result.among_all,
            top3=result.top3,
        ),
        highlight=False,
    )
    table = Table(title=_("rows: label; columns: what was named"), title_justify="left")
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
