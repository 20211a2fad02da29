"""Rubrics, checks and trials of drafts in the browser."""

import re
from pathlib import Path

import pytest
import yaml
from browsing import SignIn
from crawling import read_out

import scoring
from callqa.messages import words
from store.calls import read, registry
from web.desk import Desk

SHIPPED = (Path(scoring.__file__).parent / "rubrics" / "pudong-12345.yaml").read_text(encoding="utf-8")


def draft(**changes: object) -> str:
    content = yaml.safe_load(SHIPPED) | {"version": "draft-1"} | changes
    return yaml.safe_dump(content, allow_unicode=True, sort_keys=False)


def test_every_item_and_its_checks_are_shown(sign_in: SignIn) -> None:
    inspector = sign_in("inspector")
    (in_use,) = inspector.json("/rubrics.json")["in_use"]
    assert len(in_use["items"]) == 22
    for item in in_use["items"]:
        for check in item["checks"]:
            page = inspector.json(f"/rubrics/check.json?id={check}")
            assert page["meaning"]
            assert [item["title"]] == [title for _, title in page["used_by"] if title == item["title"]]
    assert inspector.get("/rubrics/check?id=../../etc/passwd").status_code == 404


def test_versions_are_compared(sign_in: SignIn, desk: Desk) -> None:
    (rubric_context,) = desk.rubric_set
    other = yaml.safe_load(draft(fatal_cap=10))
    with desk.store.write() as c:
        document = scoring.Rubric.model_validate(other)
        registry.register_rubric(c, document.id, document.version, document.key, document.model_dump(mode="json"))
    inspector = sign_in("inspector")
    assert [row["in_use"] for row in inspector.json("/rubrics.json")["stored"]] == [True, False]
    page = inspector.json(f"/rubrics/diff.json?before={rubric_context.rubric.key}&after={document.key}")
    (table,) = page["tables"]
    assert ["一票否决后最高分", "0", "10"] in table["rows"]
    assert inspector.get(f"/rubrics/sheet?key={document.key}").status_code == 200
    assert inspector.get("/rubrics/sheet?key=nothing").status_code == 404


def test_a_draft_is_tried_and_nothing_is_stored(sign_in: SignIn, desk: Desk) -> None:
    boss = sign_in("supervisor")
    text = draft()
    content = yaml.safe_load(text)
    content["groups"][0]["items"][0]["points"] = 20
    answer = boss.post("/rubrics/trial", text=yaml.safe_dump(content, allow_unicode=True), month="2026-11")
    assert answer.status_code == 200
    assert "变化最大的通话" in answer.text
    assert "草案改了什么" in answer.text
    assert len(boss.json("/rubrics.json")["stored"]) == 1
    with desk.store.read() as c:
        assert len(list(read.scores(c, desk.rubric_set[0].keys))) == 60


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "应分字段填写"),
        ("a: [", "YAML 格式有误"),
        ("id: x", "缺少"),
        ("a: &a [*a]", "内容不合要求"),
        ("!!python/object/apply:os.system ['true']", "应分字段填写"),
        (SHIPPED, "version"),
    ],
)
def test_what_is_no_draft_is_told_without_our_paths(sign_in: SignIn, text: str, told: str) -> None:
    answer = sign_in("supervisor").post("/rubrics/trial", text=text or " ", month="2026-11")
    assert "/tmp" not in answer.text
    if text != SHIPPED:
        assert answer.status_code == 422
        assert told in answer.text


REFUSED = "草案不能使用：{problem}"
MISTAKES = {
    "titel": (lambda draft: draft.update(titel="x"), "没有 titel 这个字段，是不是 title？"),
    "points": (lambda draft: draft["groups"][0]["items"][0].update(points="五"), "应为数字"),
    "nothing": (lambda draft: draft["groups"][0]["items"][0].update(points=0), "opening 没有分值"),
    "check": (lambda draft: draft["groups"][0]["items"][0].update(needs=["openning"]), "检查 openning 不在检查库里"),
    "twice": (lambda draft: draft["groups"].append(draft["groups"][0]), "编号和名称不能重复"),
    "cap": (lambda draft: draft.update(critical_cap=59), "没有关键项，请去掉 critical_cap"),
    "weight": (lambda draft: draft["groups"][0].update(weight=40), "没有权重"),
    "self": (lambda draft: draft["groups"][0]["items"][0].update(only_if={"item": "x", "verdict": "met"}),
             "适用条件里的 x 不是本表的项目"),
}  # fmt: skip


@pytest.mark.parametrize("name", MISTAKES)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_mistake_in_a_draft_is_told_in_the_persons_words(sign_in: SignIn, name: str, language: str) -> None:
    change, expected = MISTAKES[name]
    content = yaml.safe_load(draft())
    change(content)
    boss = sign_in("supervisor", language=language)
    answer = boss.post(
        "/rubrics/trial", text=yaml.safe_dump(content, allow_unicode=True, sort_keys=False), month="2026-11"
    )
    (refusal,) = [piece for piece in read_out(answer.text) if piece.startswith(words(language)(REFUSED).split("{")[0])]
    if language == "zh":
        assert expected in refusal
        assert "第 " in refusal
    else:
        assert "line " in refusal
        assert not re.search("[\u4e00-\u9fff]", refusal)
