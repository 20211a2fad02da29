"""Every text of the desk can be read in English, too."""

import ast
import json
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from pydantic import TypeAdapter

from callqa.messages import Joined, Message, catalogue, subjects, words
from reports.frames.rubrics import rubric_summary, value_words
from reports.frames.what_if import summary
from scoring import load_rubric
from scoring.review.appeal import AppealState
from scoring.rubric_items import Condition
from scoring.sampling.plan import Trigger
from scoring.sampling.strata import Strata
from services import wording
from services.appeals.states import stands
from services.wording import marks

ROOT = Path(__file__).parents[2]
WEB = ROOT / "web"
MARKED = re.compile(r"""\b(?:_|say)\(\s*(["'])(?P<text>(?:(?!\1).)*[一-鿿](?:(?!\1).)*)\1""")


def marked() -> set[str]:
    sources = [*WEB.rglob("*.html"), *WEB.rglob("*.py"), *(ROOT / "reports").rglob("*.html")]
    return {match["text"] for path in sources for match in MARKED.finditer(path.read_text(encoding="utf-8"))}


def test_every_marked_text_has_its_english() -> None:
    assert len(marked()) > 10
    assert sorted(marked() - {msgid for _, msgid in catalogue("en")}) == []


def messages_of(path: Path) -> Iterator[str]:
    """The Chinese texts that a module makes messages of, both of a choice."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and node.args and getattr(node.func, "id", "") == "Message":
            for part in ast.walk(node.args[0]):
                if isinstance(part, ast.Constant) and re.search(r"[一-鿿]", str(part.value)):
                    yield str(part.value)


def test_every_message_has_its_english() -> None:
    packages = ("callqa", "scoring", "services", "reports", "web")
    texts = {text for name in packages for path in (ROOT / name).rglob("*.py") for text in messages_of(path)}
    assert len(texts) > 60
    assert sorted(texts - {msgid for _, msgid in catalogue("en")}) == []


def test_every_word_for_a_result_has_its_english() -> None:
    tables = [table for table in vars(wording).values() if isinstance(table, dict)]
    texts = {text for table in tables for text in table.values() if isinstance(text, str)}
    texts = {text for text in texts if re.fullmatch(r"[一-鿿，、]+", text)}
    assert len(texts) > 50
    assert sorted(texts - {msgid for _, msgid in catalogue("en")}) == []


def test_a_text_is_translated_in_one_way() -> None:
    ways: dict[tuple[str | None, str], set[str]] = {}
    for texts in subjects("en").values():
        for key, english in texts.items():
            ways.setdefault(key, set()).add(english)
    assert {key: translations for key, translations in ways.items() if len(translations) > 1} == {}


def test_the_english_fills_in_what_the_chinese_does() -> None:
    """Of texts known by their Chinese; what an error's code is given, `test_messages` looks at in each language."""
    for (_, msgid), english in catalogue("en").items():
        if re.search(r"[一-鿿]", msgid):
            assert set(re.findall(r"\{\w+\}", english)) == set(re.findall(r"\{\w+\}", msgid)), msgid


def test_what_nobody_translated_stays() -> None:
    for text in ("晨晖路停水", "浦东大道，晨晖路", "不耐烦、指责", "得分 1，" * 3000):
        assert words("en")(text) == text
    assert words("en")("账号 {name}", name="wang") == "Account wang"


DUE = date(2026, 12, 8)


@pytest.mark.parametrize(
    ("state", "chinese", "english"),
    [
        (AppealState("open", "qa", DUE), "待质检处理，期限 2026-12-08", "Waits for QA, due 2026-12-08"),
        (AppealState("accepted", "final", None), "终审判定成立，已改判", "Accepted by Final; the verdict was changed"),
        (
            AppealState("rejected", "qa", DUE),
            "质检驳回，可在 2026-12-08（含）前继续申诉",
            "Rejected by QA; may be taken further until 2026-12-08",
        ),
        (AppealState("rejected", "final", None), "终审驳回，已终结", "Rejected by Final; closed"),
    ],
)
def test_where_an_appeal_stands(state: AppealState, chinese: str, english: str) -> None:
    sentence = stands(state, date(2026, 12, 1))
    assert (sentence.text("zh"), sentence.text("en")) == (chinese, english)


def test_a_rubric_in_a_few_lines() -> None:
    _, counts, *_ = rubric_summary(load_rubric("pudong-12345"))
    assert counts.text("zh") == "5 组 22 项（得分 16，一票否决 6），用到 22 个检查"
    assert counts.text("en") == "5 groups, 22 items (scored 16, fatal 6); uses 22 checks"


def test_a_what_if_in_a_line() -> None:
    moves: Any = SimpleNamespace(
        n=60, means=lambda: (85.0, 86.0), up=3, down=2, gained=1, lost=0, review_before=9, review_after=8
    )
    assert summary(moves).text("zh") == (
        "比较 60 通：平均分 85.0 → 86.0；升 3 通，降 2 通；新得总分 1 通；待复核 9 → 8 通"
    )
    assert summary(moves).text("en") == (
        "60 calls compared: mean 85.0 → 86.0; 3 up, 2 down; 1 now have a total; to review 9 → 8"
    )


def test_values_of_a_rubric() -> None:
    only_if = value_words(Condition(item="opening", verdict="violated"), {"opening": "开头语"})
    assert words("zh")(only_if) == "仅当“开头语”不合格"
    assert words("en")(only_if) == "Only where “开头语” is: Violated"


def test_strata_and_reasons_are_stored_in_chinese_and_told_in_both_languages() -> None:
    strata = Strata(category=True, duration=(60, 300))
    assert strata.words("晨晖路 | 60-300秒").text("zh") == "晨晖路 | 60-300秒"
    assert strata.words("晨晖路 | 60-300秒").text("en") == "晨晖路 | 60-300 s"
    trigger = Trigger(when="item_violated", items=("开头语", "结束语"), count=1)
    assert trigger.name == "项目不合格：开头语、结束语"
    assert trigger.words.text("en") == "not met: 开头语, 结束语"
    assert Trigger(when="total_below", below=60, share=1).words.text("en") == "below 60 points"


def test_marks_of_a_turn() -> None:
    assert marks(("one_channel", "announcement")).text("zh") == "双方在同一声道、系统播报"
    assert marks(("one_channel", "announcement")).text("en") == "Both on one channel, Announcement"
    assert not marks(())


def test_data_of_pages_tell_messages_in_chinese() -> None:
    kind: TypeAdapter[Any] = TypeAdapter(str | Message | Joined | float | None)
    row = Joined([Message("得分 {n}", n=3), "甲"], "，")
    assert [json.loads(kind.dump_json(cell)) for cell in (row, Message("无"), "文", 1.5, None)] == [
        "得分 3，甲", "无", "文", 1.5, None,
    ]  # fmt: skip
