"""A recording's bytes to samples: any container and codec that PyAV knows, resampled to what the models expect."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, BinaryIO

import numpy as np
import numpy.typing as npt
from more_itertools import takewhile_inclusive

from callqa.errors import AudioError
from callqa.types import Recording, Seconds

if TYPE_CHECKING:
    from av import AudioFrame, AudioResampler, AudioStream
    from av.container import InputContainer

    from callqa.settings import AsrSettings

SAMPLE_RATE = 16_000  # Hz, of everything after this module
MIN_DURATION: Seconds = 0.5  # no call; nothing can be said in it
MAX_CHANNELS = 2
RATES = range(4000, 384_001)  # Hz; others are damaged headers, which would have seconds become hours, or the other way
SHORTFALL = 0.95  # a file that yields less of the duration it declares was cut off
MAGIC = (b"RIFF", b"ID3", b"fLaC", b"OggS", b"\xff\xfb", b"\xff\xf3", b"\xff\xf2", b"#!AMR")
RIFF_UNKNOWN = 0x7FFFFFFF  # bytes; written at least this large by programs that stream
MP4_MAGIC = b"ftyp"  # after four bytes of length

Samples = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Limits:
    """What one recording may cost."""

    duration: Seconds = 2 * 3600.0
    """Of its sound; 0.9 GB of samples in stereo. A longer "call" is a recorder that was not stopped."""
    time: Seconds = 300.0
    """Of a processor, that decoding may take where it is done apart (`asr.sandbox`)."""

    @classmethod
    def of(cls, settings: "AsrSettings") -> "Limits":
        return cls(settings.max_hours * 3600)


USUAL = Limits()


@dataclass(frozen=True, slots=True)
class Audio:
    """The sound of one recording, in memory only."""

    samples: Samples
    """Shape (n_channels, n_samples), 16 kHz, within [-1, 1], no NaN."""
    damaged_frames: int
    """Frames that could not be decoded and were left out."""
    complete: bool
    """Whether the file held all the sound its header promises."""

    @property
    def n_channels(self) -> int:
        return int(self.samples.shape[0])

    @property
    def duration(self) -> Seconds:
        return float(self.samples.shape[1]) / SAMPLE_RATE


@dataclass(frozen=True, slots=True)
class DecodedSound:
    """What decoding a recording told, besides its samples."""

    recording: Recording
    damaged_frames: int
    complete: bool


@dataclass(frozen=True, slots=True)
class OpenSound:
    """A recording whose sound can be read block by block, so that hours of it need little memory."""

    head: bytes
    """The file's first bytes."""
    stream: "AudioStream"
    frames: "Iterator[AudioFrame | None]"
    n_channels: int
    sample_rate: int
    """Hz, of the first frame. What the header says need not be so: AAC has its second channel found while decoding."""

    def blocks(self, rate: int = SAMPLE_RATE, longest: Seconds = USUAL.duration) -> Iterator[Samples | None]:
        """Samples of shape (n_channels, n) at ``rate`` Hz within [-1, 1]; ``None`` for each packet that is damaged.

        Raises `AudioError` (``too_long``).
        """
        n_samples = 0
        for block in self._any_length(rate):
            n_samples += 0 if block is None else block.shape[1]
            if n_samples > longest * rate:
                raise AudioError("too_long", hours=longest / 3600)
            yield block

    def no_sound(self) -> AudioError:
        """Why a file that could be opened gave no sound."""
        return _unreadable(self.head)

    def _any_length(self, rate: int) -> Iterator[Samples | None]:
        import av

        resampler = None
        shape = None
        for frame in self.frames:
            if frame is None or len(frame.layout.channels) != self.n_channels or frame.sample_rate not in RATES:
                yield None
                continue
            if resampler is None or shape != (frame.format.name, frame.layout.name, frame.sample_rate):
                shape = (frame.format.name, frame.layout.name, frame.sample_rate)
                layout = "mono" if self.n_channels == 1 else "stereo"
                resampler = av.AudioResampler(format="fltp", layout=layout, rate=rate)
            frame.pts = None  # the resampler would fill gaps in time stamps, which damaged files have at random
            try:
                yield from _resampled(resampler, frame)
            except av.error.FFmpegError:  # e.g. a damaged header's rate of millions of Hz
                yield None
                resampler = None
        if resampler is not None:
            yield from _resampled(resampler, None)


@contextmanager
def open_sound(file: BinaryIO) -> Iterator[OpenSound]:
    """Raises `AudioError` with reason ``empty_file``, ``not_audio``, ``truncated``, ``unsupported_channels`` or
    ``unsupported_rate``.
    """
    import av

    head = file.read(12)
    if not head:
        raise AudioError("empty_file")
    file.seek(0)
    try:
        container = av.open(file, mode="r", metadata_errors="replace")
    except av.error.FFmpegError as error:
        raise _unreadable(head) from error
    with container:
        stream = _audio_stream(container)
        frames = _frames(container, stream)
        begin = list(takewhile_inclusive(lambda frame: frame is None, frames))
        if not begin or begin[-1] is None:
            raise _unreadable(head)
        n_channels, rate = len(begin[-1].layout.channels), begin[-1].sample_rate
        _refuse_shape(n_channels, rate)
        yield OpenSound(head, stream, chain(begin, frames), n_channels, rate)


def decode(file: BinaryIO, sha256: str, limits: Limits = USUAL) -> tuple[Recording, Audio]:
    """Decode one recording. Raises `AudioError` as `decode_blocks`."""
    blocks: list[Samples] = []
    decoded = decode_blocks(file, sha256, blocks.append, limits)
    samples = np.concatenate(blocks, axis=1, dtype=np.float32)
    return decoded.recording, Audio(samples, decoded.damaged_frames, decoded.complete)


def decode_blocks(
    file: BinaryIO, sha256: str, keep: Callable[[Samples], object], limits: Limits = USUAL
) -> DecodedSound:
    """Decode one recording piece by piece; ``keep`` is given its samples in order, shape (n_channels, n), 16 kHz.

    Raises `AudioError` with reason ``empty_file``, ``not_audio``, ``truncated``, ``unsupported_channels``,
    ``unsupported_rate``, ``too_short`` or ``too_long``. Damage that leaves enough to hear is told, not raised.
    """
    size = file.seek(0, os.SEEK_END)
    file.seek(0)
    n_samples = damaged = 0
    with open_sound(file) as sound:
        for block in sound.blocks(longest=limits.duration):
            if block is None:
                damaged += 1
            else:
                keep(block)
                n_samples += block.shape[1]
        stream = sound.stream
        promised = float(stream.duration * stream.time_base) if stream.duration and stream.time_base else 0.0
        codec = stream.codec_context.name
    duration = n_samples / SAMPLE_RATE
    if not n_samples:
        raise sound.no_sound()
    if duration < MIN_DURATION:
        raise AudioError("too_short", seconds=duration, least=MIN_DURATION)
    recording = Recording(sha256, round(duration, 3), sound.n_channels, sound.sample_rate, codec)
    complete = duration >= SHORTFALL * promised and not _riff_cut_short(sound.head, size)
    return DecodedSound(recording, damaged, complete)


def _riff_cut_short(head: bytes, size: int) -> bool:
    """Whether a WAV file is shorter than its header says; for other formats the decoder knows the duration."""
    declared = int.from_bytes(head[4:8], "little")
    return head[:4] == b"RIFF" and declared < RIFF_UNKNOWN and size < SHORTFALL * declared


def _unreadable(head: bytes) -> AudioError:
    if head.startswith(MAGIC) or head[4:8] == MP4_MAGIC:
        return AudioError("truncated")
    return AudioError("not_audio")


def _audio_stream(container: "InputContainer") -> "AudioStream":
    """The stream to hear; a call centre's exports have one."""
    if not container.streams.audio:
        raise AudioError("not_audio.no_stream")
    stream = container.streams.audio[0]
    if stream.codec_context is None:
        raise AudioError("not_audio.codec_unknown")
    return stream


def _refuse_shape(n_channels: int, rate: int) -> None:
    if n_channels > MAX_CHANNELS:
        raise AudioError("unsupported_channels", n=n_channels)
    if rate not in RATES:
        raise AudioError("unsupported_rate", rate=rate)


def _resampled(resampler: "AudioResampler", frame: "AudioFrame | None") -> Iterator[Samples]:
    for block in resampler.resample(frame):
        samples = np.nan_to_num(block.to_ndarray().astype(np.float32, copy=False), nan=0.0, posinf=1.0, neginf=-1.0)
        yield np.clip(samples, -1.0, 1.0, out=samples)


def _frames(container: "InputContainer", stream: "AudioStream") -> Iterator["AudioFrame | None"]:
    """The decoded frames; ``None`` for each packet that cannot be decoded."""
    import av

    packets = container.demux(stream)
    while True:
        try:
            packet = next(packets)
        except StopIteration:
            return
        except av.error.FFmpegError:
            yield None
            return
        try:
            yield from packet.decode()
        except av.error.EOFError:
            return
        except av.error.FFmpegError:
            yield None


def rms_dbfs(samples: Samples) -> float:
    """Root mean square level in dB below full scale; -120 for digital silence."""
    power = float(np.mean(np.square(samples, dtype=np.float64))) if samples.size else 0.0
    return 10 * float(np.log10(max(power, 1e-12)))


def frame_dbfs(samples: Samples, frame_length: int) -> npt.NDArray[np.float32]:
    """Level of each whole frame of one channel, in dBFS; shape (n_samples // frame_length,)."""
    n_frames = samples.size // frame_length
    frames = samples[: n_frames * frame_length].reshape(n_frames, frame_length)
    power = np.mean(np.square(frames), axis=1)
    levels: npt.NDArray[np.float32] = 10 * np.log10(np.maximum(power, 1e-12))
    return levels
