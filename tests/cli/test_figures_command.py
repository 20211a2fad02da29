"""`callqa figures`: what it prints, writes and refuses, and that the month's report says the same."""

import csv
import json
from pathlib import Path

import pandas as pd
import pytest
from rich.console import Console
from sqlalchemy import update
from synthetic import Synthetic, fill_home
from typed import Typed

from callqa.days import Days
from callqa.errors import ConfigError
from callqa.settings import AsrSettings, Settings, load_settings
from cli.month_report import period_tables
from flows.night import RESCORE
from flows.runner import run_night
from flows.stage import in_this_process
from services.context import open_context, open_rubric_set
from services.figures.summary import summarise
from store.calls import read
from store.tables.calls import call


def answer(typed: Typed, *options: str) -> dict[str, list[dict[str, object]]]:
    result = typed("figures", "--json", *options)
    assert result.exit_code == 0, result.output
    (only,) = json.loads(result.output)
    return only  # type: ignore[no-any-return]


@pytest.mark.usefixtures("chinese")
def test_agents_of_the_last_month(typed: Typed, scored: Settings) -> None:
    figures = answer(typed)["figures"]
    assert [row["agent"] for row in figures] == ["3000", "3002", "3004", "3001", "3003", "3005"]  # by team
    assert sum(row["n_calls"] for row in figures) == 60  # type: ignore[misc]
    with open_context(scored) as context, context.store.read() as c:
        totals = [row.total for row in read.scores(c, context.keys) if row.agent_id == "3001" and row.total is not None]
    (agent,) = (row for row in figures if row["agent"] == "3001")
    assert agent["mean"] == pytest.approx(sum(totals) / len(totals))
    assert agent["n_scored"] == len(totals)
    assert len(agent["items"]) == 22  # type: ignore[arg-type]
    shown = typed("figures").output
    assert "得分统计 2026年11月（评分表 pudong-12345 2026.1）" in shown
    assert f"{agent['mean']:.1f}" in shown


@pytest.mark.parametrize(
    ("options", "groups"),
    [
        (("--by", "team"), ["A组", "B组"]),
        (("--by", "category"), ["交通管理", "城乡建设", "环境保护", "社会保障"]),
        (("--by", "line"), [""]),
    ],
)
def test_other_groups(typed: Typed, options: tuple[str, ...], groups: list[str]) -> None:
    figures = answer(typed, *options)["figures"]
    assert [row[options[1]] for row in figures] == groups
    assert sum(row["n_calls"] for row in figures) == 60  # type: ignore[misc]


def test_by_time(typed: Typed) -> None:
    weeks = answer(typed, "--by", "team", "--per", "week")["figures"]
    assert [(row["team"], row["period"]) for row in weeks][:4] == [
        ("A组", "2026-W45"), ("A组", "2026-W46"), ("A组", "2026-W47"), ("B组", "2026-W45"),
    ]  # fmt: skip
    few = answer(typed, "--since", "2026-11-03", "--until", "2026-11-04", "--per", "day")["figures"]
    assert {row["period"] for row in few} == {"2026-11-03", "2026-11-04"}
    assert sum(row["n_calls"] for row in few) == 6  # type: ignore[misc]


@pytest.mark.usefixtures("chinese")
def test_ranks_have_ties_and_lead_the_table(typed: Typed) -> None:
    standings = answer(typed, "--rank")["standings"]
    assert [row["rank"] for row in standings] == sorted(row["rank"] for row in standings)  # type: ignore[type-var]
    assert standings[0]["agent"] == "3000"  # the best of the synthetic agents
    assert standings[0]["tied"]
    table = typed("figures", "--rank").output
    assert "并列1" in table


def test_case_mix_stands_beside_the_mean(typed: Typed) -> None:
    mixes = answer(typed, "--case-mix")["case_mix"]
    assert len(mixes) == 6
    assert all(0 <= row["adjusted"] <= 100 for row in mixes)  # type: ignore[operator]
    shown = typed("figures", "--case-mix").output
    assert all(f"{row['like']:.1f}".removesuffix(".0") in shown for row in mixes)


@pytest.mark.usefixtures("chinese")
def test_a_trend_needs_two_periods(typed: Typed, tmp_path: Path, script: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "有总分的不足两期" in typed("figures", "--trend").output
    weekly = answer(typed, "--trend", "--per", "week", "--by", "team")["trends"]
    assert [(row["team"], row["n_periods"]) for row in weekly] == [("A组", 3), ("B组", 3)]
    assert {row["direction"] for row in weekly} <= {"up", "down", "unclear"}
    assert "每周变化" in typed("figures", "--trend", "--per", "week").output


def test_the_table_is_written_for_spreadsheets(typed: Typed, tmp_path: Path) -> None:
    path = tmp_path / "new" / "figures.csv"
    assert typed("figures", "--rank", "--csv", str(path)).exit_code == 0
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["工号"] for row in rows][0] == "3000"
    assert {row["通话数"] for row in rows} == {"10"}
    blocked = typed("figures", "--csv", str(path / "below_a_file.csv"))
    assert isinstance(blocked.exception, ConfigError)


def test_a_spreadsheet_runs_nothing_of_the_table(scored: Settings, typed: Typed, tmp_path: Path) -> None:
    with open_context(scored) as context, context.store.write() as c:
        c.execute(update(call).values(team="=1+1"))
    path = tmp_path / "figures.csv"
    assert typed("figures", "--by", "team", "--csv", str(path)).exit_code == 0
    with path.open(encoding="utf-8-sig", newline="") as file:
        assert [row["班组"] for row in csv.DictReader(file)] == ["'=1+1"]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--period", "2026-13"), "there are no calls in '2026-13'; months with calls: 2026-11"),
        (("--period", "2026-10"), "there are no calls in '2026-10'; months with calls: 2026-11"),
        (("--since", "3.11."), "is no day; write it as 2026-11-03"),
        (
            ("--since", "2026-11-03", "--until", "2026-11-02"),
            "2026-11-03 is after 2026-11-02; swap",
        ),
        (("--since", "2026-11-03", "--period", "2026-11"), "not both"),
        (("--rank", "--per", "week"), "without --per"),
        (("--trend", "--rank"), "--trend is a table of its own"),
    ],
)
def test_what_cannot_be_answered_is_refused(typed: Typed, options: tuple[str, ...], message: str) -> None:
    result = typed("figures", *options)
    assert isinstance(result.exception, ConfigError)
    assert message in str(result.exception)


@pytest.mark.usefixtures("chinese")
def test_days_without_calls_are_no_error(typed: Typed) -> None:
    assert "没有已评分的通话" in typed("figures", "--since", "2027-01-01").output
    assert "没有已评分的通话" in typed("figures", "--since", "2027-01-01", "--trend").output


@pytest.mark.usefixtures("chinese")
def test_the_months_report_has_the_same_figures(scored: Settings) -> None:
    with open_context(scored) as context:
        table = period_tables(context, "2026-11").agents
        summary = summarise(context, Days.of_month("2026-11"))
        figures = {figure.names: figure for figure in summary.figures()}
        standings = summary.standings()
    assert list(table["工号"]) == [standing.names[1] for standing in standings]
    assert list(map(str, table["名次"])) == [
        f"并列{standing.rank}" if standing.tied else str(standing.rank) for standing in standings
    ]
    for row in table.to_dict("records"):
        figure = figures[row["班组"], row["工号"]]
        assert (row["通话数"], row["已评分"], row["待复核"]) == (figure.n_calls, figure.n_scored, figure.n_waiting)
        assert (row["一票否决待确认"], row["一票否决"]) == (figure.n_flagged, figure.n_fatal)
        assert row["下限"] == pytest.approx(figure.low, abs=0.05)
        assert str(row["最弱项目"]).count("、") <= 2
    assert pd.api.types.is_float_dtype(table["平均分"])


@pytest.mark.usefixtures("chinese")
def test_the_surely_weakest_items_come_first(tmp_path: Path, script: Path) -> None:
    settings = Settings(home=tmp_path, asr=AsrSettings(engine="scripted", script=script))
    fill_home(settings, Synthetic(n_calls=20, n_agents=1))
    with open_context(settings) as context:
        (figure,) = summarise(context, Days()).figures()
        (row,) = period_tables(context, "2026-11").agents.to_dict("records")
    worst = min((item for item in figure.items if item.scored), key=lambda item: item.high or 0.0)
    assert str(row["最弱项目"]).startswith(context.rubric.titles[worst.item_id])


NIGHT_SHIFT = """\
id: night-shift
version: "1"
title: 夜班评分表
fatal_cap: 0
applies_to: {teams: [B组]}
groups:
  - id: all
    title: 全部
    items:
      - {id: opening, title: 开头语, points: 5, needs: [opening]}
      - {id: restate, title: 复述确认, points: 5, needs: [restate]}
"""


def test_each_rubric_has_a_table_of_its_own_calls(
    typed: Typed, scored: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rubric_path = tmp_path / "night-shift.yaml"
    rubric_path.write_text(NIGHT_SHIFT, encoding="utf-8")
    monkeypatch.setenv("CALLQA_RUBRIC", f"pudong-12345,{rubric_path}")
    with open_rubric_set(load_settings()) as rubric_set, Console(quiet=True) as console:
        run_night(rubric_set, "test", RESCORE, in_this_process, console)
    answers = {answered["rubric_id"]: answered for answered in json.loads(typed("figures", "--json").output)}
    agents = {rubric: {row["agent"] for row in answer["figures"]} for rubric, answer in answers.items()}
    assert agents == {"pudong-12345": {"3000", "3002", "3004"}, "night-shift": {"3001", "3003", "3005"}}
    path = tmp_path / "both.csv"
    typed("figures", "--csv", str(path))
    table = pd.read_csv(path)
    assert set(table["评分表"]) == {"pudong-12345 2026.1", "night-shift 1"}
    assert len(table) == 6
