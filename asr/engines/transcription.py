"""Answers of OpenAI's transcription interface, in all the forms that servers give them, as words with times."""

import math
from collections.abc import Iterator, Sequence

from pydantic import BaseModel

from asr.engines.plain_text import UNKNOWN_PROBABILITY, spread
from asr.engines.whisper import join_words
from callqa.types import Seconds, Word


class SpokenWord(BaseModel):
    word: str
    start: Seconds
    end: Seconds
    probability: float | None = None
    """Of faster-whisper and whisper.cpp; OpenAI gives none."""


class Segment(BaseModel):
    text: str = ""
    start: Seconds
    end: Seconds
    avg_logprob: float | None = None
    compression_ratio: float | None = None
    words: tuple[SpokenWord, ...] | None = None
    """Of whisper.cpp; others have them beside the segments."""

    @property
    def probability(self) -> float | None:
        """The mean probability of its words. Servers that do not know it write -1 (vLLM), 0 or nothing."""
        placeholder = self.compression_ratio is not None and self.compression_ratio <= 0
        if self.avg_logprob is None or self.avg_logprob == 0 or placeholder:
            return None
        return min(math.exp(self.avg_logprob), 1.0)


class Transcription(BaseModel):
    """The fields that are used; only ``text`` is always there. Times are from the start of the sound."""

    text: str
    segments: tuple[Segment, ...] | None = None
    words: tuple[SpokenWord, ...] | None = None


def words_of(answer: Transcription, duration: Seconds) -> tuple[Word, ...]:
    """The words of a sound of ``duration`` seconds, as well as the server gives them."""
    segments = answer.segments or ()
    spoken = answer.words or [word for segment in segments for word in segment.words or ()]
    if spoken:
        words = list(_with_marks([_timed(word, segments) for word in spoken], answer.text))
    elif segments:
        words = [
            word
            for s in segments
            for word in spread(s.text.strip(), s.start, s.end, s.probability or UNKNOWN_PROBABILITY)
        ]
    else:
        words = spread(answer.text.strip(), 0.0, duration, UNKNOWN_PROBABILITY)
    return join_words(words)


def _timed(spoken: SpokenWord, segments: Sequence[Segment]) -> Word:
    """A word without a probability of its own has that of its segment."""
    probability = spoken.probability
    if probability is None:
        middle = (spoken.start + spoken.end) / 2
        probability = next((s.probability for s in segments if s.start <= middle <= s.end), None)
    return Word(spoken.word, spoken.start, spoken.end, UNKNOWN_PROBABILITY if probability is None else probability)


def _with_marks(words: Sequence[Word], text: str) -> Iterator[Word]:
    """The words with the punctuation that ``text`` has between them: OpenAI's words have none."""
    ends = []
    position = 0
    for word in words:
        place = text.find(word.text.strip(), position)
        if place < 0:  # another spelling: then the words are all there is
            yield from words
            return
        ends.append((place, position := place + len(word.text.strip())))
    following = [start for start, _ in ends[1:]] + [len(text)]
    for word, (_, end), after in zip(words, ends, following, strict=True):
        yield Word(word.text.strip() + text[end:after].strip(), word.start, word.end, word.probability)
