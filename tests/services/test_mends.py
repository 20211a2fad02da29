"""Mends and hints, as a reader is shown them."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from callqa.types import Call, Conversation, Recording, Role, Ticket, Transcript, Turn
from services.calls.mends import Hint, hints, mends
from services.calls.transcript import segments

TICKET = Ticket(location="张江镇汇康佳苑9号楼", contact_name="龚先生", contact_phone="13917200658")


def turn(text: str, heard: str | None = None, role: Role = "agent", flags: tuple[str, ...] = ()) -> Turn:
    return Turn(0, role, 0.0, 5.0, text, confidence=0.8, rewritten_from=heard, flags=flags)


def hinted(said: Turn, ticket: Ticket | None = TICKET) -> list[tuple[str, str, str]]:
    """(words of the turn, what they sound like, of what)."""
    call = Call("C1", "3102", datetime(2026, 12, 2, tzinfo=UTC), "c1.wav", ticket=ticket)
    conversation = Conversation(call, Transcript(Recording("", 5.0, 2, 8000, "pcm"), "key", (said,)))
    return [(said.text[h.start : h.end], h.meant, h.source) for h in hints(conversation).get(0, ())]


@pytest.mark.parametrize(
    ("text", "heard", "expected"),
    [
        ("上海12345市民服务热线", "上海一二三次五十名服务热线", [("12345市民", "一二三次50名")]),
        ("工号3028为您服务", "公号三零二八位您服务", [("工", "公"), ("为", "位")]),
        ("工号3028", "工号三零二八", []),
        ("小区里没有路灯", "小区里没有路等", [("灯", "等")]),
        ("好的", None, []),
    ],
)
def test_what_was_mended_is_told(text: str, heard: str | None, expected: list[tuple[str, str]]) -> None:
    assert [(text[m.start : m.end], m.heard) for m in mends(turn(text, heard))] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("工号310案，请问", [("310案", "3102", "agent")]),
        ("工号3102，请问", []),
        ("工号3108，请问", []),  # another number was heard
        ("公先生您好", [("公先生", "龚先生", "ticket")]),
        ("在会抗加验9号楼", [("会抗加验", "汇康佳苑", "ticket")]),
        ("电话要3917200658对吗", [("要3917200658", "13917200658", "ticket")]),
        ("电话13917200659对吗", []),
        ("电话要3917200659对吗", []),
        ("汇康佳苑，龚先生", []),
    ],
)
def test_what_is_known_of_the_call_explains_words(text: str, expected: list[tuple[str, str, str]]) -> None:
    assert hinted(turn(text)) == expected


def test_nothing_is_explained_where_nothing_is_to_be_trusted_or_known() -> None:
    assert hinted(turn("公先生您好", flags=("loop",))) == []
    assert hinted(turn("公先生您好"), ticket=None) == []
    assert hinted(turn("工号310案", role="citizen")) == []
    assert hinted(replace(turn("公先生您好"), confidence=None)) == []  # typed, not heard
    masked = Ticket(contact_name="*先生", contact_phone="139****0658", location="张江镇［地址］")
    assert hinted(turn("电话3910658，公先生，会抗加验"), masked) == []


def test_pieces_have_their_mend_and_their_hint() -> None:
    said = turn("上海12345市民服务热线，公先生", "上海一二三次五十名服务热线，公先生")
    pieces = segments(said, (), (Hint(14, 17, "龚先生", "ticket"),))
    assert "".join(piece.text for piece in pieces) == said.text
    assert [(p.text, p.heard) for p in pieces if p.heard] == [("12345市民", "一二三次50名")]
    assert [(p.text, p.hint.meant) for p in pieces if p.hint] == [("公先生", "龚先生")]
