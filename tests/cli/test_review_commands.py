"""Reviews at the command line: commands and what they print."""

import pytest
from nights import environment
from people import refused, told
from typer.testing import CliRunner

from callqa.settings import Settings
from callqa.types import Verdict
from cli.main import app
from flows.stages import STAGES
from scoring.review.apply import standing_reviews
from scoring.rubric_file import RUBRICS
from services.context import RubricContext, open_context
from services.review.reviews import new_review, put_review
from store.calls import read, registry
from store.people import reviews


def verdict_strings_of(context: RubricContext) -> dict[str, str]:
    with context.store.read() as c:
        return {row.call_id: row.verdicts for row in read.scores(c, context.keys)}


def call_with(context: RubricContext, item_id: str, letter: str) -> str:
    """The first call with this verdict of an item."""
    place = list(context.rubric.titles).index(item_id)
    return next(
        call_id for call_id, verdicts in sorted(verdict_strings_of(context).items()) if verdicts[place] == letter
    )


@pytest.fixture
def failed(scored: Settings) -> str:
    """A call whose opening the machine found violated."""
    with open_context(scored) as context:
        return call_with(context, "opening", "V")


@pytest.mark.usefixtures("chinese")
def test_an_override_says_what_it_changed(scored: Settings, failed: str) -> None:
    with open_context(scored) as context, context.store.read() as c:
        before = read.score_of(c, failed, context.keys)
        machine = reviews.machine_verdict_string(c, failed, context.keys)
    output = told(scored, "review", "override", failed, "开头语", "合格", "--by", "王丽", "--reason", "已问候并报工号")
    with open_context(scored) as context, context.store.read() as c:
        after = read.score_of(c, failed, context.keys)
        assert reviews.machine_verdict_string(c, failed, context.keys) == machine
    assert before
    assert after
    assert before.total is not None
    assert after.total is not None
    assert after.total > before.total
    assert f"通话 {failed}：已记录 王丽 的改判" in output
    assert "开头语：不合格 → 合格（人工）" in output
    assert f"总分：{before.total:.1f} → {after.total:.1f}" in output


@pytest.mark.usefixtures("chinese")
def test_confirming_keeps_the_total_and_taking_back_restores_the_sheet(scored: Settings, failed: str) -> None:
    with open_context(scored) as context:
        before = verdict_strings_of(context)[failed]
    output = told(scored, "review", "confirm", failed, "opening", "--by", "王丽")
    assert "开头语：不合格 → 不合格（人工）" in output
    with open_context(scored) as context:
        assert verdict_strings_of(context)[failed] == before.replace("V", "v", 1)  # the opening is the first item
    told(scored, "review", "withdraw", failed, "开头语", "--by", "王丽")
    with open_context(scored) as context:
        assert verdict_strings_of(context)[failed] == before


@pytest.mark.usefixtures("chinese")
def test_a_confirmed_fatal_item_takes_the_score(scored: Settings) -> None:
    with open_context(scored) as context:
        call = call_with(context, "attitude", "V")
    output = told(scored, "review", "confirm", call, "服务态度恶劣", "--by", "王丽")
    assert "→ 0.0" in output
    shown = told(scored, "show", call)
    assert "一票否决已确认" in shown


def test_what_the_machine_could_not_decide_cannot_be_confirmed(scored: Settings) -> None:
    with open_context(scored) as context:
        call = call_with(context, "restate", "U")
    message = refused(scored, "review", "confirm", call, "复述确认", "--by", "王丽")
    assert "the machine could not decide it (unsure)" in message
    assert f"callqa review override {call} 复述确认" in message
    told(scored, "review", "override", call, "复述确认", "不适用", "--by", "王丽", "--reason", "当场答复的咨询")


@pytest.mark.usefixtures("chinese")
def test_manual_points(scored: Settings, failed: str) -> None:
    output = told(
        scored, "review", "manual", failed, "主动安抚", "--points", "-3.5", "--by", "王丽", "--reason", "语气生硬"
    )
    assert "人工加减分：+0 → -3.5" in output
    shown = told(scored, "show", failed)
    assert "人工加减分：主动安抚 -3.5（王丽：语气生硬）" in shown
    told(scored, "review", "withdraw", failed, "主动安抚", "--by", "王丽")
    assert "人工加减分" not in told(scored, "show", failed)


@pytest.mark.usefixtures("chinese")
def test_show_has_both_verdicts_and_history_has_every_word(scored: Settings, failed: str) -> None:
    assert "人工判定" not in told(scored, "show", failed)
    told(scored, "review", "override", failed, "开头语", "met", "--by", "王丽", "--reason", "听过录音")
    told(scored, "review", "override", failed, "开头语", "不适用", "--by", "李明", "--reason", "转接来电")
    shown = told(scored, "show", failed)
    (line,) = [line for line in shown.splitlines() if "开头语" in line]
    assert "不合格" in line
    assert "不适用" in line
    assert "李明：转接来电" in line
    lines = told(scored, "review", "history", failed).splitlines()
    (first,) = [line for line in lines if "王丽" in line]
    (second,) = [line for line in lines if "李明" in line]
    assert [cell.strip() for cell in first.split("│")[2:-1]] == [
        "王丽",
        "复核",
        "改判",
        "开头语",
        "合格",
        "听过录音",
        "",
    ]
    assert [cell.strip() for cell in second.split("│")[2:-1]][-1] == "是"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("confirm", "call-9999", "开头语"), "there is no call call-9999; take it in with: callqa ingest MANIFEST"),
        (("confirm", "call-0001", "开头词"), "the rubric has no item '开头词'; did you mean '开头语'?"),
        (
            ("override", "call-0001", "开头语", "好", "--reason", "x"),
            "'好' is no verdict; allowed: met, not_applicable",
        ),
        (("override", "call-0001", "开头语", "合格", "--reason", " "), "override needs a reason"),
        (("manual", "call-0001", "开头语", "--points", "3", "--reason", "x"), "the rubric has an item '开头语'"),
        (("manual", "call-0001", "安抚", "--points", "0", "--reason", "x"), "needs points, more or less than 0"),
        (("withdraw", "call-0001", "开头语"), "王丽 has no word on this item to take back"),
    ],
)
def test_mistakes_are_refused_in_one_line(scored: Settings, arguments: tuple[str, ...], message: str) -> None:
    assert message in refused(scored, "review", *arguments, "--by", "王丽")


@pytest.mark.usefixtures("chinese")
def test_history_of_nothing(scored: Settings) -> None:
    assert told(scored, "review", "history", "call-0001") == "没有复核记录。\n"
    assert "没有编号为 call-9999 的通话" in refused(scored, "review", "history", "call-9999")


def test_scoring_anew_keeps_what_people_said(scored: Settings, failed: str) -> None:
    """Under another rubric, whose scores are made after the review."""
    told(scored, "review", "override", failed, "开头语", "合格", "--by", "王丽", "--reason", "听过录音")
    rubric_path = scored.home / "own.yaml"
    with open_context(scored) as context:
        shipped = (context.rubric.id, context.rubric.version)
    text = (RUBRICS / f"{shipped[0]}.yaml").read_text(encoding="utf-8")
    rubric_path.write_text(text.replace(f'"{shipped[1]}"', '"own"', 1), encoding="utf-8")
    stage = STAGES["score"]
    with open_context(scored.model_copy(update={"rubric": str(rubric_path)})) as context:
        stage.work(context, stage.pending(context))
        assert stage.pending(context) == []
        with context.store.read() as c:
            stored = read.score_of(c, failed, context.keys)
        assert stored
        opening = context.sheet(stored).items[0]
        assert (opening.verdict, opening.by_person) == (Verdict.MET, True)


def test_the_same_word_again_is_not_stored_again(scored: Settings, failed: str) -> None:
    for name in ("王丽", " 王丽 ", "李明", "王丽"):
        told(scored, "review", "confirm", failed, "开头语", "--by", name)
    with open_context(scored) as context, context.store.read() as c:
        assert [word.author for word in reviews.reviews_of(c, failed)] == ["王丽", "李明", "王丽"]


@pytest.mark.usefixtures("chinese")
def test_what_people_write_is_printed_as_it_is(scored: Settings, failed: str) -> None:
    output = told(scored, "review", "confirm", failed, "开头语", "--by", "[red]王", "--reason", "[/red] [x]")
    assert "已记录 [red]王 的确认" in output
    assert "[red]王：[/red] [x]" in told(scored, "show", failed).replace("\n", "")


def test_a_word_on_an_item_that_the_rubric_has_not_can_be_taken_back(scored: Settings, failed: str) -> None:
    with open_context(scored) as context, context.store.write() as c:
        registry.register_rubric(c, "old", "1", "0" * 16, {"groups": [{"items": [{"id": "warmth"}]}]})
        word = new_review(failed, "warmth", "override", "王丽", verdict=Verdict.MET, reason="热情")
        put_review(context, c, word)
    told(scored, "review", "withdraw", failed, "warmth", "--by", "王丽")
    with open_context(scored) as context, context.store.read() as c:
        assert standing_reviews(reviews.reviews_of(c, failed)) == []


def test_more_points_than_the_scale_has_are_refused(scored: Settings, failed: str) -> None:
    arguments = ["review", "manual", failed, "态度", "--points", "-1000", "--by", "王丽", "--reason", "差"]
    assert "greater than or equal to -100" in CliRunner().invoke(app, arguments, env=environment(scored)).output
