"""Form of a file that a model describes: fields of the kinds of its values, and the document with what was filled in.

Names of fields are the way to them: ``per_agent.n``, ``holidays.0.first``. What no field can hold is written as YAML.
"""

import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

import yaml
from pydantic import BaseModel

from callqa.yaml_file import plain, read_yaml
from qa_models import Check
from qa_models.phrases import Phrases, read_lexicon

Kind = Literal["text", "number", "tick", "choice", "lines", "shares", "date", "yaml", "phrases"]
Posted = Mapping[str, str]
YES = "yes"


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a form."""

    name: str
    label: str
    """The last part of the name."""
    kind: Kind
    value: str
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Part:
    """Fields that belong together; ``rows`` where there may be several of the kind, with an empty one at their end."""

    name: str
    label: str
    fields: tuple[Field, ...]
    rows: tuple[tuple[Field, ...], ...] = ()


def form_of(model: type[BaseModel], document: Mapping[str, Any], prefix: str = "") -> tuple[Part, ...]:
    """The fields of the model in parts; the first part has no label."""
    fields: list[Field] = []
    parts: list[Part] = []
    for name, field in model.model_fields.items():
        label, kind = field.alias or name, _bare(field.annotation)
        value, full = document.get(label), f"{prefix}{label}"
        if _is_model(kind) and not issubclass(kind, Phrases):
            inner = form_of(kind, value if isinstance(value, dict) else {}, f"{full}.")
            parts += [Part(each.name, each.label or label, each.fields, each.rows) for each in inner]
        elif row := _row_model(kind):
            known = list(value) if isinstance(value, list | tuple) else []
            rows = tuple(
                tuple(_flat(form_of(row, each, f"{full}.{n}."))) for n, each in enumerate([*known, {}])
            )  # fmt: skip
            parts.append(Part(full, label, (), rows))
        else:
            fields.append(_field(full, label, kind, value, field.get_default()))
    return ((Part(prefix.rstrip("."), "", tuple(fields)),) if fields else ()) + tuple(parts)


def filled(model: type[BaseModel], document: Mapping[str, Any], posted: Posted, prefix: str = "") -> dict[str, Any]:
    """The document with what was filled in; it may be one that cannot be used. Raises `ConfigError` for wrong YAML."""
    result: dict[str, Any] = {}
    for name, field in model.model_fields.items():
        label, kind = field.alias or name, _bare(field.annotation)
        before, full = document.get(label), f"{prefix}{label}"
        value: Any
        if _is_model(kind) and not issubclass(kind, Phrases):
            value = filled(kind, before if isinstance(before, dict) else {}, posted, f"{full}.") or None
        elif row := _row_model(kind):
            value = _rows(row, list(before or []), posted, full) or ([] if field.is_required() else None)
        else:
            text = posted.get(full, "")
            either = kind is bool and field.get_default() is None
            value = {"True": True, "False": False}.get(text) if either else _read(kind, text, before)
            if value == field.get_default() and before is None and not field.is_required():
                value = None
        if value is not None:
            result[label] = value
    return result


def _rows(row: type[BaseModel], before: list[Any], posted: Posted, full: str) -> list[dict[str, Any]]:
    numbers = sorted({int(part) for name in posted for part in [name.removeprefix(f"{full}.").partition(".")[0]]
                      if name.startswith(f"{full}.") and part.isdigit()})  # fmt: skip
    rows = [filled(row, before[n] if n < len(before) else {}, posted, f"{full}.{n}.") for n in numbers]
    return [each for each in rows if any(value not in ("", [], {}) for value in each.values())]


def _flat(parts: tuple[Part, ...]) -> Iterator[Field]:
    for part in parts:
        yield from part.fields


def _field(name: str, label: str, kind: Any, value: Any, default: Any) -> Field:
    given = default if value is None and isinstance(default, bool | int | float | str) else value
    if kind is bool and default is None:
        return Field(name, label, "choice", "" if given is None else str(given), ("True", "False"))
    if kind is bool:
        return Field(name, label, "tick", YES if given else "")
    if choices := _choices(kind):
        return Field(name, label, "choice", "" if given is None else str(given), choices)
    if _is_model(kind):
        return Field(name, label, "phrases", "\n".join(_phrases(value)))
    if kind in (int, float):
        return Field(
            name, label, "number", "" if given is None else f"{given:g}" if isinstance(given, float) else str(given)
        )
    if kind is date:
        return Field(name, label, "date", "" if given is None else str(given))
    if kind is str:
        return Field(name, label, "text", "" if given is None else str(given))
    if _is_lines(kind):
        lines = [value] if isinstance(value, str) else list(value or ())
        return Field(name, label, "lines", "\n".join(map(str, lines)))
    if _is_shares(kind):
        shares = (
            dict.fromkeys([value] if isinstance(value, str) else value or (), 1)
            if not isinstance(value, dict)
            else value
        )
        return Field(
            name, label, "shares", "\n".join(f"{who} {share}" if share != 1 else who for who, share in shares.items())
        )
    text = "" if value is None else yaml.safe_dump(value, allow_unicode=True, sort_keys=False)
    return Field(name, label, "yaml", text)


def _read(kind: Any, text: str, before: Any) -> Any:
    text = text.replace("\r\n", "\n").strip()
    if kind is bool:
        return text == YES
    if not text:
        return None
    if _is_model(kind):
        entries = _lines(text)
        limits = (
            {name: value for name, value in before.items() if name not in ("phrases", "lexicon")}
            if isinstance(before, dict)
            else {}
        )
        return limits | {"phrases": entries} if limits else entries
    if kind in (int, float):
        return _number(text)
    if _is_lines(kind):
        return [
            date.fromisoformat(line) if _is_date(line) and get_args(kind)[0] is date else line for line in _lines(text)
        ]
    if _is_shares(kind):
        return dict(map(_share, _lines(text)))
    if kind is str or kind is date or _choices(kind):
        return date.fromisoformat(text) if kind is date and _is_date(text) else text
    return _yaml(text)


def _phrases(value: Any) -> list[str]:
    """A lexicon's entries stand with the others, where people can change them."""
    if not isinstance(value, dict):
        return list(value or ())
    lexicon = read_lexicon(value["lexicon"]) if "lexicon" in value else ()
    return [*value.get("phrases", ()), *lexicon]


def _yaml(text: str) -> Any:
    """Raises `ConfigError`."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "part.yaml")
        path.write_text(text, encoding="utf-8")
        return plain(path, read_yaml(path))


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.split("\n") if line.strip()]


def _number(text: str) -> int | float | str:
    for read in (int, float):
        try:
            return read(text)
        except ValueError:
            continue
    return text


def _share(line: str) -> tuple[str, float | str]:
    who, _, share = line.rpartition(" ")
    return (who.strip(), _number(share) if share else 1.0) if who else (line, 1.0)


def _is_date(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _bare(annotation: Any) -> Any:
    """Without what only limits it, and without None."""
    origin = get_origin(annotation)
    if origin is Annotated:
        return _bare(get_args(annotation)[0])
    if origin in (Union, UnionType):
        kinds = [kind for kind in get_args(annotation) if kind is not NoneType]
        return _bare(kinds[0]) if len(kinds) == 1 else annotation
    return annotation


def _is_model(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, BaseModel)


def _row_model(kind: Any) -> type[BaseModel] | None:
    """The model of the rows of a list of them."""
    inner = _bare(get_args(kind)[0]) if get_origin(kind) in (tuple, list) else None
    return inner if _is_model(inner) and inner is not Check else None


def _choices(kind: Any) -> tuple[str, ...]:
    return tuple(map(str, get_args(kind))) if get_origin(kind) is Literal else ()


def _is_lines(kind: Any) -> bool:
    inner = _bare(get_args(kind)[0]) if get_origin(kind) is tuple else None
    return inner in (str, date)


def _is_shares(kind: Any) -> bool:
    return get_origin(kind) is dict and [_bare(part) for part in get_args(kind)] == [str, float]
