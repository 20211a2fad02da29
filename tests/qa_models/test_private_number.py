import pytest
from dummies import call

from callqa.types import Ticket
from qa_models.checks.private_number import PrivateNumberParams, check_private_number

TICKET = Ticket(contact_phone="13812345678")


def told(script: str, ticket: Ticket | None = TICKET) -> str:
    return check_private_number.function(call(script, ticket=ticket), PrivateNumberParams()).verdict.value


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ("C: 他电话多少？ | A: 他的手机是幺三九，零零二二，七七六八，您打给他。", "violated"),
        ("C: 他电话多少？ | A: 老板是13900227788，您记一下。", "violated"),
        ("C: 我是幺三八一二三四五六七八 | A: 幺三八一二三四五六七八，对吗？", "met"),
        ("C: 我是幺三八 | A: 嗯 | C: 一二三四五六七八 | A: 13812345678，是吧？", "met"),
        ("C: 就这个号码 | A: 来电号码是13900227788，对吗？", "met"),
        ("C: 就这个号码 | A: 13812345678，对吗？", "met"),
        ("C: 就这个号码 | A: 13812345679，对吗？", "met"),  # misheard by one digit
        ("C: 城管电话多少？ | A: 办公室的电话是五八七六五四三二。", "met"),
        ("C: 他电话多少？ | A: 老板是13900227788。 (confidence 0.5)", "unsure"),
        # said by nobody knows whom, or in a turn not to be trusted, and read back
        ("U: 幺三九零零二二七七八八 | A: 13900227788，对吗？", "met"),
        ("C: 13900227788 (flag loop) | A: 13900227788，对吗？", "met"),
        ("C: 嗯嗯 (confidence 0.4) | A: 13900227788，对吗？", "unsure"),
        ("C: 嗯嗯 (flag loop) | A: 13900227788，对吗？", "unsure"),
        # somebody's number among many digits of the citizen's
        ("C: 订单一五九二零三七四六八八五一零二九三七 | A: 老板是13900227788。", "violated"),
    ],
)
def test_only_a_strangers_mobile_number_is_a_leak(script: str, expected: str) -> None:
    assert told(script) == expected


def test_without_any_number_of_the_callers_nothing_is_certain() -> None:
    assert told("C: 他电话多少？ | A: 老板是13900227788，您记一下。", ticket=None) == "unsure"


def test_a_leak_rests_on_the_number_not_being_heard_from_the_citizen() -> None:
    draft = check_private_number.function(call("C: 喂 | A: 老板是13900227788。", ticket=TICKET), PrivateNumberParams())
    assert (draft.verdict.value, draft.absence) == ("violated", True)
