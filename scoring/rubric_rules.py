"""What a rubric must be beyond its fields. Above all: breaking a further item may never raise a total."""

from collections.abc import Iterator
from math import isclose
from typing import TYPE_CHECKING

from callqa.yaml_file import Misplaced

if TYPE_CHECKING:
    from scoring.rubric import Condition, Group, Item, Rubric

WHOLE = 100.0
Place = tuple[int | str, ...]


def check_rubric(rubric: "Rubric") -> None:
    """Raises `Misplaced`, which names the place in the file."""
    _names_differ(rubric)
    if not any(group.points for group in rubric.groups):
        raise Misplaced("no item has points that can be earned, so no call could be scored", "groups")
    _weights_fit(rubric)
    critical = [item.id for item in rubric.items if item.critical]
    if critical and rubric.critical_cap is None:
        raise Misplaced(f"item {critical[0]} is critical; write which total it leaves, for instance critical_cap: 59")
    if rubric.critical_cap is not None and not critical:
        raise Misplaced("no item is critical, so critical_cap would change nothing", "critical_cap")
    for place, group, item in _placed(rubric):
        if item.only_if:
            _condition_fits(rubric, group, item, item.only_if, (*place, "only_if"))
    _gates_outweigh(rubric)


def _placed(rubric: "Rubric") -> Iterator[tuple[Place, "Group", "Item"]]:
    for g, group in enumerate(rubric.groups):
        for i, item in enumerate(group.items):
            yield ("groups", g, "items", i), group, item


def _names_differ(rubric: "Rubric") -> None:
    groups = [(("groups", g), group.id) for g, group in enumerate(rubric.groups)]
    items = [(place, item.id) for place, _, item in _placed(rubric)]
    titles = [(place, item.title) for place, _, item in _placed(rubric)]  # people name an item by its title
    for what, field, placed in (("group", "id", groups), ("item", "id", items), ("item", "title", titles)):
        seen: set[str] = set()
        for place, name in placed:
            if name in seen:
                raise Misplaced(f"{what} {field}s must differ, these are there twice: {name}", *place, field)
            seen.add(name)


def _weights_fit(rubric: "Rubric") -> None:
    if not rubric.weighted:
        return
    for g, group in enumerate(rubric.groups):
        if group.weight is None and group.points:
            raise Misplaced(
                f"group {group.id} has points and no weight, while others have one; give all a weight, or none",
                "groups",
                g,
            )
        if group.weight is not None and not group.points:
            raise Misplaced(
                f"group {group.id} has nothing that can be earned, so it can have no weight", "groups", g, "weight"
            )
    whole = sum(group.weight or 0 for group in rubric.groups)
    if not isclose(whole, WHOLE, abs_tol=1e-6):
        raise Misplaced(f"the weights of the groups are percents of the total; together {whole:g}, not 100", "groups")


def _condition_fits(rubric: "Rubric", group: "Group", item: "Item", condition: "Condition", place: Place) -> None:
    """The condition names an item that can bear it, and breaking that item can only make things worse.

    An item that a violation brings in must be one that costs (penalty, fatal); one that a violation drops must be one
    that gains (bonus) or, when it is earned, weigh no more than what the violation itself costs (`_gates_outweigh`).
    """
    home, gate = _gate_of(rubric, item, condition, place)
    costs = item.fatal or item.effect == "penalty"
    if costs and condition.verdict != "violated":
        raise Misplaced(
            f"item {item.id} takes points away, so breaking {gate.id} would take it off the sheet and raise the total; "
            "such an item can only depend on a violation",
            *place,
            "verdict",
        )
    if not costs and condition.verdict == "violated":
        raise Misplaced(
            f"item {item.id} gives points, so breaking {gate.id} could raise the total; "
            "make it a penalty for what is missing (effect: penalty)",
            *place,
            "verdict",
        )
    if item.effect != "earn" or item.fatal:
        return
    if item.critical:
        raise Misplaced(
            f"item {item.id} is critical, so breaking {gate.id} could lift its cap; leave out only_if", *place
        )
    if rubric.weighted and home is not group:
        raise Misplaced(
            f"item {item.id} and {gate.id}, on which it depends, are in groups with weights of their own; "
            "put them into one group",
            *place,
            "item",
        )


def _gate_of(rubric: "Rubric", item: "Item", condition: "Condition", place: Place) -> tuple["Group", "Item"]:
    """The item that the condition names, and its group."""
    gates = {other.id: (home, other) for _, home, other in _placed(rubric)}
    if condition.item == item.id:
        raise Misplaced(f"item {item.id} depends on itself", *place, "item")
    if condition.item not in gates:
        raise Misplaced(f"there is no item {condition.item!r}; items: {', '.join(gates)}", *place, "item")
    home, gate = gates[condition.item]
    if gate.fatal:
        raise Misplaced(f"item {gate.id} is fatal and waits for a person, so nothing can depend on it", *place, "item")
    if gate.only_if:
        raise Misplaced(
            f"item {gate.id} depends on {gate.only_if.item} itself, so nothing can depend on it", *place, "item"
        )
    return home, gate


def _gates_outweigh(rubric: "Rubric") -> None:
    """The points that a violation drops from the sheet are no more than it costs.

    With r of R points elsewhere, a points on the broken item and b on the dropped ones, (r + a) / (R + a + b) >= r /
    (R + a) holds for all r <= R when b <= a; and so it does for what comes in when the item does not apply.
    """
    for gate in rubric.items:
        dependent = [
            (place, item)
            for place, _, item in _placed(rubric)
            if item.only_if and item.only_if.item == gate.id and item.share
        ]
        points = sum(item.share for _, item in dependent)
        if points > gate.share:
            place, item = dependent[-1]
            raise Misplaced(
                f"the items that depend on {gate.id} ({', '.join(item.id for _, item in dependent)}) carry {points:g} "
                f"points, more than its own {gate.share:g}, so breaking it could raise the total",
                *place,
                "only_if",
            )
