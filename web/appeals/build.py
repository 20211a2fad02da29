"""Appeals as their pages show them, to whom they concern."""

from collections.abc import Set
from datetime import date

from callqa.people import Account, Role
from callqa.records import AppealOutcome, AppealStage
from callqa.visibility import Visibility
from scoring.review.appeal import STAGES, AppealState
from scoring.review.apply import standing_reviews
from services.appeals.golden import golden_choice
from services.appeals.states import appeal_rules, stands, states
from services.context import RubricSet, titles_of
from services.wording import APPEAL_OUTCOMES, APPEAL_STAGES
from store import Connection
from store.calls import read
from store.people import accounts, appeals, calibration, golden, reviews
from web.access.request_context import RequestContext
from web.access.roles import Permission, may
from web.appeals.item import contested_of
from web.appeals.view import AppealPage, AppealRow, Golden, Step

DECIDES: dict[AppealStage, Permission] = {
    "team_lead": Permission.DECIDE_TEAM_LEAD,
    "qa": Permission.DECIDE_QA,
    "final": Permission.DECIDE_FINAL,
}
ROWS = 200


def open_rows(
    rubric_set: RubricSet, c: Connection, account: Account, visibility: Visibility, today: date
) -> list[AppealRow]:
    """The visible appeals that somebody has to decide, the nearest deadline first."""
    stored = appeals.appeals(c, agent_id=visibility.agent_id, teams=visibility.teams, only_open=True)
    return sorted(_rows(rubric_set, c, account, stored, today), key=lambda row: (row.due or date.max, row.pk))


def latest_rows(
    rubric_set: RubricSet, c: Connection, account: Account, visibility: Visibility, today: date
) -> list[AppealRow]:
    """The newest visible appeals, however they stand."""
    stored = appeals.appeals(c, agent_id=visibility.agent_id, teams=visibility.teams, newest=ROWS)
    return _rows(rubric_set, c, account, stored, today)[::-1]


def proposal_rows(context: RequestContext, c: Connection, visibility: Visibility, today: date) -> list[AppealRow]:
    """The visible appeals whose verdict somebody else proposed for the golden set."""
    proposed = golden.proposed(c) if may_agree(context) else set()
    if not proposed:
        return []
    stored = [
        row
        for row in appeals.appeals(c, agent_id=visibility.agent_id, teams=visibility.teams, newest=ROWS)
        if (row.appeal.call_id, row.appeal.item_id) in proposed
    ]
    waiting = [row for row in stored if (shown := _golden(context, c, row)) and shown.may_agree]
    return _rows(context.desk.rubric_set, c, context.who, waiting, today)


def n_held_back(c: Connection, account: Account, visibility: Visibility, *, only_open: bool) -> int:
    """How many visible appeals the lists leave out until a calibration ends."""
    stored = appeals.appeals(c, agent_id=visibility.agent_id, teams=visibility.teams, only_open=only_open)
    return len(_told_apart(c, account, stored)[1])


def row_of(
    rubric_set: RubricSet, c: Connection, account: Account, visibility: Visibility, pk: int, today: date
) -> AppealRow | None:
    """The appeal of this number, when the person may know of it."""
    stored = appeals.appeals(c, pk=pk, agent_id=visibility.agent_id, teams=visibility.teams)
    return next(iter(_rows(rubric_set, c, account, stored, today)), None)


def page_of(context: RequestContext, c: Connection, row: AppealRow, today: date) -> AppealPage:
    """``row``: of `row_of`, so that it is visible."""
    rubric_set, account = context.desk.rubric_set, context.who
    (stored,) = appeals.appeals(c, pk=row.pk)
    ((_, state),) = states(rubric_set[0], [stored])
    appeal = stored.appeal
    steps = [Step(appeal.at, appeal.agent_id, "坐席", "提出申诉", appeal.reason)]
    for step in stored.steps:
        by_agent = step.author == appeal.agent_id
        stage = "坐席" if by_agent else APPEAL_STAGES[step.stage]
        steps.append(
            Step(step.at, step.author, stage, "继续申诉" if by_agent else APPEAL_OUTCOMES[step.outcome], step.reason)
        )
    reached = STAGES.index(state.stage) + (state.status != "open")
    spoke = any(step.author == account.name for step in stored.steps)
    standing = standing_reviews(reviews.reviews_of(c, appeal.call_id))
    judged = any(review.item_id == appeal.item_id and review.author == account.name for review in standing)
    is_own_call = account.agent_id == appeal.agent_id and account.role is not Role.AGENT
    turn = row.mine
    obstacle = (
        "这是您本人的通话，请由他人处理" if is_own_call else "您已在前一环节处理过，请由他人处理" if spoke else ""
    )
    choices: list[AppealOutcome] = ["accept"]
    choices += [] if judged else ["reject"]  # nobody rejects the appeal against their own review
    choices += [] if state.stage == STAGES[-1] else ["forward"]
    rejected = state.status == "rejected" and state.due is not None and today <= state.due
    return AppealPage(
        row,
        state.stage,
        tuple((APPEAL_STAGES[stage], number < reached) for number, stage in enumerate(STAGES)),
        tuple(steps),
        tuple(choices) if turn and not obstacle else (),
        obstacle if turn else "",
        judged,
        rejected and account.role is Role.AGENT and account.agent_id == appeal.agent_id,
        contested_of(context, c, row),
        _golden(context, c, stored),
    )


def _golden(context: RequestContext, c: Connection, stored: appeals.StoredAppeal) -> Golden | None:
    choice = golden_choice(c, stored) if may_agree(context) else None
    if choice is None:
        return None
    first, of_agent = context.who.name == choice.decided_by, context.who.agent_id == stored.appeal.agent_id
    return Golden(
        choice.verdict,
        tuple(context.called(name) for name in (choice.decided_by, *choice.agreeing)),
        choice.proposed,
        choice.joined,
        may_propose=first and not (choice.proposed or choice.joined),
        may_agree=choice.proposed and not (choice.joined or first or of_agent),
    )


def may_agree(context: RequestContext) -> bool:
    """Whether the person may say that a verdict belongs into the golden set."""
    return context.may(Permission.DECIDE_QA) or context.may(Permission.DECIDE_FINAL)


def _is_turn(account: Account, state: AppealState, team: str, led: Set[str]) -> bool:
    """``led``: the teams that have a lead. Where there is none, quality assurance answers in the lead's place."""
    if state.status != "open":
        return False
    if state.stage == "team_lead" and team not in led:
        return may(account.role, Permission.DECIDE_QA)
    return may(account.role, DECIDES[state.stage])


def _led(c: Connection) -> frozenset[str]:
    leads = (row.account for row in accounts.accounts(c, role=Role.TEAM_LEAD))
    return frozenset(team for lead in leads if not lead.disabled for team in lead.teams)


def _told_apart(
    c: Connection, account: Account, all_stored: list[appeals.StoredAppeal]
) -> tuple[list[appeals.StoredAppeal], list[appeals.StoredAppeal]]:
    """The appeals that the person may see now, and those on calls that they judge blind: an appeal tells a verdict.

    Others may decide the latter meanwhile.
    """
    blind = calibration.judged_by(c, account.name)
    hidden = [stored for stored in all_stored if stored.appeal.call_id in blind]
    return [stored for stored in all_stored if stored.appeal.call_id not in blind], hidden


def _rows(
    rubric_set: RubricSet, c: Connection, account: Account, all_stored: list[appeals.StoredAppeal], today: date
) -> list[AppealRow]:
    all_stored, _ = _told_apart(c, account, all_stored)
    heads = read.call_heads(c, {stored.appeal.call_id for stored in all_stored})
    calendar, titles, led = appeal_rules(rubric_set[0]).calendar, titles_of(rubric_set), _led(c)
    return [
        AppealRow(
            pk=stored.pk,
            call_pk=heads[stored.appeal.call_id].pk,
            call_id=stored.appeal.call_id,
            agent_id=stored.appeal.agent_id,
            team=heads[stored.appeal.call_id].team,
            item=titles.get(stored.appeal.item_id, stored.appeal.item_id),
            item_id=stored.appeal.item_id,
            at=stored.appeal.at,
            status=state.status,
            stands=stands(state, today),
            due=state.due,
            days_late=state.days_late(today, calendar),
            mine=_is_turn(account, state, heads[stored.appeal.call_id].team, led),
        )
        for stored, state in states(rubric_set[0], all_stored)
    ]
