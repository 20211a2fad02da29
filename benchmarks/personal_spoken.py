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
from benchmarks.personal_values import (
    SPOKEN,
    WAYS,
    address,
    bank_card,
    digits,
    ending,
    groups,
    id_number,
    in_a_row,
    landline,
    mobile,
    name,
    plate,
    spoken,
)
from callqa.personal import PersonalKind
from callqa.types import Call, Conversation, Recording, Role, Transcript, Turn
from qa_models.personal.spans import personal_spans
from training.category.mishearing import mishearing_of

Said = tuple[Role, str]
"""A turn with 〔kind:…〕 around what is personal."""

LISTENING = ("嗯。", "好的。", "您说。", "嗯，您继续。", "对，然后呢？")
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
    agent = f"3{digits(chance, 3)}"
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
