"""Evaluation on labelled calls, a folder with manifest.csv, audio/ and truth/CALL_ID.json: checks and transcripts.

From audio, the very stages of a run do the work, on a database of the evaluation's own that is kept, so that repeating
it after a change of the checks needs no speech recognition. Labels: ``samples/README.md`` describes the layout.
"""

import json
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from asr import ErrorRates, error_rates
from callqa.errors import ConfigError
from callqa.keys import content_key
from callqa.settings import Settings
from callqa.types import Call, Conversation, Finding, Recording, Role, Transcript, Turn
from callqa.yaml_file import did_you_mean
from qa_models import run_checks
from scoring.agreement.evaluation import Figures, LabelledCall, evaluate
from services.context import RubricContext, open_context
from services.evaluation.turns import TurnFigures, turn_figures
from services.intake.manifest import ManifestRow, read_manifest
from store.calls import read

LABELS = ("pass", "fail", "na")
CHANNELS: tuple[Role, ...] = ("agent", "citizen", "unknown")


@dataclass(frozen=True, slots=True)
class Truth:
    """What people wrote down about a call."""

    call_id: str
    turns: tuple[Turn, ...]
    duration: float
    labels: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class SpeechFigures:
    """Error rates of the text of the turns, and of what the engine wrote before it was mended."""

    text: ErrorRates
    raw_text: ErrorRates


@dataclass(frozen=True, slots=True)
class Evaluation:
    figures: Figures
    speech: Mapping[str, SpeechFigures]
    """By channel; ``unknown`` are calls whose speakers were not told apart, compared as a whole. Empty from truth."""
    turns: Mapping[str, TurnFigures]
    """Of recordings with a channel for each speaker (``separate``) and without (``shared``). Empty from truth."""
    n_calls: int
    missing: tuple[str, ...]
    """Labelled calls without findings: refused by ingest, or not transcribed."""

    def as_dict(self) -> dict[str, Any]:
        speech = {
            channel: {
                "cer": figures.text.character_error_rate,
                "ser": figures.text.syllable_error_rate,
                "cer_as_heard": figures.raw_text.character_error_rate,
                "ser_as_heard": figures.raw_text.syllable_error_rate,
                "n_characters": figures.text.n_characters,
            }
            for channel, figures in self.speech.items()
        }
        items = {item.item: {k: v for k, v in asdict(item).items() if k != "item"} for item in self.figures.items}
        return {
            "n_calls": self.n_calls,
            "missing": list(self.missing),
            "overall": asdict(self.figures.overall),
            "items": items,
            "disagreements": [asdict(disagreement) for disagreement in self.figures.disagreements],
            "speech": speech,
            "turns": {layout: figures.as_dict() for layout, figures in self.turns.items()},
        }


Recognise = Callable[[RubricContext, str], None]
"""Takes in a manifest's calls, transcribes and checks them: the night's own steps."""


def evaluate_folder(settings: Settings, folder: Path, recognise: Recognise | None) -> Evaluation:
    """Machine against truth on every call of ``folder``; without ``recognise`` the checks read the true turns.

    Raises `ConfigError` when the folder has another layout.
    """
    truths = {truth.call_id: truth for truth in read_truths(folder)}
    own_settings = _own_database(settings, folder)
    with open_context(own_settings) as context:
        check_labels(folder, truths, context.checks)
        if recognise is None:
            conversations = dict(true_conversations(own_settings, folder, truths))
            findings = {call_id: run_checks(call, context.checks.values()) for call_id, call in conversations.items()}
        else:
            conversations, findings = _recognised(context, folder, truths, recognise)
    labelled = [
        LabelledCall(call_id, truths[call_id].labels, call_findings) for call_id, call_findings in findings.items()
    ]
    speech = {} if recognise is None else _speech_figures(truths, conversations)
    return Evaluation(
        figures=evaluate(labelled),
        speech=speech,
        turns={} if recognise is None else _turn_figures(truths, conversations),
        n_calls=len(labelled),
        missing=tuple(sorted(set(truths) - set(findings))),
    )


def transcribed_conversations(settings: Settings, folder: Path, recognise: Recognise) -> dict[str, Conversation]:
    """The labelled calls as they are recognised, by id. Raises `ConfigError` when the folder has another layout."""
    truths = {truth.call_id: truth for truth in read_truths(folder)}
    with open_context(_own_database(settings, folder)) as context:
        return _recognised(context, folder, truths, recognise)[0]


def _own_database(settings: Settings, folder: Path) -> Settings:
    """The same settings over a database that is kept for this folder."""
    scratch = settings.home / "eval" / f"{folder.name}-{content_key(str(folder.resolve()))}.db"
    return settings.model_copy(update={"database_url": f"sqlite:///{scratch}"})


def read_truths(folder: Path) -> Iterator[Truth]:
    files = sorted((folder / "truth").glob("*.json"))
    if not files or not (folder / "manifest.csv").exists():
        raise ConfigError("evaluation.no_truth", folder=str(folder))
    for file in files:
        try:
            data = json.loads(file.read_text(encoding="utf-8"))
            turns = tuple(
                Turn(index, turn["speaker"], turn["start"], turn["end"], turn["text"])
                for index, turn in enumerate(sorted(data["turns"], key=lambda turn: turn["start"]))
            )
            yield Truth(data["call_id"], turns, data["duration"], data["labels"])
        except (KeyError, TypeError, ValueError) as error:
            raise ConfigError(
                "evaluation.truth_unreadable", file=str(file), kind=type(error).__name__, why=str(error)
            ) from error


def check_labels(folder: Path, truths: Mapping[str, Truth], items: Collection[str]) -> None:
    """A misspelt label would be counted as another one. Raises `ConfigError`."""
    for truth in truths.values():
        for item, label in truth.labels.items():
            file = f"{folder / 'truth' / truth.call_id}.json"
            if item not in items:
                near = did_you_mean(item, items)
                raise ConfigError("evaluation.item_unknown", file=file, item=item, near=near)
            if label not in LABELS:
                raise ConfigError("evaluation.no_label", file=file, item=item, label=label, labels=LABELS)


def true_conversations(
    settings: Settings, folder: Path, truths: Mapping[str, Truth]
) -> Iterator[tuple[str, Conversation]]:
    for row in read_manifest(str(folder / "manifest.csv"), None, settings.ingest, settings.timezone):
        if isinstance(row, ManifestRow) and row.call.call_id in truths:
            yield row.call.call_id, _true_conversation(row.call, truths[row.call.call_id])


def _true_conversation(call: Call, truth: Truth) -> Conversation:
    recording = Recording(sha256="", duration=truth.duration, n_channels=2, sample_rate=8000, codec="truth")
    return Conversation(call, Transcript(recording, engine_key="truth", turns=truth.turns))


def _recognised(
    context: RubricContext, folder: Path, truths: Mapping[str, Truth], recognise: Recognise
) -> tuple[dict[str, Conversation], dict[str, tuple[Finding, ...]]]:
    recognise(context, str(folder / "manifest.csv"))
    with context.store.read() as connection:
        known = (read.call_row(connection, call_id) for call_id in truths)
        ids = {row.call_pk: row.call.call_id for row in known if row}
        conversations = {
            ids[stored.call_pk]: stored.conversation
            for stored in read.conversations(connection, ids, context.keys.engine_key, context.zone)
        }
        findings = {stored.call_id: stored.findings for stored in read.findings(connection, ids, context.keys)}
    return conversations, findings


def _speech_figures(truths: Mapping[str, Truth], conversations: Mapping[str, Conversation]) -> dict[str, SpeechFigures]:
    pairs: dict[str, list[tuple[str, str, str]]] = {channel: [] for channel in CHANNELS}
    for call_id, conversation in conversations.items():
        truth = truths[call_id]
        if "roles_unknown" in conversation.transcript.flags:
            pairs["unknown"].append(_texts(truth.turns, conversation.turns))
        else:
            for channel in ("agent", "citizen"):
                pairs[channel].append(_texts(truth.turns, conversation.turns, channel))
    return {
        channel: SpeechFigures(
            text=error_rates((reference, text) for reference, text, _ in texts),
            raw_text=error_rates((reference, raw_text) for reference, _, raw_text in texts),
        )
        for channel, texts in pairs.items()
        if texts
    }


def _texts(true_turns: tuple[Turn, ...], turns: tuple[Turn, ...], role: str | None = None) -> tuple[str, str, str]:
    """What was said, the text of the turns, and what the engine wrote; of one speaker or of both."""
    spoken = [turn for turn in turns if role is None or turn.role == role]
    reference = "".join(turn.text for turn in true_turns if role is None or turn.role == role)
    return reference, "".join(turn.text for turn in spoken), "".join(turn.raw_text for turn in spoken)


def _turn_figures(truths: Mapping[str, Truth], conversations: Mapping[str, Conversation]) -> dict[str, TurnFigures]:
    layouts: dict[str, list[tuple[tuple[Turn, ...], tuple[Turn, ...]]]] = {}
    for call_id, conversation in conversations.items():
        layout = "separate" if conversation.call.agent_channel is not None else "shared"
        layouts.setdefault(layout, []).append((truths[call_id].turns, conversation.turns))
    return {layout: turn_figures(pairs) for layout, pairs in layouts.items()}
