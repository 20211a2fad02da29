"""Personal data in synthetic calls, in the many ways in which people say it; docs/privacy.md has larger figures."""

import random

import pytest
from dummies import call

from benchmarks.personal_spoken import dialogue, measure, unmarked
from benchmarks.personal_values import bank_card, id_number
from qa_models.personal.digits import is_bank_card, is_id_number
from qa_models.personal.plates import plates
from qa_models.personal.spans import personal_spans

NUMBERS = ("phone", "id_number", "bank_card", "plate")


@pytest.mark.slow
def test_next_to_nothing_is_missed_or_hidden_needlessly() -> None:
    figures = measure(300, seed=11)
    recall = {kind: tally.found / tally.characters for kind, tally in figures.kinds.items() if tally.characters}
    assert {kind: share for kind, share in recall.items() if share < (0.99 if kind in NUMBERS else 0.95)} == {}
    assert figures.needless <= 0.005 * figures.characters


@pytest.mark.slow
def test_numbers_that_an_engine_wrote_wrongly_in_part() -> None:
    figures = measure(150, seed=12, errors=0.05)
    recall = {kind: figures.kinds[kind].found / figures.kinds[kind].characters for kind in NUMBERS}
    assert {kind: share for kind, share in recall.items() if share < (0.85 if kind == "plate" else 0.95)} == {}


def test_a_synthetic_call_says_where_it_is_personal() -> None:
    conversation, places = dialogue(random.Random(1))
    assert [len(marks) > 0 for marks in places].count(True) > 1
    for turn, marks in zip(conversation.turns, places, strict=True):
        assert all(0 <= start < end <= len(turn.text) for _, start, end in marks)
    assert unmarked("姓〔name:王〕，〔phone:138〕。") == ("姓王，138。", [("name", 1, 2), ("phone", 3, 6)])


def test_check_digits() -> None:
    chance = random.Random(2)
    for _ in range(200):
        number, card = id_number(chance), bank_card(chance)
        assert is_id_number(number)
        assert is_bank_card(card)
        wrong = str((int(card[3]) + 1) % 10)
        assert not is_bank_card(card[:3] + wrong + card[4:])
        wrong = str((int(number[3]) + 1) % 10)
        assert not is_id_number(number[:3] + wrong + number[4:])
    assert is_id_number("11010519491231002")  # 17 digits, whose X stands apart
    assert not is_id_number("11010519491331002")
    assert is_id_number("11010519491231002X")  # the example of GB 11643


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ("车牌沪A三八五二七。", ["沪A三八五二七"]),
        ("车牌沪诶幺二三四五。", ["沪诶幺二三四五"]),
        ("车牌是户比零二七六八。", ["户比零二七六八"]),
        ("车牌沪艾克斯三三八幺九", ["沪艾克斯三三八幺九"]),
        ("那辆浙爱抚西八六六二天天停这里", ["浙爱抚西八六六二"]),
        ("车号沪AD12345", ["沪AD12345"]),
        ("沪Ａ１２３４５停在门口", ["沪Ａ１２３４５"]),
        ("车是沪Ａ·Ｄ１２３４５", ["沪Ａ·Ｄ１２３４５"]),
        ("车号沪地零二七六八F", ["沪地零二七六八F"]),
        ("白色的车，沪A 12346，一直停在门口", ["沪A 12346"]),
        ("牌照A12346吧", ["A12346"]),
        ("苏E·6C218堵在门口", ["苏E·6C218"]),  # nobody says that it is a car
        ("沪诶幺二三四五", []),  # by sound alone it may be anything
        ("这辆车的合同签了三次，一共五万", []),
        ("这比一二三四五热线还难打，车都没了", []),
        ("车牌ABCDEFG", []),
    ],
)
def test_plates(said: str, found: list[str]) -> None:
    assert [place.text for place in plates(call(f"C: {said}").turns)] == found


def test_a_plate_is_known_again_when_it_is_read_back() -> None:
    script = "A: 车牌号是多少？ | C: 粤寄三九零六六。 | A: 嗯。 | A: 粤寄三九零六六，对吗？"
    assert [place.turn.index for place in plates(call(script).turns)] == [1, 3]


def test_a_long_dictation_over_many_turns() -> None:
    parts = ("六二", "二", "八四八", "零一", "九九", "三")
    script = "A: 卡号您念一下。 | " + " | A: 嗯。 | ".join(f"C: {part}。" for part in parts)
    assert [span.turn_index for span in personal_spans(call(script))] == [1, 3, 5, 7, 9, 11]
