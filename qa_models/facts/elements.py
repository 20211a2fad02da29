"""The five things an agent needs to know, where the dialogue gives them: who, how to reach them, when, where, what."""

import re
from collections.abc import Iterator, Sequence
from typing import Literal

from callqa.types import Turn
from qa_models.facts.appeals import asked_for
from qa_models.facts.cues import answer_to
from qa_models.facts.dictation import Dictated, dictated
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
    f"今年(?!{COUNT}(?:岁|了|[，。,]))|今朝|昨日|国庆|春节|过年|元旦|中秋|端午|清明|五一|除夕|元宵|暑假|寒假|早高峰|晚高峰|凌晨|清晨|傍晚"
)
NOT_THE_EVENT = re.compile("工作日|答复|回复|回访|处理|联系您|再打|小时内|天内|谢谢|感谢")
WHERE = re.compile(
    "[0-9零一二三四五六七八九十百两]+(?:号楼|号线|弄|室|号(?!码)|栋|幢|期|单元|组)|"
    "[一-龥]{2}(?:桥|站|码头|店|厂|工地|馆|行|公司|学校|医院|菜场|苑|湾|坊|园|里|新村|家园)"
)
ADDRESSED = re.compile("(?:^|[，。,、？\\s])(?![这那位好的和跟问是请您有叫])[一-龥](?:先生|女士|小姐|阿姨|师傅)")
"""By a name that an engine spelt so that it is none: 诺先生."""
NAMELESS = re.compile("匿名|不[想留愿][^，。]{0,3}(?:姓名|名字|名)")
ASKS_NUMBER = re.compile("(?<![打拨])(?:电话|手机|号码|联系方式)(?!打)")
OTHER_TAILS = re.compile("(?:车牌|车子?|卡|身份证|订单|单号|工单)[^，。]{0,6}$")
"""Whose last digits are no telephone number's."""
SOME_DIGITS = 4
DIGIT = re.compile("[0-9零一二三四五六七八九幺]")
CALLERS = re.compile("[您你]|来电|本机|打进来|打过来|这个号")
"""Before a number that is read out as the caller's own."""


def volunteered(element: Element, turns: Sequence[Turn]) -> list[Place]:
    """Where the dialogue gives an element, whoever says it."""
    return list(FINDERS[element](turns))


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
    for number in dictated(turns):
        first = number.places[0]
        before = first.turn.text[: first.start]
        callers = not OTHERS.search(before)
        last = number.places[-1]
        other = OTHER_TAILS.search(before) or re.match("的?(?:车|卡|单)", last.turn.text[last.end :])
        tail = TAIL.search(before) and not other
        enough = number.whole or len(number.digits) >= 9 or (len(number.digits) >= 3 and tail)
        given_away = (
            number.role == "agent" and not tail and not _said_by_citizen(number, turns) and not CALLERS.search(before)
        )
        if callers and enough and not given_away and not re.search("您可以[打拨]|请您?[打拨]", before):
            yield first
    yield from _asked_and_told(turns)
    for turn in turns:
        if match := DISPLAY.search(turn.text):
            yield Place(turn, *match.span())


def _said_by_citizen(number: Dictated, turns: Sequence[Turn]) -> bool:
    """Whether the citizen has said about as many digits before the agent does: then the agent reads back."""
    spoken = "".join(t.text for t in turns if t.role != "agent" and t.index < number.places[0].turn.index)
    return len(DIGIT.findall(spoken)) >= min(len(number.digits), SHORTEST)


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
