"""Category: the ticket was filed in the class that the call is about, or was not."""

import re
from collections.abc import Mapping, Sequence

from pydantic import Field, field_serializer, field_validator, model_validator

from callqa.errors import ConfigError, Mistake
from callqa.types import Conversation, Details, Evidence, Turn, Verdict
from qa_models.category.context import ContextName, Tells, load_context, log_odds
from qa_models.category.features import Piece
from qa_models.category.labeller import Labeller, ModelName, labeller
from qa_models.category.taxonomy import load_taxonomy
from qa_models.check import Draft, Params, check
from qa_models.evidence import quote

AGENT_WEIGHT = 0.5  # the agent's read-back helps and is heard better, the agent's own explanations mislead
QUOTES = 3
SENTENCE = re.compile("[^。！？!?；;]{2,}[。！？!?；;]*")


class Demands(Params):
    """When a filed class agrees and when another one counts."""

    ORDER = (("plausible", "sure"),)

    choices: int = Field(default=3, ge=1)
    """The filed class agrees when it is among so many likeliest ones …"""
    plausible: float = Field(default=0.15, ge=0, le=1)
    """… and has at least this probability; a likeliest class always agrees."""
    sure: float = Field(default=0.75, gt=0, le=1)
    """Probability that the likeliest class must have before the filed one counts as wrong; else a person decides."""


class CategoryParams(Demands):
    taxonomy: str
    """The name of a shipped taxonomy, or a YAML file."""
    model: ModelName = ""
    """A shipped model, or one made by `callqa train category`; none: the words of the taxonomy decide."""
    context: ContextName | None = None
    """How far that model can be believed in a call; without it, as far as it says."""
    heard: Demands = Demands(choices=4, plausible=0.01, sure=0.85)
    """The same where an engine wrote the words: one wrong word can be the word that mattered."""
    least: int = Field(default=25, ge=0)
    """Characters of citizens' speech under which a call is too thin to contradict anybody."""
    broad: Mapping[str, float] = Field(default_factory=dict)
    """Classes whose words also say where something happens (小区), and the probability that such a one needs."""

    @field_validator("taxonomy")
    @classmethod
    def _usable(cls, name: str) -> str:
        try:
            load_taxonomy(name)
        except ConfigError as error:
            raise Mistake.of(error) from error
        return name

    @model_validator(mode="after")
    def _fit(self) -> "CategoryParams":
        try:
            n_classes = len(labeller(self.model, self.taxonomy).classes)
        except ConfigError as error:
            raise Mistake.of(error) from error
        if unknown := set(self.broad) - set(load_taxonomy(self.taxonomy).names):
            raise Mistake("check.broad_unknown", names=sorted(unknown), taxonomy=self.taxonomy)
        if self.context is not None and (n_known := len(load_context(self.context).bias)) != n_classes:
            raise Mistake("check.context_differs", context=self.context, n_known=n_known, n_classes=n_classes)
        return self

    @field_serializer("taxonomy")
    def _with_content(self, name: str) -> dict[str, str]:
        """So that another content gives the check another key."""
        return {"name": name, "content": load_taxonomy(name).key}


def category_instead(conversation: Conversation, params: CategoryParams) -> Details:
    """The class that the call speaks for most."""
    likely = _likely(params, [turn for turn in conversation.turns if not turn.flags])
    return Details(instead=max(likely, key=lambda name: likely[name]))


@check("category", version=6, needs="speech", details=category_instead)
def check_category(conversation: Conversation, params: CategoryParams) -> Draft:
    ticket = conversation.call.ticket
    if ticket is None:
        return Draft(Verdict.NOT_APPLICABLE, "no_ticket")
    if not ticket.category:
        return Draft(Verdict.NOT_APPLICABLE, "category_empty")
    filed = ticket.category[0]
    if filed not in load_taxonomy(params.taxonomy).names:
        return Draft(Verdict.UNSURE, "category_unknown")
    model = labeller(params.model, params.taxonomy)
    turns = [turn for turn in conversation.turns if not turn.flags]
    demands = params.heard if any(turn.confidence is not None for turn in turns) else params
    likely = _likely(params, turns)
    choices = sorted(likely, key=lambda name: -likely[name])[: demands.choices]
    best = choices[0]
    agrees = likely.get(filed, 0.0)
    if filed == best or (filed in choices and agrees >= demands.plausible):
        return Draft(Verdict.MET, "category_agrees", speaking_for(filed, turns, model), agrees, agrees)
    evidence = speaking_for(best, turns, model)
    n_characters = sum(len(turn.text) for turn in turns if turn.role != "agent")
    if likely[best] >= max(demands.sure, params.broad.get(best, 0.0)) and n_characters >= params.least:
        return Draft(Verdict.VIOLATED, "category_differs", evidence, agrees, likely[best], absence=True)
    return Draft(Verdict.UNSURE, "category_doubtful", evidence, agrees, likely[best])


def _likely(params: CategoryParams, turns: Sequence[Turn]) -> dict[str, float]:
    """Probability of each class, as far as the model can be believed in a call."""
    likely = likely_classes(labeller(params.model, params.taxonomy), turns)
    if params.context is None:
        return likely
    shares = load_context(params.context).probabilities(Tells.of(log_odds(likely), turns))
    return dict(zip(likely, shares.tolist(), strict=True))


def likely_classes(model: Labeller, turns: Sequence[Turn]) -> dict[str, float]:
    """Probability of each class by the model alone."""
    pieces = [Piece(turn.text, AGENT_WEIGHT if turn.role == "agent" else 1.0) for turn in turns]
    return dict(zip(model.classes, model.probabilities(pieces).tolist(), strict=True))


def speaking_for(name: str, turns: Sequence[Turn], model: Labeller) -> tuple[Evidence, ...]:
    """The three sentences that say most for a class, in the order of the call."""
    if name not in model.classes:
        return ()
    speakers = [turn for turn in turns if turn.role != "agent"] or list(turns)
    weighed = [
        (float(spoken[start:end].sum()), turn, start, end)
        for turn, spoken in zip(speakers, model.says([turn.text for turn in speakers], name), strict=True)
        for start, end in sentences(turn.text)
    ]
    best = sorted((entry for entry in weighed if entry[0] > 0), key=lambda entry: -entry[0])[:QUOTES]
    return tuple(quote(turn, start, end) for _, turn, start, end in sorted(best, key=lambda e: (e[1].index, e[2])))


def sentences(text: str) -> list[tuple[int, int]]:
    """Where the sentences of a turn begin and end."""
    return [sentence.span() for sentence in SENTENCE.finditer(text)]
