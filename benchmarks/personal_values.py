"""Made-up numbers, plates, names and addresses, and the ways in which people say them.

Nobody's data: all are drawn by chance. ID numbers and cards have valid check digits.
"""

import random
from collections.abc import Callable

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


def mobile(chance: random.Random) -> str:
    return "1" + chance.choice("3456789") + digits(chance, 9)


def landline(chance: random.Random) -> str:
    return chance.choice(("", "021", "0512", "010")) + chance.choice("2345678") + digits(chance, 7)


def id_number(chance: random.Random) -> str:
    """With the check digit of GB 11643."""
    born = f"{chance.randint(1935, 2010)}{chance.randint(1, 12):02}{chance.randint(1, 28):02}"
    body = chance.choice(("310115", "310104", "320583", "342601", "410923")) + born + digits(chance, 3)
    weights = [pow(2, 17 - i, 11) for i in range(17)]
    return body + "10X98765432"[sum(int(d) * w for d, w in zip(body, weights, strict=True)) % 11]


def bank_card(chance: random.Random) -> str:
    """With the check digit of Luhn."""
    body = chance.choice(("622202", "621700", "622848", "625910", "436742")) + digits(chance, chance.choice((9, 12)))
    doubled = [int(d) * (2 if i % 2 == 0 else 1) for i, d in enumerate(reversed(body))]
    return body + str(-sum(d // 10 + d % 10 for d in doubled) % 10)


def digits(chance: random.Random, n: int) -> str:
    return "".join(chance.choices("0123456789", k=n))


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
    tail = list(green + digits(chance, 5))
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
