"""The page of a call: what it shows, to whom, and what is written down of it."""

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from browsing import AGENT, Browser, SignIn
from rich.console import Console
from sample_calls import put_sample

from callqa.records import CalibrationSession
from callqa.types import Verdict
from services.calls.call_list import list_calls
from services.review.reviews import new_review, review_call
from store.calls import read, write
from store.people import audit, calibration
from web.desk import Desk


@pytest.fixture
def call(desk: Desk, samples: Path) -> int:
    """The quarrel of D028, with its recording."""
    return put_sample(desk.rubric_set[0], samples, "D028")


def view(browser: Browser, pk: int) -> Any:
    return browser.json(f"/calls/{pk}.json")


def items(page: Any) -> dict[str, Any]:
    return {item["id"]: item for group in page["groups"] for item in group["items"]}


def actions(desk: Desk, pk: int) -> list[str]:
    """What was written down about a call, oldest first."""
    with desk.store.read() as c:
        rows = audit.page_of(c, audit.AuditFilter(kind="call", object_pk=pk))
    return [row.entry.action for row in reversed(rows)]


def test_everything_about_a_call_is_on_its_page(sign_in: SignIn, call: int) -> None:
    inspector = sign_in("inspector")
    page = view(inspector, call)
    html = inspector.get(f"/calls/{call}").text
    assert (page["call_id"], page["agent_id"], page["channels"]) == ("D028", AGENT, ["坐席", "市民"])
    assert page["category"] == "政法 › 社会治安"
    for turn in page["turns"]:
        text = "".join(piece[0] for piece in turn["pieces"])
        assert text.replace("’", "&#39;") in re.sub(r"<[^>]*>", "", html)
    assert any(piece[1] for turn in page["turns"] for piece in turn["pieces"]), "words that may be misheard"
    violated = next(item for item in items(page).values() if item["verdict"] == "violated" and item["places"])
    place = violated["places"][0]
    quoted = "".join(p[0] for turn in page["turns"] for p in turn["pieces"] if place["id"] in p[2])
    assert quoted == place["quote"]
    assert f'href="#t={place["start"]:.2f}"' in html
    assert [field["name"] for field in page["ticket"]][:2] == ["request_type", "category"]
    assert page["score"]["total"] is not None
    assert page["may_review"]


def test_the_field_that_differs_is_marked_with_what_was_said(sign_in: SignIn, desk: Desk, samples: Path) -> None:
    row = put_sample(desk.rubric_set[0], samples, "D028")
    with desk.store.read() as c:
        known = read.call_row_of(c, row)
    assert known is not None
    assert known.call.ticket is not None
    wrong = replace(known.call.ticket, contact_phone="17317620580")
    pk = put_sample(desk.rubric_set[0], samples, "D028", call_id="D028b", ticket=wrong)
    page = view(sign_in("inspector"), pk)
    (doubt,) = next(field for field in page["ticket"] if field["name"] == "contact_phone")["doubts"]
    assert doubt["sure"]
    assert doubt["reason"] == "工单联系电话与通话内容不符"
    assert doubt["places"]


def test_the_summary_leads_to_the_turns_that_it_rests_on(sign_in: SignIn, desk: Desk, samples: Path) -> None:
    pk = put_sample(desk.rubric_set[0], samples, "D028", call_id="D028c", ticket=None)
    inspector = sign_in("inspector")
    page, html = view(inspector, pk), inspector.get(f"/calls/{pk}").text
    (part,) = page["wanted"]
    (place,) = part["places"]
    assert part["text"] == f"市民称“{place['quote']}”"
    turn = next(turn for turn in page["turns"] if turn["start"] <= place["start"] < turn["end"])
    assert place["quote"].removesuffix("…") in "".join(piece[0] for piece in turn["pieces"])
    assert f'href="#t={place["start"]:.2f}"' in html


def test_the_summary_names_the_fields_of_the_ticket_that_it_rests_on(sign_in: SignIn, call: int) -> None:
    page = view(sign_in("inspector"), call)
    assert page["wanted"][0]["source"] == "内容描述"
    assert page["outcome"][0]["source"] == "诉求类型"
    assert page["outcome"][0]["text"].startswith("已登记")


@pytest.mark.parametrize(
    ("role", "status"),
    [("inspector", 200), ("supervisor", 200), ("trainer", 200), ("team_lead", 200), ("agent", 200), ("admin", 403)],
)
def test_who_may_open_a_call(sign_in: SignIn, desk: Desk, call: int, role: str, status: int) -> None:
    browser = sign_in(role)
    for path in (f"/calls/{call}", f"/calls/{call}.json", f"/calls/{call}/peaks.json", f"/calls/{call}/audio"):
        assert browser.get(path).status_code == status, path


@pytest.mark.parametrize("path", ["", ".json", "/audio", "/peaks.json", "/recording"])
def test_an_agent_knows_nothing_of_others_calls(sign_in: SignIn, call: int, path: str) -> None:
    other = sign_in("agent", "other", agent_id="3002")
    assert other.get(f"/calls/{call}{path}").status_code == (403 if path == "/recording" else 404)
    assert other.post(f"/calls/{call}/appeal", item="opening", reason="没有的事").status_code == 404


@pytest.mark.parametrize(
    "path", ["/calls/999999", "/calls/999999/audio", "/calls/0", "/calls/../etc/passwd", "/calls/x"]
)
def test_what_is_not_there(sign_in: SignIn, path: str) -> None:
    assert sign_in("supervisor").get(path).status_code == 404


def test_whoever_need_not_know_reads_no_names_and_numbers(sign_in: SignIn, desk: Desk, call: int) -> None:
    word = new_review("D028", "opening", "override", "王丽", verdict=Verdict.MET, reason="冉女士的电话17317620589")
    review_call(desk.rubric_set[0], word)
    personal = ("17317620589", "一七六二", "阳光苑", "冉")
    inspector, trainer = sign_in("inspector"), sign_in("trainer")
    for path in (f"/calls/{call}", f"/calls/{call}.json"):
        assert all(text in inspector.get(path).text for text in personal)
        assert not any(text in trainer.get(path).text for text in personal)
    assert view(trainer, call)["discreet"]


def test_sound_is_fetched_in_pieces_and_kept_nowhere(sign_in: SignIn, call: int) -> None:
    browser = sign_in("inspector")
    whole = browser.get(f"/calls/{call}/audio")
    assert (whole.status_code, whole.headers["content-type"], whole.content[:4]) == (200, "audio/wav", b"RIFF")
    assert whole.headers["cache-control"] == "private, no-store"
    assert whole.headers["content-disposition"] == f'inline; filename="{call}.wav"'
    part = browser.get(f"/calls/{call}/audio", Range="bytes=1000-1999")
    assert (part.status_code, part.content) == (206, whole.content[1000:2000])
    assert part.headers["content-range"] == f"bytes 1000-1999/{len(whole.content)}"
    assert browser.get(f"/calls/{call}/audio", Range="bytes=99999999-").status_code == 416
    peaks = browser.json(f"/calls/{call}/peaks.json")
    assert isinstance(peaks, dict)
    assert len(peaks["channels"]) == 2


def test_to_keep_a_recording_needs_a_permission(sign_in: SignIn, desk: Desk, call: int) -> None:
    assert sign_in("inspector").get(f"/calls/{call}/recording").status_code == 403
    kept = sign_in("supervisor").get(f"/calls/{call}/recording")
    assert kept.headers["content-disposition"] == f'attachment; filename="{call}.wav"'
    assert actions(desk, call) == ["recording_downloaded"]
    assert f"/calls/{call}/recording" in sign_in("supervisor").get(f"/calls/{call}").text
    assert f"/calls/{call}/recording" not in sign_in("inspector").get(f"/calls/{call}").text


def test_every_look_and_every_hearing_is_written_down(sign_in: SignIn, desk: Desk, call: int) -> None:
    browser = sign_in("team_lead")
    browser.get(f"/calls/{call}")
    for piece in ("bytes=0-", "bytes=500000-", "bytes=900000-"):
        browser.get(f"/calls/{call}/audio", Range=piece)
    assert actions(desk, call) == ["call_opened", "recording_heard"], "one hearing, in however many pieces"
    sign_in("inspector").get(f"/calls/{call}/audio", Range="bytes=500000-")
    assert actions(desk, call) == ["call_opened", "recording_heard", "recording_heard"]


def test_trainers_hear_tones_in_place_of_what_is_personal(sign_in: SignIn, call: int) -> None:
    plain, bleeped = (sign_in(role).get(f"/calls/{call}/audio").content for role in ("inspector", "trainer"))
    assert len(plain) == len(bleeped)
    assert plain != bleeped
    peaks = [sign_in(role).json(f"/calls/{call}/peaks.json") for role in ("inspector", "trainer")]
    assert peaks[0] != peaks[1]


def test_a_recording_that_cannot_be_played_is_told(sign_in: SignIn, desk: Desk, samples: Path, tmp_path: Path) -> None:
    pk = put_sample(desk.rubric_set[0], samples, "D028", recording_uri=str(tmp_path / "gone.wav"))
    browser = sign_in("inspector")
    peaks = browser.get(f"/calls/{pk}/peaks.json")
    assert (peaks.status_code, peaks.json()["detail"]) == (404, "找不到录音")
    assert browser.get(f"/calls/{pk}/audio").status_code == 404
    assert browser.get(f"/calls/{pk}").status_code == 200, "the rest of the page can be read"
    assert "recording_heard" not in actions(desk, pk)


def test_during_a_calibration_nobody_sees_verdicts(sign_in: SignIn, desk: Desk, call: int) -> None:
    session = CalibrationSession("11月", ("D028",), ("甲", "乙"), ("opening",), None, "主管", desk.now())
    with desk.store.write() as c:
        calibration.open_session(c, session)
    for role in ("inspector", "supervisor", "agent"):
        page = view(sign_in(role), call)
        assert (page["sessions"], page["score"], page["groups"], page["history"]) == (["11月"], None, [], [])
        assert page["ticket"] == [], "the marks in it are verdicts, too"
        assert not any(piece[2] for turn in page["turns"] for piece in turn["pieces"])
        assert not page["may_review"]
    assert sign_in("inspector").post(f"/calls/{call}/verdict", item="opening", action="confirm").status_code == 422


def test_what_people_wrote_is_never_markup(sign_in: SignIn, desk: Desk, samples: Path) -> None:
    evil = '<script>alert(1)</script><img src=x onerror="alert(1)">'
    with desk.store.read() as c:
        known = read.call_row_of(c, put_sample(desk.rubric_set[0], samples, "D028"))
    assert known is not None
    assert known.call.ticket is not None
    ticket = replace(known.call.ticket, summary=evil, contact_name=evil)
    pk = put_sample(desk.rubric_set[0], samples, "D028", call_id=f"x{evil}", team=f"组{evil}", ticket=ticket, line=evil)
    browser = sign_in("supervisor")
    browser.post(f"/calls/{pk}/manual", title=evil[:50], points="3", reason=evil)
    html = browser.get(f"/calls/{pk}").text
    assert "&lt;script&gt;alert(1)" in html
    assert "<script>alert" not in html
    assert "<img" not in html


def test_a_call_without_transcript_and_score_says_what_is_missing(sign_in: SignIn, desk: Desk) -> None:
    with desk.store.write() as c:
        known = read.call_row_of(c, 1)
        assert known is not None
        write.put_call(c, replace(known.call, call_id="new"), "e" * 64, 1, "1:1")
        row = read.call_row(c, "new")
        assert row is not None
    browser = sign_in("supervisor")
    html = browser.get(f"/calls/{row.call_pk}").text
    assert "还没有转写文本" in html
    assert "尚未评分" in html
    heard = sign_in("trainer").get(f"/calls/{row.call_pk}/peaks.json")
    assert heard.json()["detail"] == "没有转写文本，无法消音"


def test_the_page_has_no_inline_script_or_style(sign_in: SignIn, call: int) -> None:
    html = sign_in("supervisor").get(f"/calls/{call}").text
    assert not re.search(r"<script(?![^>]*\bsrc=)", html)
    assert not re.search(r"\sstyle=|<style|\son\w+=", html)


def test_the_twin_is_what_the_page_shows(sign_in: SignIn, call: int) -> None:
    browser = sign_in("inspector")
    assert json.loads(browser.get(f"/calls/{call}.json").text)["seconds"] == view(browser, call)["seconds"]


def test_a_possible_fatal_fault_settles_no_total_and_leads_the_sheet(sign_in: SignIn, desk: Desk, call: int) -> None:
    list_calls(desk.rubric_set, Console(quiet=True))
    inspector = sign_in("inspector")
    page, html = view(inspector, call), inspector.get(f"/calls/{call}").text
    assert page["score"]["fatal_open"]
    head = html[html.index('id="call-score"') : html.index('id="call-score"') + 1500]
    assert "一票否决待确认" in head
    assert "未定" in head
    (fatal,) = [group["title"] for group in page["groups"] if group["fatal"]]
    titles = re.findall(r'class="sheet__group"><span>([^<]+)', html)
    assert titles[0] == fatal
    table = inspector.get("/calls?call=D028").text.partition("<tbody>")[2]
    assert "D028" in table
    assert "未定" in table


def test_an_agent_is_not_told_of_a_fatal_fault_before_a_person_confirmed_it(
    sign_in: SignIn, desk: Desk, call: int
) -> None:
    list_calls(desk.rubric_set, Console(quiet=True))
    inspector, agent = sign_in("inspector"), sign_in("agent", agent_id=AGENT)
    accused = [
        item for item in items(view(inspector, call)).values() if item["fatal"] and item["machine"] == "violated"
    ]
    assert accused
    page = view(agent, call)
    assert page["score"]["total"] is None
    assert not page["score"]["fatal_open"]
    for item in accused:
        shown = items(page)[item["id"]]
        assert (shown["verdict"], shown["machine"], shown["reason"], shown["places"]) == ("unsure", "unsure", "", [])
        assert shown["appeal_until"] is None
    (row,) = [row for row in agent.json("/calls.json")["rows"] if row["pk"] == call]
    assert (row["total"], row["fatal"], row["confirmed"]) == (None, False, False)
    assert not {item["title"] for item in accused} & set(row["failed"])
    assert call not in [row["pk"] for row in agent.json("/calls.json?fatal=yes")["rows"]]
    own = agent.json("/agent.json")
    assert own["figures"] is None or own["figures"]["n_flagged"] == 0
    refused = agent.post(f"/calls/{call}/appeal", item=accused[0]["id"], reason="没有")
    assert refused.status_code in (409, 422)

    for item in accused:
        inspector.post(f"/calls/{call}/verdict", item=item["id"], action="confirm", seen="")
    told = items(view(agent, call))[accused[0]["id"]]
    assert told["verdict"] == "violated"
    assert told["appeal_until"]
    assert view(agent, call)["score"]["total"] == desk.rubric_set[0].rubric.fatal_cap
    assert agent.post(f"/calls/{call}/appeal", item=accused[0]["id"], reason="没有").status_code == 303
