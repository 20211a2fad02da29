"""The queue in the browser: what waits for whom, giving out, taking back, going on."""

from browsing import SignIn

from callqa.people import Role


def waiting(browser, whose: str = "mine") -> list[str]:
    return [row["call_id"] for row in browser.json(f"/queue.json?whose={whose}")["rows"]]


def test_a_supervisor_gives_out_and_a_reviewer_hears(sign_in: SignIn) -> None:
    boss, wang, li = sign_in("supervisor"), sign_in("inspector", "wang"), sign_in("inspector", "li")
    free = boss.json("/queue.json?whose=free")
    assert free["n_waiting"] >= 4
    assert {reviewer["name"] for reviewer in free["reviewers"]} == {"supervisor", "wang", "li"}
    assert waiting(wang) == []
    assert boss.post("/queue/assign", to=["wang", "li"], limit=4).status_code == 303
    assert len(waiting(wang)) == len(waiting(li)) == 2
    assert waiting(boss, "free") == [row["call_id"] for row in free["rows"]][4:], "the most urgent were given out"

    first, second = wang.json("/queue.json")["rows"]
    assert wang.get("/queue/next").headers["location"] == f"/calls/{first['pk']}"
    assert wang.get(f"/queue/next?after={first['pk']}").headers["location"] == f"/calls/{second['pk']}"
    wang.post("/queue/done", call=first["call_id"])
    assert waiting(wang) == [second["call_id"]]
    wang.get("/queue")
    assert wang.get(f"/queue/next?after={second['pk']}").headers["location"] == "/queue"
    assert "您的待办里只剩刚才那一通" in wang.get("/queue").text
    assert wang.post("/queue/done", call=first["call_id"]).headers["location"] == "/queue/next", "a second click"
    assert f"{first['call_id']} 已不在您的待办里" in wang.get("/queue").text
    boss.post("/queue/recall", call=second["call_id"])
    assert boss.post("/queue/recall", call=second["call_id"]).headers["location"] == "/queue?whose=all"
    assert "没有分派给谁" in boss.get("/queue?whose=all").text
    assert wang.get(f"/queue/next?after={second['pk']}").headers["location"] == "/queue", "somebody took it back"
    assert "您的待办已经听完，还有" in wang.get("/queue").text


def test_a_reviewer_sees_their_own_queue_only(sign_in: SignIn) -> None:
    wang = sign_in("inspector", "wang")
    assert waiting(wang, "all") == []
    assert wang.json("/queue.json?whose=all")["reviewers"] == []
    assert wang.post("/queue/assign", to=["wang"]).status_code == 403
    assert wang.get("/queue/load").status_code == 403


def test_what_the_load_says(sign_in: SignIn) -> None:
    boss, wang = sign_in("supervisor"), sign_in("inspector", "wang")
    boss.post("/queue/assign", to=["wang"], limit=3)
    wang.post("/queue/done", call=waiting(wang)[0])
    loads = {row["reviewer"]: row for row in boss.json("/queue/load.json")["rows"]}
    assert (loads["wang"]["n_open"], loads["wang"]["n_done"], loads["wang"]["done_on"][-1]) == (2, 1, 1)
    assert loads["supervisor"]["n_open"] == 0


def test_only_people_who_may_review_are_asked(sign_in: SignIn) -> None:
    boss = sign_in("supervisor")
    sign_in(Role.TRAINER)
    assert boss.post("/queue/assign", to=["trainer"]).status_code == 422
    assert boss.post("/queue/assign").status_code == 303, "nobody chosen is told on the page"
    assert "请选择复核员" in boss.get("/queue?whose=free").text


def test_nobody_is_given_calls_of_their_own(sign_in: SignIn) -> None:
    boss, wang = sign_in("supervisor"), sign_in("inspector", "wang", agent_id="3002")
    boss.post("/queue/assign", to=["wang"])
    assert waiting(wang)
    assert "3002" not in {row["agent_id"] for row in wang.json("/queue.json")["rows"]}
    assert {row["agent_id"] for row in boss.json("/queue.json?whose=free")["rows"]} == {"3002"}


def test_an_odd_month_is_refused(sign_in: SignIn) -> None:
    assert sign_in("supervisor").get("/queue?month=2026-11' OR 1=1 --").status_code == 400


def test_a_call_that_waits_is_told_in_a_line(sign_in: SignIn) -> None:
    boss = sign_in("supervisor")
    in_list = {row["call_id"]: row["summary"] for row in boss.json("/calls.json")["rows"]}
    waits = boss.json("/queue.json?whose=all")["rows"]
    told = {row["call_id"]: row["summary"] for row in waits if row["call_id"] in in_list}
    assert told
    assert told.items() <= in_list.items()
    assert all(told.values())
    assert next(iter(told.values())) in boss.get("/queue?whose=all").text


def test_a_reviewer_takes_the_most_urgent_call_without_an_assigner(sign_in: SignIn) -> None:
    boss, wang, li = sign_in("supervisor"), sign_in("inspector", "wang"), sign_in("inspector", "li")
    free = boss.json("/queue.json?whose=free")["rows"]
    assert "领取下一通" in wang.get("/queue").text
    assert wang.post("/queue/take").headers["location"] == f"/calls/{free[0]['pk']}"
    assert li.post("/queue/take").headers["location"] == f"/calls/{free[1]['pk']}", "never the same twice"
    assert waiting(wang) == [free[0]["call_id"]]
    assert sign_in(Role.TRAINER).post("/queue/take").status_code == 403


def test_nobody_takes_a_call_of_their_own(sign_in: SignIn) -> None:
    boss = sign_in("supervisor")
    first = boss.json("/queue.json?whose=free")["rows"][0]
    wang = sign_in("inspector", "wang", agent_id=first["agent_id"])
    assert wang.post("/queue/take").headers["location"] != f"/calls/{first['pk']}"
    assert wang.json("/queue.json")["rows"][0]["agent_id"] != first["agent_id"]


def test_when_nothing_is_left_to_take_the_page_says_so(sign_in: SignIn) -> None:
    boss, wang = sign_in("supervisor"), sign_in("inspector", "wang")
    boss.post("/queue/assign", to=["supervisor"])
    assert wang.post("/queue/take").headers["location"] == "/queue"
    assert "没有可以领取的通话" in wang.get("/queue").text


def test_ticked_calls_are_given_out_and_given_to_somebody_else(sign_in: SignIn) -> None:
    boss, wang, li = sign_in("supervisor"), sign_in("inspector", "wang"), sign_in("inspector", "li")
    page = boss.get("/queue?whose=free").text
    free = boss.json("/queue.json?whose=free")["rows"]
    assert f'value="{free[1]["call_id"]}" form="chosen"' in page
    chosen = [free[1]["call_id"], free[3]["call_id"]]
    boss.post("/queue/assign", chosen="yes", to="wang", call=chosen)
    assert waiting(wang) == chosen
    boss.post("/queue/assign", chosen="yes", to="li", call=chosen[:1])
    assert (waiting(wang), waiting(li)) == (chosen[1:], chosen[:1])
    assert boss.post("/queue/assign", chosen="yes", to="li").status_code == 303
    assert "请先勾选通话" in boss.get("/queue?whose=all").text
    assert wang.post("/queue/assign", chosen="yes", to="wang", call=chosen).status_code == 403


def test_ticked_calls_are_taken_back(sign_in: SignIn) -> None:
    boss, wang = sign_in("supervisor"), sign_in("inspector", "wang")
    boss.post("/queue/assign", to=["wang"], limit=2)
    given = waiting(wang)
    boss.post("/queue/recall-chosen", call=given)
    assert "已收回 2 通" in boss.get("/queue?whose=all").text
    assert waiting(wang) == []
    assert wang.post("/queue/recall-chosen", call=given).status_code == 403


def test_ticked_calls_are_closed_and_what_must_be_decided_stays(sign_in: SignIn) -> None:
    boss, wang = sign_in("supervisor"), sign_in("inspector", "wang")
    rows = boss.json("/queue.json?whose=free")["rows"]
    minor = next(row for row in rows if not row["first"] and not row["drawn"])
    fatal = next(row for row in rows if row["urgent"])
    chosen = [minor["call_id"], fatal["call_id"]]
    boss.post("/queue/close", call=chosen, reason=" ")
    assert "请写明结束复核的理由" in boss.get("/queue?whose=all").text
    assert wang.post("/queue/close", call=chosen, reason="分值小").status_code == 403
    boss.post("/queue/close", call=chosen, reason="分值小")
    page = boss.get("/queue?whose=all").text
    assert "已结束 1 通的复核" in page
    assert "1 通留在队列" in page
    left = waiting(boss, "all")
    assert (minor["call_id"] in left, fatal["call_id"] in left) == (False, True)
    sheet = boss.json(f"/calls/{minor['pk']}.json")
    assert not sheet["score"]["needs_review"]
    assert "未评估" in boss.get(f"/calls/{minor['pk']}").text
