"""One section of the settings: frozen, without unknown names, and with a word for names of before."""

from collections.abc import Mapping
from typing import Any, ClassVar

from pydantic import BaseModel, ConfigDict, model_validator

from callqa.errors import Mistake
from callqa.messages import Message

REMOVED: Mapping[str, str] = {
    "asr.decode_seconds": "300",
    "asr.recycle_after": "1000",
    "asr.stall_seconds": "600",
    "asr.stall_factor": "5",
    "flow.text_batch": "1000",
    "desk.max_body_kb": "256",
}
"""Settings that nobody needed to set, by their names, with the values that always hold now."""


def removed(name: str) -> Message | None:
    """What to do about a setting that was removed; ``None`` for all others. ``name``: with dots."""
    return Message("settings.removed", name=name, value=REMOVED[name]) if name in REMOVED else None


class Section(BaseModel):
    """Settings that belong together. Raises `Mistake` for one that was removed."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    NAME: ClassVar[str] = ""
    """What stands before the dot in its settings' names, where some were removed."""

    @model_validator(mode="before")
    @classmethod
    def _was_not_removed(cls, values: Any) -> Any:
        for name in values if cls.NAME and isinstance(values, dict) else ():
            if message := removed(f"{cls.NAME}.{name}"):
                raise Mistake(message.msgid, **message.values)
        return values
