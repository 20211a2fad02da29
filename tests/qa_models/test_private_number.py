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
    ],
)
def test_only_a_strangers_mobile_number_is_a_leak(script: str, expected: str) -> None:
    assert told(script) == expected


def test_without_any_number_of_the_callers_nothing_is_certain() -> None:
    assert told("C: 他电话多少？ | A: 老板是13900227788，您记一下。", ticket=None) == "unsure"
