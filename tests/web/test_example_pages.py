"""Examples on the desk: one key keeps what a person judged, the same key takes it back, and a page lists them."""

import re
from pathlib import Path
from typing import Any

import pytest
from browsing import Browser, SignIn
from httpx import Response
from sample_calls import put_sample
from test_call_actions import first, say
from test_call_page import actions, items, view

from web.desk import Desk
from web.examples import build


@pytest.fixture
def call(desk: Desk, samples: Path) -> int:
    return put_sample(desk.rubric_set[0], samples, "D028")


def press(browser: Browser, pk: int, item: str, **facts: object) -> Response:
    return browser.post(f"/calls/{pk}/example", item=item, **facts)


def rows(browser: Browser) -> Any:
    return browser.get("/examples.json").json()["rows"]


def test_a_key_keeps_what_was_overturned_and_takes_it_back(sign_in: SignIn, desk: Desk, call: int) -> None:
    inspector = sign_in("inspector")
    item = "forbidden_phrase"
    assert items(view(inspector, call))[item]["verdict"] == "violated"
    assert 'data-do="teach"' not in inspector.get(f"/calls/{call}").text
    say(inspector, call, item, "override", verdict="met", reason="转述市民原话")
    page = inspector.get(f"/calls/{call}").text
    assert 'data-do="teach"' in page
    answer = press(inspector, call, item, taught="1")
    assert (answer.status_code, answer.headers["location"]) == (303, f"/calls/{call}#sheet")
    assert items(view(inspector, call))[item]["taught"]
    (row,) = rows(inspector)
    assert (row["item_id"], row["machine"], row["verdict"], row["counts"]) == (item, "violated", "met", True)
    assert row["words"][0]["role"] == "agent"
    assert row["words"][0]["text"]
    assert row["words"][0]["before"]
    assert row["words"][0]["text"] in inspector.get("/examples").text
    press(inspector, call, item, taught="")
    assert rows(inspector) == []
    assert not items(view(inspector, call))[item]["taught"]
    assert {"example_taught", "example_removed"} <= set(actions(desk, call))


def test_nothing_is_learnt_of_a_verdict_that_counts_no_more(sign_in: SignIn, call: int) -> None:
    inspector = sign_in("inspector")
    say(inspector, call, "forbidden_phrase", "override", verdict="met", reason="转述市民原话")
    press(inspector, call, "forbidden_phrase", taught="1")
    say(inspector, call, "forbidden_phrase", "withdraw")
    assert [row["counts"] for row in rows(inspector)] == [False]


def test_what_nobody_judged_is_no_example(sign_in: SignIn, call: int) -> None:
    inspector = sign_in("inspector")
    assert "还没有人工判定" in press(inspector, call, first(view(inspector, call), "violated"), taught="1").text
    assert rows(inspector) == []


def test_pages_of_examples_join(sign_in: SignIn, call: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(build, "PAGE", 2)
    inspector, taught = sign_in("inspector"), ["forbidden_phrase", "attitude", "buck_passing"]
    for item in taught:
        say(inspector, call, item, "override", verdict="met", reason="转述市民原话")
        press(inspector, call, item, taught="1", turn=1)
    first_page = inspector.get("/examples.json").json()
    assert ([row["item_id"] for row in first_page["rows"]], first_page["newer"]) == (taught[:0:-1], False)
    older = f"/examples?before={first_page['older']}"
    assert f'href="{older}"' in inspector.get("/examples").text
    last = inspector.get(older.replace("?", ".json?")).json()
    assert ([row["item_id"] for row in last["rows"]], last["newer"], last["older"]) == (taught[:1], True, None)
    assert 'rel="next"' not in inspector.get(older).text


@pytest.mark.parametrize("role", ["trainer", "team_lead", "admin"])
def test_others_neither_teach_nor_see_examples(sign_in: SignIn, call: int, role: str) -> None:
    somebody = sign_in(role)
    assert press(somebody, call, "forbidden_phrase", taught="1").status_code in (403, 404)
    assert somebody.get("/examples").status_code in (403, 404)


def test_everybody_who_reviews_finds_the_examples_beside_the_queue(sign_in: SignIn) -> None:
    own, of_others = {"/queue", "/examples"}, {"/queue?whose=free", "/queue?whose=all", "/queue/load"}
    for role, tabs in (("inspector", own), ("supervisor", own | of_others)):
        somebody = sign_in(role)
        for page in ("/queue", "/examples"):
            assert set(re.findall('class="tabs__tab" href="([^"]+)"', somebody.get(page).text)) == tabs


def test_a_refusal_names_the_item_as_people_do(sign_in: SignIn, call: int) -> None:
    inspector = sign_in("inspector")
    say(inspector, call, "speech_rate", "confirm")
    assert "“语速”没有引用原话" in press(inspector, call, "speech_rate", taught="1").text
    assert "没有第 999 个语段" in press(inspector, call, "speech_rate", taught="1", turn=999).text
