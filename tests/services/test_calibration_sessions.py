"""A calibration from the drawing of its calls to its report; blind until it is closed, and never in an average."""

import csv
from pathlib import Path

import pandas as pd
import pytest
from judging import OTHER
from openpyxl import load_workbook
from people import refused, told

from callqa.settings import Settings
from callqa.types import Verdict
from services.calibration.answer_sheet import ANSWER, CALL, ITEM, SHOWN
from services.calibration.sessions import draw
from services.context import open_context
from services.trust.measure import machine_answers
from store.calls import read
from store.people import golden

OPEN = ("calibrate", "open", "十一月", "--by", "主管", "--reviewers", "甲,乙")


def fill(settings: Settings, file: Path, wrong_every: int = 0) -> None:
    """Fills the sheet with the machine's verdicts, every n-th otherwise, and what it could not decide as met."""
    frame = pd.read_csv(file, dtype=str, keep_default_na=False)
    with open_context(settings) as context, context.store.read() as c:
        machine = machine_answers(context, c, set(frame[CALL]))
    for n, (call, item) in enumerate(zip(frame[CALL], frame[ITEM], strict=True), start=1):
        verdict = machine[call][item]
        verdict = verdict if verdict in OTHER else Verdict.MET
        frame.loc[n - 1, ANSWER] = SHOWN[OTHER[verdict] if wrong_every and n % wrong_every == 0 else verdict]
    frame.to_csv(file, index=False, encoding="gb18030")  # as a Chinese spreadsheet saves it


def scores(settings: Settings) -> list[read.StoredScore]:
    with open_context(settings) as context, context.store.read() as c:
        return list(read.scores(c, context.keys))


@pytest.mark.usefixtures("chinese")
def test_a_calibration_from_start_to_end(scored: Settings, tmp_path: Path) -> None:
    before = scores(scored)
    assert "8 通电话 × 22 个项目" in told(scored, *OPEN, "--sample", "8")
    for by, wrong_every in (("甲", 0), ("乙", 11)):
        file = tmp_path / f"{by}.csv"
        assert "176 行" in told(scored, "calibrate", "sheet", "十一月", str(file), "--by", by)
        fill(scored, file, wrong_every)
        assert "记录 176 个判定，还有 0 个未答" in told(scored, "calibrate", "load", "十一月", str(file), "--by", by)
    assert "记录 0 个判定" in told(scored, "calibrate", "load", "十一月", str(tmp_path / "甲.csv"), "--by", "甲")
    assert "还在进行" in refused(scored, "calibrate", "report", "十一月")
    assert "还在进行" in refused(scored, "golden", "import", "--calibration", "十一月", "--by", "主管")
    told(scored, "calibrate", "close", "十一月", "--by", "主管")
    report = told(scored, "calibrate", "report", "十一月")
    assert "甲 — 乙" in report
    assert "机检 — 多数意见" in report
    assert "160" in report  # 176 less every eleventh
    assert "总分一致性 ICC(A,1)：" in report
    assert "16 个判定没有多数意见" in report
    assert "已结束（主管）" in told(scored, "calibrate", "list")
    assert scores(scored) == before, "calibration reviews change no score"

    imported = told(scored, "golden", "import", "--calibration", "十一月", "--by", "主管")
    assert imported.startswith("新增 160 条标注")
    with open_context(scored) as context, context.store.read() as c:
        assert {label.source for label in golden.labels(c)} == {"calibration:十一月"}


def test_nobody_sees_verdicts_while_it_is_open(scored: Settings) -> None:
    told(scored, *OPEN, "--calls", "call-0001,call-0002", "--items", "开头语,closing")
    told(scored, "calibrate", "answer", "十一月", "call-0001", "开头语", "不合格", "--by", "甲")
    shown = told(scored, "show", "call-0001")
    assert "being calibrated (十一月); no verdicts are shown before that is closed" in shown
    assert "points decided" not in shown
    assert "nobody reviewed it yet" in told(scored, "review", "history", "call-0001")
    assert "甲 (3), 乙 (4)" in told(scored, "calibrate", "list")
    assert "answers are missing (甲 3, 乙 4)" in refused(scored, "calibrate", "close", "十一月", "--by", "主管")
    told(scored, "calibrate", "close", "十一月", "--by", "主管", "--incomplete")
    assert "points decided" in told(scored, "show", "call-0001")
    assert "Violated" in told(scored, "review", "history", "call-0001")
    assert "only some items were judged" in told(scored, "calibrate", "report", "十一月")
    again = refused(scored, "calibrate", "answer", "十一月", "call-0001", "opening", "met", "--by", "甲")
    assert "was closed by 主管" in again


def test_bad_rows_are_refused_with_their_line_and_nothing_is_stored(scored: Settings, tmp_path: Path) -> None:
    told(scored, *OPEN, "--calls", "call-0001", "--items", "opening,closing,restate")
    file = tmp_path / "a.csv"
    rows = [
        (CALL, ITEM, ANSWER),
        ("call-0001", "opening", "合格"),
        ("call-0002", "opening", "合格"),
        ("call-0001", "openin", "合格"),
        ("call-0001", "closing", "合各"),
        ("call-0001", "opening", "不合格"),
        ("call-0001", "restate", ""),
    ]
    with file.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows(rows)
    message = refused(scored, "calibrate", "load", "十一月", str(file), "--by", "甲")
    assert "nothing was stored" in message
    first, *lines = message.splitlines()
    assert [line.split(":")[0] for line in lines] == ["line 3", "line 4", "line 5", "line 6"]
    assert "call call-0002 is not in this session" in lines[0]
    assert "did you mean 'opening'" in lines[1]
    assert "'合各' is no answer" in lines[2]
    assert "twice with different answers" in lines[3]
    assert "甲 (3)" in told(scored, "calibrate", "list")


@pytest.mark.usefixtures("chinese")
def test_the_workbook_offers_the_answers(scored: Settings, tmp_path: Path) -> None:
    told(scored, *OPEN, "--calls", "call-0001", "--items", "opening,closing")
    file = tmp_path / "甲.xlsx"
    told(scored, "calibrate", "answer", "十一月", "call-0001", "closing", "拿不准", "--by", "甲")
    told(scored, "calibrate", "sheet", "十一月", str(file), "--by", "甲")
    workbook = load_workbook(file)
    sheet = workbook["校准"]
    (choice,) = sheet.data_validations.dataValidation
    assert choice.formula1 == '"合格,不合格,不适用,拿不准"'
    assert [cell.value for cell in sheet["F"]] == [ANSWER, None, "拿不准"]
    sheet["F2"] = "不合格"
    workbook.save(file)
    assert "记录 1 个判定，还有 0 个未答" in told(scored, "calibrate", "load", "十一月", str(file), "--by", "甲")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (OPEN, "choose the calls"),
        ((*OPEN, "--sample", "61"), "61 calls are asked for, and there are 60"),
        ((*OPEN, "--calls", "call-9"), "no call call-9"),
        ((*OPEN, "--calls", "，"), "no call is named"),
        ((*OPEN[:2], " ", *OPEN[3:], "--sample", "3"), "give the calibration a name"),
        ((*OPEN[:-1], "甲", "--sample", "3"), "two reviewers"),
        ((*OPEN, "--sample", "3", "--items", "openin"), "opening"),
        (("calibrate", "sheet", "十一月", "a.csv", "--by", "甲"), "no calibration session 十一月"),
    ],
)
def test_what_cannot_be_opened(scored: Settings, arguments: tuple[str, ...], message: str) -> None:
    assert message in refused(scored, *arguments)


def test_strangers_and_odd_files_are_refused(scored: Settings, tmp_path: Path) -> None:
    told(scored, *OPEN, "--sample", "2")
    assert "丙 is no reviewer" in refused(scored, "calibrate", "sheet", "十一月", str(tmp_path / "a.csv"), "--by", "丙")
    assert ".csv or .xlsx" in refused(scored, "calibrate", "sheet", "十一月", str(tmp_path / "a.txt"), "--by", "甲")
    assert "there is no sheet" in refused(scored, "calibrate", "load", "十一月", str(tmp_path / "b.csv"), "--by", "甲")
    (tmp_path / "c.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    assert "column 通话编号 is missing" in refused(
        scored, "calibrate", "load", "十一月", str(tmp_path / "c.csv"), "--by", "甲"
    )
    assert "already" in refused(scored, *OPEN, "--sample", "2")


def test_drawing_is_repeatable_uniform_and_takes_no_call_twice(scored: Settings) -> None:
    with open_context(scored) as context:
        assert draw(context, 8, "一", None) == draw(context, 8, "一", None)
        often = pd.Series([call for n in range(300) for call in draw(context, 15, f"{n}", "2026-11")[0]]).value_counts()
        assert len(often) == 60
        assert 45 < often.min() <= often.max() < 110  # 75 on average, of a standard deviation of 7.5
    told(scored, *OPEN, "--sample", "50")
    with open_context(scored) as context:
        later, n_candidates = draw(context, 10, "二", None)
    assert (len(later), n_candidates) == (10, 10)
