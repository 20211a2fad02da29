"""An engine for tests that says what a JSON file tells it to; decoding and VAD stay real.

The file (setting ``asr.script``)::

    {
      "<sha256 of a recording>": [{"channel": 0, "start": 0.5, "end": 3.0, "text": "您好。"}],
      "0f": [...],                what recordings say whose hash begins so, without an entry of their own (optional)
      "*": [...],                 what every other recording says
      "delay": 0.5,               seconds to wait at the first clip of each recording (optional)
      "fail": ["<sha256>", ...]   recordings on which the engine raises an error (optional)
      "kill": [...]               ... on which its process is killed
      "stall": [...]              ... from which it never comes back
      "freeze": [...]             ... on which its process is stopped, so that not even its other threads run
      "leak": 1000000             bytes that are never given back, at each clip (optional)
    }

Each character of a text is a word, spread evenly over the text's time. A clip has the words whose middle lies in it.
"""

import json
import os
import signal
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from asr.engine import Clip, TranscribedClip
from callqa.errors import EngineError
from callqa.keys import content_key
from callqa.settings import AsrSettings
from callqa.types import Seconds, Word


class Line(BaseModel):
    """One thing said."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    channel: int = 0
    start: Seconds
    end: Seconds
    text: str

    def words(self) -> Iterator[Word]:
        step = (self.end - self.start) / max(len(self.text), 1)
        for index, character in enumerate(self.text):
            start = self.start + index * step
            yield Word(character, round(start, 3), round(start + step, 3), 1.0)


class Script(BaseModel):
    """The whole file."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    lines: dict[str, tuple[Line, ...]] = Field(default_factory=dict)
    delay: Seconds = 0.0
    fail: frozenset[str] = frozenset()
    kill: frozenset[str] = frozenset()
    stall: frozenset[str] = frozenset()
    freeze: frozenset[str] = frozenset()
    leak: int = 0


SPECIAL = Script.model_fields.keys() - {"lines"}


class Scripted:
    """An `asr.engine.Engine` without a model."""

    def __init__(self, settings: AsrSettings) -> None:
        self.script = read_script(_script_path(settings))
        self.delayed = ""
        self.leaked: list[bytearray] = []

    @staticmethod
    def describe(settings: AsrSettings) -> dict[str, Any]:
        return {"script": content_key(_read_json(_script_path(settings)))}

    def transcribe(self, clips: Sequence[Clip]) -> list[TranscribedClip]:
        return [self._transcribe_clip(clip) for clip in clips]

    def _transcribe_clip(self, clip: Clip) -> TranscribedClip:
        self._misbehave(clip.recording)
        if self.script.delay and clip.recording != self.delayed:
            self.delayed = clip.recording
            time.sleep(self.script.delay)
        names = (clip.recording, clip.recording[:2], "*")
        lines = next((self.script.lines[name] for name in names if name in self.script.lines), ())
        return TranscribedClip(
            tuple(
                word
                for line in lines
                if line.channel == clip.channel
                for word in line.words()
                if clip.start <= (word.start + word.end) / 2 < clip.end
            )
        )

    def _misbehave(self, recording: str) -> None:
        if recording in self.script.fail:
            raise RuntimeError("the script says so")
        if recording in self.script.kill:
            os.kill(os.getpid(), signal.SIGKILL)
        if recording in self.script.freeze:
            os.kill(os.getpid(), signal.SIGSTOP)
        if recording in self.script.stall:
            threading.Event().wait()
        if self.script.leak:
            self.leaked.append(bytearray(b"1" * self.script.leak))


def read_script(path: Path) -> Script:
    """Raises `EngineError` when the file is not a script."""
    raw = _read_json(path)
    special = {name: raw.pop(name) for name in SPECIAL if name in raw}
    try:
        return Script(lines=raw, **special)
    except ValidationError as error:
        raise EngineError("engine.script_wrong", path=path, why=str(error)) from error


def _script_path(settings: AsrSettings) -> Path:
    if settings.script is None:
        raise EngineError("engine.no_script")
    return settings.script


def _read_json(path: Path) -> dict[str, Any]:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise EngineError("engine.script_unreadable", path=path, why=str(error)) from error
    if not isinstance(content, dict):
        raise EngineError("engine.script_no_object", path=path)
    return content
