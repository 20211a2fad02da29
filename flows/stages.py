"""The stages, which work in batches: ask the store what is missing, compute it, insert it under its key.

No Prefect here: the nightly flow and ``callqa run`` drive the same functions. Running any of them again, at any time,
on any machine, is harmless.
"""

import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import lru_cache, partial
from math import isnan

from asr import Source, SpeechWorkers, Transcriber, describe_engine
from callqa.encryption import keyring
from callqa.errors import AudioError
from callqa.phrases import pairs_of, sounds_key
from callqa.settings import AsrSettings
from callqa.types import Verdict
from flows.stage import BatchReport, Stage
from qa_models import run_checks
from scoring import judge_items
from scoring.sheets import read_sheets
from services.context import RubricContext, RubricSet
from services.intake.recordings import open_recording
from services.judge import ask as judge
from services.judge import second_opinion
from services.judge import summaries as model_summaries
from services.review.reviews import write_effective
from store.calls import answers, failures, pending, read, registry, write
from store.people import reviews
from store.search import blocks
from store.search.postings import Spoken

TEXT_BATCH = 1000
"""Calls in a batch of checks or scores, at least."""


ASK_BATCH = 32
"""Calls in a batch of questions, at least."""


def transcribe(context: RubricContext, ids: Sequence[int]) -> BatchReport:
    """Recordings of the calls ``ids`` to transcripts; each is committed by itself, for it took seconds to make."""
    started = time.monotonic()
    with context.store.read() as connection:
        rows = read.sources(connection, ids, context.keys.engine_key)
    keys = keyring(context.settings.encryption)
    sources = [
        Source(row.sha256, row.agent_channel, partial(open_recording, row.uri, row.sha256, keys)) for row in rows
    ]
    engine = describe_engine(context.settings.asr)
    report = BatchReport()
    for source, outcome in load_transcriber(context.settings.asr).transcribe(sources):
        key = failures.transcribe_key(source.sha256, source.agent_channel, context.keys.engine_key)
        with context.store.write() as connection:
            if isinstance(outcome, AudioError):
                failures.put_failure(connection, "transcribe", key, outcome.reason, outcome.message)
                report += BatchReport(failed=1)
            else:
                write.put_transcript(connection, source.sha256, source.agent_channel, outcome, engine)
                failures.clear_failures(connection, "transcribe", key)
                report += BatchReport(done=1, quality=outcome.quality, audio=outcome.recording.duration)
    return report + BatchReport(seconds=time.monotonic() - started)


def load_transcriber(settings: AsrSettings) -> Transcriber | SpeechWorkers:
    """What transcribes, made once in each process: speech processes, or the model in this one."""
    with _loading:
        return _transcriber(settings)


@lru_cache(maxsize=1)
def _transcriber(settings: AsrSettings) -> Transcriber | SpeechWorkers:
    return SpeechWorkers(settings) if settings.workers else Transcriber(settings)


def stop_transcribing(settings: AsrSettings) -> None:
    """Gives up what threads of this process transcribe in speech processes; those threads get an `EngineError`."""
    if settings.workers and isinstance(workers := load_transcriber(settings), SpeechWorkers):
        workers.stop()


_loading = threading.Lock()  # two threads that ask at once would load two models


def ask(context: RubricContext, ids: Sequence[int]) -> BatchReport:
    """The questions that checks of the calls ``ids`` have, to the language model, and its answers to the store."""
    started = time.monotonic()
    asked = judge.ask(context, ids)
    return BatchReport(done=asked.n_done, failed=asked.n_failed, seconds=time.monotonic() - started)


def opine(context: RubricContext, ids: Sequence[int]) -> BatchReport:
    """Second opinions of the language model on unsure findings of the calls ``ids``."""
    started = time.monotonic()
    given = second_opinion.give(context, ids)
    return BatchReport(done=given.n_done, failed=given.n_failed, seconds=time.monotonic() - started)


def summarise(context: RubricContext, ids: Sequence[int]) -> BatchReport:
    """Summaries of the calls ``ids`` in the words of the language model."""
    started = time.monotonic()
    written = model_summaries.write(context, ids)
    return BatchReport(done=written.n_done, failed=written.n_failed, seconds=time.monotonic() - started)


def check(context: RubricContext, ids: Sequence[int]) -> BatchReport:
    """The checks that the calls ``ids`` still lack, and what is personal in these calls; one transaction for the batch.

    A call that lacks nothing else is not looked at for what is personal: that is found when the call is shown.
    """
    started = time.monotonic()
    rows: list[write.FindingRow] = []
    report = BatchReport()
    keys = replace(context.keys, check_keys=(*context.keys.check_keys, context.personal.key))
    with context.store.read() as connection:
        missing = read.missing_checks(connection, ids, keys)
        for stored in read.conversations(connection, ids, context.keys.engine_key, context.zone):
            lacking = [check for check in context.checks.values() if check.key in missing[stored.call_pk]]
            conversation = stored.conversation
            if any(check in context.asking for check in lacking):
                answered = answers.answers_of(connection, [stored.transcript_id])
                conversation = replace(conversation, answers=answered.get(stored.transcript_id, ()))
            findings = run_checks(conversation, lacking)
            failed = any(finding.verdict is Verdict.ERROR for finding in findings)
            report += BatchReport(failed=1) if failed else BatchReport(done=1)
            if context.personal.key in missing[stored.call_pk]:
                personal = run_checks(stored.conversation, [context.personal])
                findings += tuple(finding for finding in personal if finding.details)  # a failure is in the log
            rows += (write.FindingRow(stored.transcript_id, stored.context_key, finding) for finding in findings)
    with context.store.write() as connection:
        registry.register_checks(connection, {context.personal.key: context.personal.describe()})
        write.put_findings(connection, rows)
    return report + BatchReport(seconds=time.monotonic() - started)


def score(context: RubricContext, ids: Sequence[int]) -> BatchReport:
    """Score sheets of the calls ``ids``, with people's words on them; one transaction for the batch."""
    started = time.monotonic()
    with context.store.read() as connection:
        verdicts = list(read.verdicts(connection, ids, context.keys))
    verdict_strings = [judge_items(dict(stored.verdicts), context.rubric) for stored in verdicts]
    facts = sheet_facts(verdict_strings, context)
    rows = [
        write.ScoreRow(stored.call_pk, stored.transcript_id, stored.context_key, fact)
        for stored, fact in zip(verdicts, facts, strict=True)
    ]
    with context.store.write() as connection:
        write.put_scores(connection, rows, context.keys)
        write_effective(context, connection, ids)
    return BatchReport(done=len(rows), seconds=time.monotonic() - started)


def index(context: RubricContext, ids: Sequence[int]) -> BatchReport:
    """What the calls ``ids`` say, as searches find it: a block of the index, in one transaction."""
    started = time.monotonic()
    with context.store.read() as connection:
        spoken = [
            Spoken(call_pk, transcript_id, started_at, [(turn.role, pairs_of(turn.text)) for turn in script.turns])
            for call_pk, transcript_id, started_at, script in blocks.scripts(
                connection, ids, context.keys.engine_key, blocks.Script
            )
        ]
    with context.store.write() as connection:
        blocks.put_block(connection, context.keys, sounds_key(), spoken)
    return BatchReport(done=len(spoken), seconds=time.monotonic() - started)


def sheet_facts(verdict_strings: Sequence[str], context: RubricContext) -> Iterator[write.SheetFacts]:
    """What is stored of the machine's sheets with these verdict strings."""
    sheets = read_sheets(verdict_strings, context.rubric, context.advisory)
    totals = [None if isnan(total) else total for total in sheets.total.tolist()]
    return map(
        write.SheetFacts,
        totals,
        sheets.needs_review.tolist(),
        (sheets.flagged | sheets.fatal).tolist(),
        verdict_strings,
    )


def _to_transcribe(context: RubricContext) -> list[int]:
    with context.store.read() as connection:
        return pending.to_transcribe(connection, context.keys, context.settings.flow.max_attempts)


def _to_check(context: RubricContext) -> list[int]:
    with context.store.read() as connection:
        return pending.to_check(connection, context.keys)


def _to_score(context: RubricContext) -> list[int]:
    with context.store.read() as connection:
        return sorted({*pending.to_score(connection, context.keys), *reviews.behind(connection, context.keys)})


def _to_index(context: RubricContext) -> list[int]:
    with context.store.read() as connection:
        return blocks.to_index(connection, context.keys, sounds_key())


TRANSCRIBE = Stage("transcribe", _to_transcribe, transcribe, lambda flow: flow.transcribe_batch)
ASK = Stage("ask", judge.to_ask, ask, lambda flow: ASK_BATCH)
CHECK = Stage("check", _to_check, check, lambda flow: TEXT_BATCH)
OPINION = Stage("opinion", second_opinion.to_give, opine, lambda flow: ASK_BATCH)
SCORE = Stage("score", _to_score, score, lambda flow: TEXT_BATCH)
INDEX = Stage("index", _to_index, index, lambda _: blocks.CALLS_IN_BLOCK)
SUMMARY = Stage("summary", model_summaries.to_write, summarise, lambda flow: ASK_BATCH)

STAGES = {stage.name: stage for stage in (TRANSCRIBE, ASK, CHECK, OPINION, SCORE, INDEX, SUMMARY)}
"""By name: a batch in another process, or on another host, is told its stage so."""


def index_again(rubric_set: RubricSet) -> None:
    """Brings calls back into the index that stood beside removed ones in a block of it."""
    for context in rubric_set:
        for ids in INDEX.batches(context, INDEX.pending(context)):
            INDEX.work(context, ids)
