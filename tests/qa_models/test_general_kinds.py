"""The kinds that hotlines use for checks of their own, in small tables."""

from dataclasses import replace

import pytest
from dummies import call
from written import made

from callqa.types import Conversation, Ticket

TALK = "A: 您好 | C: 路灯坏了 | A: 请问在哪里 | C: 浦东大道 | A: 谢谢您，再见"


@pytest.mark.parametrize(
    ("params", "verdict", "reason"),
    [
        ("{phrases: [再见]}", "met", "said"),
        ("{phrases: [久等了]}", "violated", "never_said"),
        ("{phrases: [再见], expect: unsaid}", "violated", "found"),
        ("{phrases: [久等了], expect: unsaid}", "met", "not_found"),
        ("{phrases: [您好, 再见], times: 2}", "met", "said"),
        ("{phrases: [再见], times: 2}", "violated", "never_said"),
        ("{phrases: [谢谢], but_not: [谢谢您]}", "violated", "never_said"),
        ("{where: {role: citizen}, phrases: [路灯]}", "met", "said"),
        ("{phrases: [久等了, 您好], times: 2, expect: unsaid}", "met", "not_found"),
    ],
)
def test_phrase(params: str, verdict: str, reason: str) -> None:
    finding = made("phrase", params)(call(TALK))
    assert (finding.verdict.value, finding.reason) == (verdict, reason)


ENDS = "{phrases: {phrases: [请您耐心等待], accept: 0.95, doubt: 0.6}, times: 2}"


@pytest.mark.parametrize(
    ("script", "verdict", "reason"),
    [
        ("A: 请您耐心等待 | C: 好 | A: 请您耐心等待", "met", "said"),
        ("A: 请您耐心等待 | C: 好 | A: 您耐心等待", "unsure", "near_match"),
        ("A: 请您耐心等待 | C: 好 | A: 唔嗯呐 (confidence 0.3)", "unsure", "unclear_speech"),
        ("A: 请您耐心等待 | C: 好 | A: 工单登记好了", "violated", "never_said"),
    ],
)
def test_a_phrase_said_twice(script: str, verdict: str, reason: str) -> None:
    finding = made("phrase", ENDS)(call(script))
    assert (finding.verdict.value, finding.reason) == (verdict, reason)


@pytest.mark.parametrize(
    ("kind", "params", "words"),
    [
        ("phrase", "{phrases: [没有办法], expect: unsaid}", "我没有办法"),
        ("regex", "{patterns: ['没有办法'], expect: not_found}", "我没有办法"),
        ("similar", "{examples: [这个我没有办法], expect: not_found}", "这个我没有办法"),
        ("forbidden", "{phrases: [没有办法]}", "我没有办法"),
        ("entity", "{types: [phone], role: agent, expect: absent}", "幺三七二二零四五五八幺"),
    ],
)
def test_badly_heard_words_accuse_nobody(kind: str, params: str, words: str) -> None:
    check = made(kind, params)
    assert check(call(f"C: 喂 | A: {words}")).verdict.value == "violated"
    assert check(call(f"C: 喂 | A: {words} (confidence 0.9)")).verdict.value == "violated"
    assert check(call(f"C: 喂 | A: {words} (confidence 0.3)")).verdict.value == "unsure"
    assert check(call(f"C: 喂 | A: {words} (confidence 0.3) | C: 喂 | A: {words}")).verdict.value == "violated"


@pytest.mark.parametrize(
    ("params", "verdict", "quote"),
    [
        ("{patterns: ['谢谢您?']}", "met", "谢谢您"),
        ("{patterns: ['谢谢'], but_not: ['谢谢您']}", "violated", None),
        ("{patterns: ['再见'], expect: not_found}", "violated", "再见"),
        ("{patterns: ['投诉'], expect: not_found}", "met", None),
    ],
)
def test_regex(params: str, verdict: str, quote: str | None) -> None:
    finding = made("regex", params)(call(TALK))
    assert finding.verdict.value == verdict
    if quote:
        assert [evidence.quote for evidence in finding.evidence] == [quote]


STEPS = "{steps: [[核实身份, 请问您贵姓], [登记, 记录], [再见]]}"


@pytest.mark.parametrize(
    ("script", "verdict", "reason", "step"),
    [
        ("A: 请问您贵姓 | C: 姓李 | A: 帮您登记了 | C: 好 | A: 再见", "met", "steps_in_order", None),
        ("A: 请问您贵姓 | C: 姓李 | A: 再见", "violated", "step_missing", 2),
        ("A: 帮您登记了 | C: 好 | A: 请问您贵姓 | C: 姓李 | A: 再见", "violated", "step_out_of_order", 2),
        ("A: 帮您登记了，请问您贵姓 | C: 姓李 | A: 帮您登记好了 | C: 好 | A: 再见", "met", "steps_in_order", None),
        ("A: 请问您贵姓 | C: 姓李 | A: 唔 (confidence 0.3) | C: 好 | A: 再见", "unsure", "unclear_speech", None),
        ("A: 登记 | C: 好 | A: 请问您贵姓 | C: 李 | A: 唔 (confidence 0.3) | A: 再见", "unsure", "unclear_speech", 2),
        ("A: 登记 | C: 好 | A: 请问您贵姓 | U: 李 | A: 再见", "unsure", "somebody_spoke", 2),
    ],
)
def test_sequence(script: str, verdict: str, reason: str, step: int | None) -> None:
    finding = made("sequence", STEPS)(call(script))
    assert (finding.verdict.value, finding.reason, finding.value) == (verdict, reason, step)


def test_a_step_that_was_nearly_said_in_time_is_not_out_of_order() -> None:
    check = made("sequence", "{steps: [[登记], {phrases: [请您耐心等待], accept: 0.95, doubt: 0.6}]}")
    assert check(call("A: 请您耐心等待 | C: 好 | A: 登记")).reason == "step_out_of_order"
    assert check(call("A: 请您耐心等待 | C: 好 | A: 登记 | C: 好 | A: 您耐心等待")).reason == "near_match"


@pytest.mark.parametrize(
    ("script", "verdict"),
    [
        (
            "A: 您要去找物业处理 | C: 找过 | A: 您要去找物业处理 (confidence 0.3) | C: 没用 | A: 您要去找物业处理啊",
            "unsure",
        ),
        ("A: 您要去找物业处理 | C: 找过了 | A: 您要去找物业处理 | C: 没用 | A: 您要去找物业处理啊", "violated"),
        ("A: 您要去找物业处理 | C: 找过了 | A: 您要去找五页处里 | C: 没用 | A: 您要去找物业处理啊", "violated"),
        ("A: 您要去找物业处理 | C: 找过了 | A: 那帮您登记一下吧 | C: 好 | A: 您要去找物业处理啊", "met"),
        ("A: 好的 | C: 找过了 | A: 好的 | C: 没用 | A: 好的 | C: 是啊 | A: 好的", "met"),
    ],
)
def test_repeat(script: str, verdict: str) -> None:
    assert made("repeat", "{times: 3}")(call(script)).verdict.value == verdict


def loud(*levels: float | None) -> Conversation:
    conversation = call(" | ".join(f"A: 这是第{i}句话 | C: 嗯嗯" for i in range(len(levels))))
    turns = [
        replace(turn, loudness_dbfs=levels[turn.index // 2]) if turn.role == "agent" else turn
        for turn in conversation.turns
    ]
    return replace(conversation, transcript=replace(conversation.transcript, turns=tuple(turns)))


@pytest.mark.parametrize(
    ("params", "levels", "verdict", "reason"),
    [
        ("{rise: 6}", (-25, -24, -25, -15), "violated", "too_loud"),
        ("{rise: 6}", (-25, -24, -25, -22), "met", "loudness_ok"),
        ("{rise: 6}", (-25, -15), "met", "loudness_ok"),  # nobody's usual voice is known from two turns
        ("{loudest: -10}", (-25, -9), "violated", "too_loud"),
        ("{quietest: -40}", (-45, -44, -30), "violated", "too_quiet"),
        ("{quietest: -40}", (None, None), "not_assessed", "loudness_unknown"),
    ],
)
def test_loudness(params: str, levels: tuple[float | None, ...], verdict: str, reason: str) -> None:
    finding = made("loudness", params)(loud(*levels))
    assert (finding.verdict.value, finding.reason) == (verdict, reason)


@pytest.mark.parametrize(
    ("params", "script", "verdict"),
    [
        ("{average: 3}", "C: 喂 | A: 您好 (gap 1) | C: 路灯坏了 | A: 在哪里 (gap 2)", "met"),
        ("{average: 3}", "C: 有人吗 | A: 您好 (gap 5) | C: 路灯坏了 | A: 在哪里 (gap 4)", "violated"),
        ("{average: 9, longest: 4}", "C: 有人吗 | A: 您好 (gap 5) | C: 路灯坏了 | A: 在哪里 (gap 1)", "violated"),
        ("{average: 3}", "A: 您好 | C: 嗯", "not_applicable"),
        ("{average: 3}", "C: 有人吗 | U: 您好 (gap 1) | A: 您好 (gap 9)", "not_applicable"),
        ("{average: 3}", "C: 有人吗 | U: 您好 (gap 1) | A: 您好 (gap 9) | C: 路灯坏了 | A: 在哪里 (gap 2)", "met"),
        ("{average: 3, role: citizen}", "A: 您贵姓 | C: 姓李 (gap 8)", "violated"),
    ],
)
def test_response_time(params: str, script: str, verdict: str) -> None:
    assert made("response_time", params)(call(script)).verdict.value == verdict


@pytest.mark.parametrize(
    ("script", "verdict", "reason"),
    [
        ("A: 您好 (gap 1) | C: 喂", "met", "answered_in_time"),
        ("A: 您好 (gap 9) | C: 喂", "violated", "answered_late"),
        ("C: 喂 | C: 有人吗", "violated", "never_answered"),
        ("A: 欢迎致电 (flag announcement) | A: 您好 (gap 2) | C: 喂", "met", "answered_in_time"),
        ("U: 喂", "unsure", "somebody_spoke"),
        ("U: 您好 (gap 1) | A: 请讲 (gap 9) | C: 喂", "unsure", "somebody_spoke"),
        ("U: 您好 (gap 1) | A: 请讲 (gap 1) | C: 喂", "met", "answered_in_time"),
    ],
)
def test_pickup(script: str, verdict: str, reason: str) -> None:
    finding = made("pickup", "{within: 5}")(call(script))
    assert (finding.verdict.value, finding.reason) == (verdict, reason)


@pytest.mark.parametrize("script", ["A: 您好 (gap 9) | C: 喂", "C: 喂 | C: 有人吗"])
def test_in_a_damaged_recording_nobody_answers_late(script: str) -> None:
    assert made("pickup")(call(script, flags=("damaged",))).reason == "damaged_recording"


@pytest.mark.parametrize(
    ("field", "options", "verdict", "reason"),
    [
        ("ticket.appeal, filled: true", {}, "not_applicable", "no_ticket"),
        ("ticket.appeal, filled: false", {}, "not_applicable", "no_ticket"),
        ("hangup_by, one_of: [agent]", {"hangup_by": "unknown"}, "not_applicable", "hangup_unknown"),
        ("hangup_by, one_of: [agent]", {"hangup_by": "agent"}, "met", "condition_met"),
        ("team, filled: true", {}, "violated", "condition_not_met"),
    ],
)
def test_metadata_that_nobody_knows(field: str, options: dict[str, str], verdict: str, reason: str) -> None:
    finding = made("metadata", f"{{field: {field}}}")(call(TALK, **options))  # type: ignore[arg-type]
    assert (finding.verdict.value, finding.reason) == (verdict, reason)


@pytest.mark.parametrize(
    ("params", "verdict"),
    [
        ("{field: direction, one_of: [outbound]}", "violated"),
        ("{field: ticket.request_type, one_of: [咨询, 表扬]}", "met"),
        ("{field: ticket.category, one_of: [交通运输]}", "met"),
        ("{field: ticket.appeal, filled: true}", "violated"),
        ("{field: ticket.appeal, filled: false}", "met"),
        ("{field: ticket.request_type, matches: 询}", "met"),
        ("{field: ticket.request_type, matches: ^询}", "violated"),
        ("{field: ticket.appeal, matches: 退款}", "violated"),
        ("{field: duration, at_least: 3}", "met"),
        ("{field: n_turns, at_most: 4}", "violated"),
        ("{field: hour, at_least: 8, at_most: 18}", "met"),
    ],
)
def test_metadata(params: str, verdict: str) -> None:
    ticket = Ticket(request_type="咨询", category=("交通运输", "其他"))
    assert made("metadata", params)(call(TALK, ticket=ticket)).verdict.value == verdict


@pytest.mark.parametrize(
    ("params", "complaint"),
    [
        ("{field: duration, one_of: [x]}", "is a number"),
        ("{field: hour, matches: 九}", "is a number"),
        ("{field: team, at_least: 3}", "is text"),
        ("{field: team}", "give one of"),
        ("{field: colour, one_of: [x]}", "field"),
    ],
)
def test_metadata_refuses_what_makes_no_sense(params: str, complaint: str) -> None:
    with pytest.raises(Exception, match=complaint):
        made("metadata", params)


def test_similar_finds_the_meaning_in_other_words() -> None:
    params = "{examples: [请问还有什么可以帮您的吗], counterexamples: [请问您贵姓], accept: 0.65, doubt: 0.6}"
    check = made("similar", params)
    assert check(call("A: 好的。您看还有别的地方需要我帮忙吗？ | C: 没了")).verdict.value == "met"
    assert check(call("A: 好的，请问您怎么称呼？ | C: 姓李")).verdict.value == "violated"


def test_caller_left() -> None:
    words = "{caller: {farewell: [再见], agreement: [=好], walk_off: [不说了]}}"
    assert made("caller_left", words)(call("A: 请问您贵姓？ | C: 不说了")).verdict.value == "met"
    assert made("caller_left", words)(call("A: 再见 | C: 再见")).verdict.value == "violated"
