"""The month's page in a browser: it prints on one sheet, and fits a phone."""

import re

from browsing import SignIn
from chromium import Window
from rich.console import Console

from callqa.people import Role
from services.calls.call_list import list_calls
from web.desk import Desk


def test_the_month_prints_on_one_sheet_and_fits_a_phone(window: Window, sign_in: SignIn, desk: Desk) -> None:
    list_calls(desk.rubric_set, Console(quiet=True))
    boss = sign_in(Role.SUPERVISOR)
    page = window.open("/brief?month=2026-11", boss.token)
    assert len(re.findall(rb"/Type\s*/Page\b", page.pdf(format="A4"))) == 1
    page.set_viewport_size({"width": 390, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.context.close()
