"""A small world to fill a store with."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from postgres import Postgres

from callqa.keys import RubricKeys, content_key, context_key
from callqa.personal import Personal, PersonalSpan, TicketSpan
from callqa.records import Assignment
from callqa.scores import CallScore, ItemScore, ItemStatus
from callqa.types import (
    Call,
    Details,
    Evidence,
    FieldMismatch,
    Finding,
    Recording,
    Ticket,
    Transcript,
    Turn,
    Verdict,
    Word,
)
from store import Store
from store.calls import read, registry, write

KINDS = ["sqlite", pytest.param("postgres", marks=pytest.mark.slow)]
ONLY_SQLITE = pytest.mark.parametrize("url", ["sqlite"], indirect=True)
ONLY_POSTGRES = pytest.mark.parametrize("url", KINDS[1:], indirect=True)

SHANGHAI = ZoneInfo("Asia/Shanghai")
ENGINE = {"engine": "scripted", "version": 1}
CHECKS = {"c" * 15 + "1": {"id": "opening"}, "c" * 15 + "2": {"id": "closing"}}
ASKED = Assignment("call-1", "王丽", "review", "张强", datetime(2026, 11, 2, 9, tzinfo=UTC), why="undecided")
KEYS = RubricKeys(content_key(ENGINE), tuple(sorted(CHECKS)), "r" * 16)
DETAILS = Details(
    (FieldMismatch("contact_name", "name_differs", True, (Evidence(0, 0, 2, 0.5, 1.25, "您好"),)),),
    Personal((PersonalSpan(0, 0, 2, "name", 0.35, 1.4),), (TicketSpan("contact_name", 0, 1),)),
)


@contextmanager
def fresh_url(request: pytest.FixtureRequest, folders: pytest.TempPathFactory) -> Iterator[str]:
    """Of a fresh store's database, of the kind that is the parameter of a fixture of whatever scope."""
    if request.param == "sqlite":
        yield f"sqlite:///{shutil.copy(request.getfixturevalue('migrated'), folders.mktemp('fresh'))}"
        return
    server: Postgres = request.getfixturevalue("postgres")
    with server.database(request.getfixturevalue("migrated_on_server")) as name:
        yield server.url(name)


@dataclass(frozen=True)
class World:
    """Makes the values of call number ``n``, and fills a store with them."""

    store: Store
    keys: RubricKeys = KEYS

    def call(self, n: int, **changes: object) -> Call:
        call = Call(
            call_id=f"call-{n}",
            agent_id=f"30{n % 3:02}",
            started_at=datetime(2026, 11, 1, 0, 30, n % 60, tzinfo=SHANGHAI),
            recording_uri=f"recordings/{n}.wav",
            team="early",
            line="12345",
            agent_channel=0,
            ticket=Ticket(request_type="投诉", category=("环境保护", "环境污染"), contact_name="王女士"),
        )
        return replace(call, **changes)  # type: ignore[arg-type]

    def sha256(self, n: int) -> str:
        return f"{n:064x}"

    def transcript(self, n: int) -> Transcript:
        word = Word("您好", 0.5, 1.25, 0.875)
        turn = Turn(0, "agent", 0.5, 1.25, "您好", (word,), 0.875, -20.5, None, ("loop",))
        return Transcript(
            Recording(self.sha256(n), 60.0, 2, 8000, "pcm_s16le"), self.keys.engine_key, (turn,), ("mono",)
        )

    def findings(self) -> tuple[Finding, ...]:
        evidence = (Evidence(0, 0, 2, 0.5, 1.25, "您好"), Evidence(None, 0, 0, 3.0, 12.0, ""))
        return (
            Finding("closing", self.keys.check_keys[1], Verdict.VIOLATED, "never_said", details=DETAILS),
            Finding("opening", self.keys.check_keys[0], Verdict.MET, "said", 1.5, evidence, 0.75),
        )

    def score(self, n: int) -> CallScore:
        items = (
            ItemScore("opening", ItemStatus.SCORED, Verdict.MET, 5.0, 5.0, False, ("opening",)),
            ItemScore("closing", ItemStatus.NEEDS_REVIEW, Verdict.UNSURE, None, 5.0, False, ("closing",)),
        )
        return CallScore(f"call-{n}", self.keys.rubric_key, 100.0, items, True)

    def put_call(self, n: int, **changes: object) -> str:
        with self.store.write() as c:
            return write.put_call(c, self.call(n, **changes), self.sha256(n), 1000 + n, f"{1000 + n}:1")

    def put_transcript(self, n: int) -> int:
        with self.store.write() as c:
            return write.put_transcript(c, self.sha256(n), 0, self.transcript(n), ENGINE)

    def finding_rows(self, n: int, transcript_id: int) -> list[write.FindingRow]:
        return [write.FindingRow(transcript_id, context_key(self.call(n)), finding) for finding in self.findings()]

    def put_errors(self, n: int) -> None:
        """A scored call of whose checks one failed."""
        self.put_call(n)
        transcript_id = self.put_transcript(n)
        met, violated = self.finding_rows(n, transcript_id)
        failed = replace(met.finding, verdict=Verdict.ERROR, reason="check_failed", evidence=())
        with self.store.write() as c:
            write.put_findings(c, [met._replace(finding=failed), violated])
            write.put_scores(c, [self.score_row(n, transcript_id)], KEYS)

    def score_row(self, n: int, transcript_id: int) -> write.ScoreRow:
        return write.ScoreRow(n, transcript_id, context_key(self.call(n)), self.score(n))

    def stored_score(self, n: int) -> read.StoredScore:
        """What reading the score of call ``n`` gives."""
        call, score = self.call(n), self.score(n)
        return read.StoredScore(
            n,
            call.call_id,
            call.agent_id,
            call.team,
            call.started_at.astimezone(UTC),
            score.total,
            True,
            False,
            "MU",
            0.0,
        )

    def fill(self, n_calls: int) -> None:
        """Calls 1 to ``n_calls``, up to their scores. In a fresh store their primary keys are the same numbers."""
        for n in range(1, n_calls + 1):
            self.put_call(n)
            transcript_id = self.put_transcript(n)
            with self.store.write() as c:
                write.put_findings(c, self.finding_rows(n, transcript_id))
                write.put_scores(c, [self.score_row(n, transcript_id)], KEYS)


def register(store: Store) -> None:
    with store.write() as c:
        registry.register_checks(c, CHECKS)
        registry.register_rubric(c, "test", "1", KEYS.rubric_key, {"id": "test"})
