"""Reads of the desk's pages from the store, each many times with other values, by one thread: how long answers take."""

import random
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from typing import Any

from benchmarks.desk.figures import Waits
from benchmarks.desk.synthetic import LAST_DAY, TEAMS, ZONE, Year
from callqa.call_filter import CallFilter, Sort
from callqa.days import Days
from callqa.visibility import EVERYTHING, Visibility
from services.agents.facts import agent_facts
from services.context import RubricContext
from services.figures.period import PeriodFigures, period_figures
from services.overview.to_do import to_dos
from services.search.find import Question, search_calls
from store import Connection
from store.calls import call_list, read
from store.calls.call_menus import menus_of
from store.calls.call_query import CallQuery
from store.people import appeals, assignments, audit, review_queue, reviews

MONTH, BEFORE = Days.of_month(f"{LAST_DAY:%Y-%m}"), Days.of_month("2026-10")
TIMES = 40
WORDS = ("小区停水", "噪声扰民", "物业费", "电梯坏了", "垃圾没人清", "公交车", "医保报销", "工资拖欠", "路灯不亮")


@dataclass
class Asker:
    """Somebody who asks, of a store of that year."""

    context: RubricContext
    year: Year
    chance: random.Random = field(default_factory=lambda: random.Random(7))

    @cached_property
    def month(self) -> PeriodFigures:
        return period_figures(self.context, MONTH)

    @cached_property
    def before(self) -> PeriodFigures:
        return period_figures(self.context, BEFORE)

    @property
    def item(self) -> str:
        return self.chance.choice(list(self.context.rubric.titles))

    @property
    def agent(self) -> str:
        return self.chance.choice(self.year.agents)

    @property
    def team(self) -> str:
        return self.chance.choice(TEAMS)

    @property
    def category(self) -> str:
        ticket = self.chance.choice(self.year.documents).ticket
        return ticket.category[0]

    @property
    def days(self) -> Days:
        return Days.of_month(f"2026-{self.chance.randint(1, 11):02}")

    def call_pk(self) -> int:
        return self.chance.randint(1, self.year.n_calls)

    def list(self, c: Connection, sort: Sort = "newest", visibility: Visibility = EVERYTHING, **asked: Any) -> None:
        """A page of a list, with its count."""
        query = CallQuery(ZONE, CallFilter(**asked), visibility, sort)
        call_list.page_of(c, query)
        call_list.count_of(c, query)

    def next_page(self, c: Connection) -> None:
        query = CallQuery(ZONE, CallFilter(failed=self.item), sort="newest")
        page = call_list.page_of(c, query)
        if page.after:
            call_list.page_of(c, query, page.after)

    def call(self, c: Connection) -> None:
        """All that a call's page shows of it."""
        pk, context = self.call_pk(), self.context
        row = read.call_row_of(c, pk)
        assert row is not None
        read.score_of(c, row.call.call_id, context.keys)
        list(read.conversations(c, [pk], context.keys.engine_key, ZONE))
        list(read.findings(c, [pk], context.keys))
        reviews.reviews_of(c, row.call.call_id)
        appeals.appeals(c, call_id=row.call.call_id)

    def agent_page(self, _: Connection) -> None:
        agent_facts(self.context, self.month, self.before, self.agent)


Asked = Callable[[Asker, Connection], object]
QUESTIONS: dict[str, Asked] = {
    "list: newest": lambda me, c: me.list(c),
    "list: a month": lambda me, c: me.list(c, days=me.days),
    "list: a team": lambda me, c: me.list(c, team=(me.team,)),
    "list: three teams, a month": lambda me, c: me.list(c, team=tuple(me.chance.sample(TEAMS, 3)), days=me.days),
    "list: an agent": lambda me, c: me.list(c, agent=(me.agent,)),
    "list: an agent's failed item": lambda me, c: me.list(c, agent=(me.agent,), failed=me.item),
    "list: failed item": lambda me, c: me.list(c, failed=me.item),
    "list: failed item of a team": lambda me, c: me.list(c, failed=me.item, team=(me.team,)),
    "list: failed item of a category, a month": lambda me, c: me.list(
        c, failed=me.item, category=(me.category,), days=me.days
    ),
    "list: two items": lambda me, c: me.list(c, failed=me.item, undecided=me.item),
    "list: waits for a person": lambda me, c: me.list(c, review=True),
    "list: fatal of a team": lambda me, c: me.list(c, fatal=True, team=(me.team,)),
    "list: a category and type": lambda me, c: me.list(c, category=(me.category,), request_type=("投诉",)),
    "list: lowest totals": lambda me, c: me.list(c, "lowest"),
    "list: lowest totals of a team, a month": lambda me, c: me.list(c, "lowest", team=(me.team,), days=me.days),
    "list: totals under 20": lambda me, c: me.list(c, high=20.0),
    "list: totals under 60 of an agent": lambda me, c: me.list(c, high=60.0, agent=(me.agent,)),
    "list: totals under 5 of a category": lambda me, c: me.list(c, high=5.0, category=(me.category,)),
    "list: open appeals": lambda me, c: me.list(c, appeal="open"),
    "list: id begins": lambda me, c: me.list(c, call=f"2026{me.chance.randint(1, 11):02}"),
    "list: nothing fits": lambda me, c: me.list(c, line=("none",), high=10.0),
    "list: of a team lead": lambda me, c: me.list(c, visibility=Visibility(teams=(me.team,))),
    "list: of an agent": lambda me, c: me.list(c, visibility=Visibility(agent_id=me.agent, published=True)),
    "list: second page": lambda me, c: me.next_page(c),
    "search": lambda me, c: search_calls(me.context, Question(me.chance.choice(WORDS))),
    "search: of a team": lambda me, c: search_calls(
        me.context, Question(me.chance.choice(WORDS), filter=CallFilter(team=(me.team,)))
    ),
    "search: what nobody says": lambda me, c: search_calls(me.context, Question("量子纠缠")),
    "menus": lambda me, c: menus_of(c),
    "call page": lambda me, c: me.call(c),
    "agent page": lambda me, c: me.agent_page(c),
    "queue of an inspector": lambda me, c: assignments.open_assignments(c, reviewer="inspector1"),
    "waiting: the first 50": lambda me, c: list(review_queue.queued_calls(c, me.context.keys, limit=50)),
    "waiting: a month's count": lambda me, c: review_queue.n_queued(
        c, me.context.keys, review_queue.QueueFilter(MONTH.moments(ZONE))
    ),
    "appeals of an agent": lambda me, c: appeals.appeals(c, agent_id=me.agent),
    "audit log": lambda me, c: audit.page_of(c, audit.AuditFilter()),
    "the to-dos": lambda me, c: to_dos((me.context,), c, datetime.now(UTC)),
    "a month's figures, made anew": lambda me, c: period_figures(me.context, MONTH),
}
SELDOM = {"a month's figures, made anew": 2, "waiting: the first 50": 5, "waiting: a month's count": 5}


def ask(context: RubricContext, year: Year, chosen: str = "") -> Iterable[tuple[str, Waits]]:
    """The questions whose names begin with ``chosen``, each with what was waited for it."""
    me = Asker(context, year)
    _ = me.month, me.before, me.category  # made once, and no part of any answer
    for name, question in QUESTIONS.items():
        if not name.startswith(chosen):
            continue
        waits = Waits()
        for _ in range(SELDOM.get(name, TIMES)):
            with context.store.read() as c:
                started, used = time.perf_counter(), time.process_time()
                question(me, c)
                waits.add(time.perf_counter() - started, time.process_time() - used)
        yield name, waits
