"""Answers to questions for something personal, as turns of a call."""

import re
from collections.abc import Sequence

from callqa.types import Turn

ANSWERS = 2  # turns after a question in which its answer may stand
ASKS_PERSON = re.compile(
    "贵姓|称呼|姓名|姓什么|姓啥|姓甚|[您你]叫(?:什么|啥)|[您你]的?(?:大名|名字)|[您你]是哪位|全名|报.{0,4}名字"
)
ASKS_NAME = re.compile("叫什么|叫啥|是谁|哪一?位|名字|全名|姓什么|姓啥")
ASKS_ADDRESS = re.compile(
    "地址|住址|门牌|住(?:在)?(?:哪|什么)|哪个?(?:小区|村|弄|镇|街道|路口|居委)|哪[一]?(?:条|栋|幢|楼|户|室|单元|条路|个小区)"
    "|几(?:号楼?|弄|室|组|栋|幢|楼|单元|零几)|什么(?:地方|路|小区|位置)|具体(?:的)?(?:位置|地点|方位)|在哪|哪里|哪儿|发生地"
)
ASKS_NUMBER = re.compile(
    "电话|手机|联系方式|联络方式|号码|怎么联系|身份证|证件|卡号|账号|车牌|尾号|微信|留一?个|报一?下|后[三四六]位"
)


def answers(
    turns: Sequence[Turn], asks: re.Pattern[str], *, most: int = ANSWERS, by_anybody: bool = False
) -> frozenset[int]:
    """Indices of the turns in which an answer may stand: the other speaker's next ones, ``most`` of them.

    Where nobody knows who speaks, every turn after the question may be the answer.
    """
    indices: set[int] = set()
    for place, turn in enumerate(turns):
        if (by_anybody or turn.role != "citizen") and asks.search(turn.text):
            after = turns[place + 1 : place + 2 + ANSWERS]
            indices.update([t.index for t in after if t.role != turn.role or t.role == "unknown"][:most])
    return frozenset(indices)
