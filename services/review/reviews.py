"""Reviews: the sheets that count, and what people's verdicts change in them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from pydantic import ValidationError

from callqa.errors import CallQAError, ConfigError
from callqa.keys import content_key
from callqa.messages import Title
from callqa.records import Action, Purpose, Review
from callqa.scores import CallScore
from callqa.types import VERDICT_OF, Call, Verdict
from callqa.yaml_file import did_you_mean
from scoring import Rubric, score_sheet
from scoring.review.apply import apply_reviews, standing_reviews
from scoring.sheets import read_sheets
from services.context import RubricContext
from services.review.queue import end_if_decided, reopen_if_undecided
from store import Connection
from store.calls import read
from store.people import reviews


@dataclass(frozen=True, slots=True)
class Reviewed:
    """A call's sheet before and after a review; ``None`` where it has no score."""

    before: CallScore | None
    after: CallScore | None


def put_review(context: RubricContext, c: Connection, review: Review) -> bool:
    """Stores a review, and the sheets that count for its call from now on; ``False`` when it is there already. Raises
    `StoreError` when it is refused."""
    pk = reviews.put_review(c, review)
    if pk is not None and review.purpose != "calibration":
        write_effective(context, c, [pk])
    return pk is not None


def write_effective(context: RubricContext, c: Connection, call_pks: Iterable[int]) -> None:
    """Puts people's reviews into the machine's sheets of those of the calls that have reviews, under whatever rubric.

    Which items only suggested under an older trust is not known here, so such sheets are left to the score stage,
    should that trust ever come back.
    """
    rubrics: dict[str, Rubric | None] = {context.rubric.key: context.rubric}
    sheets = list(reviews.reviewed_sheets(c, call_pks))
    if any(sheet.rubric_key not in rubrics for sheet in sheets):
        rubrics = _stored_rubrics(c) | rubrics
    effective = (_effective(context, sheet, rubrics[sheet.rubric_key]) for sheet in sheets)
    reviews.put_effective(c, [sheet for sheet in effective if sheet])


def _effective(
    context: RubricContext, sheet: reviews.MachineSheet, rubric: Rubric | None
) -> reviews.EffectiveSheet | None:
    now = (sheet.rubric_key, sheet.trust_key) == (context.keys.rubric_key, context.keys.trust_key)
    if rubric is None or (sheet.trust_key and not now):
        return None
    verdict_string, points = apply_reviews(sheet.verdict_string, sheet.reviews, rubric)
    advisory = context.advisory if now else frozenset()
    score = score_sheet(sheet.call_id, verdict_string, rubric, advisory, points)
    (swing,) = read_sheets([verdict_string], rubric, advisory, points).swing.tolist()
    return reviews.EffectiveSheet(sheet.score_id, sheet.last_review_id, score, swing)


def review_call(context: RubricContext, review: Review) -> Reviewed:
    """`review_whole` of one review."""
    return review_whole(context, [review])


def review_whole(context: RubricContext, new_reviews: Sequence[Review]) -> Reviewed:
    """Stores what one person says of items of one call, all of it or nothing, with the sheets that count from now on,
    and ends assignments to hear the call when nothing on it waits any more; a review that is taken back opens
    them again when something does. What the author has said already, and still counts, is not stored again: it would
    give the agent days to appeal anew. Raises `StoreError` when it is refused."""
    call_id, author, at = new_reviews[-1].call_id, new_reviews[-1].author, new_reviews[-1].at
    with context.store.write() as c:
        before = sheet_of(context, c, call_id)
        standing = standing_reviews(reviews.reviews_of(c, call_id))
        new = [review for review in new_reviews if not any(_same(review, other) for other in standing)]
        if not new:
            return Reviewed(before, before)
        for review in new:
            put_review(context, c, review)
        if any(review.action == "withdraw" for review in new):
            reopen_if_undecided(context, c, call_id)
        end_if_decided(context, c, call_id, author, at)
        return Reviewed(before, sheet_of(context, c, call_id))


def sheet_of(context: RubricContext, c: Connection, call_id: str) -> CallScore | None:
    """The sheet that counts, or ``None`` when the call has no score."""
    stored = read.score_of(c, call_id, context.keys)
    return None if stored is None else context.sheet(stored)


def machine_verdict(context: RubricContext, call_id: str, item_id: str) -> Verdict:
    """What the machine says of an item, whatever people said since. Raises `CallQAError` when the call has no score."""
    with context.store.read() as c:
        known_call(c, call_id)
        verdict_string = reviews.machine_verdict_string(c, call_id, context.keys)
    if verdict_string is None:
        rubric = context.rubric
        raise CallQAError("call.no_score", call=call_id, rubric=rubric.id, version=rubric.version)
    return VERDICT_OF[verdict_string[list(context.rubric.titles).index(item_id)]]


def find_item(context: RubricContext, name: str) -> str:
    """The id of an item of the rubric, which may be named by its title in any language. Raises `ConfigError`."""
    if name in context.rubric.titles:
        return name
    for item_id, title in context.rubric.titles.items():
        if name in Title(title).names:
            return item_id
    names = [*context.rubric.titles.values(), *context.rubric.titles]
    raise ConfigError("rubric.item_unknown", item=name, near=did_you_mean(name, names))


def item_or_reviewed(context: RubricContext, call_id: str, name: str) -> str:
    """The id of an item of the rubric, or of one that somebody spoke of: a manual one, or one of another rubric."""
    with context.store.read() as c:
        spoken = {review.item_id for review in reviews.reviews_of(c, call_id)}
    return name if name in spoken else find_item(context, name)


def known_call(c: Connection, call_id: str) -> Call:
    """The call. Raises `CallQAError` when there is none of this id."""
    row = read.call_row(c, call_id)
    if row is None:
        raise CallQAError("call.unknown", call=call_id)
    return row.call


def new_review(
    call_id: str,
    item_id: str,
    action: Action,
    author: str,
    *,
    verdict: Verdict | None = None,
    points: float | None = None,
    reason: str = "",
    purpose: Purpose = "review",
    session: str = "",
    at: datetime | None = None,
) -> Review:
    """A review with a key of its own, said now or ``at`` another time."""
    at = at or datetime.now(UTC)
    return Review(
        review_key=content_key([call_id, item_id, action, author, at.isoformat(), purpose, session]),
        call_id=call_id,
        item_id=item_id,
        action=action,
        author=author,
        at=at,
        verdict=verdict,
        points=points,
        title=item_id if action == "manual" else "",
        reason=reason,
        purpose=purpose,
        session=session,
    )


def _same(review: Review, other: Review) -> bool:
    return replace(review, review_key=other.review_key, at=other.at) == other


def _stored_rubrics(c: Connection) -> dict[str, Rubric | None]:
    return {key: _rubric(document) for key, document in reviews.rubric_documents(c).items()}


def _rubric(document: dict[str, object]) -> Rubric | None:
    try:
        return Rubric.model_validate(document)
    except ValidationError:  # of a version of callqa whose rubrics were other
        return None
