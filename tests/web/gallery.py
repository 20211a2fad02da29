"""Every part of the desk on one page, with synthetic figures."""

import re
from pathlib import Path
from zoneinfo import ZoneInfo

from web.charts import Chart, Mark, Series
from web.help.view import ItemHelp
from web.templating import environment

HERE = Path(__file__).parent
PAGE = {"_": lambda text, **values: text.format(**values), "csrf": "token", "lang": "zh", "may": lambda _: True}
ENVIRONMENT = environment(ZoneInfo("Asia/Shanghai"))

MACROS_FOR_ALL = ("ui", "forms", "charts")

MEANS = (81.2, 82.0, 81.5, 83.1, 84.0, 83.6, 85.2, 85.0, 86.1, 85.6, 86.4)
TREND = Chart(
    title="每月平均分",
    axis="月份",
    labels=tuple(f"{month} 月" for month in range(1, 12)),
    series=(
        Series("一组", MEANS, tuple(mean - 1 for mean in MEANS), tuple(mean + 1 for mean in MEANS)),
        Series("全部", tuple(mean - 2.5 for mean in MEANS)),
    ),
    unit="分",
    marks=(Mark(85, "目标"),),
)
TOTALS = Chart(
    title="得分分布",
    axis="分数段",
    labels=tuple(f"{n}–{n + 5}" for n in range(50, 100, 5)),
    series=(Series("通话", (3, 8, 15, 40, 92, 210, 480, 905, 1310, 700)),),
    unit="通",
)
WEAKEST = Chart(
    title="不合格率",
    axis="项目",
    labels=("主动询问其他诉求", "等待前告知", "复述确认", "开头语", "工单内容一致"),
    series=(Series("不合格率", (31.2, 22.4, 15.0, 9.1, 4.4)),),
    unit="%",
    least=0,
)
RANKS = Chart(
    title="平均分与区间",
    axis="坐席",
    labels=("3028 陈晓梅", "3117 王建国", "3206 李佳怡", "3302 赵一鸣", "3411 孙丽"),
    series=(
        Series("平均分", (91.2, 88.0, 86.5, 84.1, 79.9), (88.9, 85.1, 80.2, 81.0, 74.2), (93.1, 90.2, 92, 87, 85.1)),
    ),
    unit="分",
    most=100,
)
MIX = Chart(
    title="通话类别",
    axis="类别",
    labels=("城管", "交通", "医保", "物业", "教育"),
    series=(Series("本月", (320, 280, 190, 160, 90)), Series("上月", (300, 310, 170, 150, 96))),
    unit="通",
)
HEATED = Chart(
    title="每百通不合格",
    axis="项目",
    labels=("一组", "二组", "三组", "四组"),
    series=(
        Series("开头语", (1.2, 8.4, 3.1, None)),
        Series("结束语", (4.2, 2.4, 0.4, 6.0)),
        Series("等待前告知", (12.0, 22.4, 17.3, 9.8)),
    ),
)
PLACES = {
    "overview": "总览", "calls": "通话", "review": "复核", "appeal": "申诉", "agents": "坐席", "team": "班组",
    "calibration": "校准", "sample": "抽样", "training": "培训", "rubric": "评分表", "runs": "运行", "user": "账号",
}  # fmt: skip


def shown(source: str, **values: object) -> str:
    """A template's text, on one line."""
    imports = "".join(f'{{% import "macros/{name}.html" as {name} with context %}}' for name in MACROS_FOR_ALL)
    return re.sub(r"\s+", " ", ENVIRONMENT.from_string(imports + source).render(PAGE | values)).strip()


def gallery_source() -> str:
    return (HERE / "gallery.html").read_text(encoding="utf-8")


def gallery_page() -> str:
    page = {
        "who": {"name": "chen.xm", "full_name": "陈晓梅", "role": "supervisor"},
        "nav": [
            ({"href": f"/{icon}", "label": label, "icon": icon}, icon == "calls") for icon, label in PLACES.items()
        ],
        "counts": {"/review": 37, "/appeal": 4},
        "path": "/calls",
        "said": {"kind": "done", "text": "已保存筛选“一组低分”。"},
    }
    charts = {"trend": TREND, "totals": TOTALS, "weakest": WEAKEST, "ranks": RANKS, "mix": MIX, "heated": HEATED}
    opening = ItemHelp(
        "opening", "开头语", "前两句内问候、报热线名称、报工号。", ("坐席：您好，12345热线。",), ("坐席：喂？",)
    )
    return ENVIRONMENT.from_string(gallery_source()).render(PAGE | page | charts | {"opening": opening})
