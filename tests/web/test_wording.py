"""Every text of the desk can be read in English, too."""

import re
from pathlib import Path

from web.wording import areas, catalogue, words

WEB = Path(__file__).parent.parent.parent / "web"
MARKED = re.compile(r"""\b(?:_|say)\(\s*(["'])(?P<text>(?:(?!\1).)*[一-鿿](?:(?!\1).)*)\1""")


def marked() -> set[str]:
    sources = [*WEB.rglob("*.html"), *WEB.rglob("*.py")]
    return {found["text"] for path in sources for found in MARKED.finditer(path.read_text(encoding="utf-8"))}


def test_every_marked_text_has_its_english() -> None:
    assert len(marked()) > 10
    assert sorted(marked() - catalogue("en").keys()) == []


def test_a_text_is_translated_in_one_way() -> None:
    ways: dict[str, set[str]] = {}
    for texts in areas("en").values():
        for chinese, english in texts.items():
            ways.setdefault(chinese, set()).add(english)
    assert {chinese: found for chinese, found in ways.items() if len(found) > 1} == {}


def test_the_english_fills_in_what_the_chinese_does() -> None:
    for chinese, english in catalogue("en").items():
        assert set(re.findall(r"\{\w+\}", english)) == set(re.findall(r"\{\w+\}", chinese)), chinese


def test_what_nobody_translated_stays() -> None:
    assert words("en")("晨晖路停水") == "晨晖路停水"
    assert words("en")("账号 {name}", name="wang") == "Account wang"
