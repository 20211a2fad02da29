"""`callqa backup` and `callqa restore`."""

import getpass
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from callqa.people import AuditEntry
from callqa.settings import Settings, load_settings
from flows.console import wide_console
from flows.upkeep.backup import Chosen, back_up, put_files
from flows.upkeep.backup import restore as restore_archive
from store import Store, audit, open_store

console = wide_console()


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

    Recordings, weights and reports are not in it.
    """
    settings = load_settings()
    with _opened(settings) as store:
        contents = back_up(settings, store, file, Chosen(files, keys))
        _note(store, "backup_made", contents.at)
    size = file.stat().st_size / (1 << 20)
    console.print(f"{file}: {contents.rows['call']:,} calls, {len(contents.places)} files, {size:,.1f} MB, verified")
    console.print("People's words are in it: keep it encrypted, and where only few can read it.")


def restore(
    file: Annotated[Path, typer.Argument(help="An archive that callqa backup wrote.")],
    force: Annotated[bool, typer.Option("--force", help="Replace a database that has data in it.")] = False,
    files: Annotated[
        Path | None,
        typer.Option(help="Lay callqa.toml and the other files into this folder.", show_default="not at all"),
    ] = None,
) -> None:
    """Put the database of an archive in the place of the one that the settings name.

    Either may be SQLite or PostgreSQL. Stop the desk and the schedule first.
    """
    settings = load_settings()
    contents = restore_archive(settings, file, force)
    with _opened(settings) as store:
        _note(store, "backup_restored", contents.at)
        console.print(f"{store.url}: {contents.rows['call']:,} calls as of {contents.at:%Y-%m-%d %H:%M} UTC")
    if files:
        for path in put_files(file, contents, files):
            console.print(f"{path}")
    elif contents.places:
        console.print(f"{len(contents.places)} files of settings and rubrics are in it, too: --files FOLDER")
    console.print("now: callqa doctor, then start the desk and the schedule")


@contextmanager
def _opened(settings: Settings) -> Iterator[Store]:
    store = open_store(settings.database)
    try:
        yield store
    finally:
        store.close()


def _note(store: Store, action: str, made: datetime) -> None:
    """All that people said leaves the house in a backup, and a restore undoes what was done since: both are told."""
    entry = AuditEntry(
        datetime.now(UTC), f"os:{getpass.getuser()}", "", action, detail={"at": f"{made:%Y-%m-%d %H:%M}"}
    )
    with store.write() as c:
        audit.put_audit(c, entry)
