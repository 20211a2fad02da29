"""The pages of uploads, made of what is stored and of what is in the files."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby

from callqa.errors import ConfigError
from callqa.messages import loads
from services.intake.columns import REQUIRED, Chosen
from services.intake.manifest import RowProblem
from services.intake.manifest_uploads import Preview, folder_of, preview, refused_rows
from services.runs.failures import ADVICE, UNKNOWN
from services.wording import reason_words
from store import Connection
from store.calls import uploads
from store.calls.uploads import Upload
from web.access.request_context import RequestContext
from web.intake.view import (
    ColumnLine,
    LookPage,
    Refused,
    RefusedGroup,
    ResultPage,
    State,
    UploadLine,
    UploadPage,
    Uploads,
)
from web.uploads import MAX_UPLOAD

LAST = 20
LABELS: Mapping[str, str] = {
    "call_id": "通话编号",
    "agent_id": "工号",
    "started_at": "开始时间",
    "recording": "录音文件",
    "team": "班组",
    "line": "线路",
    "direction": "呼叫方向",
    "hangup_by": "挂机方",
    "agent_channel": "坐席声道",
    "request_type": "工单类型",
    "category_l1": "一级分类",
    "category_l2": "二级分类",
    "category_l3": "三级分类",
    "category_l4": "四级分类",
    "summary": "内容描述",
    "location": "诉求地址",
    "district": "诉求区域",
    "contact_name": "联系人",
    "contact_phone": "联系电话",
    "event_time": "事发时间",
    "appeal": "诉求",
}
"""What fields are called, those that are needed first."""


def uploads_page(context: RequestContext) -> Uploads:
    with context.desk.store.read() as c:
        rows = uploads.last_uploads(c, LAST)
    folder = folder_of(context.desk.rubric_set[0])
    return Uploads(folder, MAX_UPLOAD // 1024**2, tuple(_line(context, row) for row in rows))


def _line(context: RequestContext, row: Upload) -> UploadLine:
    report = row.report or {}
    numbers = report.get("new", 0), report.get("n_refused", 0)
    return UploadLine(row.pk, row.name, context.called(row.author), row.at, state_of(row), *numbers)


def state_of(row: Upload) -> State:
    if row.report is not None:
        return "done"
    return "at_work" if row.started_at else "waiting"


def upload_page(context: RequestContext, c: Connection, row: Upload, chosen: Chosen | None) -> UploadPage:
    rubric_context = context.desk.rubric_set[0]
    state, look, result = state_of(row), None, None
    if row.report is not None:
        result = _result(context, row.report)
    elif state == "waiting":
        content = uploads.content_of(c, row.pk) or b""
        try:
            look = _look(context, preview(rubric_context, row.name, content, chosen))
        except ConfigError as error:
            look = LookPage(0, (), (), 0, 0, (), (), context.refusal(error))
    return UploadPage(row.pk, row.name, folder_of(rubric_context), state, look, result)


def _look(context: RequestContext, seen: Preview) -> LookPage:
    by_field = {proposal.field: proposal for proposal in seen.proposals}
    columns = tuple(
        ColumnLine(
            field,
            label,
            field in REQUIRED,
            by_field[field].column,
            by_field[field].why,
            tuple(filter(None, seen.samples.get(by_field[field].column, ()))),
        )
        for field, label in LABELS.items()
    )
    groups = _groups(context, seen.refused, dict(seen.reasons))
    problem = context.say(seen.problem) if seen.problem else ""
    numbers = (seen.n_good, seen.n_refused)
    return LookPage(seen.header_line, seen.header, columns, *numbers, groups, seen.recordings, problem)


def _result(context: RequestContext, report: Mapping[str, object]) -> ResultPage:
    counts = {name: n for name, n in report.items() if isinstance(n, int)}
    error = context.say(loads(str(report["error"]))) if "error" in report else ""
    rows = refused_rows(report)
    return ResultPage(counts, error, _groups(context, rows, Counter(row.reason for row in rows)))


def _groups(
    context: RequestContext, rows: Sequence[RowProblem], numbers: Mapping[str, int]
) -> tuple[RefusedGroup, ...]:
    ordered: Iterable[RowProblem] = sorted(rows, key=lambda row: (-numbers.get(row.reason, 0), row.reason, row.line))
    return tuple(
        RefusedGroup(
            *ADVICE.get(reason, (reason_words(reason), UNKNOWN)),
            numbers.get(reason, 0),
            tuple(Refused(row.line, row.call_id, context.say(row.message)) for row in same),
        )
        for reason, same in groupby(ordered, key=lambda row: row.reason)
    )
