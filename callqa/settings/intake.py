"""The settings of what is taken in: columns of a manifest, names of recordings, the roster."""

from pathlib import Path

from pydantic import Field, field_validator

from callqa.errors import Mistake
from callqa.settings.section import Section

COLUMNS: dict[str, tuple[str, ...]] = {
    "call_id": ("call_id", "通话编号"),
    "recording": ("recording", "录音文件", "录音"),
    "agent_id": ("agent_id", "工号"),
    "team": ("team", "班组"),
    "line": ("line", "线路", "热线"),
    "started_at": ("started_at", "通话开始时间", "工单生成时间"),
    "direction": ("direction", "呼叫方向"),
    "hangup_by": ("hangup_by", "挂机方"),
    "agent_channel": ("agent_channel", "坐席声道"),
    "request_type": ("ticket_request_type", "工单类型"),
    "category_l1": ("ticket_category_l1", "一级分类"),
    "category_l2": ("ticket_category_l2", "二级分类"),
    "category_l3": ("ticket_category_l3", "三级分类"),
    "category_l4": ("ticket_category_l4", "四级分类"),
    "summary": ("ticket_summary", "内容描述"),
    "location": ("ticket_location", "诉求地址"),
    "district": ("ticket_district", "诉求区域"),
    "contact_name": ("ticket_contact_name", "联系人", "姓名"),
    "contact_phone": ("ticket_contact_phone", "联系电话"),
    "event_time": ("ticket_event_time", "事发时间"),
    "appeal": ("ticket_appeal", "诉求"),
}
"""For each field, the column names a manifest may use for it; the first one found is read."""


class IngestSettings(Section):
    columns: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    """Column names of your own export, e.g. ``{agent_id = ["坐席"]}``; a field not named here keeps its default."""
    recording_name: str = "{call_id}.wav"
    """Where a recording lies when the manifest has no recording column, relative to ``--recordings``."""
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
