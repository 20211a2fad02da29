"""The commands about playlists: clips of calls in the order of a lesson, exported as a folder to play from."""

import getpass
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Annotated

import pandas as pd
import typer
from rich.markup import escape

from callqa.clock import padded_clock, seconds_of
from callqa.coaching import Clip
from callqa.errors import ConfigError
from callqa.messages import Message
from callqa.messages import terminal_text as _
from callqa.settings import load_settings
from callqa.types import Seconds
from cli import audit_entry
from cli.options import CallId
from cli.output import print_plain, rich_table
from services.coaching.find import example_in
from services.console import wide_console
from services.context import RubricContext, context_for, open_rubric_set, titles_of
from services.wording import verdict_name
from store.calls import read
from store.people import playlists

playlist_app = typer.Typer(help="Clips of calls in the order of a lesson.", no_args_is_help=True)
console = wide_console()
_tell = partial(print_plain, console=console)

Name = Annotated[str, typer.Argument(help="Of the playlist.")]
By = Annotated[str | None, typer.Option("--by", help="Who makes the playlist.", show_default="your user name")]


@playlist_app.command("list")
def list_playlists() -> None:
    """List the playlists."""
    with open_rubric_set(load_settings()) as (context, *_others), context.store.read() as connection:
        rows = [
            {
                "名称": row.name,
                "片段数": row.n_clips,
                "作者": row.author,
                "时间": f"{row.at.astimezone(context.zone):%Y-%m-%d %H:%M}",
                "备注": row.note,
            }
            for row in playlists.playlists(connection)
        ]
    if rows:
        console.print(rich_table(Message("播放单"), pd.DataFrame(rows)))
    else:
        console.print(_("no playlist yet; callqa picks makes one with --save"))


@playlist_app.command("show")
def show(name: Name) -> None:
    """Print a playlist with its clips."""
    with open_rubric_set(load_settings()) as rubric_set, rubric_set[0].store.read() as connection:
        titles = titles_of(rubric_set)
        playlist = playlists.read_playlist(connection, name)
        rows = [
            {
                "序号": order,
                "项目": titles.get(clip.item_id, clip.item_id),
                "判定": Message(verdict_name(clip.verdict)),
                "工号": stored.call.agent_id if (stored := read.call_row(connection, clip.call_id)) else "",
                "通话编号": clip.call_id,
                "起止": from_to(clip),
                "备注": clip.note,
            }
            for order, clip in enumerate(playlist.clips, start=1)
        ]
    if rows:
        console.print(rich_table(Message("playlist {name}", name=escape(name)), pd.DataFrame(rows)))
    else:
        _tell(_("playlist {name} has no clips", name=name))
    if playlist.note:
        _tell(_("note: {note}", note=playlist.note))


@playlist_app.command("add")
def add(
    name: Name,
    call: CallId,
    item: Annotated[str, typer.Argument(help="Id or title of an item of the rubric.")],
    start: Annotated[str | None, typer.Option("--from", help="MM:SS; without it, around the evidence.")] = None,
    end: Annotated[str | None, typer.Option("--to", help="MM:SS.")] = None,
    note: Annotated[str, typer.Option(help="What the class should notice.")] = "",
    by: By = None,
) -> None:
    """Add a clip of a call: around the evidence of an item, or from one time to another."""
    with open_rubric_set(load_settings()) as rubric_set:
        context = context_for(rubric_set, call)
        clip = example_in(context, call, item, _seconds(start), _seconds(end)).clip
        save_clips(context, name, [replace(clip, note=note)], by)


@playlist_app.command("remove")
def remove(
    name: Name,
    order: Annotated[int | None, typer.Argument(help="Number of the clip.")] = None,
    whole: Annotated[bool, typer.Option("--all", help="The whole playlist.")] = False,
) -> None:
    """Take a clip out of a playlist, or forget the playlist. Exported folders stay as they are."""
    if (order is None) != whole:
        raise ConfigError("playlist.which")
    with open_rubric_set(load_settings()) as (context, *_others), context.store.write() as connection:
        if order is None:
            playlists.remove_playlist(connection, name)
        else:
            playlists.remove_clip(connection, name, order)
    if order is None:
        _tell(_("playlist {name} is gone", name=name))
    else:
        _tell(_("clip {n} is taken out of playlist {name}", name=name, n=order))


@playlist_app.command("note")
def note(
    name: Name,
    text: Annotated[str, typer.Argument(help="The note; it replaces the one that was there.")],
    clip: Annotated[int | None, typer.Option(help="Number of a clip.", show_default="the playlist itself")] = None,
) -> None:
    """Write what the class should notice, on a playlist or on one of its clips."""
    with open_rubric_set(load_settings()) as (context, *_others), context.store.write() as connection:
        playlists.set_note(connection, name, text, clip)
    _tell(_("the note is kept"))


@playlist_app.command("export")
def export(
    name: Name,
    folder: Annotated[Path, typer.Argument(help="A new or empty folder.")],
    anonymous: Annotated[bool, typer.Option("--anonymous", help="Name agents by letters, not by their ids.")] = False,
    bleep: Annotated[
        bool,
        typer.Option("--bleep/--no-bleep", help="A tone over names, numbers and addresses; asterisks in the sheet."),
    ] = True,
    force: Annotated[bool, typer.Option("--force", help="Write over an earlier export in the folder.")] = False,
) -> None:
    """Cut the clips into a folder of WAV files, with a sheet (XLSX and CSV)."""
    from reports.playlist.folder import export_playlist  # brings the decoder along
    from services.coaching.clips import Discretion

    with open_rubric_set(load_settings()) as rubric_set:
        with rubric_set[0].store.read() as c:
            playlists.read_playlist(c, name)  # refused before it is noted, where it is not there
        audit_entry.log_action(
            rubric_set[0].store,
            "playlist_exported",
            "playlist",
            name=name,
            detail={} if bleep else {"by": "--no-bleep"},
        )
        report = export_playlist(
            rubric_set, name, folder, console, discretion=Discretion(anonymous, bleep), force=force
        )
    failed = Message(", not written: {n} (the sheet says why; the next run tries again)", n=report.failed)
    _tell(
        _(
            "clips written: {n}{failed}, to {folder}",
            n=report.done,
            failed=failed if report.failed else "",
            folder=report.folder,
        )
    )


def save_clips(context: RubricContext, name: str, clips: list[Clip], by: str | None) -> None:
    """Add the clips to a playlist, which is made when needed, and say so."""
    if not name.strip():
        raise ConfigError("playlist.no_name")
    with context.store.write() as connection:
        added = playlists.add_clips(connection, name, clips, by or getpass.getuser(), datetime.now(UTC))
    known = len(clips) - added
    there = Message(" ({n} were there)", n=known) if known else ""
    _tell(_("clips added to playlist {name}: {n}{there}", name=name, n=added, there=there))


def from_to(clip: Clip) -> str:
    """Where the clip lies in its call, as a player shows it."""
    return f"{padded_clock(clip.start)}–{padded_clock(clip.end)}"


def _seconds(text: str | None) -> Seconds | None:
    """Of MM:SS, or of seconds alone. Raises `ConfigError`."""
    if text is None:
        return None
    if (seconds := seconds_of(text)) is None:
        raise ConfigError("playlist.no_time", text=text)
    return seconds
