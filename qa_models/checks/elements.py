"""The five elements of a ticket that the agent must obtain: who, how to reach them, when, where, what is asked for."""

import re
from collections.abc import Sequence

from callqa.types import Conversation, Details, Evidence, Turn, Verdict
from qa_models.check import Draft, Params, check
from qa_models.dialogue import Presence, find_phrase, spoken_last, unclear, unclear_ones
from qa_models.evidence import quotes, unsaid_before, whole
from qa_models.facts.appeals import asked_for
from qa_models.facts.elements import ELEMENTS, Element, answered, volunteered
from qa_models.facts.ticket_elements import filed, left_blank, said_as_filed
from qa_models.meaning import Meaning, find_meaning
from qa_models.phrases import Phrases
from qa_models.reference import Reference

REGISTERED = re.compile("登记|工单|派单|转给|转到|转交|转派|下单|记录下来|督促|反馈给|协调|立案")
FILED = re.compile("[为帮给替]您(?:这边|也|先)?(?:登记|记录|下单|派单|转)|工单|派单|派到|转派|转交|督促")
DEMAND = re.compile("要求|希望|投诉|举报|[赔退拆]|尽快|赶紧|来人|派人")
PRAISE = re.compile("表扬|感谢信|锦旗|点[个名]?赞|特别感谢|夸")
QUESTION = re.compile("咨询|问一[下问]|请问|想问|了解一下|打听|怎么办理?|要什么材料|需要什么")


MISSING: dict[Element, str] = {
    "who": "who_missing",
    "reach": "reach_missing",
    "when": "when_missing",
    "where": "where_missing",
    "what": "what_missing",
}


class ElementsParams(Params):
    not_needed: tuple[str, ...] = ()
    """Request types that need no elements, unless the agent takes down a request after all."""
    no_request: Reference | None = None
    """A check that is met where the ticket only holds a question or praise; then no elements are needed."""
    who: Phrases
    """How the agent asks for a name; likewise below."""
    reach: Phrases
    when: Phrases
    where: Phrases
    what: Phrases
    summed_up: Meaning | None = None
    """A turn of the agent that means this says what is asked for, too."""


def missing_elements(conversation: Conversation, params: ElementsParams) -> Details:
    """The elements that nobody said or asked for."""
    turns = [turn for turn in conversation.turns if not turn.flags]
    obtained = _all_obtained(conversation, turns, params)
    return Details(missing=tuple(element for element, (state, _) in obtained.items() if state is Presence.ABSENT))


def _all_obtained(
    conversation: Conversation, turns: Sequence[Turn], params: ElementsParams
) -> dict[Element, tuple[Presence, tuple[Evidence, ...]]]:
    return {element: _obtained(element, conversation, turns, params) for element in ELEMENTS}


@check("elements", version=6, needs="both", details=missing_elements)
def check_elements(conversation: Conversation, params: ElementsParams) -> Draft:
    turns = [turn for turn in conversation.turns if not turn.flags]
    if not _needed(conversation, turns, params):
        return Draft(Verdict.NOT_APPLICABLE, "elements_not_needed")
    obtained = _all_obtained(conversation, turns, params)
    evidence = tuple(e for _, places in obtained.values() for e in places)
    missing = [element for element, (state, _) in obtained.items() if state is Presence.ABSENT]
    count = float(sum(state is Presence.SAID for state, _ in obtained.values()))
    if count == len(ELEMENTS):
        return Draft(Verdict.MET, "elements_obtained", evidence, count)
    if unclear(conversation.turns):
        return Draft(Verdict.UNSURE, "unclear_speech", whole(unclear_ones(conversation.turns)), count)
    if not missing:
        return Draft(Verdict.UNSURE, "near_match", evidence, count)
    reason = MISSING[missing[0]] if len(missing) == 1 else "elements_missing"
    return Draft(Verdict.VIOLATED, reason, unsaid_before(spoken_last(conversation)), count, absence=True)


def _needed(conversation: Conversation, turns: Sequence[Turn], params: ElementsParams) -> bool:
    """Whether this is a request to be filed: by the type on the ticket, unless the dialogue says otherwise."""
    ticket = conversation.call.ticket
    request_type = ticket.request_type if ticket else ""
    if params.no_request is not None and params.no_request.answer(conversation).verdict is Verdict.MET:
        return False
    citizen = "".join(turn.text for turn in turns if turn.role == "citizen")
    agent = "".join(turn.text for turn in turns if turn.role == "agent")
    registered = REGISTERED.search(agent) is not None
    if request_type in params.not_needed:
        if params.no_request is not None and filed("what", ticket):
            return True
        demanded = FILED.search(agent) and DEMAND.search(citizen) and asked_for(turns)
        return bool(demanded) and not PRAISE.search(citizen) and not QUESTION.search(citizen)
    only_asked = QUESTION.search(citizen) is not None and not (asked_for(turns) or DEMAND.search(citizen))
    return registered or not (only_asked or PRAISE.search(citizen))


def _obtained(
    element: Element, conversation: Conversation, turns: Sequence[Turn], params: ElementsParams
) -> tuple[Presence, tuple[Evidence, ...]]:
    """Whether an element was said, or asked for and answered, and where; a refusal is an answer, too.

    ``NEAR`` where something like the question was said; ``ABSENT`` comes without a place.
    """
    if element in ("who", "reach") and conversation.call.direction == "outbound":
        return Presence.SAID, whole(turns[:1])  # whoever calls back knows both
    ticket = conversation.call.ticket
    blank = left_blank(element, ticket)
    places = [*said_as_filed(element, ticket, turns), *volunteered(element, turns, surely=blank)]
    if places:
        return Presence.SAID, (places[0].evidence,)
    agent = [turn for turn in turns if turn.role == "agent"]
    if element == "what" and params.summed_up is not None:
        summary = find_meaning(conversation, params.summed_up, agent)
        if summary[0] is not Presence.ABSENT:
            return summary
    state, hits = find_phrase(getattr(params, element), agent)
    replied_to = [hit for hit in hits if answered(element, hit.turn, turns, surely=blank)]
    if replied_to and not (blank and state is Presence.NEAR):
        return state, quotes(replied_to[:1])
    return Presence.NEAR if filed(element, ticket) else Presence.ABSENT, ()
