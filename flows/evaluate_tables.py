"""The figures of an evaluation as tables, and what falls short of a file of floors."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from rich.console import Console
from rich.table import Table

from callqa.errors import ConfigError
from callqa.yaml_file import did_you_mean, node_at, plain, problem, read_yaml
from flows.evaluate import Evaluation
from flows.evaluate_turns import CLOSE, TurnFigures
from qa_models import Disagreement, Figures


def print_evaluation(result: Evaluation, console: Console, confusions: bool = False) -> None:
    """The figures as tables; with ``confusions`` every label that the checks answered otherwise, too."""
    table = Table(title=f"{result.n_calls} calls: detecting 'fail'", title_justify="left")
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
    for item in result.figures.items:
        counts = (item.n_fail, item.hits, item.false_alarms, item.misses, item.abstentions)
        figures = (_figure(item.precision), _figure(item.recall), _figure(item.f1), _interval(item.f1_interval))
        table.add_row(item.item, *map(str, counts), *figures, _figure(item.kappa))
    console.print(table)
    _print_overall(result, console)
    if confusions:
        _print_disagreements(result.figures.disagreements, console)
    if result.speech:
        _print_speech(result, console)
    for layout, turns in result.turns.items():
        _print_turns(layout, turns, console)
    if result.missing:
        console.print(f"without findings: {', '.join(result.missing)} (see the lines above)")


def _print_overall(result: Evaluation, console: Console) -> None:
    overall = result.figures.overall
    console.print(
        f"macro F1 {_figure(overall.macro_f1)} (95 %: {_interval(overall.macro_f1_interval)}), "
        f"pass labels wrongly failed {_share(overall.wrongly_failed)}, unsure {_share(overall.unsure)}",
        highlight=False,
    )


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
        text, as_heard = rates.text, rates.as_heard
        speech.add_row(channel, str(text.n_characters), _figure(as_heard.cer), _figure(text.cer), _figure(text.ser))
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


class Floors(BaseModel):
    """What an evaluation must reach, as a YAML file says it. What is left out is not asked for."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    macro_f1: float | None = Field(default=None, ge=0, le=1)
    wrongly_failed: float | None = Field(default=None, ge=0, le=1)
    """At most this share of the labels 'pass'."""
    unsure: float | None = Field(default=None, ge=0, le=1)
    """At most this share of all labels."""
    every_item: float | None = Field(default=None, ge=0, le=1)
    """F1 of each item that people failed at least once."""
    items: dict[str, Annotated[float, Field(ge=0, le=1)]] = Field(default_factory=dict)
    """F1 of single items, instead of ``every_item``."""


def read_floors(path: Path) -> Floors:
    """Raises `ConfigError` with file and line."""
    root = read_yaml(path)
    try:
        return Floors.model_validate(plain(path, root) or {})
    except ValidationError as error:
        first = error.errors()[0]
        message = f"{'.'.join(map(str, first['loc'])) or 'file'}: {first['msg']}"
        if first["type"] == "extra_forbidden":
            message += f"; {did_you_mean(str(first['loc'][-1]), Floors.model_fields)}"
        raise problem(path, node_at(root, first["loc"]), message) from error


def shortfalls(figures: Figures, floors: Floors, missing: Sequence[str] = ()) -> list[str]:
    """One line for each figure that misses its floor or ceiling, and one for labelled calls without findings."""
    overall, by_item = figures.overall, {item.item: item for item in figures.items}
    if unknown := [item for item in floors.items if item not in by_item]:
        raise ConfigError(f"floor for {unknown[0]!r}: no such item; {did_you_mean(unknown[0], by_item)}")
    wanted = {item.item: floors.every_item for item in figures.items if item.n_fail and floors.every_item is not None}
    checks = [
        ("macro F1", overall.macro_f1, floors.macro_f1, True),
        ("wrongly failed", overall.wrongly_failed, floors.wrongly_failed, False),
        ("unsure", overall.unsure, floors.unsure, False),
        *((f"F1 of {item}", by_item[item].f1, floor, True) for item, floor in (wanted | floors.items).items()),
    ]
    lost = [f"{len(missing)} labelled calls were not evaluated: {', '.join(missing)}"] if missing else []
    return lost + [
        f"{name} is {_figure(value)}, {'at least' if low else 'at most'} {floor:g} is asked for"
        for name, value, floor, low in checks
        if floor is not None and (value is None or (value < floor if low else value > floor))
    ]


def _figure(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"


def _share(value: float | None) -> str:
    return "-" if value is None else f"{value:.1%}"


def _interval(interval: tuple[float, float] | None) -> str:
    return "-" if interval is None else f"{interval[0]:.2f}-{interval[1]:.2f}"
