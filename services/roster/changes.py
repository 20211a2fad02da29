"""Changes of the roster: from files, and by single changes; calls follow their agents into the teams of their days."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime

from callqa.people import AuditEntry
from callqa.roster import BEGINNING, Membership, RosterAgent
from callqa.settings import Settings
from services.roster.file import RosterRow, joined, read_roster
from store import Connection
from store.people import audit, roster


@dataclass(frozen=True, slots=True)
class RosterReport:
    """What came of a roster file."""

    new: tuple[str, ...]
    """Ids of agents."""
    changed: tuple[str, ...]
    n_same: int
    n_moved: int
    """Calls that have another team now."""


def take_in(
    c: Connection, rows: Iterable[RosterRow], today: date, author: str, at: datetime, role: str = "", address: str = ""
) -> RosterReport:
    """Puts the rows of a file on the roster; agents who are not in it stay.

    A row without a first day is about today: a new agent was in that team from the beginning, of others it is the team
    from today on, unless they are in it already.
    """
    known = roster.roster_of(c)
    after = dict(known)
    for row in rows:
        before = after.get(row.agent_id)
        after[row.agent_id] = _with_row(before, row, today)
    changed = {agent_id: agent for agent_id, agent in after.items() if agent != known.get(agent_id)}
    n_moved = roster.put_agents(c, changed.values(), author, at)
    new = tuple(agent_id for agent_id in changed if agent_id not in known)
    report = RosterReport(
        new, tuple(agent_id for agent_id in changed if agent_id in known), len(after) - len(changed), n_moved
    )
    if changed:
        facts = ("roster_imported", "roster", None, "", address, {"n": len(changed), "moved": n_moved})
        audit.put_audit(c, AuditEntry(at, author, role, *facts))
    return report


def _with_row(before: RosterAgent | None, row: RosterRow, today: date) -> RosterAgent:
    if before is None or not before.teams:
        return joined(before or RosterAgent(row.agent_id), row, BEGINNING)
    now = before.membership_on(f"{today}")
    if now and not row.first_day and row.team == now.team:
        return joined(before, row._replace(lead=row.lead or now.lead), now.first)
    return joined(before, row, f"{today}")


def keep_agent(c: Connection, agent: RosterAgent, author: str, at: datetime, role: str = "", address: str = "") -> int:
    """Writes one agent; how many calls have another team now."""
    n_moved = roster.put_agents(c, [agent], author, at)
    facts = ("agent_kept", "roster", None, agent.agent_id, address, {"moved": n_moved})
    audit.put_audit(c, AuditEntry(at, author, role, *facts))
    return n_moved


def with_team(agent: RosterAgent, membership: Membership) -> RosterAgent:
    """The agent, in this team from its first day on."""
    others = [known for known in agent.teams if known.first != membership.first]
    return replace(agent, teams=tuple(sorted([*others, membership], key=lambda known: known.first)))


def without_team(agent: RosterAgent, first: str) -> RosterAgent:
    """The agent as if there had been no change on that day."""
    return replace(agent, teams=tuple(known for known in agent.teams if known.first != first))


def remove_agent(c: Connection, agent_id: str, author: str, at: datetime, role: str = "", address: str = "") -> bool:
    """Takes an agent off the roster; ``False``: there is no such agent."""
    removed = roster.remove_agent(c, agent_id)
    if removed:
        audit.put_audit(c, AuditEntry(at, author, role, "agent_removed", "roster", None, agent_id, address, {}))
    return removed


def all_agents(c: Connection, settings: Settings) -> dict[str, RosterAgent]:
    """Of the file that the settings name, and of the roster, which knows better. Raises `ConfigError`."""
    return {**(read_roster(settings.ingest.roster) or {}), **roster.roster_of(c)}
