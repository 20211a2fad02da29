"""The pictures show a desk that is in use: whatever stands on the overview is there."""

from datetime import date

from browsing import SignIn
from screenshots import last_night

from web.desk import Desk


def test_the_overview_shows_a_night(desk: Desk, sign_in: SignIn) -> None:
    last_night(desk, date(2026, 11, 5))
    page = sign_in("supervisor").get("/").text
    for text in ("夜间任务", "2026-11-24 01:00", "达标", "录音时长", "转写质量", "清单中没有工号", "录音文件不完整"):
        assert text in page
    assert "还没有运行过" not in page
