"""What a rubric must be beyond its fields. Above all: breaking a further item may never raise a total."""

from collections.abc import Iterator
from math import isclose

from callqa.yaml_file import Misplaced
from scoring.rubric_items import WHOLE, Condition, Group, Item, have_weights

Groups = tuple[Group, ...]
Place = tuple[int | str, ...]


def check_rubric(groups: Groups, critical_cap: float | None) -> None:
    """Raises `Misplaced`, which names the place in the file."""
    _names_differ(groups)
    if not any(group.points for group in groups):
        raise Misplaced("no item has points that can be earned, so no call could be scored", "groups")
    _weights_fit(groups)
    critical = [item.id for group in groups for item in group.items if item.critical]
    if critical and critical_cap is None:
        raise Misplaced(f"item {critical[0]} is critical; write which total it leaves, for instance critical_cap: 59")
    if critical_cap is not None and not critical:
        raise Misplaced("no item is critical, so critical_cap would change nothing", "critical_cap")
    for place, group, item in _placed(groups):
        if item.only_if:
            _condition_fits(groups, group, item, item.only_if, (*place, "only_if"))
    _gates_outweigh(groups)


def _placed(groups: Groups) -> Iterator[tuple[Place, Group, Item]]:
    for g, group in enumerate(groups):
        for i, item in enumerate(group.items):
            yield ("groups", g, "items", i), group, item


def _names_differ(groups: Groups) -> None:
    names = [(("groups", g), group.id) for g, group in enumerate(groups)]
    items = [(place, item.id) for place, _, item in _placed(groups)]
    titles = [(place, item.title) for place, _, item in _placed(groups)]  # people name an item by its title
    for what, field, placed in (("group", "id", names), ("item", "id", items), ("item", "title", titles)):
        seen: set[str] = set()
        for place, name in placed:
            if name in seen:
                raise Misplaced(f"{what} {field}s must differ, these are there twice: {name}", *place, field)
            seen.add(name)


def _weights_fit(groups: Groups) -> None:
    if not have_weights(groups):
        return
    for g, group in enumerate(groups):
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
    whole = sum(group.weight or 0 for group in groups)
    if not isclose(whole, WHOLE, abs_tol=1e-6):
        raise Misplaced(f"the weights of the groups are percents of the total; together {whole:g}, not 100", "groups")


def _condition_fits(groups: Groups, group: Group, item: Item, condition: Condition, place: Place) -> None:
    """The condition names an item that can bear it, and breaking that item can only make things worse.

    An item that a violation brings in must be one that costs (penalty, fatal); one that a violation drops must be one
    that gains (bonus) or, when it is earned, weigh no more than what the violation itself costs (`_gates_outweigh`).
    """
    home, gate = _gate_of(groups, item, condition, place)
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
    if have_weights(groups) and home is not group:
        raise Misplaced(
            f"item {item.id} and {gate.id}, on which it depends, are in groups with weights of their own; "
            "put them into one group",
            *place,
            "item",
        )


def _gate_of(groups: Groups, item: Item, condition: Condition, place: Place) -> tuple[Group, Item]:
    """The item that the condition names, and its group."""
    gates = {other.id: (home, other) for _, home, other in _placed(groups)}
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


def _gates_outweigh(groups: Groups) -> None:
    """The points that a violation drops from the sheet are no more than it costs.

    With r of R points elsewhere, a points on the broken item and b on the dropped ones, (r + a) / (R + a + b) >= r /
    (R + a) holds for all r <= R when b <= a; and so it does for what comes in when the item does not apply.
    """
    for gate in (item for group in groups for item in group.items):
        dependent = [
            (place, item)
            for place, _, item in _placed(groups)
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
