"""Every text of the desk can be read in English, too."""

import re
from pathlib import Path

import pytest

from callqa.messages import catalogue, subjects
from web.wording import words

WEB = Path(__file__).parent.parent.parent / "web"
MARKED = re.compile(r"""\b(?:_|say)\(\s*(["'])(?P<text>(?:(?!\1).)*[一-鿿](?:(?!\1).)*)\1""")


def marked() -> set[str]:
    sources = [*WEB.rglob("*.html"), *WEB.rglob("*.py")]
    return {found["text"] for path in sources for found in MARKED.finditer(path.read_text(encoding="utf-8"))}


def test_every_marked_text_has_its_english() -> None:
    assert len(marked()) > 10
    assert sorted(marked() - {msgid for _, msgid in catalogue("en")}) == []


def test_a_text_is_translated_in_one_way() -> None:
    ways: dict[tuple[str | None, str], set[str]] = {}
    for texts in subjects("en").values():
        for key, english in texts.items():
            ways.setdefault(key, set()).add(english)
    assert {key: found for key, found in ways.items() if len(found) > 1} == {}


def test_the_english_fills_in_what_the_chinese_does() -> None:
    """Of texts known by their Chinese; what an error's code is given, `test_messages` looks at in each language."""
    for (_, msgid), english in catalogue("en").items():
        if re.search(r"[一-鿿]", msgid):
            assert set(re.findall(r"\{\w+\}", english)) == set(re.findall(r"\{\w+\}", msgid)), msgid


def test_long_rows_of_somebodys_words_stay_and_take_no_time() -> None:
    """Each of them could be a row of rows."""
    for row in ("甲；乙，丙、" * 40, "甲，" * 3000, "得分 1，" * 3000):
        assert words("en")(f"{row}丁").endswith("丁")


def test_what_nobody_translated_stays() -> None:
    assert words("en")("晨晖路停水") == "晨晖路停水"
    assert words("en")("账号 {name}", name="wang") == "Account wang"


@pytest.mark.parametrize(
    ("made", "english"),
    [
        ("待质检处理，期限 2026-12-01", "Waits for QA, due 2026-12-01"),
        ("质检驳回，可在 2026-12-08（含）前继续申诉", "Rejected by QA; may be taken further until 2026-12-08"),
        ("5 组 22 项（得分 16，一票否决 6），用到 22 个检查", 
         "5 groups, 22 items (scored 16, fatal 6); uses 22 checks"),
        ("仅当“开头语”不合格", "Only where “开头语” is: Violated"),
        ("比较 60 通：平均分 85.0 → 86.0；升 3 通，降 2 通；新得总分 1 通；待复核 9 → 8 通",
         "60 calls compared: mean 85.0 → 86.0; 3 up, 2 down; 1 now have a total; to review 9 → 8"),
        ("浦东大道，晨晖路", "浦东大道，晨晖路"),
        ("不耐烦、指责", "不耐烦、指责"),
    ],
)  # fmt: skip
def test_sentences_that_others_make_are_known_by_their_form(made: str, english: str) -> None:
    assert words("en")(made) == english
    assert words("zh")(made) == made
