"""Names of items in tables: a frame keeps texts alone, so what stands under these headings is made a name again."""

import pandas as pd

from callqa.messages import Title

TITLED = ("项目", "组", "评分表")


def with_titles(frame: pd.DataFrame) -> pd.DataFrame:
    """The frame with names of items, groups and rubrics that can be said in another language."""
    named = {
        name: pd.Series([Title(cell) if isinstance(cell, str) else cell for cell in frame[name]], frame.index, object)
        for name in TITLED
        if name in frame
    }
    return frame.assign(**named)
