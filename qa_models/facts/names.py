"""Names of people: surname, full name and title, and the ticket's name compared with them by sound."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from callqa.types import FieldMismatch, Turn
from qa_models.facts.cues import answer_to, denies
from qa_models.facts.mismatch import Place, established, shown
from qa_models.facts.places import distance

FIELD = "contact_name"
SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩冯邓曹彭曾肖萧田董潘袁蔡蒋余于杜叶程魏苏吕丁任卢姚沈钟姜崔谭陆汪范廖石金韦贾夏付方"
    "邹熊白孟秦邱丘侯江尹薛闫阎段雷龙黎史陶贺毛郝顾龚邵钱严武戴莫孔向汤施洪翁季俞章鲁葛柏樊祝倪殷康齐钮费童骆乔瞿卞冉闵裴阮苗沙柯邬滕应宣蓝冷祁"
    "岳温庞文牛凌舒柳习向关华左詹尚辛覃甘管耿兰游柴单翟焦安褚鲍傅梅盛霍屠靳麦成符纪路池查车连艾蒲谷桂申涂井岑伍娄"
)
COMPOUND = "欧阳|司马|上官|诸葛|司徒|东方|夏侯|皇甫|尉迟|公孙|慕容|令狐|端木|长孙|宇文|百里|南宫"
FEMALE, MALE = "女士|小姐|阿姨|大姐|阿婆|奶奶|太太|大妈|妹妹|姐", "先生|大爷|叔叔|大叔|爷叔|大哥|爷爷|老伯|伯伯|哥"
NEUTRAL = "师傅|老师|同志|医生|老板|经理|主任|警官"
TITLE = f"{FEMALE}|{MALE}|师傅|老师|同志"
SURNAME = f"(?:{COMPOUND}|[一-龥])"
OWN = re.compile(
    f"(?:我|免贵|本人|鄙人|^|[，,。、\\s])(?:也|的|是)?姓(?P<surname>{SURNAME})(?!名|氏|什|啥|的[是人])|"
    "(?:我(?:的名字|名字)?(?:就|是)?(?:叫|是叫)|姓名是?|名字叫|(?:^|[，,。、\\s])叫(?!我)|"
    "全名(?:叫|是)?)(?P<full>[一-龥]{2,4}?)(?=[，,。、\\s的呀啊哈]|电话|手机|号码|我|$)"
)
ADDRESSED = re.compile(
    f"(?=(?P<surname>{COMPOUND}|[{SURNAMES}])(?P<given>(?:(?![您你我他她们的])[一-龥]){{0,2}}?)(?P<title>{TITLE}))"
)
"""Looks ahead only, so that 周末王女士 is also searched for 王女士."""
ASKS_NAME = re.compile("名字|姓名|称呼|贵姓|姓[什啥]|叫什么|哪位")
BARE_ANSWER = re.compile(f"[嗯啊哦，,\\s]*(?P<full>(?:{COMPOUND}|[{SURNAMES}])[一-龥]{{1,2}})(?=[，,。、\\s]|$)")
THANKS = "谢"  # 谢谢姐 is nobody's name
NO_ANSWER = re.compile("不想|方便|匿名|可以|谢谢|女士|先生|应该|于是|时候|阿姨|师傅|老师")
NICKNAME = re.compile(f"(?:叫我|[就]?写|^|[，,])(?:小|老)(?P<surname>[{SURNAMES}])(?:就行|就好|吧|好了|$|[，。])")
MISSPELT = re.compile(
    f"(?:^|[，。,、？\\s]|好的|那么?)(?![这那位好的和跟问是请您有叫大老小男女几某]|"
    f"[{SURNAMES}])(?P<surname>[一-龥])(?P<title>{TITLE}|女[性是事式市])"
)
"""A surname that an engine spelt so that it is none: 诺先生."""
SPELT = {
    "耳东": "陈",
    "弓长": "张",
    "立早": "章",
    "木子": "李",
    "双口": "吕",
    "口天": "吴",
    "草头": "黄",
    "古月": "胡",
    "言午": "许",
    "双人": "徐",
    "三横": "王",
    "干勾于": "于",
    "人禾": "余",
    "走肖": "赵",
    "禾火": "秋",
    "卯金": "刘",
    "文刀": "刘",
    "木易": "杨",
    "人可": "何",
    "双木": "林",
    "关耳": "郑",
    "十八子": "李",
    "山今": "岑",
    "西早": "覃",
}
SPELLING = re.compile(f"(?P<parts>{'|'.join(SPELT)})(?![一-龥]?字?加)(?:的)?(?P<surname>[一-龥])?")
PERSONAL = re.compile("[他她伊佢]|牌子|工牌|胸牌|工作人员|窗口|经理|老板|主任|邻居|司机|房东|业主|医生|护士|老师")
BEFORE_CLAUSE = re.compile("^.*[。？！?!；]")
NEAR = 8  # characters
SAME, OTHER_NAME = 0.5, 0.6  # distance of two surnames, one syllable each


@dataclass(frozen=True, slots=True)
class Called:
    """A name said for the citizen."""

    surname: str
    given: str
    title: str
    place: Place
    retracted: bool = False


def called(turns: Sequence[Turn]) -> tuple[Called, ...]:
    """What the citizen says to be called, and what the agent calls them, in order."""
    turns = tuple(turns)
    names = [name for turn in turns if not turn.flags for name in _of(turn, turns)]
    return tuple(sorted((*names, *_answers(turns)), key=lambda name: (name.place.turn.index, name.place.start)))


def _answers(turns: Sequence[Turn]) -> Iterator[Called]:
    """任大勇, said when asked for the name."""
    for asked in turns:
        if asked.role == "agent" and not asked.flags and ASKS_NAME.search(asked.text):
            answer = answer_to(asked, turns)
            match = BARE_ANSWER.match(answer.text) if answer and not answer.flags else None
            if answer and match and not NO_ANSWER.search(match["full"]):
                yield Called(*split(match["full"]), "", Place(answer, *match.span("full")))


def _of(turn: Turn, turns: tuple[Turn, ...]) -> Iterator[Called]:
    if turn.role != "agent":
        for match in OWN.finditer(turn.text):
            if match["full"]:
                surname, given = split(match["full"])
                yield Called(surname, given, "", Place(turn, *match.span("full")))
            elif not PERSONAL.search(BEFORE_CLAUSE.sub("", turn.text[: match.start("surname")])[-NEAR:]):
                yield Called(match["surname"], "", "", Place(turn, *match.span("surname")))
        for match in NICKNAME.finditer(turn.text):
            yield Called(match["surname"], "", "", Place(turn, *match.span("surname")))
    short = len(turn.text) <= SHORT
    if turn.role != "citizen" or short:
        answer = answer_to(turn, turns) if turn.role == "agent" else None
        denied = answer is not None and denies(answer) and "姓" in answer.text
        for match in ADDRESSED.finditer(turn.text):
            if match["surname"] == THANKS and (
                match["given"][:1] == THANKS or turn.text[match.start() - 1 : match.start()] == THANKS
            ):
                continue
            given = "" if match["given"] in ("老", "小") else match["given"]
            place = Place(turn, match.start(), match.end("title"))
            yield Called(match["surname"], given, match["title"], place, denied)
        for match in MISSPELT.finditer(turn.text if turn.confidence is not None else ""):
            yield Called(match["surname"], "", match["title"], Place(turn, *match.span("surname")), denied)


SHORT = 12  # characters of a turn in which a citizen says 汤女士 of themselves


def split(full: str) -> tuple[str, str]:
    """Surname and given name."""
    compound = re.match(COMPOUND, full)
    cut = 2 if compound and len(full) > 2 else 1
    return full[:cut], full[cut:]


def parse(filed: str) -> tuple[str, str, str]:
    """Surname, given name and title of a ticket's name; 汤女士, 汤慧敏, 汤慧敏（女）."""
    plain = re.sub("[（(].*?[）)]|[\\s·]", "", filed)
    title = re.search(f"(?:{TITLE}|{NEUTRAL})$", plain)
    full = plain[: title.start()] if title else plain
    full = re.sub("^[老小](?=.$)", "", full)
    surname, given = split(full) if re.fullmatch("[一-龥]{1,4}", full) else ("", "")
    if given in ("老", "小"):
        given = ""
    return surname, given, title[0] if title else ""


def compare_name(filed: str, turns: Sequence[Turn]) -> list[FieldMismatch]:
    """The ticket's name with what the citizen is called in the call."""
    surname, given, title = parse(filed)
    names = called(turns)
    if not surname:
        return []
    mismatch = _spelt_otherwise(surname, turns) or _surname(surname, names, turns)
    mismatch = mismatch or (_given(surname, given, names, turns) if given else None) or _title(title, names, turns)
    return [mismatch] if mismatch else []


def _mismatch(places: list[Place], sure: bool) -> FieldMismatch:
    return FieldMismatch(FIELD, "name_differs", sure, shown(places))


def _spelt_otherwise(surname: str, turns: Sequence[Turn]) -> FieldMismatch | None:
    """弓长张 filed as 章: the same sound, and still another name."""
    spelt = [
        (SPELT[match["parts"]], Place(turn, *match.span()))
        for turn in turns
        if not turn.flags and turn.role != "agent"
        for match in SPELLING.finditer(turn.text)
        if match["surname"] is None or distance(match["surname"], SPELT[match["parts"]]) <= SAME
    ]
    if not spelt or any(character == surname for character, _ in spelt):
        return None
    character, place = spelt[-1]
    if distance(character, surname) > SAME:
        return None  # compared as surnames are
    return _mismatch([place], place.clear)


def _surname(surname: str, names: Sequence[Called], turns: Sequence[Turn]) -> FieldMismatch | None:
    valid = [name for name in names if not name.retracted]
    if any(distance(name.surname, surname) <= SAME for name in valid):
        return None
    if _heard_anywhere(surname, turns) and not any(name.retracted for name in names):
        return None
    rivals = [name for name in valid if distance(name.surname, surname) >= OTHER_NAME]
    if not rivals:
        return None
    groups: dict[str, list[Place]] = {}
    for name in rivals:
        key = next((k for k in groups if distance(k, name.surname) == 0), name.surname)
        groups.setdefault(key, []).append(name.place)
    best = max(groups.values(), key=len)
    untitled = any(not name.title for name in rivals if name.place in best)
    return _mismatch(best, established(best)) if untitled or established(best) else None


def _heard_anywhere(surname: str, turns: Sequence[Turn]) -> bool:
    """Whether the name stands where names stand in a form that the rules above miss."""
    near = re.compile(
        f"(?:姓|叫|免贵)[一-龥]?{surname}|{surname}[一-龥]{{0,3}}(?:{TITLE})|[小老]{surname}(?![一-龥]{{0,1}}[区村路])"
    )
    return any(near.search(turn.text) for turn in turns)


def _given(surname: str, given: str, names: Sequence[Called], turns: Sequence[Turn]) -> FieldMismatch | None:
    if any(surname + given in turn.text for turn in turns):
        return None  # somebody else of the family was named, too
    full = [n for n in names if n.given and not n.retracted and distance(n.surname, surname) <= SAME]
    if not full or any(_same_given(n.given, given) for n in full):
        return None
    places = [n.place for n in full]
    return _mismatch(places, established(places))


def _same_given(first: str, other: str) -> bool:
    length = min(len(first), len(other))  # 晓燕子的燕
    return distance(first[:length], other[:length]) < 0.33


def _title(title: str, names: Sequence[Called], turns: Sequence[Turn]) -> FieldMismatch | None:
    """先生 filed as 女士, where the agent said 先生 all the time."""
    gender = _gender(title)
    if not gender:
        return None
    opposite = MALE if gender == "female" else FEMALE
    if any(_gender(name.title) == gender for name in names):
        return None
    wrong = [name.place for name in names if name.title and re.fullmatch(opposite, name.title)]
    if len({place.turn.index for place in wrong}) < 2:
        return None
    return _mismatch(wrong, True)


def _gender(title: str) -> str:
    if re.fullmatch(FEMALE, title):
        return "female"
    return "male" if re.fullmatch(MALE, title) else ""
