"""An appeal against one item: whose turn it is, until when, and who may say what. Pure; times come in as arguments."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from typing import Literal

from callqa.messages import Message
from callqa.records import Appeal, AppealStage, AppealStep
from scoring.review.workdays import WorkCalendar

STAGES: tuple[AppealStage, ...] = ("team_lead", "qa", "final")


@dataclass(frozen=True, slots=True)
class AppealRules:
    """How long everybody has. A deadline is a local date, and all of that day is in time."""

    calendar: WorkCalendar
    zone: tzinfo
    submit_days: int = 3
    """Working days for the agent: to appeal after the score was published, to go on after a rejection."""
    stage_days: int = 3
    """Working days for each stage to decide."""

    def day(self, at: datetime) -> date:
        return at.astimezone(self.zone).date()

    def last_day(self, published: datetime) -> date:
        """Until when the agent may act on what was published, or said, then."""
        return self.calendar.after(self.day(published), self.submit_days)


@dataclass(frozen=True, slots=True)
class AppealState:
    """Where an appeal stands after its steps."""

    status: Literal["open", "rejected", "accepted"]
    stage: AppealStage
    """Whose turn it is; of an appeal that is not open, who spoke last."""
    due: date | None
    """Open: until when the stage is to decide. Rejected: until when the agent may take it to the next stage."""

    def days_late(self, today: date, calendar: WorkCalendar) -> int:
        """Working days by which the stage whose turn it is has missed its deadline."""
        return calendar.between(self.due, today) if self.status == "open" and self.due else 0


def state_of(appeal: Appeal, steps: Sequence[AppealStep], rules: AppealRules) -> AppealState:
    """``steps`` in the order they were taken; `objection` let each pass.

    The stages are team lead, quality assurance, final verdict. Accepting ends an appeal at any stage. Forwarding passes
    it on undecided. A rejection ends it, but before the last stage the agent may take it one stage further: a step
    ``forward`` of their own.
    """
    if not steps:
        return _open(STAGES[0], appeal.at, rules)
    last = steps[-1]
    match last.outcome:
        case "accept":
            return AppealState("accepted", last.stage, None)
        case "forward":
            return _open(_after(last.stage), last.at, rules)
        case "reject":
            return AppealState("rejected", last.stage, None if last.stage == STAGES[-1] else rules.last_day(last.at))


def objection(appeal: Appeal, steps: Sequence[AppealStep], step: AppealStep, rules: AppealRules) -> Message | None:
    """Why ``step`` cannot be taken now; ``None`` when it can. A stage that is late may still decide."""
    state = state_of(appeal, steps, rules)
    if step.author == appeal.agent_id:
        return _objection_to_agent(state, step, rules)
    if state.status != "open":
        return Message("appeal.ended", status=state.status, stage=state.stage)
    if step.stage != state.stage:
        return Message("appeal.other_stage", stage=state.stage, asked=step.stage)
    if step.outcome == "forward" and step.stage == STAGES[-1]:
        return Message("appeal.nobody_after_final")
    if any(earlier.author == step.author for earlier in steps):
        return Message("appeal.decided_before", who=step.author)
    if not step.author.strip():
        return Message("appeal.no_author")
    if not step.reason.strip():
        return Message("appeal.no_decision_reason")
    return None


def _objection_to_agent(state: AppealState, step: AppealStep, rules: AppealRules) -> Message | None:
    if step.outcome != "forward":
        return Message("appeal.own_appeal", who=step.author)
    if state.status != "rejected":
        return Message("appeal.not_rejected")
    if state.due is None:
        return Message("appeal.final_given")
    if step.stage != state.stage:
        return Message("appeal.rejected_elsewhere", stage=state.stage, asked=step.stage)
    if rules.day(step.at) > state.due:
        return Message("appeal.too_late_further", last=state.due)
    return None


def _open(stage: AppealStage, since: datetime, rules: AppealRules) -> AppealState:
    return AppealState("open", stage, rules.calendar.after(rules.day(since), rules.stage_days))


def _after(stage: AppealStage) -> AppealStage:
    return STAGES[STAGES.index(stage) + 1]
