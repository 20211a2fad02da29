"""`callqa legal-hold`: calls that no retention and no erasure removes, until somebody releases them."""

from datetime import UTC, datetime
from typing import Annotated

import pandas as pd
import typer

from callqa.days import Days
from callqa.errors import ConfigError
from callqa.messages import terminal_text as _
from callqa.people import AuditEntry, plain_id
from cli.audit_entry import typist
from cli.options import By
from cli.output import rich_table
from services.console import wide_console
from services.context import RubricContext, open_rubric_set, settings_in_use
from services.retention.erase import calls_of_number, number_to_find
from services.retention.legal_hold import case_of
from store.people import audit
from store.removal import erasures, legal_holds

console = wide_console()
legal_hold_app = typer.Typer(help="Calls that must not be removed, whatever their age.", no_args_is_help=True)
Reason = Annotated[str, typer.Option("--reason", help="The case; it is kept, and shown on the call's page.")]


@legal_hold_app.command()
def put(
    by: By,
    reason: Reason,
    call: Annotated[list[str] | None, typer.Option(help="A call's id; once for each call.")] = None,
    agent: Annotated[str, typer.Option(help="Calls of this agent.", parser=plain_id, metavar="<str>")] = "",
    since: Annotated[str | None, typer.Option(help="First local day, e.g. 2026-11-03.")] = None,
    until: Annotated[str | None, typer.Option(help="Last local day, e.g. 2026-11-07.")] = None,
    phone: Annotated[str, typer.Option(help="Calls with this number, in the ticket or spoken.")] = "",
) -> None:
    """Hold the calls that are there now and fit all that is given; calls that come in later are not held."""
    days = Days.between(since, until)
    if not (call or agent or phone or days.first or days.last):
        raise ConfigError("legal_hold.which_calls")
    case = case_of(reason)
    with open_rubric_set(settings_in_use()) as (context, *_others):
        of_number = _of_number(context, phone) if phone else None
        with context.store.write() as c:
            first, last = (f"{day or ''}" for day in (days.first, days.last))
            ids = legal_holds.calls_like(c, call or (), agent, first, last)
            if of_number is not None:
                ids = sorted(of_number.intersection(ids))
            asked = _asked(call or [], agent, days, bool(phone))
            now = datetime.now(UTC)
            pk = legal_holds.hold_calls(c, ids, asked, case, by, now)
            audit.put_audit(
                c, AuditEntry(now, typist(), "", "legal_hold_put", "legal_hold", pk, detail={"n": len(ids)})
            )
    console.print(_("legal hold {pk}, calls held: {n}", pk=pk, n=len(ids)), highlight=False)


@legal_hold_app.command()
def release(
    number: Annotated[int, typer.Argument(help="Of the hold, as `list` shows it.")], by: By, reason: Reason
) -> None:
    """Release a hold; what is older than its limits goes with the next retention."""
    case = case_of(reason)
    with open_rubric_set(settings_in_use()) as (context, *_others), context.store.write() as c:
        now = datetime.now(UTC)
        n_calls = legal_holds.release(c, number, case, by, now)
        entry = AuditEntry(now, typist(), "", "legal_hold_released", "legal_hold", number, detail={"n": n_calls})
        audit.put_audit(c, entry)
    console.print(_("legal hold {pk} is released; calls it held: {n}", pk=number, n=n_calls), highlight=False)


@legal_hold_app.command("list")
def list_() -> None:
    """All holds there ever were, newest first."""
    with open_rubric_set(settings_in_use()) as (context, *_others), context.store.read() as c:
        rows = [
            {
                _("hold"): hold.pk,
                _("calls"): hold.n_calls,
                _("asked for"): hold.asked,
                _("reason"): hold.reason,
                _("by"): hold.author,
                _("at"): hold.at.astimezone(context.zone).strftime("%Y-%m-%d %H:%M"),
                _("released"): f"{hold.released_by}: {hold.release_reason}" if hold.released_by else "",
            }
            for hold in legal_holds.legal_holds(c)
        ]
    console.print(rich_table(_("Legal holds"), pd.DataFrame(rows)) if rows else _("no call was ever held"))


def _of_number(context: RubricContext, phone: str) -> set[int]:
    of_number = calls_of_number(context.store, number_to_find(phone), console)
    with context.store.read() as c:
        return {call.pk for call in erasures.calls_to_erase(c, of_number.recordings)}


def _asked(calls: list[str], agent: str, days: Days, phone: bool) -> str:
    parts = [f"calls {', '.join(calls[:5])}{' ...' if len(calls) > 5 else ''}"] if calls else []
    parts += [f"agent {agent}"] if agent else []
    parts += [f"days {days.slug}"] if days.first or days.last else []
    return ", ".join(parts + (["a telephone number"] if phone else []))
