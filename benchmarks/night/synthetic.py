"""A night's calls that nobody made: a manifest, a recording of its own for each call, and what is said in it.

The sound is cut from a sample call, in turns of 0.6 s: telling turns apart is real work, and yet quickly done. What is
said are the labelled calls of this repository, each by many callers.
"""

import csv
import io
import json
import random
from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import cycle, islice
from pathlib import Path
from zoneinfo import ZoneInfo

import av
import numpy as np

from asr.decode import SAMPLE_RATE, Samples, decode
from callqa.types import Turn
from services.evaluation.labelled import Truth, read_truths

HERE = Path(__file__).parents[2]
FOLDERS = HERE / "samples", HERE / "tests" / "calls"
SOUND = HERE / "samples" / "audio" / "D019.m4a"
VOICES = HERE / "samples" / "truth" / "D019.json"
RATE, BIT_RATE = 8000, 24_000  # as hotlines record
TURN, PAUSE = 0.6, 0.4  # seconds; a speaker who goes on after less than 1.2 is in the same turn
N_AGENTS, N_TEAMS = 800, 20
START = datetime(2026, 11, 2, tzinfo=ZoneInfo("Asia/Shanghai"))
NUMBER = "call 0000000"  # in the file's title, where it changes no sound


def make_night(folder: Path, n_calls: int, n_turns: int) -> tuple[Path, Path]:
    """Writes the recordings; the manifest and the script of the engine."""
    sound = encode(cut_turns(n_turns))
    at = sound.index(NUMBER.encode())
    rows = [row for source in FOLDERS for row in csv.DictReader((source / "manifest.csv").open(encoding="utf-8"))]
    for n in range(n_calls):
        path = folder / recording(n)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(sound[:at] + f"call {n:07}".encode() + sound[at + len(NUMBER) :])
    manifest, script = folder / "manifest.csv", folder / "script.json"
    with manifest.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, [*rows[0], "team"])
        writer.writeheader()
        writer.writerows(_row(row, n, n_calls) for n, row in enumerate(islice(cycle(rows), n_calls)))
    script.write_text(
        json.dumps(script_of([script_lines(truth, n_turns) for truth in _truths()]), ensure_ascii=False),
        encoding="utf-8",
    )
    return manifest, script


def recording(n: int) -> str:
    """A thousand in a folder, as recorders do it in one way or another."""
    return f"{n // 1000:03}/{n:07}.m4a"


def _row(row: dict[str, str], n: int, n_calls: int) -> dict[str, str]:
    agent = random.Random(n).randrange(N_AGENTS)
    cells = {
        "call_id": f"call-{n:07}",
        "recording": recording(n),
        "agent_id": f"{agent:04}",
        "team": f"team-{agent % N_TEAMS}",
        "started_at": (START + timedelta(days=1) * n / n_calls).isoformat(timespec="seconds"),
        "agent_channel": "0",
    }
    return row | cells


def _truths() -> list[Truth]:
    return [truth for folder in FOLDERS for truth in read_truths(folder)]


def script_lines(truth: Truth, n_turns: int) -> list[dict[str, object]]:
    """The first turns of a call as lines of the scripted engine, each squeezed into one of the short turns."""
    return [_line(n, turn) for n, turn in enumerate(truth.turns[:n_turns])]


def _line(n: int, turn: Turn) -> dict[str, object]:
    start = n * (TURN + PAUSE)
    return {"channel": n % 2, "start": start, "end": start + TURN, "text": turn.text}


def script_of(calls: Sequence[list[dict[str, object]]]) -> dict[str, object]:
    """By the first two digits of a recording's hash, so that calls differ, and a million need no larger script."""
    return {f"{n:02x}": calls[n % len(calls)] for n in range(256)}


def cut_turns(n_turns: int) -> Samples:
    """Shape (2, n_samples), 16 kHz: the two speakers of the sample in turn, each in its channel."""
    with SOUND.open("rb") as file:
        _, audio = decode(file, "")
    turns = json.loads(VOICES.read_text(encoding="utf-8"))["turns"]
    sound = np.zeros((2, round((n_turns * (TURN + PAUSE) + 1) * SAMPLE_RATE)), np.float32)
    n_samples = round(TURN * SAMPLE_RATE)
    for channel, speaker in enumerate(("agent", "citizen")):
        spoken = np.concatenate([
            audio.samples[channel, round(t["start"] * SAMPLE_RATE) : round(t["end"] * SAMPLE_RATE)]
            for t in turns if t["speaker"] == speaker
        ])  # fmt: skip
        for n in range(channel, n_turns, 2):
            at = round(n * (TURN + PAUSE) * SAMPLE_RATE)
            first = (n // 2 * n_samples) % (len(spoken) - n_samples)
            sound[channel, at : at + n_samples] = spoken[first : first + n_samples]
    return sound


def encode(sound: Samples) -> bytes:
    """An .m4a file, whose title is `NUMBER`."""
    buffer = io.BytesIO()
    with av.open(buffer, "w", format="mp4") as file:
        file.metadata["title"] = NUMBER
        stream = file.add_stream("aac", rate=RATE, layout="stereo")
        stream.bit_rate = BIT_RATE
        frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(sound[:, :: SAMPLE_RATE // RATE]), "fltp", "stereo")
        frame.sample_rate = RATE
        for piece in (frame, None):
            file.mux(stream.encode(piece))
    return buffer.getvalue()
