"""Messages for what pydantic finds wrong: its types of error have entries ``pydantic.TYPE`` in the catalogues."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any, Literal, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from callqa.errors import Mistake
from callqa.messages import Message, catalogue

Location = tuple[int | str, ...]
Model = type[BaseModel]


@dataclass(frozen=True, slots=True)
class Wrong:
    """One thing that is wrong with a value."""

    location: Location
    """Keys and places from the value that was validated down to what is wrong."""
    problem: Message
    names_field: bool
    """Whether ``problem`` says of which field it is; what a validator of ours finds need not."""

    @property
    def field(self) -> str:
        """The location as people write it: ``groups.0.items``."""
        return ".".join(map(str, self.location))


def first_wrong(error: ValidationError, model: Model | None = None) -> Wrong:
    """The first thing that is wrong. A misspelt field is both unknown and missing; the unknown one shows where."""
    details = error.errors(include_url=False)
    return _wrong(min(details, key=lambda each: each["type"] != "extra_forbidden"), model)


def all_wrong(error: ValidationError, model: Model | None = None) -> list[Wrong]:
    """Everything that is wrong, in the order of pydantic. ``model``: what was validated, for the names it allows."""
    return [_wrong(details, model) for details in error.errors(include_url=False)]


def unknown_field(field: str | Message, allowed: Iterable[str], name: str = "") -> Message:
    """That there is no such field; ``name``: the last part of ``field``, where it has several."""
    names = list(allowed)
    if near := closest(name or str(field), names):
        return Message("field.unknown_near", field=field, near=near, allowed=names)
    return Message("field.unknown", field=field, allowed=names)


def closest(name: str, allowed: Iterable[str]) -> str | None:
    """The allowed name that is most like this one, where one is."""
    return next(iter(get_close_matches(name, list(allowed), n=1)), None)


def _wrong(details: ErrorDetails, model: Model | None) -> Wrong:
    location, values = details["loc"], dict(details.get("ctx", {}))
    if isinstance(mistake := values.get("error"), Mistake):
        return Wrong(location + mistake.where, mistake.message, names_field=False)
    field: str | Message = ".".join(map(str, location)) or Message("field.value")
    return Wrong(location, _problem(field, details, values, model), names_field=True)


def _problem(field: str | Message, details: ErrorDetails, values: dict[str, Any], model: Model | None) -> Message:
    kind, location = details["type"], details["loc"]
    if kind == "extra_forbidden" and (names := _names(model, location[:-1])):
        return unknown_field(field, names, str(location[-1]))
    if kind == "model_type" and (names := _names(model, location)):
        return Message("field.mapping", field=field, names=names)
    if kind == "literal_error":
        values["allowed"] = _choices(model, location) or (values["expected"],)
    code = f"pydantic.{kind}"
    if (None, code) not in catalogue("en"):
        return Message("pydantic.other", field=field, text=str(values.get("error", details["msg"])))
    return Message(code, **{**values, "field": field})


def _names(model: Model | None, location: Location) -> list[str]:
    """The fields that the mapping at ``location`` may have; none where no model describes it."""
    inner = _model_at(model, location)
    return [field.alias or name for name, field in inner.model_fields.items()] if inner else []


def _model_at(model: Model | None, location: Location) -> Model | None:
    """The model that describes the mapping at ``location``, where there is one."""
    for step in location:
        if model and isinstance(step, str):
            field = model.model_fields.get(step)
            model = next(_parts(field.annotation, _is_model), None) if field else None
    return model


def _choices(model: Model | None, location: Location) -> tuple[str, ...]:
    """What may be written at ``location`` where the model lists it."""
    names = tuple(step for step in location if isinstance(step, str))
    holder = _model_at(model, names[:-1])
    field = holder.model_fields.get(names[-1]) if holder and names else None
    if not field:
        return ()
    literals = _parts(field.annotation, _is_literal)
    return tuple(str(choice) for literal in literals for choice in get_args(literal))


def _is_model(annotation: Any) -> bool:
    return isinstance(annotation, type) and issubclass(annotation, BaseModel)


def _is_literal(annotation: Any) -> bool:
    origin: Any = get_origin(annotation)
    return origin is Literal


def _parts(annotation: Any, wanted: Callable[[Any], bool]) -> Iterator[Any]:
    """The annotation itself and what it is made of, as far as they are wanted."""
    if wanted(annotation):
        yield annotation
    else:
        for part in get_args(annotation):
            yield from _parts(part, wanted)
