"""Things of one type that are said: phone numbers, sums, roads, names, times, plates and other numbers."""

from pathlib import Path

import pytest
from dummies import call

from callqa.errors import ConfigError
from qa_models.check_library import read_library
from qa_models.facts.entities import TYPES, entities
from qa_models.registry import KINDS


def found(text: str, kind: str) -> list[tuple[str, str]]:
    turns = call(f"C: {text}").turns
    return [(entity.value, entity.quote) for entity in entities(turns, (kind,))]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "kind", "values"),
    [
        ("手机幺三七，二二零四，五五八幺", "phone", ["13722045581"]),
        ("电话五八三三零幺七二", "phone", ["58330172"]),
        ("打一二三四五", "phone", []),
        ("一共两千五百块", "money", ["2500"]),
        ("一块去", "money", []),
        ("我在银桂路和海棠街的路口", "road", ["银桂路", "海棠街"]),
        ("这条路不好走", "road", []),
        ("我姓汤，叫汤慧敏", "name", ["汤", "汤慧敏"]),
        ("汤女士您好", "name", ["汤女士"]),
        ("昨天晚上十点", "time", ["昨天晚上十点"]),
        ("上周三", "time", ["上周三"]),
        ("身份证号三幺零幺幺五一九八零零一零一幺二三X", "id_number", ["31011519800101123X"]),
        ("身份证310115198001011234", "id_number", ["310115198001011234"]),
        ("车牌沪A三五七K二", "plate", ["沪A357K2"]),
        ("车牌号是沪B，幺二三四五", "plate", ["沪B12345"]),
        ("工号三零二八", "identifier", ["3028"]),
        ("订单号码八八零二四四幺", "identifier", ["8802441"]),
    ],
)
def test_entities(text: str, kind: str, values: list[str]) -> None:
    assert [value for value, _ in found(text, kind)] == values


def library(folder: Path, params: str) -> Path:
    path = folder / "mine.yaml"
    path.write_text(f"- {{id: mine, kind: entity, title: 甲, params: {params}}}\n", encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("params", "script", "expected", "reason"),
    [
        ("{types: [phone], role: citizen}", "C: 幺三七二二零四五五八幺", "met", "entity_said"),
        ("{types: [phone], role: citizen}", "A: 幺三七二二零四五五八幺 | C: 好", "violated", "entity_missing"),
        ("{types: [phone, road], role: citizen}", "C: 银桂路", "met", "entity_said"),
        ("{types: [phone], role: agent, expect: absent}", "A: 幺三七二二零四五五八幺", "violated", "entity_found"),
        ("{types: [phone], role: agent, expect: absent}", "C: 幺三七二二零四五五八幺 | A: 好", "met", "entity_absent"),
        ("{types: [phone], role: anybody}", "C: 幺三七 | A: 嗯 | C: 二二零四五五八幺", "met", "entity_said"),
        ("{types: [phone], role: citizen}", "C: 幺三七 | A: 幺三七 | C: 二二零四五五八幺", "met", "entity_said"),
        ("{types: [phone], role: citizen}", "C: 幺三七二二零 | A: 稍等 | C: 四五五八幺", "met", "entity_said"),
        ("{types: [phone], role: citizen}", "C: 电话幺三七 | A: 哪条路 | C: 二二零", "violated", "entity_missing"),
        ("{types: [phone], role: citizen}", "A: 您好", "unsure", "no_citizen_speech"),
        ("{types: [phone], role: citizen}", "C: 幺三 (confidence 0.2) | A: 好", "unsure", "unclear_speech"),
    ],
)
def test_the_kind(tmp_path: Path, params: str, script: str, expected: str, reason: str) -> None:
    check = read_library(library(tmp_path, params), KINDS)["mine"]
    finding = check(call(script))
    assert (finding.verdict.value, finding.reason) == (expected, reason)


def test_evidence_stands_in_the_order_of_the_call(tmp_path: Path) -> None:
    check = read_library(library(tmp_path, "{types: [road, phone]}"), KINDS)["mine"]
    finding = check(call("C: 幺三七二二零四五五八幺 | A: 好的 | C: 银桂路"))
    assert [evidence.turn_index for evidence in finding.evidence] == [0, 2]


@pytest.mark.parametrize("role", ["anyone", "nobody"])
def test_an_unknown_role_is_refused(tmp_path: Path, role: str) -> None:
    with pytest.raises(ConfigError, match="role"):
        read_library(library(tmp_path, f"{{types: [phone], role: {role}}}"), KINDS)


def test_an_unknown_type_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="types"):
        read_library(library(tmp_path, "{types: [fone]}"), KINDS)
    assert "id_number" in TYPES
