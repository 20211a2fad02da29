from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asr.engine import engine_key
from asr.repair import Repairer
from asr.spoken_numbers import SpokenNumbers
from callqa.numerals import in_digits_one_by_one
from callqa.settings import AsrSettings
from callqa.types import Word, text_of

NUMBERS = SpokenNumbers()


@pytest.mark.parametrize(
    ("heard", "meant"),
    [
        ("您好，上海一二三次五十名服务热线", "您好，上海一二三四五市民服务热线"),
        ("您好上海123450名服务热线", "您好上海12345市民服务热线"),
        ("您好上海123次50名服务热线", "您好上海12345市民服务热线"),
        ("上海123次武士民服务热线", "上海12345市民服务热线"),
        ("一二三次五热线吗", "一二三四五热线吗"),
        ("我昨天打过一二三次五", "我昨天打过一二三四五"),
        ("请您马上打腰腰零", "请您马上打一一零"),
        ("同时叫要二零", "同时叫一二零"),
        ("公号三零腰腰为您服务", "公号三零一一为您服务"),
        ("工号是三零而八，请问", "工号是三零二八，请问"),
        ("我是32零瘤号话务员", "我是32零6号话务员"),
    ],
)
def test_a_number_is_mended_where_it_is_said(heard: str, meant: str) -> None:
    assert NUMBERS.mend(heard) == meant


@pytest.mark.parametrize(
    "text",
    [
        "",
        "您好，上海一二三四五市民服务热线，工号三零幺幺为您服务",
        "手机是幺三九一二三四五六七八",
        "一二三七五热线",  # what was written as a digit may have been said
        "我住一二三次五弄",  # no place for a hotline's number
        "打腰二零五弄的电话",  # a longer number
        "腰腰零乱七八糟",
        "工号310案，请问",  # nothing says which digit
        "工号三零二八就给您",
        "工号三零二八是",
        "他要二零年的材料",
    ],
)
def test_what_is_right_or_doubtful_stays(text: str) -> None:
    assert NUMBERS.mend(text) == text


def test_a_hotline_has_numbers_of_its_own() -> None:
    own = SpokenNumbers(["962777", "122"])
    assert own.mend("我帮您转九六二妻期七热线") == "我帮您转九六二七七七热线"
    assert NUMBERS.mend("我帮您转九六二妻期七热线") == "我帮您转九六二妻期七热线"
    assert own.mend("您打腰二二") == "您打一二二"
    assert engine_key(AsrSettings(numbers=("962777",))) != engine_key(AsrSettings())


@pytest.mark.parametrize(
    ("heard", "meant"),
    [
        (["您好上海", "123", "-", "450名", "服务热线"], "您好上海12345市民服务热线"),
        (["您好上海", "123-", "450", "名服务热线", "为您服务"], "您好上海12345市民服务热线为您服务"),
        (["上海", "123-45", "市民服务热线"], "上海12345市民服务热线"),
        (["欢迎拨打", "12－345", "政务服务热线"], "欢迎拨打12345政务服务热线"),
        (["我的电话是", "123-450", "名字是王强"], "我的电话是123-450名字是王强"),
        (["住在", "123-450", "号"], "住在123-450号"),
        (["5-12345", "市民服务热线"], "5-12345市民服务热线"),
        (["打", "021-12345", "热线"], "打021-12345热线"),
    ],
)
def test_a_stroke_in_a_hotline_s_number_goes(heard: list[str], meant: str) -> None:
    words = [Word(text, float(i), i + 1.0, 0.95) for i, text in enumerate(heard)]
    mended = Repairer().repair(words)
    assert text_of(mended) == meant
    times = {(word.start, word.end) for word in words if word.text != "-"}
    assert {(word.start, word.end) for word in mended} >= times
    assert (mended[0].start, mended[-1].end) == (0.0, len(heard))


@given(st.text("一二三四五12345067幺腰次妻市民十名服务热线打工公号为您话务员，是", max_size=24))
def test_length_stays_and_no_digit_becomes_another(text: str) -> None:
    mended = NUMBERS.mend(text)
    assert len(mended) == len(text)
    for (before, _), (after, following) in zip(pairwise(f"{text}。"), pairwise(f"{mended}。"), strict=True):
        was, now = in_digits_one_by_one(before), in_digits_one_by_one(after)
        assert not was.isdigit() or was == now or (was == "0" and after + following in ("市民", "十名"))


def test_repair_mends_numbers_and_keeps_times() -> None:
    words = (
        Word("上海", 0.0, 0.5, 0.9),
        Word("123", 0.5, 1.4, 0.9),
        Word("次", 1.4, 1.6, 0.4),
        Word("50名", 1.6, 2.2, 0.5),
    )
    mended = Repairer().repair((*words, Word("服务热线", 2.2, 3.0, 0.9)))
    assert text_of(mended) == "上海12345市民服务热线"
    assert [(w.start, w.end, w.probability, len(w.text)) for w in mended[:4]] == [
        (w.start, w.end, w.probability, len(w.text)) for w in words
    ]
