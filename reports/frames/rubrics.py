"""Rubrics in the words of a hotline."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import pandas as pd

from callqa.types import Verdict
from scoring import Item, Rubric
from scoring.rubric import AppliesTo
from scoring.rubric_diff import FieldChange, How, PartChange, RubricDiff, shares
from scoring.rubric_items import Condition, TrustFloor
from services.wording import VERDICTS

FIELDS = {
    "id": "编号",
    "version": "版本",
    "title": "名称",
    "applies_to": "适用范围",
    "valid_from": "生效日期",
    "min_decided": "最低可判定比例",
    "fatal_cap": "一票否决后最高分",
    "critical_cap": "关键项不合格后最高分",
    "weight": "权重",
    "points": "分值",
    "needs": "检查",
    "effect": "计分方式",
    "only_if": "适用条件",
    "critical": "关键项",
    "fatal": "一票否决",
    "trust_floor": "信任下限",
    "note": "说明",
    "group": "所属组",
    "order": "项目顺序",
}
EFFECTS = {"earn": "得分", "bonus": "加分", "penalty": "减分"}
DIRECTIONS = {"inbound": "呼入", "outbound": "呼出"}
FIGURES = {"kappa": "kappa", "precision": "精确率"}
HOW: dict[How, str] = {"added": "新增", "removed": "删除", "changed": "修改", "same": "占比变化"}


def rubric_table(rubric: Rubric) -> pd.DataFrame:
    """The sheet, one row an item."""
    share = shares(rubric)
    rows = [
        {
            "组": group.title,
            "项目": item.title,
            "编号": item.id,
            "分值": item.points or None,
            "占总分": percent(share[item.id]) if item.share else "",
            "计分方式": effect_words(item),
            "适用条件": value_words(item.only_if, rubric.titles) if item.only_if else "",
            "信任下限": _short(item.trust_floor) if item.trust_floor else "",
            "说明": item.note,
        }
        for group in rubric.groups
        for item in group.items
    ]
    return pd.DataFrame(rows)


def rubric_summary(rubric: Rubric) -> str:
    """The rubric in a few lines."""
    kinds = {
        "得分": sum(bool(item.share) for item in rubric.items),
        "加分": sum(item.effect == "bonus" for item in rubric.items),
        "减分": sum(item.effect == "penalty" for item in rubric.items),
        "关键项": sum(item.critical for item in rubric.items),
        "一票否决": sum(item.fatal for item in rubric.items),
    }
    counts = "，".join(f"{name} {n}" for name, n in kinds.items() if n)
    weights = "、".join(f"{group.title} {group.weight:g}%" for group in rubric.groups if group.weight)
    rules = [
        f"可判定分值低于 {percent(100 * rubric.min_decided)} 不给总分",
        f"一票否决经人工确认后最高 {rubric.fatal_cap:g} 分",
    ]
    if rubric.critical_cap is not None:
        rules.append(f"关键项不合格最高 {rubric.critical_cap:g} 分")
    start = f"{rubric.valid_from:%Y-%m-%d} 起" if rubric.valid_from else "不限日期"
    return "\n".join(
        (
            f"评分表 {rubric.id} {rubric.version}：{rubric.title}",
            f"  {len(rubric.groups)} 组 {len(rubric.items)} 项（{counts}），用到 {len(rubric.check_ids)} 个检查",
            *((f"  各组权重：{weights}",) if weights else ()),
            f"  适用：{value_words(rubric.applies_to, {})}，{start}",
            f"  {'；'.join(rules)}",
        )
    )


def diff_tables(diff: RubricDiff, before: Rubric, after: Rubric) -> dict[str, pd.DataFrame]:
    """What changed, by heading; headings without a change are left out."""
    titles = before.titles | after.titles | {group.id: group.title for group in (*before.groups, *after.groups)}
    whole = pd.DataFrame(
        [
            {
                "字段": FIELDS[change.field],
                "原来": value_words(change.before, titles),
                "现在": value_words(change.after, titles),
            }
            for change in diff.rubric
        ]
    )
    tables = {"评分表": whole, "组": _parts(diff.groups, titles), "项目": _parts(diff.items, titles)}
    return {name: table for name, table in tables.items() if len(table)}


def _parts(parts: tuple[PartChange, ...], titles: Mapping[str, str]) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {
                "变化": HOW[part.how],
                "名称": part.title,
                "编号": part.id,
                "内容": "；".join(_change_words(change, titles) for change in part.fields),
                "原占总分": _share_words(part.share_before),
                "现占总分": _share_words(part.share_after),
            }
            for part in parts
        ]
    )


def _share_words(share: float | None) -> str:
    """A dash for what has none, such as a bonus; nothing for what is not on the sheet."""
    return "" if share is None else percent(share) if share else "—"


def _change_words(change: FieldChange, titles: Mapping[str, str]) -> str:
    return f"{FIELDS[change.field]} {value_words(change.before, titles)} → {value_words(change.after, titles)}"


def _short(floor: TrustFloor) -> str:
    return f"{FIGURES[floor.figure]}≥{floor.floor:g}/{floor.min_reviewed}通"


def effect_words(item: Item) -> str:
    if item.fatal:
        return "一票否决"
    return EFFECTS[item.effect] + ("（关键项）" if item.critical else "")


def value_words(value: Any, titles: Mapping[str, str]) -> str:
    """A field's value; ``titles`` of items and groups by id."""
    match value:
        case None | "" | ():
            return "无"
        case bool():
            return "是" if value else "否"
        case float():
            return f"{value:g}"
        case date():
            return f"{value:%Y-%m-%d}"
        case tuple():
            return "、".join(titles.get(name, name) for name in value)
        case Condition():
            return f"仅当“{titles.get(value.item, value.item)}”{VERDICTS[Verdict(value.verdict)]}"
        case TrustFloor():
            return f"{FIGURES[value.figure]} ≥ {value.floor:g}（复核满 {value.min_reviewed} 通）"
        case AppliesTo():
            named = {
                "班组": value.teams,
                "线路": value.lines,
                "方向": tuple(DIRECTIONS[name] for name in value.directions),
            }
            return "；".join(f"{what} {'、'.join(names)}" for what, names in named.items() if names) or "全部通话"
    return str(EFFECTS.get(value, titles.get(value, value)))


def percent(value: float) -> str:
    return f"{round(value, 1):g}%"
