import pytest
from hypothesis import given
from hypothesis import strategies as st

from callqa.types import Finding, Verdict
from qa_models import ItemFigures, LabelledCall, evaluate
from qa_models.evaluation import cohens_kappa

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
    (found,) = evaluate(calls)
    return found


def test_a_worked_example() -> None:
    found = figures(
        "fail fail", "fail fail", "fail pass", "pass fail", "pass pass", "na na", "fail unsure", "pass error"
    )
    assert (found.n, found.n_fail, found.hits, found.false_alarms, found.misses, found.abstentions) == (
        8,
        4,
        2,
        1,
        2,
        2,
    )
    assert found.precision == pytest.approx(2 / 3)
    assert found.recall == pytest.approx(2 / 4)
    assert found.f1 == pytest.approx(4 / 7)
    # decided: 4 of 6 agree; by chance (3*3 + 2*2 + 1*1) / 36
    assert found.kappa == pytest.approx((4 / 6 - 14 / 36) / (1 - 14 / 36))


def test_an_abstention_lowers_recall_and_not_precision() -> None:
    found = figures("fail fail", "fail unsure", "pass unsure")
    assert (found.precision, found.recall) == (1.0, 0.5)


def test_nothing_to_count_is_not_zero() -> None:
    found = figures("pass pass", "pass pass")
    assert (found.precision, found.recall, found.f1, found.kappa) == (None, None, None, None)
    assert figures("pass unsure").kappa is None


def test_an_item_without_a_finding_has_no_figures() -> None:
    assert evaluate([LabelledCall("1", {"opening": "pass"}, ())]) == ()


@given(
    st.lists(st.tuples(st.sampled_from(["pass", "fail", "na"]), st.sampled_from(["pass", "fail", "na"])), min_size=1)
)
def test_kappa_is_symmetric_and_one_only_for_agreement(pairs: list[tuple[str, str]]) -> None:
    kappa = cohens_kappa(pairs)
    assert kappa == pytest.approx(cohens_kappa([(b, a) for a, b in pairs]))
    if kappa is not None:
        assert -1 <= kappa <= 1
        assert (kappa == pytest.approx(1)) == all(a == b for a, b in pairs)
