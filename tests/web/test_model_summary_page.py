"""Summaries by a language model on the desk: in lists, on the call's page and in exports, each with its sign."""

import pytest
from browsing import SignIn

from callqa.settings import JudgeSettings, Settings
from callqa.types import JudgeAnswer, JudgeClaim, JudgeQuote
from qa_models.judge.claims import checked
from services.judge.summaries import key_of_summaries
from store.calls import answers, read
from web.desk import Desk

SIGN = "大模型摘要："


@pytest.fixture
def scored(scored: Settings) -> Settings:
    """With a language model that nobody reaches: what it wrote is stored."""
    judge = JudgeSettings(url="http://127.0.0.1:9/v1", model="dummy", summaries=True)
    return scored.model_copy(update={"judge": judge})


@pytest.fixture
def written(desk: Desk) -> int:
    """The only call of which the model wrote a summary."""
    (context,) = desk.rubric_set
    key = key_of_summaries(context.settings.judge)
    assert key
    claims = (
        JudgeClaim("wanted", "小区停水<b>两天", JudgeQuote(1, "我们小区停水两天了")),
        JudgeClaim("outcome", "已派人上门", JudgeQuote(4, "已经派人上门")),
    )
    with desk.store.read() as c:
        (row,) = read.conversations(c, [1], context.keys.engine_key)
    with desk.store.write() as c:
        answers.put_answers(c, row.transcript_id, [checked(row.conversation, key, [JudgeAnswer("", claims=claims)])])
    return row.call_pk


@pytest.mark.parametrize("role", ["inspector", "trainer"])
def test_the_page_of_a_call_says_who_wrote_it(sign_in: SignIn, written: int, role: str) -> None:
    browser = sign_in(role)
    page, html = browser.json(f"/calls/{written}.json"), browser.get(f"/calls/{written}").text
    parts = page["wanted"]
    assert [(part["text"], part["by_model"]) for part in parts][-1] == ("小区停水<b>两天", True)
    assert not parts[0]["by_model"], "the ticket's category"
    assert parts[-1]["places"][0]["quote"] == "我们小区停水两天了"
    assert "小区停水&lt;b&gt;两天" in html
    assert html.count("大模型撰写</span>") == 1, "of the other line nothing stands"
    assert "上门" not in str(page["outcome"])


def test_lists_and_files_carry_the_sign(sign_in: SignIn, written: int) -> None:
    browser = sign_in("supervisor")
    (row,) = browser.json("/calls.json?call=call-0001")["rows"]
    assert row["pk"] == written
    assert row["summary"].startswith(SIGN)
    assert "小区停水<b>两天" in row["summary"]
    assert SIGN in browser.get("/calls?call=call-0001").text
    text = browser.get("/calls/list.csv?call=call-0001").text
    assert SIGN in text
    assert "小区停水<b>两天" in text
    (other,) = browser.json("/calls.json?call=call-0002")["rows"]
    assert "大模型" not in other["summary"]
