"""The settings of what is taken in: columns of a manifest, names of recordings, the roster."""

from pathlib import Path

from pydantic import Field, field_validator

from callqa.errors import Mistake
from callqa.settings.section import Section

COLUMNS: dict[str, tuple[str, ...]] = {
    "call_id": (
        "call_id", "通话编号", "呼叫编号", "通话ID", "呼叫ID", "CallID", "通话流水号", "呼叫流水号", "话单编号",
        "话单号", "录音编号", "录音流水号", "录音ID", "流水号",
    ),
    "recording": (
        "recording", "录音文件", "录音", "录音文件名", "录音文件名称", "录音名称", "录音路径", "录音文件路径",
        "录音地址",
    ),
    "agent_id": (
        "agent_id", "工号", "坐席工号", "座席工号", "话务员工号", "接线员工号", "受理员工号", "受理人工号", "员工工号",
        "坐席编号", "座席编号", "坐席ID", "座席ID", "AgentID",
    ),
    "team": ("team", "班组", "所属班组", "班组名称", "坐席班组", "座席班组", "坐席组", "座席组", "组别"),
    "line": ("line", "线路", "热线", "呼入线路", "线路名称"),
    "started_at": (
        "started_at", "通话开始时间", "呼叫开始时间", "录音开始时间", "通话起始时间", "呼叫起始时间", "应答时间",
        "接通时间", "接听时间", "来电时间", "呼入时间", "呼叫时间", "开始时间", "起始时间", "受理时间", "工单生成时间",
    ),
    "direction": ("direction", "呼叫方向", "通话方向"),
    "hangup_by": ("hangup_by", "挂机方", "挂断方"),
    "agent_channel": ("agent_channel", "坐席声道", "座席声道"),
    "request_type": ("ticket_request_type", "工单类型", "诉求类型"),
    "category_l1": ("ticket_category_l1", "一级分类", "一级类别", "诉求一级分类"),
    "category_l2": ("ticket_category_l2", "二级分类", "二级类别", "诉求二级分类"),
    "category_l3": ("ticket_category_l3", "三级分类", "三级类别", "诉求三级分类"),
    "category_l4": ("ticket_category_l4", "四级分类", "四级类别", "诉求四级分类"),
    "summary": ("ticket_summary", "内容描述", "诉求内容", "工单内容", "问题描述", "受理内容"),
    "location": ("ticket_location", "诉求地址", "事发地址", "事发地点", "发生地址", "问题地址"),
    "district": ("ticket_district", "诉求区域", "所属区域", "事发区域"),
    "contact_name": ("ticket_contact_name", "联系人", "姓名", "联系人姓名", "诉求人", "诉求人姓名", "来电人姓名"),
    "contact_phone": ("ticket_contact_phone", "联系电话", "联系方式", "联系人电话", "诉求人电话"),
    "event_time": ("ticket_event_time", "事发时间", "发生时间"),
    "appeal": ("ticket_appeal", "诉求", "市民诉求"),
}  # fmt: skip
"""For each field, the column names a manifest may use for it; the first one found is read. Spaces, case, and what
stands in brackets behind them make no difference. A caller's number is not the ticket's: no column for it is here."""


class IngestSettings(Section):
    columns: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    """Column names of your own export, e.g. ``{agent_id = ["坐席"]}``; a field not named here keeps its default."""
    recording_name: str = "{call_id}.wav"
    """Where a recording lies when the manifest has no recording column, relative to ``--recordings``."""
    recordings: str | None = None
    """Folder (path or URI) of the recordings, unless ``--recordings`` names one. The desk takes in no others."""
    roster: Path | None = None
    """CSV with agent_id and, if you like, team. With it, a call of an agent who is not listed is refused."""

    @field_validator("columns")
    @classmethod
    def _fields_are_known(cls, columns: dict[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
        if unknown := sorted(set(columns) - set(COLUMNS)):
            raise Mistake("settings.columns_unknown", fields=unknown, known=list(COLUMNS))
        return columns

    @field_validator("recording_name")
    @classmethod
    def _name_can_be_filled_in(cls, name: str) -> str:
        try:
            name.format(call_id="1")
        except (KeyError, IndexError, ValueError) as error:
            raise Mistake("settings.recording_name", field="{call_id}") from error
        return name

    def column_names(self, field: str) -> tuple[str, ...]:
        return self.columns.get(field, COLUMNS[field])
