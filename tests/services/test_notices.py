"""Notices: each is there for whom it concerns, once, until nothing is left to do."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from callqa.people import Role
from callqa.records import Appeal, Assignment
from callqa.settings import Settings
from services.context import RubricContext, open_context
from services.notices.collect import DECIDERS, collect_notices
from store.calls import write
from store.people import accounts, appeals, assignments, notices
from store.people.accounts import NewAccount
from web.access.roles import GRANTS, Permission

NOW = datetime(2026, 11, 24, 3, tzinfo=UTC)  # a Tuesday


@pytest.fixture
def context(scored: Settings) -> Iterator[RubricContext]:
    with open_context(scored) as context, context.store.write() as c:
        new = [
            NewAccount("boss", "王主管", Role.SUPERVISOR),
            NewAccount("li", "李质检", Role.INSPECTOR),
            NewAccount("lead.a", "A 班长", Role.TEAM_LEAD, teams=("A组",)),
            NewAccount("lead.b", "B 班长", Role.TEAM_LEAD, teams=("B组",)),
            NewAccount("root", "", Role.ADMIN),
            NewAccount("zhang", "", Role.AGENT, agent_id="3000"),
        ]
        for some in new:
            accounts.add_account(c, some, NOW)
    with open_context(scored) as context:
        yield context


def waiting(context: RubricContext, *kinds: str) -> dict[str, list[str]]:
    """The names of what waits, by person; of these kinds."""
    collect_notices([context], NOW)
    with context.store.read() as c:
        people = [row.account for row in accounts.accounts(c)]
        found = {
            account.name: sorted(row.name for row in notices.notices_of(c, account.pk) if row.kind in kinds)
            for account in people
        }
    return {name: names for name, names in found.items() if names}


def test_who_is_asked_to_hear_a_call_is_told_until_it_is_done(context: RubricContext) -> None:
    with context.store.write() as c:
        given = [Assignment(f"call-{n:04}", "li", "review", "boss", NOW) for n in (1, 2)]
        assignments.put_assignments(c, given)
    assert waiting(context, "assigned") == {"li": ["call-0001", "call-0002"]}
    assert collect_notices([context], NOW) == 0, "nothing is told twice"
    with context.store.write() as c:
        mine = assignments.open_assignments(c, "li")[0]
        assignments.end_assignments(c, [mine.pk], "done", "li", NOW)
    assert waiting(context, "assigned") == {"li": ["call-0002"]}


@pytest.mark.parametrize(("age", "told"), [(1, {}), (5, {"lead.b": ["call-0001"]}), (9, {"lead.b": ["call-0001"]})])
def test_an_appeal_is_told_to_who_decides_it_when_its_deadline_is_near(
    context: RubricContext, age: int, told: dict[str, list[str]]
) -> None:
    """Agent 3001, of call 1, is in team B."""
    with context.store.write() as c:
        at = NOW - timedelta(days=age)
        appeals.put_appeal(c, Appeal("call-0001", context.rubric.items[0].id, "3001", "我问候了", at))
    assert waiting(context, "appeal") == told


def test_a_broken_night_is_told_to_operators_and_supervisors_until_the_next_one(context: RubricContext) -> None:
    with context.store.write() as c:
        write.start_run(c, "nightly", context.keys)  # and nobody works on it
    assert waiting(context, "night") == {}, "it is of another night"
    now = datetime.now(UTC)
    collect_notices([context], now)
    with context.store.read() as c:
        people = {row.account.name: row.account.pk for row in accounts.accounts(c)}
        told = {name for name, pk in people.items() if any(n.kind == "night" for n in notices.notices_of(c, pk))}
    assert told == {"boss", "root"}
    collect_notices([context], now + timedelta(days=2))
    with context.store.read() as c:
        assert not any(n.kind == "night" for n in notices.notices_of(c, people["root"]))


def test_the_roles_that_are_told_of_appeals_are_those_that_may_decide_them() -> None:
    needs = {
        "team_lead": Permission.DECIDE_TEAM_LEAD, "qa": Permission.DECIDE_QA, "final": Permission.DECIDE_FINAL,
    }  # fmt: skip
    able = {stage: {role for role in Role if needs[stage] in GRANTS[role]} for stage in needs}
    assert {stage: set(roles) for stage, roles in DECIDERS.items()} == able
