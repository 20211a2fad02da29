"""`callqa search`: who said something, by sound or as it is spelled."""

from typing import Annotated, Literal

import pandas as pd
import typer

from callqa.call_filter import CallFilter
from callqa.clock import padded_clock
from callqa.days import Days
from callqa.messages import Message
from callqa.messages import terminal_text as _
from callqa.people import plain_id
from callqa.settings import load_settings
from cli.audit_entry import log_action
from cli.output import rich_table
from services.console import wide_console
from services.context import open_rubric_set
from services.search.find import HitTurn, Question, search_calls
from services.wording import LIKENESS, ROLES

console = wide_console()


def search(
    words: Annotated[
        list[str], typer.Argument(help="What was said; a call has to have all the words. Or a call's id.")
    ],
    spelled: Annotated[bool, typer.Option("--spelled", help="Only as it is written, not by sound.")] = False,
    who: Annotated[
        Literal["agent", "citizen"] | None, typer.Option(help="Who says it.", show_default="anybody")
    ] = None,
    team: Annotated[list[str] | None, typer.Option(help="Only calls of this team; once for each team.")] = None,
    agent: Annotated[
        list[str] | None,
        typer.Option(help="Only calls of this agent; once for each agent.", parser=plain_id, metavar="<list[str]>"),
    ] = None,
    since: Annotated[str | None, typer.Option(help="First local day, e.g. 2026-11-03.")] = None,
    until: Annotated[str | None, typer.Option(help="Last local day, e.g. 2026-11-07.")] = None,
    after: Annotated[int | None, typer.Option(help="Go on where a page ended; it prints the number.")] = None,
) -> None:
    """Find calls in which something was said, by sound (陈辉路 for 晨晖路) or as it is spelled."""
    wanted = CallFilter(agent=tuple(agent or ()), team=tuple(team or ()), days=Days.between(since, until))
    question = Question(" ".join(words), spelled, who, wanted)
    with open_rubric_set(load_settings()) as (context, *_others):
        results = search_calls(context, question, after)
        zone = context.zone
        log_action(
            context.store, "searched", "call", detail={"n": len(results.hits), "by": "text" if spelled else "sound"}
        )
    for call in results.named:
        console.print(_("call {call}: see callqa show {call}", call=call.call_id), highlight=False)
    rows = [
        {
            "通话编号": hit.call.call_id,
            "通话时间": f"{hit.call.started_at.astimezone(zone):%Y-%m-%d %H:%M}",
            "工号": hit.call.agent_id,
            "班组": hit.call.team,
            "匹配": Message(LIKENESS[hit.likeness]),
            "原话": "\n".join(map(_line, hit.turns)),
        }
        for hit in results.hits
    ]
    if rows:
        title = Message("calls found ({n} on this page, the latest first)", n=len(rows))
        console.print(rich_table(title, pd.DataFrame(rows)))
    elif results.after is None and not results.named:
        console.print(_("nothing was found"))
    if results.upto:
        text = _("searched back to {time:%Y-%m-%d %H:%M}; earlier calls were not searched yet", time=results.upto)
        console.print(text, highlight=False)
    if results.after is not None:
        console.print(_("next page: add --after {n} to the command", n=results.after), highlight=False)


def _line(turn: HitTurn) -> str:
    """With brackets around what was found."""
    text, done = "", 0
    for place in turn.places:
        text += f"{turn.text[done : place.start]}【{turn.text[place.start : place.end]}】"
        done = place.end
    return f"{padded_clock(turn.start)} {_(ROLES[turn.role])} {text}{turn.text[done:]}"
