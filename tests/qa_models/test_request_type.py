import pytest
from dummies import call
from judge import checks

from callqa.types import Finding, Ticket
from qa_models.checks.request_type import AGENT_NAMES, CITIZEN_DENIES, CITIZEN_NAMES, own_words

PENSION = "C: 你好，我想咨询一下，退休手续怎么办理，要带什么材料，在哪个窗口 | A: 您可以到社区事务受理中心办理"
REFUND = "C: 我要投诉这家健身房，卡办了就关门，钱不给退，太过分了，要求赔偿我 | A: 好的，我帮您登记"
PRAISE = "C: 我打电话来就是要表扬你们派出所的民警，服务特别好，太感谢他了 | A: 不客气"


def filed(script: str, request_type: str, **options: object) -> Finding:
    return checks()["request_type_match"](call(script, ticket=Ticket(request_type=request_type), **options))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("script", "request_type", "expected", "reason"),
    [
        (PENSION, "咨询", "met", "request_type_agrees"),
        (PENSION, "咨询类", "met", "request_type_agrees"),
        (PENSION, "表扬", "violated", "request_type_differs"),
        (REFUND, "投诉", "met", "request_type_agrees"),
        (REFUND, "投诉举报类", "met", "request_type_agrees"),
        (REFUND, "咨询", "violated", "request_type_differs"),
        (PRAISE, "表扬", "met", "request_type_agrees"),
        (PRAISE, "投诉", "violated", "request_type_differs"),
        (REFUND.replace(" |", " (confidence 0.3) |"), "咨询", "unsure", "request_type_doubtful"),
        (REFUND.replace(" |", " (confidence 0.9) |"), "咨询", "violated", "request_type_differs"),
        (PRAISE, "疑难件", "unsure", "request_type_unknown"),
        (REFUND.replace("C:", "U:").replace("A:", "U:"), "投诉", "met", "request_type_agrees"),
    ],
)
def test_request_type(script: str, request_type: str, expected: str, reason: str) -> None:
    finding = filed(script, request_type)
    assert (finding.verdict.value, finding.reason) == (expected, reason)


def test_a_mismatch_shows_what_the_citizen_said() -> None:
    finding = filed(REFUND, "咨询")
    assert "投诉" in "".join(e.quote for e in finding.evidence)


def test_without_a_ticket_or_a_type_there_is_nothing_to_compare() -> None:
    assert checks()["request_type_match"](call(REFUND)).reason == "no_ticket"
    assert filed(REFUND, "").reason == "request_type_empty"


def test_the_ticket_has_no_say_in_what_the_call_is_about() -> None:
    """What an agent filed elsewhere in the ticket must not colour the answer."""
    plain = checks()["request_type_match"](call(REFUND, ticket=Ticket(request_type="咨询")))
    coloured = checks()["request_type_match"](
        call(REFUND, ticket=Ticket(request_type="咨询", category=("民政",), summary="市民咨询政策", appeal="咨询"))
    )
    assert (plain.confidence, plain.value) == (coloured.confidence, coloured.value)


@pytest.mark.parametrize(
    ("said", "named"),
    [
        ("我要投诉这家店", ["投诉"]),
        ("我想来咨询一下", ["咨询"]),
        ("他们叫我去投诉", []),
        ("我是来举报的", ["举报"]),
        ("我要实名举报一个人", ["举报"]),
        ("举报一家店，从来不开发票", ["举报"]),
        ("你好，投诉一辆出租车", ["投诉"]),
        ("就是给公交公司提个建议", ["建议"]),
        ("没提一个建议", []),
        ("我想给你们提一个建议", ["建议"]),
        ("我不是来投诉谁的", []),
        ("我不想投诉，就问问", []),
        ("他们说我要投诉就投诉", ["投诉"]),
        ("我的投诉信寄出去了", []),
        ("我打了投诉电话没人接", []),
    ],
)
def test_what_a_citizen_calls_it(said: str, named: list[str]) -> None:
    assert CITIZEN_NAMES.findall(said) == named


@pytest.mark.parametrize(
    ("said", "denied"),
    [
        ("我不是来投诉谁的", ["投诉"]),
        ("先讲好，这个不算投诉", ["投诉"]),
        ("我不想举报他", ["举报"]),
        ("又不是要投诉你们", ["投诉"]),
        ("我要投诉", []),
        ("不给我退我就投诉", []),
        ("你们是不是不管投诉", []),
        ("他们不接受投诉", []),
    ],
)
def test_what_a_citizen_says_it_is_not(said: str, denied: list[str]) -> None:
    assert CITIZEN_DENIES.findall(said) == denied


BRIBE = "C: 我要实名举报一个窗口的人，办证她伸手要购物卡，不给就拖我 | A: 好的，我登记 | C: 态度太差了，你们要处理她"


def test_what_citizens_call_it_is_no_wrong_type() -> None:
    assert filed(BRIBE, "举报").verdict.value == "met"
    assert filed(BRIBE, "表扬").verdict.value == "violated"


def test_asking_politely_says_nothing_of_the_type() -> None:
    assert own_words(call("C: 我想咨询一下，这家店不退钱").turns) == set()
    assert own_words(call("C: 我要投诉这家店").turns) == {"投诉"}


@pytest.mark.parametrize(
    ("said", "named"),
    [
        ("我帮您登记一个投诉工单", ["投诉"]),
        ("您咨询的这个问题", ["咨询"]),
        ("咨询台在一楼", []),
    ],
)
def test_what_an_agent_calls_it(said: str, named: list[str]) -> None:
    assert AGENT_NAMES.findall(said) == named
