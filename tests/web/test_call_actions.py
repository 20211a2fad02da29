"""Deciding on the page of a call: what counts afterwards, and what is refused, in the words of a hotline."""

from pathlib import Path
from typing import Any

import pytest
from browsing import AGENT, Browser, SignIn
from httpx import Response
from sample_calls import put_sample
from test_call_page import actions, items, view

from callqa.errors import CallQAError
from callqa.records import Assignment
from callqa.types import Verdict
from services.appeals.steps import appealable, decide, submit
from store.people import assignments
from web.access.tokens import form_token
from web.desk import Desk

NAME = "inspector"


@pytest.fixture
def call(desk: Desk, samples: Path) -> int:
    return put_sample(desk.rubric_set[0], samples, "D028")


def say(browser: Browser, pk: int, item: str, action: str, **facts: object) -> Response:
    return browser.post(f"/calls/{pk}/verdict", item=item, action=action, **facts)


def first(page: Any, verdict: str) -> str:
    """An item with points of this verdict."""
    return next(item["id"] for item in items(page).values() if item["verdict"] == verdict and item["most"])


def test_an_overridden_item_changes_the_score_until_it_is_withdrawn(sign_in: SignIn, desk: Desk, call: int) -> None:
    inspector = sign_in("inspector")
    before = view(inspector, call)
    item = first(before, "violated")
    answer = say(inspector, call, item, "override", verdict="met", reason="听得清楚")
    assert (answer.status_code, answer.headers["location"]) == (303, f"/calls/{call}#sheet")
    after = view(inspector, call)
    assert after["score"]["total"] > before["score"]["total"]
    word = items(after)[item]["word"]
    assert (word["author"], word["action"], word["reason"], word["mine"]) == ("Inspector", "override", "听得清楚", True)
    assert items(after)[item]["machine"] == "violated"
    assert after["history"][0]["what"] == "改判"
    assert after["reviewers"] == ["Inspector"]
    assert "改判" in inspector.get(f"/calls/{call}").text
    say(inspector, call, item, "withdraw")
    assert view(inspector, call)["score"]["total"] == before["score"]["total"]
    assert actions(desk, call).count("call_reviewed") == 2


def test_a_script_gets_the_sheet_anew_and_is_told_the_change(sign_in: SignIn, call: int) -> None:
    inspector = sign_in("inspector")
    before = view(inspector, call)
    item = first(before, "violated")
    fields = {
        "csrf": form_token(inspector.token),
        "item": item,
        "action": "override",
        "verdict": "met",
        "reason": "听得清楚",
    }
    answer = inspector.client.post(f"/calls/{call}/verdict", data=fields, headers={"HX-Request": "true"})
    assert answer.status_code == 200
    assert "<html" not in answer.text
    assert f'id="item-{item}"' in answer.text
    assert 'hx-swap-oob="true"' in answer.text
    after = view(inspector, call)["score"]["total"]
    assert f"{before['score']['total']:.1f}".removesuffix(".0") in answer.headers["hx-trigger"]
    assert f"{after:.1f}".removesuffix(".0") in answer.headers["hx-trigger"]


def test_whoever_saw_an_older_sheet_takes_nobodys_word_away(sign_in: SignIn, call: int) -> None:
    li, zhao = sign_in("inspector", "li"), sign_in("inspector", "zhao")
    item = first(view(zhao, call), "violated")
    say(li, call, item, "override", verdict="met", reason="听得清楚")
    answer = say(zhao, call, item, "confirm")
    assert answer.headers["location"] == f"/calls/{call}#sheet"
    now = items(view(zhao, call))[item]
    assert (now["verdict"], now["word"]["reason"]) == ("met", "听得清楚")
    assert "这一项刚有人评过" in zhao.get(f"/calls/{call}").text
    say(zhao, call, item, "confirm", seen=now["word"]["key"])
    assert items(view(zhao, call))[item]["verdict"] == "violated", "who has seen it may differ"


def test_a_note_confirms_with_a_reason(sign_in: SignIn, call: int) -> None:
    inspector = sign_in("inspector")
    item = first(view(inspector, call), "violated")
    say(inspector, call, item, "override", verdict="violated", reason="两处都听得到")
    word = items(view(inspector, call))[item]["word"]
    assert (word["action"], word["reason"]) == ("confirm", "两处都听得到")


def test_all_that_the_machine_decided_is_confirmed_in_one_go(sign_in: SignIn, call: int) -> None:
    inspector = sign_in("inspector")
    before = view(inspector, call)
    say(inspector, call, "opening", "override", verdict="violated", reason="没有问候")
    inspector.post(f"/calls/{call}/confirm")
    after = view(inspector, call)
    for item in items(after).values():
        decided = item["machine"] in ("met", "violated", "not_applicable")
        fatal = item["fatal"] and item["machine"] == "violated"
        assert bool(item["word"]) == (decided and not fatal), item["id"]
    assert items(after)["opening"]["word"]["action"] == "override", "what was said before stands"
    assert after["score"]["n_to_confirm"] == 0 < before["score"]["n_to_confirm"]
    again = inspector.post(f"/calls/{call}/confirm")
    assert (again.status_code, "没有可以一并确认的项目" in again.text) == (422, True)


def test_points_by_hand(sign_in: SignIn, call: int) -> None:
    inspector = sign_in("inspector")
    before = view(inspector, call)["score"]["total"]
    inspector.post(f"/calls/{call}/manual", title="主动安抚", points="3", reason="安抚到位")
    page = view(inspector, call)
    assert [(manual["title"], manual["points"], manual["mine"]) for manual in page["manual"]] == [("主动安抚", 3, True)]
    assert page["score"]["total"] == pytest.approx(before + 3)
    say(inspector, call, "主动安抚", "withdraw")
    assert view(inspector, call)["manual"] == []


@pytest.mark.parametrize(
    ("path", "fields", "status", "words"),
    [
        ("verdict", {"item": "opening", "action": "override", "verdict": "violated"}, 422, "请写明理由"),
        (
            "verdict",
            {"item": "opening", "action": "override", "verdict": "violated", "reason": "  "},
            422,
            "请写明理由",
        ),
        ("verdict", {"item": "opening", "action": "override", "reason": "听"}, 422, "请选择合格"),
        ("verdict", {"item": "opening", "action": "override", "verdict": "unsure", "reason": "听"}, 422, "请选择合格"),
        ("verdict", {"item": "opening", "action": "override", "verdict": "x", "reason": "听"}, 400, "请求有误"),
        ("verdict", {"item": "opening", "action": "burn"}, 400, "请求有误"),
        ("verdict", {"item": "opening", "action": "withdraw"}, 422, "无可撤回"),
        ("verdict", {"item": "no_such_item", "action": "confirm"}, 404, "没有找到"),
        ("verdict", {"item": "opening' OR 1=1 --", "action": "confirm"}, 404, "没有找到"),
        (
            "verdict",
            {"item": "opening", "action": "override", "verdict": "met", "reason": "长" * 2001},
            400,
            "请检查填写的内容：理由",
        ),
        ("manual", {"title": "主动安抚", "points": "0", "reason": "好"}, 422, "不为 0 的分值"),
        ("manual", {"title": " ", "points": "3", "reason": "好"}, 422, "请填写"),
        ("manual", {"title": "开头语", "points": "3", "reason": "好"}, 422, "已有这一项"),
        ("manual", {"title": "主动安抚", "points": "3"}, 422, "请写明理由"),
        ("manual", {"title": "主动安抚", "points": "1000", "reason": "好"}, 400, "请检查填写的内容：分值"),
        ("manual", {"title": "主动安抚", "points": "nan", "reason": "好"}, 400, "请检查填写的内容：分值"),
    ],
)
def test_what_is_refused_changes_nothing(
    sign_in: SignIn, call: int, path: str, fields: dict[str, str], status: int, words: str
) -> None:
    inspector = sign_in("inspector")
    before = view(inspector, call)
    answer = inspector.post(f"/calls/{call}/{path}", **fields)
    assert (answer.status_code, words in answer.text) == (status, True), answer.text
    assert view(inspector, call) == before


def test_what_the_machine_did_not_decide_cannot_be_confirmed(sign_in: SignIn) -> None:
    inspector = sign_in("inspector")
    pages = ((pk, items(view(inspector, pk))) for pk in range(1, 61))  # of the synthetic calls
    pk, unsure = next(
        (pk, i["id"]) for pk, page_items in pages for i in page_items.values() if i["machine"] == "unsure"
    )
    assert "机检没有判定" in say(inspector, pk, unsure, "confirm").text
    say(inspector, pk, unsure, "override", verdict="met", reason="听过")
    assert items(view(inspector, pk))[unsure]["verdict"] == "met"


def test_nobody_reviews_their_own_calls(sign_in: SignIn, call: int) -> None:
    own_agent = sign_in("inspector", "li", agent_id=AGENT)
    assert not view(own_agent, call)["may_review"]
    assert "不能复核自己的通话" in say(own_agent, call, "opening", "confirm").text


def test_the_agent_appeals_from_the_sheet_and_the_verdict_is_final(sign_in: SignIn, desk: Desk, call: int) -> None:
    agent, inspector = sign_in("agent"), sign_in("inspector")
    item = first(view(agent, call), "violated")
    assert items(view(agent, call))[item]["appeal_until"]
    assert items(view(inspector, call))[item]["appeal_until"] is None
    assert "请写明申诉理由，最好指出录音中的位置" in agent.post(f"/calls/{call}/appeal", item=item, reason="").text
    assert agent.post(f"/calls/{call}/appeal", item=item, reason="1:05 处已说明").status_code == 303
    page = view(agent, call)
    assert [stored["reason"] for stored in page["appeals"]] == ["1:05 处已说明"]
    assert items(page)[item]["appeal_until"] is None
    assert "现在不能申诉" in agent.post(f"/calls/{call}/appeal", item=item, reason="再来").text
    decide(desk.rubric_set[0], page["appeals"][0]["pk"], "accept", "班长", "成立", "team_lead")
    assert items(view(inspector, call))[item]["word"]["final"]
    assert "已由申诉裁定" in say(inspector, call, item, "confirm").text


def test_the_page_offers_exactly_the_appeals_that_are_taken(desk: Desk, call: int) -> None:
    rubric_context, now = desk.rubric_set[0], desk.now()
    with desk.store.read() as c:
        offered = appealable(rubric_context, c, "D028", now)
    assert offered
    for item in rubric_context.rubric.titles:
        try:
            submit(rubric_context, "D028", item, AGENT, "没有的事", now)
            taken = True
        except CallQAError:
            taken = False
        assert taken == (item in offered), item


def test_a_call_that_somebody_was_asked_to_hear_can_be_ended(sign_in: SignIn, desk: Desk, call: int) -> None:
    inspector = sign_in("inspector")
    assert not view(inspector, call)["asked"]
    with desk.store.write() as c:
        assignments.put_assignments(c, [Assignment("D028", NAME, "review", "主管", desk.now())])
    assert view(inspector, call)["asked"]
    assert 'action="/queue/done"' in inspector.get(f"/calls/{call}").text


def test_fatal_items_are_confirmed_one_by_one(sign_in: SignIn, desk: Desk, call: int) -> None:
    inspector = sign_in("inspector")
    fatal = [item for item in items(view(inspector, call)).values() if item["fatal"]]
    assert fatal
    say(inspector, call, fatal[0]["id"], "override", verdict=Verdict.VIOLATED.value, reason="听得清楚")
    assert view(inspector, call)["score"]["total"] == desk.rubric_set[0].rubric.fatal_cap
