"""The trainer's commands on sixty synthetic calls."""

import re
from datetime import date
from pathlib import Path

import pytest
from nights import environment
from rich.console import Console
from synthetic import SAID, Synthetic, fill_home
from typer.testing import CliRunner

from callqa.errors import CallQAError
from callqa.scores import ItemStatus
from callqa.settings import Settings, load_settings
from callqa.types import Verdict
from cli.main import app
from flows.stages import score
from scoring.rubric_file import RUBRICS
from services.calls.call_list import list_calls
from services.coaching.find import find_examples, month_before, skill_card
from services.coaching.wordings import find_wordings
from services.context import RubricContext, open_context, open_rubric_set
from store.calls import pending, read
from store.people import audit, playlists
from store.people.audit import AuditFilter


class Callqa:
    """The command line in this process."""

    def __call__(self, *arguments: str) -> str:
        result = CliRunner().invoke(app, arguments)
        if result.exception:
            raise result.exception
        return result.output


@pytest.fixture
def callqa(scored: Settings, monkeypatch: pytest.MonkeyPatch) -> Callqa:
    for name, value in environment(scored).items():
        monkeypatch.setenv(name, value)
    return Callqa()


def call_ids(output: str) -> list[str]:
    return re.findall(r"call-\d{4}", output)


@pytest.mark.usefixtures("chinese")
@pytest.mark.parametrize("name", ["opening", "开头语"])
def test_picks_are_of_five_agents(callqa: Callqa, scored: Settings, name: str) -> None:
    output = callqa("picks", name)
    assert "优秀示例：开头语  2026-11" in output
    with open_context(scored) as context:
        examples = find_examples(context, name, "best", 5, "2026-11")
    assert call_ids(output) == [example.clip.call_id for example in examples]
    assert len({example.candidate.agent_id for example in examples}) == 5
    assert len({example.candidate.category for example in examples}) == 4


def test_bad_examples_are_the_items_violations(scored: Settings) -> None:
    with open_context(scored) as context:
        examples = find_examples(context, "restate", "worst", 50, "2026-11", team="A组")
        with context.store.read() as connection:
            sheets = {row.call_id: (row.team, context.sheet(row)) for row in read.scores(connection, context.keys)}
    assert examples
    for example in examples:
        team, sheet = sheets[example.clip.call_id]
        (item,) = (item for item in sheet.items if item.item_id == "restate")
        assert (team, item.verdict, example.clip.verdict) == ("A组", Verdict.VIOLATED, Verdict.VIOLATED)
        assert example.quote
        assert example.clip.start < example.clip.end


@pytest.mark.usefixtures("chinese")
def test_without_such_calls_picks_say_so(callqa: Callqa) -> None:
    assert "优秀示例：开头语  2026-11：没有合适的通话" in callqa("picks", "opening", "--team", "C组")


def test_a_card_shows_three_weak_items_with_clips_of_the_agent_and_of_a_colleague(scored: Settings) -> None:
    with open_context(scored) as context:
        card = skill_card(context, "3005", "2026-11")
        with context.store.read() as connection:
            agents = {row.call_id: row.agent_id for row in read.scores(connection, context.keys)}
    assert card is not None
    assert (card.team, card.n_calls, len(card.weaknesses)) == ("B组", 10, 3)
    shown = []
    for line in card.weaknesses:
        assert line.own is not None
        assert line.good is not None
        assert agents[line.own.clip.call_id] == "3005"
        assert agents[line.good.clip.call_id] != "3005"
        assert line.own.clip.item_id == line.good.clip.item_id == line.gap.now.item_id
        shown += [line.own.clip.call_id, line.good.clip.call_id]
    assert len(set(shown)) == 6


def test_a_card_compares_with_the_month_before(settings: Settings) -> None:
    fill_home(settings, Synthetic(n_calls=40, n_agents=2, n_teams=1, first_day=date(2026, 10, 25)))
    with open_context(settings) as context:
        card = skill_card(context, "3001", "2026-11")
        with context.store.read() as connection:
            october = [row for row in read.scores(connection, context.keys, "2026-10") if row.agent_id == "3001"]
        sheets = [context.sheet(row) for row in october]
    assert card is not None
    assert (len(october), card.n_calls) == (6, 14)
    for line in card.weaknesses:
        items = [item for sheet in sheets for item in sheet.items if item.item_id == line.gap.now.item_id]
        scored = [item for item in items if item.status is ItemStatus.SCORED]
        passed = sum(item.verdict is Verdict.MET for item in scored)
        assert (line.gap.before.passed, line.gap.before.scored) == (passed, len(scored))
        assert line.gap.change is not None


@pytest.mark.usefixtures("chinese")
def test_card_and_picks_fill_a_playlist(callqa: Callqa, scored: Settings) -> None:
    output = callqa("card", "3005", "--save", "辅导3005", "--by", "王培训")
    assert "能力卡  3005  B组  10 通  2026-11" in output
    assert "已加入播放单 辅导3005：6 段" in output
    assert "0 段（6 段原已在内）" in callqa("card", "3005", "--save", "辅导3005")
    callqa("picks", "closing", "--n", "2", "--save", "辅导3005")
    listed = callqa("playlist", "list")
    assert "辅导3005" in listed
    assert "王培训" in listed
    assert len(call_ids(callqa("playlist", "show", "辅导3005"))) == 8


@pytest.mark.usefixtures("chinese")
def test_a_playlist_is_edited(callqa: Callqa, scored: Settings) -> None:
    callqa("playlist", "add", "[新:x:人]", "call-0001", "开头语", "--from", "0:02", "--to", "00:09.5", "--note", "语速")
    callqa("playlist", "add", "[新:x:人]", "call-0002", "closing")
    callqa("playlist", "note", "[新:x:人]", "先听一遍", "--clip", "2")
    callqa("playlist", "note", "[新:x:人]", "第一课")
    output = callqa("playlist", "show", "[新:x:人]")
    for words in ("播放单 [新:x:人]", "00:02–00:09", "语速", "先听一遍", "备注：第一课"):
        assert words in output
    callqa("playlist", "remove", "[新:x:人]", "1")
    with open_context(scored) as context, context.store.read() as connection:
        assert [clip.call_id for clip in playlists.read_playlist(connection, "[新:x:人]").clips] == ["call-0002"]
    callqa("playlist", "remove", "[新:x:人]", "--all")
    assert "还没有播放单" in callqa("playlist", "list")


def test_an_export_of_clips_stands_in_the_audit_log(callqa: Callqa, scored: Settings, tmp_path: Path) -> None:
    callqa("playlist", "add", "新人", "call-0001", "closing")
    callqa("playlist", "export", "新人", f"{tmp_path / 'out'}", "--no-bleep")
    with pytest.raises(CallQAError, match="there is no playlist '旧人'"):
        callqa("playlist", "export", "旧人", f"{tmp_path / 'other'}")
    with open_context(scored) as context, context.store.read() as c:
        (noted,) = (row.entry for row in audit.page_of(c, AuditFilter()))
    assert (noted.action, noted.object, noted.detail) == ("playlist_exported", "新人", {"by": "--no-bleep"})


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("picks", "openin"), "did you mean 'opening'"),
        (("picks", "opening", "--period", "2026-10"), "months with calls: 2026-11"),
        (("card", "9999"), "agent 9999 has no scored calls in 2026-11"),
        (("wordings", "speech_rate"), "asks for no phrase"),
        (
            ("playlist", "add", "a", "call-0001", "opening", "--from", "1:05", "--to", "0:10"),
            "begin at 65 s and end at",
        ),
        (("playlist", "add", "a", "call-0001", "opening", "--from", "soon"), "no time in a call"),
        (("playlist", "add", "a", "call-0001", "opening", "--from", "0:75"), "no time in a call"),
        (("playlist", "add", "a", "call-0001", "opening", "--from", "99:00", "--to", "99:10"), "s of a call of"),
        (("playlist", "add", "a", "call-9999", "opening"), "call-9999"),
        (("playlist", "remove", "a"), "--all for the whole playlist"),
        (("playlist", "show", "a"), "there is no playlist 'a'"),
        (("picks", "opening", "--save", " "), "a playlist needs a name"),
    ],
)
def test_mistakes_are_told(callqa: Callqa, arguments: tuple[str, ...], message: str) -> None:
    with pytest.raises(CallQAError, match=message):
        callqa(*arguments)


@pytest.mark.usefixtures("chinese")
def test_wordings_are_of_the_items_that_want_words(callqa: Callqa, scored: Settings) -> None:
    with open_context(scored) as context:
        by_item = {item.id: wordings for item, wordings in find_wordings(context, None, "2026-11")}
    assert set(by_item) == {
        "opening", "closing", "further_help", "hold_notice", "hold_return", "transfer_notice", "emergency_guidance"
    }  # fmt: skip
    clauses = {clause for _, text in SAID for clause in text.split("，")}
    assert {wording.text for wordings in by_item.values() for wording in wordings} <= clauses
    assert "常见说法：结束语  2026-11" in callqa("wordings", "closing")


def test_month_before() -> None:
    assert [month_before("2026-11"), month_before("2026-01")] == ["2026-10", "2025-12"]


def rubric_file(folder: Path, rubric_id: str, old: str, new: str) -> Path:
    """The shipped rubric with another id and one more change."""
    text = (RUBRICS / "pudong-12345.yaml").read_text(encoding="utf-8")
    assert text.count(old) == 1
    path = folder / f"{rubric_id}.yaml"
    path.write_text(text.replace("id: pudong-12345", f"id: {rubric_id}").replace(old, new), encoding="utf-8")
    return path


def score_all(*rubric_set: RubricContext) -> None:
    for context in rubric_set:
        with context.store.read() as connection:
            ids = pending.to_score(connection, context.keys)
        score(context, ids)
    list_calls(rubric_set, Console(quiet=True))


def test_a_call_in_which_an_item_does_not_count_is_no_example(scored: Settings, tmp_path: Path) -> None:
    needs = "needs: [opening]\n"
    condition = f"{needs}        only_if: {{item: further_help, verdict: met}}\n"
    rubric = rubric_file(tmp_path, "conditional", needs, condition)
    with open_context(scored.model_copy(update={"rubric": str(rubric)})) as context:
        score_all(context)
        with context.store.read() as connection:
            letters = {row.call_id: row.verdicts[2] for row in read.scores(connection, context.keys)}
        examples = find_examples(context, "opening", "best", 60, "2026-11")
    assert set(letters.values()) > {"M"}
    assert {letters[example.clip.call_id] for example in examples} == {"M"}


@pytest.mark.usefixtures("chinese")
def test_each_rubric_shows_the_calls_that_belong_to_it(
    callqa: Callqa, scored: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    title = "title: 浦东12345市民服务热线通话质量评分表\n"
    files = [
        rubric_file(
            tmp_path, f"team-{letter.lower()}", title, f"title: {letter}组评分表\napplies_to: {{teams: [{letter}组]}}\n"
        )
        for letter in "AB"
    ]
    monkeypatch.setenv("CALLQA_RUBRIC", ",".join(map(str, files)))
    with open_rubric_set(load_settings()) as rubric_set:
        score_all(*rubric_set)
    output = callqa("picks", "opening", "--save", "两组")
    first, second = output.split("优秀示例：开头语  2026-11（B组评分表）")
    assert set(re.findall(r"│ (3\d{3}) │", first)) == {"3000", "3002", "3004"}
    assert set(re.findall(r"│ (3\d{3}) │", second)) == {"3001", "3003", "3005"}
    assert "开头语" in callqa("playlist", "show", "两组")
    assert "能力卡  3005  B组  10 通  2026-11（B组评分表）" in callqa("card", "3005")
