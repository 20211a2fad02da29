"""The telephone number of a ticket against those of the call."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ticketed import PHONE, compare

PHONE_CASES = [
    (PHONE, "13722045581", "met"),
    (PHONE, "137-2204-5581", "met"),
    (f"{PHONE} | A: 幺三七二二零四五五八幺，对吧 | C: 对", "13722045581", "met"),
    (f"{PHONE} | A: 幺三七二二零四五五八幺，对吧 | C: 对", "13722045587", "violated"),
    (f"{PHONE} | A: 幺三七二二零四五五八幺，对吧 | C: 对", "13722405581", "violated"),
    ("C: 我手机13722045581 | A: 13722045581是吗 | C: 是的", "13722045571", "violated"),
    # in groups over several turns, with the agent's signals or echoes between
    ("C: 幺三七 | A: 嗯 | C: 二二零四 | A: 好 | C: 五五八幺", "13722045581", "met"),
    ("C: 幺三七 | A: 幺三七 | C: 二二零四 | A: 二二零四 | C: 五五八幺 | A: 五五八幺", "13722045581", "met"),
    ("C: 幺三七 | A: 幺三七 | C: 二二零四 | A: 二二零四 | C: 五五八幺 | A: 五五八幺", "13722045582", "violated"),
    # corrected by the citizen
    ("C: 幺三七二二零四五五八幺，不对不对，是幺三七二二零四五五七幺 | A: 幺三七二二零四五五七幺", "13722045571", "met"),
    (
        "C: 幺三七二二零四五五八幺，不对不对，是幺三七二二零四五五七幺 | A: 幺三七二二零四五五七幺",
        "13722045581",
        "violated",
    ),
    (f"{PHONE} | C: 说错了，最后四位是五五九二 | A: 幺三七二二零四五五九二，对吗 | C: 对的", "13722045592", "met"),
    (f"{PHONE} | C: 说错了，最后四位是五五九二 | A: 幺三七二二零四五五九二，对吗 | C: 对的", "13722045581", "violated"),
    (
        f"{PHONE} | C: 哎我重报一遍，幺三九，二二零四，五五八幺 | A: 幺三九二二零四五五八幺 | C: 没错",
        "13922045581",
        "met",
    ),
    (
        f"{PHONE} | C: 哎我重报一遍，幺三九，二二零四，五五八幺 | A: 幺三九二二零四五五八幺 | C: 没错",
        "13722045581",
        "violated",
    ),
    ("C: 尾号是五五八幺，前面是幺三七二二零四", "13722045581", "met"),
    # a wrong read-back that the citizen corrects
    (f"{PHONE} | A: 幺三七二二零四五五七幺对吗 | C: 不对，是五五八幺", "13722045581", "met"),
    (f"{PHONE} | A: 幺三七二二零四五五七幺对吗 | C: 不对，是五五八幺 | A: 好的，五五八幺", "13722045571", "violated"),
    # a wrong read-back that is confirmed: whoever filed it filed what was agreed
    (f"{PHONE} | A: 幺三七二二零四五五七幺对吗 | C: 对的", "13722045571", "met"),
    # heard badly: a digit lost or made up is no contradiction
    ("C: 幺三七二二零四五五八 (confidence 0.8)", "13722045581", "met"),
    ("C: 幺三七二二零四五五八幺幺 (confidence 0.8)", "13722045581", "met"),
    ("C: 13722045587 (confidence 0.75) | A: 13722045581 (confidence 0.9)", "13722045581", "met"),
    ("C: 13722045587 (confidence 0.75)", "13722045581", "unsure"),
    ("C: 要三七二二零四五五八一", "13722045581", "met"),
    # groups over two turns are one dictation, as in one turn
    ("C: 幺三八零零幺二三四五六 (confidence 0.5)", "13800123457", "unsure"),
    ("C: 幺三八零 (confidence 0.5) | A: 嗯 | C: 零幺二三四五六 (confidence 0.5)", "13800123457", "unsure"),
    ("C: 幺三八零 (confidence 0.5) | A: 嗯 | C: 零幺二三四五六 (confidence 0.5)", "13977668855", "unsure"),
    ("C: 幺三八零 (confidence 0.5) | A: 嗯 | C: 零幺二三四五六 (confidence 0.5)", "", "unsure"),
    (
        "C: 幺三八零 (confidence 0.5) | A: 嗯 | C: 零幺二三四五六 (confidence 0.5) | "
        "A: 幺三八零零幺二三四五六 (confidence 0.5)",
        "13800123457",
        "violated",
    ),
    # the number on the display
    ("A: 就用您现在这个来电号码联系您可以吗 | C: 可以", "13722045581", "met"),
    ("A: 就用您尾号五五八幺的手机联系您可以吗 | C: 可以", "13722045581", "met"),
    ("A: 就用您尾号五五八幺的手机联系您可以吗 | C: 可以", "13722045518", "violated"),
    # another number in the call
    ("C: 物业电话是五八三三零幺七二，打了没人接 | C: 我的手机幺三七二二零四五五八幺", "13722045581", "met"),
    ("C: 物业电话是五八三三零幺七二，打了没人接 | C: 我的手机幺三七二二零四五五八幺", "58330172", "unsure"),
    ("C: 家里电话五八三三零幺七二", "58330172", "met"),
    ("C: 家里电话五八三三零幺七二 | A: 五八三三零幺七二 | C: 嗯", "58330127", "violated"),
    ("C: 座机零二幺五八三三零幺七二", "58330172", "met"),
    # left out
    (f"{PHONE} | A: 幺三七二二零四五五八幺，对吧 | C: 对", "", "violated"),
    ("C: 我不想留电话", "", "met"),
]


@pytest.mark.parametrize(("script", "filed", "expected"), PHONE_CASES)
def test_phone(script: str, filed: str, expected: str) -> None:
    finding = compare(f"A: 请问您的联系电话 | {script}", contact_phone=filed)
    assert finding.verdict.value == expected, finding
    if expected == "violated":
        assert finding.reason == ("phone_differs" if filed else "phone_missing")
        assert finding.evidence


def test_the_sentence_that_contradicts_is_shown() -> None:
    finding = compare(f"{PHONE} | A: 幺三七二二零四五五八幺对吧 | C: 对", contact_phone="13722045587")
    assert any("五五八幺" in e.quote for e in finding.evidence)
    assert finding.value == 1


DIGIT = dict(zip("0123456789", "零幺二三四五六七八九", strict=True))


def spoken(number: str, cuts: list[int], join: Callable[[list[str]], str]) -> str:
    edges = [0, *sorted(set(cuts)), len(number)]
    groups = ["".join(DIGIT[d] for d in number[a:b]) for a, b in zip(edges, edges[1:], strict=False) if b > a]
    return join(groups)


numbers = st.from_regex(r"\A1[3-9][0-9]{9}\Z")
cuts = st.lists(st.integers(1, 10), max_size=4)
joins = st.sampled_from(
    [
        lambda groups: "C: " + "，".join(groups),
        lambda groups: "C: 嗯，" + "嗯，".join(groups) + "。",
        lambda groups: " | A: 嗯 | ".join(f"C: {g}" for g in groups),
        lambda groups: " | ".join(f"C: {g} | A: {g}" for g in groups),
    ]
)


@given(numbers, cuts, joins)
def test_a_number_filed_right_is_never_a_fault(number: str, cuts: list[int], join: Callable[[list[str]], str]) -> None:
    assert compare(f"A: 电话多少 | {spoken(number, cuts, join)}", contact_phone=number).verdict.value == "met"


@given(numbers, cuts, joins, st.integers(1, 10), st.integers(1, 9))
def test_a_wrong_digit_is_always_found(
    number: str, cuts: list[int], join: Callable[[list[str]], str], place: int, by: int
) -> None:
    wrong = number[:place] + str((int(number[place]) + by) % 10) + number[place + 1 :]
    script = (
        f"A: 电话多少 | {spoken(number, cuts, join)} | A: 我跟您核对，{spoken(number, cuts, '，'.join)}对吗 | C: 对"
    )
    finding = compare(script, contact_phone=wrong)
    assert (finding.verdict.value, finding.reason) == ("violated", "phone_differs")
