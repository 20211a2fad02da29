import pytest
from judge import judge, verdict

HEAD = "A: 您好，市民服务热线，工号三零二八 | C: 我要反映路灯坏了 | A: 好的，请问在哪条路 | C: 浦东大道 | "


@pytest.mark.parametrize(
    "tail",
    [
        "A: 感谢您的来电，再见。 | C: 再见",
        "A: 谢谢您的来电，祝您生活愉快，再见。",
        "A: 感谢您致电一二三四五，再见！ | C: 好的，再见",
        "A: 不客气，谢谢您打来电话，再会。",
        "A: 感谢您对我们工作的支持，再见。",
        "A: 感谢您的来电。 | C: 谢谢你啊 | A: 不客气，再见。",
        "A: 感謝您的來電再見",
        "A: 感谢您来店，再间。 | C: 嗯嗯",
        "A: 谢谢您，再见。 | C: 拜拜",
        "A: 那感谢您的反映，祝您一切顺利，拜拜。",
        "A: 感谢您接听回访电话，再见。 | C: 好",
        "A: 感谢来电，再见。现在为您转接，请不要挂机。",
    ],
)
def test_met(tail: str) -> None:
    assert verdict("closing", HEAD + tail) == "met"


@pytest.mark.parametrize(
    ("tail", "reason"),
    [
        ("A: 好的，就这样，再见。 | C: 再见", "thanks_missing"),
        ("A: 不用谢，再见。 | C: 谢谢", "thanks_missing"),
        ("A: 感谢您的来电。 | C: 好的", "farewell_missing"),
        ("A: 工单已经记录了。 | C: 好的，谢谢，再见", "never_said"),
        ("A: 单子派过去了，就这样。 | C: 哦，行吧，谢谢啊。", "never_said"),
        ("A: 好了好了。", "never_said"),
        ("A: 我给您转过去。 | C: 哦，好。", "never_said"),
    ],
)
def test_violated(tail: str, reason: str) -> None:
    finding = judge("closing", HEAD + tail)
    assert (finding.verdict.value, finding.reason) == ("violated", reason)


@pytest.mark.parametrize(
    "tail",
    [
        "A: 您的意见我记下了。 | C: 你什么态度，我不跟你讲了！",
        "A: 请问您贵姓？",
        "A: 这个要看承办单位的答复。 | C: 算了算了，白打了！",
        "A: 您别急。 | C: 跟你们说不通，我直接去找你们领导",
        "A: 我正在记录。 | C: 我这边来电话了不说了",
        "A: 请问联系电话是多少？ | C: 一三八零零",
    ],
)
def test_a_call_the_citizen_broke_off_is_not_judged(tail: str) -> None:
    assert verdict("closing", HEAD + tail) == "not_applicable"
    assert verdict("closing", HEAD + tail, hangup_by="agent") == "violated"


def test_words_of_the_citizen_do_not_count() -> None:
    assert verdict("closing", HEAD + "A: 嗯，就这样 | C: 感谢您的来电，再见") == "violated"


def test_unclear_words_are_left_to_a_person() -> None:
    finding = judge("closing", HEAD + "A: 赶洗您的莱垫在建 (confidence 0.3) | C: 再见")
    assert finding.verdict.value == "unsure"
