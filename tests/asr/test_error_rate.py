import pytest
from hypothesis import given
from hypothesis import strategies as st

from asr import error_rates

HAN = st.text(alphabet="您好请问工号市民热线是十", max_size=12)


@pytest.mark.parametrize(
    ("reference", "hypothesis", "cer", "ser"),
    [
        ("您好，工号三零二八。", "您好工號3028", 0, 0),
        ("您好", "宁好", 0.5, 0.5),
        ("公号", "工号", 0.5, 0),
        ("您好", "", 1, 1),
        ("您好", "您好您好", 1, 1),
        ("", "谢谢", None, None),
        ("", "", None, None),
    ],
)
def test_rates(reference: str, hypothesis: str, cer: float | None, ser: float | None) -> None:
    rates = error_rates([(reference, hypothesis)])
    assert (rates.character_error_rate, rates.syllable_error_rate) == (cer, ser)


def test_counts_add_up_over_pairs() -> None:
    rates = error_rates([("您好", "您"), ("", "谢谢"), ("市民", "市区民")])
    assert rates.characters.hits == 3
    assert (rates.characters.substitutions, rates.characters.deletions, rates.characters.insertions) == (0, 1, 3)
    assert rates.n_characters == rates.n_syllables == 4
    assert error_rates([]).character_error_rate is None


@given(st.lists(st.tuples(HAN, HAN), max_size=5))
def test_a_text_has_no_error_against_itself_and_counts_are_consistent(pairs: list[tuple[str, str]]) -> None:
    same = error_rates([(reference, reference) for reference, _ in pairs])
    assert not same.character_error_rate
    characters = error_rates(pairs).characters
    assert characters.hits + characters.substitutions + characters.deletions == same.n_characters
