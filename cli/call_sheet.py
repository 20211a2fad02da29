"""One call on paper: what was said, what the checks found and where, what people say of it, and the points."""

from collections.abc import Iterator
from datetime import UTC, datetime

from rich.console import Console
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from callqa.clock import padded_clock
from callqa.errors import CallQAError
from callqa.scores import CallScore, ItemStatus
from callqa.types import Conversation, Turn, Verdict
from cli.output import chinese
from scoring.score import broken_critical
from services.appeals.states import stands
from services.calls.call_file import CallFile, Line, lines, read_call
from services.context import RubricContext
from services.wording import ROLES, VERDICTS, decided_words, marks, reason_words, verdict_words
from store.calls import read

COLOURS = {Verdict.VIOLATED: "red", Verdict.UNSURE: "yellow", Verdict.ERROR: "yellow", Verdict.MET: "green"}


def show_call(context: RubricContext, call_id: str, console: Console) -> None:
    """Print the call. Raises `CallQAError` when it is not known or not transcribed yet."""
    with context.store.read() as connection:
        known = read.call_row(connection, call_id)
        if known is None:
            raise CallQAError("call.unknown", call=call_id)
        file = read_call(context, connection, known)
    if file.removed.text:
        _print_what_is_left(context, file, console)
        return
    if file.conversation is None:
        raise CallQAError("call.no_transcript", call=call_id)
    _print_head(context, file.conversation, console)
    for turn in file.conversation.turns:
        console.print(Text.from_markup(_turn_line(turn)))
    if file.sessions:
        console.print(f"正在校准（{'、'.join(file.sessions)}），结束前不显示判定", style="yellow", highlight=False)
        return
    if file.sheet is None:
        console.print("尚未评分；请运行 callqa run")
        return
    _print_sheet(context, file, file.sheet, console)
    today = datetime.now(UTC).astimezone(context.zone).date()
    for appeal, state in file.appeals:
        title = context.rubric.titles.get(appeal.appeal.item_id, appeal.appeal.item_id)
        console.print(f"申诉 {appeal.pk}（{title}）：{chinese(stands(state, today))}", highlight=False)
    if file.held:
        console.print("得分暂缓发布，未计入报表；见 callqa release", style="red", highlight=False)


def _print_what_is_left(context: RubricContext, file: CallFile, console: Console) -> None:
    """Of a call whose words were removed after their time."""
    call = file.row.call
    started = call.started_at.astimezone(context.zone).strftime("%Y-%m-%d %H:%M")
    console.print(f"通话 {call.call_id}  工号 {call.agent_id}  {started}", style="bold", highlight=False)
    console.print("录音/文字已按保存期限删除", style="yellow")
    if file.sheet is not None and not file.sessions:
        _print_sheet(context, file, file.sheet, console)


def _print_sheet(context: RubricContext, file: CallFile, score: CallScore, console: Console) -> None:
    """The machine's verdicts, people's beside them where there are some, and the points that count."""
    reviewed = any(item.by_person for item in score.items)
    table = Table(title=_title(score), title_justify="left")
    for name in ("项目", "判定", *(["人工判定"] if reviewed else ()), "得分", "原因", "时间", "原话"):
        table.add_column(name, justify="right" if name == "得分" else "left", overflow="fold")
    left_out = []
    for line in lines(context, file):
        if line.counts.status is ItemStatus.NOT_APPLICABLE and not line.counts.by_person:
            left_out.append(line.item.title)
            continue
        title, verdict, *others = _item_cells(line)
        cells = (title, verdict, *([_persons_cell(line)] if reviewed else ()), *others)
        table.add_row(*map(Text.from_markup, cells))
    console.print(table)
    if left_out:
        console.print(f"{VERDICTS[Verdict.NOT_APPLICABLE]}：{'、'.join(left_out)}", highlight=False)
    if broken := broken_critical(score.items, context.rubric):
        names = "、".join(context.rubric.titles[item_id] for item_id in broken)
        console.print(f"关键项不合格（{names}）：总分不超过 {context.rubric.critical_cap:g} 分", highlight=False)
    for review in file.standing_reviews:
        if review.action == "manual":
            text = f"人工加减分：{review.title} {review.points:+g}（{review.author}：{review.reason}）"
            console.print(text, highlight=False)
    if score.needs_review:
        console.print("本通话有项目需人工复核。")


def _title(score: CallScore) -> str:
    total = "—（可判定的分值太少）" if score.total is None else f"{score.total:.1f}"
    return f"评分 {total}  已评分值 {decided_words(score)}"


def _print_head(context: RubricContext, conversation: Conversation, console: Console) -> None:
    call, transcript = conversation.call, conversation.transcript
    started = call.started_at.astimezone(context.zone).strftime("%Y-%m-%d %H:%M")
    facts = [
        f"通话 {call.call_id}",
        f"工号 {call.agent_id}",
        started,
        f"时长 {padded_clock(transcript.recording.duration)}",
    ]
    console.print("  ".join(facts), style="bold", highlight=False)
    if transcript.flags:
        console.print(f"录音标记：{chinese(marks(transcript.flags))}", highlight=False)
    if call.ticket:
        ticket = call.ticket
        parts = (ticket.request_type, " > ".join(ticket.category), ticket.summary, ticket.location, ticket.contact_name,
                 ticket.contact_phone, ticket.event_time, ticket.appeal)  # fmt: skip
        console.print(f"工单：{' | '.join(part for part in parts if part)}", highlight=False)


def _turn_line(turn: Turn) -> str:
    flags = f" [yellow]（{chinese(marks(turn.flags))}）[/yellow]" if turn.flags else ""
    raw = "" if turn.rewritten_from is None else f" [dim]（识别原文：{escape(turn.rewritten_from)}）[/dim]"
    return f"{turn.index:>3} {padded_clock(turn.start)} {ROLES[turn.role]}  {escape(turn.text)}{raw}{flags}"


def _item_cells(line: Line) -> Iterator[str]:
    item, finding = line.counts, line.finding
    yield escape(line.item.title)
    verdict = f"{VERDICTS[line.machine.verdict]}（仅建议，不扣分）" if line.suggests else verdict_words(line.machine)
    yield _coloured(line.machine.verdict, verdict + ("（一票否决待确认）" if line.fatal_waits else ""))
    if item.max_points:
        yield "" if item.points is None else f"{item.points:g}/{item.max_points:g}"
    else:
        yield f"{item.points:+g}" if item.points else ""  # on top of the total
    yield escape(reason_words(finding.reason)) if finding else ""
    yield padded_clock(finding.evidence[0].start) if finding and finding.evidence else ""
    yield escape(" / ".join(evidence.quote for evidence in finding.evidence)) if finding else ""


def _persons_cell(line: Line) -> str:
    if line.review is None:
        return ""
    who = "：".join(part for part in (line.review.author, line.review.reason) if part)
    confirmed = "（一票否决已确认）" if line.counts.fatal else ""
    return _coloured(line.counts.verdict, VERDICTS[line.counts.verdict] + confirmed) + escape(f" {who}")


def _coloured(verdict: Verdict, text: str) -> str:
    colour = COLOURS.get(verdict)
    return f"[{colour}]{text}[/{colour}]" if colour else text
