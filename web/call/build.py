"""The page of a call, made of what is known of the call and of who looks at it."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime

from callqa.errors import CallQAError
from callqa.people import Role
from callqa.reasons import reason_message
from callqa.records import Review
from callqa.scores import ItemStatus
from callqa.summary import SummaryPart
from callqa.types import Conversation, Direction, Finding, Hangup, Opinion, Verdict
from scoring.score import broken_critical
from services.calls.call_file import CallFile, Line, to_confirm
from services.calls.explanation import explanation
from services.calls.fatal import call_without_accusations
from services.calls.mends import hints
from services.calls.ticket import TITLES, Doubt
from services.calls.transcript import segments
from services.calls.visible import ShownCall, shown_call
from services.context import RubricContext, context_for
from services.privacy.bleep import agent_side
from services.wording import (
    as_it_stands,
    decided_words,
    fatal_is_open,
    marks,
)
from store import Connection
from store.calls.read import CallRow
from web.access.request_context import RequestContext
from web.access.roles import Permission
from web.call.history import appeals_of, history_of
from web.call.places import Places, all_quotes, field_owner, opinion_owner
from web.call.reader import Reader, reader_of
from web.call.trust import stated_words, trust_words
from web.call.view import (
    CallPage,
    Manual,
    Score,
    ShownDoubt,
    ShownField,
    ShownGroup,
    ShownHold,
    ShownItem,
    ShownOpinion,
    ShownPart,
    ShownReview,
    ShownTurn,
    Tone,
)
from web.help.build import item_help
from web.help.view import ItemHelp

DIRECTIONS: Mapping[Direction, str] = {"inbound": "呼入", "outbound": "呼出"}
HANGUPS: Mapping[Hangup, str] = {"agent": "坐席先挂机", "citizen": "市民先挂机", "system": "系统挂断", "unknown": ""}
TONES: Mapping[Verdict, Tone] = {Verdict.VIOLATED: "bad", Verdict.UNSURE: "warn", Verdict.ERROR: "warn"}


def page_of(rubric_context: RubricContext, shown: ShownCall, reader: Reader) -> CallPage:
    """The page for one reader; without verdicts while a calibration hides them."""
    file, call, conversation = shown.file, shown.file.row.call, shown.file.conversation
    if file.sessions:
        shown = replace(shown, lines=(), ticket=())
    lines, helps = shown.lines, item_help(rubric_context)
    places = Places(conversation.turns if conversation else ())
    items = {line.item.id: _item(rubric_context, line, shown, helps[line.item.id], reader, places) for line in lines}
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
        flags=marks(conversation.transcript.flags if conversation else ()),
        channels=_channels(conversation) if conversation else (),
        discreet=shown.discreet,
        wanted=tuple(_parts("wanted", shown.summary.wanted, places)),
        outcome=tuple(_parts("outcome", shown.summary.outcome, places)),
        turns=tuple(_turns(conversation, shown)) if conversation else (),
        stretches=shown.stretches,
        has_ticket=call.ticket is not None,
        ticket=tuple(_fields(shown, places)),
        sessions=file.sessions,
        score=_score(rubric_context, file, lines) if lines else None,
        groups=tuple(_groups(rubric_context, items)) if items else (),
        manual=tuple(
            _manual(review, reader) for review in file.standing_reviews if review.action == "manual" and lines
        ),
        reviewers=tuple(dict.fromkeys(reader.calls(review.author) for review in file.standing_reviews))
        if lines
        else (),
        appeals=appeals_of(rubric_context, file, reader.today) if lines else (),
        history=history_of(rubric_context, file, reader) if lines else (),
        asked=reader.asked,
        may_review=reader.reviews and bool(lines) and not all(file.removed),
        removed_audio=_day(rubric_context, file.removed.audio),
        removed_text=_day(rubric_context, file.removed.text),
        may_hold=reader.holds is not None,
        holds=tuple(
            ShownHold(hold.pk, hold.reason, reader.calls(hold.author), hold.at, hold.n_calls)
            for hold in reader.holds or ()
        ),
    )


def _day(rubric_context: RubricContext, at: datetime | None) -> date | None:
    return at.astimezone(rubric_context.zone).date() if at else None


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


def _turns(conversation: Conversation, shown: ShownCall) -> Iterator[ShownTurn]:
    quotes = all_quotes(shown)
    silent = {stretch.end: stretch.end - stretch.start for stretch in shown.stretches if stretch.what == "silence"}
    over = {stretch.start: stretch.end - stretch.start for stretch in shown.stretches if stretch.what == "overlap"}
    hinted = hints(conversation)
    for turn in conversation.turns:
        yield ShownTurn(
            turn.index,
            turn.role,
            turn.start,
            turn.end,
            segments(turn, quotes, hinted.get(turn.index, ())),
            marks(turn.flags),
            turn.rewritten_from or "",
            silent.get(turn.start),
            over.get(turn.start),
        )


def _parts(line: str, parts: Iterable[SummaryPart], places: Places) -> Iterator[ShownPart]:
    for n, part in enumerate(parts):
        where = places.of(f"summary-{line}-{n}", [part.evidence] if part.evidence else [], "good")
        yield ShownPart(part.message, TITLES.get(part.field, ""), part.by_model, where)


def _fields(shown: ShownCall, places: Places) -> Iterator[ShownField]:
    for field in shown.ticket:
        doubts = tuple(_doubt(field_owner(field.name, n), doubt, places) for n, doubt in enumerate(field.doubts))
        yield ShownField(field.name, field.title, field.value, doubts)


def _doubt(owner: str, doubt: Doubt, places: Places) -> ShownDoubt:
    where = places.of(owner, doubt.evidence, "bad" if doubt.sure else "warn")
    return ShownDoubt(doubt.item_id, reason_message(doubt.reason), doubt.sure, where)


def _item(
    rubric_context: RubricContext, line: Line, shown: ShownCall, item_help: ItemHelp, reader: Reader, places: Places
) -> ShownItem:
    item, counts, finding = line.item, line.counts, line.finding
    trust, opinion = shown.trusts.get(item.id), shown.opinion_on(line)
    is_answer = rubric_context.only_question(item) is not None
    verdict = as_it_stands(counts)
    why = explanation(line.explaining, rubric_context) if line.explaining else None
    return ShownItem(
        id=item.id,
        title=item.title,
        verdict=verdict,
        machine=line.machine.verdict,
        points=counts.points,
        most=counts.max_points,
        fatal=item.fatal,
        critical=item.critical,
        waits=_waits(line),
        suggests=line.suggests,
        reason=why.reason if why else "",
        measured=why.measured if why else "",
        right=why.right if why else "",
        places=places.of(item.id, line.evidence, _tone(line, finding)) if finding else (),
        trust=trust_words(item, trust, reader.say, item.id in rubric_context.asked_items) if reader.weighs else "",
        stated=stated_words(line.explaining, trust, reader.say)
        if line.explaining and is_answer and reader.weighs
        else "",
        help=item_help,
        word=_shown_review(line.review, reader) if line.review else None,
        taught=item.id in reader.taught,
        opinion=_opinion(item.id, opinion, places) if opinion else None,
        appeal_until=reader.appealable.get(item.id) if verdict is Verdict.VIOLATED else None,
    )


def _tone(line: Line, finding: Finding) -> Tone:
    """Of the places of a finding: as a person judged what is heard there, where one overturned it."""
    return TONES.get(line.counts.verdict if line.overturned else finding.verdict, "good")


def _opinion(item_id: str, opinion: Opinion, places: Places) -> ShownOpinion:
    tone = TONES.get(opinion.verdict, "good")
    return ShownOpinion(opinion.verdict, opinion.reason, places.of(opinion_owner(item_id), opinion.evidence, tone))


def _waits(line: Line) -> bool:
    return line.fatal_waits or line.counts.status is ItemStatus.NEEDS_REVIEW


def _shown_review(review: Review, reader: Reader) -> ShownReview:
    return ShownReview(
        review.review_key,
        reader.calls(review.author),
        review.at,
        review.action,
        review.reason,
        review.author == reader.name,
        review.purpose == "appeal",
    )


def _manual(review: Review, reader: Reader) -> Manual:
    return Manual(
        review.title, review.points or 0.0, reader.calls(review.author), review.reason, review.author == reader.name
    )


def _groups(rubric_context: RubricContext, items: Mapping[str, ShownItem]) -> Iterator[ShownGroup]:
    for group in rubric_context.rubric.groups:
        of_group = tuple(items[item.id] for item in group.items)
        scored = [item for item in of_group if item.most and item.points is not None]
        yield ShownGroup(
            group.title,
            all(item.fatal for item in of_group),
            sum(item.points or 0.0 for item in scored),
            sum(item.most for item in scored),
            of_group,
        )


def _score(rubric_context: RubricContext, file: CallFile, lines: tuple[Line, ...]) -> Score | None:
    sheet = file.sheet
    if sheet is None:
        return None
    unconfirmed = list(to_confirm(lines))
    return Score(
        total=sheet.total,
        decided=decided_words(sheet),
        needs_review=sheet.needs_review,
        fatal_open=fatal_is_open(sheet.items),
        held=file.held,
        caps=tuple(
            rubric_context.rubric.titles[item_id] for item_id in broken_critical(sheet.items, rubric_context.rubric)
        ),
        critical_cap=rubric_context.rubric.critical_cap,
        n_waiting=sum(_waits(line) for line in lines),
        n_to_confirm=len(unconfirmed),
        n_to_confirm_violated=sum(line.machine.verdict is Verdict.VIOLATED for line in unconfirmed),
    )


def context_of(context: RequestContext, row: CallRow) -> RubricContext:
    """The context whose rubric is for the call; where none is, it has no score under any."""
    try:
        return context_for(context.desk.rubric_set, row.call.call_id)
    except CallQAError:
        return context.desk.rubric_set[0]


def page_for(context: RequestContext, c: Connection, row: CallRow) -> CallPage:
    """The page as whoever asks may see it."""
    rubric_context = context_of(context, row)
    reader = reader_of(context, c, rubric_context, row)
    discreet = not context.may(Permission.PERSONAL)
    shown = shown_call(rubric_context, c, row, discreet=discreet, opinions=reader.reviews)
    if context.who.role is Role.AGENT:
        shown = call_without_accusations(shown)
    return page_of(rubric_context, shown, reader)
