"""Samples in the browser: looked at, drawn once, given out, heard, and what they tell."""

from datetime import UTC, datetime

import pytest
from browsing import SignIn

from web.desk import Desk


@pytest.fixture(autouse=True)
def december(desk: Desk) -> None:
    """The synthetic calls are of November, which must be over."""
    desk.now = lambda: datetime(2026, 12, 2, 4, tzinfo=UTC)


def test_a_sample_from_its_plan_to_its_estimate(sign_in: SignIn) -> None:
    boss, wang = sign_in("supervisor"), sign_in("inspector", "wang")
    plan = next(plan_row for plan_row in boss.json("/samples.json")["plans"] if plan_row["id"] == "monthly")
    assert (plan["period"], plan["drawn"]) == ("2026-11", False)
    look = boss.json("/samples/look.json?plan=monthly")
    assert look["n_drawn"] > 0
    assert boss.json("/samples.json")["samples"] == [], "looking keeps nothing"

    at = boss.post("/samples/draw", plan="monthly").headers["location"]
    page = boss.json(f"{at}.json")
    assert page["row"]["n_calls"] == look["n_drawn"]
    assert page["estimates"] is None
    assert boss.post("/samples/draw", plan="monthly").headers["location"] == at, "drawn once"

    boss.post(f"{at}/assign", to=["wang"])
    row = wang.json("/queue.json")["rows"][0]
    assert "抽检" in row["reasons"]
    wang.post("/queue/done", call=row["call_id"])
    page = boss.json(f"{at}.json")
    assert page["n_heard"] == 1
    assert page["estimates"]["rows"][0][0] == "平均分"


def test_only_known_plans_are_drawn(sign_in: SignIn) -> None:
    boss = sign_in("supervisor")
    for plan in ("nonsense", "/etc/passwd", "../../callqa.yaml"):
        assert boss.post("/samples/draw", plan=plan).status_code == 404
        assert boss.get(f"/samples/look?plan={plan}").status_code == 404
    assert boss.get("/samples/99").status_code == 404


def test_trainers_draw_and_give_out_nothing(sign_in: SignIn) -> None:
    trainer = sign_in("trainer")
    at = trainer.post("/samples/draw", plan="monthly").headers["location"]
    assert trainer.json(f"{at}.json")["reviewers"] == []
    assert trainer.post(f"{at}/assign", to=["trainer"]).status_code == 403
