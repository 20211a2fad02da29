"""Endings of calls: the citizen had finished, or left in the middle."""

import re

from callqa.types import Conversation, Turn
from qa_models.check import Params
from qa_models.dialogue import BACKCHANNEL, Presence, find_phrase, is_backchannel
from qa_models.match import sounds_of, spelling_of
from qa_models.phrases import Phrases


class CallerWords(Params):
    """What citizens say at the end of a call."""

    farewell: Phrases
    """They are done: 再见, 谢谢, 没有了."""
    agreement: Phrases
    """They accept what was said or have nothing to add: 好的, 没有了; counts at the start of a short turn."""
    walk_off: Phrases
    """They break off: 不跟你说了, 白打了."""


def caller_left(conversation: Conversation, words: CallerWords) -> bool:
    """Whether the citizen hung up in the middle: their last turn neither takes leave nor agrees, or breaks off.

    A call in which the agent spoke last was left in the middle only if the agent was waiting for an answer.
    """
    if conversation.call.hangup_by == "agent":
        return False
    citizen = tuple(turn for turn in conversation.by("citizen") if turn.text.strip() and not turn.flags)
    if not citizen:
        return True
    last = citizen[-1]
    if is_said(words.walk_off, last):
        return True
    later = [t for t in conversation.by("agent") if t.start > last.start and not is_backchannel(t)]
    if later:
        return asks(later[-1])
    return not (is_said(words.farewell, last) or agrees(words.agreement, last))


def is_said(phrases: Phrases, turn: Turn) -> bool:
    return find_phrase(phrases, [turn])[0] is Presence.SAID


def agrees(phrases: Phrases, turn: Turn) -> bool:
    """Whether the turn is short and begins with 嗯, 好, 对 or with words of agreement, or is too short to object."""
    length = len(sounds_of(turn.text))
    if length > SHORT_TURN:
        return False
    if length <= VERY_SHORT_TURN or BACKCHANNEL.match(spelling_of(turn.text).text):
        return True
    state, hits = find_phrase(phrases, [turn])
    return state is Presence.SAID and hits[0].start <= _no_word_until(turn.text) + BEGINNING


def _no_word_until(text: str) -> int:
    match = NO_WORD.match(text)
    return match.end() if match else 0


SHORT_TURN, VERY_SHORT_TURN = 12, 3  # syllables
BEGINNING = 2  # characters; a filler may come first
NO_WORD = re.compile(r"[A-Za-z\W]*")  # what an engine makes of a filler: ord，那好吧
QUESTION_ENDINGS = tuple("吗呢么？?") + ("多少", "什么", "哪里", "怎么称呼", "对不对", "是不是", "对吧", "是吧", "好吧")


def asks(turn: Turn) -> bool:
    """Whether the turn ends with a question, so that the other has to answer."""
    return turn.text.strip(" 。，.,!！").endswith(QUESTION_ENDINGS)
