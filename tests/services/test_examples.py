"""Examples: which words of a call are kept with what a person judged, and how they are masked."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callqa.types import Call, Conversation, Evidence, Recording, Transcript, Turn
from services.review.examples import BEFORE, MOST_PLACES, _mask_place, places_of

TEXTS = ("您好", "我要反映噪声", "我姓王", "您别急", "快点说", "好的再见")


def conversation(n: int = len(TEXTS)) -> Conversation:
    roles = ("agent", "citizen")
    turns = tuple(
        Turn(i, "agent" if i % 2 == 0 else "citizen", float(i), i + 1.0, TEXTS[i % len(TEXTS)]) for i in range(n)
    )
    assert {turn.role for turn in turns} <= set(roles)
    call = Call("D1", "3028", datetime(2026, 11, 2, tzinfo=UTC), "")
    return Conversation(call, Transcript(Recording("", float(n), 2, 8000, "wav"), "engine", turns))


def evidence(turn: int, start: int, end: int) -> Evidence:
    return Evidence(turn, start, end, 0.0, 1.0, conversation().turns[turn].text[start:end])


@pytest.mark.parametrize(
    ("found", "pointed", "quotes"),
    [
        ([evidence(4, 0, 2)], None, ["快点"]),
        ([evidence(4, 0, 2), evidence(0, 0, 2)], 3, ["快点", "您好"]),  # what the finding quotes, whatever plays
        ([], 3, ["您别急"]),
        ([], None, []),
        ([], 99, []),
        ([Evidence(1, 6, 6, 2.0, 9.0, "")], 2, ["我姓王"]),  # a silence has no words
        ([evidence(i, 0, 2) for i in range(4)], 4, ["快点说"]),  # turns that were searched in vain
    ],
)
def test_the_words_are_what_is_quoted_or_pointed_at(
    found: list[Evidence], pointed: int | None, quotes: list[str]
) -> None:
    assert [place.quote for place in places_of(conversation(), found, pointed)] == quotes


@given(st.integers(1, 12), st.data())
def test_the_turns_before_are_kept_in_order(n: int, data: st.DataObject) -> None:
    talk = conversation(n)
    turn = data.draw(st.integers(0, n - 1))
    (place,) = places_of(talk, [], turn)
    before = [kept.index for kept in place.before]
    assert before == list(range(max(0, turn - BEFORE), turn))
    assert [kept.text for kept in place.before] == [talk.turns[i].text for i in before]
    assert place.turn.text == talk.turns[turn].text


def test_few_places_are_kept() -> None:
    assert len(list(places_of(conversation(), [evidence(i, 0, 1) for i in range(MOST_PLACES)]))) == MOST_PLACES


def test_what_is_personal_becomes_asterisks_and_another_transcript_all() -> None:
    talk = conversation()
    (place,) = places_of(talk, [], 3)
    hidden = _mask_place(place, {2: [(2, 3)]}, talk)
    assert [turn.text for turn in hidden.before] == ["您好", "我要反映噪声", "我姓*"]
    assert hidden.quote == "您别急"
    heard_anew = (replace(talk.turns[0], text="您好啊"), *talk.turns[1:])
    (other,) = places_of(replace(talk, transcript=replace(talk.transcript, turns=heard_anew)), [], 0)
    assert _mask_place(other, {}, talk).quote == "***"
    assert _mask_place(place, {}, None).quote == "***"
