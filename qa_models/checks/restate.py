"""The agent sums the request up in the citizen's own words and has it confirmed."""

import re
from collections.abc import Iterator, Sequence

from pydantic import Field

from callqa.numerals import NUMERALS
from callqa.syllables import accents
from callqa.types import Conversation, Evidence, Turn, Verdict
from qa_models.check import Draft, Params, check
from qa_models.dialogue import Presence, find_phrase, is_backchannel, speaker_turns, spoken_last, unclear, unclear_ones
from qa_models.ending import asks
from qa_models.evidence import unsaid_before, whole
from qa_models.match import sounds_of, spelling_of
from qa_models.meaning import Meaning, find_meaning
from qa_models.phrases import Phrases

RUN = 2  # so many sounds in a row, said by the citizen before, are the citizen's words
FASTEST = 7  # sounds a second
DIGITS = frozenset(NUMERALS)
OPEN_QUESTION = re.compile("(什么|怎么|哪|多少|谁|几)[^，。,？?！!]{0,8}[？?。]?$")
"""What do you want? sums nothing up."""
MORE = re.compile("(还有|别的|其他|其它|另外|除了|有没有|有没得)[^，。,]*$")
"""Anything else? Has it got worse? Neither asks whether a summary is right."""
AGREED = re.compile("[嗯哦噢喔啊哎唉诶呃额喂]*(对|好|是|行|可以|没错|明白|知道)(?![不像])")
AFFIRMED = re.compile("[嗯哦啊]?(对|是的|没错|就是)(?!不)")


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


@check("restate", version=6, needs="both")
def check_restate(conversation: Conversation, params: RestateParams) -> Draft:
    spoken = [tuple(turn for turn in speaker_turn if not turn.flags) for speaker_turn in speaker_turns(conversation)]
    doubtful: tuple[Turn, ...] = ()
    rejected: tuple[Turn, ...] = ()
    for speaker_turn in reversed([speaker_turn for speaker_turn in spoken if speaker_turn]):
        own_words, sources = recalled(speaker_turn, _requests(speaker_turn, conversation))
        cued = not OPEN_QUESTION.search(speaker_turn[-1].text) and (
            find_phrase(params.cues, speaker_turn)[0] is Presence.SAID or _asks_for_yes(speaker_turn[-1])
        )
        if cued and own_words >= params.enough and sources >= params.sources:
            answer = _answer(conversation, speaker_turn[-1])
            if answer is None or not _objects(answer, params):
                shown = (*speaker_turn, *((answer,) if answer else ()))
                return Draft(Verdict.MET, "restated", whole(shown), float(own_words))
            rejected = rejected or speaker_turn
        elif (
            cued
            and own_words >= params.doubtful
            or own_words >= params.enough
            and _affirmed(conversation, speaker_turn[-1])
        ):
            doubtful = doubtful or speaker_turn
    summed_up, shown = _meant(conversation, params)
    if summed_up is Presence.SAID:
        return Draft(Verdict.MET, "restated", shown)
    if summed_up is Presence.NEAR:
        recalls = _recalls_enough(conversation, shown, params)
        return Draft(Verdict.MET, "restated", shown) if recalls else Draft(Verdict.UNSURE, "restated_in_part", shown)
    if doubtful and _confirmed(conversation, doubtful[-1], params):
        return Draft(Verdict.UNSURE, "restated_in_part", whole(doubtful))
    if rejected:
        return Draft(Verdict.VIOLATED, "restatement_rejected", whole(rejected))
    if unclear(places := _long_enough(conversation, params.enough)):
        return Draft(Verdict.UNSURE, "unclear_speech", whole(doubtful or unclear_ones(places)))
    return Draft(Verdict.VIOLATED, "not_restated", unsaid_before(spoken_last(conversation)), absence=True)


def _asks_for_yes(turn: Turn) -> bool:
    """Whether the turn ends with a question that a summary could end with."""
    return asks(turn) and not MORE.search(turn.text)


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
    own_words, sources = recalled(turns, _requests(turns, conversation))
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


def recalled(speaker_turn: Sequence[Turn], requests: Sequence[str]) -> tuple[int, int]:
    """(sounds of these turns that were said before, digits left out; from how many of the requests they are)."""
    sounds = [sound for turn in speaker_turn for sound in _words(turn.text)]
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
    if AGREED.match(spelling_of(answer.text).text):
        return False
    return find_phrase(params.objection, [answer])[0] is Presence.SAID


def _confirmed(conversation: Conversation, asked: Turn, params: RestateParams) -> bool:
    answer = _answer(conversation, asked)
    return answer is not None and (
        is_backchannel(answer) or find_phrase(params.agreement, [answer])[0] is Presence.SAID
    )


def _affirmed(conversation: Conversation, turn: Turn) -> bool:
    """Whether the citizen says 对 or 是的 to it; 好的 takes note of anything."""
    answer = _answer(conversation, turn)
    return answer is not None and AFFIRMED.match(spelling_of(answer.text).text) is not None
