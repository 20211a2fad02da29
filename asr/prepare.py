"""A recording made ready for an engine: decoded, its voices found, its turns cut into clips."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import BinaryIO, TypeVar

from asr.decode import SAMPLE_RATE, Audio, decode
from asr.diarise import Diarisation, diarise
from asr.engine import Clip
from asr.roles import Cast, assign_roles
from asr.turns import Span, stretches, take_turns
from asr.vad import Region, find_speech
from callqa.errors import AudioError
from callqa.types import Recording, Seconds

CLIP_PADDING: Seconds = 0.15  # around speech, for what the VAD cuts off

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
    speech: tuple[tuple[Region, ...], ...]
    """Of each voice, in order: a voice is a channel, or one of the two that share one."""
    diarisation: Diarisation | None
    """How the voices of a shared channel were told apart; ``None`` for separate channels."""
    spans: tuple[Span, ...]
    """The turns to be, by start."""
    clips: tuple[tuple[Clip, ...], ...]
    """The sound of each span."""

    @property
    def speech_time(self) -> Seconds:
        return sum(region.duration for own in self.speech for region in own)


def prepare(source: Source) -> Prepared | AudioError:
    """Whatever is wrong with the recording is the result, not raised."""
    try:
        return _prepare(source)
    except AudioError as error:
        return error
    except (ImportError, MemoryError):  # without its libraries, no recording can be read
        raise
    except Exception as error:
        # The type only: messages of others name files, and files are named after telephone numbers.
        return AudioError(
            "undecodable", f"the recording cannot be decoded ({type(error).__name__}); export it again"
        ).with_traceback(error.__traceback__)


def _prepare(source: Source) -> Prepared:
    with source.open() as file:
        recording, audio = decode(file, source.sha256)
    cast = assign_roles(audio, source.agent_channel)
    speech, diarisation = find_speech(cast.audio), None
    if cast.audio.n_channels == 1 and speech[0]:
        diarisation = diarise(cast.audio.samples[0], speech[0])
        speech = by_voice(diarisation)
    spans = take_turns(speech)
    return Prepared(
        source=source,
        recording=recording,
        damaged=bool(audio.damaged_frames) or not audio.complete,
        damaged_frames=audio.damaged_frames,
        cast=cast,
        speech=speech,
        diarisation=diarisation,
        spans=spans,
        clips=tuple(tuple(cut_clips(span, cast.audio, source.sha256)) for span in spans),
    )


def by_voice(diarisation: Diarisation) -> tuple[tuple[Region, ...], ...]:
    """The speech of each of two voices that share channel 0."""
    return tuple(
        tuple(Region(s.start, s.end, 0, s.confidence) for s in diarisation.segments if s.speaker == speaker)
        for speaker in (0, 1)
    )


def cut_clips(span: Span, audio: Audio, sha256: str) -> Iterator[Clip]:
    """The sound of one turn, in pieces that fit an engine."""
    for start, end in stretches(span):
        first = max(round((start - CLIP_PADDING) * SAMPLE_RATE), 0)
        last = round((end + CLIP_PADDING) * SAMPLE_RATE)
        yield Clip(sha256, span.channel, first / SAMPLE_RATE, audio.samples[span.channel, first:last])


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
