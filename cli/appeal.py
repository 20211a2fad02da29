"""`callqa appeal`: an agent contests an item, and three stages answer."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from typing import Annotated, Literal

import pandas as pd
import typer

from callqa.errors import ConfigError
from callqa.people import plain_id
from callqa.records import AppealStage
from callqa.settings import load_settings
from callqa.types import Verdict
from cli.options import By, CallId, somebody
from cli.output import rich_table
from cli.review import print_change, read_verdict
from scoring.review.appeal import AppealState
from services.appeals import steps
from services.appeals.states import appeal_rules, stands, states, unknown_years
from services.console import wide_console
from services.context import Run, open_book, open_run_for, run_for, titles_of
from services.review.reviews import find_item
from services.wording import APPEAL_OUTCOMES, APPEAL_STAGES
from store.people import appeals

appeal_app = typer.Typer(help="Agents contest items; team lead, QA and a final verdict answer.", no_args_is_help=True)
console = wide_console()

Number = Annotated[int, typer.Argument(help="The appeal's number, see: callqa appeal list")]
Agent = Annotated[
    str,
    typer.Option("--by", help="The agent's number; agents appeal against their own calls only.", callback=somebody),
]
Reason = Annotated[str, typer.Option(help="Why; everybody concerned will read it.")]
Stage = Annotated[AppealStage | None, typer.Option(help="As whom you decide.", show_default="whose turn it is")]
Day = Annotated[datetime | None, typer.Option("--on", formats=["%Y-%m-%d"], help="As of a day.", show_default="today")]


@appeal_app.command()
def submit(
    call: CallId,
    item: Annotated[str, typer.Argument(help="The item's id or title, e.g. opening or 开头语.")],
    by: Agent,
    reason: Reason,
) -> None:
    """Contest an item of a call that was marked down."""
    with open_run_for(load_settings(), call) as run:
        pk = steps.submit(run, call, find_item(run, item), by, reason)
        with run.store.read() as c:
            ((_, state),) = states(run, [steps.find(c, pk)])
        console.print(f"申诉 {pk} 已提交：{stands(state, _today(run, None))}", highlight=False)
        _warn(run, [state])


@appeal_app.command()
def decide(
    number: Number,
    outcome: Annotated[Literal["accept", "reject", "forward"], typer.Argument(help="forward: to the next stage.")],
    by: By,
    reason: Reason,
    stage: Stage = None,
    verdict: Annotated[str, typer.Option(help="What holds instead, when you accept: 合格 or 不适用.")] = "合格",
) -> None:
    """Decide an appeal at the stage whose turn it is."""
    instead = read_verdict(verdict)
    if instead is Verdict.VIOLATED:
        raise ConfigError("an accepted appeal ends as 合格 or 不适用; to keep 不合格, reject it")
    with _run_of(number) as run:
        reviewed = steps.decide(run, number, outcome, by, reason, stage, instead)
        stored, state = _one(run, number)
        console.print(f"申诉 {number}：{stands(state, _today(run, None))}", highlight=False)
        if outcome == "accept":
            print_change(run, stored.appeal.call_id, reviewed.before, reviewed.after)
            console.print("已加入标准集。")
        _warn(run, [state])


@appeal_app.command()
def further(
    number: Number,
    by: Agent,
    reason: Reason = "",
) -> None:
    """Take a rejected appeal to the next stage, as the agent who made it."""
    with _run_of(number) as run:
        stored, _ = _one(run, number)
        if by != stored.appeal.agent_id:
            raise ConfigError(f"appeal {number} is of agent {stored.appeal.agent_id}, who alone can take it further")
        steps.decide(run, number, "forward", by, reason)
        _, state = _one(run, number)
        console.print(f"申诉 {number}：{stands(state, _today(run, None))}", highlight=False)
        _warn(run, [state])


@appeal_app.command("list")
def list_appeals(
    agent: Annotated[str | None, typer.Option(help="Only those of an agent.", parser=plain_id, metavar="<str>")] = None,
    stage: Annotated[AppealStage | None, typer.Option(help="Only open ones whose turn is this stage's.")] = None,
    open_only: Annotated[bool, typer.Option("--open", help="Only open ones.")] = False,
    on: Day = None,
) -> None:
    """List appeals and where they stand."""
    with open_book(load_settings()) as book:
        run, titles = book[0], titles_of(book)
        today = _today(run, on)
        found = [
            (stored, state)
            for stored, state in _all(run, agent)
            if (state.status == "open" or not (open_only or stage)) and stage in (None, state.stage)
        ]
        rows = [_row(run, stored, titles) | {"状态": stands(state, today)} for stored, state in found]
        console.print(rich_table("申诉", pd.DataFrame(rows)) if rows else "没有申诉。")
        _warn(run, [state for _, state in found])


@appeal_app.command()
def overdue(on: Day = None) -> None:
    """List appeals whose stage has not decided in time."""
    with open_book(load_settings()) as book:
        run, titles = book[0], titles_of(book)
        today, calendar = _today(run, on), appeal_rules(run).calendar
        late = [(stored, state, state.days_late(today, calendar)) for stored, state in _all(run)]
        rows = [
            _row(run, stored, titles)
            | {"环节": APPEAL_STAGES[state.stage], "期限": str(state.due), "超期（工作日）": days}
            for stored, state, days in sorted(late, key=lambda row: -row[2])
            if days
        ]
        console.print(rich_table(f"超期申诉 {today}", pd.DataFrame(rows)) if rows else "没有超期的申诉。")


@appeal_app.command()
def show(number: Number) -> None:
    """Show one appeal with every step."""
    with _run_of(number) as run:
        stored, state = _one(run, number)
        appeal = stored.appeal
        title = run.rubric.titles.get(appeal.item_id, appeal.item_id)
        head = f"申诉 {number}  通话 {appeal.call_id}  工号 {appeal.agent_id}  项目 {title}"
        console.print(head, style="bold", highlight=False)
        console.print(stands(state, _today(run, None)), highlight=False)
        said = [(appeal.at, appeal.agent_id, "坐席", "提出申诉", appeal.reason)]
        for step in stored.steps:
            role = "坐席" if step.author == appeal.agent_id else APPEAL_STAGES[step.stage]
            outcome = "继续申诉" if step.author == appeal.agent_id else APPEAL_OUTCOMES[step.outcome]
            said.append((step.at, step.author, role, outcome, step.reason))
        rows = [(f"{at.astimezone(run.zone):%Y-%m-%d %H:%M}", *others) for at, *others in said]
        console.print(rich_table("经过", pd.DataFrame(rows, columns=["时间", "人员", "环节", "结果", "理由"])))
        _warn(run, [state])


@contextmanager
def _run_of(number: int) -> Iterator[Run]:
    """The run whose rubric is for the appeal's call."""
    with open_book(load_settings()) as book:
        with book[0].store.read() as c:
            call_id = steps.find(c, number).appeal.call_id
        yield run_for(book, call_id)


def _all(run: Run, agent: str | None = None) -> list[tuple[appeals.StoredAppeal, AppealState]]:
    with run.store.read() as c:
        return states(run, appeals.appeals(c, agent_id=agent))


def _one(run: Run, number: int) -> tuple[appeals.StoredAppeal, AppealState]:
    with run.store.read() as c:
        (found,) = states(run, [steps.find(c, number)])
    return found


def _row(run: Run, stored: appeals.StoredAppeal, titles: dict[str, str]) -> dict[str, object]:
    appeal = stored.appeal
    return {
        "申诉号": stored.pk,
        "通话编号": appeal.call_id,
        "工号": appeal.agent_id,
        "项目": titles.get(appeal.item_id, appeal.item_id),
        "提交时间": f"{appeal.at.astimezone(run.zone):%m-%d %H:%M}",
    }


def _today(run: Run, on: datetime | None) -> date:
    return (on or datetime.now(UTC).astimezone(run.zone)).date()


def _warn(run: Run, found: list[AppealState]) -> None:
    years = unknown_years(run, [state.due for state in found if state.due])
    for year in years:
        console.print(
            f"注意：{year} 年的节假日安排尚未提供，期限只按周末推算；请在设置 review.holidays 中加入该年的日历文件。",
            style="yellow", highlight=False, soft_wrap=True,
        )  # fmt: skip
