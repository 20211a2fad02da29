"""Differences between two rubrics, item by item, with each item's share of the total before and after. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import BaseModel

from scoring.rubric import Rubric
from scoring.rubric_items import WHOLE, Group, Item

How = Literal["added", "removed", "changed", "same"]
OF_RUBRIC = tuple(name for name in Rubric.model_fields if name != "groups")
OF_GROUP = tuple(name for name in Group.model_fields if name not in ("id", "items"))
OF_ITEM = (*(name for name in Item.model_fields if name != "id"), "group")


@dataclass(frozen=True, slots=True)
class FieldChange:
    field: str
    """Of the model; ``group`` is the id of an item's group, ``order`` the ids in order."""
    before: Any
    after: Any


@dataclass(frozen=True, slots=True)
class PartChange:
    """A group or an item that is new, gone, or other than it was."""

    id: str
    title: str
    how: How
    """``same``: only its share of the total is another."""
    fields: tuple[FieldChange, ...]
    share_before: float | None
    """Of the total, in percent, in a call to which everything applies; ``None`` where it is not."""
    share_after: float | None


@dataclass(frozen=True, slots=True)
class RubricDiff:
    rubric: tuple[FieldChange, ...]
    groups: tuple[PartChange, ...]
    items: tuple[PartChange, ...]

    def __bool__(self) -> bool:
        return bool(self.rubric or self.groups or self.items)


def shares(rubric: Rubric) -> dict[str, float]:
    """What each item is of the total, in percent, in a call to which everything applies; those on top have none."""
    all_points = sum(group.points for group in rubric.groups)
    return {
        item.id: WHOLE * item.share / all_points
        if group.weight is None
        else group.weight * item.share / (group.points or 1.0)
        for group in rubric.groups
        for item in group.items
    }


def compare_rubrics(before: Rubric, after: Rubric) -> RubricDiff:
    """What ``after`` changes. Equal content is an empty, false difference."""
    item_shares = shares(before), shares(after)
    fields = _changes(before, after, OF_RUBRIC)
    orders = [[item.id for item in rubric.items] for rubric in (before, after)]
    common = [[name for name in order if name in orders[1 - n]] for n, order in enumerate(orders)]
    if common[0] != common[1]:
        fields = (*fields, FieldChange("order", tuple(common[0]), tuple(common[1])))
    return RubricDiff(
        fields,
        tuple(_parts(_groups(before), _groups(after), OF_GROUP, *map(_of_groups, (before, after), item_shares))),
        tuple(_parts(_items(before), _items(after), OF_ITEM, *item_shares)),
    )


def _groups(rubric: Rubric) -> dict[str, dict[str, Any]]:
    return {group.id: _fields(group, OF_GROUP) for group in rubric.groups}


def _items(rubric: Rubric) -> dict[str, dict[str, Any]]:
    return {
        item.id: _fields(item, Item.model_fields) | {"group": group.id}
        for group in rubric.groups
        for item in group.items
    }


def _fields(model: BaseModel, names: Iterable[str]) -> dict[str, Any]:
    return {name: getattr(model, name) for name in names}


def _of_groups(rubric: Rubric, item_shares: Mapping[str, float]) -> dict[str, float]:
    return {group.id: sum(item_shares[item.id] for item in group.items) for group in rubric.groups}


def _changes(before: BaseModel, after: BaseModel, names: Iterable[str]) -> tuple[FieldChange, ...]:
    pairs = ((name, getattr(before, name), getattr(after, name)) for name in names)
    return tuple(FieldChange(name, old, new) for name, old, new in pairs if old != new)


def _parts(
    before: Mapping[str, dict[str, Any]],
    after: Mapping[str, dict[str, Any]],
    names: Iterable[str],
    shares_before: Mapping[str, float],
    shares_after: Mapping[str, float],
) -> Iterable[PartChange]:
    """In the order of ``after``, then those that are gone."""
    for part in dict.fromkeys((*after, *before)):
        old, new = before.get(part), after.get(part)
        share_before, share_after = shares_before.get(part), shares_after.get(part)
        fields: tuple[FieldChange, ...] = ()
        how: How
        if old is None or new is None:
            how = "added" if old is None else "removed"
        else:
            fields = tuple(FieldChange(name, old[name], new[name]) for name in names if old[name] != new[name])
            how = "changed" if fields else "same"
            if not fields and abs((share_before or 0) - (share_after or 0)) < 1e-9:
                continue
        yield PartChange(part, (new or old or {})["title"], how, fields, share_before, share_after)
