"""A recording made ready for an engine: decoded, its voices found, its turns cut into clips."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import BinaryIO, TypeVar

from asr.decode import SAMPLE_RATE, USUAL, Audio, Limits
from asr.diarise import Diarisation, diarise
from asr.engine import Clip
from asr.roles import Cast, assign_roles
from asr.sandbox import decode
from asr.turns import Span, one_by_one, stretches, take_turns
from asr.vad import Region, find_speech
from callqa.errors import AudioError, EngineError
from callqa.types import Recording, Seconds

CLIP_PADDING: Seconds = 0.15  # around speech, for what the VAD cuts off
EMPTY = 0.02  # of all speech; a channel with less carries nobody

Speech = tuple[tuple[Region, ...], ...]
"""Of each voice, in order: a voice is a channel, or one of the two that share one."""

Item = TypeVar("Item")
Result = TypeVar("Result")


@dataclass(frozen=True)
class Source:
    """One recording to transcribe."""

    sha256: str
    agent_channel: int | None
    """0 is the first; ``None`` when one channel carries both speakers, or nobody knows."""
    open: Callable[[], BinaryIO]
    """Opens the recording for reading from its start; must be seekable."""


@dataclass(frozen=True)
class Prepared:
    """What is known of a recording before a word of it is."""

    source: Source
    recording: Recording
    damaged: bool
    """Whether some of the sound is missing."""
    damaged_frames: int
    cast: Cast
    """The channels worth hearing, and what they say of who speaks on them."""
    speech: Speech
    diarisation: Diarisation | None
    """How the voices of a shared channel were told apart; ``None`` for separate channels, or nobody to tell apart."""
    spans: tuple[Span, ...]
    """The turns to be, by start; single regions where `asr.text_diarisation` has to find out whose they are."""
    clips: tuple[tuple[Clip, ...], ...]
    """The sound of each span."""

    @property
    def speech_by_channel(self) -> Speech:
        regions = sorted(region for voice in self.speech for region in voice)
        return tuple(tuple(r for r in regions if r.channel == c) for c in range(self.cast.audio.n_channels))

    @property
    def speech_time(self) -> Seconds:
        return sum(region.duration for voice in self.speech for region in voice)


def prepare(
    source: Source, limits: Limits = USUAL, measured: Callable[[Seconds], None] = lambda _: None
) -> Prepared | AudioError:
    """Whatever is wrong with the recording is the result, not raised. Raises `EngineError` without a decoder.

    ``measured`` is told its length once it is decoded.
    """
    try:
        return _prepare(source, limits, measured)
    except AudioError as error:
        return error
    except (EngineError, ImportError, MemoryError):  # without its libraries, no recording can be read
        raise
    except Exception as error:
        return not_transcribed(error)


def not_transcribed(error: Exception) -> AudioError:
    """A fault of ours that one recording brings to light; the others go on."""
    # The type only: messages of others name files, and files are named after telephone numbers.
    return AudioError("not_transcribed", kind=type(error).__name__).with_traceback(error.__traceback__)


def _prepare(source: Source, limits: Limits, measured: Callable[[Seconds], None]) -> Prepared:
    recording, audio = _decoded(source, limits)
    measured(recording.duration)
    cast = assign_roles(audio, source.agent_channel)
    speech = find_speech(cast.audio)
    cast, speech, diarisation = told_apart(cast, speech)
    certain = diarisation is None or diarisation.apart
    spans = take_turns(speech) if certain else one_by_one(speech)
    return Prepared(
        source=source,
        recording=recording,
        damaged=bool(audio.damaged_frames) or not audio.complete,
        damaged_frames=audio.damaged_frames,
        cast=cast,
        speech=speech,
        diarisation=diarisation,
        spans=spans,
        clips=tuple(tuple(cut_clips(span, speech, cast.audio, source.sha256)) for span in spans),
    )


def _decoded(source: Source, limits: Limits) -> tuple[Recording, Audio]:
    try:
        with source.open() as file:
            return decode(file, source.sha256, limits)
    except (AudioError, EngineError, ImportError, MemoryError):
        raise
    except Exception as error:
        raise AudioError("undecodable", kind=type(error).__name__) from error


def told_apart(cast: Cast, speech: Speech) -> tuple[Cast, Speech, Diarisation | None]:
    """The speech of each voice: by channel, or where one channel carries both speakers, by how they sound.

    That includes stereo recordings that have both speakers on one channel and nobody on the other.
    """
    times = [sum(region.duration for region in regions) for regions in speech]
    if not sum(times):
        return cast, speech, None
    fullest = times.index(max(times))
    if sum(times) - max(times) > EMPTY * sum(times):
        return cast, speech, None
    diarisation = diarise(cast.audio.samples[fullest], speech[fullest])
    if cast.audio.n_channels > 1:
        if not diarisation.apart:
            return cast, speech, None
        audio = replace(cast.audio, samples=cast.audio.samples[[fullest]])
        cast = Cast(audio, ("unknown",), (*cast.flags, "one_channel", "roles_unknown"))
    if not diarisation.apart:
        return cast, (tuple(replace(region, channel=0) for region in speech[fullest]),), diarisation
    return cast, by_voice(diarisation), diarisation


def by_voice(diarisation: Diarisation) -> tuple[tuple[Region, ...], ...]:
    """The speech of each of two voices that share channel 0."""
    return tuple(
        tuple(Region(s.start, s.end, 0, s.confidence) for s in diarisation.segments if s.speaker == speaker)
        for speaker in (0, 1)
    )


def cut_clips(span: Span, speech: Speech, audio: Audio, sha256: str) -> Iterator[Clip]:
    """The sound of one turn, in pieces that fit an engine; nothing of another voice on the same channel is in it."""
    others = [r for v, regions in enumerate(speech) if v != span.voice for r in regions if r.channel == span.channel]
    for start, end in stretches(span):
        earliest = max((r.end for r in others if r.end <= start), default=0.0)
        latest = min((r.start for r in others if r.start >= end), default=audio.duration)
        first = round(max(start - CLIP_PADDING, earliest) * SAMPLE_RATE)
        last = round(min(end + CLIP_PADDING, latest) * SAMPLE_RATE)
        yield Clip(sha256, span.channel, first / SAMPLE_RATE, audio.samples[span.channel, first:last], span.voice)


def ahead(function: Callable[[Item], Result], items: Iterable[Item], n: int) -> Iterator[Result]:
    """``map``, with up to ``n`` results made in the background while the last one is worked on."""
    with ThreadPoolExecutor(1, thread_name_prefix="ahead") as pool:
        coming: deque[Future[Result]] = deque()
        for item in items:
            coming.append(pool.submit(function, item))
            if len(coming) > n:
                yield coming.popleft().result()
        while coming:
            yield coming.popleft().result()
