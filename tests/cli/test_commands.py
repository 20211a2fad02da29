"""The command line as people use it."""

import json
from pathlib import Path

import pandas as pd
import pytest
from nights import callqa
from typed import typed_in

from callqa.errors import ConfigError
from callqa.settings import Settings


def test_a_run_says_how_much_failed_and_where_the_reasons_are(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = ["A1,3001,2026-11-02 08:00,gone.wav", "A2,3001,2026-11-02 08:00,gone.wav", "A3,3001,sometime,gone.wav"]
    manifest = tmp_path / "calls.csv"
    manifest.write_text("\n".join(["call_id,agent_id,started_at,recording", *rows]), encoding="utf-8")
    typed = typed_in(settings, monkeypatch)
    taken_in = typed("ingest", str(manifest))
    assert taken_in.exit_code == 4, "nothing was taken in"
    assert taken_in.stdout.splitlines()[-1].startswith("not a single call was taken in")
    assert f"no recording gone.wav (looked for in {tmp_path})" in taken_in.stdout
    line = (
        "failures    3 could not be done; most often: The recording is not there (2); "
        "each reason and what to do: callqa failures"
    )
    assert line in taken_in.stdout.splitlines()
    assert line in typed("run").stdout.splitlines()
    monkeypatch.setenv("CALLQA_LANG", "zh")
    line = "失败        3 项未能处理，最多的是：找不到录音文件（2 项）；各项原因和处理办法见：callqa failures"
    assert line in typed("ingest", str(manifest)).stdout.splitlines()
    typed("failures", "clear")
    assert "callqa failures" not in typed("run").stdout


def test_a_row_that_comes_twice_is_called_a_duplicate(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a.wav").write_bytes(b"sound")
    row = "A1,3001,2026-11-02 08:00,a.wav"
    manifest = tmp_path / "calls.csv"
    manifest.write_text(
        "\n".join(["call_id,agent_id,started_at,recording", row, row, row.replace("3001", "3002")]), encoding="utf-8"
    )
    typed = typed_in(settings, monkeypatch)
    for replace in ((), ("--replace",)):
        taken_in = typed("ingest", str(manifest), *replace)
        assert taken_in.exit_code == 0, "what single rows lack is no fault of the night"
        assert "duplicates: 1 rows that say the same as a row above them" in taken_in.stdout
        assert "call id A1 is a duplicate of line 2, with different content" in taken_in.stdout


@pytest.mark.parametrize("command", ["ingest", "run", "nightly", "schedule"])
def test_a_folder_of_recordings_that_is_not_there_is_refused_once(
    command: str, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    manifest = tmp_path / "calls.csv"
    manifest.write_text("call_id,agent_id,started_at\nA1,3001,2026-11-02 08:00\n", encoding="utf-8")
    typed = typed_in(settings, monkeypatch)
    for folder, wrong in (("nope", "there is no folder {}"), ("calls.csv", "{} is a file, not the folder")):
        result = typed(command, str(manifest), "--recordings", str(tmp_path / folder))
        assert isinstance(result.exception, ConfigError)
        assert wrong.format(tmp_path / folder) in str(result.exception)
        assert str(result.exception).endswith("; check --recordings")
        assert result.output == ""


def test_a_manifest_of_column_names_alone_is_told(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    manifest = tmp_path / "calls.csv"
    manifest.write_text("call_id,agent_id,started_at\n,,\n", encoding="utf-8")
    typed = typed_in(settings, monkeypatch)
    result = typed("ingest", str(manifest))
    assert result.exit_code == 0, "a night without a new call still does what is missing"
    assert f"the manifest has no calls, only the names of its columns: {manifest}" in result.stdout
    monkeypatch.setenv("CALLQA_LANG", "zh")
    assert f"清单里没有通话，只有表头：{manifest}" in typed("run", str(manifest)).stdout


@pytest.mark.slow
def test_commands_print_what_they_promise(settings: Settings, samples: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    night = callqa(settings, "run", str(samples / "manifest.csv"))
    assert night.returncode == 0, night.stderr
    assert "5 done" in night.stdout
    typed = typed_in(settings, monkeypatch)
    report = typed("report")
    assert report.exit_code == 0, report.output
    assert "agents' scores 2026-11" in report.stdout
    assert "那我也没办法" in report.stdout
    assert "那我也没办法" not in night.stdout, "the journal of a service quotes nobody"
    workbook = settings.home / "reports" / "2026-11" / "pudong-12345-2026.1" / "callqa-2026-11.xlsx"
    assert str(workbook) in night.stdout
    evidence = pd.read_excel(workbook, sheet_name="证据", dtype=str)
    (heard,) = evidence[(evidence["通话编号"] == "D028") & (evidence["项目"] == "服务禁语")].itertuples()
    assert (heard.工号, heard.判定, heard.一票否决) == ("3102", "✗", "待确认")
    agents = pd.read_csv(workbook.with_name("agents.csv"), dtype=str)
    assert dict(zip(agents["工号"], agents["通话数"], strict=True)) == {
        "3045": "1",
        "3102": "2",
        "3117": "1",
        "3307": "1",
    }
    call = typed("show", "D028")
    assert call.exit_code == 0, call.output
    assert "agent 3102" in call.stdout
    assert "开头语" in call.stdout
    unknown = callqa(settings, "show", "D999")
    assert unknown.returncode == 1
    assert unknown.stderr.strip() == "callqa: there is no call D999; take it in with: callqa ingest MANIFEST"


@pytest.mark.slow
def test_evaluation_from_truth_and_from_audio(
    settings: Settings, samples: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    typed = typed_in(settings, monkeypatch)
    for mode in ((), ("--from-truth",)):
        result = typed("eval", str(samples), "--json", *mode)
        assert result.exit_code == 0, result.output
        figures = json.loads(result.stdout)
        assert figures["n_calls"] == 5
        assert figures["missing"] == []
        assert len(figures["items"]) == 22
        assert sum(item["false_alarms"] for item in figures["items"].values()) == 0
        missed = {name for name, item in figures["items"].items() if item["misses"]}
        mono_d036 = {"closing", "further_help", "agent_hangup_first"}  # two alike voices on one channel
        assert missed <= {"attitude"} | (set() if mode else mono_d036 | {"emergency_guidance"})
        assert bool(figures["speech"]) is not bool(mode)
