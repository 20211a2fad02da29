"""Configuring in the browser: a rubric from a form to its publication by a second person, and every other subject."""

import re

import pytest
import yaml
from browsing import Browser, SignIn

from services.configuration import sheet
from services.configuration.drafts import of_the_next_run
from web.desk import Desk

ID = "pudong-12345"


def begun(boss: Browser, subject: str = "rubric", name: str = ID) -> str:
    answer = boss.post("/configuration/begin", subject=subject, name=name)
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"])


def fields(desk: Desk, **changes: str) -> dict[str, str]:
    """The form of the rubric in use, with these changes."""
    rubric = next(context.rubric for context in of_the_next_run(desk.settings, desk.store) if context.rubric.id == ID)
    return sheet.fields_of(rubric) | {name.replace("__", "."): value for name, value in changes.items()}


def text_of(answer) -> str:
    return re.sub(r"<[^>]+>", "", answer.text)


def test_a_rubric_from_the_form_to_its_publication(sign_in: SignIn, desk: Desk) -> None:
    boss, other = sign_in("supervisor"), sign_in("supervisor", "second")
    draft = begun(boss)
    assert boss.get(draft).status_code == 200
    assert other.get(draft).status_code == 404, "nobody was asked yet"
    sent = fields(desk, version="2026.2", item__opening__points="9", item__courtesy__off="yes")
    assert boss.post(f"{draft}/sheet", **sent).status_code == 303
    page = boss.json(f"{draft}.json")
    assert page["sheet"]["off"] == [["courtesy", "礼貌用语"]]
    assert "分值 5 → 9" in boss.get(draft).text
    assert "变化最大的通话" in boss.post(f"{draft}/trial", month="2026-11").text
    assert boss.post(f"{draft}/submit", reason="开头语更重要").status_code == 303
    assert boss.post(f"{draft}/publish").headers["location"] == draft, "not by oneself"
    assert "批准并发布" in other.get(draft).text
    assert other.post(f"{draft}/publish").headers["location"] == "/configuration"
    (published,) = other.json("/configuration.json")["published"]
    assert (published["subject"], published["waits"]) == ("rubric", True)
    (context,) = of_the_next_run(desk.settings, desk.store)
    assert (context.rubric.version, context.rubric.items[0].points) == ("2026.2", 9)
    entries = sign_in("admin").get("/audit").text
    for words in ("新建配置草案", "修改配置草案", "提交配置草案", "批准并发布配置"):
        assert words in entries


def test_what_cannot_be_used_is_told_beside_what_was_typed(sign_in: SignIn, desk: Desk) -> None:
    boss = sign_in("supervisor")
    draft = begun(boss)
    answer = boss.post(f"{draft}/sheet", **fields(desk, version="2026.2", title="我的新表", item__opening__points="五"))
    assert answer.status_code == 422
    assert "应为数字" in text_of(answer)
    assert 'value="我的新表"' in answer.text


def test_an_item_is_switched_off_and_put_back(sign_in: SignIn, desk: Desk) -> None:
    boss = sign_in("supervisor")
    draft = begun(boss)
    boss.post(f"{draft}/sheet", **fields(desk, item__courtesy__off="yes"))
    sent = {name: value for name, value in fields(desk).items() if ".courtesy." not in name}
    boss.post(f"{draft}/sheet", **sent, back="courtesy")
    assert boss.json(f"{draft}.json")["sheet"]["off"] == []


def test_a_check_of_phrases_is_tried_and_added(sign_in: SignIn, desk: Desk) -> None:
    boss = sign_in("supervisor")
    draft = begun(boss)
    hits = boss.post("/configuration/phrases", **{"params.phrases": "请您核对一下", "sentence": "那请您合对一下地址"})
    assert "<mark>请您合对一下</mark>" in hits.text
    assert "qing nin he dui yi xia" in hits.text
    answer = boss.post(
        f"{draft}/check",
        **{
            "kind": "phrase",
            "title": "核对地址",
            "group": "service_script",
            "params.phrases": "请您核对一下\n核对一下地址",
        },
    )
    assert answer.status_code == 303, text_of(answer)
    page = boss.json(f"{draft}.json")
    ((check_id, title),) = page["own_checks"]
    assert title == "核对地址"
    assert any(item["id"] == check_id for group in page["sheet"]["groups"] for item in group["items"])
    entries = yaml.safe_load(boss.get(f"{draft}/file?what=checks").text)
    assert entries[0]["params"]["phrases"] == ["请您核对一下", "核对一下地址"]


def test_a_trial_runs_new_checks_on_calls_that_lack_them(sign_in: SignIn, desk: Desk) -> None:
    boss = sign_in("supervisor")
    draft = begun(boss)
    check = {"kind": "phrase", "title": "服务热线", "group": "service_script", "params.phrases": "再见"}
    assert boss.post(f"{draft}/check", **check).status_code == 303
    answer = boss.post(f"{draft}/trial", month="2026-11")
    assert "比较 " in answer.text
    assert "还没有在" not in answer.text


def test_a_shipped_check_opens_in_the_form_of_its_kind(sign_in: SignIn, desk: Desk) -> None:
    """Sent back as it is shown, it means the same: only a change makes another check of it."""
    boss = sign_in("supervisor")
    draft = begun(boss)
    for context in desk.rubric_set:
        for check_id in context.checks:
            assert boss.get(f"{draft}/check?id={check_id}").status_code == 200, check_id
    form = boss.json(f"{draft}/check.json?id=speech_rate")
    sent = {field["name"]: field["value"] for part in form["parts"] for field in part["fields"]}
    answer = boss.post(f"{draft}/check", **sent | {"id": "speech_rate", "title": form["title"], "params.limit": "300"})
    assert answer.status_code == 303, text_of(answer)
    (entry,) = yaml.safe_load(boss.get(f"{draft}/file?what=checks").text)
    assert entry["params"]["limit"] == 300


@pytest.mark.parametrize(
    ("subject", "name", "changes", "expected"),
    [
        ("plan", "weekly", {"per_agent.n": "4"},
         {"per_agent": {"n": 4, "tenure": [{"name": "新员工", "below_days": 90, "n": 7}]}}),
        ("rules", "", {"rules.0.match.team": "A组", "rules.0.reviewers": "张三 2\n李四"},
         {"rules": [{"match": {"team": ["A组"]}, "reviewers": {"张三": 2, "李四": 1.0}}]}),
        ("holidays", "2027", {"source": "国办通知", "holidays.0.name": "元旦", "holidays.0.first": "2027-01-01",
         "holidays.0.last": "2027-01-03"}, {"source": "国办通知"}),
        ("retention", "", {"audio_days": "90"}, {"audio_days": 90}),
    ],
)  # fmt: skip
def test_every_other_subject_has_a_form(sign_in: SignIn, subject, name, changes, expected) -> None:
    boss, other = sign_in("supervisor"), sign_in("admin", "operator")
    draft = begun(boss, subject, name)
    parts = boss.json(f"{draft}.json")["parts"]
    sent = {
        field["name"]: field["value"]
        for part in parts
        for row in [part["fields"], *part["rows"]]
        for field in row
        if field["value"] or field["kind"] != "tick"
    }
    answer = boss.post(f"{draft}/form", **sent | changes)
    assert answer.status_code == 303, text_of(answer)
    document = yaml.safe_load(boss.get(f"{draft}/file").text)
    assert document | expected == document
    boss.post(f"{draft}/submit", reason="新规定")
    assert other.post(f"{draft}/publish").headers["location"] == "/configuration", text_of(other.get(draft))
    assert begun(boss, subject, name) != draft


def test_yaml_is_put_in_and_taken_out(sign_in: SignIn) -> None:
    boss = sign_in("supervisor")
    draft = begun(boss)
    text = boss.get(f"{draft}/file").text
    assert text.startswith("# Default rubric"), "with its comments"
    changed = text.replace('version: "2026.1"', 'version: "2026.2"')
    assert boss.post(f"{draft}/yaml", text=changed).status_code == 303
    assert boss.get(f"{draft}/file").text == changed
    refused = boss.post(f"{draft}/yaml", text=changed.replace("points: 5", "points: fünf", 1))
    assert refused.status_code == 422
    assert re.search(r"第 \d+ 行", text_of(refused))
