"""Data frames as files."""

from pathlib import Path

import pandas as pd

from callqa.spreadsheet import never_run


def write_csv(frame: pd.DataFrame, path: Path) -> None:
    """For spreadsheets: a byte order mark lets Excel read it, and text that would run begins with an apostrophe.

    Raises `OSError`.
    """
    frame.map(never_run).to_csv(path, index=False, encoding="utf-8-sig")
