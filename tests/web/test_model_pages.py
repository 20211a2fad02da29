"""Models on the desk: supervisors see versions with their cards, adopt one with a reason, and go back."""

from datetime import timedelta

import pytest
from browsing import SignIn
from taught_calls import AT, label_golden, teach_all

from callqa.learning import ModelVersion
from services.learning.versions import train
from store.calls import write
from store.people import audit, model_versions
from web.desk import Desk


@pytest.fixture
def version(desk: Desk) -> ModelVersion:
    """Learnt, and put forward; the golden set agrees to it."""
    context = desk.rubric_set[0]
    label_golden(context, teach_all(context))
    return train([context], "faults", "nightly", AT + timedelta(days=1)).version


def chosen(desk: Desk) -> dict[str, str]:
    with desk.store.read() as c:
        return model_versions.chosen(c)


def test_before_anything_was_learnt_it_says_how_to_begin(sign_in: SignIn) -> None:
    boss = sign_in("supervisor")
    view = boss.json("/models.json")
    assert (view["versions"], view["card"], view["nightly"]) == ([], None, "off")
    assert [(row["model"], row["key"]) for row in view["models"]] == [("duties", ""), ("faults", "")]
    page = boss.get("/models").text
    assert "还没有学到任何版本" in page
    assert "/models/rollback" not in page


def test_a_version_is_seen_compared_adopted_and_taken_back(sign_in: SignIn, desk: Desk, version: ModelVersion) -> None:
    boss, key = sign_in("supervisor"), version.key
    assert 'href="/models"' in boss.get("/examples").text
    view = boss.json("/models.json")
    (row,) = view["versions"]
    assert (row["key"], row["author"], row["in_use"]) == (key, "夜间任务", False)
    assert row["learnt"] == ["推诿拒受理"]
    (learnt,) = [label for label in view["card"]["labels"] if label["outcome"] == "learnt"]
    assert (learnt["n_of"], learnt["n_other"], learnt["better"], learnt["worse"]) == (24, 24, 6, 0)
    assert view["card"]["golden"][0]["agrees"]
    assert view["card"]["now"] is None
    assert boss.json(f"/models.json?key={key}&compare=1")["card"]["now"][0]["agrees"]
    page = boss.get(f"/models?key={key}&compare=1").text
    assert "金标集赞成" in page
    assert f"启用版本 {key}？" in page, "there is a question before it"
    refused = boss.post("/models/adopt", key=key, reason=" ")
    assert "请写明为什么启用" in boss.get(refused.headers["location"]).text
    assert chosen(desk) == {}
    adopted = boss.post("/models/adopt", key=key, reason="看过金标集")
    assert f"版本 {key} 从下一晚起使用" in boss.get(adopted.headers["location"]).text
    assert chosen(desk) == {"faults": key}
    view = boss.json("/models.json")
    assert view["versions"][0]["in_use"]
    assert [(use["key"], use["reason"]) for use in view["uses"]] == [(key, "看过金标集")]
    boss.post("/models/rollback", model="faults", reason="误报多")
    assert chosen(desk) == {}
    again = boss.post("/models/rollback", model="faults", reason="误报多")
    assert "没有可以退回的版本" in boss.get(again.headers["location"]).text
    with desk.store.read() as c:
        logged = [row.entry for row in audit.page_of(c, audit.AuditFilter())]
    decided = [entry for entry in logged if entry.action.startswith("model_")]
    assert [entry.action for entry in decided] == ["model_rolled_back", "model_adopted"], "the latest first"
    assert {entry.author for entry in decided} == {"supervisor"}


def test_nothing_is_adopted_that_no_golden_label_tells_of(sign_in: SignIn, desk: Desk) -> None:
    context = desk.rubric_set[0]
    teach_all(context)
    key = train([context], "faults", "nightly", AT + timedelta(days=1)).version.key
    boss = sign_in("supervisor")
    answer = boss.post("/models/adopt", key=key, reason="看过")
    page = boss.get(answer.headers["location"]).text
    assert "金标集里没有一条标注能检验版本" in page
    assert "callqa golden" not in page, "commands are for terminals"
    assert chosen(desk) == {}


@pytest.mark.parametrize("role", ["inspector", "trainer", "team_lead", "agent", "admin"])
def test_only_supervisors_decide_on_versions(sign_in: SignIn, desk: Desk, version: ModelVersion, role: str) -> None:
    somebody = sign_in(role)
    assert somebody.get("/models").status_code == 403
    assert somebody.post("/models/adopt", key=version.key, reason="我").status_code == 403
    assert somebody.post("/models/rollback", model="faults", reason="我").status_code == 403
    assert 'href="/models"' not in somebody.get("/examples").text
    assert chosen(desk) == {}


def test_a_version_that_is_not_there(sign_in: SignIn) -> None:
    boss = sign_in("supervisor")
    assert boss.get("/models?key=nothing").status_code == 404
    answer = boss.post("/models/adopt", key="nothing", reason="看过")
    assert "没有版本 nothing" in boss.get(answer.headers["location"]).text


def test_english_readers_read_it_in_english(sign_in: SignIn, version: ModelVersion) -> None:
    page = sign_in("supervisor", language="en").get(f"/models?key={version.key}&compare=1").text
    assert "The golden set agrees" in page
    assert "金标集" not in page


def test_the_page_of_a_run_tells_what_was_learnt(sign_in: SignIn, desk: Desk, version: ModelVersion) -> None:
    facts = {"model": "faults", "outcome": "adopted", "new_examples": 48, "version": version.key, "problem": ""}
    with desk.store.write() as c:
        run_id = write.start_run(c, "nightly", desk.rubric_set[0].keys)
        write.finish_run(c, run_id, {})
        write.add_to_report(c, run_id, "learning", [facts])
    page = sign_in("supervisor").get(f"/runs/{run_id}").text
    assert "启用新版本" in page
    assert f'href="/models?key={version.key}"' in page
    page = sign_in("admin").get(f"/runs/{run_id}").text
    assert version.key in page
    assert "/models?key" not in page
