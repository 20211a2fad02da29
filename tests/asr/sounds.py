"""Audio files made on the spot, and what a telephone line carries besides speech."""

import io
import wave

import av
import numpy as np
import numpy.typing as npt

Samples = npt.NDArray[np.float32]

RATE = 8000  # Hz, of all sounds below
# Beethoven, and a folk song: nobody's property. A note and, after a colon, its beats; r is a rest.
FUR_ELISE = "E5 D#5 E5 D#5 E5 B4 D5 C5 A4:2 r C4 E4 A4 B4:2 r E4 G#4 B4 C5:2 r E4 E5 D#5 E5 D#5 E5 B4 D5 C5 A4:2"
JASMINE = "E4 E4:.5 G4:.5 A4:.5 C5:.5 C5:.5 A4:.5 G4 G4:.5 A4:.5 G4:2 " * 2
NAMES = {name: index for index, name in enumerate("C C# D D# E F F# G G# A A# B".split())}
TIMBRES = {  # amplitudes of the harmonics
    "flute": (1, 0.15, 0.05),
    "piano": (1, 0.6, 0.35, 0.2, 0.1, 0.05),
    "strings": (1, 0.7, 0.6, 0.5, 0.4, 0.35, 0.3, 0.25),
    "organ": (1, 0.8, 0.2, 0.6, 0.1, 0.4, 0.05, 0.3),
    "square": (1, 0, 1 / 3, 0, 1 / 5, 0, 1 / 7),
}


def tone(seconds: float, rate: int = 8000, level: float = 0.3, frequency: float = 440.0) -> Samples:
    return (level * np.sin(2 * np.pi * frequency * np.arange(round(seconds * rate)) / rate)).astype(np.float32)


def wav(*channels: Samples, rate: int = 8000) -> bytes:
    """A 16-bit WAV file; all channels as long as each other."""
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as file:
        file.setnchannels(len(channels))
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes((np.stack(channels, axis=1) * 32767).astype("<i2").tobytes())
    return buffer.getvalue()


def encoded(samples: Samples, container: str, codec: str, rate: int = 8000) -> bytes:
    """A mono file in another container and codec."""
    buffer = io.BytesIO()
    with av.open(buffer, "w", format=container) as file:
        stream = file.add_stream(codec, rate=rate, layout="mono")
        frame = av.AudioFrame.from_ndarray(samples[None, :], format="fltp", layout="mono")
        frame.sample_rate = rate
        for packet in [*stream.encode(frame), *stream.encode(None)]:
            file.mux(packet)
    return buffer.getvalue()


def pitch(name: str) -> float:
    """Hz of a note such as A4."""
    return 440.0 * 2 ** ((NAMES[name[:-1]] - 9) / 12 + int(name[-1]) - 4)


def note(frequency: float, seconds: float, timbre: str, vibrato: float = 0.0) -> Samples:
    """One tone with attack and decay; ``vibrato`` in semitones, five times a second."""
    time = np.arange(round(seconds * RATE)) / RATE
    bend = vibrato * np.sin(2 * np.pi * 5 * time)
    phase = 2 * np.pi * np.cumsum(frequency * 2 ** (bend / 12)) / RATE
    wave_ = sum(a * np.sin(k * phase) for k, a in enumerate(TIMBRES[timbre], 1) if a and k * frequency < 3400)
    decay = 3.0 if timbre == "piano" else 0.3
    return (wave_ * np.minimum(1, time / 0.01) * np.exp(-decay * time) * np.minimum(1, (seconds - time) / 0.02)).astype(
        np.float32
    )


def melody(notes: str, timbre: str = "piano", beat: float = 0.3, vibrato: float = 0.0, octave: int = 0) -> Samples:
    parts = []
    for word in notes.split():
        name, _, beats = word.partition(":")
        seconds = beat * float(beats or 1)
        silent = name == "r"
        parts.append(
            np.zeros(round(seconds * RATE), dtype=np.float32)
            if silent
            else note(pitch(name) * 2**octave, seconds, timbre, vibrato)
        )
    return np.concatenate(parts)


def chords(seconds: float, timbre: str = "strings", beat: float = 1.2) -> Samples:
    """C, A minor, F, G, over and over."""
    triads = ("C4 E4 G4", "A3 C4 E4", "F3 A3 C4", "G3 B3 D4")
    parts = [sum(note(pitch(name), beat, timbre, 0.1) for name in triad.split()) for triad in triads]
    return looped(np.concatenate(parts), seconds)


def drums(seconds: float, seed: int = 0, beat: float = 0.5) -> Samples:
    """A bass drum on each beat, a snare on every other, a hi-hat on each half."""
    random = np.random.default_rng(seed)
    sound = np.zeros(round(seconds * RATE) + RATE, dtype=np.float32)
    time = np.arange(round(0.25 * RATE)) / RATE
    kick = np.sin(2 * np.pi * 120 * time * np.exp(-6 * time)) * np.exp(-12 * time)
    for index, start in enumerate(np.arange(0, seconds, beat / 2)):
        first = round(start * RATE)
        hat = 0.15 * random.normal(size=time.size) * np.exp(-60 * time)
        snare = 0.4 * random.normal(size=time.size) * np.exp(-20 * time) if index % 4 == 2 else 0
        sound[first : first + time.size] += hat + snare + (kick if index % 2 == 0 else 0)
    return sound[: round(seconds * RATE)]


def looped(sound: Samples, seconds: float) -> Samples:
    size = round(seconds * RATE)
    return np.resize(sound, size).astype(np.float32)


def cadence(sound: Samples, on: float, off: float) -> Samples:
    """The sound switched on and off: ringback is 1 s on and 4 s off in China, busy 0.35 s each."""
    time = np.arange(sound.size) / RATE
    return (sound * (time % (on + off) < on)).astype(np.float32)


def tones(seconds: float, *frequencies: float) -> Samples:
    return sum(tone(seconds, RATE, 1 / len(frequencies), frequency) for frequency in frequencies)


def dtmf(digits: str, on: float = 0.12, off: float = 0.1) -> Samples:
    rows, columns, keys = (697, 770, 852, 941), (1209, 1336, 1477), "123456789*0#"
    parts = []
    for digit in digits:
        row, column = divmod(keys.index(digit), 3)
        parts += [tones(on, rows[row], columns[column]), np.zeros(round(off * RATE), dtype=np.float32)]
    return np.concatenate(parts)


def fax(seconds: float, seed: int = 0) -> Samples:
    """Calling tone, answer tone with phase reversals, then frequency shift keying (V.21) and a scrambled carrier."""
    random = np.random.default_rng(seed)
    quarter = seconds / 4
    bits = np.repeat(random.integers(0, 2, round(quarter * 300) + 1), RATE // 300 + 1)[: round(quarter * RATE)]
    keyed = np.sin(2 * np.pi * np.cumsum(np.where(bits, 980, 1180)) / RATE)
    symbols = np.repeat(random.choice([0, 0.5, 1, 1.5], round(quarter * 1200) + 1), RATE // 1200 + 1)
    time = np.arange(round(quarter * RATE)) / RATE
    scrambled = np.sin(2 * np.pi * 1800 * time + np.pi * symbols[: time.size])
    answer = np.sin(2 * np.pi * 2100 * time) * np.where(time % 0.9 < 0.45, 1, -1)
    calling = cadence(tone(quarter, RATE, 1.0, 1100.0), 0.5, 3.0)
    return np.concatenate([calling, answer, keyed, scrambled]).astype(np.float32)


def noise(seconds: float, colour: float = 0.0, seed: int = 0) -> Samples:
    """Noise whose power falls with frequency to the power of ``colour``: 0 white, 1 pink, 2 brown."""
    random = np.random.default_rng(seed)
    size = round(seconds * RATE)
    spectrum = np.fft.rfft(random.normal(size=size))
    frequencies = np.maximum(np.fft.rfftfreq(size, 1 / RATE), 20)
    return np.fft.irfft(spectrum / frequencies ** (colour / 2), size).astype(np.float32)


def clicks(seconds: float, rate: float = 3.0, seed: int = 0) -> Samples:
    random = np.random.default_rng(seed)
    sound = np.zeros(round(seconds * RATE), dtype=np.float32)
    for start in random.integers(0, sound.size - 80, round(seconds * rate)):
        sound[start : start + 40] += random.normal(size=40) * np.exp(-np.arange(40) / 8)
    return sound


def at_level(sound: Samples, dbfs: float) -> Samples:
    """The sound with this root mean square level over where it sounds at all."""
    sounding = sound[np.abs(sound) > 1e-4 * np.max(np.abs(sound))]
    rms = float(np.sqrt(np.mean(np.square(sounding, dtype=np.float64))))
    return np.clip(sound * (10 ** (dbfs / 20) / rms), -1, 1).astype(np.float32)


def hold_sounds(seconds: float) -> dict[str, Samples]:
    """Everything a caller may hear that is not a voice, by name."""
    hum = tones(seconds, 50.0, 150.0, 250.0)
    return {
        "piano melody": looped(melody(FUR_ELISE), seconds),
        "flute melody": looped(melody(JASMINE, "flute", 0.5, vibrato=0.3), seconds),
        "strings melody, vibrato": looped(melody(JASMINE, "strings", 0.6, vibrato=0.5, octave=-1), seconds),
        "organ melody": looped(melody(FUR_ELISE, "organ", 0.25, octave=-1), seconds),
        "square melody": looped(melody(JASMINE, "square", 0.3), seconds),
        "chords": chords(seconds),
        "band": chords(seconds, "piano", 1.0) + looped(melody(JASMINE, "strings", 0.5, 0.3), seconds) + drums(seconds),
        "polyphony": looped(melody(FUR_ELISE, "strings", 0.3), seconds)
        + looped(melody(JASMINE, "flute", 0.4, 0.2, -1), seconds),
        "drums": drums(seconds),
        "ringback": cadence(tone(seconds, RATE, 1.0, 450.0), 1.0, 4.0),
        "busy": cadence(tone(seconds, RATE, 1.0, 450.0), 0.35, 0.35),
        "dial tone": tone(seconds, RATE, 1.0, 450.0),
        "key presses": looped(dtmf("13817245096#*"), seconds),
        "beeps": cadence(tone(seconds, RATE, 1.0, 1400.0), 0.2, 0.8),
        "fax": fax(seconds),
        "hum": hum,
        "hum and hiss": hum + 0.1 * noise(seconds),
        "white noise": noise(seconds),
        "pink noise": noise(seconds, 1.0),
        "brown noise": noise(seconds, 2.0),
        "clicks": clicks(seconds),
    }
