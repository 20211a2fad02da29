"""Evaluation of speech recognition, on a folder with manifest.csv (columns file, transcript) and the files it names."""

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO

from rich.console import Console
from rich.progress import track

from asr import ErrorRates, Source, Transcriber, error_rates
from asr.confidence import Bin, Calibration, calibration_error, fit, judge_syllables, reliability
from asr.telephone import over_the_telephone
from callqa.errors import AudioError, ConfigError
from callqa.keys import file_sha256
from callqa.messages import terminal_text as _
from callqa.settings import AsrSettings
from callqa.types import Transcript

COLUMNS = ("file", "transcript")


@dataclass(frozen=True, slots=True)
class Clip:
    """A file and what is said in it."""

    path: Path
    transcript: str


@dataclass(frozen=True, slots=True)
class SpeechEvaluation:
    telephone: bool
    n_clips: int
    failed: tuple[tuple[str, str], ...]
    """(file, reason) of clips that could not be transcribed; they are in no figure."""
    heard: ErrorRates
    """Of what the engine wrote."""
    repaired: ErrorRates
    """Of what the transcripts say."""
    reliability: tuple[Bin, ...]
    """Of the words' probabilities, by syllable."""
    calibration: Calibration | None
    """What would have to be done to these probabilities; near slope 1 and offset 0 when they are right already."""

    def as_dict(self) -> dict[str, Any]:
        rates = {
            name: {
                "cer": r.character_error_rate,
                "ser": r.syllable_error_rate,
                "n_characters": r.n_characters,
                "n_syllables": r.n_syllables,
            }
            for name, r in (("without_repair", self.heard), ("with_repair", self.repaired))
        }
        return {
            "telephone": self.telephone,
            "n_clips": self.n_clips,
            "failed": [{"file": file, "reason": reason} for file, reason in self.failed],
            **rates,
            "calibration_error": calibration_error(self.reliability),
            "reliability": [asdict(line) for line in self.reliability],
            "calibration": asdict(self.calibration) if self.calibration else None,
        }


def evaluate_speech(settings: AsrSettings, folder: Path, telephone: bool, console: Console) -> SpeechEvaluation:
    """Transcribe all clips and compare. Raises `ConfigError` when the folder has another layout."""
    clips = tuple(read_clips(folder))
    sources = [_source(clip, telephone) for clip in clips]
    results = Transcriber(settings).transcribe(sources)
    watched = track(
        results, _("recognising"), len(clips), console=console, transient=True, disable=not console.is_terminal
    )
    outcomes = [outcome for _, outcome in watched]
    pairs = [
        (clip, transcript)
        for clip, transcript in zip(clips, outcomes, strict=True)
        if isinstance(transcript, Transcript)
    ]
    judged = [
        entry
        for clip, transcript in pairs
        for entry in judge_syllables(clip.transcript, [word for turn in transcript.turns for word in turn.words])
    ]
    return SpeechEvaluation(
        telephone=telephone,
        n_clips=len(clips),
        failed=tuple(
            (clip.path.name, error.reason)
            for clip, error in zip(clips, outcomes, strict=True)
            if isinstance(error, AudioError)
        ),
        heard=error_rates((clip.transcript, _text(transcript, raw=True)) for clip, transcript in pairs),
        repaired=error_rates((clip.transcript, _text(transcript)) for clip, transcript in pairs),
        reliability=reliability(judged),
        calibration=_fitted(judged),
    )


def read_clips(folder: Path) -> Iterator[Clip]:
    """Raises `ConfigError` naming the line that is wrong."""
    manifest = folder / "manifest.csv"
    if not manifest.is_file():
        raise ConfigError("evaluation.no_manifest", folder=str(folder), columns=COLUMNS)
    with manifest.open(encoding="utf-8-sig", newline="") as file:
        rows = csv.DictReader(file)
        if missing := [name for name in COLUMNS if name not in (rows.fieldnames or ())]:
            raise ConfigError("evaluation.column_missing", manifest=str(manifest), columns=missing)
        n_clips = 0
        for row in rows:
            path = folder / (row["file"] or "")
            if not path.is_file():
                raise ConfigError(
                    "evaluation.file_missing",
                    manifest=str(manifest), line=rows.line_num, file=row["file"], folder=str(folder),
                )  # fmt: skip
            if not (row["transcript"] or "").strip():
                raise ConfigError(
                    "evaluation.no_transcript", manifest=str(manifest), line=rows.line_num, file=row["file"]
                )
            n_clips += 1
            yield Clip(path, row["transcript"])
    if not n_clips:
        raise ConfigError("evaluation.no_files", manifest=str(manifest))


def _source(clip: Clip, telephone: bool) -> Source:
    with clip.path.open("rb") as file:
        sha256 = file_sha256(file)
    return Source(sha256, None, partial(_open, clip.path, telephone))


def _open(path: Path, telephone: bool) -> BinaryIO:
    if not telephone:
        return path.open("rb")
    with path.open("rb") as file:
        return io.BytesIO(over_the_telephone(file))


def _text(transcript: Transcript, *, raw: bool = False) -> str:
    return "".join(turn.raw_text if raw else turn.text for turn in transcript.turns)


def _fitted(judged: Sequence[tuple[float, bool]]) -> Calibration | None:
    try:
        return fit(judged)
    except ValueError:  # all right, or all wrong
        return None
