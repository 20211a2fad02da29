"""People's reviews, and the sheets that count because of them. A review is added and never changed."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from math import isfinite
from typing import Any, NamedTuple

from more_itertools import chunked
from sqlalchemy import ColumnElement, Connection, Select, func, insert, or_, select

from callqa.errors import StoreError
from callqa.keys import RubricKeys
from callqa.records import Review
from callqa.scores import CallScore
from callqa.types import Verdict
from store.calls.list_rows import put_sheet
from store.calls.write import sheet_values
from store.db import upsert
from store.tables.calls import call, call_score, rubric
from store.tables.joins import CHUNK, among, call_pk, with_effective_score, with_score
from store.tables.people import effective_score
from store.tables.people import review as review_table

JUDGING = ("confirm", "override")
DECISIONS = (Verdict.MET, Verdict.VIOLATED, Verdict.NOT_APPLICABLE, Verdict.NOT_ASSESSED)
COUNTS: ColumnElement[bool] = review_table.c.purpose != "calibration"


class MachineSheet(NamedTuple):
    """The machine's verdict string of one call under one rubric, and people's reviews of the call."""

    score_id: int
    call_id: str
    verdict_string: str
    rubric_key: str
    trust_key: str
    reviews: Sequence[Review]
    """Oldest first, without answers of a calibration."""
    last_review_id: int


class EffectiveSheet(NamedTuple):
    """The sheet that counts for a score, with people's reviews up to one in it."""

    score_id: int
    last_review_id: int
    score: CallScore
    swing: float = 0.0
    """See `store.tables.call_list`."""


def put_review(c: Connection, review: Review) -> int | None:
    """Adds a review; the primary key of its call, or ``None`` when the review is there already. The sheets that count
    because of it are the caller's to write (`put_effective`).

    Raises `StoreError` for a call or an item that is not known, a verdict or a reason that is missing, an author's
    own call, reviews of what an appeal has decided, and a key that another review has.
    """
    pk = call_pk(c, review.call_id)
    agent_id = c.scalar(select(call.c.agent_id).where(call.c.id == pk))
    if review.author == agent_id:
        raise StoreError("review.own_call", call=review.call_id, agent=agent_id)
    if _is_there(c, review):
        return None
    _refuse(c, pk, review)
    c.execute(
        insert(review_table).values(
            review_key=review.review_key,
            call_id=pk,
            item_id=review.item_id,
            action=review.action,
            verdict=review.verdict and review.verdict.value,
            points=review.points,
            title=review.title,
            reason=review.reason,
            author=review.author,
            at=review.at,
            purpose=review.purpose,
            session=review.session,
        )
    )
    return pk


def reviewed_sheets(c: Connection, call_pks: Iterable[int]) -> Iterator[MachineSheet]:
    """The machine's sheets, under whatever rubric, of those of the calls that have reviews."""
    for chunk in chunked(call_pks, CHUNK):
        by_call: defaultdict[int, list[Review]] = defaultdict(list)
        last: dict[int, int] = {}
        wanted = _reviews().add_columns(review_table.c.id, call.c.id.label("call_pk"))
        for row in c.execute(wanted.where(call.c.id.in_(chunk), COUNTS).order_by(review_table.c.id)):
            by_call[row.call_pk].append(_review(row))
            last[row.call_pk] = row.id
        for row in c.execute(_machine_sheets(by_call)).all():
            yield MachineSheet(
                row.id,
                row.call_id,
                row.verdicts,
                row.rubric_key,
                row.trust_key,
                by_call[row.call_pk],
                last[row.call_pk],
            )


def put_effective(c: Connection, sheets: Iterable[EffectiveSheet]) -> None:
    """Writes the sheets that count for the scores, also into the list."""
    rows = []
    for score_id, last_review_id, score, swing in sheets:
        put_sheet(c, score_id, last_review_id, score, swing)
        others = {"manual_points": score.manual_points, "last_review_id": last_review_id}
        rows.append({"call_score_id": score_id, **sheet_values(score), **others})
    if rows:
        _upsert(c, rows)


def behind(c: Connection, keys: RubricKeys) -> list[int]:
    """Calls whose present score under ``keys`` has no sheet yet with all of people's reviews in it."""
    last = select(review_table.c.call_id, func.max(review_table.c.id).label("review_id")).where(COUNTS)
    spoken = last.group_by(review_table.c.call_id).subquery()
    calls = select(call.c.id).join(spoken, spoken.c.call_id == call.c.id).order_by(call.c.id)
    lacking = or_(effective_score.c.call_score_id.is_(None), effective_score.c.last_review_id != spoken.c.review_id)
    return list(c.scalars(with_effective_score(calls, c, keys).where(lacking)))


def reviews_of(c: Connection, call_id: str) -> list[Review]:
    """All reviews of a call, for whatever purpose, oldest first."""
    return [_review(row) for row in c.execute(_reviews().where(call.c.call_id == call_id).order_by(review_table.c.id))]


def about(c: Connection, call_pks: Collection[int], limit: int) -> list[Review]:
    """The last reviews of these calls, newest first; no answers given for calibration."""
    last = _reviews().add_columns(review_table.c.id).order_by(review_table.c.id.desc()).limit(limit)
    rows = [
        row
        for chunk in chunked(call_pks, CHUNK)
        for row in c.execute(last.where(among(review_table.c.call_id, chunk), COUNTS))
    ]
    return [_review(row) for row in sorted(rows, key=lambda row: -row.id)[:limit]]


def reviews(c: Connection) -> Iterator[Review]:
    """All there are, oldest first."""
    wanted = _reviews().order_by(review_table.c.id)
    return (_review(row) for row in c.execute(wanted.execution_options(yield_per=CHUNK)))


def machine_verdict_string(c: Connection, call_id: str, keys: RubricKeys) -> str | None:
    """What the machine alone says of the call as it stands now; ``None`` when it has no score."""
    wanted = with_score(select(call_score.c.verdicts).select_from(call), c, keys)
    verdict_string: str | None = c.scalar(wanted.where(call.c.call_id == call_id))
    return verdict_string


def rubric_documents(c: Connection) -> dict[str, dict[str, Any]]:
    """The content of every registered rubric, by its key."""
    return {row.rubric_key: row.document for row in c.execute(select(rubric.c.rubric_key, rubric.c.document))}


def _refuse(c: Connection, call_pk: int, review: Review) -> None:
    place = {"call": review.call_id, "item": review.item_id}
    if not review.author.strip():
        raise StoreError("review.no_author", **place)
    items = {item["id"] for text in rubric_documents(c).values() for item in _items(text)}
    if review.action in JUDGING and review.item_id not in items:
        raise StoreError("review.item_unknown", **place)
    if review.action in JUDGING and review.verdict is None:
        raise StoreError("review.no_verdict", **place)
    unsure = review.purpose == "calibration" and review.verdict is Verdict.UNSURE
    if review.verdict is not None and review.verdict not in DECISIONS and not unsure:
        raise StoreError("review.no_decision", verdict=review.verdict.value, **place)
    if review.action in ("override", "manual") and review.purpose != "calibration" and not review.reason.strip():
        raise StoreError("review.no_reason", action=review.action, **place)
    if review.action == "manual":
        _refuse_manual(review, items)
    if review.purpose == "review" and _has_word(c, call_pk, review, purpose="appeal"):
        raise StoreError("review.decided_by_appeal", **place)
    if review.action == "withdraw":
        if review.purpose == "appeal":
            raise StoreError("review.appeal_is_final", **place)
        if not _has_word(c, call_pk, review, purpose=review.purpose, author=review.author):
            raise StoreError("review.nothing_to_withdraw", who=review.author, **place)


def _refuse_manual(review: Review, items: set[str]) -> None:
    place = {"call": review.call_id, "item": review.item_id}
    if review.item_id in items:
        raise StoreError("review.manual_item_in_rubric", **place)
    if not review.title.strip():
        raise StoreError("review.manual_without_title", **place)
    if not review.points or not isfinite(review.points):
        raise StoreError("review.manual_without_points", **place)


def _items(document: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for group in document.get("groups", ()):
        yield from group["items"]


def _has_word(c: Connection, call_pk: int, review: Review, **who: str) -> bool:
    """Whether the last of these reviews is one, and does not take one back."""
    table = review_table.c
    actions = select(table.action).filter_by(call_id=call_pk, item_id=review.item_id, **who)
    last = c.scalar(actions.order_by(table.at.desc(), table.review_key.desc()).limit(1))
    return last not in (None, "withdraw")


def _is_there(c: Connection, review: Review) -> bool:
    row = c.execute(_reviews().where(review_table.c.review_key == review.review_key)).one_or_none()
    if row is not None and _review(row) != review:
        raise StoreError("review.key_taken", key=review.review_key)
    return row is not None


def _reviews() -> Select[Any]:
    columns = ("review_key", "item_id", "action", "author", "at", "verdict", "points", "title", "reason", "purpose")
    return select(call.c.call_id, *review_table.c[(*columns, "session")]).join(call)


def _review(row: Any) -> Review:
    return Review(
        review_key=row.review_key,
        call_id=row.call_id,
        item_id=row.item_id,
        action=row.action,
        author=row.author,
        at=row.at,
        verdict=row.verdict and Verdict(row.verdict),
        points=row.points,
        title=row.title,
        reason=row.reason,
        purpose=row.purpose,
        session=row.session,
    )


def _machine_sheets(call_pks: Iterable[int]) -> Select[Any]:
    columns = (call_score.c.id, call.c.call_id, call_score.c.verdicts, rubric.c.rubric_key, call_score.c.trust_key)
    wanted = select(call.c.id.label("call_pk"), *columns).join(call).join(rubric).select_from(call_score)
    return wanted.where(call.c.id.in_(list(call_pks))).order_by(call_score.c.id)


def _upsert(c: Connection, rows: list[dict[str, Any]]) -> None:
    adding = upsert.insert(c, effective_score)
    changed = {name: adding.excluded[name] for name in rows[0] if name != "call_score_id"}
    c.execute(adding.on_conflict_do_update(index_elements=["call_score_id"], set_=changed), rows)
