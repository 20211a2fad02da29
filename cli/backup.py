"""`callqa backup` and `callqa restore`."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from callqa.settings import Settings, load_settings
from cli.audit_entry import log_action, typist
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
    console.print(f"{file}: {contents.rows['call']:,} calls, {len(contents.places)} files, {size:,.1f} MB, verified")
    for setting, place in contents.left_out.items():
        console.print(f"NOT in it: {place} ({setting}); keep a copy of it, apart from this archive", style="yellow")
    toml = settings_file()
    if settings.encryption.key.get_secret_value() and not (toml and toml.is_key):
        console.print("NOT in it: encryption.key, without which sealed recordings stay sealed", style="yellow")
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
        console.print(f"{store.url}: {contents.rows['call']:,} calls as of {contents.at:%Y-%m-%d %H:%M} UTC")
    _tell_removals(done)
    _tell_files(file, contents, files)
    console.print("now: callqa doctor, then start the desk and the schedule")
    if done.back:
        raise typer.Exit(BACK)


def _tell_files(archive: Path, contents: Contents, files: Path | None) -> None:
    if files:
        for path, place in put_files(archive, contents, files):
            console.print(f"{path} (it lay at {place})")
    elif contents.places:
        console.print(f"{len(contents.places)} files of settings and rubrics are in it, too: --files FOLDER")
    for setting, place in contents.left_out.items():
        if not Path(place).exists():
            console.print(f"NOT in it, and not here: {place} ({setting}); bring it from its own copy", style="yellow")


def _tell_removals(done: Restored) -> None:
    for what, report in (("erased after it", done.erased), ("removed by age after it", done.removed)):
        if report:
            counts = ", ".join(f"{n} {name.replace('_', ' ')}" for name, n in report.counts.items())
            console.print(f"{what}, and now again: {counts} (report {report.pk})", highlight=False)
    if done.erased:
        console.print("the archive still has what was erased: make a new backup, and delete this one")
    if done.holds:
        console.print(f"{done.holds} legal holds were put or released after it; they stand as they did")
    for problem in done.unknown:
        console.print(f"CAUTION: {problem}", style="yellow", highlight=False, soft_wrap=True)
    for problem in done.back:
        console.print(f"NOT ALL IS GONE: {problem}", style="red", highlight=False, soft_wrap=True)


@contextmanager
def _opened(settings: Settings) -> Iterator[Store]:
    store = open_store(settings.database)
    try:
        yield store
    finally:
        store.close()


def _note(store: Store, action: str, made: datetime) -> None:
    """All that people said leaves the house in a backup, and a restore undoes what was done since: both are told."""
    log_action(store, action, detail={"at": f"{made:%Y-%m-%d %H:%M}"})
