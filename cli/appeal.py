"""`callqa appeal`: an agent contests an item, and three stages answer."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from typing import Annotated, Literal

import pandas as pd
import typer

from callqa.errors import ConfigError
from callqa.messages import Message, Text
from callqa.messages import terminal_text as _
from callqa.people import plain_id
from callqa.records import AppealStage
from callqa.settings import load_settings
from callqa.types import Verdict
from cli.options import By, CallId, somebody
from cli.output import rich_table
from cli.review import print_change, read_verdict
from scoring.review.appeal import AppealState
from services.appeals import golden, steps
from services.appeals.states import appeal_rules, find, stands, states, unknown_years
from services.console import wide_console
from services.context import RubricContext, context_for, open_context_for, open_rubric_set, titles_of
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
COURSE = ["时间", "人员", "环节", "结果", "理由"]
Day = Annotated[datetime | None, typer.Option("--on", formats=["%Y-%m-%d"], help="As of a day.", show_default="today")]


@appeal_app.command()
def submit(
    call: CallId,
    item: Annotated[str, typer.Argument(help="The item's id or title, e.g. opening or 开头语.")],
    by: Agent,
    reason: Reason,
) -> None:
    """Contest an item of a call that was marked down."""
    with open_context_for(load_settings(), call) as context:
        pk = steps.submit(context, call, find_item(context, item), by, reason)
        with context.store.read() as c:
            ((_stored, state),) = states(context, [find(c, pk)])
        text = _("appeal {n} is made: {stands}", n=pk, stands=stands(state, _today(context, None)))
        console.print(text, highlight=False)
        _warn(context, [state])


@appeal_app.command()
def decide(
    number: Number,
    outcome: Annotated[Literal["accept", "reject", "forward"], typer.Argument(help="forward: to the next stage.")],
    by: By,
    reason: Reason,
    stage: Stage = None,
    verdict: Annotated[str, typer.Option(help="What holds instead, when you accept: 合格 or 不适用.")] = "合格",
    propose: Annotated[
        bool, typer.Option("--golden", help="Propose the verdict for the golden set; the final stage only.")
    ] = False,
) -> None:
    """Decide an appeal at the stage whose turn it is."""
    instead = read_verdict(verdict)
    if instead is Verdict.VIOLATED:
        raise ConfigError("appeal.accepted_as_violated")
    with _context_of(number) as context:
        reviewed = steps.decide(context, number, outcome, by, reason, stage, instead, propose_label=propose)
        stored, state = _one(context, number)
        _print_stands(context, number, state)
        if outcome == "accept":
            print_change(context, stored.appeal.call_id, reviewed.before, reviewed.after)
        if propose:
            _print_golden(context, stored)
        _warn(context, [state])


@appeal_app.command("golden")
def agree_golden(
    number: Number,
    by: By,
) -> None:
    """Agree, as a second person, that the final verdict on an appeal joins the golden set."""
    with _context_of(number) as context:
        stored, _state = _one(context, number)
        golden.agree(context, number, by)
        _print_golden(context, stored)


def _print_golden(context: RubricContext, stored: appeals.StoredAppeal) -> None:
    with context.store.read() as c:
        choice = golden.golden_choice(c, stored)
    if choice is not None:
        joined = choice.joined
        console.print(
            _("added to the golden set") if joined else _("proposed for the golden set; a second person has to agree")
        )


@appeal_app.command()
def further(
    number: Number,
    by: Agent,
    reason: Reason = "",
) -> None:
    """Take a rejected appeal to the next stage, as the agent who made it."""
    with _context_of(number) as context:
        stored, _before = _one(context, number)
        if by != stored.appeal.agent_id:
            raise ConfigError("appeal.of_another_agent", n=number, agent=stored.appeal.agent_id)
        steps.decide(context, number, "forward", by, reason)
        stored, state = _one(context, number)
        _print_stands(context, number, state)
        _warn(context, [state])


@appeal_app.command("list")
def list_appeals(
    agent: Annotated[str | None, typer.Option(help="Only those of an agent.", parser=plain_id, metavar="<str>")] = None,
    stage: Annotated[AppealStage | None, typer.Option(help="Only open ones whose turn is this stage's.")] = None,
    open_only: Annotated[bool, typer.Option("--open", help="Only open ones.")] = False,
    on: Day = None,
) -> None:
    """List appeals and where they stand."""
    with open_rubric_set(load_settings()) as rubric_set:
        context, titles = rubric_set[0], titles_of(rubric_set)
        today = _today(context, on)
        shown = [
            (stored, state)
            for stored, state in _all(context, agent)
            if (state.status == "open" or not (open_only or stage)) and stage in (None, state.stage)
        ]
        rows = [_row(context, stored, titles) | {"状态": stands(state, today)} for stored, state in shown]
        console.print(rich_table(Message("申诉"), pd.DataFrame(rows)) if rows else _("no appeals"))
        _warn(context, [state for _stored, state in shown])


@appeal_app.command()
def overdue(on: Day = None) -> None:
    """List appeals whose stage has not decided in time."""
    with open_rubric_set(load_settings()) as rubric_set:
        context, titles = rubric_set[0], titles_of(rubric_set)
        today, calendar = _today(context, on), appeal_rules(context).calendar
        late = [(stored, state, state.days_late(today, calendar)) for stored, state in _all(context)]
        rows = [
            _row(context, stored, titles)
            | {"环节": Message(APPEAL_STAGES[state.stage]), "期限": str(state.due), "超期（工作日）": days}
            for stored, state, days in sorted(late, key=lambda row: -row[2])
            if days
        ]
        title = Message("appeals overdue on {day}", day=today)
        console.print(rich_table(title, pd.DataFrame(rows)) if rows else _("no appeal is overdue"))


@appeal_app.command()
def show(number: Number) -> None:
    """Show one appeal with every step."""
    with _context_of(number) as context:
        stored, state = _one(context, number)
        appeal = stored.appeal
        title = context.rubric.titles.get(appeal.item_id, appeal.item_id)
        head = _(
            "appeal {n}  call {call}  agent {agent}  item {item}",
            n=number,
            call=appeal.call_id,
            agent=appeal.agent_id,
            item=title,
        )
        console.print(head, style="bold", highlight=False)
        console.print(_(stands(state, _today(context, None))), highlight=False)
        console.print(rich_table(Message("经过"), pd.DataFrame(_course(context, stored), columns=COURSE)))
        _warn(context, [state])


def _course(context: RubricContext, stored: appeals.StoredAppeal) -> Iterator[tuple[Text, ...]]:
    """A row for the appeal, and one for each step."""
    appeal = stored.appeal

    def when(at: datetime) -> str:
        return f"{at.astimezone(context.zone):%Y-%m-%d %H:%M}"

    yield when(appeal.at), appeal.agent_id, Message("坐席"), Message("提出申诉"), appeal.reason
    for step in stored.steps:
        if step.author == appeal.agent_id:
            role, outcome = "坐席", "继续申诉"
        else:
            role, outcome = APPEAL_STAGES[step.stage], APPEAL_OUTCOMES[step.outcome]
        yield when(step.at), step.author, Message(role), Message(outcome), step.reason


def _print_stands(context: RubricContext, number: int, state: AppealState) -> None:
    stands_now = stands(state, _today(context, None))
    console.print(_("appeal {n}: {stands}", n=number, stands=stands_now), highlight=False)


@contextmanager
def _context_of(number: int) -> Iterator[RubricContext]:
    """The context whose rubric is for the appeal's call."""
    with open_rubric_set(load_settings()) as rubric_set:
        with rubric_set[0].store.read() as c:
            call_id = find(c, number).appeal.call_id
        yield context_for(rubric_set, call_id)


def _all(context: RubricContext, agent: str | None = None) -> list[tuple[appeals.StoredAppeal, AppealState]]:
    with context.store.read() as c:
        return states(context, appeals.appeals(c, agent_id=agent))


def _one(context: RubricContext, number: int) -> tuple[appeals.StoredAppeal, AppealState]:
    with context.store.read() as c:
        (appeal_with_state,) = states(context, [find(c, number)])
    return appeal_with_state


def _row(context: RubricContext, stored: appeals.StoredAppeal, titles: dict[str, str]) -> dict[str, object]:
    appeal = stored.appeal
    return {
        "申诉号": stored.pk,
        "通话编号": appeal.call_id,
        "工号": appeal.agent_id,
        "项目": titles.get(appeal.item_id, appeal.item_id),
        "提交时间": f"{appeal.at.astimezone(context.zone):%m-%d %H:%M}",
    }


def _today(context: RubricContext, on: datetime | None) -> date:
    return (on or datetime.now(UTC).astimezone(context.zone)).date()


def _warn(context: RubricContext, states: list[AppealState]) -> None:
    years = unknown_years(context, [state.due for state in states if state.due])
    for year in years:
        text = _(
            "CAUTION: nobody said yet which days of {year} are holidays, so deadlines leave out weekends only; add "
            "that year's calendar to the setting review.holidays",
            year=year,
        )
        console.print(text, style="yellow", highlight=False, soft_wrap=True)
