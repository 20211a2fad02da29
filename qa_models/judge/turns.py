"""Turns of a call as a judge reads them: masked as on the desk, without what nobody said, in windows that fit."""

import re
import threading
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from itertools import groupby

from callqa.personal import masked
from callqa.types import Conversation, Evidence, Turn
from qa_models.evidence import quote
from qa_models.judge.prompt import MOST_TOKENS, RULES, turn_line
from qa_models.match import spelling_of
from qa_models.personal.spans import personal_spans

OVERLAP = 4
"""Turns that a window shares with the one before."""
TOKENS_A_CHARACTER = 1.3
"""At most, of the models one would ask: common ones need 0.6 to 1 for a Chinese character."""
LEAST_CHARACTERS = 200
"""That a window of the call has, however long the question is."""
INSTRUCTION = re.compile(
    "忽略(以上|上面|之前|前面|所有)?的?(全部|所有)?(指令|提示|规则|要求|内容)|(系统|你的)(提示词|指令)|提示词|"
    "(给|打|评|判)(我|他|她|你|您|个|坐席|本通|这通|全部|一律|直接|出)*满分|(结论|判定|判断|评为|判为|评定)(为|是|应为)?(合格|符合|通过)|"
    "(一律|全部|直接)(判|评|算|按)(为|作)?(合格|符合|通过|满分)|你是(一个|一名)?(质检|语言模型|大模型|人工智能|ai)|"
    "ignore(all|the|any|previous|above)|systemprompt|verdict|notapplicable|assistant"
)
"""On normalised text: words that talk to a judge and not to the other speaker."""
MARKS = re.compile(r"[<＜]\s*[/／]?\s*(通话|call|system|im_start|im_end)|<\|")


class _Read(threading.local):
    """The turns of the conversation that this thread looked at last."""

    conversation: Conversation | None = None
    turns: tuple[Turn, ...] = ()


_read = _Read()


def asked_turns(conversation: Conversation) -> tuple[Turn, ...]:
    """What is shown to a judge, in the order of the call; each text as long as the turn's own."""
    read = _read.conversation
    if read is None or read.transcript is not conversation.transcript or read.call is not conversation.call:
        spans = {
            index: [(span.char_start, span.char_end) for span in group]
            for index, group in groupby(personal_spans(conversation), key=lambda span: span.turn_index)
        }
        _read.turns = tuple(
            replace(turn, text=masked(turn.text, spans.get(turn.index, ())))
            for turn in conversation.turns
            if not turn.flags and turn.text.strip()
        )
        _read.conversation = conversation
    return _read.turns


def instructions(conversation: Conversation) -> tuple[Evidence, ...]:
    """Places that give a judge orders, or pretend to end the call: whoever says so, a person should look."""
    places = []
    for turn in conversation.turns:
        normal = spelling_of(turn.text)
        if match := INSTRUCTION.search(normal.text):
            places.append(quote(turn, *normal.span(*match.span())))
        elif mark := MARKS.search(turn.text):
            places.append(quote(turn, *mark.span()))
    return tuple(places)


def windows(
    turns: Sequence[Turn], wanted: Collection[int], question: str, context: int, rules: str = RULES
) -> Iterator[tuple[Turn, ...]]:
    """The turns at once where they fit, else windows of whole turns that overlap; those that hold none of the
    ``wanted`` turns are left out. ``context``: tokens of a request with its answer."""
    room = int((context - MOST_TOKENS) / TOKENS_A_CHARACTER) - len(rules) - len(question)
    room = max(room, LEAST_CHARACTERS)
    first = 0
    while first < len(turns):
        last, used = first, 0
        while last < len(turns) and (last == first or used + len(turn_line(turns[last])) < room):
            used += len(turn_line(turns[last])) + 1
            last += 1
        window = tuple(turns[first:last])
        if any(turn.index in wanted for turn in window):
            yield _cut(window, room)
        if last == len(turns):
            return
        first = max(last - OVERLAP, first + 1)


def _cut(window: tuple[Turn, ...], room: int) -> tuple[Turn, ...]:
    """A turn that does not even fit alone is cut."""
    return (replace(window[0], text=window[0].text[:room]),) if len(window) == 1 else window
