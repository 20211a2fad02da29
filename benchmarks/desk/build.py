"""A synthetic year in a database: calls, transcripts and findings in bulk, all else by callqa's own functions."""

import hashlib
import json
import random
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import islice
from typing import Any

from more_itertools import chunked
from rich.console import Console
from rich.progress import track

import flows.stages
from asr import describe_engine
from benchmarks.desk.bulk import Bulk
from benchmarks.desk.sounds import SOUNDS, SoundFile, sound_files
from benchmarks.desk.synthetic import LAST_DAY, N_TEAMS, SAID, TEAMS, VERDICTS, SyntheticCall, Year
from callqa.people import Role
from callqa.records import Appeal, AppealStep, Assignment, Review
from callqa.settings import Settings
from callqa.types import Evidence, Ticket, Transcript, Verdict
from flows.stages import STAGES
from services.calls.call_list import list_calls
from services.context import RubricContext, open_context
from services.review.reviews import put_review
from store.people import accounts, appeals, assignments
from store.tables.columns import JsonText, PackedJson
from store.tables.joins import check_pks
from web.access.passwords import hash_new

PASSWORD = "sound-of-evening-rain-7"
CALLS_AT_ONCE = 5000
ROWS_PER_COMMIT = 200
N_REVIEWS, N_APPEALS, N_ASKED = 4000, 600, 3000  # in a year of a million calls; fewer of fewer
CALL = (
    "id", "call_id", "recording_id", "channel", "context_key", "row_key", "uri", "stamp", "agent_id", "team",
    "started_at", "period", "day", "direction", "hangup_by", "ticket", "line", "category", "request_type",
)  # fmt: skip
FINDING = ("transcript_id", "context_key", "check_version_id", "verdict", "reason", "value", "confidence", "evidence")
STAFF = (
    [("admin", Role.ADMIN)]
    + [(f"supervisor{n}", Role.SUPERVISOR) for n in range(1, 4)]
    + [(f"inspector{n}", Role.INSPECTOR) for n in range(1, 11)]
    + [(f"trainer{n}", Role.TRAINER) for n in range(1, 3)]
)

console = Console(width=None if Console().is_terminal else 140)


def build(settings: Settings, n_calls: int) -> dict[str, Any]:
    """What was built and how long each step took, without the index of what was said. The database is empty before."""
    year, took = Year(n_calls), {}

    def step(name: str, work: Callable[[], object]) -> None:
        started = time.perf_counter()
        work()
        took[name] = round(time.perf_counter() - started, 1)
        console.print(f"{name:<12}{took[name]:>9.1f} s", highlight=False)

    with open_context(settings) as context:
        step("rows", lambda: add_rows(context, year))
        step("score", lambda: catch_up(context, "score"))
        step("list", lambda: list_calls((context,), console))
        step("people", lambda: add_people(context, year))
    return {"calls": n_calls, "seconds": took}


def add_rows(context: RubricContext, year: Year) -> None:
    """Recordings, calls, transcripts and findings."""
    engine = describe_engine(context.settings.asr)
    ticket, packed = JsonText(Ticket), PackedJson(Transcript)
    tickets = [ticket.process_bind_param(document.ticket, None) for document in year.documents]  # type: ignore[arg-type]
    documents = [packed.process_bind_param(document.transcript, None) for document in year.documents]  # type: ignore[arg-type]
    confidences = [
        (document.transcript.recording.duration, 0.6 + n % 40 / 100) for n, document in enumerate(year.documents)
    ]
    sounds = sound_files(context.settings.home / "sounds")
    bulk = Bulk(context.settings.database)
    bulk.add("engine", ("id", "engine_key", "description"), [(1, context.keys.engine_key, json.dumps(engine))])
    findings = Findings(context, year)
    chunks = -(-year.n_calls // CALLS_AT_ONCE)
    for calls in track(chunked(year.calls(), CALLS_AT_ONCE), "rows", total=chunks, console=console):
        of_sounds = {
            synthetic.number: sounds[synthetic.number % len(sounds)]
            for synthetic in calls
            if year.n_calls - synthetic.number < SOUNDS
        }
        recordings = [_recording(synthetic, of_sounds.get(synthetic.number)) for synthetic in calls]
        bulk.add("recording", ("id", "sha256", "n_bytes"), recordings)
        bulk.add("call", CALL, (_call(synthetic, tickets, of_sounds.get(synthetic.number)) for synthetic in calls))
        rows = (
            (
                synthetic.number,
                synthetic.number,
                0,
                1,
                *confidences[synthetic.document],
                documents[synthetic.document],
            )
            for synthetic in calls
        )
        columns = ("id", "recording_id", "channel", "engine_id", "seconds", "confidence", "document")
        bulk.add("transcript", columns, rows)
        bulk.add("finding", FINDING, findings.of(calls))
    bulk.close()


class Findings:
    """What the checks found in calls, as rows of the table."""

    def __init__(self, context: RubricContext, year: Year) -> None:
        with context.store.read() as c:
            self._versions = sorted(check_pks(c, context.keys.check_keys))
        self._year = year
        packed = PackedJson(tuple[Evidence, ...])
        self._evidence = [
            [packed.process_bind_param(evidence, None) for evidence in document.evidence] for document in year.documents
        ]  # type: ignore[arg-type]

    def of(self, calls: list[SyntheticCall]) -> Iterator[tuple[Any, ...]]:
        verdicts = self._year.verdicts(calls, len(self._versions)).tolist()
        for synthetic, places in zip(calls, verdicts, strict=True):
            evidence = self._evidence[synthetic.document]
            for n, (version, place) in enumerate(zip(self._versions, places, strict=True)):
                quoted = evidence[(synthetic.number + n) % len(evidence)] if place < 2 and n % 2 else None
                verdict = VERDICTS[place]
                yield synthetic.number, synthetic.context, version, verdict, SAID[verdict], None, 0.9, quoted


def _recording(synthetic: SyntheticCall, sound: SoundFile | None) -> tuple[int, str, int]:
    if sound:
        return synthetic.number, sound.sha256, sound.n_bytes
    return synthetic.number, hashlib.sha256(synthetic.call.call_id.encode()).hexdigest(), 1_000_000


def _call(synthetic: SyntheticCall, tickets: list[str | None], sound: SoundFile | None) -> tuple[Any, ...]:
    call, utc = synthetic.call, synthetic.call.started_at.astimezone(UTC)
    ticket = call.ticket or Ticket()
    return (
        synthetic.number, call.call_id, synthetic.number, 0, synthetic.context, synthetic.context,
        str(sound.path) if sound else call.recording_uri, "1000000:1", call.agent_id, call.team,
        f"{utc:%Y-%m-%d %H:%M:%S}.000000", f"{call.started_at:%Y-%m}", f"{call.started_at:%Y-%m-%d}",
        call.direction, call.hangup_by, tickets[synthetic.document], call.line, ticket.category[0], ticket.request_type,
    )  # fmt: skip


def index(settings: Settings) -> float:
    """Seconds that the index of what was said took, or what of it was lacking."""
    flows.stages.pairs_of = cache(flows.stages.pairs_of)  # few documents: each text is taken apart once
    started = time.perf_counter()
    with open_context(settings) as context:
        catch_up(context, "index")
    return round(time.perf_counter() - started, 1)


def catch_up(context: RubricContext, name: str) -> None:
    """What a night's stage of this name still lacks, done as a night does it."""
    stage = STAGES[name]
    for batch in track(stage.batches(context, stage.pending(context)), name, console=console):
        stage.work(context, batch)


def add_people(context: RubricContext, year: Year) -> None:
    """Accounts of everybody, and what inspectors and agents did with some calls of the last months."""
    at = datetime.combine(LAST_DAY, datetime.min.time(), UTC) + timedelta(hours=12)
    _add_accounts(context, year, at)
    chance, share = random.Random(1), max(year.n_calls / 1_000_000, 0.02)
    newest = list(year.calls(max(1, year.n_calls - int(2 * share * (N_REVIEWS + N_APPEALS + N_ASKED)))))
    chance.shuffle(newest)
    calls = iter(newest)
    items = [item_id for item_id, title in context.rubric.titles.items()]
    inspectors = [name for name, role in STAFF if role is Role.INSPECTOR]

    def put(n: int, write: Callable[[Any, SyntheticCall], object], label: str) -> None:
        for some in track(list(chunked(islice(calls, int(n * share)), ROWS_PER_COMMIT)), label, console=console):
            with context.store.write() as c:
                for synthetic in some:
                    write(c, synthetic)

    def review(c: Any, synthetic: SyntheticCall) -> None:
        verdict = chance.choice((Verdict.MET, Verdict.VIOLATED))
        word = Review(
            f"made-up-{synthetic.number}", synthetic.call.call_id, chance.choice(items), "override",
            chance.choice(inspectors), at, verdict, reason="听录音后改判",
        )  # fmt: skip
        put_review(context, c, word)

    def appeal(c: Any, synthetic: SyntheticCall) -> None:
        number = appeals.put_appeal(
            c, Appeal(synthetic.call.call_id, chance.choice(items), synthetic.call.agent_id, "已经按规范说了", at)
        )
        if chance.random() < 0.5:
            appeals.put_step(c, number, AppealStep("team_lead", "accept", "属实", "lead1", at))

    def ask(c: Any, synthetic: SyntheticCall) -> None:
        assignments.put_assignments(
            c, [Assignment(synthetic.call.call_id, chance.choice(inspectors), "review", "supervisor1", at)]
        )

    put(N_REVIEWS, review, "reviews")
    put(N_APPEALS, appeal, "appeals")
    put(N_ASKED, ask, "assignments")


def _add_accounts(context: RubricContext, year: Year, at: datetime) -> None:
    password_hash = hash_new(PASSWORD)
    people = [
        *(accounts.NewAccount(name, name, role) for name, role in STAFF),
        *(
            accounts.NewAccount(f"lead{n + 1}", f"{TEAMS[n]}长", Role.TEAM_LEAD, teams=(TEAMS[n],))
            for n in range(N_TEAMS)
        ),
        *(accounts.NewAccount(f"agent{agent_id}", f"工号{agent_id}", Role.AGENT, agent_id) for agent_id in year.agents),
    ]
    with context.store.write() as c:
        for person in people:
            accounts.set_password_hash(c, accounts.add_account(c, person, at).pk, password_hash)
