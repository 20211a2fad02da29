"""Reviews become trust; an item that people do not agree with only suggests, and deducts again when they do."""

from itertools import product

import pytest
from judging import NOW, OTHER, answer, calibrate, machine_says, open_session
from nights import QUIET
from people import told

from callqa.records import SampleCall
from callqa.scores import ItemStatus
from callqa.settings import Settings
from callqa.types import Verdict
from services.context import RubricContext, open_context
from services.review.reviews import new_review, put_review
from services.trust.measure import measure_trust, refresh_trust
from store.calls import read, trust
from store.people import reviews, samples


def agree(n: int, verdict: Verdict) -> Verdict:
    return verdict


def disagree(n: int, verdict: Verdict) -> Verdict:
    return OTHER[verdict]


def review(context: RubricContext, call_id: str, item_id: str, verdict: Verdict, **more: str) -> None:
    word = new_review(
        call_id, item_id, "override", more.pop("author", "王质检"), verdict=verdict, reason="听过", **more
    )  # type: ignore[arg-type]
    with context.store.write() as c:
        put_review(context, c, word)


def open_items(context: RubricContext) -> dict[str, int]:
    """How many calls' items wait for a person, by the machine's verdict on the opening."""
    with context.store.read() as c:
        sheets = [context.sheet(row) for row in read.scores(c, context.keys)]
    opening = [next(item for item in sheet.items if item.item_id == "opening") for sheet in sheets]
    waiting = [item for item in opening if item.status is ItemStatus.NEEDS_REVIEW]
    return {"calls": len(sheets), "violations waiting": sum(item.verdict is Verdict.VIOLATED for item in waiting)}


@pytest.mark.usefixtures("chinese")
def test_an_item_loses_trust_suggests_and_deducts_again(scored: Settings) -> None:
    with open_context(scored) as context:
        n_violated = list(machine_says(context, "opening").values()).count(Verdict.VIOLATED)
        assert n_violated >= 5
        assert open_items(context) == {"calls": 60, "violations waiting": 0}
        calibrate(context, "一", "opening", disagree)
    lost = told(scored, "trust", "update")
    assert "开头语：未验证 → 仅建议" in lost
    assert "仅建议的项目：开头语" in lost
    with open_context(scored) as context:
        assert context.advisory == {"opening"}
        assert context.keys.trust_key
        assert open_items(context) == {"calls": 60, "violations waiting": n_violated}
        suggested = next(
            call for call, verdict in machine_says(context, "opening").items() if verdict is Verdict.VIOLATED
        )
    assert "不合格（仅建议，不扣分）" in told(scored, "show", suggested)
    with open_context(scored) as context:
        calibrate(context, "二", "opening", agree)
    assert "开头语：仅建议 → 扣分" in told(scored, "trust", "update")
    with open_context(scored) as context:
        assert (context.advisory, context.keys.trust_key) == (frozenset(), "")
        assert open_items(context) == {"calls": 60, "violations waiting": 0}


@pytest.mark.usefixtures("chinese")
def test_every_run_measures_before_it_scores(scored: Settings) -> None:
    with open_context(scored) as context:
        calibrate(context, "一", "opening", disagree)
    assert "开头语：未验证 → 仅建议" in told(scored, "run")
    assert "→" not in told(scored, "run")
    with open_context(scored) as context:
        assert context.advisory == {"opening"}
        with context.store.read() as c:
            assert set(trust.trusts(c, context.rubric.key)) == {"opening"}


def test_measuring_again_without_new_words_stores_nothing(scored: Settings) -> None:
    with open_context(scored) as context:
        calibrate(context, "一", "opening", disagree)
        first = refresh_trust(context, QUIET)
        with context.store.read() as c:
            stored = trust.trusts(c, context.rubric.key)
        again = refresh_trust(first, QUIET)
        with context.store.read() as c:
            assert trust.trusts(c, context.rubric.key) == stored
    assert again.keys == first.keys != context.keys


def test_reviews_tell_precision_and_nothing_else(scored: Settings) -> None:
    with open_context(scored) as context:
        violated = [call for call, verdict in machine_says(context, "opening").items() if verdict is Verdict.VIOLATED]
        for n, call in enumerate(violated):
            review(context, call, "opening", Verdict.MET if n == 0 else Verdict.VIOLATED)
        opening = measure_trust(context, NOW)["opening"]
    assert opening.precision.n == len(violated)
    assert opening.precision.value == pytest.approx(1 - 1 / len(violated))
    assert (opening.recall.n, opening.kappa.n) == (0, 0)


def test_calls_that_somebody_chose_tell_precision_only(scored: Settings) -> None:
    with open_context(scored) as context:
        calibrate(context, "一", "opening", agree, drawn=False)
        chosen = measure_trust(context, NOW)["opening"]
        calibrate(context, "二", "opening", agree)
        drawn = measure_trust(context, NOW)["opening"]
    assert chosen.precision == drawn.precision
    assert (chosen.kappa.value, drawn.kappa.value) == (None, 1.0)


def test_what_is_only_appealed_is_no_case_and_its_verdict_is_the_last(scored: Settings) -> None:
    with open_context(scored) as context:
        confirmed, overruled, *_ = [
            call for call, v in machine_says(context, "opening").items() if v is Verdict.VIOLATED
        ]
        review(context, confirmed, "opening", Verdict.VIOLATED)
        for call in (confirmed, overruled):
            review(context, call, "opening", Verdict.MET, purpose="appeal", author="终审")
        opening = measure_trust(context, NOW)["opening"]
    assert (opening.n, opening.precision.value) == (1, 0.0)


def test_a_sampled_call_counts_by_its_chance_once_its_whole_sheet_is_decided(scored: Settings) -> None:
    """The machine found the violation of a call that was drawn for sure, and missed that of one drawn of four."""
    with open_context(scored) as context:
        verdicts = machine_says(context, "opening")
        violated, partly, *_ = [call for call, verdict in verdicts.items() if verdict is Verdict.VIOLATED]
        missed = next(call for call, verdict in verdicts.items() if verdict is Verdict.MET)
        drawn = [
            SampleCall(violated, "s", 1.0, "风险"),
            SampleCall(missed, "s", 0.25, "随机"),
            SampleCall(partly, "s", 1, "随机"),
        ]
        with context.store.write() as c:
            samples.put_sample(c, "p", "p" * 16, {"id": "p"}, "2026-11", "seed", 60, drawn, "主管", NOW)
            for call, item in [*product((violated, missed), context.rubric.titles), (partly, "opening")]:
                verdict = Verdict.VIOLATED if item == "opening" else Verdict.MET
                word = new_review(call, item, "override", "王质检", verdict=verdict, reason="听过")
                reviews.put_review(c, word)
        opening = measure_trust(context, NOW)["opening"]
    assert (opening.n, opening.precision.n, opening.kappa.n) == (3, 2, 2)
    assert opening.recall.value == pytest.approx(1 / (1 + 4))


def test_an_open_session_tells_nothing(scored: Settings) -> None:
    with open_context(scored) as context:
        verdicts = machine_says(context, "opening")
        open_session(context, "一", verdicts, ["opening"])
        for call_id, verdict in verdicts.items():
            answer(context, "一", "甲", call_id, "opening", verdict)
        assert measure_trust(context, NOW) == {}


@pytest.mark.usefixtures("chinese")
def test_trust_shows_figures_floors_and_what_comes(scored: Settings) -> None:
    before = told(scored, "trust")
    assert "未验证" in before
    assert "仅建议" not in before
    with open_context(scored) as context:
        calibrate(context, "一", "opening", disagree)
    shown = told(scored, "trust")
    assert "未验证→仅建议" in shown
    assert "kappa≥0.6" in shown
    with open_context(scored) as context:
        assert context.advisory == frozenset(), "showing changes nothing"
