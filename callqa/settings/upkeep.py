"""The settings of whoever keeps callqa running: what is logged, and who is told when a night goes wrong."""

from datetime import time
from typing import Literal

from pydantic import Field, SecretStr, field_validator, model_validator

from callqa.errors import Mistake
from callqa.people import Language
from callqa.settings.section import Section

DAY = 86_400  # seconds


class LogSettings(Section):
    format: Literal["text", "json"] = "text"
    """``json``: one object a line, for whatever collects logs."""
    level: Literal["debug", "info", "warning", "error"] = "warning"
    """``info`` also tells of stages that end and of requests that are answered."""


class Webhook(Section):
    """An address that alerts are posted to."""

    kind: Literal["json", "wecom", "dingtalk", "feishu"] = "json"
    """``json``: our own fields. The others are the robots of 企业微信, 钉钉 and 飞书 groups."""
    url: SecretStr = Field(min_length=1)
    """Secret: whoever knows a robot's address can write into its group."""
    secret: SecretStr = SecretStr("")
    """Of a robot of 钉钉 or 飞书 that wants signatures."""
    language: Language = "zh"
    """Of what it is told: ``zh`` or ``en``."""

    @model_validator(mode="after")
    def _can_be_used(self) -> "Webhook":
        if not self.url.get_secret_value().startswith(("https://", "http://")):
            raise Mistake("settings.webhook_url")
        if self.secret.get_secret_value() and self.kind not in ("dingtalk", "feishu"):
            raise Mistake("settings.webhook_secret")
        return self


class AlertSettings(Section):
    """What ``callqa alerts check`` tells, and to whom."""

    webhooks: tuple[Webhook, ...] = ()
    """A list of tables with kind, url and secret."""
    night_from: time = time(18)
    """Local time from which a run belongs to the coming night."""
    begun_by: time | None = None
    """Local time by which the night's run has to be at work; none: a late start is not noticed."""
    ended_by: time | None = None
    """Local time by which the night's run has to be through; none: a late end is not noticed."""
    failed_share: float = Field(default=0.5, gt=0, le=1)
    """A night of which at least this share failed is told, though it ended."""

    @field_validator("webhooks", mode="before")
    @classmethod
    def _webhooks_are_a_list(cls, webhooks: object) -> object:
        if isinstance(webhooks, dict):
            raise Mistake("settings.webhooks_no_list")
        return webhooks

    @model_validator(mode="after")
    def _nights_begin_before_they_end(self) -> "AlertSettings":
        if (
            self.begun_by
            and self.ended_by
            and self._into_the_night(self.begun_by) > self._into_the_night(self.ended_by)
        ):
            raise Mistake("settings.night_ends_first", night_from=self.night_from)
        return self

    def _into_the_night(self, clock: time) -> int:
        """Seconds from ``night_from`` to its next ``clock``; a whole day for ``night_from`` itself."""
        from_, to = (t.hour * 3600 + t.minute * 60 + t.second for t in (self.night_from, clock))
        return (to - from_) % DAY or DAY
