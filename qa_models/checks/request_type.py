"""Request type: the ticket was filed as what the citizen wanted, to ask, to get help, to complain, to report …"""

import re
from collections.abc import Mapping, Sequence

import numpy as np
from pydantic import Field, model_validator

from callqa.errors import ConfigError, Mistake
from callqa.types import Conversation, Details, Turn, Verdict
from qa_models.category.context import ContextName, Side, Tells, load_context, signs
from qa_models.category.features import Piece
from qa_models.category.labeller import Labeller, ModelName, labeller
from qa_models.check import Draft, Params, check
from qa_models.checks.category import speaking_for
from qa_models.dialogue import well_recognised

TAXONOMY = "request_types"
OPENING = 120  # characters of the citizen's; what they came for is said first, questions about the handling come later
LATER = 0.4  # what counts of later words
TYPES = "投诉|举报|检举|建议|咨询|表扬|求助"
CITIZEN_NAMES = re.compile(
    "(?:(?<![不没])(?<!不[是想要])(?<!没有)(?:我|想|要|来|是|^|(?<=[，。！？、]))(?:要|想|来|是|打电话|再|实名|匿名){0,3}|"
    f"(?<!没)(?<!没有)提[一个点条些]{{1,2}})({TYPES})(?![书信箱电])"
)
CITIZEN_DENIES = re.compile(f"(?:不是[来要想]{{0,2}}|不想|不算|没有?要|不打算|又不|也不是?)(?:去|来)?({TYPES})")
AGENT_NAMES = re.compile(
    "(?:登记|反映|受理|记录|提交|派发|转交|形成|生成|您|这个|这条|一个|一张|属于)[^，。？！]{0,6}?(投诉|举报|求助|建议|咨询|表扬)"
)
POLITE = {"咨询"}  # said by citizens whatever they want, so it proves nothing
SAME = {"检举": "举报"}
CITIZEN_BONUS, AGENT_BONUS = 2.0, 0.7  # log odds for a type that is named
LIKELIER = 0.4  # the least that the likeliest type needs
TRUST = 0.6  # the model was calibrated on synthetic calls, which are simpler than real ones


class RequestTypeParams(Params):
    ORDER = (("wrong", "doubt"),)

    model: ModelName
    """A shipped model, or one made by `callqa train request-type`."""
    context: ContextName | None = None
    """How far that model can be believed in a call; without it, a rule of thumb."""
    names: Mapping[str, tuple[str, ...]] = Field(default_factory=dict)
    """For names that tickets use and the model does not: which of its types each stands for."""
    wrong: float = Field(default=0.05, ge=0, le=1)
    """Probability of the filed type below which it is wrong."""
    doubt: float = Field(default=0.06, ge=0, le=1)
    """Probability of the filed type below which a person decides."""

    @model_validator(mode="after")
    def _fit(self) -> "RequestTypeParams":
        try:
            labeller(self.model, TAXONOMY, words=False)  # refused at the start if it knows other classes
        except ConfigError as error:
            raise Mistake.of(error) from error
        return self


def request_type_instead(conversation: Conversation, params: RequestTypeParams) -> Details:
    """The type that the call speaks for most."""
    model = labeller(params.model, TAXONOMY, words=False)
    likely = types_in_context(model, params.context, [turn for turn in conversation.turns if not turn.flags])
    return Details(instead=max(likely, key=lambda name: likely[name]))


@check("request_type", version=6, needs="speech", details=request_type_instead)
def check_request_type(conversation: Conversation, params: RequestTypeParams) -> Draft:
    ticket = conversation.call.ticket
    if ticket is None:
        return Draft(Verdict.NOT_APPLICABLE, "no_ticket")
    if not ticket.request_type:
        return Draft(Verdict.NOT_APPLICABLE, "request_type_empty")
    model = labeller(params.model, TAXONOMY, words=False)
    filed = params.names.get(ticket.request_type, (ticket.request_type,))
    if not set(filed) <= set(model.classes):
        return Draft(Verdict.UNSURE, "request_type_unknown")
    turns = [turn for turn in conversation.turns if not turn.flags]
    likely = types_in_context(model, params.context, turns)
    best = max(likely, key=lambda name: likely[name])
    agrees = sum(likely[name] for name in filed)
    if best in filed or agrees >= params.doubt or set(filed) & own_words(turns):
        return Draft(Verdict.MET, "request_type_agrees", speaking_for(filed[0], turns, model), confidence=agrees)
    evidence = speaking_for(best, turns, model)
    # badly heard words may raise doubt, not accuse
    clear = types_in_context(model, params.context, [turn for turn in turns if well_recognised(turn)])
    sure = min(likely[best], clear[best]) > LIKELIER
    if sure and max(agrees, sum(clear[name] for name in filed)) < params.wrong:
        return Draft(Verdict.VIOLATED, "request_type_differs", evidence, confidence=likely[best], absence=True)
    return Draft(Verdict.UNSURE, "request_type_doubtful", evidence, confidence=likely[best])


def types_in_context(model: Labeller, context: str | None, turns: Sequence[Turn]) -> dict[str, float]:
    """Probability of each type, as far as the model can be believed in a call."""
    likely = likely_types(model, turns)
    if context is None:
        return likely
    shares = load_context(context).probabilities(tells(likely, turns))
    return dict(zip(likely, shares.tolist(), strict=True))


def tells(likely: Mapping[str, float], turns: Sequence[Turn]) -> Tells:
    """What tells the type of a request: see `signs` and `gist`."""
    citizen, agent = ("".join(t.text for t in turns if (t.role == "agent") is agent) for agent in (False, True))
    call_signs = signs(
        likely,
        Side(citizen, named(turns, CITIZEN_NAMES, agent=False) - POLITE),
        Side(agent, named(turns, AGENT_NAMES, agent=True)),
    )
    return Tells.of(call_signs, turns)


def likely_types(model: Labeller, turns: Sequence[Turn]) -> dict[str, float]:
    """Probability of each type, from what the citizen says and from what both call it."""
    pieces, n_said = [], 0
    for turn in turns:
        if turn.role != "agent":
            pieces.append(Piece(turn.text, 1.0 if n_said < OPENING else LATER))
            n_said += len(turn.text)
    odds = TRUST * np.log(np.maximum(model.probabilities(pieces), 1e-6))
    for name in named(turns, CITIZEN_NAMES, agent=False) - POLITE:
        odds[model.classes.index(name)] += CITIZEN_BONUS
    for name in named(turns, CITIZEN_DENIES, agent=False):
        odds[model.classes.index(name)] -= CITIZEN_BONUS
    for name in named(turns, AGENT_NAMES, agent=True):
        odds[model.classes.index(name)] += AGENT_BONUS
    share = np.exp(odds - odds.max())
    return dict(zip(model.classes, (share / share.sum()).tolist(), strict=True))


def own_words(turns: Sequence[Turn]) -> set[str]:
    """What citizens call it themselves."""
    denied = named(turns, CITIZEN_DENIES, agent=False)
    return named([turn for turn in turns if well_recognised(turn)], CITIZEN_NAMES, agent=False) - denied - POLITE


def named(turns: Sequence[Turn], pattern: re.Pattern[str], agent: bool) -> set[str]:
    """The types that the agent, or the others, call this request."""
    words = {word for t in turns if (t.role == "agent") is agent for word in pattern.findall(t.text)}
    return {SAME.get(word, word) for word in words}
