"""Columns of an export's tables, in their order. The documentation is tested against this."""

from callqa.types import Verdict
from reports.tables.columns import Column, Kind, TableSpec
from scoring import Rubric

SCHEMA_VERSION = 2
"""Goes up when a column changes its name, kind or meaning; a new column does not raise it."""
ITEM_PREFIX = "item_"
FATAL = "待确认: the machine found a fatal item violated and nobody confirmed it yet; 已确认: a person did"
AGENT_NAME = Column("agent_name", "姓名", "text", "the agent's name, where the roster has it")

OVERVIEW = TableSpec(
    "overview",
    "概览",
    "One row: what the export covers.",
    (
        Column("period", "统计期间", "text", "a month, or first and last day"),
        Column("team", "班组", "text", "the team, where the export is of one"),
        Column("rubric", "评分表", "words", "title of the rubric"),
        Column("rubric_id", "评分表编号", "text", "id of the rubric", internal=True),
        Column("rubric_version", "评分表版本", "text", "its version"),
        Column("n_calls", "通话数", "count", "calls that have a score sheet"),
        Column("n_scored", "已评分", "count", "of these, calls with a total; means are over them"),
        Column("n_waiting", "待复核", "count", "calls that wait for a person, with or without a total"),
        Column("n_unscored", "无总分", "count", "calls of which too little could be decided for a total"),
        Column(
            "n_flagged", "一票否决待确认", "count", "calls with a violation of a fatal item that nobody confirmed yet"
        ),
        Column("n_fatal", "一票否决", "count", "calls with a violation of a fatal item that a person confirmed"),
        Column("n_held", "暂缓发布", "count", "calls of nights that the golden-set gate holds; in no other figure"),
        Column("mean", "平均分", "points", "mean total"),
        Column("low", "下限", "points", "lower bound of the mean's 95 % interval"),
        Column("high", "上限", "points", "upper bound"),
        Column("mean_worst", "待定全不合格", "points", "mean if every undecided item were violated"),
        Column("mean_best", "待定全合格", "points", "mean if every undecided item were met"),
        Column("made_at", "导出时间", "time", "when the files were made"),
    ),
)

_FIGURES = (
    Column("n_calls", "通话数", "count", "calls that have a score sheet"),
    Column("n_scored", "已评分", "count", "of these, calls with a total"),
    Column("mean", "平均分", "points", "mean total"),
    Column("low", "下限", "points", "lower bound of the mean's 95 % interval; empty with too few calls"),
    Column("high", "上限", "points", "upper bound"),
    Column("n_waiting", "待复核", "count", "calls that wait for a person"),
    Column("n_flagged", "一票否决待确认", "count", "calls with a violation of a fatal item that nobody confirmed yet"),
    Column("n_fatal", "一票否决", "count", "calls with a violation of a fatal item that a person confirmed"),
)
_WEAKEST = Column("weakest", "最弱项目", "words", "up to three items failed most often: failed/decided calls")

TEAMS = TableSpec(
    "teams",
    "班组",
    "One row a team.",
    (
        Column("team", "班组", "text", "name; empty: calls without a team"),
        Column("n_agents", "坐席数", "count", "agents with calls"),
        *_FIGURES,
        _WEAKEST,
    ),
)

AGENTS = TableSpec(
    "agents",
    "坐席",
    "One row an agent and team, best first.",
    (
        Column(
            "rank",
            "名次",
            "count",
            "place by standing_low; who cannot be told from the first of a rank shares it",
        ),
        Column("tied", "并列", "flag", "whether the rank is shared"),
        Column("team", "班组", "text", "name"),
        Column("agent_id", "工号", "text", "as in the manifest"),
        AGENT_NAME,
        *_FIGURES,
        Column("standing", "排名均分", "points", "mean drawn towards the common mean, the more the fewer calls"),
        Column("standing_low", "排名下限", "points", "its lower bound, by which agents are ranked"),
        Column("best_rank", "最高可能名次", "count", "the best rank that can't be ruled out"),
        Column("worst_rank", "最低可能名次", "count", "the worst rank that can't be ruled out"),
        Column("like", "同类通话平均", "points", "what an average agent scores on calls of this mix"),
        _WEAKEST,
    ),
)

ITEMS = TableSpec(
    "items",
    "项目",
    "One row an item of the rubric.",
    (
        Column("item_id", "项目编号", "text", "id in the rubric", internal=True),
        Column("item", "项目", "text", "title in the rubric"),
        Column("group", "类别", "text", "title of its group"),
        Column("max_points", "分值", "points", "points of the item; 0 for fatal items"),
        Column("fatal", "一票否决项", "flag", "whether it is a fatal item"),
        Column("n_decided", "已判定", "count", "calls in which it was met or violated"),
        Column("n_passed", "合格", "count", "calls in which it was met"),
        Column("pass_rate", "合格率", "share", "n_passed / n_decided"),
        Column("pass_low", "合格率下限", "share", "lower bound of Wilson's 95 % interval"),
        Column("pass_high", "合格率上限", "share", "upper bound"),
        Column(
            "n_waiting",
            "待判定",
            "count",
            "calls in which a person has yet to decide it, or to confirm its fatal fault",
        ),
        Column(
            "best_team",
            "最好班组",
            "text",
            "team with the highest pass rate; empty where no two teams can be told apart",
        ),
        Column("worst_team", "最弱班组", "text", "team with the lowest pass rate"),
    ),
)

TREND = TableSpec(
    "trend",
    "趋势",
    "One row a week.",
    (
        Column("week", "周", "text", "ISO week, e.g. 2026-W47"),
        Column("first_day", "首日", "text", "its Monday"),
        *_FIGURES,
    ),
)

EVIDENCE = TableSpec(
    "evidence",
    "证据",
    "One row an item of a call that was violated or waits for a person.",
    (
        Column("agent_id", "工号", "text", "as in the manifest"),
        AGENT_NAME,
        Column("team", "班组", "text", "name"),
        Column("call_id", "通话编号", "text", "as in the manifest"),
        Column("item_id", "项目编号", "text", "id in the rubric", internal=True),
        Column("item", "项目", "text", "title in the rubric"),
        Column("verdict", "判定", "verdict", "what counts"),
        Column("by_person", "人工", "flag", "whether a person said so"),
        Column("points_lost", "扣分", "points", "empty where nothing was taken away"),
        Column("fatal", "一票否决", "text", "待确认: a person has yet to confirm it; 已确认"),
        Column("start", "时间", "offset", "where it can be heard"),
        Column("reason", "原因", "words", "why, in words"),
        Column("quote", "原话", "words", "what was said, as it was recognised"),
    ),
)

REVIEWS = TableSpec(
    "reviews",
    "复核与申诉",
    "One row a review, an appeal, or a step of an appeal.",
    (
        Column("at", "时间", "time", "when"),
        Column("kind", "类型", "text", "复核, 申诉, or the stage of an appeal's step"),
        Column("call_id", "通话编号", "text", "as in the manifest"),
        Column("agent_id", "工号", "text", "whose call it is"),
        AGENT_NAME,
        Column("item", "项目", "text", "title in the rubric, or of the manual item"),
        Column("action", "动作", "text", "what the person did"),
        Column("verdict", "判定", "verdict", "what the person decided"),
        Column("points", "加减分", "points", "of a manual item"),
        Column("author", "人员", "text", "who"),
        Column("reason", "理由", "words", "why, in their own words"),
    ),
)

FAILURES = TableSpec(
    "failures",
    "失败",
    "One row a thing that could not be processed, whatever the period.",
    (
        Column("stage", "环节", "text", "where it failed"),
        Column("call_id", "通话编号", "text", "or the place in the manifest"),
        Column("attempts", "次数", "count", "tries so far"),
        Column("error", "错误", "text", "a slug, see the usage page", internal=True),
        Column("message", "说明", "words", "what to do"),
    ),
)

_CALL = (
    Column("call_id", "通话编号", "text", "as in the manifest"),
    Column("agent_id", "工号", "text", "as in the manifest"),
    AGENT_NAME,
    Column("team", "班组", "text", "name"),
    Column("started_at", "通话时间", "time", "when the call began"),
    Column("total", "得分", "points", "0 to 100; empty when too little could be decided"),
    Column("needs_review", "需复核", "flag", "whether it waits for a person"),
    Column("fatal", "一票否决", "text", FATAL),
    Column("decided_points", "已评分值", "points", "points of the items that were decided"),
    Column("open_points", "待评分值", "points", "points of the items that wait for a person"),
    Column("manual_points", "人工加减分", "points", "what people added or took away"),
    Column("decided_by_person", "人工判定项目", "words", "titles of the items that a person decided"),
    Column("wanted", "诉求摘要", "words", "what the citizen wants: of the ticket, else in the citizen's words"),
    Column("outcome", "办理摘要", "words", "what the agent did about it, and how the call ended"),
)


def calls_spec(rubric: Rubric) -> TableSpec:
    """One row a call, with a column for each item of the rubric."""
    items = (
        Column(ITEM_PREFIX + item_id, title, _VERDICT, "verdict on this item")
        for item_id, title in rubric.titles.items()
    )
    return TableSpec("calls", "通话", "One row a call.", (*_CALL, *items))


_VERDICT: Kind = "verdict"


def every_table(rubric: Rubric) -> tuple[TableSpec, ...]:
    """In the order of the workbook's sheets."""
    return OVERVIEW, TEAMS, AGENTS, ITEMS, TREND, calls_spec(rubric), EVIDENCE, REVIEWS, FAILURES


_JSON_TYPES = {"count": "integer", "points": "number", "share": "number", "offset": "number", "flag": "boolean"}


def json_schema(rubric: Rubric) -> dict[str, object]:
    """What `callqa export --format json` writes, as JSON Schema."""
    return {
        "type": "object",
        "required": ["schema_version", "period", "rubric_id", "rubric_version", "team", "tables"],
        "properties": {
            "schema_version": {"const": SCHEMA_VERSION},
            "tables": {
                "type": "object",
                "required": [spec.name for spec in every_table(rubric)],
                "additionalProperties": False,
                "properties": {spec.name: _rows_schema(spec) for spec in every_table(rubric)},
            },
        },
    }


def _rows_schema(spec: TableSpec) -> dict[str, object]:
    cells: dict[str, object] = {
        column.name: {"type": [_JSON_TYPES.get(column.kind, "string"), "null"]}
        | ({"format": "date-time"} if column.kind == "time" else {})
        | ({"enum": [*map(str, Verdict), None]} if column.kind == "verdict" else {})
        for column in spec.columns
    }
    row = {"type": "object", "required": list(cells), "additionalProperties": False, "properties": cells}
    return {"type": "array", "items": row}
