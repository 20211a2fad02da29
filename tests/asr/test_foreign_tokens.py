import pytest

from asr.engines.foreign_tokens import byte_pieces, foreign_tokens, is_foreign


@pytest.mark.parametrize("text", [" need", "ing", "Oh", "の", "カ", "네", " это", "ü", "ا"])
def test_foreign_words_and_scripts_are_suppressed(text: str) -> None:
    assert is_foreign(text.encode())


@pytest.mark.parametrize("text", ["好", "這個", "A", " b", "4S", "12", "，", "·", "°", "5G", "……", "〇", "《", "%"])
def test_chinese_digits_and_single_letters_stay(text: str) -> None:
    assert not is_foreign(text.encode())


def test_parts_of_characters_are_told_by_their_first_bytes() -> None:
    assert is_foreign("の".encode()[:2])
    assert is_foreign("э".encode()[:1])
    assert not is_foreign("好".encode()[:2])
    assert not is_foreign("好".encode()[1:])
    assert not is_foreign("。".encode()[:2])


def test_words_that_people_say_in_chinese_stay() -> None:
    pieces = [b"APP", b"apple", "好".encode(), b" Wi", b"Fi", b"A"]
    encode = {"APP": [0], " WiFi": [3, 4]}
    assert foreign_tokens(pieces, lambda text: encode.get(text, [])) == [1]


def test_a_vocabulary_writes_bytes_as_characters() -> None:
    assert byte_pieces(["A", "Ġneed", "å¥½"]) == [b"A", b" need", "好".encode()]
