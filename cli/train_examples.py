"""`callqa train examples` and what follows: versions of shipped models, learnt from what people taught."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Annotated

import pandas as pd
import typer

from callqa.learning import GoldenChange, LabelCard, ModelVersion
from callqa.messages import Joined, Message
from callqa.messages import terminal_text as _
from callqa.settings import load_settings
from cli.audit_entry import log_action
from cli.options import By
from cli.output import rich_table
from services.console import wide_console
from services.context import RubricSet, open_rubric_set
from services.learning import versions
from services.learning.taught import TEACHING, label_titles

console = wide_console()
Model = Annotated[str, typer.Argument(help="The shipped model: faults or duties.")]
Key = Annotated[str, typer.Argument(help="The version's key, or the beginning of it.")]
Reason = Annotated[str, typer.Option(help="Why; it is kept.")]
OUTCOMES = {"learnt": "learnt", "too_few": "too few examples", "no_gain": "no gain"}


def train_examples(by: By, model: Model = "faults") -> None:
    """Learn from the examples that people made; what gains becomes a version that somebody may adopt."""
    with open_rubric_set(load_settings()) as rubric_set:
        challenger = versions.train(rubric_set, model, by, datetime.now(UTC))
        version = challenger.version
        _print_card(version, label_titles(rubric_set, model))
        if not challenger.gains:
            console.print(_("no label gains, so there is no new version"), highlight=False)
            return
        log_action(rubric_set[0].store, "model_trained", name=version.key, detail={"model": model})
    console.print(
        _("version {key} is put forward; to use it: callqa train adopt {key} --by NAME", key=version.key),
        highlight=False,
        soft_wrap=True,
    )


def list_versions() -> None:
    """List the versions that were learnt, and which one the next run uses."""
    with open_rubric_set(load_settings()) as rubric_set, rubric_set[0].store.read() as c:
        known = versions.known_versions(c)
        titles = {model: label_titles(rubric_set, model) for model in TEACHING}
        zone = rubric_set[0].zone
    if not known:
        console.print(_("no version was learnt yet: callqa train examples"), highlight=False)
        return
    rows = [
        {
            "模型": row.version.model,
            "版本": row.version.key,
            "时间": row.version.at.astimezone(zone).strftime("%Y-%m-%d %H:%M"),
            "人员": row.version.author,
            "学到的标签": Joined(titles[row.version.model].get(label, label) for label in row.version.card.learnt),
            "在用": Message("是") if row.chosen else "",
        }
        for row in known
    ]
    console.print(rich_table(Message("versions of models"), pd.DataFrame(rows)))


def show_card(key: Key) -> None:
    """Show what a version was made of, and how good it was then."""
    with open_rubric_set(load_settings()) as rubric_set:
        version = _version(rubric_set, key)
        _print_card(version, label_titles(rubric_set, version.model))


def compare(key: Key) -> None:
    """Measure a version on the golden set, beside the one whose findings there are. Changes nothing."""
    with open_rubric_set(load_settings()) as rubric_set:
        changes = versions.golden_changes(rubric_set, _version(rubric_set, key))
    if not changes:
        console.print(_("no label of the golden set tells anything of it"), style="yellow", highlight=False)
    _print_golden(changes)


def adopt(key: Key, by: By, reason: Reason = "") -> None:
    """Have the next run use a version, if the golden set agrees."""
    with open_rubric_set(load_settings()) as rubric_set:
        version = versions.adopt(rubric_set, _version(rubric_set, key), by, reason, datetime.now(UTC))
        log_action(rubric_set[0].store, "model_adopted", name=version.key, detail={"model": version.model})
    _print_golden(version.card.golden)
    _say_when(_("version {key} of {model} was adopted", key=version.key, model=version.model))


def rollback(by: By, model: Model = "faults", reason: Reason = "") -> None:
    """Have the next run use the version that was used before."""
    with open_rubric_set(load_settings()) as rubric_set:
        key = versions.roll_back(rubric_set, model, by, reason, datetime.now(UTC))
        log_action(rubric_set[0].store, "model_rolled_back", name=key, detail={"model": model})
    _say_when(
        _("{model} goes back to version {key}", model=model, key=key)
        if key
        else _("{model} goes back to the shipped model", model=model)
    )


def _version(rubric_set: RubricSet, key: str) -> ModelVersion:
    with rubric_set[0].store.read() as c:
        return versions.version_of(c, key)


def _say_when(done: str) -> None:
    when = _("the next night makes findings with it, or now: callqa rescore; until then all stays as it is")
    console.print(f"{done}\n{when}", highlight=False, soft_wrap=True)


def _print_card(version: ModelVersion, titles: Mapping[str, str]) -> None:
    card = version.card
    rows = [_row(label, titles.get(label.label, label.label)) for label in card.labels]
    console.print(rich_table(Message("learnt from examples"), pd.DataFrame(rows)))
    left_out = _(
        "examples: {n}; left out: {golden} of the golden set, {withdrawn} that count no longer",
        n=card.n_examples,
        golden=card.n_golden,
        withdrawn=card.n_withdrawn,
    )
    made = _(
        "{model} {key}, trained by {author} on {day}, callqa {code}; compared with {compared}",
        model=version.model,
        key=version.key,
        author=version.author,
        day=version.at.strftime("%Y-%m-%d"),
        code=card.code,
        compared=card.compared,
    )
    console.print(f"{left_out}\n{made}", highlight=False, soft_wrap=True)
    _print_golden(card.golden)


def _row(card: LabelCard, title: str) -> dict[str, object]:
    measured = card.outcome != "too_few"
    return {
        "标签": title,
        "属于": card.n_of,
        "不属于": card.n_other,
        "坐席或通话": card.n_units,
        "更好/更差": f"{card.better}/{card.worse}" if measured else "",
        "p": f"{card.p:.3f}" if measured else "",
        "属于判对": f"{card.of_before:.0%} → {card.of_after:.0%}" if measured else "",
        "不属于判对": f"{card.other_before:.0%} → {card.other_after:.0%}" if measured else "",
        "结果": Message(OUTCOMES[card.outcome]),
    }


def _print_golden(changes: Sequence[GoldenChange]) -> None:
    for change in changes:
        console.print(
            _(
                "golden set: right {before} → {after} of {n} labels, passes wrongly failed {failed_before} → "
                "{failed_after}: {answer}",
                before=change.right_before,
                after=change.right_after,
                n=change.n_labels,
                failed_before=change.wrongly_failed_before,
                failed_after=change.wrongly_failed_after,
                answer=_("it agrees") if change.agrees else _("it does not agree"),
            ),
            style=None if change.agrees else "yellow",
            highlight=False,
            soft_wrap=True,
        )
        for floor in change.missed:
            console.print(f"  {_(floor)}", style="yellow", highlight=False)
