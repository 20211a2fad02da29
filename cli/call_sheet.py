"""One call on paper: what was said, what the checks found and where, what people say of it, and the points."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from rich.cells import cell_len
from rich.console import Console
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from callqa.clock import padded_clock
from callqa.errors import CallQAError
from callqa.messages import Joined, Message
from callqa.messages import terminal_text as _
from callqa.reasons import reason_message
from callqa.scores import CallScore, ItemStatus
from callqa.summary import Summary, in_a_row
from callqa.types import Conversation, Evidence, Turn, Verdict
from scoring.score import broken_critical
from services.appeals.states import stands
from services.calls.call_file import CallFile, Line, lines, read_call
from services.calls.evidence import only_searched
from services.calls.explanation import explanation
from services.console import padded
from services.context import RubricContext
from services.summary.summaries import summary_of
from services.wording import ROLES, VERDICTS, decided_words, marks, verdict_words
from store.calls import read

COLOURS = {Verdict.VIOLATED: "red", Verdict.UNSURE: "yellow", Verdict.ERROR: "yellow", Verdict.MET: "green"}


def show_call(context: RubricContext, call_id: str, console: Console) -> None:
    """Print the call. Raises `CallQAError` when it is not known or not transcribed yet."""
    with context.store.read() as connection:
        known = read.call_row(connection, call_id)
        if known is None:
            raise CallQAError("call.unknown", call=call_id)
        file = read_call(context, connection, known)
        summary = summary_of(context, connection, known.call_pk, known.call, file.conversation)
    if file.removed.text:
        _print_what_is_left(context, file, console)
        return
    if file.conversation is None:
        raise CallQAError("call.no_transcript", call=call_id)
    _print_head(context, file.conversation, summary, console)
    for turn in file.conversation.turns:
        console.print(Text.from_markup(_turn_line(turn)))
    if file.sessions:
        text = _("being calibrated ({sessions}); no verdicts are shown before that is closed", sessions=file.sessions)
        console.print(text, style="yellow", highlight=False)
        return
    if file.sheet is None:
        console.print(_("not scored yet; run: callqa run"))
        return
    _print_sheet(context, file, file.sheet, console)
    today = datetime.now(UTC).astimezone(context.zone).date()
    for appeal, state in file.appeals:
        title = context.rubric.titles.get(appeal.appeal.item_id, appeal.appeal.item_id)
        text = _("appeal {n} ({item}): {stands}", n=appeal.pk, item=title, stands=stands(state, today))
        console.print(text, highlight=False)
    if file.held:
        console.print(_("the score is held, and in no report; see callqa release"), style="red", highlight=False)


def _print_what_is_left(context: RubricContext, file: CallFile, console: Console) -> None:
    """Of a call whose words were removed after their time."""
    call = file.row.call
    started = call.started_at.astimezone(context.zone).strftime("%Y-%m-%d %H:%M")
    head = _("call {call}  agent {agent}  {started}", call=call.call_id, agent=call.agent_id, started=started)
    console.print(head, style="bold", highlight=False)
    console.print(_("recording/text were removed when their time was over"), style="yellow")
    if file.sheet is not None and not file.sessions:
        _print_sheet(context, file, file.sheet, console)


def _print_sheet(context: RubricContext, file: CallFile, score: CallScore, console: Console) -> None:
    """The machine's verdicts, people's beside them where there are some, and the points that count."""
    reviewed = any(item.by_person for item in score.items)
    table = Table(title=_title(score), title_justify="left")
    for name in ("项目", "判定", *(["人工判定"] if reviewed else ()), "得分", "原因", "时间", "原话"):
        table.add_column(_(name), justify="right" if name == "得分" else "left", overflow="fold")
    left_out = []
    for line in lines(context, file):
        if line.counts.status is ItemStatus.NOT_APPLICABLE and not line.counts.by_person:
            left_out.append(line.item.title)
            continue
        title, verdict, *others = _item_cells(line, file.conversation.turns if file.conversation else ())
        cells = (title, verdict, *([_persons_cell(line)] if reviewed else ()), *others)
        table.add_row(*map(Text.from_markup, cells))
    console.print(table)
    for line in lines(context, file):
        if line.explaining and (right := explanation(line.explaining, context).right):
            text = _("{item}: {right}", item=line.item.title, right=right)
            console.print(text, markup=False, highlight=False, soft_wrap=True)
    if left_out:
        text = _("{what}: {items}", what=Message(VERDICTS[Verdict.NOT_APPLICABLE]), items=left_out)
        console.print(text, highlight=False)
    if broken := broken_critical(score.items, context.rubric):
        text = _(
            "critical items violated ({items}): the total is {cap:g} at most",
            items=[context.rubric.titles[item_id] for item_id in broken],
            cap=context.rubric.critical_cap,
        )
        console.print(text, highlight=False)
    for review in file.standing_reviews:
        if review.action == "manual":
            text = _(
                "points by hand: {title} {points:+g} ({author}: {reason})",
                title=review.title,
                points=review.points,
                author=review.author,
                reason=review.reason,
            )
            console.print(text, highlight=False)
    if score.needs_review:
        console.print(_("items of this call wait for a person"))


def _title(score: CallScore) -> str:
    total = Message("— (too little could be decided)") if score.total is None else f"{score.total:.1f}"
    return _("score {total}  points decided {decided}", total=total, decided=decided_words(score))


def _print_head(context: RubricContext, conversation: Conversation, summary: Summary, console: Console) -> None:
    call, transcript = conversation.call, conversation.transcript
    started = call.started_at.astimezone(context.zone).strftime("%Y-%m-%d %H:%M")
    head = _("call {call}  agent {agent}  {started}", call=call.call_id, agent=call.agent_id, started=started)
    length = _("length {clock}", clock=padded_clock(transcript.recording.duration))
    console.print(f"{head}  {length}", style="bold", highlight=False)
    if transcript.flags:
        console.print(_("marks of the recording: {marks}", marks=marks(transcript.flags)), highlight=False)
    if call.ticket:
        ticket = call.ticket
        parts = (ticket.request_type, " > ".join(ticket.category), ticket.summary, ticket.location, ticket.contact_name,
                 ticket.contact_phone, ticket.event_time, ticket.appeal)  # fmt: skip
        console.print(_("ticket: {parts}", parts=Joined(filter(None, parts), " | ")), highlight=False)
    for text, line in (("wanted: {parts}", summary.wanted), ("outcome: {parts}", summary.outcome)):
        if line:
            console.print(_(text, parts=in_a_row(line)), highlight=False)


def _turn_line(turn: Turn) -> str:
    flags = f" [yellow]{_('({marks})', marks=marks(turn.flags))}[/yellow]" if turn.flags else ""
    as_heard = "" if turn.rewritten_from is None else _("(heard as: {text})", text=escape(turn.rewritten_from))
    raw = f" [dim]{as_heard}[/dim]" if as_heard else ""
    role = padded(_(ROLES[turn.role]), max(map(cell_len, map(_, ROLES.values()))) + 2)
    return f"{turn.index:>3} {padded_clock(turn.start)} {role}{escape(turn.text)}{raw}{flags}"


def _item_cells(line: Line, turns: Sequence[Turn]) -> Iterator[str]:
    item, finding = line.counts, line.explaining
    yield escape(line.item.title)
    if line.suggests:
        verdict = _("{verdict} (only suggested, costs nothing)", verdict=Message(VERDICTS[line.machine.verdict]))
    else:
        verdict = _(verdict_words(line.machine))
    if line.fatal_waits:
        verdict = _("{verdict} (fatal, to be confirmed)", verdict=verdict)
    yield _coloured(line.machine.verdict, verdict)
    if item.max_points:
        yield "" if item.points is None else f"{item.points:g}/{item.max_points:g}"
    else:
        yield f"{item.points:+g}" if item.points else ""  # on top of the total
    yield escape(_(reason_message(finding.reason))) if finding else ""
    evidence = finding.evidence if finding else ()
    places = () if only_searched(evidence, turns) else evidence
    yield padded_clock(places[0].start) if places else ""
    yield escape(" / ".join(map(_place_words, places)))


def _place_words(place: Evidence) -> str:
    return place.quote or (_("(not said)") if place.unsaid else _("(silence)"))


def _persons_cell(line: Line) -> str:
    if line.review is None:
        return ""
    who = line.review.author
    if who and line.review.reason:
        who = _("{author}: {reason}", author=who, reason=line.review.reason)
    verdict = Message(VERDICTS[line.counts.verdict])
    if line.counts.fatal:
        verdict = Message("{verdict} (fatal, confirmed)", verdict=verdict)
    return _coloured(line.counts.verdict, _(verdict)) + escape(f" {who or line.review.reason}")


def _coloured(verdict: Verdict, text: str) -> str:
    colour = COLOURS.get(verdict)
    return f"[{colour}]{text}[/{colour}]" if colour else text
