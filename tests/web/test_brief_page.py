"""The month on one page: what it says, to whom, and that it prints on one sheet."""

import pytest
from browsing import SignIn
from rich.console import Console

from callqa.days import Days
from callqa.people import Role
from services.calls.call_list import list_calls
from services.figures.period import period_figures
from services.overview.brief import bad_remarks, good_remarks
from web.desk import Desk


@pytest.fixture
def listed(desk: Desk) -> Desk:
    list_calls(desk.rubric_set, Console(quiet=True))
    return desk


def test_a_supervisor_reads_the_month_on_one_page(listed: Desk, sign_in: SignIn) -> None:
    boss = sign_in("supervisor")
    assert 'href="/brief?month=2026-11"' in boss.get("/?month=2026-11").text
    page = boss.json("/brief.json?month=2026-11")
    everyone = listed.figures.of(listed.rubric_set[0], Days.of_month("2026-11")).value.everyone
    assert everyone is not None
    assert [figure["label"] for figure in page["figures"]] == [
        "通话", "平均分", "一票否决", "紧急情况未引导", "待人工判定", "待处理申诉",
    ]  # fmt: skip
    assert page["figures"][0]["value"] == f"{everyone.n_calls:,}"
    assert page["figures"][1]["value"] == f"{everyone.mean:.1f}"
    assert 1 <= len(page["good"]) <= 3
    assert 1 <= len(page["bad"]) <= 3
    html = boss.get("/brief?month=2026-11").text
    assert "95%" not in html, "intervals are one click away"
    for remark in (*page["good"], *page["bad"]):
        assert boss.get(remark["href"]).status_code == 200


def test_what_is_said_rests_on_the_figures(listed: Desk) -> None:
    context = listed.rubric_set[0]
    now = period_figures(context, Days.of_month("2026-11"))
    assert now.everyone is not None
    good, bad = good_remarks(context.rubric, now, None), bad_remarks(context.rubric, now, None)
    rates = {rate.item_id: rate for rate in now.everyone.items}
    weakest = next(remark for remark in bad if remark.about == "item")
    assert str(rates[weakest.name].scored - rates[weakest.name].passed) in weakest.text.text("zh")
    assert good_remarks(context.rubric, now, now) == good, "against the same month nothing has changed"
    assert not {(remark.about, remark.name) for remark in good} & {(remark.about, remark.name) for remark in bad}


@pytest.mark.parametrize("role", [Role.AGENT, Role.TEAM_LEAD, Role.INSPECTOR, Role.TRAINER])
def test_others_do_not_read_it(sign_in: SignIn, role: Role) -> None:
    assert sign_in(role).get("/brief").status_code == 403


def test_an_administrator_is_led_to_no_call(listed: Desk, sign_in: SignIn) -> None:
    admin = sign_in(Role.ADMIN)
    page = admin.json("/brief.json?month=2026-11")
    hrefs = [part["href"] for name in ("figures", "good", "bad", "emergencies", "appeals") for part in page[name]]
    assert not [href for href in hrefs if href.startswith(("/calls", "/queue", "/appeals"))]
