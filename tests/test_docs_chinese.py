"""The pages in Chinese say what the English ones say, and lead to pages that are there."""

import re
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parent.parent
CHINESE = sorted(path.name for path in ROOT.glob("docs/zh/*.md"))


def contents(page: str) -> list[dict[str, Any]]:
    """What a translation leaves as it is, section by section: code without its comments, numbers, rows, points."""
    sections: list[dict[str, Any]] = []
    fence: str | None = None
    for line in ["# "] + page.splitlines():
        if line.startswith("```"):
            fence = line if fence is None else None
        elif fence is not None or line.startswith("    "):
            if fence != "```text":  # prose, though spaced by hand
                sections[-1]["code"] += filter(None, [re.sub(r"(^|\s+)#.*", "", line).strip()])
        else:
            if heading := re.match("#+ ", line):
                sections.append({"level": heading[0], "code": [], "rows": 0, "points": 0, "prose": ""})
            sections[-1]["rows"] += line.startswith("|")
            sections[-1]["points"] += line.lstrip().startswith("- ")
            sections[-1]["prose"] += line + "\n"
    for section in sections:
        prose = section.pop("prose")
        section["spans"] = sorted(" ".join(span.split()) for span in re.findall(r"`([^`]+)`", prose))
        said = re.sub(r"`[^`]+`|\]\([^)]*\)", "", prose)
        section["numbers"] = sorted(re.findall(r"\d+(?:[.,:]\d+)*", said))
    return sections


@pytest.mark.parametrize("name", CHINESE)
def test_chinese_page_has_what_the_english_one_has(name: str) -> None:
    english, chinese = ((ROOT / "docs" / folder / name).read_text(encoding="utf-8") for folder in ("", "zh"))
    assert contents(chinese) == contents(english)
    named = set(re.findall("[一-鿿]+", english)) - {"中文"}
    unnamed = {word for word in named if word not in re.sub(r"\s", "", chinese)}
    assert not unnamed, "the desk calls these so"
    assert f"\n中文：[zh/{name}](zh/{name})\n" in english
    assert f"\nEnglish: [{name}](../{name})\n" in chinese


@pytest.mark.parametrize("name", CHINESE)
def test_chinese_page_leads_to_chinese_pages(name: str) -> None:
    page = ROOT / "docs" / "zh" / name
    links = re.findall(r"\]\(([^)#:]+)[^):]*\)(（英文）)?", page.read_text(encoding="utf-8"))
    for target, _ in links:
        assert (page.parent / target).exists(), f"{name} links to {target}"
    foreign = {target.removeprefix("../"): said for target, said in links if re.fullmatch(r"\.\./[^/]+\.md", target)}
    assert [target for target, said in foreign.items() if not said] == [name], "other pages in English are marked so"
    assert {name} >= foreign.keys() & set(CHINESE), "there is a page in Chinese"
