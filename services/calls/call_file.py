"""File of one call: all that the store holds of it, and its sheet line by line."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from callqa.records import Review
from callqa.scores import CallScore, ItemScore
from callqa.types import Conversation, Evidence, Finding, Verdict
from scoring import Item, score_sheet
from scoring.agreement.trust import DECIDED
from scoring.review.appeal import AppealState
from scoring.review.apply import standing_reviews
from services.appeals.states import states
from services.calls.evidence import deciding_finding
from services.context import RubricContext
from store import Connection
from store.calls import read
from store.people import appeals, calibration, reviews
from store.removal.marks import Removed, removed_of
from store.runs import score_holds


@dataclass(frozen=True, slots=True)
class CallFile:
    """All there is of a call under one rubric."""

    row: read.CallRow
    conversation: Conversation | None
    """In the zone of the settings; ``None`` until it was transcribed."""
    findings: Mapping[str, Finding]
    """By the id of the check."""
    machine: CallScore | None
    """What the machine alone says; ``None`` until it was scored."""
    sheet: CallScore | None
    """What counts, with people's reviews in it."""
    reviews: tuple[Review, ...]
    """All reviews of it, oldest first, without the answers of calibrations under way."""
    sessions: tuple[str, ...]
    """The calibrations in which people judge this call just now: until they end nobody is shown a verdict."""
    appeals: tuple[tuple[appeals.StoredAppeal, AppealState], ...]
    held: bool
    """The score is not published."""
    removed: Removed = Removed()
    """What was removed of it after its time; then there is no conversation, and no evidence behind the sheet."""

    @property
    def standing_reviews(self) -> list[Review]:
        """The reviews that count."""
        return standing_reviews(self.reviews)


@dataclass(frozen=True, slots=True)
class Line:
    """An item of a call's sheet: what the machine found, what counts, and whose review that is."""

    item: Item
    machine: ItemScore
    """The machine's."""
    counts: ItemScore
    finding: Finding | None
    """Behind the machine's verdict."""
    review: Review | None
    """Whose verdict counts."""
    suggests: bool
    """The machine found a violation that costs nothing until a person confirms it."""

    @property
    def overturned(self) -> bool:
        """A person decided otherwise than the machine, whose reason explains the verdict no longer."""
        return self.counts.by_person and self.counts.verdict is not self.machine.verdict

    @property
    def explaining(self) -> Finding | None:
        """The finding, where it explains the verdict that counts."""
        return None if self.overturned else self.finding

    @property
    def evidence(self) -> tuple[Evidence, ...]:
        """Where the verdict that counts can be heard; nothing was missing where a person said so."""
        places = self.finding.evidence if self.finding else ()
        return () if self.overturned and any(place.unsaid for place in places) else places

    @property
    def fatal_waits(self) -> bool:
        """The machine found a fatal item violated, and nobody has said whether it is."""
        return self.machine.fatal and not self.counts.by_person


def read_call(context: RubricContext, c: Connection, row: read.CallRow) -> CallFile:
    """The file of a stored call."""
    call_id, keys = row.call.call_id, context.keys
    stored = next(read.conversations(c, [row.call_pk], keys.engine_key, context.zone), None)
    stored_findings = next(read.findings(c, [row.call_pk], keys), None)
    scored = read.score_of(c, call_id, keys)
    verdict_string = reviews.machine_verdict_string(c, call_id, keys)
    return CallFile(
        row,
        conversation=stored.conversation if stored else None,
        findings={finding.check_id: finding for finding in stored_findings.findings} if stored_findings else {},
        machine=score_sheet(call_id, verdict_string, context.rubric, context.advisory) if verdict_string else None,
        sheet=context.sheet(scored) if scored else None,
        reviews=tuple(calibration.visible(c, reviews.reviews_of(c, call_id))),
        sessions=tuple(calibration.blinded(c, call_id)),
        appeals=tuple(states(context, appeals.appeals(c, call_id=call_id))),
        held=score_holds.is_held(c, call_id, keys),
        removed=removed_of(c, row.call_pk),
    )


def lines(context: RubricContext, file: CallFile) -> Iterator[Line]:
    """The sheet in the rubric's order; nothing for a call without a score."""
    if file.machine is None or file.sheet is None:
        return
    standing = {review.item_id: review for review in file.standing_reviews}
    for item, machine, counts in zip(context.rubric.items, file.machine.items, file.sheet.items, strict=True):
        yield Line(
            item,
            machine,
            counts,
            deciding_finding(machine, file.findings),
            standing.get(item.id) if counts.by_person else None,
            machine.verdict is Verdict.VIOLATED and item.id in context.advisory,
        )


def to_confirm(lines: Iterable[Line]) -> Iterator[Line]:
    """What the machine decided and nobody spoke of. Fatal violations are for a person to confirm one by one."""
    return (
        line for line in lines if line.machine.verdict in DECIDED and line.review is None and not line.machine.fatal
    )
