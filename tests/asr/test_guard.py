import pytest

from asr.guard import suspicions


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
        ("谢谢观看", 2, ("stock_phrase",)),
        ("请不吝点赞 订阅 转发 打赏支持明镜与点点栏目", 8, ("stock_phrase",)),
        ("字幕由索兰娅制作提供", 4, ("stock_phrase",)),
        ("Thank you very much for calling", 4, ("not_chinese",)),
        ("ご視聴ありがとうございました", 4, ("not_chinese",)),
        ("以下是普通话录音。", 3, ("prompt_echo",)),
    ],
)
def test_suspicions(text: str, speech_time: float, flags: tuple[str, ...]) -> None:
    assert suspicions(text, speech_time, -25.0, prompts=("以下是普通话录音。",)) == flags


def test_words_without_sound_are_suspicious() -> None:
    assert suspicions("你好", 1.0, -75.0) == ("no_energy",)


def test_long_repetition_is_found_by_compression() -> None:
    text = "我想反映一下小区的情况" + "这个事情你们要管一管的呀我说" * 2
    assert suspicions(text, 12, -25.0) == ()
    assert suspicions("".join(f"这个事情你们要管一管的呀{c}" for c in "一二三四五六七"), 25, -25.0) == ("loop",)
