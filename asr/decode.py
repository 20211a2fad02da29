"""A recording's bytes to samples: any container and codec that PyAV knows, resampled to what the models expect."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO

import numpy as np
import numpy.typing as npt

from callqa.errors import AudioError
from callqa.types import Recording, Seconds

if TYPE_CHECKING:
    from av import AudioFrame, AudioResampler, AudioStream
    from av.container import InputContainer

SAMPLE_RATE = 16_000  # Hz, of everything after this module
MIN_DURATION: Seconds = 0.5  # no call; nothing can be said in it
MAX_DURATION: Seconds = 2 * 3600.0  # 0.9 GB of samples in stereo; a longer "call" is a recorder that was not stopped
MAX_CHANNELS = 2
SHORTFALL = 0.95  # a file that yields less of the duration it declares was cut off
MAGIC = (b"RIFF", b"ID3", b"fLaC", b"OggS", b"\xff\xfb", b"\xff\xf3", b"\xff\xf2", b"#!AMR")
RIFF_UNKNOWN = 0x7FFFFFFF  # bytes; written at least this large by programs that stream
MP4_MAGIC = b"ftyp"  # after four bytes of length

Samples = npt.NDArray[np.float32]


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
class OpenSound:
    """A recording whose sound can be read block by block, so that hours of it need little memory."""

    head: bytes
    """The file's first bytes."""
    container: "InputContainer"
    stream: "AudioStream"

    @property
    def n_channels(self) -> int:
        return self.stream.codec_context.channels

    @property
    def sample_rate(self) -> int:
        """Hz, as stored in the file."""
        return self.stream.codec_context.sample_rate

    def blocks(self, rate: int = SAMPLE_RATE) -> Iterator[Samples | None]:
        """Samples of shape (n_channels, n) at ``rate`` Hz within [-1, 1]; ``None`` for each packet that is damaged.

        Raises `AudioError` (``too_long``).
        """
        n_samples = 0
        for block in self._any_length(rate):
            n_samples += 0 if block is None else block.shape[1]
            if n_samples > MAX_DURATION * rate:
                raise AudioError(
                    "too_long", f"the recording lasts longer than {MAX_DURATION / 3600:.0f} hours; split it"
                )
            yield block

    def not_heard(self) -> AudioError:
        """Why a file that could be opened gave no sound."""
        return _unreadable(self.head)

    def _any_length(self, rate: int) -> Iterator[Samples | None]:
        import av

        resampler = None
        shape = None
        for frame in _frames(self.container, self.stream):
            if frame is None or len(frame.layout.channels) != self.n_channels:
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
    """Raises `AudioError` with reason ``empty_file``, ``not_audio``, ``truncated`` or ``unsupported_channels``."""
    import av

    head = file.read(12)
    if not head:
        raise AudioError("empty_file", "the file is empty; export the recording again")
    file.seek(0)
    try:
        container = av.open(file, mode="r", metadata_errors="replace")
    except av.error.FFmpegError as error:
        raise _unreadable(head) from error
    with container:
        yield OpenSound(head, container, _audio_stream(container))


def decode(file: BinaryIO, sha256: str) -> tuple[Recording, Audio]:
    """Decode one recording.

    Raises `AudioError` with reason ``empty_file``, ``not_audio``, ``truncated``, ``unsupported_channels``,
    ``too_short`` or ``too_long``. Damage that leaves enough to hear is told in `Audio`, not raised.
    """
    size = file.seek(0, os.SEEK_END)
    file.seek(0)
    with open_sound(file) as sound:
        samples, damaged = _collect(sound)
        stream = sound.stream
        promised = float(stream.duration * stream.time_base) if stream.duration and stream.time_base else 0.0
        codec, sample_rate, n_channels = stream.codec_context.name, sound.sample_rate, sound.n_channels
    duration = samples.shape[1] / SAMPLE_RATE
    if samples.size == 0:
        raise sound.not_heard()
    if duration < MIN_DURATION:
        raise AudioError("too_short", f"the recording lasts {duration:.2f} s; a call needs at least {MIN_DURATION} s")
    recording = Recording(sha256, round(duration, 3), n_channels, sample_rate, codec)
    complete = duration >= SHORTFALL * promised and not _riff_cut_short(sound.head, size)
    return recording, Audio(samples, damaged, complete)


def _riff_cut_short(head: bytes, size: int) -> bool:
    """Whether a WAV file is shorter than its header says; for other formats the decoder knows the duration."""
    declared = int.from_bytes(head[4:8], "little")
    return head[:4] == b"RIFF" and declared < RIFF_UNKNOWN and size < SHORTFALL * declared


def _unreadable(head: bytes) -> AudioError:
    if head.startswith(MAGIC) or head[4:8] == MP4_MAGIC:
        return AudioError("truncated", "the file begins like audio but no sound can be read; it was cut off or damaged")
    return AudioError("not_audio", "the file is not audio in any known format; is it the right file?")


def _audio_stream(container: "InputContainer") -> "AudioStream":
    """The stream to hear; a call centre's exports have one."""
    if not container.streams.audio:
        raise AudioError("not_audio", "the file holds no audio stream; is it the right file?")
    stream = container.streams.audio[0]
    if stream.codec_context is None:
        raise AudioError("not_audio", "the sound has an unknown codec; export the recording as WAV (PCM) or MP3")
    n_channels = stream.codec_context.channels
    if n_channels > MAX_CHANNELS:
        raise AudioError(
            "unsupported_channels",
            f"the recording has {n_channels} channels; nobody can say which two hold the speakers: "
            "export mono or stereo (agent and citizen)",
        )
    return stream


def _collect(sound: OpenSound) -> tuple[Samples, int]:
    """All samples as (n_channels, n_samples), and the number of packets that could not be decoded."""
    blocks: list[Samples] = []
    damaged = 0
    for block in sound.blocks():
        if block is None:
            damaged += 1
        else:
            blocks.append(block)
    if not blocks:
        return np.zeros((sound.n_channels, 0), dtype=np.float32), damaged
    return np.concatenate(blocks, axis=1, dtype=np.float32), damaged


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
