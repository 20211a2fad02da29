import pytest
from hypothesis import given
from hypothesis import strategies as st

from asr.transcript_quality import TranscriptQuality, measure_quality
from asr.vad import Region
from callqa.types import Turn, Word

SPEECH = [[Region(1.0, 3.0, 0), Region(10.0, 12.0, 0)], [Region(4.0, 9.0, 1)]]


def turn(text: str, start: float, end: float, *flags: str) -> Turn:
    step = (end - start) / max(len(text), 1)
    words = tuple(Word(c, start + i * step, start + (i + 1) * step, 0.9) for i, c in enumerate(text))
    return Turn(0, "agent", start, end, text, words, flags=flags)


def test_words_in_speech_are_clean() -> None:
    figures = measure_quality(
        [turn("您好请讲。", 1, 3), turn("我想反映", 4, 9)], [0, 1], SPEECH, 15.0, damaged_frames=2
    )
    assert figures == TranscriptQuality(seconds=30, silent_seconds=21, turns=2, damaged_frames=2)
    assert figures.silent_characters_per_minute == 0
    assert figures.loops == 0


def test_words_in_silence_are_counted_without_their_punctuation() -> None:
    figures = measure_quality([turn("您好谢谢。，", 5, 8)], [0], SPEECH, 15.0)
    assert figures.silent_characters == 4, "where the other speaks is silence on this channel"
    assert figures.silent_characters_per_minute == pytest.approx(60 * 4 / 21)


def test_a_word_at_the_edge_of_speech_is_no_text_in_silence() -> None:
    assert measure_quality([turn("好", 3.1, 3.4)], [0], SPEECH, 15.0).silent_characters == 0
    assert measure_quality([turn("好", 3.6, 3.9)], [0], SPEECH, 15.0).silent_characters == 1


def test_flags_are_counted() -> None:
    turns = [
        turn("一", 1, 2, "loop"), turn("二", 1, 2, "loop", "stock_phrase"), turn("三", 1, 2, "announcement"),
        turn("ok ok", 1, 2, "not_chinese"),
    ]  # fmt: skip
    figures = measure_quality(turns, [0] * 4, SPEECH, 15.0)
    assert (figures.turns, figures.loops, figures.stock_phrases, figures.announcements) == (4, 2, 1, 1)
    assert figures.other_languages == 1
    assert (figures.loops, figures.turns) == (2, 4)


@pytest.mark.parametrize(
    ("languages", "switches"), [("ccc", 0), ("eee", 1), ("cec", 2), ("cce", 1), ("ecec", 4), ("", 0)]
)
def test_language_switches_are_counted_by_channel(languages: str, switches: int) -> None:
    turns = [turn("x", 1, 2, *(("not_chinese",) if c == "e" else ())) for c in languages]
    other = turn("我", 4, 5)
    mixed = [each for pair in zip(turns, [other] * len(turns), strict=True) for each in pair]
    assert measure_quality(mixed, [0, 1] * len(turns), SPEECH, 15.0).language_switches == switches


def test_nothing_has_no_rates() -> None:
    assert TranscriptQuality().silent_characters_per_minute is None
    assert measure_quality([], [], [[]], 60.0).silent_characters_per_minute == 0


COUNTS = st.builds(
    TranscriptQuality, turns=st.integers(0, 9), loops=st.integers(0, 9), silent_characters=st.integers(0, 9)
)


@given(st.lists(COUNTS))
def test_a_run_is_the_sum_of_its_transcripts(each: list[TranscriptQuality]) -> None:
    total = sum(each, TranscriptQuality())
    assert total.turns == sum(quality.turns for quality in each)
    assert total.silent_characters == sum(quality.silent_characters for quality in each)
