"""Form of a rubric: its fields by name, and the rubric's document with what was filled in.

Names of fields are ``title``, ``group.GROUP.title`` and ``item.ITEM.points``; a box that is ticked is ``yes``.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from scoring import Rubric
from scoring.rubric_items import Group, Item

YES = "yes"
SEPARATORS = "、，,"
Fields = Mapping[str, str]
Document = dict[str, Any]


def document_of(rubric: Rubric) -> Document:
    """As it is written in YAML; what has its default is left out."""
    return rubric.model_dump(mode="json", exclude_defaults=True)


def fields_of(rubric: Rubric) -> dict[str, str]:
    """Everything that the form shows, as it is sent back where nothing is changed."""
    wanted = rubric.applies_to
    fields = {
        "version": rubric.version,
        "title": rubric.title,
        "valid_from": rubric.valid_from.isoformat() if rubric.valid_from else "",
        "teams": "、".join(wanted.teams),
        "lines": "、".join(wanted.lines),
        "direction": wanted.directions[0] if len(wanted.directions) == 1 else "",
        "min_decided": _shown(rubric.min_decided),
        "fatal_cap": _shown(rubric.fatal_cap),
        "critical_cap": _shown(rubric.critical_cap),
    }
    for group in rubric.groups:
        fields |= {f"group.{group.id}.{name}": value for name, value in _group_fields(group)}
        for item in group.items:
            fields |= {f"item.{item.id}.{name}": value for name, value in _item_fields(item)}
    return fields


def _group_fields(group: Group) -> Iterator[tuple[str, str]]:
    yield "title", group.title
    yield "weight", _shown(group.weight)


def _item_fields(item: Item) -> Iterator[tuple[str, str]]:
    yield "title", item.title
    yield "points", _shown(item.points)
    yield "effect", "fatal" if item.fatal else item.effect
    yield "critical", YES if item.critical else ""
    yield "figure", item.trust_floor.figure if item.trust_floor else ""
    yield "floor", _shown(item.trust_floor.floor) if item.trust_floor else ""
    yield "needs", "、".join(item.needs)
    yield "note", item.note


def changed(rubric: Rubric, fields: Fields) -> Document:
    """The document with these fields; it may be one that cannot be used. What is not in the form stays."""
    document = document_of(rubric)
    for name in ("version", "title"):
        document[name] = fields.get(name, "").strip()
    _put(document, "valid_from", fields.get("valid_from", "").strip())
    for name in ("min_decided", "fatal_cap", "critical_cap"):
        _put(document, name, number(fields.get(name, "")))
    document.setdefault("fatal_cap", 0.0)
    directions = [fields["direction"]] if fields.get("direction") else []
    scope = {"teams": names(fields.get("teams", "")), "lines": names(fields.get("lines", "")), "directions": directions}
    if len(rubric.applies_to.directions) > 1 and not directions:
        scope["directions"] = list(rubric.applies_to.directions)
    _put(document, "applies_to", {name: value for name, value in scope.items() if value})
    for group in document["groups"]:
        of_group = _part(fields, f"group.{group['id']}.")
        group["title"] = of_group.get("title", group["title"]).strip()
        _put(group, "weight", number(of_group.get("weight", "")))
        group["items"] = [
            _item(item, _part(fields, f"item.{item['id']}.")) for item in group["items"]
            if fields.get(f"item.{item['id']}.off") != YES
        ]  # fmt: skip
        group["items"] += _new_items(group["id"], fields)
    document["groups"] = [group for group in document["groups"] if group["items"]]
    return document


def _item(item: Document, fields: Fields) -> Document:
    if not fields:
        return item
    item = item | {"title": fields.get("title", "").strip(), "needs": names(fields.get("needs", ""))}
    _put(item, "points", number(fields.get("points", "")))
    item.setdefault("points", 0.0)
    effect = fields.get("effect", "earn")
    _put(item, "fatal", effect == "fatal")
    _put(item, "effect", "" if effect in ("fatal", "earn") else effect)
    _put(item, "critical", fields.get("critical") == YES)
    _put(item, "note", fields.get("note", "").strip())
    floor, figure = number(fields.get("floor", "")), fields.get("figure", "")
    kept = item.get("trust_floor", {})
    _put(item, "trust_floor", kept | {"figure": figure, "floor": floor} if figure and floor != "" else {})
    return item


def _new_items(group: str, fields: Fields) -> Iterator[Document]:
    """The line below a group's items, where something is written in it."""
    new = _part(fields, f"new.{group}.")
    if new.get("title", "").strip() and new.get("needs"):
        item = {"id": new["needs"], "title": new["title"].strip(), "needs": [new["needs"]]}
        points = number(new.get("points", ""))
        yield item | ({"points": points} if points else {"points": 0.0, "fatal": True})


def _part(fields: Fields, prefix: str) -> dict[str, str]:
    return {name.removeprefix(prefix): value for name, value in fields.items() if name.startswith(prefix)}


def _put(document: Document, name: str, value: Any) -> None:
    """Empty values are left out: the field has its default then."""
    if value == "" or value is False or value is None or value == {}:
        document.pop(name, None)
    else:
        document[name] = value


def _shown(value: float | None) -> str:
    return "" if value is None else repr(int(value) if value == int(value) else value)


def number(text: str) -> float | str:
    """What cannot be read as a number stays as it is, and is refused with its words."""
    try:
        return float(text.strip()) if text.strip() else ""
    except ValueError:
        return text.strip()


def names(text: str) -> list[str]:
    """Names with commas or 、 between them."""
    for separator in SEPARATORS:
        text = text.replace(separator, "\n")
    return [name.strip() for name in text.split("\n") if name.strip()]
