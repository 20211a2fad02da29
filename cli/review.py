"""`callqa review`: reviews of a call's items, and those of before."""

from typing import Annotated

import pandas as pd
import typer

from callqa.errors import ConfigError
from callqa.messages import Message, Text
from callqa.messages import terminal_text as _
from callqa.records import Review
from callqa.scores import CallScore, ItemScore
from callqa.settings import load_settings
from callqa.types import Verdict
from callqa.yaml_file import did_you_mean
from cli.options import By, CallId
from cli.output import rich_table
from scoring.review.apply import standing_reviews
from services.console import wide_console
from services.context import RubricContext, open_context_for
from services.review.queue import open_items
from services.review.reviews import find_item, item_or_reviewed, known_call, machine_verdict, new_review, review_call
from services.wording import ACTIONS, PURPOSES, VERDICTS
from store.people import calibration, reviews

review_app = typer.Typer(help="Confirm or correct what the machine found; the scores follow.", no_args_is_help=True)
console = wide_console()

Item = Annotated[str, typer.Argument(help="The item's id or title, e.g. opening or 开头语.")]
Why = Annotated[str, typer.Option("--reason", help="Why; the agent will read it.")]
DECISIONS = {Verdict.MET, Verdict.VIOLATED, Verdict.NOT_APPLICABLE}


@review_app.command()
def confirm(call: CallId, item: Item, by: By, reason: Why = "") -> None:
    """The machine is right. A fatal item takes effect with this."""
    with open_context_for(load_settings(), call) as context:
        item_id = find_item(context, item)
        verdict = machine_verdict(context, call, item_id)
        if verdict not in DECISIONS:
            raise ConfigError("review.machine_undecided", call=call, item=item, verdict=verdict)
        _say(context, new_review(call, item_id, "confirm", by, verdict=verdict, reason=reason))


@review_app.command()
def override(
    call: CallId,
    item: Item,
    verdict: Annotated[str, typer.Argument(help="合格, 不合格 or 不适用; met, violated or not_applicable.")],
    by: By,
    reason: Why,
) -> None:
    """Decide an item otherwise than the machine, or one it could not decide."""
    decided = read_verdict(verdict)
    with open_context_for(load_settings(), call) as context:
        _say(context, new_review(call, find_item(context, item), "override", by, verdict=decided, reason=reason))


@review_app.command()
def manual(
    call: CallId,
    title: Annotated[str, typer.Argument(help="What the rubric has no item for, e.g. 主动安抚.")],
    points: Annotated[float, typer.Option(min=-100, max=100, help="Added to the total, e.g. 3 or -5.")],
    by: By,
    reason: Why,
) -> None:
    """Add or take away points for something that the rubric has no item for."""
    with open_context_for(load_settings(), call) as context:
        if title in context.rubric.titles.values():
            raise ConfigError("review.item_in_rubric", title=title)
        _say(context, new_review(call, title, "manual", by, points=points, reason=reason))


@review_app.command()
def withdraw(
    call: CallId,
    item: Annotated[str, typer.Argument(help="The item's id or title, or the title of a manual item.")],
    by: By,
    reason: Why = "",
) -> None:
    """Take back your own word on an item; what others said counts again, or else the machine."""
    with open_context_for(load_settings(), call) as context:
        _say(context, new_review(call, item_or_reviewed(context, call, item), "withdraw", by, reason=reason))


@review_app.command()
def history(call: CallId) -> None:
    """List all that people ever said of a call, and which of it counts."""
    with open_context_for(load_settings(), call) as context:
        with context.store.read() as connection:
            known_call(connection, call)
            all_reviews = calibration.visible(connection, reviews.reviews_of(connection, call))
        counting = standing_reviews(all_reviews)
        rows = [
            {
                "时间": f"{review.at.astimezone(context.zone):%Y-%m-%d %H:%M}",
                "人员": review.author,
                "用途": Message(PURPOSES[review.purpose]),
                "动作": Message(ACTIONS[review.action]),
                "项目": context.rubric.titles.get(review.item_id, review.title or review.item_id),
                "结果": result_of(review),
                "理由": review.reason,
                "计入": Message("是") if review in counting else "",
            }
            for review in all_reviews
        ]
    title = Message("reviews of {call}", call=call)
    console.print(rich_table(title, pd.DataFrame(rows)) if rows else _("nobody reviewed it yet"))


def read_verdict(text: str) -> Verdict:
    """A person's verdict, in Chinese or English. Raises `ConfigError`."""
    names = {name: verdict for verdict in DECISIONS for name in (VERDICTS[verdict], verdict.value)}
    if text not in names:
        raise ConfigError("review.verdict_unknown", text=text, hint=did_you_mean(text, sorted(names)))
    return names[text]


def result_of(review: Review) -> Text:
    """What a review says of its item: a verdict, or points with their sign."""
    if review.verdict is not None:
        return Message(VERDICTS[review.verdict])
    return "" if review.points is None else f"{review.points:+g}"


def print_change(context: RubricContext, call: str, before: CallScore | None, after: CallScore | None) -> None:
    """What a review did to the call's sheet."""
    if before is None or after is None:
        console.print(_("call {call} is not scored yet; it counts when it is", call=call), highlight=False)
        return
    for old, new in zip(before.items, after.items, strict=True):
        if (old.verdict, old.by_person) != (new.verdict, new.by_person):
            _print_move(context.rubric.titles[new.item_id], _verdict(old), _verdict(new))
    if before.manual_points != after.manual_points:
        _print_move(Message("人工加减分"), f"{before.manual_points:+g}", f"{after.manual_points:+g}")
    _print_move(Message("总分"), total_text(before.total), total_text(after.total))
    with context.store.read() as connection:
        waiting = [context.rubric.titles.get(item, item) for item in open_items(context, connection, call)]
    if waiting:
        console.print(_("still to review: {items}", items=waiting), highlight=False)
    else:
        console.print(_("nothing of this call is left to review"), highlight=False)


def _print_move(what: Text, old: Text, new: Text) -> None:
    console.print(_("{what}: {old} → {new}", what=what, old=old, new=new), highlight=False)


def total_text(total: float | None) -> str:
    return "—" if total is None else f"{total:.1f}"


def _verdict(item: ItemScore) -> Message:
    verdict = Message(VERDICTS[item.verdict])
    return Message("{verdict} (by a person)", verdict=verdict) if item.by_person else verdict


def _say(context: RubricContext, review: Review) -> None:
    reviewed = review_call(context, review)
    action = Message(ACTIONS[review.action])
    text = _("call {call}, noted: {action} by {author}", call=review.call_id, author=review.author, action=action)
    console.print(text, highlight=False)
    print_change(context, review.call_id, reviewed.before, reviewed.after)
