"""A telephone number is found in tickets, in speech and in paths of recordings, however it is written or said."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from keeping import NUMBER, QUIET, put_spoken

from callqa.errors import ConfigError
from qa_models.facts.dictation import digits_of
from services.context import RubricContext
from services.retention.erase import NO_NUMBER, calls_of_number, number_to_find, says_number
from services.retention.keyed import written_digits
from store.removal import erasures
from store.removal.erasures import SaidScript, SaidTurn


def names(context: RubricContext, recordings: list[int]) -> set[str]:
    with context.store.read() as c:
        return {call.call_id for call in erasures.calls_to_erase(c, recordings)}


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("139 1234-5678", NUMBER),
        ("+86 13912345678", NUMBER),
        ("008613912345678", NUMBER),
        ("021-50331234", "50331234"),
        ("0571 8765432", "8765432"),
        ("50331234", "50331234"),
        ("１３９　１２３４－５６７８", NUMBER),
        ("（０２１）５０３３—１２３４", "50331234"),
        ("8613912", "8613912"),
    ],
)
def test_a_number_has_one_form(text: str, number: str) -> None:
    assert number_to_find(text) == number


@pytest.mark.parametrize("text", ["", "110", "12345", "无"])
def test_what_is_nobodys_number_is_refused(text: str) -> None:
    with pytest.raises(ConfigError, match="at least 7 digits"):
        number_to_find(text)


@pytest.mark.parametrize(
    ("turns", "found"),
    [
        (["我电话一三九一二三四五六七八"], True),
        (["幺三九幺二三四五六七八"], True),
        (["139", "1234", "5678"], True),
        (["一三九", "一二三四", "五六七八"], True),
        (["139 1234 5678 谢谢"], True),
        (["我的电话是13912345679"], False),
        (["一三九一二三四", "没有别的了"], False),
        (["没有电话"], False),
        (["139/1234/5678"], True),
        (["139｜1234", "5678"], True),
    ],
)
def test_a_number_is_found_as_it_is_spoken(turns: list[str], found: bool) -> None:
    script = SaidScript(
        tuple(
            SaidTurn(i, "citizen" if i % 2 == 0 else "agent", t)
            for i, t in enumerate(t for s in turns for t in (s, "嗯"))
        )
    )
    assert says_number(script, NUMBER) is found


@given(st.text(st.sampled_from("一二三两个138８而要，。 我abé\n"), max_size=30))
def test_what_is_taken_away_first_has_no_digit_in_it(said: str) -> None:
    def digits(text: str) -> str:
        return written_digits(digits_of(text))

    assert digits(NO_NUMBER.sub(" ", said)) == digits(said)


def test_what_an_engine_wrote_before_it_was_mended_counts() -> None:
    assert says_number(
        SaidScript((SaidTurn(0, "citizen", "是这样的", rewritten_from="一三九一二三四五六七八"),)), NUMBER
    )


def test_calls_are_found_wherever_the_number_stands(rubric_set: tuple[RubricContext, ...]) -> None:
    (context,) = rubric_set
    put_spoken(context, 101, "您好", phone="139-1234-5678")
    put_spoken(context, 102, "您好", summary=f"请回电 {NUMBER}，谢谢")
    put_spoken(context, 103, "您好", uri=f"recordings/{NUMBER}.wav")
    put_spoken(context, 104, "我电话一三九", "一二三四", "五六七八")
    put_spoken(context, 105, "您好", phone="13912345679")
    put_spoken(context, 106, "您好", phone="１３９１２３４５６７８")
    put_spoken(context, 107, "您好", summary="回电１３９－１２３４－５６７８或50331234")
    put_spoken(context, 108, "您好", phone="139—1234—5678")
    put_spoken(context, 109, "您好", phone="50331234/139.1234.5678")
    put_spoken(context, 110, "您好", summary="回电139/1234/5678")
    put_spoken(context, 111, "您好", summary="回电139\n1234\t5678")
    put_spoken(context, 112, "您好", uri="recordings/139_1234_5678.wav")
    put_spoken(context, 113, "您好", summary="139/1234，2026/5678", phone="139/1234/5679")
    matches = calls_of_number(context.store, NUMBER, QUIET)
    assert names(context, sorted(matches.written)) == {
        f"new-{n}" for n in (101, 102, 103, 106, 107, 108, 109, 110, 111, 112)
    }
    assert names(context, sorted(matches.spoken)) == {"new-104"}


def test_the_days_of_a_path_are_no_part_of_a_number(rubric_set: tuple[RubricContext, ...]) -> None:
    (context,) = rubric_set
    put_spoken(context, 101, "您好", uri="recordings/2026/11/26/0001234.wav")
    put_spoken(context, 102, "您好", uri="recordings/2026/11/26/26000123.wav")
    matches = calls_of_number(context.store, "26000123", QUIET)
    assert names(context, matches.recordings) == {"new-102"}
