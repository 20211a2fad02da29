"""Common part of all Whisper engines: filling windows, getting out of loops, and giving words back to their clips.

The encoder's cost is the same for a second and for thirty, so clips are packed into windows. A short clip alone is also
what sends small models into loops. A window that comes back looped is split and transcribed again.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import Protocol

import numpy as np

from asr.decode import SAMPLE_RATE, Samples, rms_dbfs
from asr.engine import Clip, TranscribedClip
from asr.hallucination import MISSING_TEXT, suspicions
from callqa.text import simplified
from callqa.types import Seconds, Word, text_of

LANGUAGE = "zh"
WINDOW: Seconds = 30.0
GAP: Seconds = 0.5  # silence between two clips of a window, enough for a full stop
LEVEL_DBFS = -23.0  # every clip is brought to this level: within a window the loud would mask the soft
MAX_GAIN = 30.0
MAX_TAIL: Seconds = 0.75  # from the last word to the end of its clip
MAX_WORD: Seconds = 0.6  # the alignment stretches the last word over what was dropped
MAX_TOKENS = 224  # for one window; 30 s of fast Mandarin take about 200


@dataclass(frozen=True, slots=True)
class Attempt:
    """How a window is decoded."""

    beam: int
    window: Seconds
    """Clips are packed up to this length; 0: each alone."""


ATTEMPTS = (
    Attempt(beam=2, window=WINDOW),
    Attempt(beam=5, window=WINDOW),
    Attempt(beam=1, window=0.0),
)
"""Tried in this order until nothing is suspicious; what stays suspicious is flagged. The second brings other clips
together and looks further; the last is greedy, because what sends beam search into a loop seldom does so to it. Chosen
by measurement (docs/measured.md), as is the lack of a prompt: it cost accuracy, and small models loop on its words.
Nothing is sampled: a recording always gives the same transcript."""


class Model(Protocol):
    """A loaded Whisper: windows in, words with times out."""

    def decode(self, windows: Sequence[Samples], attempt: Attempt) -> list[tuple[Word, ...]]:
        """The words of each window, in the same order, with times from its start; how many windows are decoded at once
        is the model's affair."""
        ...


@dataclass(frozen=True, slots=True)
class Window:
    """Clips side by side, with silence between."""

    clips: tuple[Clip, ...]
    offsets: tuple[Seconds, ...]
    """Where each clip begins in the window."""

    @property
    def speech_time(self) -> Seconds:
        return sum(clip.duration for clip in self.clips)

    def samples(self) -> Samples:
        total = round((self.offsets[-1] + self.clips[-1].duration) * SAMPLE_RATE) + 1
        samples = np.zeros(total, dtype=np.float32)
        for clip, offset in zip(self.clips, self.offsets, strict=True):
            first = round(offset * SAMPLE_RATE)
            samples[first : first + len(clip.samples)] = levelled(clip.samples)
        return samples

    def share(self, words: Sequence[Word]) -> list[tuple[Word, ...]]:
        """The words of each clip, at their times in the recording and within the clip.

        A word belongs to the clip in which it ends. The alignment leaves no silence between words: it stretches the one
        after a pause back over it, to the end of the one before (117 of 120 such words in labelled calls).
        """
        shares: list[list[Word]] = [[] for _ in self.clips]
        ends = [offset + clip.duration for offset, clip in zip(self.offsets[:-1], self.clips, strict=False)]
        for word in words:
            index = int(np.searchsorted(ends, word.end))
            clip, shift = self.clips[index], self.clips[index].start - self.offsets[index]
            start, end = (round(min(max(time + shift, clip.start), clip.end), 3) for time in (word.start, word.end))
            shares[index].append(Word(word.text, start, end, word.probability))
        return [tuple(share) for share in shares]


def pack(clips: Sequence[Clip], longest: Seconds) -> Iterator[Window]:
    """Fill windows with clips of one voice, in order; every clip is in exactly one window.

    Voices are not mixed: it costs accuracy (docs/measured.md), and a word that slips into the next clip must not change
    its speaker. Nor are calls: what is written of one would depend on its neighbours.
    """
    group: list[Clip] = []
    offsets: list[Seconds] = []
    filled = 0.0
    for clip in clips:
        same_voice = bool(group) and (group[-1].recording, group[-1].voice) == (clip.recording, clip.voice)
        if group and (not same_voice or filled + GAP + clip.duration > longest):
            yield Window(tuple(group), tuple(offsets))
            group, offsets, filled = [], [], 0.0
        offset = filled + GAP if group else 0.0
        group.append(clip)
        offsets.append(offset)
        filled = offset + clip.duration
    if group:
        yield Window(tuple(group), tuple(offsets))


def levelled(samples: Samples) -> Samples:
    """The same sound at `LEVEL_DBFS`."""
    gain = min(10 ** ((LEVEL_DBFS - rms_dbfs(samples)) / 20), MAX_GAIN)
    louder: Samples = np.clip(samples * np.float32(gain), -1.0, 1.0)
    return louder


def transcribe_clips(model: Model, clips: Sequence[Clip]) -> list[TranscribedClip]:
    """Decode all clips, and those whose text is suspicious or stops early again, in smaller windows and other ways."""
    best: dict[int, TranscribedClip] = {}
    todo = sorted(range(len(clips)), key=lambda i: (clips[i].recording, clips[i].voice, clips[i].start))
    for attempt in ATTEMPTS:
        order = iter(todo)
        windows = list(pack([clips[i] for i in todo], attempt.window))
        decoded = model.decode([window.samples() for window in windows], attempt)
        for window, written in zip(windows, decoded, strict=True):
            for transcribed in judge(window, written):
                index = next(order)
                best[index] = better(best[index], transcribed) if index in best else transcribed
        todo = [index for index in todo if best[index].flags or stops_early(clips[index], best[index].words)]
    return [best[index] for index in range(len(clips))]


def judge(window: Window, written: Sequence[Word]) -> list[TranscribedClip]:
    """The text of each clip of a window. A loop spoils the whole window, missing text only its own clip."""
    spoiled = tuple(f for f in suspicions(text_of(written), window.speech_time) if f != MISSING_TEXT)
    return [
        TranscribedClip(words, spoiled or suspicions(text_of(words), clip.duration))
        for clip, words in zip(window.clips, window.share(written), strict=True)
    ]


def stops_early(clip: Clip, words: Sequence[Word]) -> bool:
    """Whether speech goes on after the last word; Whisper likes to drop the end of a full window."""
    return bool(words) and clip.end - min(words[-1].end, words[-1].start + MAX_WORD) > MAX_TAIL


def better(old: TranscribedClip, new: TranscribedClip) -> TranscribedClip:
    """The one to keep of two attempts: the longer one, unless it is made up."""
    invented_old, invented_new = (set(transcribed.flags) - {MISSING_TEXT} for transcribed in (old, new))
    if invented_new:
        return old
    return new if invented_old or length(new) > length(old) else old


def length(transcribed: TranscribedClip) -> int:
    return sum(len(word.text) for word in transcribed.words)


def describe() -> dict[str, object]:
    """The options above, for the engine key."""
    return {
        "attempts": [[attempt.beam, attempt.window] for attempt in ATTEMPTS],
        "gap": GAP,
        "level_dbfs": LEVEL_DBFS,
        "max_tail": [MAX_TAIL, MAX_WORD],
        "max_tokens": MAX_TOKENS,
    }


FULL_WIDTH = str.maketrans(",.?!:;", "，。？！：；")
MARK = r"(?:[,?!:;]|(?<!\.)\.(?!\.))"  # two dots and more are an ellipsis
CHINESE_MARK = re.compile(f"(?<![A-Za-z0-9]){MARK}|{MARK}(?![A-Za-z0-9])")  # not those of 3.5 and 10:30


def chinese_punctuation(text: str) -> str:
    """The text, as long as before, with full-width punctuation; Whisper writes now one width, now the other.

    >>> chinese_punctuation("好,10:30在3.5公里处?")
    '好，10:30在3.5公里处？'
    """
    return CHINESE_MARK.sub(lambda match: match[0].translate(FULL_WIDTH), text)


def written_words(words: Sequence[Word]) -> tuple[Word, ...]:
    """The words in simplified script with Chinese punctuation.

    All are converted as one text, because characters and marks depend on their neighbours.
    """
    texts = [word.text for word in words]
    converted = simplified("".join(texts))
    texts = _split_like(texts, converted) if len(converted) == len("".join(texts)) else [simplified(t) for t in texts]
    texts = _split_like(texts, chinese_punctuation("".join(texts)))
    return tuple(Word(t, w.start, w.end, w.probability) for t, w in zip(texts, words, strict=True))


def _split_like(pieces: Sequence[str], text: str) -> list[str]:
    """``text`` cut into pieces as long as these."""
    ends = accumulate((len(piece) for piece in pieces), initial=0)
    return [text[start:end] for start, end in pairwise(ends)]


PUNCTUATION = frozenset("\"'.。,，!！?？:：;；、…~～—–-“”‘’《》（）()【】[]「」『』· ")


def join_words(pieces: Sequence[Word]) -> tuple[Word, ...]:
    """Written words without empty ones; punctuation goes with the word before it, whose time it does not change."""
    words: list[Word] = []
    for piece in written_words(pieces):
        if words and all(character in PUNCTUATION for character in piece.text):
            last = words[-1]
            words[-1] = Word(last.text + piece.text.strip(), last.start, last.end, last.probability)
        elif piece.text.strip():
            words.append(Word(piece.text.strip(), piece.start, piece.end, piece.probability))
    return tuple(words)
