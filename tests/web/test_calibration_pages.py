"""Calibration in the browser: opened, judged blind, closed, and read."""

import re
from datetime import datetime
from pathlib import Path
from urllib.parse import quote

import yaml
from browsing import Browser, SignIn

import scoring
from callqa.types import Verdict
from services.appeals import steps
from services.sampling.draw import draw_sample, plan_for
from web.desk import Desk

NAME = "2026-11 第一次"
RUBRICS = Path(scoring.__file__).parent / "rubrics"
AT = f"/calibration/session.json?name={quote(NAME)}"


def opened(sign_in: SignIn, n_calls: int = 2, items: tuple[str, ...] = ("opening", "closing")) -> tuple[Browser, ...]:
    boss, wang, li = sign_in("supervisor"), sign_in("inspector", "wang"), sign_in("inspector", "li")
    answer = boss.post("/calibration/new", name=NAME, reviewer=["wang", "li"], item=list(items), n_calls=n_calls)
    assert answer.headers["location"].startswith("/calibration/session")
    return boss, wang, li


def judge(browser: Browser, number: int, item: str, verdict: str) -> int:
    return browser.post("/calibration/answer", name=NAME, number=number, item=item, verdict=verdict).status_code


def test_a_session_from_opening_to_its_report(sign_in: SignIn) -> None:
    boss, wang, li = opened(sign_in)
    for browser, answers in ((wang, "met violated"), (li, "met met")):
        first, second = answers.split()
        assert judge(browser, 1, "opening", first) == judge(browser, 1, "closing", second) == 303
        assert judge(browser, 2, "opening", "met") == judge(browser, 2, "closing", "unsure") == 303
    assert [progress["n_answered"] for progress in boss.json(AT)["row"]["progress"]] == [4, 4]
    boss.post("/calibration/close", name=NAME)
    outcome = wang.json(AT)["outcome"]
    people, machine = outcome["pairs"]
    assert (people["one"], people["other"], people["n"], people["n_agreed"]) == ("wang", "li", 3, 2)
    assert machine["one"] == "机检"
    assert [call["items"] for call in outcome["disputed"]] == [["结束语"]]
    assert judge(wang, 1, "opening", "violated") == 403, "it is over"


def test_nobody_sees_what_others_or_the_machine_think(sign_in: SignIn) -> None:
    boss, wang, li = opened(sign_in)
    judge(wang, 1, "opening", "violated")
    page = li.json(f"/calibration/judge.json?name={quote(NAME)}")
    assert [item["answer"] for item in page["items"]] == [None, None]
    assert (page["call"]["score"], page["call"]["groups"], page["call"]["history"]) == (None, [], [])
    assert page["call"]["sessions"] == [NAME]
    assert wang.json(AT)["outcome"] is None
    assert boss.get(f"/calibration/judge?name={quote(NAME)}").status_code == 403, "who leads does not judge unasked"


def test_an_answer_can_be_changed_and_is_kept_at_once(sign_in: SignIn) -> None:
    _, wang, _ = opened(sign_in)
    judge(wang, 1, "opening", "violated")
    judge(wang, 1, "opening", "met")
    page = wang.json(f"/calibration/judge.json?name={quote(NAME)}")
    assert page["items"][0]["answer"] == Verdict.MET


def test_strangers_are_told_nothing(sign_in: SignIn) -> None:
    opened(sign_in)
    stranger = sign_in("inspector", "zhao")
    assert stranger.json("/calibration.json")["rows"] == []
    assert stranger.get(AT).status_code == 404
    assert stranger.get(f"/calibration/judge?name={quote(NAME)}").status_code == 404
    assert judge(stranger, 1, "opening", "met") == 404


def test_what_does_not_fit_is_refused(sign_in: SignIn) -> None:
    boss, wang, _ = opened(sign_in)
    assert judge(wang, 3, "opening", "met") == 404
    assert judge(wang, 1, "nonsense", "met") == 404
    assert judge(wang, 1, "opening", "error") == 404
    boss.post("/calibration/close", name=NAME)
    assert "还有人没有答完" in boss.get(f"/calibration/session?name={quote(NAME)}").text
    boss.post("/calibration/close", name=NAME, incomplete="yes")
    assert boss.json(AT)["outcome"] is not None
    alone = boss.post("/calibration/new", name="十二月", reviewer=["wang"], calls="call-0002")
    assert alone.status_code == 422
    assert "请至少选择两位评定人" in alone.text
    assert 'value="十二月"' in alone.text, "what was filled in is still there"
    assert "call-0002" in alone.text
    unknown = boss.post("/calibration/new", name="x", reviewer=["wang", "li"], calls="nowhere")
    assert "没有编号为 nowhere 的通话" in unknown.text
    assert "已有同名的校准" in boss.post("/calibration/new", name=NAME, reviewer=["wang", "li"]).text


def test_no_list_tells_what_the_machine_thinks_until_the_session_ends(sign_in: SignIn) -> None:
    boss, wang, _ = opened(sign_in)
    judged = {call["call_id"] for call in wang.json(AT)["calls"]}
    (agent_id,) = {row["agent_id"] for row in wang.json("/calls.json")["rows"] if row["call_id"] == min(judged)}

    def told() -> list[object]:
        listed = [row for row in wang.json("/calls.json")["rows"] if row["call_id"] in judged]
        recent = wang.json(f"/agent.json?id={agent_id}&month=2026-11")["recent"]
        examples = boss.json("/training.json?item=opening&month=2026-11&n=50")["found"]
        queued = boss.json("/queue.json?whose=all")["rows"] + wang.json("/queue.json")["rows"]
        return [
            *(fact for row in listed for fact in (row["total"], *row["failed"], *row["undecided"])),
            *(fact for row in recent if row["call_id"] in judged for fact in (row["total"], *row["failed"])),
            *(row["verdict"] for row in examples if row["call_id"] in judged),
            *(item for row in queued if row["call_id"] in judged for item in row["items"]),
        ]

    assert [fact for fact in told() if fact is not None] == []
    rows = boss.get("/calls/list.csv").text.splitlines()
    boss.post("/calibration/close", name=NAME, incomplete="true")
    assert [fact for fact in told() if fact is not None]
    after = boss.get("/calls/list.csv").text.splitlines()
    assert all(any(call_id in row for call_id in judged) for row in set(after) - set(rows))
    assert len(set(after) - set(rows)) == len(judged)


def test_no_filter_order_or_file_tells_what_the_machine_thinks(sign_in: SignIn) -> None:
    boss, wang, _ = opened(sign_in, n_calls=20)
    judged = {call["call_id"] for call in wang.json(AT)["calls"]}
    asked = [
        "failed=opening",
        "failed=closing",
        "undecided=fatal_hangup",
        "low=0",
        "high=100",
        "review=yes",
        "fatal=yes",
    ]
    asked += ["appeal=any", "sort=lowest", "sort=highest"]

    def found(params: str) -> set[str]:
        rows = wang.json(f"/calls.json?{params}")["rows"]
        in_file = {line.split(",")[1] for line in boss.get(f"/calls/list.csv?{params}").text.splitlines()[1:]}
        return {row["call_id"] for row in rows} | in_file

    assert judged <= found("")
    assert {params: told for params in asked if (told := found(params) & judged)} == {}
    queued = boss.json("/queue.json?whose=free")
    assert not judged & {row["call_id"] for row in queued["rows"]}
    boss.post("/calibration/close", name=NAME, incomplete="true")
    assert judged <= found("low=0") | found("review=yes")
    assert boss.json("/queue.json?whose=free")["n_waiting"] > queued["n_waiting"]


def test_no_figure_or_appeal_tells_what_the_machine_thinks(sign_in: SignIn, desk: Desk) -> None:
    boss, wang, li = sign_in("supervisor"), sign_in("inspector", "wang"), sign_in("inspector", "li")
    row = next(row for row in boss.json("/calls.json?failed=opening")["rows"] if not row["held"])
    day = datetime.fromisoformat(row["started_at"]).astimezone(desk.settings.zone).date()
    of_day = f"/agent.json?id={row['agent_id']}&since={day}&until={day}"
    steps.submit(desk.rubric_set[0], row["call_id"], "opening", row["agent_id"], "已问候", desk.now())

    def told(browser: Browser) -> tuple[int, int]:
        figures = browser.json(of_day)["figures"]
        return (figures["n_calls"] if figures else 0), len(browser.json("/appeals.json?shown=all")["rows"])

    of_agent = f"/agent.json?id={row['agent_id']}&month=2026-11"
    before, _ = told(wang)
    assert wang.json(of_agent)["appeals"]
    boss.post("/calibration/new", name=NAME, reviewer=["wang", "supervisor"], item=["opening"], calls=row["call_id"])
    assert told(wang) == (before - 1, 0)
    assert wang.get("/appeals/1").status_code == 404
    assert wang.json(of_agent)["appeals"] == []
    assert li.json(of_agent)["appeals"]
    assert told(li) == (before - 1, 1), "whoever does not judge it may decide the appeal"
    boss.post("/calibration/close", name=NAME, incomplete="true")
    assert told(wang) == (before, 1)


def test_no_lesson_sample_or_trial_tells_what_the_machine_thinks(sign_in: SignIn, desk: Desk) -> None:
    boss, _ = sign_in("supervisor"), sign_in("inspector", "wang")
    now = datetime(2026, 12, 2, tzinfo=desk.settings.zone)
    draw_sample(desk.rubric_set, plan_for(desk.rubric_set, "monthly"), "2026-11", None, "supervisor", now)
    worst = boss.json("/training.json?item=opening&kind=worst&month=2026-11&n=50")["found"]
    clips = [row["call_pk"] for row in worst]
    boss.post("/training/playlists", playlist="第一课", item="opening", call=clips)
    card = f"/agent/card.json?id={worst[0]['agent_id']}&month=2026-11"
    draft = yaml.safe_load((RUBRICS / "pudong-12345.yaml").read_text(encoding="utf-8")) | {"version": "draft-1"}
    draft["groups"][0]["items"][0]["points"] += 3

    def told() -> dict[str, object]:
        tried = boss.post("/rubrics/trial", text=yaml.safe_dump(draft, allow_unicode=True), month="2026-11").text
        return {
            "clips": boss.json("/training/playlists/1.json")["clips"],
            "wordings": boss.json("/training/wordings.json?month=2026-11")["groups"][0]["rows"],
            "sample": [row for row in boss.json("/samples/1.json")["calls"] if row["why"] or row["probability"]],
            "trial": re.findall(r"call-\d+", tried),
            "card": boss.json(card)["weaknesses"],
        }

    before = told()
    assert all(before.values()), before
    every = ",".join(line.split(",")[1] for line in boss.get("/calls/list.csv").text.splitlines()[1:])
    boss.post("/calibration/new", name=NAME, reviewer=["supervisor", "wang"], item=["opening"], calls=every)
    assert {what: fact for what, fact in told().items() if fact} == {}
    assert "正在校准" in boss.get("/training/playlists/1").text
    assert "正在校准" in boss.get("/samples/1").text
    assert "正在校准" in boss.post("/training/playlists", playlist="第二课", item="opening", call=clips).text
    assert boss.post("/training/playlists/1/export").headers["content-type"].startswith("text/html")
    boss.post("/calibration/close", name=NAME, incomplete="true")
    assert told() == before


def test_nobody_judges_a_call_of_their_own(sign_in: SignIn) -> None:
    boss, wang = sign_in("supervisor"), sign_in("inspector", "wang", agent_id="3001")
    boss.post("/calibration/new", name=NAME, reviewer=["wang", "supervisor"], item=["opening"], calls="call-0001")
    judge(wang, 1, "opening", "met")
    assert "这是您本人的通话" in wang.get(f"/calibration/judge?name={quote(NAME)}").text
    assert wang.json(AT)["calls"][0]["n_answered"] == 0


def test_the_agent_is_not_told_what_was_answered_in_a_calibration(sign_in: SignIn) -> None:
    boss, wang, _ = opened(sign_in)
    judge(wang, 1, "opening", "violated")
    judged = wang.json(AT)["calls"][0]["call_id"]
    boss.post("/calibration/close", name=NAME, incomplete="yes")
    pk = next(row["pk"] for row in boss.json("/calls.json")["rows"] if row["call_id"] == judged)
    page = boss.json(f"/calls/{pk}.json")
    assert any("校准" in event["what"] for event in page["history"])
    agent = sign_in("agent", "one", agent_id=page["agent_id"])
    assert not any("校准" in event["what"] for event in agent.json(f"/calls/{pk}.json")["history"])
