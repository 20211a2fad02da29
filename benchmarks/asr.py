"""Speech recognition side by side, in one run on one machine, with the same weights:

our pipeline, the loop of faster-whisper's README (each channel, beam 5, vad_filter), and the defaults of the
openai-whisper command. The language is given to all three.

    python -m benchmarks.asr FOLDER [--calls 8] [--only callqa,faster-whisper,openai-whisper] [--device cpu]

FOLDER holds manifest.csv and truth/*.json, as samples/ does. Each system runs in a process of its own, one after the
other. Prints a table and appends a line of JSON to benchmarks/asr.jsonl.
"""

import argparse
import csv
import json
import os
import platform
import resource
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from functools import partial
from multiprocessing import get_context
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.table import Table

from asr import Source, Transcriber, error_rates
from asr.decode import decode
from asr.weights import find_weights
from callqa.errors import AudioError
from callqa.settings import AsrSettings
from callqa.text import normalise

RECORD = Path(__file__).with_suffix(".jsonl")
NEAR_SPEECH = 0.5  # seconds from true speech; further away, text is made up


@dataclass(frozen=True)
class Piece:
    """Text with a time, and who said it: agent, citizen, or both on one channel."""

    role: str
    start: float
    end: float
    text: str


@dataclass(frozen=True)
class LabelledCall:
    path: Path
    agent_channel: int | None
    duration: float
    turns: tuple[Piece, ...]


@dataclass(frozen=True)
class Figures:
    system: str
    load_seconds: float
    seconds: float
    real_time_factor: float
    cer: float | None
    ser: float | None
    ser_agent: float | None
    ser_citizen: float | None
    silent_characters_per_minute: float
    peak_mib: float


def read_calls(folder: Path, n: int) -> list[LabelledCall]:
    """``n`` calls spread evenly over the folder."""
    with (folder / "manifest.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    chosen = [rows[i * len(rows) // n] for i in range(min(n, len(rows)))]
    return [_labelled(folder, row) for row in chosen]


def _labelled(folder: Path, row: dict[str, str]) -> LabelledCall:
    truth = json.loads((folder / "truth" / f"{row['call_id']}.json").read_text(encoding="utf-8"))
    channel = int(row["agent_channel"]) if row["agent_channel"] else None
    turns = tuple(Piece(t["speaker"], t["start"], t["end"], t["text"]) for t in truth["turns"])
    return LabelledCall(folder / row["recording"], channel, truth["duration"], turns)


def callqa(device: str, calls: Sequence[LabelledCall]) -> Iterator[list[Piece]]:
    transcriber = Transcriber(AsrSettings(device=device))
    yield []
    sources = [Source(f"{i:064d}", call.agent_channel, partial(call.path.open, "rb")) for i, call in enumerate(calls)]
    for _, transcript in transcriber.transcribe(sources):
        if isinstance(transcript, AudioError):
            raise transcript
        yield [Piece(turn.role, w.start, w.end, w.text) for turn in transcript.turns for w in turn.words]


def faster_whisper(device: str, calls: Sequence[LabelledCall]) -> Iterator[list[Piece]]:
    from faster_whisper import WhisperModel

    model = WhisperModel(
        str(find_weights(AsrSettings())), device=device, compute_type="float16" if device == "cuda" else "int8"
    )
    yield []
    for call in calls:
        pieces = []
        for role, samples in _channels(call):
            segments, _ = model.transcribe(samples, beam_size=5, vad_filter=True, language="zh")
            pieces += [Piece(role, s.start, s.end, s.text) for s in segments]
        yield pieces


def openai_whisper(device: str, calls: Sequence[LabelledCall]) -> Iterator[list[Piece]]:
    from asr.engines.checkpoint import load_whisper

    model = load_whisper(find_weights(AsrSettings())).to(device)
    yield []
    temperatures = tuple(np.arange(0, 1.0 + 1e-6, 0.2).tolist())  # the rest of the command's defaults
    options = {"beam_size": 5, "best_of": 5, "temperature": temperatures, "fp16": device == "cuda", "language": "zh"}
    for call in calls:
        pieces = []
        for role, samples in _channels(call):
            result = model.transcribe(samples, **options)
            pieces += [Piece(role, s["start"], s["end"], s["text"]) for s in result["segments"]]
        yield pieces


def _channels(call: LabelledCall) -> Iterator[tuple[str, np.ndarray]]:
    with call.path.open("rb") as file:
        _, audio = decode(file, "")
    if call.agent_channel is None or audio.n_channels == 1:
        yield "unknown", audio.samples.mean(axis=0)
        return
    for channel, samples in enumerate(audio.samples):
        yield "agent" if channel == call.agent_channel else "citizen", samples


SYSTEMS: dict[str, Callable[[str, Sequence[LabelledCall]], Iterator[list[Piece]]]] = {
    "callqa": callqa,
    "faster-whisper": faster_whisper,
    "openai-whisper": openai_whisper,
}


def measure(name: str, device: str, calls: Sequence[LabelledCall]) -> Figures:
    """One system over all calls; meant to be alone in its process."""
    started = time.perf_counter()
    run = SYSTEMS[name](device, calls)
    next(run)
    loaded = time.perf_counter()
    results = list(run)
    seconds = time.perf_counter() - loaded
    duration = sum(call.duration for call in calls)
    by_role = {role: _pairs(calls, results, role) for role in ("agent", "citizen")}
    everything = error_rates(_all_pairs(calls, results))
    silent = sum(silent_characters(call, pieces) for call, pieces in zip(calls, results, strict=True))
    return Figures(
        system=name,
        load_seconds=round(loaded - started, 1),
        seconds=round(seconds, 1),
        real_time_factor=round(seconds / duration, 4),
        cer=everything.character_error_rate,
        ser=everything.syllable_error_rate,
        ser_agent=error_rates(by_role["agent"]).syllable_error_rate,
        ser_citizen=error_rates(by_role["citizen"]).syllable_error_rate,
        silent_characters_per_minute=60 * silent / sum(silent_seconds(call) for call in calls),
        peak_mib=round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 0),
    )


def _pairs(calls: Sequence[LabelledCall], results: Sequence[Sequence[Piece]], role: str) -> list[tuple[str, str]]:
    """(said, heard) by one side, of the calls whose sides have channels of their own."""
    return [
        (_text(call.turns, role), _text(pieces, role))
        for call, pieces in zip(calls, results, strict=True)
        if call.agent_channel is not None
    ]


def _all_pairs(calls: Sequence[LabelledCall], results: Sequence[Sequence[Piece]]) -> list[tuple[str, str]]:
    """The same of everything: each side of stereo calls, and mono calls as a whole."""
    mono = [
        (_text(call.turns), _text(sorted(pieces, key=lambda piece: piece.start)))
        for call, pieces in zip(calls, results, strict=True)
        if call.agent_channel is None
    ]
    return [*_pairs(calls, results, "agent"), *_pairs(calls, results, "citizen"), *mono]


def _text(pieces: Sequence[Piece], role: str | None = None) -> str:
    return "".join(piece.text for piece in pieces if role is None or piece.role == role)


def silent_characters(call: LabelledCall, pieces: Sequence[Piece]) -> int:
    """Characters written where that side says nothing; those of a segment are spread evenly over its time."""
    count = 0
    for piece in pieces:
        speech = [turn for turn in call.turns if call.agent_channel is None or turn.role == piece.role]
        text = normalise(piece.text).text
        for i in range(len(text)):
            at = piece.start + (i + 0.5) * (piece.end - piece.start) / len(text)
            count += not any(turn.start - NEAR_SPEECH < at < turn.end + NEAR_SPEECH for turn in speech)
    return count


def silent_seconds(call: LabelledCall) -> float:
    """Time in which a channel has no speech, all channels together."""
    n_channels = 1 if call.agent_channel is None else 2
    return n_channels * call.duration - sum(turn.end - turn.start for turn in call.turns)


def print_table(figures: Sequence[Figures], console: Console) -> None:
    names = ("system", "seconds", "real-time factor", "CER", "SER", "agent", "citizen", "silence char/min", "peak MiB")
    table = Table()
    for name in names:
        table.add_column(name, justify="left" if name == "system" else "right", no_wrap=True)
    for f in figures:
        rates = (f.cer, f.ser, f.ser_agent, f.ser_citizen)
        shown = ("-" if rate is None else f"{100 * rate:.1f} %" for rate in rates)
        table.add_row(
            f.system, f"{f.seconds:.0f}", f"{f.real_time_factor:.3f}", *shown,
            f"{f.silent_characters_per_minute:.2f}", f"{f.peak_mib:.0f}",
        )  # fmt: skip
    console.print(table)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--calls", type=int, default=8, help="calls to transcribe, spread over the folder")
    parser.add_argument("--only", default=",".join(SYSTEMS), help="systems, separated by commas")
    parser.add_argument("--device", choices=("cpu", "cuda"), default="cpu")
    options = parser.parse_args()
    systems = options.only.split(",")
    if unknown := [name for name in systems if name not in SYSTEMS]:
        parser.error(f"no such system: {', '.join(unknown)}; there are {', '.join(SYSTEMS)}")
    calls = read_calls(options.folder, options.calls)
    figures = []
    for name in systems:
        with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
            figures.append(pool.submit(measure, name, options.device, calls).result())
        print_table(figures, Console(width=120))
    record = {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": f"{platform.machine()}, {os.cpu_count()} cores",
        "card": _card() if options.device == "cuda" else None,
        "model": AsrSettings().model,
        "n_calls": len(calls),
        "audio_seconds": round(sum(call.duration for call in calls), 1),
        "systems": [asdict(f) for f in figures],
    }
    with RECORD.open("a", encoding="utf-8") as file:
        file.write(json.dumps(record, ensure_ascii=False) + "\n")


def _card() -> str:
    import torch

    return torch.cuda.get_device_name()


if __name__ == "__main__":
    main()
