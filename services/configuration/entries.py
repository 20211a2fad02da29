"""Entries of the check library as they are written, what a draft makes of them, and where phrases hit."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from callqa.errors import ConfigError
from callqa.keys import content_key
from callqa.types import Turn
from callqa.validation import first_wrong
from callqa.yaml_file import plain, read_yaml
from qa_models.check_library import LIBRARY
from qa_models.dialogue import phrase_hits
from qa_models.phrases import Phrases
from qa_models.registry import KINDS
from services.configuration.files import dumped_document, entries_of
from services.configuration.model_form import Part, Posted, filled, form_of
from services.context import RubricSet

Entry = dict[str, Any]


@dataclass(frozen=True, slots=True)
class PhraseHit:
    """Where a phrase was heard: ``text[start:end]`` of a turn."""

    text: str
    start: int
    end: int
    phrase: str
    similarity: float
    sure: bool
    """Else it is so much alike that a person has to decide."""


def written_entry(rubric_set: RubricSet, checks: str, check_id: str) -> Entry | None:
    """The entry as the draft has it, else as the library does."""
    entries: dict[str, Entry] = {}
    for path in (LIBRARY, *rubric_set[0].settings.checks):
        entries |= {str(each.get("id")): each for each in plain(path, read_yaml(path))}
    return (entries | {str(each.get("id")): each for each in entries_of(checks)}).get(check_id)


def with_entry(checks: str, entry: Entry) -> str:
    """The checks of a draft with this entry, new or in place of the one of its id."""
    entries = {str(each["id"]): each for each in entries_of(checks)} | {str(entry["id"]): entry}
    return dumped_document(list(entries.values()))


def params_form(entry: Entry) -> tuple[Part, ...]:
    """The form of the entry's kind, with what the entry says. Raises `ConfigError` for an unknown kind."""
    return form_of(KINDS.get(str(entry["kind"])).params, entry.get("params") or {}, "params.")


def kind_words(entry: Entry) -> str:
    """How checks of the entry's kind work, where the kind says it."""
    return (KINDS.get(str(entry["kind"])).function.__doc__ or "").strip()


def filled_entry(entry: Entry, posted: Posted) -> Entry:
    """The entry with what was filled in, and the next version of itself. Raises `ConfigError`."""
    params = filled(KINDS.get(entry["kind"]).params, entry.get("params") or {}, posted, "params.")
    changed = entry | {"title": posted.get("title", "").strip(), "params": params}
    if meaning := posted.get("meaning", "").strip():
        changed["help"] = (entry.get("help") or {}) | {"meaning": meaning}
    if changed != entry and "version" not in posted:
        changed["version"] = int(entry.get("version", 1)) + 1
    return changed


def new_id(kind: str, title: str) -> str:
    """For a check of one's own."""
    return f"own_{kind}_{content_key(title)[:6]}"


def hits_in(phrases: Sequence[str], turns: Sequence[Turn], agent: str) -> list[PhraseHit]:
    """Where these phrases are heard in turns, near ones too. Raises `ConfigError` for one that cannot be read."""
    try:
        family = Phrases(phrases=tuple(phrases))
    except ValidationError as error:
        raise ConfigError("file.problem", path="", problem=first_wrong(error).problem) from error
    return [
        PhraseHit(hit.turn.text, hit.start, hit.end, hit.phrase, hit.similarity, hit.similarity >= family.accept)
        for hit in phrase_hits(family, turns, agent)
    ]


def as_turn(sentence: str) -> Turn:
    """A sentence as if it had been heard."""
    return Turn(0, "agent", 0.0, 1.0, sentence)
