"""The agent sums the request up in the citizen's own words and has it confirmed."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pydantic import Field

from callqa.numerals import NUMERALS
from callqa.syllables import accents
from callqa.types import Conversation, Evidence, Ticket, Turn, Verdict
from qa_models.check import Draft, Params, check
from qa_models.dialogue import Presence, find_phrase, speaker_turns, spoken_last, unclear, unclear_ones
from qa_models.ending import agrees
from qa_models.evidence import unsaid_before, whole
from qa_models.match import sounds_of, spelling_of
from qa_models.meaning import Meaning, find_meaning
from qa_models.phrases import Phrases

RUN = 2  # so many sounds in a row, said by the citizen before, are the citizen's words
FASTEST = 7  # sounds a second
DIGITS = frozenset(NUMERALS)
PIECE = re.compile("[^。！？!?；;]+[。！？!?；;]*")
WORD = re.compile("[一-龥]")
ELSE = "(?:还有|还要(?!不要)|别的|其他|其它|其余|旁的|另外|除了|除开|有没有|有没得|补充)"
OPEN_QUESTION = re.compile(
    "(什么|怎么|咋|哪|啥|多少|谁|(?<!这)几)[^，。,？?！!]{0,8}[？?。]?$|是[^，。]+还是[^，。]+[？?]$|呢[？?]?$"
)
"""What do you want? sums nothing up."""
MORE = re.compile(f"^[^，,]{{0,6}}{ELSE}|{ELSE}[^，,。]*[。]?$")
"""Anything else? Has it got worse? Neither asks whether a summary is right."""
ASKS_YES = re.compile(
    "(?:[吗吧么伐嘛不没]|是不是|对不对)[？?。]*$|[？?]$|(?P<verb>(?!有)[一-龥])[不没](?P=verb)|"
    "(?:没|冇|无)[^，。]{0,3}(?:错|岔|漏|落|差|走样)"
)
AGREED = re.compile(
    "[嗯哦噢喔啊哎唉诶呃额喂]*(对|好|是|行|可以|没错|明白|知道|就是|就这|中|要得|成|通|准|系)(?![不像])"
)
FAULTLESS = re.compile("[没不冇无毋](?:有|得)?[^，。]{0,2}(?:错|岔|漏|落|差|缺|改|出入|问题|毛病|走样)")
EMPTY = frozenset("您你我他她它们的了吗吧呢啊呀哦是有没不个这那就么得还看听说什会来去在把再也都给一。？ ")
"""Characters that say nothing when they come again."""
CLAUSE = re.compile("[^，。,！？!?；;…]*")
LONG_ENOUGH = 20  # sounds of what the ticket says
FEW_FACTS, MANY_FACTS = 5, 12
"""Pairs of sounds shared with the ticket: under the first nothing is summed up, from the second on the request is."""


class RestateParams(Params):
    ORDER = (("doubtful", "enough"),)

    cues: Phrases
    """How agents begin to sum up or ask whether it is right."""
    agreement: Phrases
    """How citizens confirm."""
    objection: Phrases
    """How citizens say that it is not right."""
    meaning: Meaning | None = None
    """What tells a summary in any other words."""
    enough: int = Field(default=8, ge=RUN)
    """Sounds of the citizen's own words, digits left out, that make a summary. A read-back of a number is none."""
    doubtful: int = Field(default=6, ge=RUN)
    """From so many on a person decides."""
    sources: int = Field(default=2, ge=1)
    """So many of the citizen's turns it must draw on."""


@check("restate", version=7, needs="both")
def check_restate(conversation: Conversation, params: RestateParams) -> Draft:
    spoken = [tuple(turn for turn in speaker_turn if not turn.flags) for speaker_turn in speaker_turns(conversation)]
    doubtful: tuple[Turn, ...] = ()
    rejected: tuple[Turn, ...] = ()
    for speaker_turn in reversed([speaker_turn for speaker_turn in spoken if speaker_turn]):
        summary = summary_in(speaker_turn, params)
        if summary is None:
            continue
        own_words, sources = recalled(summary.text, _requests(speaker_turn, conversation))
        facts = filed_facts(summary.text, conversation.call.ticket)
        answer = _answer(conversation, summary.turn)
        objects = answer is not None and _objects(answer, params)
        confirmed = answer is not None and confirms(answer, summary.question, params.agreement)
        summed_up = own_words >= params.enough and facts is not False and (sources >= params.sources or facts is True)
        asked = bool(summary.question) or summary.cued
        if summed_up and asked and objects:
            rejected = rejected or speaker_turn
        elif summed_up and (asked or facts is True) and (confirmed or answer is None):
            shown = (*speaker_turn, *((answer,) if answer else ()))
            return Draft(Verdict.MET, "restated", whole(shown), float(own_words))
        elif asked and confirmed and facts is not False and own_words >= params.doubtful:
            doubtful = doubtful or speaker_turn
    meant, shown = _meant(conversation, params)
    if meant is Presence.SAID:
        return Draft(Verdict.MET, "restated", shown)
    if meant is Presence.NEAR:
        recalls = _recalls_enough(conversation, shown, params)
        return Draft(Verdict.MET, "restated", shown) if recalls else Draft(Verdict.UNSURE, "restated_in_part", shown)
    if doubtful:
        return Draft(Verdict.UNSURE, "restated_in_part", whole(doubtful))
    if rejected:
        return Draft(Verdict.VIOLATED, "restatement_rejected", whole(rejected))
    if unclear(places := _long_enough(conversation, params.enough)):
        return Draft(Verdict.UNSURE, "unclear_speech", whole(doubtful or unclear_ones(places)))
    return Draft(Verdict.VIOLATED, "not_restated", unsaid_before(spoken_last(conversation)), absence=True)


@dataclass(frozen=True, slots=True)
class Summary:
    """What an agent says that may sum something up, and the question whether it is right."""

    text: str
    question: str
    """Empty where none is asked."""
    turn: Turn
    """Which the citizen answers: the question's, or the last one."""
    cued: bool
    """Whether known words begin or end a summary."""


def summary_in(speaker_turn: Sequence[Turn], params: RestateParams) -> Summary | None:
    """A speaker turn without its closing questions and its open ones."""
    pieces = [(turn, piece) for turn in speaker_turn for piece in PIECE.findall(turn.text) if WORD.search(piece)]
    pieces = [(turn, rest) for turn, piece in pieces if (rest := _closed(piece))]
    if not pieces:
        return None
    asking = next((i for i in reversed(range(len(pieces))) if ASKS_YES.search(pieces[i][1])), None)
    turn, question = (pieces[-1][0], "") if asking is None else pieces[asking]
    if asking is not None and "：" not in question:
        pieces = pieces[: asking + 1]
    cued = find_phrase(params.cues, speaker_turn)[0] is Presence.SAID
    return Summary("".join(piece for _, piece in pieces), question, turn, cued)


def _closed(piece: str) -> str:
    """What stands before a closing question or an open one; engines do not always set a full stop there."""
    if more := MORE.search(piece):
        piece = piece[: more.start()]
    if opened := OPEN_QUESTION.search(piece):
        piece = piece[: piece.rfind("，", 0, opened.start()) + 1]
    return piece if WORD.search(piece) else ""


def filed_facts(text: str, ticket: Ticket | None) -> bool | None:
    """Whether a text holds what the ticket says of the request; ``None``: some of it, or hardly anything is filed."""
    if ticket is None or len(list(_words(ticket.summary + ticket.appeal))) < LONG_ENOUGH:
        return None
    spoken = set(_pairs(text))
    shared = sum(pair in spoken for pair in _pairs(f"{ticket.summary}。{ticket.appeal}"))
    return True if shared >= MANY_FACTS else False if shared < FEW_FACTS else None


def confirms(answer: Turn, question: str, agreement: Phrases) -> bool:
    """Whether the citizen says yes, that nothing is wrong, or the question's own last words again: 像不？像。"""
    first = CLAUSE.match(answer.text)
    begin = first[0] if first else ""
    asked_back = first is not None and answer.text[first.end() : first.end() + 1] in ("？", "?")
    echoed = set(question.rstrip("？?。！!").split("，")[-1]) & set(begin) - EMPTY
    agreed = AGREED.match(spelling_of(answer.text).text) or agrees(agreement, answer)
    return bool(agreed or FAULTLESS.search(begin) or (echoed and not asked_back))


def _pairs(text: str) -> list[tuple[int, int]]:
    sounds = list(_words(text))
    return list(zip(sounds, sounds[1:], strict=False))


def _meant(conversation: Conversation, params: RestateParams) -> tuple[Presence, tuple[Evidence, ...]]:
    """Whether a turn of the agent means a summary, and the citizen does not put it right."""
    if params.meaning is None:
        return Presence.ABSENT, ()
    first = next((turn.index for turn in conversation.by("citizen")), 0)
    turns = [
        turn
        for turn in conversation.by("agent")
        if turn.index > first and not ((answer := _answer(conversation, turn)) and _objects(answer, params))
    ]
    return find_meaning(conversation, params.meaning, turns)


def _recalls_enough(conversation: Conversation, shown: Sequence[Evidence], params: RestateParams) -> bool:
    """Whether what may be a summary holds enough of the citizen's own words: the model and the words agree."""
    turns = [turn for turn in conversation.turns if turn.index in {evidence.turn_index for evidence in shown}]
    own_words, sources = recalled("".join(turn.text for turn in turns), _requests(turns, conversation))
    return own_words >= params.enough and sources >= params.sources


def _long_enough(conversation: Conversation, sounds: int) -> tuple[Turn, ...]:
    """What the agent says after the citizen first spoke, in turns that so many sounds fit into."""
    first = next((turn.index for turn in conversation.by("citizen")), 0)
    return tuple(t for t in conversation.by("agent") if t.index > first and t.duration * FASTEST >= sounds)


def _requests(speaker_turn: Sequence[Turn], conversation: Conversation) -> list[str]:
    """What the citizen has said so far; in an outbound call the ticket, too, since it was said in an earlier one."""
    texts = [turn.text for turn in conversation.by("citizen") if turn.index < speaker_turn[-1].index]
    ticket = conversation.call.ticket
    if ticket is None or conversation.call.direction != "outbound":
        return texts
    return [*texts, ticket.summary, ticket.location, ticket.appeal]


def recalled(text: str, requests: Sequence[str]) -> tuple[int, int]:
    """(sounds of a text that were said before, digits left out; from how many of the requests they are)."""
    sounds = list(_words(text))
    covered = [False] * len(sounds)
    sources = 0
    for request in requests:
        before = list(_words(request))
        runs = {tuple(before[i : i + RUN]) for i in range(len(before) - RUN + 1)}
        new = 0
        for i in range(len(sounds) - RUN + 1):
            if tuple(sounds[i : i + RUN]) in runs:
                new += RUN - sum(covered[i : i + RUN])
                covered[i : i + RUN] = [True] * RUN
        sources += new >= RUN
    return sum(covered), sources


def _words(text: str) -> Iterator[int]:
    spoken_sounds = sounds_of(text)
    for sound, (start, _) in zip(accents()[spoken_sounds.sounds].tolist(), spoken_sounds.spans, strict=True):
        if text[start] not in DIGITS:
            yield sound


def _answer(conversation: Conversation, asked: Turn) -> Turn | None:
    return next((turn for turn in conversation.by("citizen") if turn.end > asked.end and turn.text.strip()), None)


def _objects(answer: Turn, params: RestateParams) -> bool:
    """Whether the citizen puts something right; more wishes after a yes are no objection."""
    first = CLAUSE.match(answer.text)
    if AGREED.match(spelling_of(answer.text).text) or (first and FAULTLESS.search(first[0])):
        return False
    return find_phrase(params.objection, [answer])[0] is Presence.SAID
