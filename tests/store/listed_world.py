"""A store whose calls differ in everything a list can be filtered by, and what plain Python says of each filter."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from effective_sheets import put_reviewed
from sqlalchemy import select
from store_world import KEYS, SHANGHAI, World

from callqa.call_filter import CallFilter
from callqa.keys import context_key
from callqa.records import Appeal, AppealStep, Review
from callqa.scores import CallScore, ItemScore, ItemStatus
from callqa.types import Call, Ticket, Verdict
from store import Connection
from store.calls import call_list, list_rows, write
from store.calls.call_query import CallQuery
from store.people import appeals, reviews
from store.runs import score_holds
from store.tables import calls

ITEMS = ("opening", "closing")
RUBRIC = {"groups": [{"items": [{"id": item} for item in ITEMS]}]}
START = datetime(2026, 11, 1, 8, tzinfo=SHANGHAI)
HOSTILE = "x' OR '1'='1"
TEAMS = ("早班", "晚班", HOSTILE)
CATEGORIES = ("环境保护", "交通管理", "")
N_CALLS = 90
HELD = range(41, 46)  # ids of scores, which are those of their calls


def fill(world: World, n_calls: int = N_CALLS) -> None:
    """Calls 1 to ``n_calls`` with scores, some appealed, some held, some reviewed; nothing is listed yet."""
    with world.store.write() as c:
        c.execute(calls.rubric.update().values(document=RUBRIC))
    for n in range(1, n_calls + 1):
        put_call(world, n)
    with world.store.write() as c:
        for n in range(5, n_calls, 7):
            _appeal(c, n)
        for n in range(3, n_calls, 9):
            put_reviewed(c, review(n, Verdict.VIOLATED), resheet)
        run = write.start_run(c, "test", KEYS)
        score_holds.put_hold(c, run, KEYS.rubric_key, HELD[0] - 1, HELD[-1], ["below a floor"], START)


def put_call(world: World, n: int, **changes: object) -> None:
    call = replace(call_of(world, n), **changes)  # type: ignore[arg-type]
    with world.store.write() as c:
        write.put_call(c, call, world.sha256(n), 1000 + n, f"{n}", replace=True)
        transcript_id = write.put_transcript(c, world.sha256(n), 0, world.transcript(n), ENGINE)
        write.put_scores(c, [write.ScoreRow(n, transcript_id, context_key(call), sheet_of(n))], KEYS)


def call_of(world: World, n: int) -> Call:
    chance = random.Random(n)
    return world.call(
        n,
        call_id=f"{'AB'[n % 2]}-{n:03}",
        agent_id=f"30{n % 5:02}",
        team=TEAMS[n % 5 % 3],
        started_at=START + timedelta(hours=chance.randrange(24 * 9)),  # some at the same time
        line=chance.choice(("12345", "962288")),
        ticket=Ticket(request_type=chance.choice(("投诉", "咨询")), category=(chance.choice(CATEGORIES),)),
    )


def sheet_of(n: int) -> write.SheetFacts:
    chance = random.Random(-n)
    verdict_string = "".join(chance.choices("MVU", k=2))
    total = chance.choice((None, 60.0, 75.5, 80.0, 100.0))
    return write.SheetFacts(total, "U" in verdict_string, chance.random() < 0.2, verdict_string)


def resheet(sheet: reviews.MachineSheet) -> CallScore:
    """Their last word holds for the first item."""
    verdict = sheet.reviews[-1].verdict or Verdict.MET
    item = ItemScore("opening", ItemStatus.SCORED, verdict, 0.0, 5.0, False, (), by_person=True)
    other = ItemScore("closing", ItemStatus.NEEDS_REVIEW, Verdict.UNSURE, None, 5.0, False, ())
    return CallScore(sheet.call_id, KEYS.rubric_key, 42.5, (item, other), True, 2.0)


def review(n: int, verdict: Verdict, hour: int = 0) -> Review:
    at = START + timedelta(hours=hour)
    call_id = f"{'AB'[n % 2]}-{n:03}"
    return Review(f"{n}:{hour}", call_id, "opening", "override", "王丽", at, verdict, reason="听过录音")


def marks_of(verdict_strings: Sequence[str]) -> Iterator[list_rows.Marks]:
    for sheet in verdict_strings:
        pairs = list(zip(ITEMS, sheet.upper(), strict=True))
        yield list_rows.Marks(*([item for item, letter in pairs if letter == wanted] for wanted in "VU"))


def refresh(world: World) -> int:
    """As a run does; how many rows were written or taken off."""
    with world.store.write() as c:
        ids = list_rows.to_list(c, KEYS)
        list_rows.put_rows(c, ids, KEYS, marks_of)
        stale = list_rows.to_unlist(c, [KEYS])
        list_rows.unlist_stale(c, stale, [KEYS])
    return len(ids) + len(stale)


ENGINE = {"engine": "scripted", "version": 1}


def _appeal(c: Connection, n: int) -> None:
    pk = appeals.put_appeal(c, Appeal(f"{'AB'[n % 2]}-{n:03}", "closing", f"30{n % 5:02}", "不同意", START))
    for outcome in ((), ("accept",), ("reject",), ("reject", "forward"))[n % 4]:
        appeals.put_step(c, pk, AppealStep("team_lead", outcome, "听过", "李明", START))  # type: ignore[arg-type]


def everything(c: Connection) -> list[call_list.ListedCall]:
    return list(call_list.rows_of(c, CallQuery(SHANGHAI)))


def stored_facts(c: Connection) -> dict[int, Any]:
    """The calls as they were taken in."""
    return {row.id: row for row in c.execute(select(calls.call))}


def holds_for(row: call_list.ListedCall, asked: CallFilter) -> bool:
    """What a filter means, in plain words."""
    failed, undecided, _ = next(iter(marks_of([row.verdicts])))
    day = row.started_at.astimezone(SHANGHAI).date()
    return all(
        (
            not asked.agent or row.agent_id in asked.agent,
            not asked.team or row.team in asked.team,
            not asked.line or row.line in asked.line,
            not asked.category or row.category in asked.category,
            not asked.request_type or row.request_type in asked.request_type,
            (asked.days.first or date.min) <= day <= (asked.days.last or date.max),
            not asked.failed or asked.failed in failed,
            not asked.undecided or asked.undecided in undecided,
            asked.low is None or (row.total is not None and row.total >= asked.low),
            asked.high is None or (row.total is not None and row.total <= asked.high),
            not asked.review or row.needs_review,
            not asked.fatal or row.fatal,
            not asked.appeal or (asked.appeal == "any" and row.appeals) or asked.appeal in row.appeals,
            row.call_id.startswith(asked.call),
        )
    )
