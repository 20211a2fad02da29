"""Data frames as files."""

from pathlib import Path

import pandas as pd

from callqa.messages import Joined, Message
from callqa.spreadsheet import never_run


def write_csv(frame: pd.DataFrame, path: Path) -> None:
    """For spreadsheets: a byte order mark lets Excel read it, and text that would run begins with an apostrophe.

    Messages are written in Chinese, as the headings are, whatever the terminal speaks.

    Raises `OSError`.
    """
    frame.map(_written).to_csv(path, index=False, encoding="utf-8-sig")


def _written(value: object) -> object:
    return never_run(value.text("zh") if isinstance(value, Message | Joined) else value)
