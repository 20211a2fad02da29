"""Answers of a language model about calls: stored once, final, and removed with the words they quote."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import UTC, datetime, timedelta

from more_itertools import chunked
from sqlalchemy import ColumnElement, Connection, and_, case, delete, func, select

from callqa.keys import RubricKeys
from callqa.types import JudgeAnswer, Verdict
from store.calls.write import take_off_call_list
from store.db import upsert
from store.tables.calls import call, call_score, failure, finding, transcript
from store.tables.joins import CHUNK, HAS_TEXT, HEARD, among, check_pks, covered, engine_pk, with_transcript
from store.tables.judge import judge_answer
from store.tables.people import effective_score

STAGE = "ask"
"""Of failures."""


def answer_failure_key(sha256: str, answer_key: str) -> str:
    """Key of a failure in stage ``ask``."""
    return f"{sha256}:{answer_key}"


def to_ask(c: Connection, keys: RubricKeys, waiting: str) -> list[int]:
    """Calls that ``keys`` cover, with words, that lack a finding of one of ``keys.check_keys`` or have one that only
    waits (its reason is ``waiting``)."""
    versions = check_pks(c, keys.check_keys)
    final = (
        select(func.count())
        .where(
            finding.c.transcript_id == transcript.c.id,
            finding.c.context_key == call.c.context_key,
            finding.c.check_version_id.in_(list(versions)),
            finding.c.reason != waiting,
        )
        .scalar_subquery()
    )
    wanted = with_transcript(select(call.c.id), c, keys.engine_key)
    return list(c.scalars(wanted.where(covered(keys), HAS_TEXT, final < len(keys.check_keys)).order_by(call.c.id)))


def unsure_without_opinion(
    c: Connection, keys: RubricKeys, answer_keys: Mapping[str, str], hopeless: Collection[str]
) -> list[int]:
    """Calls that ``keys`` cover, with words and a finding that is unsure, for another reason than the ``hopeless``
    ones, and about which there is no answer. ``answer_keys``: of the answers looked for, by the key of their check."""
    versions = check_pks(c, tuple(answer_keys))
    if not versions:
        return []
    wanted = {version: answer_keys[check_key] for version, (check_key, _) in versions.items()}
    answer_key = case(wanted, value=finding.c.check_version_id)
    unsure = and_(
        finding.c.transcript_id == transcript.c.id,
        finding.c.context_key == call.c.context_key,
        finding.c.check_version_id.in_(list(versions)),
        finding.c.verdict == Verdict.UNSURE.value,
        finding.c.reason.not_in(sorted(hopeless)),
    )
    answered = and_(judge_answer.c.transcript_id == transcript.c.id, judge_answer.c.answer_key == answer_key)
    lacking = with_transcript(select(call.c.id), c, keys.engine_key).join(finding, unsure)
    lacking = lacking.outerjoin(judge_answer, answered).where(judge_answer.c.id.is_(None), covered(keys), HAS_TEXT)
    return list(c.scalars(lacking.distinct().order_by(call.c.id)))


def without_answer(c: Connection, keys: RubricKeys, answer_key: str, within: timedelta) -> list[int]:
    """Calls that ``keys`` cover, with words and without that answer, the newest first; none that is so much older
    than the newest of all."""
    newest = c.scalar(select(func.max(call.c.started_at)).where(covered(keys)))
    if newest is None:
        return []
    answered = and_(judge_answer.c.transcript_id == transcript.c.id, judge_answer.c.answer_key == answer_key)
    lacking = with_transcript(select(call.c.id), c, keys.engine_key).outerjoin(judge_answer, answered)
    lacking = lacking.where(judge_answer.c.id.is_(None), covered(keys), HAS_TEXT)
    lacking = lacking.where(call.c.started_at > newest - within)
    return list(c.scalars(lacking.order_by(call.c.started_at.desc(), call.c.id)))


def put_answers(c: Connection, transcript_id: int, answers: Iterable[JudgeAnswer]) -> None:
    """One that is there stays as it is. A transcript whose words were removed meanwhile gets none."""
    there = select(transcript.c.id).join(call, HEARD).where(transcript.c.id == transcript_id, HAS_TEXT)
    if c.scalar(there) is None:
        return
    now = datetime.now(UTC)
    rows = [
        {
            "transcript_id": transcript_id,
            "answer_key": answer.key,
            "problem": answer.problem,
            "tokens_in": answer.tokens_in,
            "tokens_out": answer.tokens_out,
            "document": answer,
            "at": now,
        }
        for answer in answers
    ]
    if rows:
        c.execute(upsert.insert(c, judge_answer).on_conflict_do_nothing(), rows)


def answers_of(c: Connection, transcripts: Collection[int]) -> dict[int, tuple[JudgeAnswer, ...]]:
    """All answers about these transcripts, by transcript."""
    answers: defaultdict[int, list[JudgeAnswer]] = defaultdict(list)
    columns = judge_answer.c["transcript_id", "document"]
    for some in chunked(transcripts, CHUNK):
        wanted = select(*columns).where(among(judge_answer.c.transcript_id, some)).order_by(judge_answer.c.id)
        for transcript_id, document in c.execute(wanted):
            answers[transcript_id].append(document)
    return {transcript_id: tuple(of_one) for transcript_id, of_one in answers.items()}


def answers_by_call(
    c: Connection, call_pks: Collection[int], engine_key: str, answer_key: str
) -> dict[int, JudgeAnswer]:
    """The answers with this key about calls as this engine heard them, by call."""
    wanted = with_transcript(select(call.c.id, judge_answer.c.document).select_from(call), c, engine_key)
    wanted = wanted.join(judge_answer, judge_answer.c.transcript_id == transcript.c.id)
    wanted = wanted.where(judge_answer.c.answer_key == answer_key)
    return {
        call_pk: document
        for some in chunked(call_pks, CHUNK)
        for call_pk, document in c.execute(wanted.where(among(call.c.id, some)))
    }


def answers_about(c: Connection, call_pk: int, engine_key: str, answer_keys: Collection[str]) -> dict[str, JudgeAnswer]:
    """Those answers about a call as this engine heard it that have one of these keys, by key."""
    if not answer_keys:
        return {}
    wanted = with_transcript(select(*judge_answer.c["answer_key", "document"]).select_from(call), c, engine_key)
    wanted = wanted.join(judge_answer, judge_answer.c.transcript_id == transcript.c.id)
    wanted = wanted.where(call.c.id == call_pk, judge_answer.c.answer_key.in_(list(answer_keys)))
    return {row.answer_key: row.document for row in c.execute(wanted)}


def last_answers(c: Connection, n: int) -> tuple[JudgeAnswer, ...]:
    """The newest ``n`` answers that can be read, whatever call they are about."""
    wanted = select(judge_answer.c.document).where(judge_answer.c.problem == "").order_by(judge_answer.c.id.desc())
    return tuple(c.scalars(wanted.limit(n)))


def unsure_share(c: Connection, check_keys: Collection[str], n: int) -> float | None:
    """Share of unsure findings, 0 to 1, of these checks on the newest ``n`` transcripts; ``None`` of none."""
    newest = (c.scalar(select(func.max(transcript.c.id))) or 0) - n
    unsure = func.count().filter(finding.c.verdict == Verdict.UNSURE.value)
    wanted = select(func.count(), unsure).where(
        finding.c.transcript_id > newest, finding.c.check_version_id.in_(list(check_pks(c, tuple(check_keys))))
    )
    n_all, n_unsure = c.execute(wanted).one()
    return n_unsure / n_all if n_all else None


def judge_again(c: Connection, call_pk: int, keys: RubricKeys, waiting: str) -> int:
    """Deletes the findings of a call that waited for answers, and the scores made from them, whatever their rubric;
    how many findings there were."""
    versions = check_pks(c, keys.check_keys)
    mine = (
        select(transcript.c.id)
        .join(call, HEARD)
        .where(call.c.id == call_pk, transcript.c.engine_id == engine_pk(c, keys.engine_key))
    )
    waited: ColumnElement[bool] = (
        finding.c.transcript_id.in_(mine)
        & finding.c.check_version_id.in_(list(versions))
        & (finding.c.reason == waiting)
    )
    n = c.execute(delete(finding).where(waited)).rowcount
    if n:
        of_call = call_score.c.transcript_id.in_(mine)
        take_off_call_list(c, select(call_score.c.call_id).where(of_call))
        scores = select(call_score.c.id).where(of_call)
        c.execute(delete(effective_score).where(effective_score.c.call_score_id.in_(scores)))
        c.execute(delete(call_score).where(of_call))
    return n


def attempts(c: Connection, key: str, uncounted: str) -> int:
    """How often a question failed, without what was no fault of it."""
    counted = select(func.count()).where(failure.c.stage == STAGE, failure.c.key == key, failure.c.error != uncounted)
    return c.scalar(counted) or 0


def clear_unusable(c: Connection) -> int:
    """Deletes the answers in which there was nothing usable, so that these questions are put again."""
    return c.execute(delete(judge_answer).where(judge_answer.c.problem != "")).rowcount
