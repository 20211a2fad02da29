"""Words by which people take something back or deny it, and who answers whom."""

import re
from collections.abc import Sequence

from callqa.types import Turn

CORRECTION = re.compile(
    "[不勿弗]对|唔系|错咗|讲错|不是(?!吗|嘛)|[说报讲记写弄搞听念]错|错了|错的|更正|[重再][新来]?(?:报|说|讲|念)一?[遍次下]|从头|应该是|"
    "改[成一]|"
    "啊不|哦不|不不|等等"
)
OPENING = "(?:[嗯啊哎呀哦噢喔额呃诶喂，,。、！!\\s]|那个)*"
DENIAL = re.compile(
    f"{OPENING}(?:[不勿弗]对|唔系|不是|不不|不，|错了|[你您]?[说报讲记写弄搞听]错|没有没有|我?不姓|哪里|不叫)"
)
QUESTIONED = re.compile("是不是|(?<!不)对不对|不对吗")


def corrects(text: str) -> bool:
    return CORRECTION.search(QUESTIONED.sub("", text)) is not None


def denies(turn: Turn) -> bool:
    return DENIAL.match(turn.text) is not None


def answer_to(asked: Turn, turns: Sequence[Turn]) -> Turn | None:
    """The other's turn right after this one; ``None`` when the same speaker goes on for long or nobody answers."""
    after = [turn for turn in turns if turn.index > asked.index and turn.text.strip()][:2]
    return next((turn for turn in after if turn.role != asked.role), None)
