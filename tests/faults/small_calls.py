"""A night of calls so short that it may be run a hundred times, and the homes it is run in."""

import io
import itertools
import json
import wave
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

import numpy as np
from disturbed import Ended, Started, Wrong, start
from oracle import Kept, failed, kept

from asr.decode import SAMPLE_RATE, decode
from callqa.settings import AsrSettings, Settings

N_CALLS = 6
LENGTH = 6.0  # seconds of each
SAID = [
    (0, "您好，浦东新区市民热线，工号三零二八为您服务，请问有什么可以帮您？"),
    (1, "我要投诉，楼下第{n}家店半夜里很吵。"),
    (0, "好的，您的心情我理解，我马上为您登记。"),
]


@dataclass(frozen=True)
class Night:
    """What a night is given: recordings, the table of calls, and what the scripted engine hears in them."""

    folder: Path

    @property
    def manifest(self) -> Path:
        return self.folder / "manifest.csv"

    @property
    def script(self) -> Path:
        return self.folder / "script.json"

    def recording(self, number: int) -> Path:
        return self.folder / f"call-{number}.wav"


def make_night(folder: Path, source: Path) -> Night:
    """Pieces of the recording ``source`` as calls of their own."""
    with source.open("rb") as file:
        _, audio = decode(file, "")
    night, script = Night(folder), {}
    lines = ["call_id,recording,agent_id,team,started_at,direction,agent_channel"]
    for number in range(N_CALLS):
        first = round(number * LENGTH * SAMPLE_RATE)
        sound = as_wav(audio.samples[:, first : first + round(LENGTH * SAMPLE_RATE)])
        night.recording(number).write_bytes(sound)
        script[sha256(sound).hexdigest()] = _lines(number)
        month = "2026-10" if number % 2 else "2026-11"
        lines.append(f"call-{number},call-{number}.wav,300{number % 3},夜班,{month}-0{number + 1} 09:00,inbound,0")
    night.script.write_text(json.dumps(script, ensure_ascii=False), encoding="utf-8")
    night.manifest.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return night


def _lines(number: int) -> list[dict[str, object]]:
    step = LENGTH / len(SAID)
    return [
        {"channel": channel, "start": i * step, "end": (i + 1) * step, "text": text.format(n=number)}
        for i, (channel, text) in enumerate(SAID)
    ]


def as_wav(samples: np.ndarray) -> bytes:
    """Shape (n_channels, n_samples), 16 kHz, within [-1, 1]."""
    content = io.BytesIO()
    with wave.open(content, "wb") as file:
        file.setnchannels(samples.shape[0])
        file.setsampwidth(2)
        file.setframerate(SAMPLE_RATE)
        file.writeframes((samples.T * 32767).astype("<i2").tobytes())
    return content.getvalue()


@dataclass(frozen=True)
class Home:
    """Where nights are run, by the command line."""

    folder: Path
    night: Night
    database_url: str = ""
    extra: dict[str, str] = field(default_factory=dict)
    """More settings, as environment variables."""
    _numbers: "itertools.count[int]" = field(default_factory=itertools.count)

    @property
    def settings(self) -> Settings:
        asr = AsrSettings(engine="scripted", script=self.night.script, repair=False)
        return Settings(home=self.folder / "home", database_url=self.database_url, asr=asr)

    def start(self, *arguments: str, wrong: Wrong | None = None, **extra: str) -> Started:
        environment = {
            "CALLQA_HOME": str(self.settings.home),
            "CALLQA_DATABASE_URL": self.database_url,
            "CALLQA_ASR__ENGINE": "scripted",
            "CALLQA_ASR__SCRIPT": str(self.night.script),
            "CALLQA_ASR__WORKERS": "0",  # in the run itself, where a test can reach it
            "CALLQA_ASR__REPAIR": "false",  # its dictionaries take seconds to read, and it has tests of its own
            "CALLQA_FLOW__TRANSCRIBE_BATCH": "2",
            "COLUMNS": "200",
        }
        self.folder.mkdir(exist_ok=True)
        written = self.folder / f"written-{next(self._numbers)}.txt"
        return start({**environment, **self.extra, **extra}, written, *arguments, wrong=wrong)

    def callqa(self, *arguments: str, wrong: Wrong | None = None, **extra: str) -> Ended:
        return self.start(*arguments, wrong=wrong, **extra).ended()

    def run(self, wrong: Wrong | None = None, **extra: str) -> Ended:
        """A night, by ``callqa run``."""
        return self.callqa("run", str(self.night.manifest), wrong=wrong, **extra)

    def recover(self) -> Kept:
        """What is kept after an ordinary night."""
        ended = self.run()
        assert ended.status == 0, ended.output
        return self.kept()

    def kept(self) -> Kept:
        return kept(self.settings)

    def failed(self) -> list[tuple[str, str]]:
        return failed(self.settings)


@dataclass(frozen=True)
class Undisturbed:
    """A night in which nothing went wrong."""

    kept: Kept
    n_steps: int
    seconds: float
