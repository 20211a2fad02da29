"""Rubrics in the words of a hotline."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

import pandas as pd

from callqa.messages import NONE, Joined, Message, Text
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
CRITICAL_EFFECTS = {"earn": "得分（关键项）", "bonus": "加分（关键项）", "penalty": "减分（关键项）"}
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
            "计分方式": Message(effect_words(item)),
            "适用条件": value_words(item.only_if, rubric.titles) if item.only_if else "",
            "信任下限": _short(item.trust_floor) if item.trust_floor else "",
            "说明": item.note,
        }
        for group in rubric.groups
        for item in group.items
    ]
    return pd.DataFrame(rows)


def rubric_summary(rubric: Rubric) -> tuple[Message | Joined, ...]:
    """The rubric in a few lines; the first one names it."""
    counts = (
        Message("得分 {n}", n=sum(bool(item.share) for item in rubric.items)),
        Message("加分 {n}", n=sum(item.effect == "bonus" for item in rubric.items)),
        Message("减分 {n}", n=sum(item.effect == "penalty" for item in rubric.items)),
        Message("关键项 {n}", n=sum(item.critical for item in rubric.items)),
        Message("一票否决 {n}", n=sum(item.fatal for item in rubric.items)),
    )
    weights = [
        Message("{group} {weight:g}%", group=group.title, weight=group.weight)
        for group in rubric.groups
        if group.weight
    ]
    start = Message("{day} 起", day=rubric.valid_from) if rubric.valid_from else Message("不限日期")
    return (
        Message("评分表 {id} {version}：{title}", id=rubric.id, version=rubric.version, title=rubric.title),
        Message(
            "{groups} 组 {items} 项（{counts}），用到 {checks} 个检查",
            groups=len(rubric.groups),
            items=len(rubric.items),
            counts=Joined([count for count in counts if count.values["n"]], "，"),
            checks=len(rubric.check_ids),
        ),
        *((Message("各组权重：{weights}", weights=weights),) if weights else ()),
        Message("适用：{calls}，{start}", calls=value_words(rubric.applies_to, {}), start=start),
        Joined(_rules(rubric), "；"),
    )


def _rules(rubric: Rubric) -> Iterator[Message]:
    yield Message("可判定分值低于 {share} 不给总分", share=percent(100 * rubric.min_decided))
    yield Message("一票否决经人工确认后最高 {points:g} 分", points=rubric.fatal_cap)
    if rubric.critical_cap is not None:
        yield Message("关键项不合格最高 {points:g} 分", points=rubric.critical_cap)


def diff_tables(diff: RubricDiff, before: Rubric, after: Rubric) -> dict[str, pd.DataFrame]:
    """What changed, by heading; headings without a change are left out."""
    titles = before.titles | after.titles | {group.id: group.title for group in (*before.groups, *after.groups)}
    whole = pd.DataFrame(
        [
            {
                "字段": Message(FIELDS[change.field]),
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
                "变化": Message(HOW[part.how]),
                "名称": part.title,
                "编号": part.id,
                "内容": Joined([_change_words(change, titles) for change in part.fields], "；"),
                "原占总分": _share_words(part.share_before),
                "现占总分": _share_words(part.share_after),
            }
            for part in parts
        ]
    )


def _share_words(share: float | None) -> str:
    """A dash for what has none, such as a bonus; nothing for what is not on the sheet."""
    return "" if share is None else percent(share) if share else "—"


def _change_words(change: FieldChange, titles: Mapping[str, str]) -> Message:
    before, after = value_words(change.before, titles), value_words(change.after, titles)
    return Message("{field} {before} → {after}", field=Message(FIELDS[change.field]), before=before, after=after)


def _short(floor: TrustFloor) -> Message:
    figure = Message(FIGURES[floor.figure])
    return Message("{figure}≥{floor:g}/{n}通", figure=figure, floor=floor.floor, n=floor.min_reviewed)


def effect_words(item: Item) -> str:
    if item.fatal:
        return "一票否决"
    return (CRITICAL_EFFECTS if item.critical else EFFECTS)[item.effect]


def value_words(value: Any, titles: Mapping[str, str]) -> Text:
    """A field's value; ``titles`` of items and groups by id."""
    match value:
        case None | "" | ():
            return NONE
        case bool():
            return Message("是") if value else Message("否")
        case float():
            return f"{value:g}"
        case date():
            return f"{value:%Y-%m-%d}"
        case tuple():
            return Joined(titles.get(name, name) for name in value)
        case Condition():
            verdict = Message(VERDICTS[Verdict(value.verdict)])
            return Message("仅当“{item}”{verdict}", item=titles.get(value.item, value.item), verdict=verdict)
        case TrustFloor():
            figure, n = Message(FIGURES[value.figure]), value.min_reviewed
            return Message("{figure} ≥ {floor:g}（复核满 {n} 通）", figure=figure, floor=value.floor, n=n)
        case AppliesTo():
            return _covered(value)
    return Message(EFFECTS[value]) if value in EFFECTS else titles.get(value, str(value))


def _covered(applies_to: AppliesTo) -> Message | Joined:
    directions = [Message(DIRECTIONS[name]) for name in applies_to.directions]
    parts = (
        Message("班组 {names}", names=applies_to.teams),
        Message("线路 {names}", names=applies_to.lines),
        Message("方向 {names}", names=directions),
    )
    return Joined(limits, "；") if (limits := [part for part in parts if part.values["names"]]) else Message("全部通话")


def percent(value: float) -> str:
    return f"{round(value, 1):g}%"
