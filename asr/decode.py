"""A recording's bytes to samples: any container and codec that PyAV knows, resampled to what the models expect."""

import os
from collections.abc import Iterator
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


def decode(file: BinaryIO, sha256: str) -> tuple[Recording, Audio]:
    """Decode one recording.

    Raises `AudioError` with reason ``empty_file``, ``not_audio``, ``truncated``, ``unsupported_channels``,
    ``too_short`` or ``too_long``. Damage that leaves enough to hear is told in `Audio`, not raised.
    """
    import av

    head = file.read(12)
    if not head:
        raise AudioError("empty_file", "the file is empty; export the recording again")
    size = file.seek(0, os.SEEK_END)
    file.seek(0)
    try:
        container = av.open(file, mode="r", metadata_errors="replace")
    except av.error.FFmpegError as error:
        raise _unreadable(head) from error
    with container:
        stream = _audio_stream(container)
        n_channels = stream.codec_context.channels
        samples, damaged = _collect(container, stream, n_channels)
        promised = float(stream.duration * stream.time_base) if stream.duration and stream.time_base else 0.0
        codec, sample_rate = stream.codec_context.name, stream.codec_context.sample_rate
    duration = samples.shape[1] / SAMPLE_RATE
    if samples.size == 0:
        raise _unreadable(head)
    if duration < MIN_DURATION:
        raise AudioError("too_short", f"the recording lasts {duration:.2f} s; a call needs at least {MIN_DURATION} s")
    recording = Recording(sha256, round(duration, 3), n_channels, sample_rate, codec)
    complete = duration >= SHORTFALL * promised and not _riff_cut_short(head, size)
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


def _collect(container: "InputContainer", stream: "AudioStream", n_channels: int) -> tuple[Samples, int]:
    """All samples of one stream as (n_channels, n_samples), and the number of packets that could not be decoded."""
    import av

    blocks: list[Samples] = []
    n_samples = damaged = 0
    resampler = None
    shape = None
    for frame in _frames(container, stream):
        if frame is None or len(frame.layout.channels) != n_channels:
            damaged += 1
            continue
        if resampler is None or shape != (frame.format.name, frame.layout.name, frame.sample_rate):
            shape = (frame.format.name, frame.layout.name, frame.sample_rate)
            layout = "mono" if n_channels == 1 else "stereo"
            resampler = av.AudioResampler(format="fltp", layout=layout, rate=SAMPLE_RATE)
        frame.pts = None  # the resampler would fill gaps in time stamps, which damaged files have at random
        try:
            new = _resampled(resampler, frame)
        except av.error.FFmpegError:  # e.g. a damaged header's rate of millions of Hz
            damaged += 1
            resampler = None
            continue
        blocks += new
        n_samples += sum(block.shape[1] for block in new)
        if n_samples > MAX_DURATION * SAMPLE_RATE:
            raise AudioError("too_long", f"the recording lasts longer than {MAX_DURATION / 3600:.0f} hours; split it")
    if resampler is not None:
        blocks += _resampled(resampler, None)
    if not blocks:
        return np.zeros((n_channels, 0), dtype=np.float32), damaged
    samples = np.concatenate(blocks, axis=1, dtype=np.float32)
    np.nan_to_num(samples, copy=False, nan=0.0, posinf=1.0, neginf=-1.0)
    return np.clip(samples, -1.0, 1.0, out=samples), damaged


def _resampled(resampler: "AudioResampler", frame: "AudioFrame | None") -> list[Samples]:
    return [block.to_ndarray().astype(np.float32, copy=False) for block in resampler.resample(frame)]


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
