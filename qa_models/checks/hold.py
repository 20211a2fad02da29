"""Waiting: the agent asks before a long look-up, and thanks the citizen for their patience after it."""

from collections.abc import Callable

from pydantic import Field

from callqa.silences import Silence, silences
from callqa.types import Conversation, Evidence, Turn, Verdict
from qa_models.check import Draft, Params, check
from qa_models.dialogue import Presence, find_phrase, unclear_ones
from qa_models.ending import asks, is_said
from qa_models.evidence import by_time, quiet, quotes, unsaid, unsaid_before, whole
from qa_models.meaning import Meaning, find_meaning, said_or_meant
from qa_models.phrases import Phrases

NOTICE_REACH = 20.0  # seconds before a silence in which its announcement is looked for
RETURN_REACH = 15.0  # seconds after it in which the thanks are looked for


class WaitParams(Params):
    """How a wait is announced, and by whom."""

    notice: Phrases
    """How the agent asks the citizen to wait."""
    notice_meaning: Meaning | None = None
    """What tells such a request in any other words."""
    caller_waits: Phrases
    """How citizens announce that they are looking something up themselves."""
    caller_asks: Phrases | None = None
    """How citizens ask the agent to look something up; inside such words nothing announces a look-up of their own."""
    caller_prompts: Phrases | None = None
    """How citizens ask whether the agent is still there."""


class HoldParams(WaitParams):
    min_silence: float = Field(default=8.0, gt=0)
    """Seconds; shorter silences need no words."""


class ReturnParams(HoldParams):
    thanks: Phrases
    """How the agent thanks for the wait or apologises for it."""
    thanks_meaning: Meaning | None = None
    """What tells such thanks in any other words."""
    apology: Phrases | None = None
    """Words of apology that need not name the wait: as the first words after it, they are about it."""


@check("hold_notice", version=4, needs="both")
def check_hold_notice(conversation: Conversation, params: HoldParams) -> Draft:
    return _judge(
        conversation,
        params,
        lambda hold: find_notice(params.notice, params.notice_meaning, conversation, hold),
        due_before,
        "notice_given",
        "no_notice",
    )


@check("hold_return", version=5, needs="both")
def check_hold_return(conversation: Conversation, params: ReturnParams) -> Draft:
    def after(hold: Silence) -> tuple[Presence, tuple[Evidence, ...]]:
        turns = _turns_after(conversation, hold)
        if params.apology and (hits := _first_words(params.apology, turns[:1])):
            return Presence.SAID, hits
        return _find(params.thanks, params.thanks_meaning, conversation, turns)

    def due_after(hold: Silence) -> tuple[Evidence, ...]:
        return tuple(place for turn in _turns_after(conversation, hold)[:1] for place in unsaid_before(turn))

    return _judge(conversation, params, after, due_after, "return_said", "no_return")


def _judge(
    conversation: Conversation,
    params: HoldParams,
    answer: Callable[[Silence], tuple[Presence, tuple[Evidence, ...]]],
    due: Callable[[Silence], tuple[Evidence, ...]],
    met: str,
    violated: str,
) -> Draft:
    """Every hold must have its words: the worst answer of all holds is the answer of the call.

    ``due``: where the words of a hold belong.
    """
    holds = [s for s in silences(conversation, params.min_silence) if agent_caused(conversation, s, params)]
    if not holds:
        return Draft(Verdict.NOT_APPLICABLE, "no_hold")
    longest = max(hold.duration for hold in holds)
    answers = [(hold, *answer(hold)) for hold in holds]
    for state, verdict, reason in (
        (Presence.ABSENT, Verdict.VIOLATED, violated),
        (Presence.NEAR, Verdict.UNSURE, "near_match"),
        (Presence.UNCLEAR, Verdict.UNSURE, "unclear_speech"),
    ):
        for hold, presence, evidence in answers:
            if presence is state:
                silence = quiet(hold.before, hold.start, hold.end)
                shown = by_time((silence, *(due(hold) if presence is Presence.ABSENT else evidence)))
                return Draft(verdict, reason, shown, longest, absence=presence is Presence.ABSENT)
    return Draft(Verdict.MET, met, tuple(e for _, _, evidence in answers for e in evidence), longest)


def due_before(hold: Silence) -> tuple[Evidence, ...]:
    """Where a wait is announced: just before it."""
    return (unsaid(hold.before, len(hold.before.text)),)


def is_looking_up(turn: Turn, waits: Phrases, asks_agent: Phrases | None) -> bool:
    """Whether the citizen announces to look something up (我找一下), and does not ask the agent to (你帮我看看)."""
    return find_phrase(waits, [turn], unless=asks_agent)[0] is Presence.SAID


def agent_caused(conversation: Conversation, silence: Silence, params: WaitParams) -> bool:
    """Whether it was for the agent to speak.

    It was not, where the citizen announced a look-up, even where the agent answered 您慢慢找, or owed an answer. It
    was, where the agent asked to wait. Otherwise the one who breaks the silence tells: the agent going on, or the
    citizen asking if anybody is there.
    """
    before, after = silence.before, silence.after
    prompted = after.role == "citizen" and params.caller_prompts is not None and is_said(params.caller_prompts, after)
    if after.role == "citizen" and not prompted and _citizen_fetches(conversation, silence, params):
        return False
    if find_notice(params.notice, params.notice_meaning, conversation, silence)[0] is Presence.SAID:
        return True
    if before.role == "citizen" and is_looking_up(before, params.caller_waits, params.caller_asks):
        return False
    if after.role == "citizen":
        return prompted
    return not (before.role == "agent" and asks(before))


def _citizen_fetches(conversation: Conversation, silence: Silence, params: WaitParams) -> bool:
    """Whether the citizen's last words before a silence announced a look-up of their own."""
    earlier = [turn for turn in conversation.by("citizen") if turn.index <= silence.before.index]
    return bool(earlier) and is_looking_up(earlier[-1], params.caller_waits, params.caller_asks)


def find_notice(
    notice: Phrases, meaning: Meaning | None, conversation: Conversation, silence: Silence
) -> tuple[Presence, tuple[Evidence, ...]]:
    """Whether the agent announced this silence: in the last turn before it, or in one shortly before."""
    before = [t for t in conversation.by("agent") if t.start < silence.start and t.index <= silence.before.index]
    since = max((s.end for s in silences(conversation, SETTLED) if s.end <= silence.start), default=0.0)
    near = [t for t in before if t.end >= max(silence.start - NOTICE_REACH, since)]
    return _find(notice, meaning, conversation, near or before[-1:])


SETTLED = 8.0
"""A silence of so many seconds uses up the announcement made before it."""


def _turns_after(conversation: Conversation, hold: Silence) -> list[Turn]:
    later = [t for t in conversation.by("agent") if t.start >= hold.end - 0.01]
    return [t for t in later if t.start <= hold.end + RETURN_REACH][:2] or later[:1]


def _first_words(phrases: Phrases, turns: list[Turn]) -> tuple[Evidence, ...]:
    return quotes(hit for hit in find_phrase(phrases, turns)[1] if hit.start <= FILLERS)


FILLERS = 4  # characters of 嗯，or 喂您好 before the first words


def _find(
    phrases: Phrases, meaning: Meaning | None, conversation: Conversation, turns: list[Turn]
) -> tuple[Presence, tuple[Evidence, ...]]:
    state, hits = find_phrase(phrases, turns)
    by_phrase = state, quotes(hits) or whole(unclear_ones(turns))
    if meaning is None or state is Presence.SAID:
        return by_phrase
    return said_or_meant(by_phrase, find_meaning(conversation, meaning, turns))
