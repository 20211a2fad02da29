"""The roster in the store: agents come back as they were kept, and their calls are of the teams of their days."""

from datetime import UTC, date, datetime

from sqlalchemy import select
from store_world import SHANGHAI, World

from callqa.roster import BEGINNING, Membership, RosterAgent
from store import Store
from store.calls import figures
from store.people import roster
from store.tables.calls import call

AT = datetime(2026, 12, 1, 9, tzinfo=UTC)
AGENT = RosterAgent(
    "3001", "张三", date(2025, 3, 1), (Membership(BEGINNING, "甲班", "李四"), Membership("2026-11-10", "乙班"))
)


def teams_of(store: Store) -> dict[str, str]:
    with store.read() as c:
        return dict(c.execute(select(call.c.call_id, call.c.team)).tuples().all())


def put_days(world: World, *days: int) -> None:
    for day in days:
        world.put_call(day, agent_id="3001", started_at=datetime(2026, 11, day, 12, tzinfo=SHANGHAI))


def test_agents_come_back_as_they_were_kept(store: Store) -> None:
    with store.write() as c:
        before = roster.roster_stamp(c)
        roster.put_agents(c, [AGENT, RosterAgent("3002")], "wang", AT)
        assert roster.roster_of(c) == {"3001": AGENT, "3002": RosterAgent("3002")}
        assert roster.roster_of(c, ["3002"]).keys() == {"3002"}
        assert roster.names_of_agents(c) == {"3001": "张三"}
        assert roster.roster_stamp(c) != before
        assert roster.remove_agent(c, "3001")
        assert not roster.remove_agent(c, "3001")
        assert roster.roster_of(c).keys() == {"3002"}


def test_calls_are_of_the_team_of_their_day(store: Store, world: World) -> None:
    put_days(world, 9, 10, 20)
    with store.write() as c:
        before = figures.marks(c)
        assert roster.put_agents(c, [AGENT], "wang", AT) == 3
        assert figures.marks(c) != before, "figures of teams are made anew"
    assert teams_of(store) == {"call-9": "甲班", "call-10": "乙班", "call-20": "乙班"}
    put_days(world, 9, 20)  # the night reads the same manifest again
    assert teams_of(store) == {"call-9": "甲班", "call-10": "乙班", "call-20": "乙班"}
    with store.write() as c:
        assert roster.put_agents(c, [AGENT], "wang", AT) == 0
