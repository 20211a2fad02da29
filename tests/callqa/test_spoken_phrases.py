"""Phrases: what is found in a text, where, and how alike it is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callqa.phrases import Likeness, pairs_of, phrase, phrases
from callqa.syllables import syllables

SPELLED, SOUNDS, ACCENT = Likeness


@pytest.mark.parametrize(
    ("looked_for", "text", "quote", "likeness"),
    [
        ("晨晖路", "我在陈辉路等您", "陈辉路", SOUNDS),
        ("陈辉路", "我在陈辉路等您", "陈辉路", SPELLED),
        ("成辉路", "我在陈辉路等您", "陈辉路", ACCENT),
        ("陳輝路", "我在陈辉路等您", "陈辉路", SPELLED),
        ("陈辉路", "陈，辉路", "陈，辉路", SPELLED),
        ("3028", "工号三零二八为您服务", "三零二八", SPELLED),
        ("三零二八", "工号3028为您服务", "3028", SPELLED),
        ("幺三八", "138开头", "138", SPELLED),
        ("24小时", "二十四小时都有人", "二十四小时", SPELLED),
        ("二十四小时", "24小时都有人", "24小时", SPELLED),
        ("二十号", "20号之前", "20号", SPELLED),
        ("停水20", "停水20", "停水20", SPELLED),
        ("五百号", "张杨路500号", "500号", SPELLED),
        ("万一", "万一停水", "万一", SPELLED),
        ("24", "尾号3024", "24", SPELLED),
        ("tel", "我的TEL是多少", "TEL", SPELLED),
        ("增先生", "我是曾先生", "曾先生", ACCENT),
        ("银杭", "去银行办", "银行", SOUNDS),
        ("行业", "餐饮行业", "行业", SPELLED),
        ("行业", "航业公司", "航业", SOUNDS),
        ("路灯", "路登", "路登", SOUNDS),
    ],
)
def test_found(looked_for: str, text: str, quote: str, likeness: Likeness) -> None:
    (place,) = phrase(looked_for).places(text)
    assert (text[place.start : place.end], place.likeness) == (quote, likeness)
    assert indexed(looked_for, text)


@pytest.mark.parametrize(
    ("looked_for", "text"),
    [
        ("晨晖路", "我在陈辉桥等您"),
        ("晨晖路", "陈辉的路"),
        ("停水", "水停"),
        ("3028", "3082"),
        ("停水", ""),
        ("", "停水"),
        ("，。", "停，水。"),
    ],
)
def test_not_found(looked_for: str, text: str) -> None:
    assert phrase(looked_for).places(text) == []


def test_places_do_not_overlap() -> None:
    assert [(place.start, place.end) for place in phrase("好好").places("好好好好好")] == [(0, 2), (2, 4)]


def test_words_between_blanks_are_phrases() -> None:
    assert [parsed.text for parsed in phrases("  陈辉路\u3000停水  ，。 ")] == ["陈辉路", "停水"]


def indexed(looked_for: str, text: str) -> bool:
    """Whether an index of pairs finds the phrase, slowly."""
    pairs = pairs_of(text).tolist()
    return any(
        all(pair in may for pair, may in zip(pairs[at : at + len(pattern)], pattern, strict=True))
        for pattern in phrase(looked_for).patterns()
        for at in range(len(pairs) - len(pattern) + 1)
    )


SAID = st.text("您好陈辉路晨晖银行业长江重庆得地了都3028零二十ab，。 ", min_size=2, max_size=20)


@given(SAID, st.data())
def test_what_was_said_is_found_as_it_was_said(text: str, data: st.DataObject) -> None:
    spoken = syllables(text)
    if len(spoken) < 2:
        return
    first = data.draw(st.integers(0, len(spoken) - 2))
    last = data.draw(st.integers(first + 1, len(spoken) - 1))
    part = text[spoken.spans[first][0] : spoken.spans[last][1]]
    if cuts_a_number(text, spoken.spans[first][0], spoken.spans[last][1]):
        return  # 4 of 24 is said 四, 2 of it 二十
    places = phrase(part).places(text)
    assert any(place.likeness is SPELLED for place in places)
    assert indexed(part, text)


def cuts_a_number(text: str, start: int, end: int) -> bool:
    return any(0 < at < len(text) and text[at - 1].isdigit() and text[at].isdigit() for at in (start, end))


@given(SAID, SAID)
def test_whatever_is_in_a_text_is_in_its_index(looked_for: str, text: str) -> None:
    wanted = phrase(looked_for)
    if wanted.n_syllables >= 2 and wanted.places(text):
        assert indexed(looked_for, text)
