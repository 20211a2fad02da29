"""`callqa queue`: which calls wait for people, and who is asked to hear them."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated

import pandas as pd
import typer

from callqa.days import ALL_DAYS, Days
from callqa.errors import ConfigError
from callqa.messages import Joined, Message, Text
from callqa.messages import terminal_text as _
from callqa.settings import load_settings
from cli.options import By, CallId
from cli.output import rich_table
from scoring.review.assignment_rules import assign as assign_by_rules
from scoring.review.assignment_rules import load_rules
from scoring.review.queue import QueuedCall, share_out
from services.console import wide_console
from services.context import RubricSet, open_context_for, open_rubric_set, titles_of
from services.review.queue import end, give_out, n_queued, open_items, queued_calls, rules_of
from services.wording import QUEUE_REASONS
from store.people import assignments
from store.people.review_queue import QueueFilter

queue_app = typer.Typer(help="The calls that wait for people, and who hears them.", no_args_is_help=True)
console = wide_console()

Period = Annotated[
    Days | None, typer.Option(parser=Days.of_month, metavar="MONTH", help="Only calls of a month, e.g. 2026-11.")
]
DAYS_SHOWN = 5
ITEMS_SHOWN = 3


@queue_app.command("list")
def list_queue(
    period: Period = None,
    reviewer: Annotated[str | None, typer.Option(help="Only what this person was asked to hear.")] = None,
    limit: Annotated[int, typer.Option(min=1, help="Rows to show.")] = 20,
) -> None:
    """List the calls that wait: missed emergencies first, then possible fatal faults, appeals, and by worth."""
    with open_rubric_set(load_settings()) as rubric_set:
        with rubric_set[0].store.read() as c:
            wanted = QueueFilter((period or ALL_DAYS).moments(rubric_set[0].zone), reviewer=reviewer)
            waiting, n = queued_calls(rubric_set, c, wanted, limit), n_queued(rubric_set, c, wanted)
            known = assignments.open_assignments(c, call_ids=[call.call_id for call in waiting])
        asked = {stored.assignment.call_id: stored.assignment.reviewer for stored in known}
        rows = [_row(rubric_set, call, asked.get(call.call_id, "")) for call in waiting]
    if rows:
        title = Message("calls that wait for review (first {shown} of {n})", shown=len(rows), n=n)
        console.print(rich_table(title, pd.DataFrame(rows)))
    else:
        console.print(_("no call waits for review"))


@queue_app.command()
def assign(
    by: By,
    to: Annotated[
        list[str] | None, typer.Option(help="Who hears them; once for each person. With a share: 王丽:2.")
    ] = None,
    rules: Annotated[
        Path | None, typer.Option(help="YAML file with assignment rules.", show_default="the settings' review.rules")
    ] = None,
    period: Period = None,
    limit: Annotated[int | None, typer.Option(min=1, help="Only the most urgent ones.")] = None,
) -> None:
    """Give out the calls that nobody was asked to hear yet: evenly, by share, or by rules."""
    if to and rules:
        raise ConfigError("queue.to_or_rules")
    with open_rubric_set(load_settings()) as rubric_set:
        if to:
            shares = read_shares(to)
            given_out = give_out(rubric_set, lambda calls: share_out(calls, shares), by, period or ALL_DAYS, limit)
        else:
            known = load_rules(rules, titles_of(rubric_set)) if rules else rules_of(rubric_set)
            if known is None:
                raise ConfigError("queue.nobody_named")
            given_out = give_out(
                rubric_set, lambda calls: assign_by_rules(calls, known.rules), by, period or ALL_DAYS, limit
            )
    counts = Counter(given_out.reviewer_of.values())
    rows = [{"复核员": name, "分配通话": n} for name, n in sorted(counts.items())]
    console.print(
        rich_table(Message("given out now"), pd.DataFrame(rows)) if rows else _("there is no call to give out")
    )
    if given_out.nobody:
        text = _(
            "calls that nobody may hear (no rule fits, or they are the reviewers' own): {n}", n=len(given_out.nobody)
        )
        console.print(text, highlight=False)


@queue_app.command()
def recall(
    by: By,
    calls: Annotated[list[str] | None, typer.Argument(help="The calls' ids.", show_default="all of --reviewer")] = None,
    reviewer: Annotated[str | None, typer.Option(help="Only what this person was asked to hear.")] = None,
) -> None:
    """Take back what people were asked to hear and have not finished; it waits for others then."""
    if not calls and reviewer is None:
        raise ConfigError("queue.which_calls")
    with open_rubric_set(load_settings()) as (first, *_others):
        ended = end(first.store, "recalled", by, reviewer, calls or None)
    calls_ended = [assignment.call_id for assignment in ended]
    console.print(_("calls taken back, {n}: {calls}", n=len(ended), calls=calls_ended), highlight=False)


@queue_app.command()
def done(call: CallId, by: By) -> None:
    """Say that you have heard a call and have nothing (more) to say of it."""
    with open_context_for(load_settings(), call) as context:
        end(context.store, "done", by, by, [call])
        with context.store.read() as c:
            waiting = [context.rubric.titles.get(item, item) for item in open_items(context, c, call)]
    console.print(_("{by} is done with call {call}", by=by, call=call), highlight=False)
    if waiting:
        console.print(_("still to review: {items}; the call waits in the queue again", items=waiting), highlight=False)


@queue_app.command()
def load(
    on: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Last day shown.", show_default="today")
    ] = None,
) -> None:
    """Show what each person has open, and has finished, also day by day."""
    with open_rubric_set(load_settings()) as (context, *_others):
        with context.store.read() as c:
            open_now = assignments.open_assignments(c)
            ended = assignments.ended(c)
        last = (on or datetime.now(UTC).astimezone(context.zone)).date()
        days = [last - timedelta(days=n) for n in reversed(range(DAYS_SHOWN))]
        rows = []
        for name in sorted(
            {stored.assignment.reviewer for stored in open_now} | {assignment.reviewer for assignment in ended}
        ):
            finished = [ending for ending in ended if (ending.reviewer, ending.how) == (name, "done")]
            by_day = Counter(ending.at.astimezone(context.zone).date() for ending in finished)
            row = {
                "复核员": name,
                "未完成": sum(stored.assignment.reviewer == name for stored in open_now),
                "已完成": len(finished),
                "已收回": sum((ending.reviewer, ending.how) == (name, "recalled") for ending in ended),
            }
            rows.append(row | {_("done on {day:%m-%d}", day=day): by_day[day] for day in days})
    console.print(
        rich_table(Message("load of the reviewers"), pd.DataFrame(rows)) if rows else _("nothing was given out yet")
    )


def read_shares(texts: list[str]) -> dict[str, float]:
    """Names with weights, as in 王丽:2; without one it is 1. Raises `ConfigError`."""
    shares: dict[str, float] = {}
    for text in texts:
        name, _colon, weight = text.replace("：", ":").partition(":")
        try:
            share = float(weight or 1)
        except ValueError:
            share = 0.0
        if not name.strip() or not 0 < share < float("inf"):
            raise ConfigError("queue.share_wrong", text=text)
        if name.strip() in shares:
            raise ConfigError("queue.name_twice", text=text, name=name.strip())
        shares[name.strip()] = share
    return shares


def _row(rubric_set: RubricSet, call: QueuedCall, reviewer: str) -> dict[str, object]:
    titles, zone = titles_of(rubric_set), rubric_set[0].zone
    return {
        "通话编号": call.call_id,
        "工号": call.agent_id,
        "班组": call.team,
        "通话时间": f"{call.started_at.astimezone(zone):%m-%d %H:%M}",
        "事由": Joined(Message(QUEUE_REASONS[reason]) for reason in call.reasons),
        "待判项目": _few([titles.get(item, item) for item in call.items]),
        "复核员": reviewer,
    }


def _few(names: list[str]) -> Text:
    """A call that could hardly be heard waits with nearly all its items; nobody reads twenty names in a cell."""
    shown = Joined(names[:ITEMS_SHOWN])
    return shown if len(names) <= ITEMS_SHOWN else Message("{items} and more, {n} in all", items=shown, n=len(names))
