"""Second opinions on the page of a call: beside what waits for a person, for whoever may decide it."""

from datetime import UTC, datetime
from typing import Any

import pytest
from browsing import AGENT, SignIn

from callqa.records import CalibrationSession
from callqa.settings import JudgeSettings, Settings
from callqa.types import JudgeAnswer, JudgeQuote, Verdict
from qa_models.dialogue import well_recognised
from services.judge.second_opinion import opinion_keys
from store.calls import answers, read
from store.people import calibration
from web.desk import Desk


@pytest.fixture
def scored(scored: Settings) -> Settings:
    """With a language model that nobody reaches: what it said is stored."""
    judge = JudgeSettings(url="http://127.0.0.1:9/v1", model="dummy", second_opinion="all")
    return scored.model_copy(update={"judge": judge})


@pytest.fixture
def doubtful(desk: Desk) -> tuple[int, str]:
    """A call of the agent with an item that is unsure, on which the model gave its opinion: its key, and the item."""
    (context,) = desk.rubric_set
    keys = opinion_keys(context)
    with desk.store.read() as c:
        rows = {row.call_pk: row for row in read.conversations(c, range(1, 61), context.keys.engine_key)}
        call_pk, finding = next(
            (stored.call_pk, finding)
            for stored in read.findings(c, range(1, 61), context.keys)
            for finding in stored.findings
            if finding.verdict is Verdict.UNSURE
            and finding.check_key in keys
            and rows[stored.call_pk].conversation.call.agent_id == AGENT
            and well_recognised(rows[stored.call_pk].conversation.turns[4])
            and finding.check_id in context.rubric.titles
        )
    quote = JudgeQuote(3, "张杨路***号")
    told = (quote, JudgeQuote(4, "已经为您记录，还有其他需要吗"))
    answer = JudgeAnswer(keys[finding.check_key], quotes=told, reason="坐席说了 <b>", verdict=Verdict.VIOLATED)
    with desk.store.write() as c:
        answers.put_answers(c, rows[call_pk].transcript_id, [answer])
    return call_pk, finding.check_id


def item(page: Any, item_id: str) -> Any:
    return next(item for group in page["groups"] for item in group["items"] if item["id"] == item_id)


def test_a_reviewer_sees_it_beside_the_item(sign_in: SignIn, doubtful: tuple[int, str]) -> None:
    call_pk, item_id = doubtful
    inspector = sign_in("inspector")
    page, html = inspector.json(f"/calls/{call_pk}.json"), inspector.get(f"/calls/{call_pk}").text
    shown = item(page, item_id)
    assert shown["verdict"] == "unsure", "it decides nothing"
    assert (shown["opinion"]["verdict"], shown["opinion"]["reason"]) == ("violated", "坐席说了 <b>")
    place = shown["opinion"]["places"][-1]
    assert place["quote"] == "已经为您记录，还有其他需要吗"
    assert f'data-quote="{place["id"]}"' in html
    assert "大模型的第二意见，仅供参考" in html
    assert "<b>" not in html.partition("坐席说了")[2][:10]


@pytest.mark.parametrize("role", ["agent", "team_lead", "trainer"])
def test_whoever_does_not_review_sees_none(sign_in: SignIn, doubtful: tuple[int, str], role: str) -> None:
    call_pk, item_id = doubtful
    browser = sign_in(role)
    page = browser.json(f"/calls/{call_pk}.json")
    assert item(page, item_id)["opinion"] is None
    assert "第二意见" not in browser.get(f"/calls/{call_pk}").text


def test_it_goes_once_somebody_decided(sign_in: SignIn, doubtful: tuple[int, str]) -> None:
    call_pk, item_id = doubtful
    inspector = sign_in("inspector")
    said = {"item": item_id, "action": "override", "verdict": "met", "reason": "听过了", "seen": ""}
    assert inspector.post(f"/calls/{call_pk}/verdict", **said).status_code < 400
    assert item(inspector.json(f"/calls/{call_pk}.json"), item_id)["opinion"] is None


def test_a_calibration_hides_it(sign_in: SignIn, desk: Desk, doubtful: tuple[int, str]) -> None:
    call_pk, item_id = doubtful
    with desk.store.write() as c:
        row = read.call_row_of(c, call_pk)
        assert row is not None
        now = datetime(2026, 11, 23, tzinfo=UTC)
        session = CalibrationSession("十一月", (row.call.call_id,), ("甲", "乙"), (item_id,), None, "主管", now)
        calibration.open_session(c, session)
    browser = sign_in("inspector")
    assert browser.json(f"/calls/{call_pk}.json")["groups"] == []  # type: ignore[index]
    assert "第二意见" not in browser.get(f"/calls/{call_pk}").text
