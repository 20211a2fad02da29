from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callqa.types import Finding, Verdict
from scoring.agreement.evaluation import ItemFigures, LabelledCall, evaluate
from scoring.agreement.two_raters import cohens_kappa

VERDICTS = {
    "pass": Verdict.MET,
    "fail": Verdict.VIOLATED,
    "na": Verdict.NOT_APPLICABLE,
    "unsure": Verdict.UNSURE,
    "error": Verdict.ERROR,
}

LABELS = st.sampled_from(["pass", "fail", "na"])


def figures(*pairs: str) -> ItemFigures:
    """``figures("fail fail", "pass unsure")``: label, then answer."""
    calls = []
    for index, pair in enumerate(pairs):
        label, answer = pair.split()
        finding = Finding("opening", "k", VERDICTS[answer], "r")
        calls.append(LabelledCall(str(index), {"opening": label}, (finding,)))  # type: ignore[dict-item]
    (figure,) = evaluate(calls).items
    return figure


def test_a_worked_example() -> None:
    opening = figures(
        "fail fail", "fail fail", "fail pass", "pass fail", "pass pass", "na na", "fail unsure", "pass error"
    )
    assert (opening.n, opening.n_fail, opening.hits, opening.false_alarms, opening.misses, opening.abstentions) == (
        8,
        4,
        2,
        1,
        2,
        2,
    )
    assert opening.precision == pytest.approx(2 / 3)
    assert opening.recall == pytest.approx(2 / 4)
    assert opening.f1 == pytest.approx(4 / 7)
    # decided: 4 of 6 agree; by chance (3*3 + 2*2 + 1*1) / 36
    assert opening.kappa == pytest.approx((4 / 6 - 14 / 36) / (1 - 14 / 36))


def test_an_abstention_lowers_recall_and_not_precision() -> None:
    opening = figures("fail fail", "fail unsure", "pass unsure")
    assert (opening.precision, opening.recall) == (1.0, 0.5)


def test_nothing_to_count_is_not_zero() -> None:
    opening = figures("pass pass", "pass pass")
    assert (opening.precision, opening.recall, opening.f1, opening.kappa) == (None, None, None, None)
    assert figures("pass unsure").kappa is None


def test_an_item_without_a_finding_has_no_figures() -> None:
    evaluation = evaluate([LabelledCall("1", {"opening": "pass"}, ())])
    assert (evaluation.items, evaluation.disagreements, evaluation.overall.macro_f1) == ((), (), None)


def labelled(*answers: str) -> list[LabelledCall]:
    """One call for each ``"opening: fail fail, closing: pass unsure"``."""
    calls = []
    for n, answer in enumerate(answers):
        labels, findings = {}, []
        for part in answer.split(","):
            item, pair = part.split(":")
            label, verdict = pair.split()
            labels[item.strip()] = label
            findings.append(Finding(item.strip(), "k", VERDICTS[verdict], "r"))
        calls.append(LabelledCall(str(n), labels, tuple(findings)))  # type: ignore[arg-type]
    return calls


def test_figures_over_all_items() -> None:
    evaluation = evaluate(
        labelled("opening: fail fail, closing: fail pass", "opening: pass fail, closing: pass unsure", "opening: na na")
    ).overall
    assert evaluation.macro_f1 == pytest.approx((2 / 3 + 0) / 2)
    assert evaluation.wrongly_failed == pytest.approx(1 / 2)
    assert evaluation.unsure == pytest.approx(1 / 5)


def test_disagreements_are_listed_with_call_and_reason() -> None:
    disagreements = evaluate(labelled("opening: fail fail", "opening: pass fail", "opening: fail unsure")).disagreements
    assert [(d.call_id, d.label, d.answer) for d in disagreements] == [("1", "pass", "fail"), ("2", "fail", "unsure")]


def test_an_interval_holds_the_figure_and_narrows_with_more_calls() -> None:
    few = ["fail fail", "fail pass", "pass pass", "pass fail"]
    (low, high), (lower, higher) = figures(*few * 25).f1_interval or (0, 0), figures(*few).f1_interval or (0, 0)
    assert lower <= low <= (figures(*few).f1 or 0) <= high <= higher
    assert high - low < higher - lower
    assert figures(*["fail fail"] * 5).f1_interval == (1.0, 1.0)
    assert figures("pass pass").f1_interval is None


@given(st.lists(st.sampled_from(["fail fail", "fail pass", "pass fail", "pass pass", "pass unsure"]), min_size=1))
def test_the_order_of_calls_does_not_matter(pairs: list[str]) -> None:
    forth, back = figures(*pairs), figures(*reversed(pairs))
    assert (forth.f1, forth.kappa, forth.hits) == (back.f1, back.kappa, back.hits)


@given(
    st.lists(st.tuples(st.sampled_from(["pass", "fail", "na"]), st.sampled_from(["pass", "fail", "na"])), min_size=1)
)
def test_kappa_is_symmetric_and_one_only_for_agreement(pairs: list[tuple[str, str]]) -> None:
    kappa, other = cohens_kappa(pairs).value, cohens_kappa([(b, a) for a, b in pairs]).value
    assert kappa == pytest.approx(other)
    if kappa is not None:
        assert -1 <= kappa <= 1
        assert (kappa == pytest.approx(1)) == all(a == b for a, b in pairs)


def test_authors_are_drawn_whole_so_that_few_authors_make_a_wide_interval() -> None:
    """Ten calls each of a careful author, whose faults are found, and of a sly one, whose faults are missed."""
    careful, sly = ["opening: fail fail"] * 10, ["opening: fail pass"] * 10
    calls = labelled(*careful, *sly)
    by_call = evaluate(calls).items[0].f1_interval
    by_author = (
        evaluate([replace(call, author="careful" if n < 10 else "sly") for n, call in enumerate(calls)])
        .items[0]
        .f1_interval
    )
    assert by_call is not None
    assert by_call[0] > 0.3
    assert by_call[1] < 0.95
    assert by_author == (0.0, 1.0)
