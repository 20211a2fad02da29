"""The five things an agent needs to know, where the dialogue gives them: who, how to reach them, when, where, what."""

import re
from collections.abc import Iterator, Sequence
from typing import Literal

from callqa.types import Turn
from qa_models.facts.appeals import asked_for
from qa_models.facts.cues import answer_to
from qa_models.facts.dictation import Dictated, common_digits, dictated
from qa_models.facts.mismatch import Place
from qa_models.facts.names import called
from qa_models.facts.phones import DISPLAY, OTHERS, SHORTEST, TAIL
from qa_models.facts.places import is_name, names_in

Element = Literal["who", "reach", "when", "where", "what"]
ELEMENTS: tuple[Element, ...] = ("who", "reach", "when", "where", "what")
COUNT = "[0-9零一二三四五六七八九十]{1,3}"
WHEN = re.compile(
    "[昨前]天|昨[晚日夜]|前[晚日]|今[天早晚日]|刚(?![好性需])|上个?(?:月|周|礼拜|星期)|"
    "大前天|前[几两]天|前阵子|前段时间|前些(?:天|日子|时候)|上上个?(?:月|周|礼拜|星期)|上半年|下半年|"
    "(?:本|这|这个|当)(?:月|周|礼拜|星期)|月[初底末中]|[上中下]旬|"
    "[0-9一二三四五六七八九十]+[号日](?:早|上午|中午|下午|晚|夜|凌晨|那[天晚]|当[天晚]|开始|起|以后|之后|就)|"
    "这(?:几天|段时间|两天|阵子|阵|些天|几个月|两个月)|每天|天天|每周|每个?(?:月|礼拜|星期)|"
    "最近|近期|一直|长期|以来|现在还|(?:周|星期|礼拜)[一二三四五六日天末]|[一二三四五六七八九十0-9]+月份?|"
    "[0-9一二三四五六七八九十两几半]+个?多?(?:分钟|小时|钟头|天|月|年|礼拜|星期)(?:多|来)?(?:了|前|之前|以前|都|还|没|以来|下来)|"
    "[0-9一二三四五六七八九十两]+点(?:钟|多|半|左右|[0-9一二三四五六七八九十])|半夜|夜里|大半年|半年|去年|前年|"
    "一阵子|[好蛮很][久长]时?间?了|好久|蛮久|三天两头|隔三差五|清早|一大早|整[夜晚天]|点不到|"
    "[零〇一二三四五六七八九0-9]{2,4}年(?!级|纪)|[正冬腊]月|今朝|昨日|国庆|春节|过年|元旦|中秋|端午|清明|五一|除夕|元宵|"
    f"今年(?!{COUNT}(?:岁|了|[，。,]))|暑假|寒假|早高峰|晚高峰|凌晨|清晨|傍晚"
)
NOT_THE_EVENT = re.compile("工作日|答复|回复|回访|处理|联系您|再打|小时内|天内|谢谢|感谢")
WHERE = re.compile(
    "[0-9零一二三四五六七八九十百两]+(?:号楼|号线|弄|室|号(?!码)|栋|幢|期|单元|组)|"
    "[一-龥]{2}(?:桥|站|码头|店|厂|工地|馆|行|公司|学校|医院|菜场|苑|湾|坊|园|(?<![夜家那这哪心手群信梯屋房店车厂楼区校院])里|新村|家园)"
)
VAGUE_WHEN = re.compile(
    "刚|每天|天天|每周|每个?(?:月|礼拜|星期)|最近|近期|一直|长期|以来|现在还|三天两头|隔三差五|半夜|夜里|清早|一大早|"
    "[0-9一二三四五六七八九十两]+点(?:钟|多|半|左右|[0-9一二三四五六七八九十])|点不到|[早晚]高峰|凌晨|清晨|傍晚|"
    "[0-9一二三四五六七八九十两几半]+个?(?:分钟|小时|钟头).*"
)
"""No day and no date: how things are, or what o'clock it was."""
TO_REACH = re.compile("联系|回复|回电|答复|通知|找您|找你|打给|留|登记|[吗吧伐么？?]|是不是|对不对|可以|[就也]用")
AROUND = 8  # characters
WITHHELD = re.compile("匿名|不[想愿方用必]|保密|别[问写留]|免[了吧]|不留|不说|不讲|没有(?:电话|手机)|没电话")
ADDRESSED = re.compile("(?:^|[，。,、？\\s])(?![这那位好的和跟问是请您有叫])[一-龥](?:先生|女士|小姐|阿姨|师傅)")
"""By a name that an engine spelt so that it is none: 诺先生."""
NAMELESS = re.compile("匿名|不[想留愿][^，。]{0,3}(?:姓名|名字|名)")
ASKS_NUMBER = re.compile("(?<![打拨])(?:电话|手机|号码|联系方式)(?!打)")
OTHER_TAILS = re.compile("(?:车牌|车子?|卡|身份证|订单|单号|工单)[^，。]{0,6}$")
"""Whose last digits are no telephone number's."""
SOME_DIGITS = 4
DIGIT = re.compile("[0-9零一二三四五六七八九幺]")
SENTENCE_BEFORE = re.compile("^.*[。？！?!]")
IS_RIGHT = re.compile("[，,]?(?:是不是|对不对|[是对没][^，。]{0,2})?[伐吗吧么？?]")
CALLERS = re.compile("[您你]|来电|本机|打进来|打过来|这个号")
"""Before a number that is read out as the caller's own."""


def volunteered(element: Element, turns: Sequence[Turn], *, surely: bool = False) -> list[Place]:
    """Where the dialogue gives an element, whoever says it. ``surely``: without words that only may give it."""
    places = FINDERS[element](turns)
    return [place for place in places if not surely or _gives(element, place)]


def _gives(element: Element, place: Place) -> bool:
    if element == "when":
        return place.turn.role != "agent" and not VAGUE_WHEN.fullmatch(place.text)
    if element == "where":
        return bool(names_in(place.text))
    if element == "reach":
        around = place.turn.text[max(place.start - AROUND, 0) : place.end + AROUND]
        return DIGIT.search(place.text) is not None or TO_REACH.search(around) is not None
    return True


def answered(element: Element, question: Turn, turns: Sequence[Turn], *, surely: bool = False) -> bool:
    """Whether the citizen answers, a refusal being an answer; ``surely``: with what was asked for."""
    if not surely or element not in ("who", "reach"):
        return any(turn.role == "citizen" and turn.text.strip() for turn in turns if turn.start > question.start)
    answer = answer_to(question, turns)
    if answer is None:
        return False
    enough = (
        len(DIGIT.findall(answer.text)) >= SOME_DIGITS if element == "reach" else bool(list(_who([question, answer])))
    )
    return enough or WITHHELD.search(answer.text) is not None


def _who(turns: Sequence[Turn]) -> Iterator[Place]:
    for name in called(turns):
        yield name.place
    for turn in turns:
        if match := (ADDRESSED if turn.role == "agent" else NAMELESS).search(turn.text):
            yield Place(turn, *match.span())


def _asked_and_told(turns: Sequence[Turn]) -> Iterator[Place]:
    """The agent asks for a number and digits come back, however badly they were heard."""
    for turn in turns:
        if turn.role == "agent" and (asked := ASKS_NUMBER.search(turn.text)):
            answer = answer_to(turn, turns)
            if answer and len(DIGIT.findall(answer.text)) >= SOME_DIGITS:
                yield Place(turn, *asked.span())


def _reach(turns: Sequence[Turn]) -> Iterator[Place]:
    given_away: list[Dictated] = []
    for number in dictated(turns):
        first, last = number.places[0], number.places[-1]
        before = first.turn.text[: first.start]
        other = OTHER_TAILS.search(before) or re.match("的?(?:车|卡|单)", last.turn.text[last.end :])
        tail = TAIL.search(before) and not other
        enough = number.whole or len(number.digits) >= 9 or (len(number.digits) >= 3 and tail)
        somebody_elses = OTHERS.search(before) is not None and not _asked_of_caller(number)
        read_out = number.role == "agent" and not tail and not _said_by_citizen(number, turns)
        if read_out and (somebody_elses or not CALLERS.search(SENTENCE_BEFORE.sub("", before) or before)):
            given_away.append(number)
            continue
        echoed = any(_repeats(number, known) for known in given_away)
        if enough and not somebody_elses and not echoed and not re.search("您可以[打拨]|请您?[打拨]", before):
            yield first
    yield from _asked_and_told(turns)
    for turn in turns:
        if match := DISPLAY.search(turn.text):
            yield Place(turn, *match.span())


def _asked_of_caller(number: Dictated) -> bool:
    """Whether the agent asks if a number is right: 打进来这只幺八九，幺六四三，零五七二伐？"""
    last = number.places[-1]
    return number.role == "agent" and IS_RIGHT.match(last.turn.text, last.end) is not None


def _repeats(number: Dictated, known: Dictated) -> bool:
    return common_digits(number.digits, known.digits) >= min(len(number.digits), SHORTEST)


def _said_by_citizen(number: Dictated, turns: Sequence[Turn]) -> bool:
    """Whether the citizen has said about as many digits before the agent does: then the agent reads back."""
    earlier = [t for t in turns if t.role != "agent" and t.index < number.places[0].turn.index]
    return any(len(DIGIT.findall(t.text)) >= min(len(number.digits), SHORTEST) for t in earlier)


def _when(turns: Sequence[Turn]) -> Iterator[Place]:
    for turn in turns:
        for match in WHEN.finditer(turn.text):
            around = turn.text[max(match.start() - 4, 0) : match.end() + 6]
            if turn.role != "agent" or (not NOT_THE_EVENT.search(around) and re.search("您|吗|吧", turn.text)):
                yield Place(turn, *match.span())


def _where(turns: Sequence[Turn]) -> Iterator[Place]:
    for turn in turns:
        for name in names_in(turn.text):
            if is_name(name.stem):
                yield Place(turn, name.start, name.end)
        for match in WHERE.finditer(turn.text):
            if turn.role != "agent" and is_name(match[0]):
                yield Place(turn, *match.span())


def _what(turns: Sequence[Turn]) -> Iterator[Place]:
    yield from asked_for(turns)


FINDERS = {"who": _who, "reach": _reach, "when": _when, "where": _where, "what": _what}
