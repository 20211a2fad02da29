"""Assignment rules, from a YAML file: the first rule that fits a call decides who hears it."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from pydantic import BaseModel, Field, field_validator

from callqa.errors import Mistake
from callqa.messages import Message
from callqa.yaml_file import did_you_mean, node_at, problem, read_model, read_yaml
from scoring.review.queue import QueuedCall, share_out
from scoring.rubric_items import FROZEN, Words


class Match(BaseModel):
    """What a call must be like. Of a list one must fit; what is left out fits every call."""

    model_config = FROZEN

    team: tuple[str, ...] = ()
    category: tuple[str, ...] = ()
    """First level, as filed."""
    line: tuple[str, ...] = ()
    item: tuple[str, ...] = ()
    """Items that wait, by id or title."""
    fatal: bool | None = None
    appealed: bool | None = None
    sampled: bool | None = None

    @field_validator("team", "category", "line", "item", mode="before")
    @classmethod
    def _one_is_a_list(cls, value: object) -> object:
        return value if isinstance(value, list | tuple) else [value]

    def fits(self, call: QueuedCall) -> bool:
        wanted = ((self.team, call.team), (self.category, call.category), (self.line, call.line))
        flags = ((self.fatal, call.fatal), (self.appealed, call.appealed), (self.sampled, call.sample))
        return (
            all(not names or name in names for names, name in wanted)
            and all(flag is None or flag == bool(is_set) for flag, is_set in flags)
            and (not self.item or not set(self.item).isdisjoint(call.items))
        )


class Rule(BaseModel):
    """Calls that fit go to these people, by weight; a plain list of names shares evenly."""

    model_config = FROZEN

    match: Match = Match()
    reviewers: dict[Words, float] = Field(min_length=1)

    @field_validator("reviewers", mode="before")
    @classmethod
    def _names_share_evenly(cls, value: object) -> object:
        names = [value] if isinstance(value, str) else value
        return dict.fromkeys(names, 1.0) if isinstance(names, list) else names

    @field_validator("reviewers")
    @classmethod
    def _weights_are_positive(cls, reviewers: dict[str, float]) -> dict[str, float]:
        for name, weight in reviewers.items():
            if weight <= 0:
                raise Mistake("assignment.share_not_positive", name=name, share=weight)
        return reviewers


class Rules(BaseModel):
    """In the order of the file."""

    model_config = FROZEN

    rules: tuple[Rule, ...] = Field(min_length=1)


def load_rules(path: Path, titles: Mapping[str, str]) -> Rules:
    """The rules of a file, with items as ids; ``titles`` of the rubric by item id. Raises `ConfigError`."""
    rules = read_model(path, Rules)
    ids = {title: item_id for item_id, title in titles.items()} | {item_id: item_id for item_id in titles}
    for number, rule in enumerate(rules.rules):
        for unknown in (name for name in rule.match.item if name not in ids):
            where = node_at(read_yaml(path), ("rules", number, "match", "item"))
            raise problem(
                path, where, Message("assignment.item_unknown", name=unknown, hint=did_you_mean(unknown, ids))
            )
    return Rules(rules=tuple(_by_id(rule, ids) for rule in rules.rules))


def assign(calls: Sequence[QueuedCall], rules: Iterable[Rule]) -> tuple[dict[str, str], tuple[str, ...]]:
    """Reviewer by call id, and the calls that fit no rule or that nobody in their rule may hear."""
    reviewer_of: dict[str, str] = {}
    rest = list(calls)
    alone: set[str] = set()
    for rule in rules:
        fitting = [call for call in rest if rule.match.fits(call)]
        shared, nobody = share_out(fitting, rule.reviewers)
        reviewer_of |= shared
        alone.update(nobody)
        rest = [call for call in rest if not rule.match.fits(call)]
    alone.update(call.call_id for call in rest)
    return reviewer_of, tuple(call.call_id for call in calls if call.call_id in alone)


def _by_id(rule: Rule, ids: Mapping[str, str]) -> Rule:
    match = rule.match.model_copy(update={"item": tuple(ids[name] for name in rule.match.item)})
    return rule.model_copy(update={"match": match})
