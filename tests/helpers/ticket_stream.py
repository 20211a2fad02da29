"""A stream of tickets of nobody: three streets, four matters, one of which goes to another bureau in the 15th week."""

import csv
import gzip
import json
import random
from datetime import datetime, timedelta
from pathlib import Path

from tickets.dispatch.matter import Experience, Matter, Outcome
from tickets.lifecycle.export import COLUMNS

START = datetime(2026, 1, 5)
STREETS = {"东塘街道": "东塘街道办事处", "南浜镇": "南浜镇政府", "西渡镇": "西渡镇政府"}
CATEGORIES = {"噪音": "环境", "摆摊": "市容", "停车": "交通", "停水": "水务"}
BUREAUS = {"噪音": "区环境局", "摆摊": "区城管局", "停车": "区交通委", "停水": "供水公司"}
CHANGED, NEW_BUREAU = "噪音", "区执法大队"
CHANGE_AT = START + timedelta(weeks=14)
CARELESS = 0.05
"""Share of tickets that people gave to a wrong unit first."""


def ticket_stream(weeks: int = 26, per_day: int = 12, seed: int = 1, changes: bool = True) -> list[Experience]:
    """In the order of filing. A matter at home is the street's; people learn of the change after a week."""
    chance = random.Random(seed)
    made = []
    for number in range(weeks * 7 * per_day):
        filed_at = START + timedelta(days=number // per_day, hours=8 + 10 * (number % per_day) / per_day)
        leaf, street = chance.choice(list(BUREAUS)), chance.choice(list(STREETS))
        at_home = leaf in ("噪音", "停车") and chance.random() < 0.4
        changed = changes and leaf == CHANGED and filed_at >= CHANGE_AT
        bureau = NEW_BUREAU if changed else BUREAUS[leaf]
        unit = STREETS[street] if at_home else bureau
        first = unit
        if chance.random() < CARELESS or (changed and not at_home and filed_at < CHANGE_AT + timedelta(weeks=1)):
            first = BUREAUS[leaf] if changed else chance.choice([each for each in BUREAUS.values() if each != unit])
        wrong = first != unit
        where, ending = "小区楼下" if at_home else "马路边", chance.choice(["", "，很久了", "，每天如此"])
        text = f"{street}{where}{leaf}，请处理{ending}"
        returned_at = filed_at + timedelta(hours=chance.uniform(2, 40)) if wrong else None
        closed_at = filed_at + timedelta(hours=chance.uniform(20, 100))
        matter = Matter(f"T{number:05}", filed_at, (CATEGORIES[leaf], leaf), street, "投诉举报类", text)
        made.append(Experience(matter, Outcome(unit, filed_at, first, returned_at, closed_at)))
    return made


def write_stream(folder: Path, tickets: list[Experience]) -> None:
    """As the files that `callqa dispatch eval` reads."""
    minutes = "%Y-%m-%d %H:%M"
    with gzip.open(folder / "tickets.csv.gz", "wt", encoding="utf-8-sig", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["工单编号", "工单生成时间", "工单类型", "一级分类", "二级分类", "三级分类", "四级分类",
                       "诉求街镇", "内容描述", "主办单位"])  # fmt: skip
        for each in tickets:
            matter = each.matter
            rows.writerow([matter.ticket_id, f"{matter.filed_at:{minutes}}", matter.request_type, matter.category[0],
                           "", "", matter.leaf, matter.street, matter.text, each.outcome.unit])  # fmt: skip
    with gzip.open(folder / "lifecycle.csv.gz", "wt", encoding="utf-8-sig", newline="") as file:
        lives = csv.DictWriter(file, COLUMNS, restval="")
        lives.writeheader()
        for each in tickets:
            ended, matter = each.outcome, each.matter
            times = {"派单时间": ended.dispatched_at, "退单时间": ended.returned_at, "办结时间": ended.closed_at}
            row = {name: f"{at:{minutes}}" for name, at in times.items() if at is not None}
            again = {"退单理由": "不属本单位职责", "改派单位": ended.unit} if ended.was_wrong else {}
            lives.writerow({"工单编号": matter.ticket_id, "首派单位": ended.first_unit, **row, **again})
    drift = {"cat": CHANGED, "date": CHANGE_AT.date().isoformat(), "from": BUREAUS[CHANGED], "to": NEW_BUREAU}
    (folder / "truth.json").write_text(json.dumps({"drift": [drift]}), encoding="utf-8")


def changed(folder: Path, name: str, line: int, column: str, value: str) -> None:
    """Writes another value into a cell; lines from 1."""
    with gzip.open(folder / name, "rt", encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    rows[line - 1][rows[0].index(column)] = value
    with gzip.open(folder / name, "wt", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows(rows)
