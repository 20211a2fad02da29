from decimal import Decimal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from callqa.numbers import find_numbers, written
from callqa.numerals import exact_digits, number_value
from callqa.text import canonical

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
    ("工号一二三四", [("identifier", "1234", "一二三四")]),
    ("尾号是28", [("identifier", "28", "28")]),
    ("订单一百二十块", [("money", "120", "一百二十块")]),
    ("订单十一月下的", [("date", "--11", "十一月")]),
    ("张杨路一二六号", [("house", "126号", "一二六号")]),
    ("下午一点我打过", [("time", "13:00", "一点")]),
    ("下午一点小区停电", [("time", "13:00", "一点")]),
    ("下午三点希望有人来", [("time", "15:00", "三点")]),
    ("晚上十点到一点", [("time", "22:00", "十点"), ("time", "01:00", "一点")]),
    ("下午三点一直等到五点", [("time", "15:00", "三点"), ("time", "05:00", "五点")]),
    ("欠我两千块一直不给", [("money", "2000", "两千块")]),
    ("三块五一斤", [("money", "3.5", "三块五")]),
    ("三元桥", []),
    ("人数二十三个", [("count", "23", "二十三")]),
    ("现在是三点", [("time", "03:00", "三点")]),
    ("三千万个", [("count", "30000000", "三千万")]),
]

NO_NUMBERS = [
    "等一下", "一个人", "十分感谢", "万一着火", "一起去", "三心二意", "统一安排", "一直", "不三不四", "千万别去",
    "百分百", "乱七八糟", "七八个人", "三五天", "十几块钱", "好几百个", "几十年", "快一点", "早一点来", "大一点",
    "一点都不", "十字路口", "十六铺", "五角场", "三林镇", "星期三", "礼拜五", "双十一", "两室一厅", "一栋楼",
    "一块地", "两块砖", "一元旦", "第一", "二维码", "万达广场", "百货", "一问三不知", "",
    "这个号码一直打不通", "我的订单一直没发货", "这个单号一下子找不到", "你工号一个一个报", "号码一一核对",
    "订单千万别取消",
    "晚上一点声音都没有", "下午一点也没人管", "早上一点点", "晚上一点动静也没有", "中午一点用都没有", "晚上一点不隔音",
    "七七八八", "三三两两", "二三四楼都停水", "二四六楼", "三四五号楼", "一二三号线", "一二三年级", "三四五月份",
    "三五分钟", "一两天", "一二把手", "一来二去", "说一不二", "一五一十", "一会儿", "一点点", "第一时间", "一号线",
    "三八妇女节", "五一劳动节", "一二三线城市", "七上八下", "十有八九", "二手房", "三轮车", "千万别", "一再", "两头",
    "两口子", "三无产品", "四面八方", "五金店", "六亲不认", "周一三五收垃圾", "星期二四六", "三六九等", "十几二十块钱",
    "一百几十块", "零八年买的房", "九零年", "拖了两月", "我的诉求是三点", "一点半点", "七七四十九天", "千千万万",
    "好数十人", "数十个", "几十万块", "好几十号人", "三天两头", "一天到晚",
    "一百来个", "二三十年", "中午一点儿都没睡", "一时半会",
    "单号二维码", "三番五次", "下午一点儿", "没有一点点办法", "十来天", "万一两万", "主要是两点建议",
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
    ("两个人等了三天，前后三个月，十分钟", "两个人等了三天，前后三个月，十分钟"),
    ("三号楼五月一号八点半一百块", "3号楼5月1号8点半100块"),
    ("两千块一直不给", "2000块一直不给"),
    ("到三点一个人都没有", "到3点一个人都没有"),
    ("两千个", "2000个"),
    ("08年，05，1,200个", "08年，05，1,200个"),
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
    text, zero = "", False
    for unit, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = n // unit % 10
        if digit:
            text += ("零" if zero else "") + "零一二三四五六七八九"[digit] + name
        zero = bool(text) and not digit
    return text.replace("一十", "十", 1) if text.startswith("一十") else text or "零"


@given(st.integers(0, 10**8 - 1))
def test_numbers_read_aloud_keep_their_value(n: int) -> None:
    assert number_value(read_aloud(n)) == Decimal(n)
    assert number_value(str(n)) == Decimal(n)
    assert number_value(f"{n:,}") == Decimal(n)


@given(st.integers(3, 9), st.text("0123456789", min_size=9, max_size=9), st.lists(st.integers(1, 10), max_size=3))
def test_a_phone_is_found_however_it_is_grouped(second: int, rest: str, cuts: list[int]) -> None:
    digits = f"1{second}{rest}"
    spoken = [dict(zip("0123456789", "零幺二三四五六七八九", strict=True))[digit] for digit in digits]
    for cut in sorted(set(cuts), reverse=True):
        spoken.insert(cut, "，")
    (number,) = find_numbers("电话" + "".join(spoken) + "。")
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


@pytest.mark.parametrize(
    ("text", "origins"),
    [
        ("工号三零二八", [(0, 1), (1, 2), (2, 3), (3, 4), (4, 5), (5, 6)]),
        ("幺三八幺二三四五六七八", [(i, i + 1) for i in range(11)]),
        ("１２６号", [(0, 1), (1, 2), (2, 3), (3, 4)]),
        ("三点半", [(0, 1), (1, 2), (2, 3)]),
        ("一百二十六号", [(0, 6)] * 4),
        ("三千零五块", [(0, 5)] * 5),
    ],
)
def test_digits_said_one_by_one_keep_their_places(text: str, origins: list[tuple[int, int]]) -> None:
    assert list(written(text).origins) == origins


CHARACTERS = st.sampled_from("零一九十百千万亿两幺点号块月日年元%.:, 138半分之订单是")
RUNS = st.tuples(CHARACTERS, st.sampled_from([1, 1, 1, 2, 40, 1500]))


@given(st.lists(RUNS, max_size=6))
@example([("1", 4400), ("月", 1)])
@example([("一", 4400), ("月", 1), ("1", 4400), ("块", 1)])
@example([("九", 1), ("亿", 4400), ("块", 1)])
@example([("三", 1), ("点", 1), ("五", 1), ("亿", 9000)])
@example([(".", 1), ("%", 1)])
def test_no_text_raises(runs: list[tuple[str, int]]) -> None:
    text = "".join(character * times for character, times in runs)
    out = written(text)
    assert len(out.origins) == len(out.text)
    assert bool(canonical(text)) == any(character.isalnum() for character in text)


@pytest.mark.parametrize("run", ["万一", "千", "七八十", "三五", "十百", "二三四", "一" * 40, "九" + "亿" * 40])
def test_what_is_no_exact_number(run: str) -> None:
    assert exact_digits(run) is None
