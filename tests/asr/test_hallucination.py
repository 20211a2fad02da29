from dataclasses import replace

import pytest

from asr.hallucination import flag_hallucinations, suspicions
from callqa.types import Role, Turn


@pytest.mark.parametrize(
    ("text", "speech_time", "flags"),
    [
        ("您好，上海一二三四五市民服务热线，请问有什么可以帮您？", 6, ()),
        ("对对对对，没错。", 2, ()),
        ("好的好的好的，谢谢谢谢。", 2.5, ()),
        ("幺三八一一一一一二三四。", 4, ()),
        ("OK", 0.5, ()),
        ("拜拜", 0.4, ()),
        ("", 0.5, ()),
        ("市民服务市民服务市民服务市民服务", 6, ("loop",)),
        ("我的我的我的我的我的我的我的", 5, ("loop",)),
        ("您好，请问有什么可以帮您，请稍等一下我帮您查询。", 0.8, ("too_much_text",)),
        ("根本", 5, ("too_little_text",)),
        ("", 3, ("too_little_text",)),
        ("谢谢您打来电话，\ufffd", 2, ("too_little_text",)),
        ("谢谢观看", 2, ("stock_phrase",)),
        ("请不吝点赞 订阅 转发 打赏支持明镜与点点栏目", 8, ("stock_phrase",)),
        ("字幕由索兰娅制作提供", 4, ("stock_phrase",)),
        ("Thank you very much for calling", 4, ("not_chinese",)),
        ("ご視聴ありがとうございました", 4, ("not_chinese",)),
    ],
)
def test_suspicions(text: str, speech_time: float, flags: tuple[str, ...]) -> None:
    assert suspicions(text, speech_time, -25.0) == flags


def test_words_without_sound_are_suspicious() -> None:
    assert suspicions("你好", 1.0, -75.0) == ("no_energy",)


def test_long_repetition_is_found_by_compression() -> None:
    text = "我想反映一下小区的情况" + "这个事情你们要管一管的呀我说" * 2
    assert suspicions(text, 12, -25.0) == ()
    assert suspicions("".join(f"这个事情你们要管一管的呀{c}" for c in "一二三四五六七"), 25, -25.0) == ("loop",)


@pytest.mark.parametrize(
    ("text", "flags"),
    [
        ("音乐", ("stock_phrase",)),
        ("我家楼下放音乐", ()),
        ("作词 李宗盛", ("stock_phrase",)),
        ("はい", ("not_chinese",)),
        ("최종회", ("not_chinese",)),
        ("Спасибо", ("not_chinese",)),
        ("我想反映味の素大厦的问题你们管不管", ()),
        ("那个APP打不开", ()),
        ("WIFI", ()),
        ("Thank you", ("not_chinese",)),
        ("VIP卡", ()),
    ],
)
def test_music_credits_and_other_scripts(text: str, flags: tuple[str, ...]) -> None:
    assert suspicions(text, 2.0, -25.0) == flags


def said(*turns: tuple[str, float], role: Role = "agent") -> list[Turn]:
    return [Turn(i, role, 10.0 * i, 10.0 * i + seconds, text) for i, (text, seconds) in enumerate(turns)]


def flagged(turns: list[Turn]) -> list[tuple[str, ...]]:
    return [turn.flags for turn in flag_hallucinations(turns)]


def test_a_text_written_over_whatever_there_is_is_a_loop() -> None:
    stuck = ("请您稍后再拨", 1.0), ("请您稍后再拨。", 4.0), ("请您稍后再拨", 1.2)
    assert flagged(said(*stuck, ("好的。", 1.0))) == [("loop",)] * 3 + [()]
    assert flagged(said(*stuck[:2], ("好的。", 1.0), stuck[2])) == [()] * 4


def test_a_person_may_say_a_thing_three_times() -> None:
    assert flagged(said(*[("您好，请问能听到吗？", 1.8 + 0.1 * i) for i in range(4)])) == [()] * 4
    assert flagged(said(("嗯", 0.3), ("嗯", 1.2), ("嗯", 0.4))) == [()] * 3


def test_the_other_speaker_does_not_break_a_loop() -> None:
    stuck = said(("请您稍后再拨", 1.0), ("喂", 1.0), ("请您稍后再拨", 3.0), ("请您稍后再拨", 1.0))
    turns = [replace(turn, role="citizen") if turn.text == "喂" else turn for turn in stuck]
    assert flagged(turns) == [("loop",), (), ("loop",), ("loop",)]


def test_announcements_are_flagged_beside_what_was_flagged_before() -> None:
    (turn,) = said(("您的通话将被录音。", 2.0))
    assert flagged([replace(turn, flags=("no_energy",))]) == [("no_energy", "announcement")]
    assert flagged([turn, *said()]) == [("announcement",)]
