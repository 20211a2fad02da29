"""Recordings to transcripts: some prepared ahead, the clips of several calls given to the engine at once, assembled."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice

from asr.assemble import Editor
from asr.decode import Limits
from asr.engine import TranscribedClip, engine_class, engine_key
from asr.hotwords import own_hotwords
from asr.prepare import Prepared, Source, ahead, not_transcribed, prepare
from asr.repair import Repairer
from callqa.errors import AudioError, EngineError
from callqa.settings import AsrSettings
from callqa.types import Seconds, Transcript

GROUP: Seconds = 480.0  # of speech transcribed at once: 16 full windows keep the cores or the card busy to the last
GROUP_SOUND: Seconds = 1800.0  # and of sound held at once, for calls in which nobody speaks; 0.23 GB in stereo
AHEAD = 2  # recordings prepared while others are transcribed; a call of two hours fills 0.9 GB

Step = tuple[Source, Prepared | AudioError]


class DeviceError(EngineError):
    """The device of the engine gave up, maybe on one recording; a new process may do better."""


class Transcriber:
    """A loaded engine. Making one takes seconds; use it for many recordings."""

    def __init__(self, settings: AsrSettings) -> None:
        """Raises `EngineError` when the engine or its weights cannot be used."""
        repairer = Repairer(own_hotwords(settings), numbers=settings.numbers) if settings.repair else None
        self.engine_key = engine_key(settings)
        self._limits = Limits.of(settings)
        self._editor = Editor(self.engine_key, repairer)
        self._engine = engine_class(settings.engine)(settings)

    def transcribe(
        self, sources: Iterable[Source], measured: Callable[[Seconds], None] = lambda _: None
    ) -> Iterator[tuple[Source, Transcript | AudioError]]:
        """One result per source, in order; what is wrong with one recording is its result and stops no other.

        ``measured`` is told the length of each recording that could be decoded, from another thread.
        Raises `EngineError` when the engine itself gives up.
        """
        steps = ahead(lambda source: (source, prepare(source, self._limits, measured)), sources, AHEAD)
        for group in grouped(steps):
            yield from self._transcribe(group)

    def _transcribe(self, group: Sequence[Step]) -> Iterator[tuple[Source, Transcript | AudioError]]:
        transcribed = self._transcribe_clips([prepared for _, prepared in group if isinstance(prepared, Prepared)])
        for source, prepared in group:
            if isinstance(prepared, AudioError):
                yield source, prepared
            else:
                parts = next(transcribed)
                yield source, parts if isinstance(parts, AudioError) else self._assembled(prepared, parts)

    def _assembled(self, prepared: Prepared, parts: Sequence[Sequence[TranscribedClip]]) -> Transcript | AudioError:
        try:
            return self._editor.assemble(prepared, parts)
        except (ImportError, MemoryError):
            raise
        except Exception as error:
            return not_transcribed(error)

    def _transcribe_clips(self, group: Sequence[Prepared]) -> Iterator[list[list[TranscribedClip]] | AudioError]:
        """The parts of each span of each recording. One that makes the engine fail is found by giving it each alone."""
        try:
            transcribed = iter(self._engine.transcribe([clip for p in group for clips in p.clips for clip in clips]))
        except EngineError:
            raise
        except Exception as error:
            if len(group) > 1:
                for prepared in group:
                    yield from self._transcribe_clips([prepared])
            elif is_device_error(error):
                raise DeviceError(f"the speech engine's device gave up: {error}") from error
            else:
                yield AudioError("engine_failed", kind=type(error).__name__)
        else:
            for prepared in group:
                yield [list(islice(transcribed, len(clips))) for clips in prepared.clips]


def grouped(steps: Iterable[Step]) -> Iterator[list[Step]]:
    """Recordings in groups with about `GROUP` of speech and at most `GROUP_SOUND`; errors go along."""
    group: list[Step] = []
    speech = sound = 0.0
    for step in steps:
        group.append(step)
        if isinstance(step[1], Prepared):
            speech += step[1].speech_time
            sound += step[1].recording.duration
        if speech >= GROUP or sound >= GROUP_SOUND:
            yield group
            group, speech, sound = [], 0.0, 0.0
    if group:
        yield group


def is_device_error(error: Exception) -> bool:
    """Whether an engine's error is about the machine (every recording would fail) and not about one recording."""
    message = str(error).lower()
    return isinstance(error, MemoryError) or any(
        sign in message for sign in ("cuda", "cublas", "cudnn", "out of memory", "bad_alloc")
    )
