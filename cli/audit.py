"""`callqa audit`: whether the audit log is as it was written, and the log as a file."""

from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from callqa.audit_chain import Break, Checked, Link
from callqa.errors import CallQAError, ConfigError, system_problem
from callqa.messages import Joined, Message
from callqa.messages import terminal_text as _
from services.audit.anchors import NAMED, check_whole, keep_anchor
from services.audit.export import check_file, write_lines
from services.console import wide_console
from services.context import settings_in_use
from store import open_store
from store.people import audit_checks

audit_app = typer.Typer(help="Whether the log of who did what is as it was written.", no_args_is_help=True)
console = wide_console()

DAMAGE = {
    "changed": "audit.entry_changed",
    "missing": "audit.entries_missing",
    "inserted": "audit.entry_inserted",
    "rewritten": "audit.rewritten",
    "cut_off": "audit.cut_off",
}


@audit_app.command("verify")
def verify(
    anchor: Annotated[
        list[str] | None,
        typer.Option(help="An anchor that was kept elsewhere, NUMBER:HASH; may be given several times."),
    ] = None,
    file: Annotated[Path | None, typer.Option(help="Check an exported file instead of the database.")] = None,
    keep: Annotated[bool, typer.Option("--keep", help="Keep the log's end as an anchor, as every night does.")] = False,
) -> None:
    """Check the log against its chain of hashes and all anchors; exit with 1 when it was tampered with."""
    others = [Link.parse(text) for text in anchor or ()]
    if file:
        _tell(check_file(file, others))
        return
    settings = settings_in_use()
    with closing(open_store(settings.database)) as store:
        checked = check_whole(store, settings.home, others)
        with store.read() as c:
            cut = audit_checks.last_cut(c)
    try:
        _tell(checked)
    finally:  # a log that was tampered with is noted, too
        if keep:
            keep_anchor(settings.home, checked, datetime.now(ZoneInfo(settings.timezone)))
    if cut:
        console.print(
            _(
                "entries up to {pk}, of before {before}, were cut off by {author} at {at:%Y-%m-%d %H:%M:%S} UTC; "
                "compare with: callqa retention reports",
                pk=cut.through.pk,
                before=cut.before,
                author=cut.author,
                at=cut.at,
            ),
            highlight=False,
            soft_wrap=True,
        )


@audit_app.command("export")
def export(
    file: Annotated[Path, typer.Argument(help="JSON Lines, an entry a line.")],
    after: Annotated[
        str | None, typer.Option(help="Only what came behind this anchor, NUMBER:HASH, where the last file ended.")
    ] = None,
) -> None:
    """Write the log into a file that can be checked by itself: callqa audit verify --file."""
    start = Link.parse(after) if after else None
    with closing(open_store(settings_in_use().database)) as store, store.read() as c:
        behind = start or audit_checks.head_link(c)
        try:
            n = write_lines(file, behind, audit_checks.chain(c, behind.pk))
        except OSError as error:
            raise ConfigError("file.not_written", path=file, why=system_problem(error)) from error
    console.print(_("entries in {file}: {n}", n=n, file=file), highlight=False, soft_wrap=True)


def _tell(checked: Checked) -> None:
    """Raises `CallQAError` when the log is not intact."""
    if checked.breaks:
        more = len(checked.breaks) - NAMED
        left_out = [Message("audit.more_breaks", n=more)] if more > 0 else []
        raise CallQAError("audit.tampered", breaks=Joined([*map(_words, checked.breaks[:NAMED]), *left_out], "\n"))
    if checked.at:
        intact = _("intact: {n} entries, until {at:%Y-%m-%d %H:%M:%S} UTC", n=checked.n, at=checked.at)
    else:
        intact = _("intact: {n} entries", n=checked.n)
    console.print(intact, highlight=False)
    console.print(_("anchor: {anchor}", anchor=str(checked.last)), highlight=False, soft_wrap=True)


def _words(broken: Break) -> Message:
    damage = Message(DAMAGE[broken.damage], pk=broken.pk)
    return Message("audit.break_at", damage=damage, at=broken.at) if broken.at else damage
