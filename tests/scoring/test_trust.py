"""An item deducts by itself while people agree with it; what they agree on is measured without selection."""

from datetime import UTC, datetime

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from callqa.records import Estimate, ItemTrust
from callqa.types import Verdict
from scoring.agreement.trust import Judged, advisory_items, machine_verdicts, majority, standing, trust_of
from scoring.rubric import Rubric
from scoring.rubric_items import Condition, Group, Item, TrustFloor

NOW = datetime(2026, 11, 24, tzinfo=UTC)
M, V, N, U, E = (Verdict[name] for name in ("MET", "VIOLATED", "NOT_APPLICABLE", "UNSURE", "ERROR"))


def item(name: str, floor: TrustFloor | None = None, only_if: Condition | None = None) -> Item:
    return Item(id=name, title=name, points=5, needs=(name,), trust_floor=floor, only_if=only_if)


def rubric(*items: Item) -> Rubric:
    return Rubric(id="r", version="1", title="r", fatal_cap=0, groups=(Group(id="g", title="g", items=items),))


def trust(*pairs: Judged) -> ItemTrust:
    return trust_of(pairs, "opening", NOW)


def test_figures_of_an_item() -> None:
    drawn = [Judged(V, V, 1)] * 6 + [Judged(M, V, 1)] * 2 + [Judged(M, M, 1)] * 30 + [Judged(V, N, 1)] * 2
    looked_at = [Judged(V, V)] * 10 + [Judged(V, M)] * 2
    left_out = [Judged(U, V, 1), Judged(E, M), Judged(V, U, 1)]
    measured = trust(*drawn, *looked_at, *left_out)
    assert (measured.n, measured.n_undecided) == (52, 2)
    assert (measured.precision.n, measured.precision.value) == (20, pytest.approx(16 / 20))
    assert (measured.precision.low, measured.precision.high) == pytest.approx((0.5840, 0.9193), abs=1e-4)  # Wilson
    assert (measured.recall.n, measured.recall.value) == (8, pytest.approx(6 / 8))
    assert measured.kappa.n == measured.ac1.n == 40


def test_calls_that_were_looked_at_tell_nothing_of_what_is_missed() -> None:
    """A hundred suspicious calls, all rightly so: recall would be a perfect 1, and nobody knows."""
    measured = trust(*[Judged(V, V)] * 100)
    assert measured.precision.value == 1
    assert (measured.recall, measured.kappa) == (
        Estimate(0, why_not="no_violations"),
        Estimate(0, why_not="no_pairs"),
    )


@pytest.mark.parametrize(
    ("pairs", "floor", "expected"),
    [
        ([Judged(V, V)] * 40, TrustFloor(figure="precision", floor=0.8), "deducts"),
        ([Judged(V, V)] * 19, TrustFloor(figure="precision", floor=0.8), "unverified"),
        ([Judged(V, V)] * 30 + [Judged(V, M)] * 10, TrustFloor(figure="precision", floor=0.8), "suggests"),
        ([Judged(V, V)] * 30 + [Judged(V, M)] * 10, TrustFloor(figure="precision", floor=0.5), "deducts"),
        ([Judged(V, M)] * 5, TrustFloor(figure="precision", floor=0.8, min_reviewed=5), "suggests"),
        ([Judged(V, V)] * 5, TrustFloor(figure="precision", floor=0.8, min_reviewed=5), "unverified"),
        ([Judged(M, M, 1)] * 39 + [Judged(V, V, 1)], TrustFloor(figure="kappa", floor=0.6), "unverified"),
        ([Judged(M, M, 1)] * 39 + [Judged(M, V, 1)], TrustFloor(figure="kappa", floor=0.6), "unverified"),
        ([Judged(M, M, 1)] * 35 + [Judged(V, V, 1)] * 5, TrustFloor(figure="kappa", floor=0.6), "deducts"),
        (
            [Judged(M, M, 1)] * 22 + [Judged(V, V, 1)] * 2 + [Judged(V, M, 1)] * 7,
            TrustFloor(figure="kappa", floor=0.6),
            "suggests",
        ),
        ([Judged(M, M, 1)] * 35 + [Judged(M, V, 1)] * 5, TrustFloor(figure="kappa", floor=0.6), "suggests"),
        ([Judged(M, M, 1)] * 35 + [Judged(V, M, 1)] * 5, TrustFloor(figure="kappa", floor=0.6), "suggests"),
        ([Judged(M, M, 1)] * 40 + [Judged(V, V)] * 3, TrustFloor(figure="precision", floor=0.8), "unverified"),
        ([Judged(M, M, 1)] * 40, TrustFloor(figure="kappa", floor=0.4), "unverified"),
        ([Judged(M, M, 1), Judged(V, M, 1)] * 20, TrustFloor(figure="kappa", floor=0.4), "suggests"),
        ([Judged(M, M, 1), Judged(V, V, 1)] * 20, TrustFloor(figure="kappa", floor=0.4), "deducts"),
        ([Judged(M, M), Judged(V, M)] * 20, TrustFloor(figure="kappa", floor=0.4), "unverified"),
        ([Judged(V, M)] * 40, None, "deducts"),
    ],
)
def test_standing(pairs: list[Judged], floor: TrustFloor | None, expected: str) -> None:
    opening = item("opening", floor)
    assert standing(opening, trust(*pairs)) == expected
    only = rubric(opening, item("closing"))
    assert advisory_items(only, {"opening": trust(*pairs)}) == ({"opening"} if expected == "suggests" else frozenset())


def test_what_nobody_reviewed_is_unverified_and_deducts() -> None:
    floor = TrustFloor(figure="precision", floor=0.8)
    assert standing(item("opening", floor), None) == "unverified"
    assert advisory_items(rubric(item("opening", floor)), {}) == frozenset()


@pytest.mark.parametrize(
    "floor", [None, TrustFloor(figure="precision", floor=0.8), TrustFloor(figure="kappa", floor=0.6)]
)
def test_an_item_that_a_language_model_answers_suggests_until_kappa_proves_it(floor: TrustFloor | None) -> None:
    opening = item("opening", floor)
    cases: tuple[tuple[list[Judged], str], ...] = (
        ([], "suggests"),
        ([Judged(V, V)] * 40, "suggests"),  # of calls that somebody chose: no kappa
        ([Judged(M, M, 1)] * 40, "suggests"),  # nothing to be right about
        ([Judged(M, M, 1)] * 10 + [Judged(V, V, 1)] * 5, "suggests"),  # too few
        ([Judged(M, M, 1), Judged(V, V, 1)] * 20, "deducts"),
        ([Judged(M, M, 1), Judged(V, M, 1)] * 20, "suggests"),
    )
    for pairs, expected in cases:
        trusts = {"opening": trust(*pairs)} if pairs else {}
        assert standing(opening, trusts.get("opening"), asked=True) == expected
        suggesting = advisory_items(rubric(opening, item("closing")), trusts, {"opening"})
        assert suggesting == ({"opening"} if expected == "suggests" else frozenset())


def test_an_item_that_its_condition_leaves_out_is_not_violated() -> None:
    depends = rubric(item("opening"), item("closing", only_if=Condition(item="opening", verdict="met")))
    says = [machine_verdicts({"opening": opening, "closing": V}, depends)["closing"] for opening in (M, V, U)]
    assert says == [V, N, U]
    assert machine_verdicts({"opening": M}, depends) == {"opening": M, "closing": U}


@pytest.mark.parametrize(
    ("verdicts", "expected"),
    [([], None), ([M], M), ([M, V], None), ([M, V, V], V), ([U, V], V), ([U, U], None), ([M, M, V, V, N], None)],
)
def test_majority(verdicts: list[Verdict], expected: Verdict | None) -> None:
    assert majority(verdicts) is expected
    assert majority(verdicts[::-1]) is expected


verdict = st.sampled_from(list(Verdict))
judged = st.builds(Judged, verdict, st.sampled_from([M, V, N, U]), st.none() | st.floats(0.1, 50))


@given(st.lists(judged, max_size=40))
@example([Judged(M, M, 42.5), *[Judged(V, V, 1.0)] * 3])  # rounds to a kappa above 1
def test_figures_are_shares_with_bounds_or_a_reason(pairs: list[Judged]) -> None:
    measured = trust(*pairs)
    assert measured.n + measured.n_undecided <= len(pairs)
    for figure in (measured.precision, measured.recall, measured.kappa, measured.ac1):
        if figure.value is None:
            assert figure.why_not
        else:
            assert figure.low is not None
            assert figure.high is not None
            assert -1 <= figure.low <= figure.value <= figure.high <= 1


@given(st.lists(st.sampled_from([Judged(V, V), Judged(V, M)]), min_size=1, max_size=40))
def test_one_more_confirmation_never_lowers_precision(pairs: list[Judged]) -> None:
    before, after = trust(*pairs).precision, trust(*pairs, Judged(V, V)).precision
    assert before.low is not None
    assert after.low is not None
    assert after.low >= before.low


@pytest.mark.slow  # many samples
def test_weights_give_the_recall_of_all_calls() -> None:
    """Risky calls are all drawn, one ordinary call in twenty is; the machine misses more in ordinary calls.

    Of 400 risky calls 100 are violated and 80 found, of 4000 ordinary ones 200 and 60: recall is 140 of 300.
    """
    chance, weighted, blind, covered = np.random.default_rng(3), [], [], 0
    ordinary = np.array([(True, True)] * 60 + [(False, True)] * 140 + [(False, False)] * 3800)
    risky = [(True, True)] * 80 + [(False, True)] * 20 + [(False, False)] * 300
    for _ in range(400):
        few = ordinary[chance.choice(4000, 200, replace=False)]
        rows = [(pair, 1.0) for pair in risky] + [((bool(a), bool(b)), 20.0) for a, b in few]
        pairs = [Judged(V if machine else M, V if true else M, weight) for (machine, true), weight in rows]
        recall = trust(*pairs).recall
        assert recall.value is not None
        assert recall.low is not None
        assert recall.high is not None
        weighted.append(recall.value)
        blind.append(trust(*(Judged(p.machine, p.people, 1.0) for p in pairs)).recall.value)
        covered += recall.low <= 140 / 300 <= recall.high
    assert np.mean(weighted) == pytest.approx(140 / 300, abs=0.02)
    assert np.mean(blind) > 0.7
    assert covered / 400 > 0.93
