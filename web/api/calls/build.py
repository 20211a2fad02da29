"""Calls as programs read them, made of what the token's owner may see."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict
from typing import TypeVar

from callqa.errors import CallQAError
from callqa.people import Role
from callqa.reasons import reason_message
from callqa.scores import CallScore
from callqa.types import Evidence
from services.calls.call_file import Line
from services.calls.fatal import call_without_accusations, listed_without_accusations
from services.calls.visible import ShownCall, shown_call
from services.context import RubricContext, context_for
from services.wording import as_it_stands, fatal_is_open
from store import Connection
from store.calls import failures
from store.calls.call_list import ListedCall
from store.calls.read import call_row
from web.access.request_context import NotThere
from web.access.roles import Permission
from web.access.visibility import visible_call
from web.api.access import ApiContext
from web.api.calls.view import (
    CallData,
    Fatal,
    FindingData,
    FindingsData,
    ItemData,
    ListedCallData,
    Quote,
    RubricName,
    ScoreHead,
    SheetData,
    State,
    TicketData,
    TranscriptData,
    TurnData,
)
from web.calls.build import sheet_of

T = TypeVar("T")


def with_call(context: ApiContext, call_id: str, make: Callable[[RubricContext, ShownCall, Connection], T]) -> T:
    """What is made of the call as the token's owner may see it. Raises `NotThere`."""
    with context.desk.store.read() as c:
        named = call_row(c, call_id)
        if named is None:
            raise NotThere
        row = visible_call(context, c, named.call_pk)
        context.log_view_once("call_opened", "call", row.call_pk, call_id, by="API")
        try:
            rubric_context = context_for(context.desk.rubric_set, call_id)
        except CallQAError:  # no rubric is for it
            rubric_context = context.desk.rubric_set[0]
        shown = shown_call(rubric_context, c, row, discreet=not context.may(Permission.PERSONAL))
        if context.who.role is Role.AGENT:
            shown = call_without_accusations(shown)
        return make(rubric_context, shown, c)


def call_data(rubric_context: RubricContext, shown: ShownCall, c: Connection) -> CallData:
    file, call, conversation = shown.file, shown.file.row.call, shown.file.conversation
    key = failures.transcribe_key(file.row.sha256, call.agent_channel, rubric_context.keys.engine_key)
    state: State = "scored" if file.sheet else "transcribed" if conversation else "waiting"
    if state == "waiting" and failures.has_failed(c, "transcribe", key):
        state = "failed"
    return CallData(
        call_id=call.call_id,
        started_at=call.started_at.astimezone(rubric_context.zone),
        agent_id=call.agent_id,
        team=call.team,
        line=call.line,
        direction=call.direction,
        hangup_by=call.hangup_by,
        state=state,
        seconds=conversation.transcript.recording.duration if conversation else None,
        flags=conversation.transcript.flags if conversation else (),
        summary=shown.summary.line.text("zh"),
        ticket=TicketData(**asdict(call.ticket)) if call.ticket else None,
        score=_score(rubric_context, shown),
        masked=shown.discreet,
        judged_blind=bool(file.sessions),
    )


def listed(context: ApiContext, row: ListedCall) -> ListedCallData:
    sheet = sheet_of(context.desk.rubric_set, row)
    if context.who.role is Role.AGENT:
        row, sheet = listed_without_accusations(row, sheet)
    rubric_context = next((some for some in context.desk.rubric_set if some.keys.rubric_key == row.rubric_key), None)
    return ListedCallData(
        call_id=row.call_id,
        started_at=row.started_at.astimezone(context.desk.settings.zone),
        agent_id=row.agent_id,
        team=row.team,
        category=row.category,
        request_type=row.request_type,
        line=row.line,
        direction="outbound" if row.direction == "outbound" else "inbound",
        seconds=row.seconds,
        score=score_head(rubric_context, sheet, row.held) if sheet and rubric_context else None,
    )


def sheet_data(context: ApiContext, rubric_context: RubricContext, shown: ShownCall, _: Connection) -> SheetData:
    call_id = shown.file.row.call.call_id
    items = () if shown.file.sessions else tuple(_items(context, rubric_context, shown.lines))
    return SheetData(call_id, _score(rubric_context, shown), items)


def findings_data(context: ApiContext, _: RubricContext, shown: ShownCall, _c: Connection) -> FindingsData:
    language = context.request.state.language
    data = tuple(
        FindingData(
            finding.check_id,
            finding.check_key,
            finding.verdict,
            finding.reason,
            reason_message(finding.reason).text(language),
            finding.value,
            finding.confidence,
            tuple(_quotes(finding.evidence)),
        )
        for finding in (() if shown.file.sessions else shown.file.findings.values())
    )
    return FindingsData(shown.file.row.call.call_id, data)


def transcript_data(_: RubricContext, shown: ShownCall, _c: Connection) -> TranscriptData:
    conversation = shown.file.conversation
    turns = tuple(
        TurnData(turn.index, turn.role, turn.start, turn.end, turn.text, turn.confidence, turn.flags)
        for turn in (conversation.turns if conversation else ())
    )
    key = conversation.transcript.engine_key if conversation else None
    return TranscriptData(shown.file.row.call.call_id, key, shown.discreet, turns)


def _score(rubric_context: RubricContext, shown: ShownCall) -> ScoreHead | None:
    file = shown.file
    return score_head(rubric_context, file.sheet, file.held) if file.sheet and not file.sessions else None


def score_head(rubric_context: RubricContext, sheet: CallScore, held: bool) -> ScoreHead:
    possible = fatal_is_open(sheet.items)
    fatal: Fatal = "possible" if possible else "confirmed" if any(item.fatal for item in sheet.items) else "none"
    return ScoreHead(
        None if possible else sheet.total,
        sheet.needs_review,
        fatal,
        not held,
        sheet.failed,
        sheet.undecided,
        RubricName(rubric_context.rubric.id, rubric_context.rubric.version),
    )


def _items(context: ApiContext, rubric_context: RubricContext, lines: Iterable[Line]) -> Iterator[ItemData]:
    groups = {item.id: group.title for group in rubric_context.rubric.groups for item in group.items}
    for line in lines:
        finding = line.finding
        reason = finding.reason if finding and not line.overturned else None
        yield ItemData(
            id=line.item.id,
            title=line.item.title,
            group=groups[line.item.id],
            verdict=as_it_stands(line.counts),
            points=line.counts.points,
            most=line.counts.max_points,
            fatal=line.item.fatal,
            critical=line.item.critical,
            by_person=line.counts.by_person,
            advisory=line.suggests,
            reason=reason,
            reason_text=reason_message(reason).text(context.request.state.language) if reason else None,
            quotes=tuple(_quotes(finding.evidence if finding else ())),
        )


def _quotes(evidence: Iterable[Evidence]) -> Iterator[Quote]:
    for place in evidence:
        yield Quote(place.turn_index, place.start, place.end, place.quote)
