"""Recordings in every container and codec that call centres export, and ways to damage them."""

import io
import random
import struct
from collections.abc import Callable, Iterator
from functools import lru_cache

import av
import numpy as np
from sounds import tone, wav

CODECS = (  # container, codec, Hz
    ("wav", "pcm_u8", 8000),
    ("wav", "pcm_s24le", 16000),
    ("wav", "pcm_f32le", 8000),
    ("wav", "pcm_alaw", 8000),
    ("wav", "pcm_mulaw", 8000),
    ("wav", "adpcm_ima_wav", 8000),
    ("wav", "adpcm_ms", 8000),
    ("wav", "adpcm_yamaha", 8000),
    ("wav", "g722", 16000),
    ("wav", "g726", 8000),
    ("wav", "g723_1", 8000),
    ("wav", "mp3", 8000),
    ("w64", "pcm_s16le", 8000),
    ("aiff", "pcm_s16be", 8000),
    ("au", "pcm_mulaw", 8000),
    ("caf", "alac", 8000),
    ("mp3", "mp3", 8000),
    ("adts", "aac", 16000),
    ("mp4", "aac", 16000),
    ("mp4", "alac", 8000),
    ("3gp", "libopencore_amrnb", 8000),
    ("amr", "libopencore_amrnb", 8000),
    ("flac", "flac", 8000),
    ("ogg", "libopus", 16000),
    ("ogg", "vorbis", 16000),
    ("webm", "libopus", 16000),
    ("matroska", "pcm_s16le", 8000),
    ("asf", "wmav2", 16000),
    ("ac3", "ac3", 32000),
    ("avi", "mp3", 16000),
)
BIT_RATES = {"g726": 32_000, "g723_1": 6300, "libopencore_amrnb": 12_200, "wmav2": 32_000}
MONO = ("g722", *BIT_RATES)
EXTREMES = (0, 1, 2, 0x7F, 0xFF, 0x7FFF, 0xFFFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFE, 0xFFFFFFFF, 0x7FFFFFFFFFFFFFFF)
HEADER = 200  # bytes in which most formats say what follows

Damage = Callable[[bytearray, random.Random], None]


def recording(container: str, codec: str, rate: int, seconds: float = 0.8) -> bytes:
    """A tone on each of two channels, or on one where the codec has no more."""
    layout = "mono" if codec in MONO else "stereo"
    tones = [tone(seconds, rate), tone(seconds, rate, frequency=300)]
    buffer = io.BytesIO()
    with av.open(buffer, "w", format=container) as file:
        stream = file.add_stream(codec, rate=rate, layout=layout, options={"strict": "experimental"})
        if codec in BIT_RATES:
            stream.bit_rate = BIT_RATES[codec]
        frame = av.AudioFrame.from_ndarray(np.stack(tones[: len(stream.layout.channels)]), "fltp", layout)
        frame.sample_rate = rate
        for packet in [*stream.encode(frame), *stream.encode(None)]:
            file.mux(packet)
    return buffer.getvalue()


def gsm(seconds: float = 0.8) -> bytes:
    """A WAV file of GSM 06.10: 65 bytes hold 320 samples. There is no encoder here, but any bytes are some sound."""
    payload = random.Random(0).randbytes(65 * round(seconds * 8000 / 320))
    form = struct.pack("<HHIIHHHH", 0x31, 1, 8000, 1625, 65, 0, 2, 320)
    chunks = b"".join(
        name + struct.pack("<I", len(body)) + body + b"\0" * (len(body) % 2)
        for name, body in ((b"fmt ", form), (b"fact", struct.pack("<I", len(payload) // 65 * 320)), (b"data", payload))
    )
    return b"RIFF" + struct.pack("<I", 4 + len(chunks)) + b"WAVE" + chunks


@lru_cache(maxsize=1)
def seeds() -> dict[str, bytes]:
    """Whole recordings by container and codec."""
    made = {
        "wav pcm_s16le mono": wav(tone(0.8)),
        "wav pcm_s16le": wav(tone(0.8), tone(0.8, frequency=300)),
        "wav gsm": gsm(),
    }
    return made | {f"{container} {codec}": recording(container, codec, rate) for container, codec, rate in CODECS}


def flip(content: bytearray, by: random.Random) -> None:
    for _ in range(by.choice((1, 3, 30))):
        content[by.randrange(len(content))] ^= 1 << by.randrange(8)


def flip_header(content: bytearray, by: random.Random) -> None:
    for _ in range(by.choice((1, 3, 10))):
        content[by.randrange(min(HEADER, len(content)))] ^= 1 << by.randrange(8)


def truncate(content: bytearray, by: random.Random) -> None:
    del content[by.randrange(len(content)) :]


def lie(content: bytearray, by: random.Random) -> None:
    """A size, a rate, a number of channels or something else that is told in 1, 2, 4 or 8 bytes."""
    for _ in range(by.choice((1, 2))):
        size, order = by.choice((1, 2, 4, 4, 8)), by.choice(("little", "big"))
        at = by.randrange(max(1, min(HEADER, len(content)) - size))
        value = by.choice(EXTREMES) & (256**size - 1)
        content[at : at + size] = value.to_bytes(size, order)


def cut_out(content: bytearray, by: random.Random) -> None:
    start = by.randrange(len(content))
    del content[start : start + by.randrange(1, 500)]


def stutter(content: bytearray, by: random.Random) -> None:
    start = by.randrange(len(content))
    content[start:start] = content[start : start + by.randrange(1, 2000)] * by.choice((1, 2, 20))


def overwrite(content: bytearray, by: random.Random) -> None:
    start, length = by.randrange(len(content)), by.randrange(1, 1000)
    content[start : start + length] = by.choice((bytes(length), b"\xff" * length, by.randbytes(length)))


def splice(content: bytearray, by: random.Random) -> None:
    """The head of this recording, the rest of another."""
    other = by.choice(list(seeds().values()))
    content[by.randrange(min(2 * HEADER, len(content))) :] = other[by.randrange(min(2 * HEADER, len(other))) :]


DAMAGES: tuple[Damage, ...] = (flip, flip_header, truncate, lie, lie, cut_out, stutter, overwrite, splice)


def damaged(count: int, seed: int = 0) -> Iterator[tuple[str, bytes]]:
    """What was done to which recording, and what came of it; the same for the same seed."""
    by = random.Random(seed)
    whole = seeds()
    for number in range(count):
        name = list(whole)[number % len(whole)]
        content, done = bytearray(whole[name]), []
        for _ in range(by.choice((1, 1, 2))):
            damage = by.choice(DAMAGES)
            if content:
                damage(content, by)
                done.append(damage.__name__)
        yield f"{number}: {name}, {' '.join(done)}", bytes(content)
