"""`callqa backup` and `callqa restore`."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from callqa.messages import terminal_text as _
from callqa.settings import Settings, load_settings
from cli.audit_entry import log_action, typist
from cli.removal_counts import counts_of
from services.console import wide_console
from services.context import settings_in_use
from services.upkeep.backup import Chosen, Contents, back_up
from services.upkeep.own_files import settings_file
from services.upkeep.restore import Restored, put_files, refuse_full
from services.upkeep.restore import restore as restore_archive
from store import Store, open_store

console = wide_console()
BACK = 1
"""Exit status when something is back that was erased or removed."""


def backup(
    file: Annotated[Path, typer.Argument(help="The archive to write, e.g. callqa-2026-11-25.zip.")],
    files: Annotated[
        bool, typer.Option(help="With callqa.toml, and the rubrics, checks and other files that the settings name.")
    ] = True,
    keys: Annotated[
        bool, typer.Option("--keys", help="With key files, too: then the archive opens all that they encrypt.")
    ] = False,
) -> None:
    """Write the database and the office's own files into one archive, while everything goes on.

    Recordings, weights and reports are not in it, nor keys without --keys, nor what CALLQA_* variables set.
    """
    settings = settings_in_use()
    with _opened(settings) as store:
        contents = back_up(settings, store, file, Chosen(files, keys))
        _note(store, "backup_made", contents.at)
    size = file.stat().st_size / (1 << 20)
    console.print(
        _(
            "{file}: calls {n_calls:,}, files {n_files}, {size:,.1f} MB, verified",
            file=file,
            n_calls=contents.rows["call"],
            n_files=len(contents.places),
            size=size,
        )
    )
    for setting, place in contents.left_out.items():
        warning = _(
            "NOT in it: {place} ({setting}); keep a copy of it, apart from this archive", place=place, setting=setting
        )
        console.print(warning, style="yellow")
    toml = settings_file()
    if settings.encryption.key.get_secret_value() and not (toml and toml.is_key):
        console.print(_("NOT in it: encryption.key, without which sealed recordings stay sealed"), style="yellow")
    console.print(_("People's words are in it: keep it encrypted, and where only few can read it."))


def restore(
    file: Annotated[Path, typer.Argument(help="An archive that callqa backup wrote.")],
    force: Annotated[bool, typer.Option("--force", help="Replace a database that has data in it.")] = False,
    files: Annotated[
        Path | None,
        typer.Option(help="Lay callqa.toml and the other files into this folder.", show_default="not at all"),
    ] = None,
) -> None:
    """Put the database of an archive in the place of the one that the settings name.

    Either may be SQLite or PostgreSQL. Stop the desk and the schedule first. What was erased or removed by age after
    the backup was made is erased and removed again, and legal holds stand, as far as the present database tells.
    """
    settings = load_settings()
    if files:
        refuse_full(files)
    done = restore_archive(settings, file, force, typist(), datetime.now(UTC), console)
    contents = done.contents
    with _opened(settings) as store:
        _note(store, "backup_restored", contents.at)
        n_calls = contents.rows["call"]
        restored = _("{url}: calls as of {at:%Y-%m-%d %H:%M} UTC: {n:,}", url=store.url, n=n_calls, at=contents.at)
        console.print(restored)
    _tell_removals(done)
    _tell_files(file, contents, files)
    console.print(_("now: callqa doctor, then start the desk and the schedule"))
    if done.back:
        raise typer.Exit(BACK)


def _tell_files(archive: Path, contents: Contents, files: Path | None) -> None:
    if files:
        for path, place in put_files(archive, contents, files):
            console.print(_("{path} (it lay at {place})", path=path, place=place))
    elif contents.places:
        console.print(_("files of settings and rubrics are in it, too ({n}): --files FOLDER", n=len(contents.places)))
    for setting, place in contents.left_out.items():
        if not Path(place).exists():
            warning = _(
                "NOT in it, and not here: {place} ({setting}); bring it from its own copy", place=place, setting=setting
            )
            console.print(warning, style="yellow")


def _tell_removals(done: Restored) -> None:
    if report := done.erased:
        again = _("erased after it, and now again: {counts} (report {pk})", counts=counts_of(report), pk=report.pk)
        console.print(again, highlight=False)
    if report := done.removed:
        again = _(
            "removed by age after it, and now again: {counts} (report {pk})", counts=counts_of(report), pk=report.pk
        )
        console.print(again, highlight=False)
    if done.erased:
        console.print(_("the archive still has what was erased: make a new backup, and delete this one"))
    if done.holds:
        console.print(_("legal holds put or released after it: {n}; they stand as they did", n=done.holds))
    for problem in done.unknown:
        console.print(_("CAUTION: {problem}", problem=problem), style="yellow", highlight=False, soft_wrap=True)
    for problem in done.back:
        console.print(_("NOT ALL IS GONE: {problem}", problem=problem), style="red", highlight=False, soft_wrap=True)


@contextmanager
def _opened(settings: Settings) -> Iterator[Store]:
    store = open_store(settings.database)
    try:
        yield store
    finally:
        store.close()


def _note(store: Store, action: str, made_at: datetime) -> None:
    """All that people said leaves the house in a backup, and a restore undoes what was done since: both are told."""
    log_action(store, action, detail={"at": f"{made_at:%Y-%m-%d %H:%M}"})
