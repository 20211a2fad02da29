"""Pending work: one anti-join for each stage. The answers are primary keys of calls, in ascending order.

A recording whose failures used up its attempts is left out until somebody clears them; an outage of the storage uses
up none. Checks and scores do not fail:
what went wrong in them is a finding. What was removed after its time is never heard, checked or indexed again.
"""

from sqlalchemy import BigInteger, ColumnElement, Connection, Select, cast, exists, false, func, or_, select

from callqa.errors import OUT_OF_REACH
from callqa.keys import RubricKeys, content_key
from store.calls.failures import transcribe_key_of_call
from store.tables.calls import call, call_score, failure, finding, month_stamp, recording, transcript
from store.tables.joins import (
    HAS_TEXT,
    HEARD,
    UNTOUCHED,
    check_pks,
    covered,
    engine_pk,
    held,
    rubric_pk,
    scored,
    with_effective_score,
    with_transcript,
)
from store.tables.people import effective_score

SPREAD, PRIME = 2_654_435_761, 1_000_000_007  # of a hash of row ids


def to_transcribe(c: Connection, keys: RubricKeys, max_attempts: int) -> list[int]:
    """One call for each recording and agent channel without a transcript, of the calls that ``keys`` cover."""
    given_up = (
        select(failure.c.key)
        .where(failure.c.stage == "transcribe", failure.c.error != OUT_OF_REACH)
        .group_by(failure.c.key)
        .having(func.count() >= max_attempts)
    )
    first = func.min(call.c.id)
    missing = (
        select(first)
        .join(recording)
        .where(
            ~exists().where(HEARD, transcript.c.engine_id == engine_pk(c, keys.engine_key)),
            transcribe_key_of_call(keys.engine_key).not_in(given_up),
            covered(keys),
            UNTOUCHED,
        )
        .group_by(call.c.recording_id, call.c.channel)
        .order_by(first)
    )
    return list(c.scalars(missing))


def to_check(c: Connection, keys: RubricKeys) -> list[int]:
    """Calls that ``keys`` cover, with a transcript, that lack a finding of one of ``keys.check_keys``."""
    return list(c.scalars(_transcribed(c, keys).where(~_checked(c, keys), HAS_TEXT)))


def to_score(c: Connection, keys: RubricKeys) -> list[int]:
    """Calls that ``keys`` cover, with all findings of ``keys.check_keys`` and no score under ``keys.rubric_key``."""
    done = exists().where(scored(keys), call_score.c.rubric_id == rubric_pk(c, keys.rubric_key))
    return list(c.scalars(_transcribed(c, keys).where(~done, _checked(c, keys))))


def to_report(c: Connection, keys: RubricKeys) -> dict[str, str]:
    """Months whose scores are not those their reports were written from, each with the stamp of its present scores.

    Scores of a held night are not there yet, so holding and releasing them change the month.
    """
    score_id, review_id = call_score.c.id, func.coalesce(effective_score.c.last_review_id, 0)
    # A new score has a new id and a new word of a person, too; the products tell other sets of ids apart.
    facts = func.count(), func.sum(score_id), func.sum(cast(score_id, BigInteger) * SPREAD % PRIME), func.sum(review_id)
    scores = with_effective_score(select(call.c.period, *facts), c, keys).where(~held(c, keys))
    mine = month_stamp.c.rubric_id == rubric_pk(c, keys.rubric_key)
    present = dict.fromkeys(c.scalars(select(call.c.period).distinct()), content_key([]))
    present |= {
        period: content_key(list(map(int, numbers))) for period, *numbers in c.execute(scores.group_by(call.c.period))
    }
    stamps = {row.period: row.stamp for row in c.execute(select(*month_stamp.c["period", "stamp"]).where(mine))}
    return {period: stamp for period, stamp in sorted(present.items()) if stamps.get(period) != stamp}


def _transcribed(c: Connection, keys: RubricKeys) -> Select[tuple[int]]:
    return with_transcript(select(call.c.id), c, keys.engine_key).where(covered(keys)).order_by(call.c.id)


def _checked(c: Connection, keys: RubricKeys) -> ColumnElement[bool]:
    """All findings are there. A score made from the same checks proves it with one look, without counting."""
    versions = check_pks(c, keys.check_keys)
    if len(versions) < len(keys.check_keys):
        return false()
    n_findings = (
        select(func.count())
        .where(
            finding.c.transcript_id == transcript.c.id,
            finding.c.context_key == call.c.context_key,
            finding.c.check_version_id.in_(list(versions)),
        )
        .scalar_subquery()
    )
    return or_(exists().where(scored(keys)), n_findings == len(versions))
