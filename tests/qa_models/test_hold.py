import pytest
from judge import judge, verdict

HEAD = "A: 您好，市民服务热线，工号三零二八 | C: 我想问一下居住证怎么办 | "


@pytest.mark.parametrize(
    ("script", "notice", "back"),
    [
        ("A: 请您稍等，我查一下。 | C: 好的。 | A: 让您久等了，需要身份证。 (gap 11)", "met", "met"),
        ("A: 请稍候，我帮您查询。 | A: 感谢您的耐心等待，需要身份证。 (gap 10)", "met", "met"),
        ("A: 正在为您查询，请不要挂机。 | A: 不好意思，让您等久了。 (gap 9)", "met", "met"),
        ("A: 麻烦您等一下，我看看。 | C: 嗯嗯 | A: 需要身份证。 (gap 12)", "met", "violated"),
        ("A: 嗯。 | A: 需要身份证。 (gap 12)", "violated", "violated"),
        ("A: 好的，我知道了。 | A: 抱歉让您久等。 (gap 12)", "violated", "met"),
        ("A: 您稍等一下哦。 | C: 好 | A: 谢谢等待，查到了。 (gap 14)", "met", "met"),
        ("A: 给我一分钟时间。 | C: 好 | A: 耽误您时间了，查到了。 (gap 14)", "met", "met"),
        ("A: 好。 | C: 喂？还在吗？ (gap 13) | A: 在的，需要身份证。", "violated", "violated"),
        ("A: 請您稍後 | A: 讓您九等了 (gap 12)", "met", "met"),
        ("A: 我这边要核实一下，您别挂电话。 | C: 好。 | A: 久等了。 (gap 15)", "met", "met"),
        ("A: 请您片刻不要离开电话。 | C: 好 | A: 谢谢您等我，查到了。 (gap 11)", "met", "met"),
        ("A: 给我一点时间查一查。 | C: 好 | A: 辛苦您等了，查到了。 (gap 11)", "met", "met"),
        ("A: 电话先别挂，我看看。 | C: 好 | A: 等着急了吧，查到了。 (gap 11)", "met", "met"),
        ("A: 您在线上等一下。 | C: 好 | A: 劳您久候了。 (gap 11)", "met", "met"),
        ("A: 嗯，我查查。 | C: 好 | A: 谢谢您的配合，请问姓名？ (gap 11)", "violated", "violated"),
        ("A: 我问一下同事。 | C: 好 | A: 您等通知就可以了。 (gap 11)", "violated", "violated"),
        # an apology as the first words is for the wait, a later one for something else
        ("A: 请您稍等。 | A: 不好意思，系统有点慢，需要身份证。 (gap 11)", "met", "met"),
        ("A: 请您稍等。 | A: 嗯，抱歉啊，才查出来。 (gap 11)", "met", "met"),
        ("A: 请您稍等。 | A: 对不起，刚才电脑卡住了。 (gap 11)", "met", "met"),
        ("A: 请您稍等。 | A: 需要身份证。 (gap 11) | C: 说慢点 | A: 不好意思，十五个工作日。", "met", "violated"),
        ("A: 请您稍等。 | A: 要带两样东西。 (gap 11) | C: 没听清 | A: 抱歉，是身份证和户口本。", "met", "violated"),
        ("A: 请您稍等。 | A: 查到了，要身份证，对不起刚才说错了。 (gap 11)", "met", "violated"),
        ("A: 请您稍等。 | A: 查到了，不好意思等了这么久，要身份证。 (gap 11)", "met", "met"),
        # nobody had to wait for the agent
        ("A: 需要身份证。 | C: 好的。 (gap 7)", "not_applicable", "not_applicable"),
        ("A: 请问您的身份证号是多少？ | C: 三一零一零一。 (gap 12)", "not_applicable", "not_applicable"),
        ("A: 您报一下单号。 | C: 你等一下，我找一下。 | A: 您找到了吗？ (gap 15)", "not_applicable", "not_applicable"),
        ("A: 请问您怎么称呼？ | A: 您好，听得到吗？ (gap 10)", "not_applicable", "not_applicable"),
        ("A: 单号有吗？ | C: 我看看啊。 | C: 找到了，二八三。 (gap 12)", "not_applicable", "not_applicable"),
    ],
)
def test_holds(script: str, notice: str, back: str) -> None:
    assert verdict("hold_notice", HEAD + script) == notice
    assert verdict("hold_return", HEAD + script) == back


def test_every_hold_needs_its_own_words() -> None:
    script = HEAD + "A: 请稍等。 | A: 让您久等了，好的。 (gap 10) | C: 嗯，还有呢 | A: 这个。 | A: 需要照片。 (gap 10)"
    assert verdict("hold_notice", script) == "violated"
    assert verdict("hold_return", script) == "violated"


def test_the_silence_is_the_evidence() -> None:
    finding = judge("hold_notice", HEAD + "A: 嗯。 | A: 需要身份证。 (gap 12)")
    due, silence = finding.evidence
    assert (silence.turn_index, silence.quote) == (2, "")
    assert (due.unsaid, due.turn_index, due.start) == (True, 2, silence.start), "the wait is announced before it"
    assert silence.end - silence.start == pytest.approx(12)
    assert finding.value == pytest.approx(12)


def test_unclear_words_before_the_silence() -> None:
    finding = judge("hold_notice", HEAD + "A: 嗯亨那鞭 (confidence 0.2) | A: 需要身份证。 (gap 12)")
    assert (finding.verdict.value, finding.reason) == ("unsure", "unclear_speech")


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ("A: 需要身份证。 | C: 好的。 (gap 7.9)", "met"),
        ("A: 请您稍等。 | A: 让您久等了。 (gap 14)", "met"),
        ("A: 请您稍等。 | A: 让您久等了。 (gap 16)", "violated"),
        ("A: 嗯。 | A: 需要身份证。 (gap 9)", "violated"),
        ("C: 你等一下，我找一下。 | C: 找到了。 (gap 12)", "met"),
        ("C: 你等一下，我找一下。 | C: 找到了。 (gap 17)", "violated"),
        ("A: 嗯亨那鞭 (confidence 0.2) | A: 需要身份证。 (gap 9)", "unsure"),
    ],
)
def test_long_silence(script: str, expected: str) -> None:
    assert verdict("long_silence", HEAD + script) == expected


def test_overlapping_turns_leave_no_silence() -> None:
    script = (
        HEAD
        + "C: 我跟你讲这个事情已经拖了很久很久很久很久很久很久很久很久很久很久很久 | A: 嗯 (gap -8) | A: 好的 (gap 8.5)"
    )
    assert verdict("long_silence", script) == "met"
