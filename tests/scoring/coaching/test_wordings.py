"""Wordings: what sounds alike is one, what does not is two."""

import random

import pytest

from callqa.types import Verdict
from scoring.coaching import Said, common_wordings


def said(n: int, text: str, verdict: Verdict = Verdict.VIOLATED) -> Said:
    return Said(f"c{n:03}", f"{3000 + n % 3}", verdict, 1.0, text)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("一二三四五市民热线", "12345市民热县"),  # homophones, numbers in words and in digits
        ("请您等五分钟", "请您等三分钟"),
        ("请您稍等一下", "請您燒等一下"),
        ("还有其他需要吗", "您还有其他需要吗"),
        ("给您登记好了", "跟您登记好了"),  # one syllable of six is another
    ],
)
def test_alike(one: str, other: str) -> None:
    assert [wording.n_calls for wording in common_wordings([said(1, one), said(2, other)])] == [2]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("请您稍等", "请您稍后"),
        ("还有其他需要吗", "还有其他问题吗"),
        ("再见", "拜拜"),
        ("谢谢您的来电", "感谢您的来电祝您生活愉快"),
    ],
)
def test_different(one: str, other: str) -> None:
    wordings = common_wordings([said(1, one), said(2, one), said(3, other), said(4, other)])
    assert {wording.text for wording in wordings} == {one, other}


def test_counts_and_example() -> None:
    places = [said(1, "那就这样，再见。"), said(2, "好的，那就这样。"), said(4, "哪就这样"), said(4, "那就这样")]
    (common,) = common_wordings(places)
    assert (common.text, common.n_calls, common.n_agents) == ("那就这样", 3, 2)
    assert (common.example.call_id, common.example.text) == ("c001", "那就这样")


def test_what_one_call_alone_says_is_no_wording() -> None:
    assert common_wordings([said(1, "张杨路五百号停水"), said(1, "张杨路五百号停水"), said(2, "川沙路二号噪音")]) == ()


@pytest.mark.parametrize(
    "text",
    [
        "13564098821是吧",
        "一三五六四零九八八二一是吧",
        "021-58881234是吧",
        "工号3028为您服务",
        "工号三林二八为您服务",
        "123次武",
        "一二三次五",
        "十五个工作日",
    ],
)
def test_numbers_and_what_is_left_of_them_are_no_wordings(text: str) -> None:
    assert [wording.text for wording in common_wordings([said(n, f"{text}，好的") for n in range(3)])] == ["好的"]


@pytest.mark.parametrize("text", ["12345市民热线", "请您打110", "请您稍等一下"])
def test_names_of_numbers_and_single_digits_are_words(text: str) -> None:
    assert [wording.text for wording in common_wordings([said(n, text) for n in range(3)])] == [text]


def test_a_wording_belongs_to_the_verdict_it_is_commonest_in() -> None:
    """再见 is what good calls say, so it is not what bad calls say in place of something."""
    good = [said(n, "感谢您的来电，再见", Verdict.MET) for n in range(5)]
    bad = [said(n, "那就这样吧，再见") for n in range(5, 8)]
    assert [(wording.text, wording.verdict, wording.n_calls) for wording in common_wordings(good + bad)] == [
        ("再见", Verdict.MET, 8),
        ("感谢您的来电", Verdict.MET, 5),
        ("那就这样吧", Verdict.VIOLATED, 3),
    ]


def test_order_does_not_matter() -> None:
    phrases = ["请您稍等", "请您稍后", "请您烧等", "稍等一下", "您稍等一下", "麻烦您稍等一下", "稍微等一下"]
    places = [said(n, phrases[n % len(phrases)]) for n in range(40)]
    expected = common_wordings(places)
    for seed in range(5):
        random.Random(seed).shuffle(places)
        assert common_wordings(places) == expected
