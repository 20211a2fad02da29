"""Appeals in the browser, from the agent's call to the final verdict."""

from pathlib import Path

from browsing import AGENT, Browser, SignIn
from people import told
from sample_calls import put_sample

from callqa.types import Verdict
from services.appeals import steps
from services.review.reviews import sheet_of
from store.calls import read
from store.people import audit, golden
from web.desk import Desk


def contest(desk: Desk, agent_id: str = AGENT, reason: str = "录音里我说了") -> tuple[int, str, str]:
    """An agent's appeal against the first item that was violated: its number, the call and the item."""
    (rubric_context,) = desk.rubric_set
    with desk.store.read() as c:
        for row in read.scores(c, rubric_context.keys):
            violated = [item for item in rubric_context.sheet(row).items if item.verdict is Verdict.VIOLATED]
            if row.agent_id == agent_id and violated:
                break
    return (
        steps.submit(rubric_context, row.call_id, violated[0].item_id, agent_id, reason),
        row.call_id,
        violated[0].item_id,
    )


def todo(browser: Browser) -> list[int]:
    return [row["pk"] for row in browser.json("/appeals.json?shown=todo")["rows"]]


def test_an_appeal_goes_through_all_stages(sign_in: SignIn, desk: Desk) -> None:
    agent, lead = sign_in("agent"), sign_in("team_lead", teams=("A组", "B组"))
    inspector, boss = sign_in("inspector"), sign_in("supervisor")
    pk, call_id, item_id = contest(desk)
    assert (todo(lead), todo(inspector)) == ([pk], [])
    assert inspector.post(f"/appeals/{pk}/decide", outcome="accept", reason="x").status_code == 403, "not their turn"
    assert lead.post(f"/appeals/{pk}/decide", outcome="reject", reason="没有听到").status_code == 303
    assert agent.json(f"/appeals/{pk}.json")["can_go_on"]
    assert agent.post(f"/appeals/{pk}/further", reason="请再听 0:05").status_code == 303
    assert inspector.post(f"/appeals/{pk}/decide", outcome="forward", reason="请主管定").status_code == 303
    assert todo(boss) == [pk]
    assert boss.json(f"/appeals/{pk}.json")["choices"] == ["accept", "reject"]
    assert boss.post(f"/appeals/{pk}/decide", outcome="accept", reason="听到了", verdict="met").status_code == 303
    page = agent.json(f"/appeals/{pk}.json")
    assert page["row"]["status"] == "accepted"
    assert [step["reason"] for step in page["steps"]] == [
        "录音里我说了",
        "没有听到",
        "请再听 0:05",
        "请主管定",
        "听到了",
    ]
    (rubric_context,) = desk.rubric_set
    with desk.store.read() as c:
        sheet = sheet_of(rubric_context, c, call_id)
    assert sheet is not None
    assert {item.item_id: item.verdict for item in sheet.items}[item_id] is Verdict.MET


def test_where_a_team_has_no_lead_quality_assurance_answers(sign_in: SignIn, desk: Desk) -> None:
    inspector = sign_in("inspector")
    pk, _, _ = contest(desk)
    assert todo(inspector) == [pk]
    assert inspector.json(f"/appeals/{pk}.json")["choices"] == ["accept", "reject", "forward"]
    sign_in("team_lead", teams=("A组", "B组"))
    assert todo(inspector) == []


def test_others_do_not_learn_of_an_appeal(sign_in: SignIn, desk: Desk) -> None:
    pk, _, _ = contest(desk)
    other, stranger = sign_in("agent", "other", agent_id="3002"), sign_in("team_lead", teams=("Z组",))
    for browser in (other, stranger):
        assert browser.get(f"/appeals/{pk}").status_code == 404
        assert browser.get(f"/appeals/{pk}.json").status_code == 404
        assert browser.json("/appeals.json?shown=all")["rows"] == []
        assert browser.post(f"/appeals/{pk}/decide", outcome="accept", reason="x").status_code == 404
    assert other.post(f"/appeals/{pk}/further", reason="x").status_code == 404


def test_a_decision_needs_words_and_an_outcome_that_fits(sign_in: SignIn, desk: Desk) -> None:
    pk, _, _ = contest(desk)
    lead = sign_in("team_lead", teams=("A组", "B组"))
    for empty in ("", "  "):
        lead.post(f"/appeals/{pk}/decide", outcome="reject", reason=empty)
        assert "请写明理由" in lead.get(f"/appeals/{pk}").text
    lead.post(f"/appeals/{pk}/decide", outcome="accept", reason="x", verdict="violated")
    assert "合格或不适用" in lead.get(f"/appeals/{pk}").text
    assert lead.post(f"/appeals/{pk}/decide", outcome="burn", reason="x").status_code == 400
    assert lead.json(f"/appeals/{pk}.json")["row"]["status"] == "open"


def test_nothing_is_chosen_beforehand_and_who_accepts_names_the_verdict(sign_in: SignIn, desk: Desk) -> None:
    pk, _, _ = contest(desk)
    lead = sign_in("team_lead", teams=("A组", "B组"))
    assert " checked" not in lead.get(f"/appeals/{pk}").text
    lead.post(f"/appeals/{pk}/decide", outcome="accept", reason="x")
    page = lead.get(f"/appeals/{pk}").text
    assert "合格或不适用" in page
    assert lead.json(f"/appeals/{pk}.json")["row"]["status"] == "open"


def test_an_overturned_verdict_stands_beside_no_reason_of_the_machine(sign_in: SignIn, desk: Desk) -> None:
    pk, _, item_id = contest(desk)
    lead = sign_in("team_lead", teams=("A组", "B组"))
    call_pk = lead.json(f"/appeals/{pk}.json")["row"]["call_pk"]

    def shown() -> tuple[str, str, set[str]]:
        items = [item for group in lead.json(f"/calls/{call_pk}.json")["groups"] for item in group["items"]]
        (item,) = [item for item in items if item["id"] == item_id]
        return item["verdict"], item["reason"], {place["tone"] for place in item["places"]}

    verdict, reason, tones = shown()
    assert (verdict, bool(reason), tones) == ("violated", True, {"bad"})
    lead.post(f"/appeals/{pk}/decide", outcome="accept", reason="听到了", verdict="met")
    assert shown() == ("met", "", {"good"})


def test_all_that_a_decision_takes_stands_on_one_page(sign_in: SignIn, desk: Desk, samples: Path) -> None:
    put_sample(desk.rubric_set[0], samples, "D028")
    pk = steps.submit(desk.rubric_set[0], "D028", "transfer_notice", AGENT, "请听 1:09")
    lead = sign_in("team_lead", teams=("A组", "B组"))
    page = lead.json(f"/appeals/{pk}.json")
    contested, item = page["contested"], page["contested"]["item"]
    assert (item["id"], item["verdict"], item["reason"]) == ("transfer_notice", "violated", "转接前未请市民不要挂机")
    assert item["right"] == "应说：请您不要挂机。"
    assert contested["at"] == min(place["start"] for place in item["places"])
    around = [turn for turn in contested["turns"] if turn["index"] in contested["near"]]
    assert any(turn["start"] <= contested["at"] <= turn["end"] for turn in around)
    assert len(around) < len(contested["turns"])
    assert "不要挂机" in item["help"]["meaning"]
    assert page["steps"][0]["reason"] == "请听 1:09"
    with desk.store.read() as c:
        views = [(row.entry.action, row.entry.object) for row in audit.page_of(c, audit.AuditFilter())]
    assert ("call_opened", "D028") in views, "whoever sees what was said is in the audit log"

    # Where the words were due that lack stands 未说, until somebody says that nothing was missing.
    def drawn() -> list[str]:
        turns = lead.json(f"/appeals/{pk}.json")["contested"]["turns"]
        return [title for turn in turns for piece in turn["pieces"] for title in piece[-1]]

    assert drawn() == ["转接告知"]
    lead.post(f"/appeals/{pk}/decide", outcome="accept", reason="没有转接", verdict="not_applicable")
    assert drawn() == []
    overturned = lead.json(f"/appeals/{pk}.json")["contested"]["item"]
    assert (overturned["reason"], overturned["right"], overturned["places"]) == ("", "", [])
    output = told(desk.settings, "show", "D028")
    assert "不要挂机" not in output


def test_a_verdict_joins_the_golden_set_by_choice_and_with_two_people(sign_in: SignIn, desk: Desk) -> None:
    lead, inspector, boss = sign_in("team_lead", teams=("A组", "B组")), sign_in("inspector"), sign_in("supervisor")
    pk, call_id, item_id = contest(desk)
    for stage in (lead, inspector):
        assert 'name="golden"' not in stage.get(f"/appeals/{pk}").text
        stage.post(f"/appeals/{pk}/decide", outcome="forward", reason="请上级定")
    assert 'name="golden"' in boss.get(f"/appeals/{pk}").text
    boss.post(f"/appeals/{pk}/decide", outcome="accept", reason="听到了", verdict="met")
    assert boss.json(f"/appeals/{pk}.json")["golden"]["may_propose"], "it was not ticked"
    assert inspector.post(f"/appeals/{pk}/golden").status_code == 403, "nothing is proposed"
    boss.post(f"/appeals/{pk}/golden")
    assert boss.post(f"/appeals/{pk}/golden").status_code == 403, "nobody is two people"
    assert lead.json(f"/appeals/{pk}.json")["golden"] is None
    with desk.store.read() as c:
        assert golden.labels(c) == []
    listed = [[row["pk"] for row in person.json("/appeals.json")["proposals"]] for person in (lead, boss, inspector)]
    assert listed == [[], [], [pk]], "who can agree finds it"
    inspector.post(f"/appeals/{pk}/golden")
    assert inspector.json("/appeals.json")["proposals"] == []
    with desk.store.read() as c:
        (label,) = golden.labels(c)
    assert (label.call_id, label.item_id, label.verdict, label.author) == (call_id, item_id, Verdict.MET, "inspector")
    assert inspector.json(f"/appeals/{pk}.json")["golden"]["joined"]


def test_nobody_decides_twice_or_on_their_own_call(sign_in: SignIn, desk: Desk) -> None:
    pk, _, _ = contest(desk)
    lead = sign_in("team_lead", teams=("A组", "B组"), agent_id=AGENT)
    page = lead.json(f"/appeals/{pk}.json")
    assert (page["choices"], page["obstacle"]) == ([], "这是您本人的通话，请由他人处理")
    assert lead.post(f"/appeals/{pk}/decide", outcome="accept", reason="x").status_code == 403


def test_who_comes_second_is_told_that_it_is_decided(sign_in: SignIn, desk: Desk) -> None:
    pk, _, _ = contest(desk)
    lead, agent = sign_in("team_lead", teams=("A组", "B组")), sign_in("agent", agent_id=AGENT)
    lead.post(f"/appeals/{pk}/decide", outcome="accept", reason="x", verdict="met")
    assert lead.post(f"/appeals/{pk}/decide", outcome="reject", reason="x").status_code == 303
    assert "这份申诉已经处理过" in lead.get(f"/appeals/{pk}").text
    assert agent.post(f"/appeals/{pk}/decide", outcome="accept", reason="x").status_code == 403
    assert lead.json(f"/appeals/{pk}.json")["row"]["status"] == "accepted"


def test_what_people_write_is_text(sign_in: SignIn, desk: Desk) -> None:
    pk, _, _ = contest(desk, reason="<script>alert(1)</script>")
    text = sign_in("agent").get(f"/appeals/{pk}").text
    assert "<script>alert(1)" not in text
    assert "&lt;script&gt;alert(1)" in text


def test_the_list_begins_with_what_waits_for_oneself(sign_in: SignIn, desk: Desk) -> None:
    lead, boss = sign_in("team_lead", teams=("A组", "B组")), sign_in("supervisor")
    contest(desk)
    assert [browser.json("/appeals.json")["shown"] for browser in (lead, boss)] == ["todo", "open"]


def test_who_judges_a_call_blind_is_told_that_its_appeals_are_held_back(sign_in: SignIn, desk: Desk) -> None:
    boss, wang, li = sign_in("supervisor"), sign_in("inspector", "wang"), sign_in("inspector", "li")
    abroad = sign_in("inspector", "zhao", language="en")
    pk, _, _ = contest(desk)
    with desk.store.read() as c:
        n_calls = len(list(read.scores(c, desk.rubric_set[0].keys)))
    assert "暂不显示" not in wang.get("/appeals").text
    boss.post("/calibration/new", name="十一月", reviewer=["wang", "zhao"], item=["closing"], n_calls=n_calls)
    for shown in ("todo", "open", "all"):
        assert wang.json(f"/appeals.json?shown={shown}") == {
            "shown": shown, "rows": [], "n_todo": 0, "n_open": 0, "proposals": [], "n_held_back": 1,
        }  # fmt: skip
        page = wang.get(f"/appeals?shown={shown}").text
        assert "另有 1 件申诉暂不显示：您正在对这些通话做校准" in page
        assert "没有要处理的申诉" not in page
    assert "Appeals that are not shown yet: 1." in abroad.get("/appeals").text
    assert todo(li) == [pk]
    assert "暂不显示" not in li.get("/appeals").text
    boss.post("/calibration/close", name="十一月", incomplete="true")
    assert todo(wang) == [pk]
    assert "暂不显示" not in wang.get("/appeals").text
