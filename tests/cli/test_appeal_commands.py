"""An appeal from the agent's complaint to the final verdict, and everything that is refused on the way."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import yaml
from people import refused, told

from callqa.errors import CallQAError
from callqa.records import Appeal
from callqa.settings import ReviewSettings, Settings
from callqa.types import Verdict
from scoring.rubric_file import RUBRICS
from services.appeals import steps
from services.appeals.states import appeal_rules, find, states
from services.context import open_context
from services.review.queue import queued_calls
from services.review.reviews import new_review, put_review
from store.calls import read
from store.people import appeals, assignments, golden, reviews


@pytest.fixture
def failed(scored: Settings) -> tuple[str, str]:
    """A call whose opening the machine found violated, and its agent."""
    with open_context(scored) as context, context.store.read() as c:
        rows = [row for row in read.scores(c, context.keys) if row.verdicts[0] == "V" and row.total is not None]
    row = min(rows, key=lambda row: row.call_id)
    return row.call_id, row.agent_id


def submitted(settings: Settings, failed: tuple[str, str]) -> str:
    call, agent = failed
    return told(settings, "appeal", "submit", call, "开头语", "--by", wide(agent), "--reason", "00:02 已问候并报工号")


def wide(agent: str) -> str:
    """As some keyboards type a number."""
    return agent.translate(str.maketrans("0123456789", "０１２３４５６７８９"))


@pytest.mark.usefixtures("chinese")
def test_an_accepted_appeal_changes_the_score_and_no_golden_label(scored: Settings, failed: tuple[str, str]) -> None:
    call, agent = failed
    assert "申诉 1 已提交：待班组长处理，期限 " in submitted(scored, failed)
    assert f"│ {call}" in told(scored, "queue", "list", "--limit", "100")
    told(scored, "appeal", "decide", "1", "forward", "--by", "班长", "--reason", "请质检判断")
    with open_context(scored) as context, context.store.read() as c:
        before = read.score_of(c, call, context.keys)
        machine = reviews.machine_verdict_string(c, call, context.keys)
    output = told(scored, "appeal", "decide", "1", "accept", "--by", "质检", "--stage", "qa", "--reason", "录音可证")
    with open_context(scored) as context, context.store.read() as c:
        after = read.score_of(c, call, context.keys)
        assert reviews.machine_verdict_string(c, call, context.keys) == machine
        assert golden.labels(c) == []
        (review,) = reviews.reviews_of(c, call)
        assert not any(waiting.appealed for waiting in queued_calls([context], c))
    assert before
    assert after
    assert before.total is not None
    assert after.total is not None
    assert after.total > before.total
    assert f"总分：{before.total:.1f} → {after.total:.1f}" in output
    assert "申诉 1：质检判定成立，已改判" in output
    assert (review.purpose, review.session, review.verdict) == ("appeal", "1", Verdict.MET)
    message = refused(scored, "review", "confirm", call, "开头语", "--by", "王丽")
    assert "这一项已由申诉裁定" in message
    assert "申诉 1（开头语）：" in told(scored, "show", failed[0])
    shown = told(scored, "appeal", "show", "1")
    assert [word in shown for word in ("提出申诉", "转上一级", "成立", "录音可证")] == [True] * 4
    assert agent in shown


@pytest.mark.usefixtures("chinese")
def test_a_verdict_joins_the_golden_set_when_the_final_stage_proposes_it_and_another_person_agrees(
    scored: Settings, failed: tuple[str, str]
) -> None:
    def labels() -> list[tuple[str, Verdict, str, str]]:
        with open_context(scored) as context, context.store.read() as c:
            return [(label.item_id, label.verdict, label.source, label.author) for label in golden.labels(c)]

    submitted(scored, failed)
    why = ("--reason", "录音可证")
    assert "只有作出终审的人" in refused(scored, "appeal", "decide", "1", "accept", "--by", "班长", *why, "--golden")
    for who in ("班长", "质检"):
        told(scored, "appeal", "decide", "1", "forward", "--by", who, *why)
    assert "没有等待同意" in refused(scored, "appeal", "golden", "1", "--by", "质检")
    output = told(scored, "appeal", "decide", "1", "accept", "--by", "主任", *why, "--golden")
    assert "已提议加入金标集，须另一人同意" in output
    assert labels() == []
    assert "须由另一人同意" in refused(scored, "appeal", "golden", "1", "--by", "主任")
    assert "须由另一人同意" in refused(scored, "appeal", "golden", "1", "--by", failed[1])
    assert "已加入金标集" in told(scored, "appeal", "golden", "1", "--by", "质检")
    assert labels() == [("opening", Verdict.MET, "appeal", "质检")]


@pytest.mark.usefixtures("chinese")
def test_two_stages_that_reject_agree_already(scored: Settings, failed: tuple[str, str]) -> None:
    submitted(scored, failed)
    why = ("--reason", "未报工号")
    for who in ("班长", "质检"):
        told(scored, "appeal", "decide", "1", "reject", "--by", who, *why)
        told(scored, "appeal", "further", "1", "--by", failed[1])
    assert "已加入金标集" in told(scored, "appeal", "decide", "1", "reject", "--by", "主任", *why, "--golden")
    with open_context(scored) as context, context.store.read() as c:
        (label,) = golden.labels(c)
    assert (label.verdict, label.source) == (Verdict.VIOLATED, "appeal")


@pytest.mark.usefixtures("chinese")
def test_the_long_way_to_the_final_verdict(scored: Settings, failed: tuple[str, str]) -> None:
    call, agent = failed
    submitted(scored, failed)
    with open_context(scored) as context, context.store.read() as c:
        before = read.score_of(c, call, context.keys)
    assert "可在" in told(scored, "appeal", "decide", "1", "reject", "--by", "班长", "--reason", "未报工号")
    assert "待质检处理" in told(scored, "appeal", "further", "1", "--by", agent)
    told(scored, "appeal", "decide", "1", "reject", "--by", "质检", "--reason", "未报工号")
    assert "待终审处理" in told(scored, "appeal", "further", "1", "--by", agent)
    output = told(scored, "appeal", "decide", "1", "reject", "--by", "主任", "--reason", "维持")
    assert "终审驳回，已终结" in output
    with open_context(scored) as context, context.store.read() as c:
        assert read.score_of(c, call, context.keys) == before
        assert golden.labels(c) == []
    assert "没有上一级" in refused(scored, "appeal", "further", "1", "--by", agent)


def test_a_decision_that_cannot_be_stored_leaves_nothing(
    scored: Settings, failed: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    submitted(scored, failed)

    def broken(*_: object) -> bool:
        raise CallQAError("disk full")

    monkeypatch.setattr(reviews, "put_effective", broken)
    assert refused(scored, "appeal", "decide", "1", "accept", "--by", "班长", "--reason", "x") == "disk full"
    with open_context(scored) as context, context.store.read() as c:
        assert find(c, 1).steps == ()
        assert reviews.reviews_of(c, failed[0]) == []


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("decide", "1", "accept", "--by", "AGENT"), "made this appeal and cannot decide it"),
        (("decide", "1", "accept", "--by", "质检", "--stage", "qa"), "it is the turn of stage team_lead, not of qa"),
        (("decide", "1", "accept", "--by", "班长", "--verdict", "不合格"), "to keep 不合格, reject it"),
        (("decide", "9", "accept", "--by", "班长"), "there is no appeal 9; see: callqa appeal list"),
        (("further", "1", "--by", "AGENT"), "only a rejected appeal can be taken to the next stage"),
        (("further", "1", "--by", "班长"), "who alone can take it further"),
        (("submit", "CALL", "开头语", "--by", "AGENT"), "was appealed before; see: callqa appeal show 1"),
        (("submit", "CALL", "开头语", "--by", "9999"), "was not answered by agent 9999"),
        (("submit", "call-9999", "开头语", "--by", "AGENT"), "there is no call call-9999"),
        (("submit", "CALL", "开头", "--by", "AGENT"), "the rubric has no item '开头'; did you mean '开头语'?"),
    ],
)
def test_what_is_refused_on_the_way(
    scored: Settings, failed: tuple[str, str], arguments: tuple[str, ...], message: str
) -> None:
    submitted(scored, failed)
    names = {"CALL": failed[0], "AGENT": failed[1]}
    typed = [names.get(argument, argument) for argument in arguments]
    assert message in refused(scored, "appeal", *typed, "--reason", "x")


def test_only_what_was_marked_down_can_be_appealed(scored: Settings, failed: tuple[str, str]) -> None:
    call, agent = failed
    with open_context(scored) as context:
        with context.store.read() as c:
            verdict_string = read.score_of(c, call, context.keys).verdicts  # type: ignore[union-attr]
        passed = list(context.rubric.titles)[verdict_string.index("M")]
    message = refused(scored, "appeal", "submit", call, passed, "--by", agent, "--reason", "x")
    assert "nothing was marked down (met)" in message
    assert "needs a reason" in refused(scored, "appeal", "submit", call, "开头语", "--by", agent, "--reason", " ")


def test_too_late(scored: Settings, failed: tuple[str, str]) -> None:
    call, agent = failed
    with open_context(scored) as context:
        rules = appeal_rules(context)
        with context.store.read() as c:
            published = appeals.published_at(c, call, "opening", context.keys)
        assert published
        last = datetime.combine(rules.last_day(published), datetime.min.time(), context.zone) + timedelta(hours=23)
        with pytest.raises(CallQAError, match="too late: the score of call .* was published on .* last day to appeal"):
            steps.submit(context, call, "opening", agent, "x", last + timedelta(hours=2))
        pk = steps.submit(context, call, "opening", agent, "x", last)
        assert pk == 1


def test_a_word_of_a_person_can_be_appealed_from_that_day_on(scored: Settings, failed: tuple[str, str]) -> None:
    call, agent = failed
    with open_context(scored) as context:
        much_later = datetime.now(UTC) + timedelta(days=60)
        with pytest.raises(CallQAError, match="too late"):
            steps.submit(context, call, "opening", agent, "x", much_later)
        with context.store.write() as c:
            review = new_review(call, "opening", "confirm", "王丽", verdict=Verdict.VIOLATED, at=much_later)
            put_review(context, c, review)
        steps.submit(context, call, "opening", agent, "x", much_later)


@pytest.mark.usefixtures("chinese")
def test_overdue_in_working_days(scored: Settings, failed: tuple[str, str]) -> None:
    submitted(scored, failed)
    with open_context(scored) as context:
        calendar = appeal_rules(context).calendar
        today = datetime.now(UTC).astimezone(context.zone).date()
        due = calendar.after(today, 3)
        late = calendar.after(due, 2)
    assert told(scored, "appeal", "overdue", "--on", str(due)) == "没有超期的申诉。\n"
    (line,) = [line for line in told(scored, "appeal", "overdue", "--on", str(late)).splitlines() if failed[0] in line]
    assert [cell.strip() for cell in line.split("│")[-4:-1]] == ["班组长", str(due), "2"]


def test_whoever_types_their_number_in_full_width_is_nobody_else(scored: Settings, failed: tuple[str, str]) -> None:
    call, agent = failed
    message = refused(scored, "review", "confirm", call, "开头语", "--by", wide(agent))
    assert f"was answered by {agent}, and nobody judges their own calls" in message


@pytest.mark.usefixtures("chinese")
def test_lists(scored: Settings, failed: tuple[str, str]) -> None:
    assert told(scored, "appeal", "list") == "没有申诉。\n"
    submitted(scored, failed)
    call, agent = failed
    for options in ((), ("--open",), ("--agent", wide(agent)), ("--stage", "team_lead")):
        assert call in told(scored, "appeal", "list", *options)
    for options in (("--agent", "9999"), ("--stage", "qa")):
        assert call not in told(scored, "appeal", "list", *options)
    told(scored, "appeal", "decide", "1", "accept", "--by", "班长", "--reason", "属实", "--verdict", "不适用")
    assert "班组长判定成立" in told(scored, "appeal", "list")
    assert told(scored, "appeal", "list", "--open") == "没有申诉。\n"


@pytest.mark.usefixtures("chinese")
def test_a_year_without_a_calendar_is_said(scored: Settings, failed: tuple[str, str], tmp_path: Path) -> None:
    call, agent = failed
    with open_context(scored) as context, context.store.write() as c:
        at = datetime(2031, 3, 3, 10, tzinfo=context.zone)
        appeals.put_appeal(c, Appeal(call, "opening", agent, "x", at))
    assert "2031 年的节假日安排尚未提供" in told(scored, "appeal", "list")
    mine = tmp_path / "2031.yaml"
    mine.write_text("year: 2031\nsource: x\nholidays: [{name: x, first: 2031-03-05, last: 2031-03-06}]\n", "utf-8")
    with open_context(scored.model_copy(update={"review": ReviewSettings(holidays=(mine,))})) as context:
        with context.store.read() as c:
            ((_, state),) = states(context, appeals.appeals(c))
        assert str(state.due) == "2031-03-10"  # Tuesday, two days off and a weekend, Friday would have been the third


def test_blanks_do_not_make_another_person_of_an_agent(scored: Settings, failed: tuple[str, str]) -> None:
    _, agent = failed
    submitted(scored, failed)
    decision = ("appeal", "decide", "1", "accept", "--by", f"{agent} ", "--reason", "本人")
    assert "cannot decide it" in refused(scored, *decision)


def test_who_passes_an_appeal_on_has_done_what_was_asked(scored: Settings, failed: tuple[str, str]) -> None:
    call, _ = failed
    with open_context(scored) as context, context.store.read() as c:
        (items,) = [queued.items for queued in queued_calls([context], c) if queued.call_id == call] or [()]
    for item in items:
        told(scored, "review", "override", call, item, "合格", "--by", "王丽", "--reason", "听过录音")
    submitted(scored, failed)
    told(scored, "queue", "assign", "--to", "班长", "--by", "张强")
    told(scored, "appeal", "decide", "1", "forward", "--by", "班长", "--reason", "请质检判断")
    with open_context(scored) as context, context.store.read() as c:
        assert not assignments.open_assignments(c, call_ids=[call])
        assert [queued.appealed for queued in queued_calls([context], c) if queued.call_id == call] == [("opening",)]


@pytest.mark.usefixtures("chinese")
def test_an_appeal_on_an_item_that_a_new_rubric_has_not(
    scored: Settings, failed: tuple[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    submitted(scored, failed)
    document = yaml.safe_load((RUBRICS / "pudong-12345.yaml").read_text(encoding="utf-8"))
    document["version"] = "without"
    items = document["groups"][0]["items"]
    items[:] = [item for item in items if item["id"] != "opening"]
    rubric = tmp_path / "rubric.yaml"
    rubric.write_text(yaml.safe_dump(document, allow_unicode=True), encoding="utf-8")
    monkeypatch.setenv("CALLQA_RUBRIC", str(rubric))
    told(scored, "rescore")
    assert "opening" in told(scored, "queue", "list", "--limit", "100")
    assert "opening" in told(scored, "appeal", "list")
    assert "班组长判定成立" in told(scored, "appeal", "decide", "1", "accept", "--by", "班长", "--reason", "属实")


def test_nobody_rejects_an_appeal_against_their_own_word(scored: Settings, failed: tuple[str, str]) -> None:
    call, agent = failed
    told(scored, "review", "confirm", call, "开头语", "--by", "王丽", "--reason", "没有报工号")
    told(scored, "appeal", "submit", call, "开头语", "--by", agent, "--reason", "00:02 已报工号")
    refusal = refused(scored, "appeal", "decide", "1", "reject", "--by", "王丽", "--reason", "没有")
    assert "王丽 judged this item and cannot reject the appeal against it; forward it, or accept it" in refusal
    told(scored, "appeal", "decide", "1", "accept", "--by", "王丽", "--reason", "听错了")
