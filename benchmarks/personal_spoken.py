"""Made-up calls in which people dictate personal data, in many ways of saying it, and how much of it is found.

    python -m benchmarks.personal_spoken [--calls N] [--seed N] [--errors SHARE] [--missed]

Nobody's data: numbers, names and places are drawn by chance. ID numbers and cards have valid check digits. The words
around them were written before anybody looked at what is missed, and without tests/calls or the development calls.
"""

import argparse
import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from benchmarks.personal import Figures, Marked, misheard
from callqa.personal import PersonalKind
from callqa.types import Call, Conversation, Recording, Role, Transcript, Turn
from qa_models.personal.spans import personal_spans
from training.category.mishearing import mishearing_of

Said = tuple[Role, str]
"""A turn with 〔kind:…〕 around what is personal."""
Way = Callable[[random.Random, str], str]

SPOKEN = str.maketrans("0123456789", "零幺二三四五六七八九")
PLAIN = str.maketrans("0123456789", "〇一二三四五六七八九")
SURNAMES = (
    "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏水窦章云苏潘葛"
    "奚范彭郎鲁韦昌马苗凤花方俞任袁柳"
)
GIVEN = "伟芳秀英敏静丽强磊军洋勇艳杰娟涛明超霞平刚桂兰凯鑫雨梓涵浩然思琪国栋建华志远晓燕红梅玉春雪峰"
ROADS = "枫林桃源青云碧波长宁汇丰和平春晖望江松涛金沙银杏建设东风红星胜利"
ESTATES = ("花园", "新村", "公寓", "家园", "苑", "小区", "名邸", "佳苑")
PROVINCES = {"沪": "沪户护互", "苏": "苏速", "浙": "浙这折", "皖": "皖晚碗", "京": "京经", "粤": "粤月"}
LETTERS = {
    "A": ("诶", "欸"), "B": ("比", "必"), "C": ("西",), "D": ("地", "弟"), "E": ("伊",), "F": ("爱抚", "艾付"),
    "G": ("寄",), "K": ("开",), "N": ("恩",), "R": ("阿尔",),
}  # fmt: skip
FILLERS = ("嗯", "呃", "那个", "然后是", "接着", "后面", "再是", "我想想啊")
LISTENING = ("嗯。", "好的。", "您说。", "嗯，您继续。", "对，然后呢？")


# ---- numbers -------------------------------------------------------------------------------------------------------


def mobile(chance: random.Random) -> str:
    return "1" + chance.choice("3456789") + _digits(chance, 9)


def landline(chance: random.Random) -> str:
    return chance.choice(("", "021", "0512", "010")) + chance.choice("2345678") + _digits(chance, 7)


def id_number(chance: random.Random) -> str:
    """With the check digit of GB 11643."""
    born = f"{chance.randint(1935, 2010)}{chance.randint(1, 12):02}{chance.randint(1, 28):02}"
    body = chance.choice(("310115", "310104", "320583", "342601", "410923")) + born + _digits(chance, 3)
    weights = [pow(2, 17 - i, 11) for i in range(17)]
    return body + "10X98765432"[sum(int(d) * w for d, w in zip(body, weights, strict=True)) % 11]


def bank_card(chance: random.Random) -> str:
    """With the check digit of Luhn."""
    body = chance.choice(("622202", "621700", "622848", "625910", "436742")) + _digits(chance, chance.choice((9, 12)))
    doubled = [int(d) * (2 if i % 2 == 0 else 1) for i, d in enumerate(reversed(body))]
    return body + str(-sum(d // 10 + d % 10 for d in doubled) % 10)


def _digits(chance: random.Random, n: int) -> str:
    return "".join(chance.choices("0123456789", k=n))


# ---- ways of saying them -------------------------------------------------------------------------------------------


def groups(chance: random.Random, number: str) -> list[str]:
    """As people cut it: 3-4-4 mostly, fours, or anyhow."""
    style, parts = chance.random(), []
    sizes = (
        [3, 4, 4]
        if len(number) == 11 and style < 0.5
        else [4] * 9
        if style < 0.7
        else [6, 4, 4, 4]
        if style < 0.8
        else []
    )
    while number:
        size = sizes.pop(0) if sizes else chance.randint(1, 5)
        parts.append(number[:size])
        number = number[size:]
    return parts


def spoken(chance: random.Random, group: str) -> str:
    """One group in one of the spellings that people say or engines write: 幺三八, 一三八, 138, 三个八."""
    text = group.translate(SPOKEN if chance.random() < 0.6 else PLAIN) if chance.random() < 0.7 else group
    if len(group) >= 3 and len(set(group[-3:])) == 1 and chance.random() < 0.7:
        text = text[:-3] + f"三个{group[-1].translate(SPOKEN)}"
    return text


def in_a_row(chance: random.Random, number: str) -> str:
    return number.translate(SPOKEN) if chance.random() < 0.5 else number


def with_pauses(chance: random.Random, number: str) -> str:
    return chance.choice(("，", "、", " ", "-", "。")).join(spoken(chance, group) for group in groups(chance, number))


def with_fillers(chance: random.Random, number: str) -> str:
    first, *rest = [spoken(chance, group) for group in groups(chance, number)]
    return first + "".join(
        f"，{chance.choice(FILLERS)}，{part}" if chance.random() < 0.5 else f"，{part}" for part in rest
    )


WAYS: tuple[Way, ...] = (in_a_row, with_pauses, with_fillers)


def ending(chance: random.Random, number: str) -> str:
    """The X of an identity card, as it is said."""
    return number.removesuffix("X") + (chance.choice(("X", "叉", "艾克斯", "x")) if number.endswith("X") else "")


def plate(chance: random.Random) -> str:
    """沪A12345, 沪AD12345; as it is written, or as its letters sound."""
    province, letter = chance.choice(list(PROVINCES)), chance.choice("ABCEGKN")
    green = chance.choice("DF") if chance.random() < 0.3 else ""
    tail = list(green + _digits(chance, 5))
    if not green and chance.random() < 0.4:
        tail[chance.randrange(4)] = chance.choice("BCDEFGKR")
    if chance.random() < 0.5:
        return province + letter + chance.choice(("", " ", "·")) + "".join(tail)
    province_heard = province if chance.random() < 0.6 else chance.choice(PROVINCES[province])
    sounds = [c.translate(SPOKEN) if c.isdigit() else _letter(chance, c) for c in tail]
    return province_heard + _letter(chance, letter) + "".join(sounds)


def _letter(chance: random.Random, letter: str) -> str:
    return letter if chance.random() < 0.5 or letter not in LETTERS else chance.choice(LETTERS[letter])


def name(chance: random.Random) -> str:
    return chance.choice(SURNAMES) + "".join(chance.sample(GIVEN, chance.choice((1, 2, 2))))


def count(chance: random.Random, number: int) -> str:
    """18, 十八, 一百二十六, 一二六."""
    if chance.random() < 0.35:
        return str(number)
    hundreds, rest = divmod(number, 100)
    tens, units = divmod(rest, 10)
    digit = "零一二三四五六七八九"
    if chance.random() < 0.3 and number > 99:
        return str(number).translate(SPOKEN)
    text = f"{digit[hundreds]}百" if hundreds else ""
    text += ("" if tens == 1 and not hundreds else digit[tens]) + "十" if tens else "零" if hundreds and units else ""
    return text + (digit[units] if units else "")


def address(chance: random.Random) -> str:
    road = "".join(chance.sample(ROADS, 2)) + chance.choice(("路", "路", "街", "支路", "大道"))
    lane = count(chance, chance.randint(11, 989)) + "弄"
    house = count(chance, chance.randint(2, 98)) + chance.choice(("号", "号楼", "栋"))
    room = chance.choice(
        (f"{chance.randint(1, 28)}0{chance.randint(1, 6)}", f"{chance.randint(2, 9)}0{chance.randint(1, 4)}")
    )
    room_spoken = room.translate(SPOKEN) if chance.random() < 0.6 else room
    estate = "".join(chance.sample(ROADS, 2)) + chance.choice(ESTATES)
    last = room_spoken + chance.choice(("室", "", "室"))
    comma = chance.choice(("", "，"))
    return chance.choice((
        f"{road}{lane}{comma}{house}{last}", f"{road}{count(chance, chance.randint(2, 899))}号{comma}{last}",
        f"{estate}{comma}{house}{last}", f"{road}{comma}{estate}{comma}{house}{comma}{last}",
    ))  # fmt: skip


# ---- dialogues -----------------------------------------------------------------------------------------------------

ASKS: Mapping[PersonalKind, tuple[str, ...]] = {
    "phone": ("请问您的联系电话是多少？", "手机号报一下好吗？", "怎么联系您比较方便？", "您留个电话吧。"),
    "id_number": ("请报一下您的身份证号码。", "需要核对身份证，号码是多少？", "证件号码您说一下。"),
    "bank_card": ("退款退到哪张银行卡，卡号报一下？", "请问您的银行账号是多少？", "卡号您念一下。"),
    "plate": ("车牌号是多少？", "请问那辆车的牌照您记下来了吗？", "是哪辆车？"),
    "name": ("请问您怎么称呼？", "您贵姓？", "您的姓名是？", "请问您叫什么名字？"),
    "address": ("请问具体地址在哪里？", "您住在哪里？", "家里门牌号是多少？", "是哪个小区，几号楼？"),
}
ANSWERS: Mapping[PersonalKind, tuple[str, ...]] = {
    "phone": ("{}。", "我的手机是{}。", "你记一下啊，{}。", "就打{}好了。", "电话{}，打得通的。"),
    "id_number": ("{}。", "身份证号是{}。", "我念给你听，{}。", "我的是{}，没错。"),
    "bank_card": ("{}。", "卡号是{}。", "建行的，{}。", "我看一下，{}。"),
    "plate": ("{}。", "车牌是{}。", "白色的，{}。", "我拍下来了，{}，一直停在门口。"),
    "name": ("我叫{}。", "{}。", "我的名字是{}。", "免贵，我叫{}。"),
    "address": ("{}。", "我住{}。", "在{}。", "地址是{}，你快点派人来。", "我家在{}。"),
}
UNASKED: Mapping[PersonalKind, tuple[str, ...]] = {
    "phone": ("我老伴的电话{}，你们打她的也行。", "施工队有个电话，{}，没人接。"),
    "id_number": ("他们要我身份证，我就把{}报给他了。", "合同上写的证件号{}。"),
    "bank_card": ("钱是从我卡里扣的，尾号之前是{}。", "我转到他那个账号{}上了。"),
    "plate": ("有辆车{}天天堵在消防通道上。", "就是那辆{}，撞了就跑。"),
    "name": ("当时接待我的是一个叫{}的。", "我儿子叫{}，今年上小学。", "经理叫{}，态度很差。"),
    "address": ("他就住在{}，天天敲敲打打。", "货寄到{}，没有人签收。"),
}
READ_BACK = ("好的，{}，对吗？", "我核对一下，{}。", "{}，是这个吧？")
ORDINARY: tuple[Said, ...] = (
    ("agent", "您好，上海一二三四五市民服务热线，工号{agent}为您服务，请问有什么可以帮您？"),
    ("citizen", "我们这里从{m}月{d}号开始停水，到今天{n}天了。"),
    ("citizen", "一共交了{money}块钱，合同是二零二{n}年签的。"),
    ("agent", "这个情况您可以打幺幺零，也可以打九六二七七七报修。"),
    ("citizen", "公交{bus}路改道了，等了{n}十分钟都不来。"),
    ("agent", "工单已经派下去了，{n}个工作日之内会有人联系您。"),
    ("citizen", "楼上装修从早上{n}点半敲到晚上，吵得不行。"),
    ("agent", "请问还有其他需要反映的吗？"),
    ("citizen", "医保报销比例是百分之{n}十还是多少？"),
    ("citizen", "我打过一二三一五，也打过幺二三四五，都没人管。"),
    ("agent", "感谢您的来电，祝您生活愉快，再见。"),
    ("citizen", "三号线到二号线换乘要走{n}百多米，太远了。"),
)
DRAWN: Mapping[PersonalKind, Callable[[random.Random], str]] = {
    "phone": lambda chance: mobile(chance) if chance.random() < 0.75 else landline(chance),
    "id_number": id_number,
    "bank_card": bank_card,
}


def exchange(chance: random.Random, kind: PersonalKind) -> Iterator[Said]:
    """A question, an answer and what the agent makes of it; or something that nobody asked for."""
    whole = DRAWN[kind](chance) if kind in DRAWN else {"plate": plate, "name": name, "address": address}[kind](chance)
    if chance.random() < 0.2:
        yield "citizen", chance.choice(UNASKED[kind]).format(_marked(kind, _way(chance, kind, whole)))
        return
    yield "agent", chance.choice(ASKS[kind])
    if kind in DRAWN and chance.random() < 0.3:
        yield from _over_turns(chance, kind, whole)
    else:
        yield "citizen", chance.choice(ANSWERS[kind]).format(_marked(kind, _way(chance, kind, whole)))
    style = chance.random()
    if style < 0.4:
        yield "agent", chance.choice(READ_BACK).format(_marked(kind, _way(chance, kind, whole)))
        yield "citizen", "对的。"
    elif style < 0.6 and kind in DRAWN:
        tail = whole[-4:]
        yield "agent", f"好的，尾号{_marked(kind, ending(chance, spoken(chance, tail)))}，对吗？"
        yield "citizen", "没错。"
    elif style < 0.75 and kind in DRAWN:
        wrong = f"{(int(whole[-2]) + 1) % 10}{whole[-1]}"
        yield "agent", f"是{_marked(kind, ending(chance, in_a_row(chance, whole[:-2] + wrong)))}吗？"
        yield "citizen", f"不对，最后是{_marked(kind, ending(chance, spoken(chance, whole[-4:])))}。"
    elif style < 0.75 and kind == "name":
        yield "agent", f"{_marked(kind, whole[0])}{chance.choice(('先生', '女士', '师傅'))}，您好。"


def _way(chance: random.Random, kind: PersonalKind, whole: str) -> str:
    return ending(chance, chance.choice(WAYS)(chance, whole)) if kind in DRAWN else whole


def _over_turns(chance: random.Random, kind: PersonalKind, number: str) -> Iterator[Said]:
    """Dictated group by group, with 嗯 or an echo between."""
    parts = groups(chance, number)
    if len(parts) < 3:
        parts = [number[:4], number[4:8], number[8:]]
    for i, part in enumerate(parts):
        text = _marked(kind, ending(chance, spoken(chance, part)))
        last = i == len(parts) - 1
        yield "citizen", text + ("。" if last else chance.choice(("，", "。", "")))
        if not last and chance.random() < 0.7:
            yield "agent", chance.choice(LISTENING) if chance.random() < 0.7 else f"{text}。"


def _marked(kind: PersonalKind, text: str) -> str:
    return f"〔{kind}:{text}〕"


def ordinary(chance: random.Random, agent: str) -> Said:
    role, text = chance.choice(ORDINARY)
    facts = {
        "agent": agent.translate(SPOKEN),
        "m": chance.choice("三四五六七八九"),
        "d": chance.choice(("二", "十二", "二十", "8")),
        "n": chance.choice("二三四五六七八"),
        "money": chance.choice(("三千五百", "1200", "两万六", "八百八十")),
        "bus": chance.choice(("71", "六十八", "幺二三")),
    }
    return role, text.format(**facts)


def dialogue(chance: random.Random) -> tuple[Conversation, list[list[Marked]]]:
    """A call, and by turn what is personal in it."""
    agent = f"3{_digits(chance, 3)}"
    kinds = chance.sample(list(ASKS), chance.randint(1, 3))
    lines = [ordinary(chance, agent) for _ in range(3)]
    for kind in kinds:
        lines += [*exchange(chance, kind), ordinary(chance, agent)]
    turns, places = [], []
    for i, (role, text) in enumerate(lines):
        plain, marks = unmarked(text)
        turns.append(Turn(i, role, float(i), i + 1.0, plain))
        places.append(marks)
    call = Call("made-up", agent, datetime(2026, 11, 25, tzinfo=UTC), "made-up.wav")
    recording = Recording("", float(len(turns)), 2, 8000, "made-up")
    return Conversation(call, Transcript(recording, "made-up", tuple(turns))), places


def unmarked(text: str) -> tuple[str, list[Marked]]:
    """The text without its marks, and where they were."""
    plain, marks = "", []
    for piece in text.split("〔"):
        inside, mark, rest = piece.rpartition("〕")
        if mark:
            kind, _, personal = inside.partition(":")
            marks.append((kind, len(plain), len(plain) + len(personal)))
            plain += personal
        plain += rest
    return plain, marks


def measure(n: int, seed: int, errors: float = 0.0) -> Figures:
    """Of ``n`` synthetic calls; with a share of their characters as an engine may write them wrongly."""
    chance = random.Random(seed)
    calls = [dialogue(chance) for _ in range(n)]
    by = mishearing_of(turn.text for call, _ in calls for turn in call.turns) if errors else None
    figures = Figures()
    for call, places in calls:
        marked: Sequence[tuple[Turn, list[Marked]]] = list(zip(call.turns, places, strict=True))
        if by:
            marked = [misheard(turn, marks, by, errors, chance) for turn, marks in marked]
            call = replace(call, transcript=replace(call.transcript, turns=tuple(turn for turn, _ in marked)))
        spans = personal_spans(call)
        for turn, marks in marked:
            figures.count("", turn, marks, [span for span in spans if span.turn_index == turn.index])
    return figures


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--calls", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--errors", type=float, default=0.0, help="share of characters that are misheard")
    parser.add_argument("--missed", action="store_true", help="print what was missed")
    options = parser.parse_args()
    figures = measure(options.calls, options.seed, options.errors)
    figures.print()
    if options.missed:
        print(*(f"{kind} {line}" for kind, tally in figures.kinds.items() for line in tally.missed), sep="\n")


if __name__ == "__main__":
    main()
