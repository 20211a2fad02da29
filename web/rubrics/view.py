"""Rubrics and checks as pages show them."""

from collections.abc import Set
from dataclasses import dataclass

import yaml

from callqa.records import Estimate, ItemTrust
from reports.frames.rubrics import effect_words
from scoring.agreement.trust import Standing, standing
from scoring.rubric_diff import shares
from scoring.rubric_items import TrustFloor
from services.context import RubricContext, RubricSet
from services.wording import STANDINGS
from store import Connection
from store.calls import trust
from store.people.reviews import rubric_documents


@dataclass(frozen=True, slots=True)
class ItemLine:
    """An item, what it weighs, and how far the machine can be trusted on it."""

    id: str
    title: str
    group: str
    points: float
    share: float | None
    """Of the total, in percent; ``None`` for what is on top of it."""
    effect: str
    checks: tuple[str, ...]
    floor: TrustFloor | None
    standing: Standing
    standing_words: str
    n: int
    """Calls in which a person and the machine both decided it."""
    precision: Estimate | None
    recall: Estimate | None
    kappa: Estimate | None
    ac1: Estimate | None


@dataclass(frozen=True, slots=True)
class StoredRubric:
    """A version that scores were made by."""

    key: str
    id: str
    version: str
    title: str
    in_use: bool


@dataclass(frozen=True, slots=True)
class CheckPage:
    """A check of the library, and where it is used."""

    id: str
    title: str
    kind: str
    kind_words: str
    """What checks of this kind do."""
    version: int
    meaning: str
    good: tuple[str, ...]
    bad: tuple[str, ...]
    only_if: tuple[str, ...]
    unless: tuple[str, ...]
    params: str
    """As YAML, as it stands in the library."""
    used_by: tuple[tuple[str, str], ...]
    """Rubric and item."""


def item_lines(rubric_context: RubricContext, c: Connection) -> tuple[ItemLine, ...]:
    measured, share = trust.trusts(c, rubric_context.rubric.key), shares(rubric_context.rubric)
    return tuple(
        _line(rubric_context, group.title, item.id, measured.get(item.id), share[item.id])
        for group in rubric_context.rubric.groups
        for item in group.items
    )


def _line(rubric_context: RubricContext, group: str, item_id: str, found: ItemTrust | None, share: float) -> ItemLine:
    item = next(item for item in rubric_context.rubric.items if item.id == item_id)
    stands = standing(item, found)
    return ItemLine(
        item.id,
        item.title,
        group,
        item.points,
        share if item.share else None,
        effect_words(item),
        item.needs,
        item.trust_floor,
        stands,
        STANDINGS[stands],
        found.n if found else 0,
        found.precision if found else None,
        found.recall if found else None,
        found.kappa if found else None,
        found.ac1 if found else None,
    )


def stored_rubrics(c: Connection, in_use: Set[str]) -> tuple[StoredRubric, ...]:
    """The newest last, those of one id together."""
    rows = [
        StoredRubric(
            key,
            str(document.get("id", "")),
            str(document.get("version", "")),
            str(document.get("title", "")),
            key in in_use,
        )
        for key, document in rubric_documents(c).items()
    ]
    return tuple(sorted(rows, key=lambda row: (row.id, row.version)))


def check_page(rubric_context: RubricContext, check_id: str, rubric_set: RubricSet) -> CheckPage:
    """``rubric_context``: one that has the check."""
    check = rubric_context.checks[check_id]
    spec, kind = check.spec, check.kind
    told = spec.help
    return CheckPage(
        spec.id,
        spec.title,
        spec.kind,
        (kind.function.__doc__ or "").strip(),
        spec.version,
        told.meaning if told else "",
        told.good if told else (),
        told.bad if told else (),
        tuple(other.id for other in check.only_if),
        tuple(other.id for other in check.unless),
        yaml.safe_dump(spec.params.model_dump(mode="json", exclude_defaults=True), allow_unicode=True, sort_keys=False),
        tuple(
            (rubric_context.rubric.title, item.title)
            for rubric_context in rubric_set
            for item in rubric_context.rubric.items
            if spec.id in item.needs
        ),
    )
