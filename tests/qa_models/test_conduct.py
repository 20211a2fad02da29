"""Courtesy, interruption, speech rate, hanging up."""

import pytest
from judge import judge, verdict

HEAD = "A: 您好，市民服务热线，工号三零二八 | C: 我要投诉 | "
LONG = "我家楼上的邻居每天晚上十一点多还在敲敲打打已经有一个多月了"


@pytest.mark.parametrize(
    ("script", "expected", "reason"),
    [
        ("A: 请问您在哪里？", "met", "polite"),
        ("A: 你在哪里？你说一下，谢谢。", "violated", "informal_address"),
        ("A: 你在哪里？谢谢。", "met", "polite"),
        ("A: 你们小区叫什么？你们物业呢？麻烦您说一下。", "met", "polite"),
        ("A: 你好你好，请讲。", "met", "polite"),
        ("A: 物业跟你说过了，他跟你说的是吧，抱歉。", "met", "polite"),
        ("A: 您在哪里？您说一下。", "violated", "no_polite_word"),
        ("A: 您要申请什么？几号申请的？", "violated", "no_polite_word"),
        ("A: 您的申请请再说一遍。", "met", "polite"),
        # the citizen's words, repeated
        ("C: 他讲你去告好了你告到哪里都没用 | A: 他讲你去告好了你告到哪里都没用，是吧，谢谢。", "met", "polite"),
        ("C: 她骂我你这个乡下人你滚出去 | A: 骂您你这个乡下人你滚出去，抱歉让您受委屈了。", "met", "polite"),
        ("C: 你去问总部你去问总部，就这么推 | A: 你去问总部你去问总部，谢谢，记了。", "met", "polite"),
        ("C: 他讲你去告好了 | A: 你去告好了？你住哪里？你说一下，谢谢。", "violated", "informal_address"),
        ("C: 你告诉我呀 | A: 你说，你住哪里？谢谢。", "violated", "informal_address"),
        ("A: 不好意思，没听清。", "met", "polite"),
        ("A: 您在哪里？ | A: 谢谢谢谢谢谢 (flag loop)", "unsure", "unclear_speech"),
        ("A: 您在哪里？ | A: 您说一下 (confidence 0.3)", "unsure", "unclear_speech"),
    ],
)
def test_courtesy(script: str, expected: str, reason: str) -> None:
    finding = judge("courtesy", HEAD + script)
    assert (finding.verdict.value, finding.reason) == (expected, reason)


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        (f"C: {LONG} | A: 我知道了，您说地址吧。 (gap -1.6)", "violated"),
        (f"C: {LONG} | A: 我知道了，您说地址吧。 (gap -0.7)", "met"),
        (f"C: {LONG} | A: 嗯，好的。 (gap -1.5)", "met"),
        (f"C: {LONG} | A: 对对。 (gap -3)", "met"),
        (f"C: {LONG} | A: 您说地址吧 (gap -4)", "met"),  # the citizen talks on and is not interrupted
        (f"A: {LONG} | C: 你先听我说完好吧，不是这样的。 (gap -1.5)", "met"),
        (f"C: {LONG} | A: 我知道了，您说地址吧。", "met"),
    ],
)
def test_interruption(script: str, expected: str) -> None:
    assert verdict("interruption", HEAD + script) == expected


@pytest.mark.parametrize(
    ("rate", "expected"),
    [(0.8, "met"), (1.0, "met"), (1.2, "met"), (1.34, "unsure"), (1.45, "violated"), (1.8, "violated")],
)
def test_speech_rate(rate: float, expected: str) -> None:
    script = " | ".join(f"A: {LONG}，{LONG}，{LONG} (rate {rate}) | C: 好" for _ in range(4))
    assert verdict("speech_rate", script) == expected


def test_a_few_words_give_no_speech_rate() -> None:
    assert judge("speech_rate", "A: 您好请讲 (rate 2) | C: 好").reason == "too_little_speech"


@pytest.mark.parametrize(
    ("script", "hangup_by", "expected"),
    [
        ("A: 感谢来电，再见。 | C: 再见。", "citizen", "met"),
        ("A: 就这样。 | C: 我还没说完", "citizen", "met"),
        ("A: 感谢来电，再见。 | C: 再见。", "agent", "met"),
        ("C: 没有了，谢谢你。 | A: 感谢来电，再见。", "agent", "met"),
        ("C: 那好，拜拜。 | A: 再见。", "agent", "met"),
        ("C: 嗯。 | A: 感谢来电，再见。", "agent", "met"),
        ("C: 没有了。 | A: 感谢来电，再见。", "agent", "met"),
        ("C: 我要投诉你，你就这么敷衍我？ | A: 随便您，就这样。", "agent", "violated"),
        ("C: 还有，这个监控能不能 | A: 单子下好了，好了啊。", "agent", "violated"),
        ("C: 你怎么说话的？我提意见还不行了？ | A: 就这样吧，再见。", "agent", "violated"),
        ("C: 门卫说没有看到，你们去问问 | A: 好了，再见。", "agent", "violated"),
        ("C: 好的。 | A: 嗯。", "agent", "unsure"),
        ("C: 你先别挂，我还没说完 | A: 就这样。", "agent", "violated"),
        ("C: 你先别挂，我还没说完 (confidence 0.3) | A: 就这样。", "agent", "unsure"),
        ("A: 再见 | C: 我还没说完", "unknown", "not_applicable"),
    ],
)
def test_agent_hangup_first(script: str, hangup_by: str, expected: str) -> None:
    assert verdict("agent_hangup_first", HEAD + script, hangup_by=hangup_by) == expected


@pytest.mark.parametrize(
    ("informal", "formal", "expected"),
    [
        (2, 10, "met"),  # an engine writes one 您 in ten as 你
        (3, 6, "unsure"),
        (4, 7, "violated"),
        (3, 1, "violated"),
    ],
)
def test_an_engine_that_writes_you_for_you_accuses_nobody(informal: int, formal: int, expected: str) -> None:
    turns = ["您请说 (confidence 0.9)"] * formal + ["你请说 (confidence 0.9)"] * informal
    assert verdict("courtesy", " | ".join(f"A: {turn} | C: 好" for turn in turns)) == expected
