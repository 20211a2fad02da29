"""The shared part of the Whisper engines, with a model that says what the test wants."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from asr.decode import SAMPLE_RATE, Samples, rms_dbfs
from asr.engine import Clip
from asr.engines.whisper import (
    ATTEMPTS,
    LEVEL_DBFS,
    WINDOW,
    Attempt,
    chinese_punctuation,
    join_words,
    levelled,
    pack,
    transcribe_clips,
)
from callqa.text import normalise
from callqa.types import Word


def clip(start: float, duration: float, channel: int = 0, recording: str = "r") -> Clip:
    samples = np.full(round(duration * SAMPLE_RATE), 0.1, dtype=np.float32)
    return Clip(recording, channel, start, samples, voice=channel)


def spoken(text: str, start: float, end: float) -> tuple[Word, ...]:
    step = (end - start) / max(len(text), 1)
    return tuple(Word(c, start + i * step, start + (i + 1) * step, 0.9) for i, c in enumerate(text))


class FakeModel:
    """Decodes each window by ``say(attempt, seconds)``; keeps what it was asked."""

    def __init__(self, say: Callable[[Attempt, float], tuple[Word, ...]]) -> None:
        self.say = say
        self.asked: list[tuple[Attempt, float]] = []

    def decode(self, windows: Sequence[Samples], attempt: Attempt) -> list[tuple[Word, ...]]:
        seconds = [len(samples) / SAMPLE_RATE for samples in windows]
        self.asked.extend((attempt, s) for s in seconds)
        return [self.say(attempt, s) for s in seconds]


def text(heard: object) -> str:
    return "".join(word.text for word in heard.words)  # type: ignore[attr-defined]


def test_good_windows_are_decoded_once_and_words_return_to_their_clips() -> None:
    clips = [clip(10, 2), clip(20, 2), clip(13, 3, channel=1)]
    # The agent's window: two seconds, half a second of silence, two seconds.
    model = FakeModel(
        lambda _, s: spoken("前前前前", 0, 2) + spoken("后后后后", 2.5, 4.5) if s > 4 else spoken("旁旁旁旁旁", 0, 3)
    )
    heard = transcribe_clips(model, clips)
    assert [text(h) for h in heard] == ["前前前前", "后后后后", "旁旁旁旁旁"]
    assert [h.flags for h in heard] == [(), (), ()]
    assert heard[1].words[0].start == pytest.approx(20)
    assert heard[1].words[-1].end == pytest.approx(22)
    assert heard[2].words[0].start == pytest.approx(13)
    assert {attempt for attempt, _ in model.asked} == {ATTEMPTS[0]}


def test_a_loop_is_heard_again_with_more_beams() -> None:
    model = FakeModel(
        lambda a, s: spoken("市民服务" * 6, 0, s) if a == ATTEMPTS[0] else spoken("我想反映一个问题", 0, s)
    )
    (heard,) = transcribe_clips(model, [clip(0, 4)])
    assert text(heard) == "我想反映一个问题"
    assert heard.flags == ()
    assert model.asked[-1][0] == ATTEMPTS[1]


def test_a_loop_that_stays_is_flagged() -> None:
    (heard,) = transcribe_clips(FakeModel(lambda _, s: spoken("市民服务" * 6, 0, s)), [clip(0, 4)])
    assert "loop" in heard.flags


@pytest.mark.parametrize("first", ["", "我想", "我想反映一个问题你"])
def test_speech_without_words_is_heard_again(first: str) -> None:
    whole = "我想反映一个问题你们要管一管"
    model = FakeModel(lambda a, s: spoken(first, 0, 3) if a is ATTEMPTS[0] else spoken(whole, 0, s))
    (heard,) = transcribe_clips(model, [clip(0, 6)])
    assert text(heard) == whole
    assert heard.flags == ()


def test_a_second_hearing_replaces_nothing_by_less() -> None:
    model = FakeModel(lambda a, s: spoken("我想反映一个问题你", 0, 3) if a is ATTEMPTS[0] else ())
    (heard,) = transcribe_clips(model, [clip(0, 6)])
    assert text(heard) == "我想反映一个问题你"


CLIPS = st.lists(st.tuples(st.floats(0.3, 28), st.integers(0, 1)), max_size=20)


@given(CLIPS)
def test_windows_hold_every_clip_once_in_order_and_fit(sizes: list[tuple[float, int]]) -> None:
    clips = [clip(40 * i, duration, channel) for i, (duration, channel) in enumerate(sizes)]
    windows = list(pack(clips, WINDOW))
    assert [c for window in windows for c in window.clips] == clips
    for window in windows:
        assert len({c.channel for c in window.clips}) == 1
        assert len(window.samples()) <= WINDOW * SAMPLE_RATE + 1


def test_recordings_never_share_a_window() -> None:
    assert len(list(pack([clip(0, 2), clip(0, 2, recording="other")], WINDOW))) == 2


@pytest.mark.parametrize("level", [0.01, 0.05, 0.5])
def test_clips_are_brought_to_one_level(level: float) -> None:
    noise = np.random.default_rng(3).normal(0, level / 3, 16_000).astype(np.float32)
    assert rms_dbfs(levelled(noise)) == pytest.approx(LEVEL_DBFS, abs=0.5)


def test_silence_is_not_blown_up() -> None:
    assert not levelled(np.zeros(100, dtype=np.float32)).any()


def test_words_are_simplified_and_keep_their_punctuation() -> None:
    pieces = [Word(t, i, i + 1, 0.5) for i, t in enumerate(["您", "好", "，", "工", "號", " ", "。", "乾", "燥"])]
    words = join_words(pieces)
    assert [word.text for word in words] == ["您", "好，", "工", "号。", "干", "燥"]
    assert words[1].end == 2


@pytest.mark.parametrize(
    ("heard", "written"),
    [
        ("好,是这样", "好，是这样"),
        ("喂?你好!我说一下:漏水;停电.", "喂？你好！我说一下：漏水；停电。"),
        ("好，是这样。", "好，是这样。"),
        ("3.5公里,10:30到,1,000块", "3.5公里，10:30到，1,000块"),
        ("www.sh.gov.cn,对吧?", "www.sh.gov.cn，对吧？"),
        ("OK,好的.工号3028,请讲", "OK，好的。工号3028，请讲"),
        ("嗯...那个..好", "嗯...那个..好"),
        ("", ""),
    ],
)
def test_punctuation_is_chinese_but_within_numbers_and_names(heard: str, written: str) -> None:
    assert chinese_punctuation(heard) == written
    assert "".join(word.text for word in join_words([Word(c, i, i + 1, 0.5) for i, c in enumerate(heard)])) == written


@given(st.text(alphabet="好是A7,.?!:;，。 "))
def test_chinese_punctuation_changes_marks_only_and_once(heard: str) -> None:
    written = chinese_punctuation(heard)
    assert len(written) == len(heard)
    assert normalise(written).text == normalise(heard).text
    assert chinese_punctuation(written) == written


@pytest.mark.parametrize(
    ("heard", "shares"),
    [
        # 感谢 is stretched back over the pause, with or without a mark that tells.
        ([("谢谢。", 0.0, 1.2), ("感谢您", 1.2, 3.5)], ["谢谢。", "感谢您"]),
        ([("谢谢", 0.0, 1.2), ("那", 1.2, 2.3), ("感谢", 2.3, 3.5)], ["谢谢", "那感谢"]),
        ([("谢谢", 0.0, 1.2), ("好的，", 2.1, 2.2), ("感谢", 2.6, 3.5)], ["谢谢", "好的，感谢"]),
        ([("没有了", 0.0, 1.0), ("谢谢", 1.0, 2.0), ("感谢", 2.4, 3.5)], ["没有了谢谢", "感谢"]),
        ([("谢谢", 0.0, 1.2), ("感谢", 2.4, 9.9)], ["谢谢", "感谢"]),  # no clip after the last one
    ],
)
def test_a_word_belongs_to_the_clip_in_which_it_ends(heard: list[tuple[str, float, float]], shares: list[str]) -> None:
    words = tuple(Word(text, start, end, 0.9) for text, start, end in heard)
    (window,) = pack([clip(10, 2), clip(20, 2)], 30.0)
    assert ["".join(word.text for word in share) for share in window.share(words)] == shares


def test_voices_of_one_channel_do_not_share_a_window() -> None:
    clips = [clip(0, 2), replace(clip(3, 2), voice=1), clip(6, 2)]
    ordered = sorted(clips, key=lambda c: c.voice)
    assert [len(window.clips) for window in pack(ordered, 30.0)] == [2, 1]
