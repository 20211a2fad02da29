"""Masked calls: nothing personal survives, lengths and places stay, and masking twice is masking once."""

import re
from dataclasses import replace

import numpy as np
import pytest
from dummies import call
from hypothesis import given
from hypothesis import strategies as st

from callqa.syllables import syllables
from callqa.types import Conversation, Finding, Ticket, Verdict, Word, text_of
from qa_models.evidence import quote
from qa_models.personal.spans import personal_spans
from services.privacy.mask import mask_conversation, mask_finding, mask_quote, mask_text, mask_ticket
from services.retention.erase import is_written

SPOKEN = dict(zip("0123456789", "零幺二三四五六七八九", strict=True))
LONG_RUN = re.compile(r"[0-9零幺〇一二三四五六七八九]{7,}")
names = st.sampled_from(["王建国", "汤慧敏", "欧阳晓燕", "诸葛明", "费金根", "翟羽", "谌晓宇", "柏树林"])
phones = st.from_regex(r"1[3-9][0-9]{9}|[2-9][0-9]{7}", fullmatch=True)
roads = st.sampled_from(["银桂路18号402室", "青溪镇晨晖路268弄17号602室", "上钢三村15号", "金杨路"])


def told(name: str, phone: str, place: str, spoken: bool) -> Conversation:
    number = "".join(SPOKEN[c] for c in phone) if spoken else phone
    ticket = Ticket(
        "投诉", ("城乡建设",), f"{name}反映{place}停水，电话{phone}。", place, "", name, phone, "昨晚", f"请回复{name}"
    )
    script = (
        f"A: 请问怎么称呼您？ | C: 我叫{name}。 | A: 电话和地址呢？ | C: 电话{number}，我住{place}。 | "
        f"A: {name}，{number}，{place}，对吗？ | C: 对的，{name[0]}女士就行。"
    )
    return call(script, ticket=ticket)


def shown(conversation: Conversation) -> list[str]:
    ticket = conversation.call.ticket
    assert ticket is not None
    return [*(turn.text for turn in conversation.turns), *(str(value) for value in vars_of(ticket).values())]


def vars_of(ticket: Ticket) -> dict[str, object]:
    return {field: getattr(ticket, field) for field in ticket.__slots__}


def sounds_in(wanted: str, text: str) -> bool:
    """Whether the syllables of one text stand in another."""
    first, other = syllables(wanted).sounds, syllables(text).sounds
    windows = np.lib.stride_tricks.sliding_window_view(other, len(first)) if len(other) >= len(first) else []
    return any(np.array_equal(first, window) for window in windows)


STROKES = ("/", "／", "-", "—", "－", ".", "·", "•", " ", "|", "\\", "_", "~", "、", "，", ") ", " / ", "\u200b")


@given(
    st.from_regex(r"1[3-9][0-9]{9}|021[2-9][0-9]{7}", fullmatch=True),
    st.lists(st.tuples(st.integers(1, 10), st.sampled_from(STROKES)), max_size=4),
    st.sampled_from(("电话{}，请回电", "{}", "请回电{}（家属）", "2026/11/26 {}来电")),
)
def test_a_typed_number_is_masked_and_found_by_erasure(number: str, cuts: list[tuple[int, str]], note: str) -> None:
    """Whatever stands between its digits, in a note."""
    typed = "".join(dict(cuts).get(i, "") + digit for i, digit in enumerate(number))
    text = note.format(typed)
    assert mask_text(text, None) == note.format(re.sub("[0-9]", "*", typed))
    assert is_written(text, number)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("座机：5033/1234", "座机：****/****"),
        ("传真021/5033/1234", "传真***/****/****"),
        ("50331234/139/1234/5678", "********/***/****/****"),
        ("身份证310115/1980/0101/1238", "身份证******/****/****/****"),
    ],
)
def test_other_numbers_with_strokes_are_masked(text: str, shown: str) -> None:
    assert mask_text(text, None) == shown


@pytest.mark.parametrize(
    "text",
    [
        "2026/11/26来电",
        "2026-11-26 08:30:15来电",
        "2026.11.26至2026.12.01停水",
        "2026/11/26-2026/12/01停水",
        "11/26-12/01停水",
        "2025/2026学年",
        "工资3500/4000/4500",
        "1800/1500/900元",
        "12000/15000元；100/200/300；1500/月",
        "12.50/13.80/15.20",
        "全天24/7，A4/B5",
    ],
)
def test_days_and_sums_stay_readable(text: str) -> None:
    assert mask_text(text, None) == text


@pytest.mark.parametrize(
    ("phone", "shown"),
    [
        ("１３９１２３４５６７８", "139****5678"),
        ("139.1234.5678", "139****5678"),
        ("139—1234－5678", "139****5678"),
        ("139/1234/5678", "***/****/****"),
        ("（０２１）５０３３１２３４", "（***）********"),
        ("50331234转801", "********转***"),
        ("13912345678/13812345678", "139****5678/138****5678"),
        ("138****5678", "138****5678"),  # hidden by whoever exported it
        ("62****34", "62****34"),
        ("无", "无"),
    ],
)
def test_no_spelling_of_a_number_survives_in_a_ticket(phone: str, shown: str) -> None:
    once = mask_ticket(Ticket(contact_phone=phone))
    assert once.contact_phone == shown
    assert mask_ticket(once) == once


@given(names, phones, roads, st.booleans())
def test_nothing_personal_survives(name: str, phone: str, place: str, spoken: bool) -> None:
    conversation = told(name, phone, place, spoken)
    masked = mask_conversation(conversation, personal_spans(conversation))
    for text in shown(masked):
        assert not LONG_RUN.search(text)
        assert not sounds_in(name, text)
        assert not sounds_in(phone, text)
        assert not sounds_in(place, text)


@given(names, phones, roads, st.booleans())
def test_masking_twice_is_masking_once(name: str, phone: str, place: str, spoken: bool) -> None:
    conversation = told(name, phone, place, spoken)
    spans = personal_spans(conversation)
    masked = mask_conversation(conversation, spans)
    assert mask_conversation(masked, spans) == masked
    again = mask_conversation(masked, personal_spans(masked))
    assert [len(turn.text) for turn in again.turns] == [len(turn.text) for turn in conversation.turns]


@given(names, phones, roads, st.integers(0, 5), st.integers(0, 60), st.integers(0, 60))
def test_quotes_are_masked_as_the_turns_are(name: str, phone: str, place: str, index: int, one: int, two: int) -> None:
    conversation = told(name, phone, place, spoken=True)
    spans = personal_spans(conversation)
    turn, masked = conversation.turns[index], mask_conversation(conversation, spans).turns[index]
    start, end = sorted((min(one, len(turn.text)), min(two, len(turn.text))))
    place_of = quote(turn, start, end)
    masked_quote = mask_quote(place_of, spans)
    assert (masked_quote.char_start, masked_quote.char_end) == (start, end)
    assert masked_quote.quote == masked.text[start:end]
    finding = Finding("c", "k", Verdict.MET, "said", evidence=(place_of,))
    assert mask_finding(finding, spans).evidence == (masked_quote,)


def test_words_are_masked_and_keep_their_times() -> None:
    conversation = call("C: 我姓王，电话13812345678")
    (turn,) = conversation.turns
    words = tuple(Word(text, i, i + 1, 0.9) for i, text in enumerate(["我", "姓王", "，电话", "13812345678"]))
    heard = replace(
        conversation.transcript, turns=(replace(turn, words=words, rewritten_from="我姓王電話幺三八一二三四五六七八"),)
    )
    conversation = replace(conversation, transcript=heard)
    (masked,) = mask_conversation(conversation, personal_spans(conversation)).turns
    assert masked.text == text_of(masked.words) == "我姓*，电话***********"
    assert masked.rewritten_from is None
    assert [(word.start, word.end) for word in masked.words] == [(word.start, word.end) for word in words]


def test_the_ticket() -> None:
    ticket = Ticket(
        request_type="投诉",
        category=("城乡建设", "住房保障与房地产"),
        summary="王女士反映银桂路18号停水",
        location="惠南镇银桂路18号402室",
        district="浦东新区",
        contact_name="王女士",
        contact_phone="13812345678/62345678",
        event_time="昨晚",
        appeal="请联系王女士13812345678",
    )
    assert mask_ticket(ticket) == Ticket(
        request_type="投诉",
        category=("城乡建设", "住房保障与房地产"),
        summary="*女士反映******停水",
        location="惠南镇［地址］",
        district="浦东新区",
        contact_name="*女士",
        contact_phone="138****5678/********",
        event_time="昨晚",
        appeal="请联系*女士***********",
    )
    assert mask_ticket(mask_ticket(ticket)) == mask_ticket(ticket)
    assert mask_ticket(Ticket()) == Ticket()


@pytest.mark.parametrize(
    ("name", "shown"), [("王女士", "*女士"), ("翟工", "**"), ("汤慧敏（女）", "***（女）"), ("卞老师", "*老师")]
)
def test_names(name: str, shown: str) -> None:
    assert mask_ticket(Ticket(contact_name=name)).contact_name == shown


def test_a_note_about_a_call() -> None:
    assert (
        mask_text("坐席没有核对张晓宇的电话，见01:05", Ticket(contact_name="张晓宇"))
        == "坐席没有核对***的电话，见01:05"
    )
    assert mask_text("服务很好", None) == "服务很好"


def test_a_caller_who_is_written_about() -> None:
    assert mask_text("汤慧敏反映停水，任何人反映都要登记", None) == "***反映停水，任何人反映都要登记"
