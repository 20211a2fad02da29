"""`callqa roster`: the agents with their names, teams and dates, imported or typed."""

from dataclasses import replace
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from typing import Annotated

import pandas as pd
import typer

from callqa.errors import ConfigError
from callqa.messages import Message
from callqa.messages import terminal_text as _
from callqa.people import plain_id
from callqa.roster import BEGINNING, Membership, RosterAgent
from callqa.settings import Settings
from cli.home import opened, typist
from cli.output import print_plain, rich_table
from services.console import wide_console
from services.roster import changes
from services.roster.file import read_date, roster_rows
from store.people import roster

roster_app = typer.Typer(help="The agents: names, teams from which day on, dates of hire.", no_args_is_help=True)
console = wide_console()
_tell = partial(print_plain, console=console)

Agent = Annotated[str, typer.Argument(help="The agent's id.", parser=plain_id, metavar="AGENT")]


@roster_app.command("import")
def import_file(file: Annotated[Path, typer.Argument(help="Table of agents: .csv, .xls or .xlsx.")]) -> None:
    """Put a table of agents on the roster; agents who are not in it stay. Calls go to the team of their day."""
    try:
        rows = roster_rows(file.read_bytes(), str(file))
    except OSError as error:
        raise ConfigError("roster.unreadable", path=str(file)) from error
    with opened() as (settings, store), store.write() as c:
        report = changes.take_in(c, rows, _today(settings), typist(), datetime.now(UTC))
    _tell(
        _(
            "{new} new, {changed} changed, {same} as before; {moved} calls have another team now",
            new=len(report.new),
            changed=len(report.changed),
            same=report.n_same,
            moved=report.n_moved,
        )  # fmt: skip
    )


@roster_app.command("list")
def list_agents(
    text: Annotated[str, typer.Argument(help="Part of an id, a name or a team.", show_default="everybody")] = "",
) -> None:
    """List the agents with the teams of today."""
    with opened() as (settings, store), store.read() as c:
        agents = roster.roster_of(c)
    today = f"{_today(settings)}"
    rows = [_row(agent, today) for agent in agents.values()]
    if listed := [row for row in rows if any(text.casefold() in str(cell).casefold() for cell in row.values())]:
        console.print(rich_table(_("Roster"), pd.DataFrame(listed)))
    else:
        _tell(_("no such agent on the roster; put a table there with: callqa roster import FILE"))


@roster_app.command("set")
def change(
    agent_id: Agent,
    name: Annotated[str | None, typer.Option(help="Of the agent.", show_default=False)] = None,
    team: Annotated[str | None, typer.Option(help="The agent's team, see --from.", show_default=False)] = None,
    since: Annotated[
        str | None, typer.Option("--from", help="First day in the team, e.g. 2026-11-24.", show_default="the beginning")
    ] = None,
    lead: Annotated[str | None, typer.Option(help="Who leads the team.", show_default=False)] = None,
    hired_on: Annotated[str | None, typer.Option(help="Date of hire.", show_default=False)] = None,
) -> None:
    """Add an agent, or change one; what is not given stays."""
    with opened() as (_settings, store), store.write() as c:
        agent = roster.roster_of(c, [agent_id]).get(agent_id) or RosterAgent(agent_id)
        known_name = agent.name if name is None else name.strip()
        agent = replace(agent, name=known_name, hired_on=_day(hired_on) if hired_on else agent.hired_on)
        if team:
            first = f"{_day(since)}" if since else BEGINNING
            agent = changes.with_team(agent, Membership(first, team.strip(), (lead or "").strip()))
        n_moved = changes.keep_agent(c, agent, typist(), datetime.now(UTC))
    _tell(_("{agent} is kept; {moved} calls have another team now", agent=agent_id, moved=n_moved))


@roster_app.command("remove")
def remove(agent_id: Agent) -> None:
    """Take an agent off the roster; their calls keep their teams."""
    with opened() as (_settings, store), store.write() as c:
        if not changes.remove_agent(c, agent_id, typist(), datetime.now(UTC)):
            raise ConfigError("roster.unknown", agent=agent_id)
    _tell(_("{agent} is off the roster", agent=agent_id))


def _row(agent: RosterAgent, today: str) -> dict[str, str]:
    membership = agent.membership_on(today)
    return {
        _("agent"): agent.agent_id,
        _(Message("full name")): agent.name,
        _("team"): membership.team if membership else "",
        _("since"): membership.first if membership else "",
        _("lead"): membership.lead if membership else "",
        _("hired on"): f"{agent.hired_on or ''}",
    }


def _day(text: str) -> date:
    if day := read_date(text):
        return day
    raise ConfigError("roster.bad_day", text=text)


def _today(settings: Settings) -> date:
    return datetime.now(settings.zone).date()
