"""Evaluation on labelled calls, a folder with manifest.csv, audio/ and truth/CALL_ID.json: checks and transcripts.

A folder of such folders holds the calls of several authors, one folder each; figures are told by author, too.

From audio, the very stages of a run do the work, on a database of the evaluation's own that is kept, so that repeating
it after a change of the checks needs no speech recognition. Labels: ``samples/README.md`` describes the layout.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from asr import ErrorRates, error_rates
from callqa.errors import ConfigError
from callqa.keys import content_key
from callqa.settings import Settings
from callqa.types import Conversation, Finding, Role, Turn
from qa_models import run_checks
from scoring.agreement.evaluation import Figures, LabelledCall, Overall, Pair, evaluate, figures_of
from services.context import RubricContext, open_context
from services.evaluation.labelled import MANIFEST, Truth, author_folders, check_labels, read_truths, true_conversations
from services.evaluation.turns import TurnFigures, turn_figures
from store.calls import read

CHANNELS: tuple[Role, ...] = ("agent", "citizen", "unknown")


@dataclass(frozen=True, slots=True)
class SpeechFigures:
    """Error rates of the text of the turns, and of what the engine wrote before it was mended."""

    text: ErrorRates
    raw_text: ErrorRates


@dataclass(frozen=True, slots=True)
class AuthorFigures:
    """Figures over all items of one author's calls."""

    n_calls: int
    overall: Overall


@dataclass(frozen=True, slots=True)
class Evaluation:
    figures: Figures
    authors: Mapping[str, AuthorFigures]
    """By folder, where there are several: how far a figure hangs on who wrote the calls."""
    ceiling: Figures | None
    """Agreement of second labellers with the first, of calls that have both."""
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
            "authors": {author: asdict(figures) for author, figures in self.authors.items()},
            "ceiling": None if self.ceiling is None else _ceiling_dict(self.ceiling),
            "disagreements": [asdict(disagreement) for disagreement in self.figures.disagreements],
            "speech": speech,
            "turns": {layout: figures.as_dict() for layout, figures in self.turns.items()},
        }


def _ceiling_dict(ceiling: Figures) -> dict[str, Any]:
    items = {
        item.item: {"n": item.n, "n_fail": item.n_fail, "f1": item.f1, "kappa": item.kappa} for item in ceiling.items
    }
    return {"macro_f1": ceiling.overall.macro_f1, "items": items}


Recognise = Callable[[RubricContext, str], None]
"""Takes in a manifest's calls, transcribes and checks them: the night's own steps."""


def evaluate_folder(settings: Settings, folder: Path, recognise: Recognise | None) -> Evaluation:
    """Machine against truth on every call of ``folder``; without ``recognise`` the checks read the true turns.

    Raises `ConfigError` when the folder has another layout.
    """
    truths: dict[str, Truth] = {}
    author_of: dict[str, str] = {}
    conversations: dict[str, Conversation] = {}
    findings: dict[str, tuple[Finding, ...]] = {}
    with open_context(_own_database(settings, folder)) as context:
        for author in author_folders(folder):
            written = {truth.call_id: truth for truth in read_truths(author)}
            check_labels(author, written, context.checks)
            if twice := sorted(truths.keys() & written):
                raise ConfigError("evaluation.call_twice", call=twice[0], folder=str(author))
            answer = _recognised(context, author, written, recognise) if recognise else _read(context, author, written)
            truths |= written
            author_of |= dict.fromkeys(written, str(author.relative_to(folder)))
            conversations |= answer[0]
            findings |= answer[1]
    labelled = [
        LabelledCall(call_id, truths[call_id].labels, call_findings, author_of[call_id])
        for call_id, call_findings in findings.items()
    ]
    return Evaluation(
        figures=evaluate(labelled),
        authors=_by_author(labelled),
        ceiling=_ceiling(truths, author_of),
        speech={} if recognise is None else _speech_figures(truths, conversations),
        turns={} if recognise is None else _turn_figures(truths, conversations),
        n_calls=len(labelled),
        missing=tuple(sorted(set(truths) - set(findings))),
    )


def _by_author(labelled: Sequence[LabelledCall]) -> dict[str, AuthorFigures]:
    """Of each author's calls by themselves; empty with one author."""
    authors: dict[str, list[LabelledCall]] = {}
    for call in labelled:
        authors.setdefault(call.author, []).append(call)
    if len(authors) < 2:
        return {}
    return {author: AuthorFigures(len(calls), evaluate(calls).overall) for author, calls in sorted(authors.items())}


def _ceiling(truths: Mapping[str, Truth], author_of: Mapping[str, str]) -> Figures | None:
    """How far the second labellers agree with the first: no check can be asked to agree better."""
    calls = [truth for truth in truths.values() if truth.relabelled]
    pairs: dict[str, list[Pair]] = {}
    for n, truth in enumerate(calls):
        agreed = {item: (label, label) for item, label in truth.labels.items()}
        for item, (first, second) in (agreed | dict(truth.disputed)).items():
            pairs.setdefault(item, []).append(Pair(n, first, second))
    return figures_of(pairs, [author_of[truth.call_id] for truth in calls]) if calls else None


def transcribed_conversations(settings: Settings, folder: Path, recognise: Recognise) -> dict[str, Conversation]:
    """The labelled calls as they are recognised, by id. Raises `ConfigError` when the folder has another layout."""
    truths = {truth.call_id: truth for truth in read_truths(folder)}
    with open_context(_own_database(settings, folder)) as context:
        return _recognised(context, folder, truths, recognise)[0]


def _own_database(settings: Settings, folder: Path) -> Settings:
    """The same settings over a database that is kept for this folder."""
    scratch = settings.home / "eval" / f"{folder.name}-{content_key(str(folder.resolve()))}.db"
    return settings.model_copy(update={"database_url": f"sqlite:///{scratch}"})


Answer = tuple[dict[str, Conversation], dict[str, tuple[Finding, ...]]]
"""Of some calls, by id: the words that the checks read, and what they found."""


def _read(context: RubricContext, folder: Path, truths: Mapping[str, Truth]) -> Answer:
    """The true turns and what the checks find in them."""
    conversations = dict(true_conversations(context.settings, folder, truths))
    checks = context.checks.values()
    return conversations, {call_id: run_checks(call, checks) for call_id, call in conversations.items()}


def _recognised(context: RubricContext, folder: Path, truths: Mapping[str, Truth], recognise: Recognise) -> Answer:
    """The transcribed turns and what the checks find in them."""
    recognise(context, str(folder / MANIFEST))
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
