"""Recordings to transcripts: decode, find who speaks when, let the engine hear the clips, build the turns."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import BinaryIO

from asr.decode import SAMPLE_RATE, Audio, decode, rms_dbfs
from asr.engine import Clip, Heard, engine_class, engine_key
from asr.guard import suspicions
from asr.roles import Cast, assign_roles, presence_flags
from asr.turns import Span, stretches, take_turns
from asr.vad import find_speech
from callqa.errors import AudioError, EngineError
from callqa.settings import AsrSettings
from callqa.types import Recording, Role, Seconds, Transcript, Turn

CLIP_PADDING: Seconds = 0.15  # around speech, for what the VAD cuts off
NOISE_DURATION: Seconds = 0.5  # a click or a leak may pass for speech so long
NOISE_CONFIDENCE = 0.3  # what the engine makes of it; a real 嗯 or 好 gets 0.5 and more


@dataclass(frozen=True)
class Source:
    """One recording to transcribe."""

    sha256: str
    agent_channel: int | None
    """0 is the first; ``None`` when one channel carries both speakers, or nobody knows."""
    open: Callable[[], BinaryIO]
    """Opens the recording for reading from its start; must be seekable."""


class Transcriber:
    """A loaded engine. Making one takes seconds; use it for many recordings."""

    def __init__(self, settings: AsrSettings) -> None:
        """Raises `EngineError` when the engine or its weights cannot be used."""
        self.engine_key = engine_key(settings)
        self._engine = engine_class(settings.engine)(settings)

    def transcribe(self, sources: Iterable[Source]) -> Iterator[tuple[Source, Transcript | AudioError]]:
        """One result per source, in order; what is wrong with one recording is its result and stops no other.

        Raises `EngineError` when the engine itself gives up.
        """
        for source in sources:
            yield source, self._result(source)

    def _result(self, source: Source) -> Transcript | AudioError:
        try:
            return self._transcribe(source)
        except AudioError as error:
            return error

    def _transcribe(self, source: Source) -> Transcript:
        recording, audio, cast = prepare(source)
        speech = find_speech(cast.audio)
        spans = take_turns(speech)
        clips = [tuple(cut_clips(span, cast.audio, source.sha256)) for span in spans]
        heard = iter(self._hear([clip for own in clips for clip in own]))
        turns = [
            build_turn(span, cast.roles[span.channel], cast.audio, list(islice(heard, len(own))))
            for span, own in zip(spans, clips, strict=True)
        ]
        spoken = (turn for turn in turns if not is_noise(turn))
        numbered = tuple(replace(turn, index=index) for index, turn in enumerate(spoken))
        damaged = ("damaged",) if audio.damaged_frames or not audio.complete else ()
        flags = damaged + cast.flags + presence_flags(speech, cast.roles)
        return Transcript(recording, self.engine_key, numbered, flags)

    def _hear(self, clips: Sequence[Clip]) -> list[Heard]:
        try:
            return self._engine.hear(clips)
        except (EngineError, MemoryError):
            raise
        except Exception as error:
            if is_device_error(error):
                raise EngineError(f"the speech engine's device gave up: {error}") from error
            raise AudioError(
                "engine_failed", f"the speech engine failed on this recording: {type(error).__name__}"
            ) from error


def prepare(source: Source) -> tuple[Recording, Audio, Cast]:
    """Open and decode a recording and assign its roles. Raises `AudioError`, whatever is wrong with the recording."""
    try:
        with source.open() as file:
            recording, audio = decode(file, source.sha256)
        return recording, audio, assign_roles(audio, source.agent_channel)
    except (AudioError, ImportError):  # without its library, no recording can be decoded
        raise
    except Exception as error:
        # The type only: messages of others name files, and files are named after telephone numbers.
        raise AudioError(
            "undecodable", f"the recording cannot be decoded ({type(error).__name__}); export it again"
        ) from error


def is_device_error(error: Exception) -> bool:
    """Whether an engine's error is about the machine (every recording would fail) and not about one recording."""
    message = str(error).lower()
    return any(sign in message for sign in ("cuda", "cublas", "cudnn", "out of memory", "bad_alloc"))


def cut_clips(span: Span, audio: Audio, sha256: str) -> Iterator[Clip]:
    """The sound of one turn, in pieces that fit an engine."""
    for start, end in stretches(span):
        first = max(round((start - CLIP_PADDING) * SAMPLE_RATE), 0)
        last = round((end + CLIP_PADDING) * SAMPLE_RATE)
        yield Clip(sha256, span.channel, first / SAMPLE_RATE, audio.samples[span.channel, first:last])


def build_turn(span: Span, role: Role, audio: Audio, heard: Sequence[Heard]) -> Turn:
    """A turn from what was heard in its clips; its index is given once it is known which turns stay."""
    words = tuple(word for part in heard for word in part.words)
    text = "".join(word.text for word in words)
    samples = audio.samples[span.channel, round(span.start * SAMPLE_RATE) : round(span.end * SAMPLE_RATE)]
    level = rms_dbfs(samples)
    flags = [flag for part in heard for flag in part.flags] + list(suspicions(text, span.speech_time, level))
    return Turn(
        index=0,
        role=role,
        start=span.start,
        end=span.end,
        text=text,
        words=words,
        confidence=round(sum(word.probability for word in words) / len(words), 4) if words else None,
        loudness_dbfs=round(level, 1),
        flags=tuple(dict.fromkeys(flags)),
    )


def is_noise(turn: Turn) -> bool:
    """Whether a short sound is nobody's turn: the engine hears nothing in it, or does not believe what it hears."""
    return turn.duration < NOISE_DURATION and (turn.confidence is None or turn.confidence < NOISE_CONFIDENCE)
