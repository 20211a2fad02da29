"""Labelled calls: a folder with manifest.csv and truth/CALL_ID.json, or a folder of such folders, one an author.

``samples/README.md`` describes the layout, ``training/corpora/calls/README.md`` what a second labeller adds to it.
"""

import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from callqa.errors import ConfigError
from callqa.settings import Settings
from callqa.types import Call, Conversation, Recording, Transcript, Turn
from callqa.yaml_file import did_you_mean
from services.intake.manifest import ManifestRow, read_manifest

LABELS = ("pass", "fail", "na")
MANIFEST = "manifest.csv"


@dataclass(frozen=True, slots=True)
class Truth:
    """What people wrote down about a call."""

    call_id: str
    turns: tuple[Turn, ...]
    duration: float
    labels: Mapping[str, Any]
    """By item; of two labellers what both said."""
    disputed: Mapping[str, tuple[Any, Any]]
    """Items on which a second labeller said otherwise, with both labels: they measure the labels, not a check."""
    relabelled: bool
    """Whether there was a second labeller."""
    fulfilled: Mapping[str, tuple[int, ...]]
    """Turns that fulfil a duty, or tell a danger, by item; the first labeller's. Empty where nobody marked them."""
    evidence: Mapping[str, tuple[int, ...]]
    """Turns that show why an item is a fail; the first labeller's."""
    request_type: str
    """As the ticket should have been filed; empty where nobody said."""
    category: str
    """The first level, likewise."""


def author_folders(folder: Path) -> tuple[Path, ...]:
    """The folder itself, or the folders in it, at any depth, that hold labelled calls. Raises `ConfigError`."""
    if (folder / MANIFEST).exists():
        return (folder,)
    folders = tuple(sorted(manifest.parent for manifest in folder.rglob(MANIFEST)))
    if not folders:
        raise ConfigError("evaluation.no_truth", folder=str(folder))
    return folders


def read_truths(folder: Path) -> Iterator[Truth]:
    """The labelled calls of one author. Raises `ConfigError`."""
    files = sorted((folder / "truth").glob("*.json"))
    if not files or not (folder / MANIFEST).exists():
        raise ConfigError("evaluation.no_truth", folder=str(folder))
    for file in files:
        try:
            data = json.loads(file.read_text(encoding="utf-8"))
            turns = tuple(
                Turn(index, turn["speaker"], turn["start"], turn["end"], turn["text"])
                for index, turn in enumerate(sorted(data["turns"], key=lambda turn: turn["start"]))
            )
            disputed = {item: (first, second) for item, (first, second) in data.get("disputed", {}).items()}
            fulfilled, evidence = (
                {item: tuple(map(int, places)) for item, places in data.get(key, {}).items()}
                for key in ("fulfilled", "evidence")
            )
            yield Truth(
                data["call_id"],
                turns,
                data["duration"],
                data["labels"],
                disputed,
                "second" in data,
                fulfilled,
                evidence,
                data.get("request_type", ""),
                data.get("category_l1", ""),
            )
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise ConfigError(
                "evaluation.truth_unreadable", file=str(file), kind=type(error).__name__, why=str(error)
            ) from error


def check_labels(folder: Path, truths: Mapping[str, Truth], items: Collection[str]) -> None:
    """A misspelt label would be counted as another one. Raises `ConfigError`."""
    for truth in truths.values():
        both = [(item, label) for item, labels in truth.disputed.items() for label in labels]
        for item, label in (*truth.labels.items(), *both):
            file = f"{folder / 'truth' / truth.call_id}.json"
            if item not in items:
                near = did_you_mean(item, items)
                raise ConfigError("evaluation.item_unknown", file=file, item=item, near=near)
            if label not in LABELS:
                raise ConfigError("evaluation.no_label", file=file, item=item, label=label, labels=LABELS)


def true_conversations(
    settings: Settings, folder: Path, truths: Mapping[str, Truth]
) -> Iterator[tuple[str, Conversation]]:
    for row in read_manifest(str(folder / MANIFEST), None, settings.ingest, settings.timezone):
        if isinstance(row, ManifestRow) and row.call.call_id in truths:
            yield row.call.call_id, _true_conversation(row.call, truths[row.call.call_id])


def _true_conversation(call: Call, truth: Truth) -> Conversation:
    recording = Recording(sha256="", duration=truth.duration, n_channels=2, sample_rate=8000, codec="truth")
    return Conversation(call, Transcript(recording, engine_key="truth", turns=truth.turns))
