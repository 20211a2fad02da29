"""The way of an appeal: whose turn, until when, and everything that is refused."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callqa.records import Appeal, AppealOutcome, AppealStage, AppealStep
from scoring.review.appeal import STAGES, AppealRules, AppealState, objection, state_of
from scoring.review.workdays import load_calendar

SHANGHAI = ZoneInfo("Asia/Shanghai")
RULES = AppealRules(load_calendar(), SHANGHAI)


def at(day: str, hour: int = 10) -> datetime:
    return datetime.fromisoformat(f"{day}T{hour:02}:00").replace(tzinfo=SHANGHAI)


APPEAL = Appeal("c1", "opening", "3001", "我说了开头语", at("2026-11-25"))  # a Wednesday


def step(
    stage: AppealStage, outcome: AppealOutcome, author: str, day: str = "2026-11-26", reason: str = "听过录音"
) -> AppealStep:
    return AppealStep(stage, outcome, reason, author, at(day))


LEAD_REJECTS = step("team_lead", "reject", "班长")
LEAD_FORWARDS = step("team_lead", "forward", "班长")
FURTHER = step("team_lead", "forward", "3001", "2026-11-27", reason="")
QA_REJECTS = step("qa", "reject", "质检", "2026-11-30")
FURTHER_AGAIN = step("qa", "forward", "3001", "2026-12-01")
FINAL_REJECTS = step("final", "reject", "主任", "2026-12-02")


@pytest.mark.parametrize(
    ("steps", "state"),
    [
        ([], AppealState("open", "team_lead", date(2026, 11, 30))),
        ([LEAD_FORWARDS], AppealState("open", "qa", date(2026, 12, 1))),
        ([LEAD_REJECTS], AppealState("rejected", "team_lead", date(2026, 12, 1))),
        ([LEAD_REJECTS, FURTHER], AppealState("open", "qa", date(2026, 12, 2))),
        ([LEAD_REJECTS, FURTHER, QA_REJECTS], AppealState("rejected", "qa", date(2026, 12, 3))),
        ([LEAD_REJECTS, FURTHER, QA_REJECTS, FURTHER_AGAIN], AppealState("open", "final", date(2026, 12, 4))),
        ([LEAD_REJECTS, FURTHER, QA_REJECTS, FURTHER_AGAIN, FINAL_REJECTS], AppealState("rejected", "final", None)),
        ([step("team_lead", "accept", "班长")], AppealState("accepted", "team_lead", None)),
        ([LEAD_FORWARDS, step("qa", "accept", "质检")], AppealState("accepted", "qa", None)),
    ],
)
def test_where_an_appeal_stands(steps: list[AppealStep], state: AppealState) -> None:
    assert state_of(APPEAL, steps, RULES) == state
    taken: list[AppealStep] = []
    for step in steps:
        assert objection(APPEAL, taken, step, RULES) is None
        taken.append(step)


@pytest.mark.parametrize(
    ("steps", "next_step", "reason"),
    [
        pytest.param([], step("qa", "reject", "质检"), "turn of stage team_lead, not of qa", id="wrong order"),
        pytest.param([LEAD_FORWARDS], step("team_lead", "reject", "另一班长"), "turn of stage qa", id="a second time"),
        pytest.param([], step("team_lead", "accept", "3001"), "3001 made this appeal and cannot", id="in own matter"),
        pytest.param([LEAD_FORWARDS], step("qa", "accept", "班长"), "班长 has decided at an earlier", id="same person"),
        pytest.param([LEAD_REJECTS], step("qa", "accept", "质检"), "has ended: rejected", id="after rejection"),
        pytest.param([step("team_lead", "accept", "班长")], step("qa", "reject", "质检"), "has ended", id="ended"),
        pytest.param([LEAD_FORWARDS, step("qa", "forward", "质检")], step("final", "forward", "主任"),
                     "nobody comes after the final verdict", id="no stage after the last"),
        pytest.param([], step("team_lead", "reject", "班长", reason=" "), "needs a reason", id="no reason"),
        pytest.param([], step("team_lead", "reject", ""), "needs its author", id="no author"),
        pytest.param([], FURTHER, "only a rejected appeal", id="further though open"),
        pytest.param([step("team_lead", "accept", "班长")], FURTHER, "only a rejected appeal", id="further though won"),
        pytest.param([LEAD_REJECTS], step("qa", "forward", "3001"), "was rejected at stage team_lead", id="elsewhere"),
        pytest.param([LEAD_REJECTS], step("team_lead", "forward", "3001", "2026-12-02"),
                     "too late: the last day to take it further was 2026-12-01", id="too late"),
        pytest.param([LEAD_REJECTS, FURTHER, QA_REJECTS, FURTHER_AGAIN, FINAL_REJECTS],
                     step("final", "forward", "3001", "2026-12-03"), "no further stage", id="after the final verdict"),
    ],
)  # fmt: skip
def test_what_is_refused(steps: list[AppealStep], next_step: AppealStep, reason: str) -> None:
    why = objection(APPEAL, steps, next_step, RULES)
    assert why is not None
    assert reason in why.text("en")


def test_a_late_stage_may_still_decide_and_is_counted_in_working_days() -> None:
    state = state_of(APPEAL, [], RULES)
    assert state.days_late(date(2026, 11, 30), RULES.calendar) == 0
    assert state.days_late(date(2026, 12, 1), RULES.calendar) == 1
    assert state.days_late(date(2026, 12, 7), RULES.calendar) == 5  # a weekend between
    assert objection(APPEAL, [], step("team_lead", "reject", "班长", "2026-12-07"), RULES) is None


def test_a_rejected_appeal_makes_nobody_late() -> None:
    assert state_of(APPEAL, [LEAD_REJECTS], RULES).days_late(date(2027, 1, 1), RULES.calendar) == 0


def test_days_are_local_days() -> None:
    late_evening = Appeal("c1", "opening", "3001", "x", datetime.fromisoformat("2026-11-25T16:30+00:00"))  # the 26th
    assert state_of(late_evening, [], RULES).due == date(2026, 12, 1)


stages = st.sampled_from(STAGES)
steps_of_anybody = st.builds(
    step,
    stages,
    st.sampled_from(["accept", "reject", "forward"]),
    st.sampled_from(["班长", "质检", "主任", "3001"]),
    st.sampled_from(["2026-11-26", "2026-11-27"]),
)


@given(st.lists(steps_of_anybody, max_size=12))
def test_whatever_people_try_the_way_is_kept(tries: list[AppealStep]) -> None:
    taken: list[AppealStep] = []
    for step in tries:
        if objection(APPEAL, taken, step, RULES) is None:
            taken.append(step)
    decided = [step for step in taken if step.author != APPEAL.agent_id]
    assert [step.stage for step in decided] == list(STAGES[: len(decided)])
    assert len({step.author for step in decided}) == len(decided)
    assert all(step.outcome == "forward" for step in taken if step.author == APPEAL.agent_id)
    assert all(step.outcome != "accept" for step in taken[:-1])
