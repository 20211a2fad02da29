"""Calls whose sound and words were removed after their time, and calls that the law holds, on the desk."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from browsing import SignIn
from rich.console import Console

from callqa.settings.privacy import RetentionSettings
from flows.stages import index_again
from services.retention.apply import apply
from store.people import audit
from store.people.audit import AuditFilter
from store.removal import legal_holds, marks
from web.desk import Desk

NOW = datetime(2027, 1, 5, 4, tzinfo=UTC)
CALL = 7


def keep(desk: Desk, **days: int) -> None:
    limits = {"retention": RetentionSettings(**days)}  # type: ignore[arg-type]
    rubric_set = [
        replace(rubric_context, settings=rubric_context.settings.model_copy(update=limits))
        for rubric_context in desk.rubric_set
    ]
    apply(rubric_set, "os:root", "", NOW, Console(quiet=True), index_again)


def test_a_call_without_words_still_has_its_page(desk: Desk, sign_in: SignIn) -> None:
    before = sign_in("supervisor").get(f"/calls/{CALL}.json").json()
    keep(desk, transcript_days=1, audio_days=1)
    browser = sign_in("supervisor")  # a removal ends sessions that are over by its time
    after = browser.get(f"/calls/{CALL}.json").json()
    assert (after["removed_text"], after["removed_audio"]) == ("2027-01-05", "2027-01-05")
    assert (after["turns"], after["ticket"], after["may_review"]) == ([], [], False)
    assert after["score"] == before["score"]
    page = browser.get(f"/calls/{CALL}").text
    assert "录音/文字已按保存期限删除" in page
    assert 'id="player"' not in page
    assert "张杨路" not in page


@pytest.mark.parametrize("path", ["/calls", "/calls?sort=lowest", "/queue", "/agents", "/", "/search?q=停水"])
def test_lists_still_work(desk: Desk, sign_in: SignIn, path: str) -> None:
    keep(desk, transcript_days=1, audio_days=1)
    assert sign_in("supervisor").get(path).status_code == 200


def test_what_was_removed_cannot_be_heard(desk: Desk, sign_in: SignIn) -> None:
    keep(desk, audio_days=1)
    for place in ("audio", "recording", "peaks.json"):
        response = sign_in("supervisor").get(f"/calls/{CALL}/{place}")
        assert response.status_code == 404
        assert "录音已按保存期限删除" in response.text


def test_without_words_nobody_hears_what_should_be_bleeped(desk: Desk, sign_in: SignIn) -> None:
    """Nobody knows any more where a name is said."""
    keep(desk, transcript_days=1)
    response = sign_in("trainer").get(f"/calls/{CALL}/audio")
    assert response.status_code == 404
    assert "无法消音" in response.text


def test_a_call_is_held_and_released_on_its_page(desk: Desk, sign_in: SignIn) -> None:
    browser = sign_in("supervisor")
    browser.post(f"/calls/{CALL}/hold", reason="信访复查")
    (held,) = browser.get(f"/calls/{CALL}.json").json()["holds"]
    assert (held["reason"], held["author"], held["n_calls"]) == ("信访复查", "Supervisor", 1)
    keep(desk, transcript_days=1)
    with desk.store.read() as c:
        assert marks.removed_of(c, CALL).text is None
        assert marks.removed_of(c, CALL + 1).text is not None
    browser = sign_in("supervisor")
    browser.post(f"/calls/{CALL}/hold/release", hold=held["pk"], reason="结案")
    assert browser.get(f"/calls/{CALL}.json").json()["holds"] == []
    with desk.store.read() as c:
        actions = [row.entry.action for row in audit.page_of(c, AuditFilter(kind="call", object_pk=CALL))]
        assert [action for action in actions if action.startswith("legal")] == ["legal_hold_released", "legal_hold_put"]
        (ended,) = legal_holds.legal_holds(c)
        assert (ended.released_by, ended.release_reason) == ("supervisor", "结案")


def test_a_hold_needs_a_reason(desk: Desk, sign_in: SignIn) -> None:
    browser = sign_in("supervisor")
    refused = browser.post(f"/calls/{CALL}/hold", reason="  ")
    assert "请写明案由" in refused.text
    with desk.store.read() as c:
        assert legal_holds.legal_holds(c) == []


def test_holds_of_other_calls_are_not_released_from_here(desk: Desk, sign_in: SignIn) -> None:
    with desk.store.write() as c:
        other = legal_holds.hold_calls(c, [CALL + 1], "call", "诉讼", "法务", NOW)
    response = sign_in("supervisor").post(f"/calls/{CALL}/hold/release", hold=other, reason="结案")
    assert response.status_code == 404
    with desk.store.read() as c:
        assert legal_holds.holds_of(c, CALL + 1)


@pytest.mark.parametrize("role", ["inspector", "agent", "team_lead", "trainer"])
def test_others_are_not_told_of_holds(desk: Desk, sign_in: SignIn, role: str) -> None:
    with desk.store.write() as c:
        legal_holds.hold_calls(c, [CALL], "call", "诉讼张三", "法务", NOW)
    browser = sign_in(role, agent_id="3001") if role == "agent" else sign_in(role)
    assert "诉讼张三" not in browser.get(f"/calls/{CALL}").text
