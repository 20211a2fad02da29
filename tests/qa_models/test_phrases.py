from pathlib import Path

import pytest
from pydantic import ValidationError

from qa_models.phrases import LEXICONS, Phrases, expand, patterns, read_lexicon


def test_alternatives_multiply() -> None:
    assert expand("(请|麻烦)您(稍|)等") == ("请您稍等", "请您等", "麻烦您稍等", "麻烦您等")


@pytest.mark.parametrize(
    ("phrase", "complaint"),
    [
        ("请(稍等", "brackets"),
        ("请)稍等", "brackets"),
        ("工号{number}", "unknown slot {number}"),
        ("工号{digits", "brackets"),
        ("，。", "nothing to listen for"),
        ("(|)", "nothing to listen for"),
    ],
)
def test_a_phrase_that_cannot_be_read_is_refused(phrase: str, complaint: str) -> None:
    with pytest.raises(ValidationError, match=complaint):
        Phrases.model_validate([phrase])


def test_longest_pattern_comes_first_and_none_comes_twice() -> None:
    compiled = patterns(("请稍等", "(请|请)稍等一下", "请稍等"), "")
    assert [len(p.tokens) for p in compiled] == [5, 3]


def test_digits_are_three_to_six() -> None:
    assert [len(p.tokens) for p in patterns(("{digits}号",), "")] == [7, 6, 5, 4]


def test_a_lexicon_beside_the_library_goes_first(tmp_path: Path) -> None:
    (tmp_path / "taboo.txt").write_text("# 注释\n自己的话  # 尾注\n\n", encoding="utf-8")
    assert Phrases.model_validate({"lexicon": "taboo.txt"}, context={"folder": tmp_path}).phrases == ("自己的话",)
    with pytest.raises(ValidationError, match=r"no lexicon 'tabu.txt'; shipped: .*taboo.txt"):
        Phrases.model_validate({"lexicon": "tabu.txt"}, context={"folder": tmp_path})


@pytest.mark.parametrize("path", sorted(LEXICONS.iterdir()), ids=lambda path: path.name)
def test_shipped_lexicons_are_readable_and_have_no_doubles(path: Path) -> None:
    entries = read_lexicon(path.name)
    assert len(entries) == len(set(entries)) > 0
    for entry in entries:
        assert expand(entry)
