"""From what is known of a call to what its page shows, and to whom."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from callqa.records import Review
from callqa.types import Conversation, Direction, Evidence, Finding, Hangup, ItemStatus, Verdict
from flows.bleeping import agent_side
from flows.calls.call_file import CallFile, Line, to_confirm
from flows.calls.shown import ShownCall
from flows.calls.ticket import Doubt
from flows.calls.transcript import Quote, segments
from flows.tables import decided_points
from flows.wiring import Run
from flows.wording import as_it_stands, marks, reason_words
from scoring.score import broken_critical
from web.call.history import appeals_of, history_of
from web.call.trust import trust_words
from web.call.view import (
    CallPage,
    Manual,
    Place,
    Score,
    ShownDoubt,
    ShownField,
    ShownGroup,
    ShownItem,
    ShownTurn,
    ShownWord,
    Tone,
)
from web.wording import Words

DIRECTIONS: Mapping[Direction, str] = {"inbound": "呼入", "outbound": "呼出"}
HANGUPS: Mapping[Hangup, str] = {"agent": "坐席先挂机", "citizen": "市民先挂机", "system": "系统挂断", "unknown": ""}
TONES: Mapping[Verdict, Tone] = {Verdict.VIOLATED: "bad", Verdict.UNSURE: "warn", Verdict.ERROR: "warn"}


@dataclass(frozen=True, slots=True)
class Reader:
    """Who looks at the page."""

    name: str
    say: Words
    reviews: bool
    """May decide the items of calls."""
    today: date
    appealable: Mapping[str, date]
    """The items that the reader may appeal against, with the last day."""


def page_of(run: Run, shown: ShownCall, reader: Reader) -> CallPage:
    """The page for one reader; without verdicts while a calibration hides them."""
    file, call = shown.file, shown.file.row.call
    lines = () if file.sessions else shown.lines
    items = {line.item.id: _item(line, shown, reader) for line in lines}
    fields = () if file.sessions else tuple(_fields(shown))
    quotes = list(_quotes(lines, shown))
    conversation = file.conversation
    return CallPage(
        pk=file.row.call_pk,
        call_id=call.call_id,
        started_at=call.started_at,
        agent_id=call.agent_id,
        team=call.team,
        line=call.line,
        direction=DIRECTIONS[call.direction],
        hangup=HANGUPS[call.hangup_by],
        category=" › ".join(call.ticket.category) if call.ticket else "",
        seconds=conversation.transcript.recording.duration if conversation else 0.0,
        flags=marks(conversation.transcript.flags) if conversation else "",
        channels=_channels(conversation) if conversation else (),
        discreet=shown.discreet,
        turns=tuple(_turns(conversation, quotes)) if conversation else (),
        stretches=shown.stretches,
        has_ticket=call.ticket is not None,
        ticket=fields,
        sessions=file.sessions,
        score=_score(run, file, lines) if lines else None,
        groups=tuple(_groups(run, items)) if items else (),
        manual=tuple(_manual(word, reader) for word in file.words if word.action == "manual" and lines),
        reviewers=tuple(dict.fromkeys(word.author for word in file.words)) if lines else (),
        appeals=appeals_of(run, file, reader.today) if lines else (),
        history=history_of(run, file, reader.say) if lines else (),
        may_review=reader.reviews and bool(lines),
    )


def _channels(conversation: Conversation) -> tuple[str, ...]:
    if conversation.transcript.recording.n_channels == 1:
        return ("双方",)
    match agent_side(conversation):
        case None:
            return ("声道一", "声道二")
        case 0:
            return ("坐席", "市民")
        case _:
            return ("市民", "坐席")


def _turns(conversation: Conversation, quotes: list[Quote]) -> Iterator[ShownTurn]:
    for turn in conversation.turns:
        yield ShownTurn(
            turn.index, turn.role, turn.start, turn.end, segments(turn, quotes), marks(turn.flags), turn.heard or ""
        )


def _quotes(lines: tuple[Line, ...], shown: ShownCall) -> Iterator[Quote]:
    """All evidence that the page points at."""
    for line in lines:
        for n, evidence in enumerate(line.finding.evidence if line.finding else ()):
            yield Quote(_evidence_id(line.item.id, n), evidence)
    for field in shown.ticket if lines else ():
        for m, doubt in enumerate(field.doubts):
            for n, evidence in enumerate(doubt.evidence):
                yield Quote(_doubt_id(field.name, m, n), evidence)


def _evidence_id(item_id: str, n: int) -> str:
    return f"{item_id}-{n}"


def _doubt_id(field: str, m: int, n: int) -> str:
    return f"ticket-{field}-{m}-{n}"


def _place(name: str, evidence: Evidence, tone: Tone) -> Place:
    return Place(name, evidence.start, evidence.end, evidence.quote, tone)


def _fields(shown: ShownCall) -> Iterator[ShownField]:
    for field in shown.ticket:
        doubts = tuple(_doubt(field.name, m, doubt) for m, doubt in enumerate(field.doubts))
        yield ShownField(field.name, field.title, field.value, doubts)


def _doubt(field: str, m: int, doubt: Doubt) -> ShownDoubt:
    tone: Tone = "bad" if doubt.sure else "warn"
    places = tuple(_place(_doubt_id(field, m, n), evidence, tone) for n, evidence in enumerate(doubt.evidence))
    return ShownDoubt(doubt.item_id, reason_words(doubt.reason), doubt.sure, places)


def _item(line: Line, shown: ShownCall, reader: Reader) -> ShownItem:
    item, counts, finding = line.item, line.counts, line.finding
    verdict = as_it_stands(counts)
    return ShownItem(
        id=item.id,
        title=item.title,
        verdict=verdict,
        machine=line.found.verdict,
        points=counts.points,
        most=counts.max_points,
        fatal=item.fatal,
        critical=item.critical,
        waits=_waits(line),
        suggests=line.suggests,
        reason=reason_words(finding.reason) if finding else "",
        places=_places(item.id, finding),
        trust=trust_words(item, shown.trusts.get(item.id), reader.say),
        word=_word(line.word, reader) if line.word else None,
        appeal_until=reader.appealable.get(item.id) if verdict is Verdict.VIOLATED else None,
    )


def _places(item_id: str, finding: Finding | None) -> tuple[Place, ...]:
    if finding is None:
        return ()
    tone = TONES.get(finding.verdict, "good")
    return tuple(_place(_evidence_id(item_id, n), evidence, tone) for n, evidence in enumerate(finding.evidence))


def _waits(line: Line) -> bool:
    return line.fatal_waits or line.counts.status is ItemStatus.NEEDS_REVIEW


def _word(word: Review, reader: Reader) -> ShownWord:
    return ShownWord(
        word.author, word.at, word.action, word.reason, word.author == reader.name, word.purpose == "appeal"
    )


def _manual(word: Review, reader: Reader) -> Manual:
    return Manual(word.title, word.points or 0.0, word.author, word.reason, word.author == reader.name)


def _groups(run: Run, items: Mapping[str, ShownItem]) -> Iterator[ShownGroup]:
    for group in run.rubric.groups:
        own = tuple(items[item.id] for item in group.items)
        scored = [item for item in own if item.most and item.points is not None]
        yield ShownGroup(
            group.title, sum(item.points or 0.0 for item in scored), sum(item.most for item in scored), own
        )


def _score(run: Run, file: CallFile, lines: tuple[Line, ...]) -> Score | None:
    sheet = file.sheet
    if sheet is None:
        return None
    left = list(to_confirm(lines))
    return Score(
        total=sheet.total,
        decided=decided_points(sheet),
        needs_review=sheet.needs_review,
        held=file.held,
        caps=tuple(run.rubric.titles[item_id] for item_id in broken_critical(sheet.items, run.rubric)),
        critical_cap=run.rubric.critical_cap,
        n_waiting=sum(_waits(line) for line in lines),
        n_to_confirm=len(left),
        n_to_confirm_violated=sum(line.found.verdict is Verdict.VIOLATED for line in left),
    )
