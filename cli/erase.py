"""`callqa erase`: the right to erasure, by telephone number."""

from datetime import UTC, datetime
from typing import Annotated

import pandas as pd
import typer

from callqa.errors import ConfigError
from callqa.messages import terminal_text as _
from cli.audit_entry import typist
from cli.output import rich_table
from cli.retention import print_report
from flows.stages import index_again
from reports.month import write_all_changed_reports
from services.console import wide_console
from services.context import RubricContext, open_rubric_set, settings_in_use
from services.retention.erase import calls_of_number, number_to_find
from services.retention.erase import erase as erase_calls
from services.retention.keyed import written_digits
from store.removal import erasures
from store.removal.erasures import CallToErase

console = wide_console()


def erase(
    phone: Annotated[str, typer.Option("--phone", help="The number, as in the ticket or as it was said.")],
    reason: Annotated[str, typer.Option("--reason", help="Who asked for it, and how; without the number.")] = "",
    really: Annotated[bool, typer.Option("--apply", help="Erase them. Without it they are only listed.")] = False,
) -> None:
    """Erase the calls of a telephone number: list them first, then do it with --apply."""
    number = number_to_find(phone)
    if really and not reason.strip():
        raise ConfigError("erasure.no_reason")
    if number in written_digits(reason):
        raise ConfigError("erasure.number_in_reason")
    with open_rubric_set(settings_in_use()) as rubric_set:
        if not really:
            _list(rubric_set[0], number)
            return
        report = erase_calls(
            rubric_set,
            number,
            typist(),
            reason.strip(),
            datetime.now(UTC),
            console,
            index_again,
            write_all_changed_reports,
        )
    print_report(report)
    if stay := report.counts.get("reports_held"):
        console.print(_("folders of reports about days of held calls stay: {n}; delete them with the hold", n=stay))
    if held := report.counts.get("held"):
        console.print(_("calls that the law holds stay: {n}; erase again after: callqa legal-hold release", n=held))


def _list(context: RubricContext, number: str) -> None:
    of_number = calls_of_number(context.store, number, console)
    with context.store.read() as c:
        calls = erasures.calls_to_erase(c, of_number.recordings)
    rows = [
        _row(context, call, call.recording in of_number.written, call.recording in of_number.spoken) for call in calls
    ]
    console.print(rich_table(_("Calls of this number"), pd.DataFrame(rows)) if rows else _("no call has this number"))
    console.print(_("nothing was changed; to erase them: --apply --reason WHY"), highlight=False)


def _row(context: RubricContext, call: CallToErase, written: bool, spoken: bool) -> dict[str, str]:
    where = [name for name, there in ((_("ticket"), written), (_("spoken"), spoken)) if there]
    return {
        _("call"): call.call_id,
        _("at"): call.started_at.astimezone(context.zone).strftime("%Y-%m-%d %H:%M"),
        _("agent"): call.agent_id,
        _("found in"): ", ".join(where),
        _("recording"): call.uri,
        _("state"): _("held by law") if call.held else "",
    }
