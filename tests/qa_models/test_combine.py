"""Checks that name other checks: all, any, at least, not, conditions, exceptions."""

import itertools

import pytest
from dummies import call
from written import library, made

from callqa.errors import ConfigError
from callqa.types import Verdict
from qa_models import Check, run_checks
from qa_models.check import CheckSpec, Draft, Kind, Params
from qa_models.checks.combine import (
    AllParams,
    AtLeastParams,
    NotParams,
    Parts,
    check_all,
    check_any,
    check_at_least,
    check_not,
)

M, V, N, U = Verdict.MET, Verdict.VIOLATED, Verdict.NOT_APPLICABLE, Verdict.UNSURE


def says(verdict: Verdict, reason: str = "said") -> Check:
    """A check that always gives this answer."""
    kind: Kind[Params] = Kind("fixed", 1, "nothing", lambda conversation, params: Draft(verdict, reason), Params)
    return Check(CheckSpec(id=verdict.value, kind="fixed", title="x", params=Params()), kind)


def parts(*verdicts: Verdict) -> tuple[Check, ...]:
    return tuple(says(verdict) for verdict in verdicts)


@pytest.mark.parametrize(
    ("verdicts", "all_of", "any_of", "two_of"),
    [
        ((M, M, M), M, M, M),
        ((M, M, V), V, M, M),
        ((M, V, V), V, M, V),
        ((V, V, V), V, V, V),
        ((M, M, U), U, M, M),
        ((M, U, V), V, M, U),
        ((U, V, V), V, U, V),
        ((M, N, N), M, M, M),
        ((V, N, N), V, V, V),
        ((N, N, N), N, N, N),
    ],
)
def test_doubt_stays_doubt(verdicts: tuple[Verdict, ...], all_of: Verdict, any_of: Verdict, two_of: Verdict) -> None:
    conversation = call("A: 您好")
    for order in itertools.permutations(verdicts):
        of = parts(*order)
        assert check_all.function(conversation, AllParams(of=of)).verdict is all_of
        assert check_any.function(conversation, Parts(of=of)).verdict is any_of
        assert check_at_least.function(conversation, AtLeastParams(of=of, n=2)).verdict is two_of


@pytest.mark.parametrize(
    ("verdicts", "reason"),
    [((V, V), "never_said"), ((V, U), "said"), ((V, M), "said"), ((V, V, U), "said"), ((V, V, N), "never_said")],
)
def test_nothing_is_said_only_when_no_part_is_in_doubt(verdicts: tuple[Verdict, ...], reason: str) -> None:
    draft = check_all.function(call("A: 您好"), AllParams(of=parts(*verdicts), nothing="never_said"))
    assert (draft.verdict, draft.reason) == (V, reason)


@pytest.mark.parametrize(("inner", "outer"), [(M, V), (V, M), (U, U), (N, N)])
def test_not(inner: Verdict, outer: Verdict) -> None:
    assert check_not.function(call("A: 您好"), NotParams(of=says(inner))).verdict is outer


def test_a_part_that_crashes_is_one_error_and_stops_nothing() -> None:
    def crash(conversation: object, params: Params) -> Draft:
        raise RuntimeError

    broken = Check(
        CheckSpec(id="broken", kind="fixed", title="x", params=Params()), Kind("fixed", 1, "nothing", crash, Params)
    )
    whole = Check(CheckSpec(id="whole", kind="any", title="x", params=Parts(of=(broken,))), check_any)
    assert [finding.verdict for finding in run_checks(call("A: 您好"), (whole, says(M)))] == [Verdict.ERROR, M]


CONDITION = """
- {id: _loud, kind: phrase, title: 触发, params: {where: {role: citizen}, phrases: [着火]}}
- {id: guided, kind: phrase, title: 引导, only_if: [_loud], params: {phrases: [幺幺九]}}
"""


@pytest.mark.parametrize(
    ("script", "verdict"),
    [
        ("A: 您好 | C: 路灯坏了", "not_applicable"),
        ("A: 您好 | C: 着火了 | A: 请马上打幺幺九", "met"),
        ("A: 您好 | C: 着火了 | A: 地址在哪里", "violated"),
    ],
)
def test_only_if(script: str, verdict: str) -> None:
    assert library(CONDITION)["guided"](call(script)).verdict.value == verdict


def test_a_doubtful_condition_accuses_nobody() -> None:
    script = "A: 您好 | C: 唔嗯呐 (confidence 0.3) | A: 地址在哪里"
    finding = library(CONDITION)["guided"](call(script))
    assert (finding.verdict, finding.reason) == (U, "unclear_speech")


def test_unless_excuses_what_was_found_and_nothing_else() -> None:
    mine = made(
        "phrase", "{phrases: [再见]}", "unless: [{kind: phrase, params: {where: {role: citizen}, phrases: [不说了]}}]"
    )
    assert mine(call("A: 再见 | C: 不说了")).verdict is M
    assert mine(call("A: 您好 | C: 不说了")).verdict is N
    assert mine(call("A: 您好 | C: 好的")).verdict is V


def test_a_named_check_is_part_of_the_key() -> None:
    def negated(phrase: str) -> Check:
        named = f"- {{id: _a, kind: phrase, title: 甲, params: {{phrases: [{phrase}]}}}}\n"
        return library(f"{named}- {{id: b, kind: not, title: 乙, params: {{of: _a}}}}\n")["b"]

    assert negated("着火").key == negated("着火").key != negated("冒烟").key


@pytest.mark.parametrize(
    ("text", "line", "complaint"),
    [
        (
            "- id: a\n  kind: not\n  title: 甲\n  params:\n    of: openin\n",
            5,
            "no check 'openin' stands before this one",
        ),
        ("- id: a\n  kind: any\n  title: 甲\n  params:\n    of:\n      - kind: phrse\n", 6, "did you mean 'phrase'?"),
        (
            "- id: a\n  kind: any\n  title: 甲\n  params:\n    of:\n      - kind: phrase\n        params:\n"
            "          phrses: [好]\n          phrases: [好]\n",
            8,
            "did you mean 'phrases'?",
        ),
        ("- id: a\n  kind: at_least\n  title: 甲\n  params: {n: 2, of: [{kind: pickup}]}\n", 4, "only 1 parts"),
        ("- id: a\n  kind: pickup\n  title: 甲\n  only_if:\n    - b\n", 5, "no check 'b'"),
        ("- id: a\n  kind: pickup\n  title: 甲\n  only_if: b\n", 4, "only_if"),
    ],
)
def test_a_mistake_in_a_named_check(text: str, line: int, complaint: str) -> None:
    with pytest.raises(ConfigError) as caught:
        library(text)
    assert f", line {line}: " in str(caught.value)
    assert complaint in str(caught.value)
