"""Versions of models: trained from examples and put forward, adopted by a person, and rolled back."""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

from callqa.errors import CallQAError, ConfigError
from callqa.learning import GoldenChange, ModelUse, ModelVersion
from qa_models.utterance.line import Line
from qa_models.utterance.model import load_model, model_key
from qa_models.utterance.versions import DESCRIPTION, LINEAR, open_version
from services.context import RubricSet, with_models
from services.learning.challenger import Challenger, Champion, challenger_of
from services.learning.golden import golden_change
from services.learning.models import ModelKeys, open_versions
from services.learning.taught import TEACHING, lines_in_use, taught_examples
from store import Connection
from store.calls import read
from store.people import calibration, golden, model_versions

OTHER_CALLS = 200
"""Calls whose words keep a challenger near what it was."""
OTHER_LINES = 6000


class KnownVersion(NamedTuple):
    """A version in a list of them."""

    version: ModelVersion
    chosen: bool
    """Runs use it."""


def refuse_unlearnt(model: str) -> None:
    """Raises `ConfigError` for a model that does not learn from examples."""
    if model not in TEACHING:
        raise ConfigError("learning.no_model", model=model, known=sorted(TEACHING))


def train(rubric_set: RubricSet, model: str, author: str, at: datetime) -> Challenger:
    """Learns from the examples, and keeps what gains: it is put forward, and used by nobody. Raises `ConfigError`."""
    refuse_unlearnt(model)
    store = rubric_set[0].store
    taught = taught_examples(rubric_set, model)
    with store.read() as c:
        champion = _champion(c, model)
        others = _other_lines(rubric_set, c, model, {example.call_id for example in taught.examples})
    challenger = challenger_of(model, taught, others, champion, author, at)
    if not challenger.gains:
        return challenger
    open_version(model, challenger.files)
    changes = golden_changes(rubric_set, challenger.version)
    version = replace(challenger.version, card=replace(challenger.version.card, golden=changes))
    files = challenger.files.files
    with store.write() as c:
        model_versions.put_version(c, version, files[DESCRIPTION].decode(), files[LINEAR])
        return replace(challenger, version=version_of(c, version.key))


def _champion(c: Connection, model: str) -> Champion:
    key = model_versions.chosen(c).get(model)
    if key is None:
        return Champion(model_key(model), load_model(model), None)
    ((_, name),) = open_versions(c, [(model, key)])
    return Champion(key, load_model(name), version_of(c, key).card)


def _other_lines(rubric_set: RubricSet, c: Connection, model: str, taught: Collection[str]) -> list[Line]:
    """Words of the latest calls of which nobody said anything; without those that people judge or are measured on."""
    first = rubric_set[0]
    golden_calls = {label.call_id for label in golden.labels(c)}
    ids = model_versions.recent_calls(c, OTHER_CALLS, {*taught, *golden_calls, *calibration.open_calls(c)})
    conversations = read.conversations(c, ids, first.keys.engine_key, first.zone)
    lines = (line for known in conversations for line in lines_in_use(known.conversation.turns, TEACHING[model].role))
    return list(dict.fromkeys(lines))[:OTHER_LINES]


def version_of(c: Connection, key: str) -> ModelVersion:
    """By its key, or by the beginning of it. Raises `CallQAError` where none fits, or several."""
    fitting = [version for version in model_versions.versions(c) if key and version.key.startswith(key)]
    if len(fitting) != 1:
        raise CallQAError("learning.versions_fitting" if fitting else "learning.no_version", key=key)
    return fitting[0]


def known_versions(c: Connection) -> list[KnownVersion]:
    """The latest first."""
    chosen = model_versions.chosen(c)
    return [KnownVersion(version, chosen.get(version.model) == version.key) for version in model_versions.versions(c)]


def golden_changes(rubric_set: RubricSet, version: ModelVersion) -> tuple[GoldenChange, ...]:
    """What the version would change on the golden set, by rubric; those are left out on which no label tells it."""
    changes = (golden_change(context, _with(context.models, version.model, version.key)) for context in rubric_set)
    return tuple(change for change in changes if change is not None)


def _with(models: ModelKeys, model: str, key: str) -> ModelKeys:
    return tuple(sorted({**dict(models), model: key}.items()))


def adopt(rubric_set: RubricSet, version: ModelVersion, author: str, reason: str, at: datetime) -> ModelVersion:
    """Has the next run make findings with the version; the version with what the golden set says of it now.

    Raises `CallQAError` where the golden set tells nothing of it, or something against it.
    """
    changes = golden_changes(rubric_set, version)
    if not changes:
        raise CallQAError("learning.no_golden_labels", key=version.key)
    if against := [change for change in changes if not change.agrees]:
        change = against[0]
        raise CallQAError(
            "learning.golden_against",
            key=version.key,
            before=change.right_before,
            after=change.right_after,
            n=change.n_labels,
            failed_before=change.wrongly_failed_before,
            failed_after=change.wrongly_failed_after,
            short=list(change.missed),
        )
    for context in rubric_set:
        with_models(context, _with(context.models, version.model, version.key))  # it can be loaded
    with rubric_set[0].store.write() as c:
        model_versions.put_use(c, ModelUse(version.model, version.key, author, reason, at))
    return replace(version, card=replace(version.card, golden=changes))


def roll_back(rubric_set: RubricSet, model: str, author: str, reason: str, at: datetime) -> str:
    """Has the next run use what was used before the version that is chosen now; its key, empty for the shipped model.

    Raises `CallQAError` where the shipped model is in use, and `ConfigError`.
    """
    refuse_unlearnt(model)
    with rubric_set[0].store.write() as c:
        chosen = model_versions.chosen(c).get(model)
        if chosen is None:
            raise CallQAError("learning.nothing_to_roll_back", model=model)
        before = _used_before([use for use in model_versions.uses(c) if use.model == model])
        model_versions.put_use(c, ModelUse(model, before, author, reason, at))
    return before


def _used_before(latest_first: list[ModelUse]) -> str:
    """What was in use before the newest decision that no later one took back."""
    stack = [""]
    for use in reversed(latest_first):
        if use.key in stack:
            del stack[stack.index(use.key) + 1 :]
        else:
            stack.append(use.key)
    return stack[-2] if len(stack) > 1 else ""
