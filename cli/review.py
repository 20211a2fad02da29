"""`callqa review`: reviews of a call's items, and those of before."""

from typing import Annotated

import pandas as pd
import typer

from callqa.errors import ConfigError
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
                "用途": PURPOSES[review.purpose],
                "动作": ACTIONS[review.action],
                "项目": context.rubric.titles.get(review.item_id, review.title or review.item_id),
                "结果": result_of(review),
                "理由": review.reason,
                "计入": "是" if review in counting else "",
            }
            for review in all_reviews
        ]
    console.print(rich_table(f"复核记录 {call}", pd.DataFrame(rows)) if rows else "没有复核记录。")


def read_verdict(text: str) -> Verdict:
    """A person's verdict, in Chinese or English. Raises `ConfigError`."""
    names = {name: verdict for verdict in DECISIONS for name in (VERDICTS[verdict], verdict.value)}
    if text not in names:
        raise ConfigError("review.verdict_unknown", text=text, hint=did_you_mean(text, sorted(names)))
    return names[text]


def result_of(review: Review) -> str:
    """What a review says of its item: a verdict, or points with their sign."""
    if review.verdict is not None:
        return VERDICTS[review.verdict]
    return "" if review.points is None else f"{review.points:+g}"


def print_change(context: RubricContext, call: str, before: CallScore | None, after: CallScore | None) -> None:
    """What a review did to the call's sheet."""
    if before is None or after is None:
        console.print(f"通话 {call} 尚未评分；评分时计入。")
        return
    for old, new in zip(before.items, after.items, strict=True):
        if (old.verdict, old.by_person) != (new.verdict, new.by_person):
            title = context.rubric.titles[new.item_id]
            console.print(f"{title}：{_verdict(old)} → {_verdict(new)}", highlight=False)
    if before.manual_points != after.manual_points:
        console.print(f"人工加减分：{before.manual_points:+g} → {after.manual_points:+g}", highlight=False)
    console.print(f"总分：{total_text(before.total)} → {total_text(after.total)}", highlight=False)
    with context.store.read() as connection:
        waiting = [context.rubric.titles.get(item, item) for item in open_items(context, connection, call)]
    console.print(f"仍待复核：{'、'.join(waiting)}" if waiting else "本通话已无待复核项目。", highlight=False)


def total_text(total: float | None) -> str:
    return "—" if total is None else f"{total:.1f}"


def _verdict(item: ItemScore) -> str:
    return VERDICTS[item.verdict] + ("（人工）" if item.by_person else "")


def _say(context: RubricContext, review: Review) -> None:
    reviewed = review_call(context, review)
    console.print(f"通话 {review.call_id}：已记录 {review.author} 的{ACTIONS[review.action]}", highlight=False)
    print_change(context, review.call_id, reviewed.before, reviewed.after)
