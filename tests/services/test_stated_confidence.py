"""A language model's stated confidence, measured on people's verdicts, and from zero with another question or model."""

from pathlib import Path

import pytest
from asked_rubric import SOOTHES, SOOTHES_ITEM, asking_settings
from judging import NOW, OTHER, calibrate
from nights import QUIET
from people import told
from synthetic import fill_home

from callqa.messages import words
from callqa.settings import JudgeSettings, Settings
from callqa.types import Finding, Verdict
from scoring.rubric_items import Item, TrustFloor
from services.context import RubricContext, open_context
from services.trust.measure import measure_trust, refresh_trust
from store.calls import trust
from store.tables.calls import finding
from web.call.trust import stated_words, trust_words

BOTH_ITEM = "{id: both, title: 两样, points: 5, needs: [soothes, opening]}"


@pytest.fixture
def asking(settings: Settings, tmp_path: Path) -> Settings:
    """Sixty calls, on all of which the model was 97 % sure."""
    judge = JudgeSettings(url="http://127.0.0.1:9/v1", model="dummy", revision="1")
    asking = asking_settings(settings, tmp_path, judge, SOOTHES, SOOTHES_ITEM, BOTH_ITEM)
    fill_home(asking)
    with open_context(asking) as context, context.store.write() as c:
        c.execute(finding.update().values(confidence=0.97))
    return asking


def measured(context: RubricContext) -> dict[str, list[tuple[bool, int, float | None]]]:
    """By item: whether it is of violations, how many answers people judged, and the share that was right."""
    refresh_trust(context, QUIET)
    with context.store.read() as c:
        known = trust.trusts(c, context.rubric.key)
    return {
        item_id: [(stated.violated, stated.right.n, stated.right.value) for stated in item.stated.ranges]
        for item_id, item in known.items()
        if item.stated
    }


def every_third_wrong(n: int, verdict: Verdict) -> Verdict:
    return OTHER[verdict] if n % 3 == 0 else verdict


def test_it_is_what_people_found_of_such_answers(asking: Settings) -> None:
    with open_context(asking) as context:
        calibrate(context, "一", "soothes", every_third_wrong)
        calibrate(context, "二", "opening", every_third_wrong)
        figures = measured(context)
        assert set(figures) == {"soothes"}, "only of what rests on one answer of a model"
        (of_violations, of_others) = figures["soothes"]
        assert of_violations[0]
        assert not of_others[0]
        assert of_violations[1] + of_others[1] > 50
        assert 0.5 < (of_others[2] or 0) < 0.8


def test_what_was_not_drawn_by_chance_tells_of_violations_alone(asking: Settings) -> None:
    with open_context(asking) as context:
        calibrate(context, "一", "soothes", every_third_wrong, drawn=False)
        assert [violated for violated, _, _ in measured(context)["soothes"]] == [True]


@pytest.mark.parametrize("change", ["model", "revision", "question"])
def test_all_begins_anew_with_another_question_or_model(asking: Settings, change: str) -> None:
    with open_context(asking) as context:
        calibrate(context, "一", "soothes", every_third_wrong)
        assert measured(context)["soothes"]
    if change == "question":
        (library,) = asking.checks
        library.write_text(SOOTHES.replace("安抚市民", "劝慰市民"), encoding="utf-8")
    else:
        judge = asking.judge.model_copy(update={change: "2"})
        asking = asking.model_copy(update={"judge": judge})
    with open_context(asking) as context:
        assert measured(context)["soothes"] == []
        assert "soothes" in context.advisory, "and what it says only suggests"


def test_the_words_for_it(asking: Settings) -> None:
    say = words("zh")
    with open_context(asking) as context:
        calibrate(context, "一", "soothes", every_third_wrong)
        item = measure_trust(context, NOW)["soothes"]
        key = context.checks["soothes"].key
    answer = Finding("soothes", key, Verdict.MET, "question_met", confidence=0.97)
    assert "模型自称把握 97%；同样有把握的回答中，人认为对的占 6" in stated_words(answer, item, say)
    surer = Finding("soothes", key, Verdict.MET, "question_met", confidence=0.999)
    assert "人判过 0 条，满 20 条后衡量" in stated_words(surer, item, say)
    other = Finding("soothes", "another check", Verdict.MET, "question_met", confidence=0.97)
    assert "人判过 0 条" in stated_words(other, item, say)
    assert stated_words(Finding("soothes", key, Verdict.MET, "question_met"), item, say) == ""
    assert stated_words(Finding("soothes", key, Verdict.UNSURE, "judge_doubtful", confidence=0.4), item, say) == ""


def test_without_figures_the_page_says_that_it_only_suggests(asking: Settings) -> None:
    """An item of a question costs nothing before people agreed with it; one of measured checks does."""
    say = words("zh")
    with open_context(asking) as context:
        items = {item.id: item for item in context.rubric.items}
        floored = with_floor(items["opening"])
        assert trust_words(items["soothes"], None, say, asked=True).startswith("模型的判定仅作建议，不扣分：已有 0 通")
        assert trust_words(floored, None, say).startswith("机检判定未验证")
        assert trust_words(items["opening"], None, say) == "", "no floor, and no question"
        calibrate(context, "一", "soothes", every_third_wrong)
        known = measure_trust(context, NOW)["soothes"]
        assert trust_words(items["soothes"], known, say, asked=True).startswith("机检判定仅作建议，不扣分：")


def with_floor(item: Item) -> Item:
    return item.model_copy(update={"trust_floor": TrustFloor(figure="precision", floor=0.8)})


@pytest.mark.usefixtures("chinese")
def test_the_terminal_lists_it(asking: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    values = {
        "CHECKS": ",".join(map(str, asking.checks)),
        "RUBRIC": asking.rubric,
        "JUDGE__URL": asking.judge.url,
        "JUDGE__MODEL": "dummy",
    }
    for name, value in {**values, "JUDGE__REVISION": asking.judge.revision}.items():
        monkeypatch.setenv(f"CALLQA_{name}", str(value))
    with open_context(asking) as context:
        calibrate(context, "一", "soothes", every_third_wrong)
    listed = told(asking, "trust")
    assert "大模型自称的把握值多少" in listed
    assert "95%~99%" in listed
