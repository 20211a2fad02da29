from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callqa.numbers import find_numbers, written
from callqa.numerals import exact_digits, number_value

FOUND = [
    # text, (kind, value, spoken) of each number
    ("我的手机是幺三八幺二三四五六七八", [("phone", "13812345678", "幺三八幺二三四五六七八")]),
    ("幺三八，1234，5678，记下了吗", [("phone", "13812345678", "幺三八，1234，5678")]),
    ("138 1234 5678", [("phone", "13812345678", "138 1234 5678")]),
    ("一三八，嗯，幺二三四五六七八", [("phone", "13812345678", "一三八，嗯，幺二三四五六七八")]),
    (
        "13812345678，13812345678",
        [("phone", "13812345678", "13812345678"), ("phone", "13812345678", "13812345678")],
    ),
    ("工号3028，13812345678", [("identifier", "3028", "3028"), ("phone", "13812345678", "13812345678")]),
    ("座机021-58881234", [("phone", "02158881234", "021-58881234")]),
    ("工号三零二八为您服务", [("identifier", "3028", "三零二八")]),
    ("工号是三零幺幺", [("identifier", "3011", "三零幺幺")]),
    ("工号 3 0 2 8", [("identifier", "3028", "3 0 2 8")]),
    ("三零二八号话务员", [("identifier", "3028", "三零二八")]),
    ("上海一二三四五热线", [("identifier", "12345", "一二三四五")]),
    ("马上打幺幺零", [("identifier", "110", "幺幺零")]),
    ("张杨路一百二十六号", [("house", "126号", "一百二十六号")]),
    ("张杨路１２６号", [("house", "126号", "１２６号")]),
    (
        "九十八弄三号楼四零二室",
        [("house", "98弄", "九十八弄"), ("house", "3号楼", "三号楼"), ("house", "402室", "四零二室")],
    ),
    ("住在十六楼", [("house", "16楼", "十六楼")]),
    ("二零二六年三月五号", [("date", "2026-03-05", "二零二六年三月五号")]),
    ("三月五号下午三点", [("date", "--03-05", "三月五号"), ("time", "15:00", "三点")]),
    ("今年三月份", [("date", "--03", "三月份")]),
    ("上个月二十号", [("date", "---20", "二十号")]),
    ("2026-11-24", [("date", "2026-11-24", "2026-11-24")]),
    ("二零一九年", [("date", "2019", "二零一九年")]),
    ("三点半", [("time", "03:30", "三点半")]),
    ("下午一点半到五点", [("time", "13:30", "一点半"), ("time", "17:00", "五点")]),
    ("晚上十二点", [("time", "00:00", "十二点")]),
    ("晚上八点二十分", [("time", "20:20", "八点二十分")]),
    ("早上8：30", [("time", "08:30", "8：30")]),
    ("九点一刻", [("time", "09:15", "九点一刻")]),
    ("欠我两千五百块", [("money", "2500", "两千五百块")]),
    ("三块五毛钱", [("money", "3.5", "三块五毛钱")]),
    ("1,200元", [("money", "1200", "1,200元")]),
    ("3.5万元", [("money", "35000", "3.5万元")]),
    ("五毛钱", [("money", "0.5", "五毛钱")]),
    ("一块钱", [("money", "1", "一块钱")]),
    ("￥2500", [("money", "2500", "￥2500")]),
    ("百分之三十", [("percent", "30", "百分之三十")]),
    ("百分之三点五", [("percent", "3.5", "百分之三点五")]),
    ("涨了百分之百", [("percent", "100", "百分之百")]),
    ("30%", [("percent", "30", "30%")]),
    ("等了三个月", [("count", "3", "三")]),
    ("二十三个人", [("count", "23", "二十三")]),
    ("十分钟", [("count", "10", "十")]),
    ("三点五公里", [("count", "3.5", "三点五")]),
    ("拖了两年多", [("count", "2", "两")]),
    ("三千万个", [("count", "30000000", "三千万")]),
]

NO_NUMBERS = [
    "等一下", "一个人", "十分感谢", "万一着火", "一起去", "三心二意", "统一安排", "一直", "不三不四", "千万别去",
    "百分百", "乱七八糟", "七八个人", "三五天", "十几块钱", "好几百个", "几十年", "快一点", "早一点来", "大一点",
    "一点都不", "十字路口", "十六铺", "五角场", "三林镇", "星期三", "礼拜五", "双十一", "两室一厅", "一栋楼",
    "一块地", "两块砖", "一元旦", "第一", "二维码", "万达广场", "百货", "一问三不知", "",
]  # fmt: skip

WRITTEN = [
    ("幺三八幺二三四五六七八", "13812345678"),
    ("工号三零二八为您服务", "工号3028为您服务"),
    ("一百二十六号", "126号"),
    ("下午三点半", "下午3点半"),
    ("两千五百块", "2500块"),
    ("一百多块钱", "100多块钱"),
    ("百分之三十", "30%"),
    ("二零二六年三月五号", "2026年3月5号"),
    ("等了二十分钟，一下就好", "等了20分钟，一下就好"),
    ("您好，１２３４５", "您好，12345"),
]


@pytest.mark.parametrize(("text", "expected"), FOUND)
def test_numbers_are_found(text: str, expected: list[tuple[str, str, str]]) -> None:
    numbers = find_numbers(text)
    assert [(number.kind, number.value, number.spoken) for number in numbers] == expected
    assert all(text[number.start : number.end] == number.spoken for number in numbers)


@pytest.mark.parametrize("text", NO_NUMBERS)
def test_words_are_no_numbers(text: str) -> None:
    assert find_numbers(text) == ()
    assert written(text).text == text


@pytest.mark.parametrize(("spoken", "expected"), WRITTEN)
def test_written(spoken: str, expected: str) -> None:
    assert written(spoken).text == expected


def read_aloud(n: int) -> str:
    """How a whole number below 10^8 is said."""
    if n >= 10**4:
        rest = n % 10**4
        return read_aloud(n // 10**4) + "万" + (("零" if rest < 1000 else "") + read_aloud(rest) if rest else "")
    said, zero = "", False
    for unit, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = n // unit % 10
        if digit:
            said += ("零" if zero else "") + "零一二三四五六七八九"[digit] + name
        zero = bool(said) and not digit
    return said.replace("一十", "十", 1) if said.startswith("一十") else said or "零"


@given(st.integers(0, 10**8 - 1))
def test_numbers_read_aloud_keep_their_value(n: int) -> None:
    assert number_value(read_aloud(n)) == Decimal(n)
    assert number_value(str(n)) == Decimal(n)
    assert number_value(f"{n:,}") == Decimal(n)


@given(st.integers(3, 9), st.text("0123456789", min_size=9, max_size=9), st.lists(st.integers(1, 10), max_size=3))
def test_a_phone_is_found_however_it_is_grouped(second: int, rest: str, cuts: list[int]) -> None:
    digits = f"1{second}{rest}"
    said = [dict(zip("0123456789", "零幺二三四五六七八九", strict=True))[digit] for digit in digits]
    for cut in sorted(set(cuts), reverse=True):
        said.insert(cut, "，")
    (number,) = find_numbers("电话" + "".join(said) + "。")
    assert (number.kind, number.value) == ("phone", digits)


@given(st.integers(1, 31), st.integers(1, 12))
def test_a_date_is_the_same_spoken_and_written(day: int, month: int) -> None:
    spoken, digits = (find_numbers(f"{m}月{d}日") for m, d in ((read_aloud(month), read_aloud(day)), (month, day)))
    assert [n.value for n in spoken] == [n.value for n in digits] == [f"--{month:02}-{day:02}"]


@given(st.text("零一二三五十百千万两幺点号块月日元室个138 ，。年%分半至到", max_size=24))
def test_writing_keeps_the_map_back(text: str) -> None:
    numbers = find_numbers(text)
    assert all(a.end <= b.start for a, b in zip(numbers, numbers[1:], strict=False))
    out = written(text)
    assert len(out.origins) == len(out.text)
    for i, character in enumerate(out.text):
        start, end = out.span(i, i + 1)
        inside = any(number.start <= start < end <= number.end for number in numbers)
        assert inside or text[start:end] == character
    assert out.origins == tuple(sorted(out.origins))


@pytest.mark.parametrize("run", ["万一", "千", "七八十", "三五", "十百"])
def test_what_is_no_exact_number(run: str) -> None:
    assert exact_digits(run) is None
