"""Several rubrics over one store: each call is checked, scored and reported under its own."""

from io import StringIO
from pathlib import Path

import pytest
from nights import environment
from own_rubric import OWN
from rich.console import Console
from typer.testing import CliRunner

from callqa.errors import CallQAError, ConfigError
from callqa.settings import Settings
from cli.main import app
from cli.month_report import period_tables
from flows.night import RESCORE
from flows.runner import run_night
from flows.stage import in_this_process
from scoring.rubric_file import find_rubric
from services.context import context_for, draft_context, open_context, open_rubric_set
from services.rubrics.what_if import what_if
from store.calls import read


@pytest.fixture
def own(tmp_path: Path) -> Path:
    path = tmp_path / "own.yaml"
    path.write_text(OWN, encoding="utf-8")
    return path


def settings_with(scored: Settings, *rubrics: str | Path) -> Settings:
    return scored.model_copy(update={"rubric": ",".join(map(str, rubrics))})


def rescored(settings: Settings) -> str:
    console = Console(file=StringIO(), width=200)
    with open_rubric_set(settings) as rubric_set:
        run_night(rubric_set, "test", RESCORE, in_this_process, console)
    assert isinstance(console.file, StringIO)
    return console.file.getvalue()


def test_each_call_is_scored_under_its_own_rubric(scored: Settings, own: Path) -> None:
    settings = settings_with(scored, "pudong-12345", own)
    said = rescored(settings)
    assert "no rubric is for" not in said
    with open_rubric_set(settings) as rubric_set:
        with rubric_set[0].store.read() as connection:
            teams = [{row.team for row in read.scores(connection, context.keys)} for context in rubric_set]
            counts = [sum(1 for _ in read.scores(connection, context.keys)) for context in rubric_set]
        assert (teams, counts) == ([{"A组"}, {"B组"}], [30, 30])
        assert [set(period_tables(context, "2026-11").agents["班组"]) for context in rubric_set] == teams
        assert [context_for(rubric_set, call_id).rubric.id for call_id in ("call-0001", "call-0002")] == [
            "own",
            "pudong-12345",
        ]
        with pytest.raises(CallQAError, match="no rubric of the settings is for call x, or there is no such call"):
            context_for(rubric_set, "x")
    assert "score       nothing to do" in rescored(settings)


def test_one_of_them_can_be_chosen(scored: Settings, own: Path) -> None:
    settings = settings_with(scored, "pudong-12345", own)
    with (
        pytest.raises(ConfigError, match="settings name several; choose one for it: CALLQA_RUBRIC=pudong-12345 "),
        open_context(settings),
    ):
        pass
    with open_context(settings_with(scored, own)) as context:
        assert context_for([context], "whatever") is context


def test_calls_without_a_rubric_are_named(scored: Settings, own: Path) -> None:
    said = rescored(settings_with(scored, own))
    assert "no rubric is for 30 calls: team A组, line -, inbound, 2026-11-02 to 2026-11-20" in said
    with open_context(settings_with(scored, own)) as context, context.store.read() as connection:
        assert {row.team for row in read.scores(connection, context.keys)} == {"B组"}


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)  # its file must stay the same
def test_a_book_that_is_refused_changes_nothing(scored: Settings, own: Path, tmp_path: Path) -> None:
    twin = tmp_path / "twin.yaml"
    twin.write_text(OWN.replace("id: own", "id: twin"), encoding="utf-8")
    before = (scored.home / "callqa.db").read_bytes()
    with pytest.raises(ConfigError, match="own.yaml and .*twin.yaml are for the same calls"):
        rescored(settings_with(scored, own, twin))
    assert (scored.home / "callqa.db").read_bytes() == before


@pytest.mark.usefixtures("chinese")
def test_reports_and_failures_are_of_the_whole_book(
    scored: Settings, own: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in (environment(scored) | {"CALLQA_RUBRIC": f"pudong-12345,{own}"}).items():
        monkeypatch.setenv(name, value)
    done = CliRunner().invoke(app, ["rescore"])
    assert done.exit_code == 0, done.exception
    assert "own 1" in done.output
    assert "pudong-12345 2026.1" in done.output
    written = {path.parent.name for path in (scored.home / "reports").rglob("*.xlsx")}
    assert written == {"own-1", "pudong-12345-2026.1"}
    assert CliRunner().invoke(app, ["report"]).exit_code == 0
    shown = CliRunner().invoke(app, ["show", "call-0001"])
    assert shown.exit_code == 0, shown.exception
    assert "复述" in shown.output
    assert CliRunner().invoke(app, ["failures"]).output == "没有失败记录。\n"


def test_a_new_version_leaves_others_their_calls(scored: Settings, own: Path, tmp_path: Path) -> None:
    draft = tmp_path / "draft.yaml"
    text = find_rubric("pudong-12345").read_text(encoding="utf-8")
    draft.write_text(text.replace('version: "2026.1"', 'version: "2026.2"'), encoding="utf-8")
    rescored(settings_with(scored, "pudong-12345", own))
    with open_rubric_set(settings_with(scored, "pudong-12345", own)) as rubric_set:
        answer = what_if(rubric_set, draft_context(rubric_set, str(draft)))
    assert {agent.team for agent in answer.moves.agents()} == {"A组"}
    assert answer.moves.n == 30


def test_a_draft_is_compared_with_each_calls_own_rubric(scored: Settings, own: Path, tmp_path: Path) -> None:
    settings = settings_with(scored, "pudong-12345", own)
    rescored(settings)
    draft = tmp_path / "draft.yaml"
    draft.write_text(OWN.replace("id: own", "id: draft").replace("applies_to: {teams: [B组]}\n", ""), encoding="utf-8")
    with open_rubric_set(settings) as rubric_set:
        answer = what_if(rubric_set, draft_context(rubric_set, str(draft)))
        with rubric_set[0].store.read() as connection:
            scores = [list(read.scores(connection, context.keys)) for context in rubric_set]
    assert answer.present == ("pudong-12345 2026.1", "own 1")
    assert answer.moves.n == 60
    both = [agent for agent in answer.moves.agents() if agent.team == "B组"]
    assert both
    assert all(agent.before == agent.after for agent in both)  # the draft is their own rubric
    means = {agent.agent_id: agent.n for agent in answer.moves.agents() if agent.team == "A组"}
    assert sum(means.values()) <= sum(row.total is not None for row in scores[0])
