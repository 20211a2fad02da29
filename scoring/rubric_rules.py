"""Rules for a rubric beyond its fields. Above all: breaking a further item may never raise a total."""

from collections.abc import Iterable, Iterator
from math import isclose

from callqa.errors import Mistake
from scoring.rubric_items import WHOLE, Condition, Group, Item, have_weights

Groups = tuple[Group, ...]
Place = tuple[int | str, ...]


def check_rubric(groups: Groups, critical_cap: float | None) -> None:
    """Raises `Mistake`, which names the place in the file."""
    _names_differ(groups)
    if not any(group.points for group in groups):
        raise Mistake("rubric.nothing_to_earn", "groups")
    _weights_fit(groups)
    critical = [item.id for group in groups for item in group.items if item.critical]
    if critical and critical_cap is None:
        raise Mistake("rubric.cap_missing", item=critical[0])
    if critical_cap is not None and not critical:
        raise Mistake("rubric.nothing_critical", "critical_cap")
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
    if twice := _twice(names):
        raise Mistake("rubric.group_ids_twice", *twice[0], "id", name=twice[1])
    if twice := _twice(items):
        raise Mistake("rubric.item_ids_twice", *twice[0], "id", name=twice[1])
    if twice := _twice(titles):
        raise Mistake("rubric.item_titles_twice", *twice[0], "title", name=str(twice[1]))


def _twice(placed: Iterable[tuple[Place, str]]) -> tuple[Place, str] | None:
    """The first place with a name that another has before it, and the name."""
    seen: set[str] = set()
    for place, name in placed:
        if name in seen:
            return place, name
        seen.add(name)
    return None


def _weights_fit(groups: Groups) -> None:
    if not have_weights(groups):
        return
    for g, group in enumerate(groups):
        if group.weight is None and group.points:
            raise Mistake("rubric.weight_missing", "groups", g, group=group.id)
        if group.weight is not None and not group.points:
            raise Mistake("rubric.weight_of_nothing", "groups", g, "weight", group=group.id)
    whole = sum(group.weight or 0 for group in groups)
    if not isclose(whole, WHOLE, abs_tol=1e-6):
        raise Mistake("rubric.weights_sum", "groups", sum=whole)


def _condition_fits(groups: Groups, group: Group, item: Item, condition: Condition, place: Place) -> None:
    """The condition names an item that can bear it, and breaking that item can only make things worse.

    An item that a violation brings in must be one that costs (penalty, fatal); one that a violation drops must be one
    that gains (bonus) or, when it is earned, weigh no more than what the violation itself costs (`_gates_outweigh`).
    """
    home, gate = _gate_of(groups, item, condition, place)
    costs = item.fatal or item.effect == "penalty"
    if costs and condition.verdict != "violated":
        raise Mistake("rubric.cost_needs_violation", *place, "verdict", item=item.id, gate=gate.id)
    if not costs and condition.verdict == "violated":
        raise Mistake("rubric.gain_by_violation", *place, "verdict", item=item.id, gate=gate.id)
    if item.effect != "earn" or item.fatal:
        return
    if item.critical:
        raise Mistake("rubric.condition_of_critical", *place, item=item.id, gate=gate.id)
    if have_weights(groups) and home is not group:
        raise Mistake("rubric.condition_across_groups", *place, "item", item=item.id, gate=gate.id)


def _gate_of(groups: Groups, item: Item, condition: Condition, place: Place) -> tuple[Group, Item]:
    """The item that the condition names, and its group."""
    gates = {other.id: (home, other) for _, home, other in _placed(groups)}
    if condition.item == item.id:
        raise Mistake("rubric.own_condition", *place, "item", item=item.id)
    if condition.item not in gates:
        raise Mistake("rubric.condition_unknown", *place, "item", item=condition.item, items=list(gates))
    home, gate = gates[condition.item]
    if gate.fatal:
        raise Mistake("rubric.condition_fatal", *place, "item", gate=gate.id)
    if gate.only_if:
        raise Mistake("rubric.condition_depends", *place, "item", gate=gate.id, other=gate.only_if.item)
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
            place, _ = dependent[-1]
            items = [item.id for _, item in dependent]
            raise Mistake(
                "rubric.gate_outweighed", *place, "only_if", gate=gate.id, items=items, points=points, own=gate.share
            )
