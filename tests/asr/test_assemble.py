"""Heard words to the text that people read: numbers in digits, homophones mended, and what was heard kept beside it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asr.assemble import respelled
from callqa.numbers import written
from callqa.types import Word, text_of


def words(*texts: str) -> tuple[Word, ...]:
    return tuple(Word(text, float(i), i + 1.0, 0.5 + i / 100) for i, text in enumerate(texts))


@pytest.mark.parametrize(
    ("heard", "expected"),
    [
        (("您好", "。"), ["您好", "。"]),
        (("工号", "三", "零", "二", "八", "，"), ["工号", "3", "0", "2", "8", "，"]),
        (("一百", "二十", "六号", "附近"), ["126号", "附近"]),
        (("欠我", "两千", "五", "百块"), ["欠我", "2500块"]),
        (("十分", "感谢"), ["十分", "感谢"]),
        ((), []),
    ],
)
def test_numbers_are_written_in_digits_and_their_words_joined(heard: tuple[str, ...], expected: list[str]) -> None:
    result = respelled(words(*heard))
    assert [word.text for word in result] == expected


def test_a_joined_word_has_the_times_and_the_certainty_of_its_parts() -> None:
    (_, joined, after) = respelled(words("住在", "一百", "二十", "六号", "附近"))
    assert (joined.start, joined.end) == (1.0, 4.0)
    assert joined.probability == pytest.approx(0.52)
    assert after.start == 4.0


PIECES = st.lists(
    st.text(alphabet="一二三四五六七八九十百千万两零幺点半号楼块月日我在有您好，。138", min_size=1, max_size=4),
    max_size=8,
)


@given(PIECES)
def test_the_text_is_that_of_the_whole_turn_whatever_its_words(texts: list[str]) -> None:
    heard = words(*texts)
    result = respelled(heard)
    assert text_of(result) == written("".join(texts)).text
    starts = [word.start for word in heard]
    assert all(word.start in starts for word in result)
    assert all(before.end <= after.start for before, after in zip(result, result[1:], strict=False))
