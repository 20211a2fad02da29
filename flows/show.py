"""One call on paper: what was said, what the checks found and where, what people say of it, and the points."""

from collections.abc import Iterator
from datetime import UTC, datetime

from rich.console import Console
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from callqa.errors import CallQAError
from callqa.records import Review
from callqa.types import CallScore, Conversation, Finding, ItemScore, ItemStatus, Turn, Verdict
from flows.evidence import deciding_finding
from flows.people.appeal_states import stands, states
from flows.tables import clock, decided_points
from flows.wiring import Run
from flows.wording import ROLES, VERDICTS, marks, verdict_words
from qa_models.reasons import REASONS
from scoring import score_sheet
from scoring.review.apply import standing_words
from scoring.score import broken_critical
from store import appeals, calibration, holds, read, reviews

COLOURS = {Verdict.VIOLATED: "red", Verdict.UNSURE: "yellow", Verdict.ERROR: "yellow", Verdict.MET: "green"}


def show_call(run: Run, call_id: str, console: Console) -> None:
    """Print the call. Raises `CallQAError` when it is not known or not transcribed yet."""
    with run.store.read() as connection:
        known = read.call_row(connection, call_id)
        if known is None:
            raise CallQAError(f"there is no call {call_id}; take it in with: callqa ingest MANIFEST")
        stored = next(read.conversations(connection, [known.call_pk], run.keys.engine_key, run.zone), None)
        if stored is None:
            raise CallQAError(f"call {call_id} has no transcript yet; see: callqa failures, or run: callqa run")
        found = next(read.findings(connection, [known.call_pk], run.keys), None)
        scored = read.score_of(connection, call_id, run.keys)
        held = holds.is_held(connection, call_id, run.keys)
        machine = reviews.machine_letters(connection, call_id, run.keys)
        said = reviews.reviews_of(connection, call_id)
        sessions = calibration.blinded(connection, call_id)
        contested = states(run, appeals.appeals(connection, call_id=call_id))
    _print_head(run, stored.conversation, console)
    for turn in stored.conversation.turns:
        console.print(Text.from_markup(_turn_line(turn)))
    if sessions:
        console.print(f"正在校准（{'、'.join(sessions)}），结束前不显示判定", style="yellow", highlight=False)
        return
    if scored is None or machine is None:
        console.print("尚未评分；请运行 callqa run")
        return
    findings = {finding.check_id: finding for finding in found.findings} if found else {}
    _print_sheet(run, machine, run.sheet(scored), findings, standing_words(said), console)
    today = datetime.now(UTC).astimezone(run.zone).date()
    for one, state in contested:
        title = run.rubric.titles.get(one.appeal.item_id, one.appeal.item_id)
        console.print(f"申诉 {one.pk}（{title}）：{stands(state, today)}", highlight=False)
    if held:
        console.print("得分暂缓发布，未计入报表；见 callqa release", style="red", highlight=False)


def _print_sheet(
    run: Run,
    machine: str,
    score: CallScore,
    findings: dict[str, Finding],
    words: list[Review],
    console: Console,
) -> None:
    """The machine's verdicts, people's beside them where there are some, and the points that count."""
    of_machine = score_sheet(score.call_id, machine, run.rubric, run.suggesting)
    said = {word.item_id: word for word in words}
    reviewed = any(item.by_person for item in score.items)
    table = Table(title=_title(score), title_justify="left")
    for name in ("项目", "判定", *(["人工判定"] if reviewed else ()), "得分", "原因", "时间", "原话"):
        table.add_column(name, justify="right" if name == "得分" else "left", overflow="fold")
    for found, item in zip(of_machine.items, score.items, strict=True):
        if item.by_person or item.status is not ItemStatus.NOT_APPLICABLE:
            title, verdict, *others = _item_cells(run, found, item, deciding_finding(found, findings))
            cells = (title, verdict, *([_persons_cell(item, said)] if reviewed else ()), *others)
            table.add_row(*map(Text.from_markup, cells))
    console.print(table)
    left_out = [
        run.rubric.titles[item.item_id]
        for item in score.items
        if item.status is ItemStatus.NOT_APPLICABLE and not item.by_person
    ]
    if left_out:
        console.print(f"{VERDICTS[Verdict.NOT_APPLICABLE]}：{'、'.join(left_out)}", highlight=False)
    if broken := broken_critical(score.items, run.rubric):
        names = "、".join(run.rubric.titles[item_id] for item_id in broken)
        console.print(f"关键项不合格（{names}）：总分不超过 {run.rubric.critical_cap:g} 分", highlight=False)
    for word in words:
        if word.action == "manual":
            line = f"人工加减分：{word.title} {word.points:+g}（{word.author}：{word.reason}）"
            console.print(line, highlight=False)
    if score.needs_review:
        console.print("本通话有项目需人工复核。")


def _title(score: CallScore) -> str:
    total = "—（可判定的分值太少）" if score.total is None else f"{score.total:.1f}"
    return f"评分 {total}  已评分值 {decided_points(score)}"


def _print_head(run: Run, conversation: Conversation, console: Console) -> None:
    call, transcript = conversation.call, conversation.transcript
    started = call.started_at.astimezone(run.zone).strftime("%Y-%m-%d %H:%M")
    facts = [f"通话 {call.call_id}", f"工号 {call.agent_id}", started, f"时长 {clock(transcript.recording.duration)}"]
    console.print("  ".join(facts), style="bold", highlight=False)
    if transcript.flags:
        console.print(f"录音标记：{marks(transcript.flags)}", highlight=False)
    if call.ticket:
        ticket = call.ticket
        parts = (ticket.request_type, " > ".join(ticket.category), ticket.summary, ticket.location, ticket.contact_name,
                 ticket.contact_phone, ticket.event_time, ticket.appeal)  # fmt: skip
        console.print(f"工单：{' | '.join(part for part in parts if part)}", highlight=False)


def _turn_line(turn: Turn) -> str:
    flags = f" [yellow]（{marks(turn.flags)}）[/yellow]" if turn.flags else ""
    heard = "" if turn.heard is None else f" [dim]（识别原文：{escape(turn.heard)}）[/dim]"
    return f"{turn.index:>3} {clock(turn.start)} {ROLES[turn.role]}  {escape(turn.text)}{heard}{flags}"


def _item_cells(run: Run, found: ItemScore, item: ItemScore, finding: Finding | None) -> Iterator[str]:
    """``found`` is the machine's line of the sheet, ``item`` the one that counts."""
    waits = "（一票否决待确认）" if found.fatal and not item.by_person else ""
    yield escape(run.rubric.titles[item.item_id])
    suggests = found.verdict is Verdict.VIOLATED and found.item_id in run.suggesting
    verdict = f"{VERDICTS[found.verdict]}（仅建议，不扣分）" if suggests else verdict_words(found)
    yield _coloured(found.verdict, verdict + waits)
    if item.max_points:
        yield "" if item.points is None else f"{item.points:g}/{item.max_points:g}"
    else:
        yield f"{item.points:+g}" if item.points else ""  # on top of the total
    yield escape(REASONS[finding.reason]) if finding else ""
    yield clock(finding.evidence[0].start) if finding and finding.evidence else ""
    yield escape(" / ".join(evidence.quote for evidence in finding.evidence)) if finding else ""


def _persons_cell(item: ItemScore, said: dict[str, Review]) -> str:
    if not item.by_person or item.item_id not in said:
        return ""
    word = said[item.item_id]
    who = "：".join(part for part in (word.author, word.reason) if part)
    confirmed = "（一票否决已确认）" if item.fatal else ""
    return _coloured(item.verdict, VERDICTS[item.verdict] + confirmed) + escape(f" {who}")


def _coloured(verdict: Verdict, text: str) -> str:
    colour = COLOURS.get(verdict)
    return f"[{colour}]{text}[/{colour}]" if colour else text
