"""The first page, agents, teams and runs: what is shown to whom, as pages and as data."""

from datetime import UTC, datetime
from typing import Any

import pytest
from browsing import AGENT, TEAM, Browser, SignIn
from rich.console import Console

from callqa.days import Days
from callqa.messages import Message, catalogue
from callqa.people import Role
from callqa.records import Appeal
from callqa.types import Verdict
from services.calls.call_list import list_calls
from services.figures.summary import summarise
from services.review.reviews import new_review, put_review
from services.runs.failures import ADVICE, UNKNOWN
from store.calls import failures, read, write
from store.people import appeals
from store.runs import score_holds
from web.access.roles import GRANTS, Permission
from web.agents import build
from web.desk import Desk

PAGES = ("/", "/agents", "/agent?id=3001", "/agent/card?id=3001", "/teams", "/team?name=B组", "/runs")
NOVEMBER = Days.of_month("2026-11")
OTHER_AGENT, OTHER_TEAM = "3000", "A组"


@pytest.fixture
def listed(desk: Desk) -> Desk:
    list_calls(desk.rubric_set, Console(quiet=True))
    return desk


def twin(path: str) -> str:
    page, _, query = path.partition("?")
    return f"{'/index' if page == '/' else page}.json?{query}"


def data(browser: Browser, path: str) -> dict[str, Any]:
    page = browser.json(twin(path))
    assert isinstance(page, dict)
    return page


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_pages_open_in_both_languages_and_have_twins(listed: Desk, sign_in: SignIn, path: str, language: str) -> None:
    browser = sign_in(Role.SUPERVISOR, f"boss-{language}", language=language)
    page = browser.get(path)
    assert page.status_code == 200
    assert data(browser, path)


def test_the_first_page_says_what_the_summary_says(listed: Desk, sign_in: SignIn) -> None:
    page = data(sign_in(Role.SUPERVISOR), "/")
    (whole,) = summarise(listed.rubric_set[0], NOVEMBER, "line").figures()
    assert page["period"]["month"] == "2026-11"
    assert page["everyone"]["mean"] == pytest.approx(whole.mean)
    assert sum(page["totals"]["series"][0]["values"]) == whole.n_scored
    assert sum(page["volume"]["series"][0]["values"]) == whole.n_calls
    assert sum(category["n_calls"] for category in page["categories"]) == whole.n_calls
    assert page["items"][0]["failed"] > 0
    review = next(to_do for to_do in page["concerns"] if to_do["kind"] == "review")
    assert review["n"] == whole.n_waiting


@pytest.mark.parametrize(("role", "home"), [(Role.AGENT, "/agent"), (Role.TEAM_LEAD, "/team")])
def test_some_begin_with_what_is_theirs(listed: Desk, sign_in: SignIn, role: Role, home: str) -> None:
    response = sign_in(role).get("/")
    assert (response.status_code, response.headers["location"]) == (303, home)


def test_an_agent_sees_only_their_own_page(listed: Desk, sign_in: SignIn) -> None:
    agent = sign_in(Role.AGENT)
    page = data(agent, "/agent")
    assert page == data(agent, f"/agent?id={AGENT}")
    assert (page["agent_id"], page["own"]) == (AGENT, True)
    for path in (f"/agent?id={OTHER_AGENT}", f"/agent/card?id={OTHER_AGENT}", "/agent?id=nobody"):
        assert agent.get(path).status_code == 404
        assert agent.get(twin(path)).status_code == 404
    for path in ("/agents", "/teams", f"/team?name={TEAM}", "/runs"):
        assert agent.get(path).status_code == 403
    text = agent.get("/agent").text
    assert all(f"{3000 + n}" not in text for n in range(6) if f"{3000 + n}" != AGENT)


def test_an_agent_is_told_the_teams_average_and_no_ranks(listed: Desk, sign_in: SignIn) -> None:
    page = data(sign_in(Role.AGENT), "/agent")
    (team,) = (
        figures for figures in summarise(listed.rubric_set[0], NOVEMBER, "team").figures() if figures.names == (TEAM,)
    )
    assert page["team"]["mean"] == pytest.approx(team.mean)
    assert (page["standing"], page["n_ranked"], page["everyone"]) == (None, 0, None)
    assert all(item["others"] is None for item in page["items"])
    seen = data(sign_in(Role.SUPERVISOR), f"/agent?id={AGENT}")
    assert seen["standing"]["names"] == [TEAM, AGENT]
    assert seen["n_ranked"] == 6
    assert any(item["others"] is not None for item in seen["items"])


def test_the_average_of_a_team_of_two_would_tell_on_the_other(listed: Desk, sign_in: SignIn) -> None:
    from sqlalchemy import update

    from store.tables.calls import call

    with listed.store.write() as c:
        c.execute(update(call).where(call.c.agent_id == "3005").values(team=OTHER_TEAM))
    page = data(sign_in(Role.AGENT), "/agent")
    assert page["team"] is None
    assert all(item["team"] is None for item in page["items"])


def test_a_team_lead_sees_their_teams_alone(listed: Desk, sign_in: SignIn) -> None:
    lead = sign_in(Role.TEAM_LEAD)
    assert {line["team"] for line in data(lead, "/agents")["lines"]} == {TEAM}
    assert [line["team"] for line in data(lead, "/teams")["lines"]] == [TEAM]
    assert data(lead, "/team")["team"] == TEAM
    assert data(lead, f"/agent?id={AGENT}")["agent_id"] == AGENT
    for path in (f"/agent?id={OTHER_AGENT}", f"/team?name={OTHER_TEAM}", f"/agents?team={OTHER_TEAM}"):
        assert lead.get(path).status_code == 404
        assert lead.get(twin(path)).status_code == 404
    assert data(lead, f"/agent/card?id={OTHER_AGENT}")["weaknesses"] == []
    for path in ("/agents", "/teams", "/team"):
        assert OTHER_TEAM not in lead.get(path).text


def test_the_ranking_is_that_of_the_summary(listed: Desk, sign_in: SignIn) -> None:
    boss = sign_in(Role.SUPERVISOR)
    standings = summarise(listed.rubric_set[0], NOVEMBER).standings()
    lines = data(boss, "/agents")["lines"]
    assert [(line["team"], line["agent_id"]) for line in lines] == [standing.names for standing in standings]
    assert [line["standing"]["rank"] for line in lines] == [standing.rank for standing in standings]
    adjusted = [line["adjusted"] for line in data(boss, "/agents?order=adjusted")["lines"]]
    assert adjusted == sorted(adjusted, reverse=True)
    assert {line["team"] for line in data(boss, f"/agents?team={OTHER_TEAM}")["lines"]} == {OTHER_TEAM}
    assert data(boss, "/agents?page=99")["page"] == 1


def test_an_override_is_seen_at_once_on_the_agents_page(listed: Desk, sign_in: SignIn) -> None:
    boss, rubric_context = sign_in(Role.SUPERVISOR), listed.rubric_set[0]
    before = data(boss, f"/agent?id={AGENT}")
    with rubric_context.store.read() as c:
        call_id, item_id = next(
            (row.call_id, item.id)
            for row in read.scores(c, rubric_context.keys)
            for item, letter in zip(rubric_context.rubric.items, row.verdicts, strict=True)
            if row.agent_id == AGENT and letter == "V" and item.points > 2 and row.total is not None
        )
    with rubric_context.store.write() as c:
        word = new_review(call_id, item_id, "override", "王主管", verdict=Verdict.MET, reason="听过了")
        put_review(rubric_context, c, word)
    after = data(boss, f"/agent?id={AGENT}")
    assert after["figures"]["mean"] > before["figures"]["mean"]
    assert [review["reason"] for review in after["reviews"]] == ["听过了"]
    assert "听过了" in boss.get(f"/agent?id={AGENT}").text


def test_what_an_agent_can_contest(listed: Desk, sign_in: SignIn) -> None:
    agent = sign_in(Role.AGENT)
    page = data(agent, "/agent")
    assert page["contestable"]
    assert page["contestable"] == sorted(page["contestable"], key=lambda entry: (entry["last_day"], entry["call_pk"]))
    first = page["contestable"][0]
    assert f"/calls/{first['call_pk']}#item-{first['items'][0]['id']}" in agent.get("/agent").text
    assert f'id="item-{first["items"][0]["id"]}"' in agent.get(f"/calls/{first['call_pk']}").text
    with listed.store.write() as c:
        item = first["items"][0]["id"]
        appeals.put_appeal(c, Appeal(first["call_id"], item, AGENT, "我说了", datetime.now(UTC)))
    page = data(agent, "/agent")
    left = {(entry["call_id"], item["id"]) for entry in page["contestable"] for item in entry["items"]}
    assert (first["call_id"], item) not in left
    lead = data(sign_in(Role.TEAM_LEAD), "/team")
    assert [to_do["href"] for to_do in lead["concerns"] if to_do["kind"] == "appeals"] == ["/appeals?shown=todo"]
    (contested,) = page["appeals"]
    assert (contested["call_id"], contested["state"]["status"]) == (first["call_id"], "open")
    assert data(sign_in(Role.SUPERVISOR), f"/agent?id={AGENT}")["contestable"] == []


def examples(card: dict[str, Any]) -> list[dict[str, Any]]:
    return [weakness[which] for weakness in card["weaknesses"] for which in ("own", "good") if weakness[which]]


def test_examples_to_learn_from_are_of_calls_that_the_person_may_know(listed: Desk, sign_in: SignIn) -> None:
    weakest = "/agent/card?id=3005"  # with colleagues who do better, in team B
    all_of_them = examples(data(sign_in(Role.SUPERVISOR), weakest))
    assert {example["candidate"]["agent_id"] for example in all_of_them} > {"3005"}
    assert all(example["quote"] for example in all_of_them)
    own_examples = examples(data(sign_in(Role.AGENT, "a3005", agent_id="3005"), "/agent/card"))
    assert own_examples
    assert {example["candidate"]["agent_id"] for example in own_examples} == {"3005"}
    lead = examples(data(sign_in(Role.TEAM_LEAD), weakest))
    assert {example["candidate"]["agent_id"] for example in lead} <= {"3001", "3003", "3005"}
    assert all(example["quote"] == "" for example in examples(data(sign_in(Role.TRAINER), weakest)))
    assert examples(data(sign_in(Role.ADMIN), weakest)) == []


@pytest.mark.parametrize("least", [3, 4])
def test_an_agent_of_a_small_team_is_not_told_of_their_colleagues(
    listed: Desk, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch, least: int
) -> None:
    """Of one or two colleagues the team's figures would be somebody's own. The teams have three."""
    monkeypatch.setattr(build, "LEAST_TEAM", least)
    agent = sign_in(Role.AGENT, "a3005", agent_id="3005")
    weaknesses = data(agent, "/agent/card")["weaknesses"]
    assert weaknesses
    assert all(bool(weakness["gap"]["colleagues"]["scored"]) == (least == 3) for weakness in weaknesses)
    assert all(bool(weakness["gap"]["size"]) == (least == 3) for weakness in weaknesses)
    assert (data(agent, "/agent")["team"] is not None) == (least == 3)
    assert all(
        weakness["gap"]["size"] for weakness in data(sign_in(Role.SUPERVISOR), "/agent/card?id=3005")["weaknesses"]
    )


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/?month=2026-11", 200), ("/?month=2026-13", 422), ("/?month=../etc", 400), ("/?month=1999-01", 200),
        ("/?since=2026-11-01&until=2026-11-07", 200), ("/?since=2026-11-07&until=2026-11-01", 422),
        ("/?since=2020-01-01&until=2026-11-01", 422), ("/?since=2026-11-01", 200), ("/?rubric=none", 404),
        ("/agents?order=name", 400), ("/agents?page=0", 400), ("/agent", 404), ("/agent?id=%00", 404),
        ("/agent?id=nobody", 404), ("/agent?id=3001&per=year", 400), ("/team", 303), ("/team?name=none", 404),
        ("/agent?id=3001&month=2025-01", 200), ("/runs?before=0", 400), ("/runs/99999999999999999999", 404),
        ("/runs/1", 404), ("/agents?month=2025-01", 200), ("/teams?month=2025-01", 200),
    ],
)  # fmt: skip
def test_odd_questions(listed: Desk, sign_in: SignIn, path: str, status: int) -> None:
    assert sign_in(Role.SUPERVISOR).get(path).status_code == status


@pytest.mark.parametrize("role", [role for role in Role if Permission.FIGURES in GRANTS[role]])
def test_to_dos_lead_where_the_person_may_go(listed: Desk, sign_in: SignIn, role: Role) -> None:
    with listed.store.write() as c:
        failures.put_failure(c, "ingest", "new.csv:1", "no_agent", Message("..."))
        run_id = write.start_run(c, "nightly", listed.rubric_set[0].keys)
        write.finish_run(c, run_id, {"score": {"done": 60, "failed": 0, "seconds": 1.0}})
    browser = sign_in(role)
    page = data(browser, "/team" if role is Role.TEAM_LEAD else "/")
    kinds = {to_do["kind"] for to_do in page["concerns"]}
    assert ("failures" in kinds) == (Permission.RUNS in GRANTS[role])
    assert ("review" in kinds) == (Permission.CALLS in GRANTS[role])
    if role is not Role.TEAM_LEAD:
        assert bool(page["nights"]) == (Permission.RUNS in GRANTS[role])


def test_runs_and_what_they_could_not_do(listed: Desk, sign_in: SignIn) -> None:
    admin, keys = sign_in(Role.ADMIN), listed.rubric_set[0].keys
    assert "还没有运行过" in admin.get("/runs").text
    with listed.store.write() as c:
        for n in range(35):
            pk = write.start_run(c, "nightly", keys)
            write.finish_run(c, pk, {"ingest": {"new": n, "same": 0, "replaced": 0, "refused": 1}})
        failures.put_failure(c, "ingest", "<script>alert(1)</script>", "bad_time", Message("line 3: ..."))
    newest = data(admin, "/runs")
    assert [night["pk"] for night in newest["nights"]] == list(range(35, 5, -1))
    assert newest["older"] == 6
    assert [night["pk"] for night in data(admin, "/runs?before=6")["nights"]] == [5, 4, 3, 2, 1]
    page = admin.get("/runs").text
    assert "&lt;script&gt;" in page
    assert "<script>alert" not in page
    assert ADVICE["bad_time"][1] in page
    assert data(admin, "/runs/35")["night"]["taken"]["new"] == 34
    assert admin.get("/runs/35").status_code == 200


def test_all_advice_is_translated() -> None:
    texts = {text for pair in ADVICE.values() for text in pair} | {UNKNOWN}
    assert texts - {msgid for _, msgid in catalogue("en")} == set()


def test_a_held_night_is_published_by_a_supervisor_with_a_reason(listed: Desk, sign_in: SignIn) -> None:
    keys = listed.rubric_set[0].keys
    with listed.store.write() as c:
        pk = write.start_run(c, "nightly", keys)
        write.finish_run(c, pk, {})
        score_holds.put_hold(c, pk, keys.rubric_key, 0, score_holds.last_score_id(c), ["macro F1"], listed.now())
    boss, admin, agent = sign_in(Role.SUPERVISOR), sign_in(Role.ADMIN), sign_in(Role.AGENT)
    path = f"/runs/{pk}"
    assert [to_do["href"] for to_do in data(boss, "/")["concerns"] if to_do["kind"] == "held"] == [path]
    assert data(agent, "/agent")["figures"] is None
    assert admin.post(f"{path}/release", reason="看过").status_code == 403
    assert "release" not in admin.get(path).text
    boss.post(f"{path}/release", reason=" ")
    assert data(boss, path)["night"]["held"]["released_at"] is None
    response = boss.post(f"{path}/release", reason="金标集有误，已核实")
    assert (response.status_code, response.headers["location"]) == (303, path)
    held = data(boss, path)["night"]["held"]
    assert (held["released_by"], held["release_reason"]) == ("supervisor", "金标集有误，已核实")
    assert data(agent, "/agent")["figures"]["n_calls"] == 10
    assert boss.post(f"{path}/release", reason="再来").status_code == 303  # said so, and nothing changes
    with listed.store.read() as c:
        assert score_holds.holds(c, waiting=True) == []
