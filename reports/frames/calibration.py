"""Answer sheets of calibrations as files to fill in."""

from pathlib import Path

import pandas as pd
from xlsxwriter.worksheet import Worksheet

from callqa.errors import ConfigError, system_problem
from reports.frames.files import write_csv
from services.calibration.answer_sheet import ANSWER, ANSWERS, HEADINGS, answer_rows
from services.context import RubricContext

WIDTHS = (16, 30, 20, 18, 50, 10, 40)
"""Of the sheet's columns, in characters."""
ONLY_TEXT = {"strings_to_formulas": False, "strings_to_urls": False}  # also what begins with =


def write_answer_sheet(context: RubricContext, name: str, by: str, path: Path) -> int:
    """CSV, or a workbook whose answers are chosen from a list; how many rows it has.

    Raises `ConfigError` and `StoreError`.
    """
    rows = answer_rows(context, name, by)
    _write(path, pd.DataFrame(rows, columns=HEADINGS))
    return len(rows)


def _write(path: Path, frame: pd.DataFrame) -> None:
    """CSV, or a workbook whose answers are chosen from a list. Raises `ConfigError`."""
    try:
        if path.suffix.lower() == ".csv":
            write_csv(frame, path)
        elif path.suffix.lower() == ".xlsx":
            with pd.ExcelWriter(path, engine="xlsxwriter", engine_kwargs={"options": ONLY_TEXT}) as workbook:
                frame.to_excel(workbook, sheet_name="校准", index=False)
                _dress(workbook.sheets["校准"], n_rows=len(frame))
        else:
            raise ConfigError("calibration.sheet_format", path=str(path))
    except OSError as error:
        raise ConfigError("file.not_written_to", path=str(path), why=system_problem(error)) from error


def _dress(sheet: Worksheet, n_rows: int) -> None:
    """A heading that stays, and answers to choose from."""
    sheet.freeze_panes(1, 0)
    for place, width in enumerate(WIDTHS):
        sheet.set_column(place, place, width)
    answer = HEADINGS.index(ANSWER)
    sheet.data_validation(1, answer, n_rows, answer, {"validate": "list", "source": list(ANSWERS)})
