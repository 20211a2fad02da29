"""Times of keeping as a file: the part of the settings of retention that people configure at the desk."""

from pathlib import Path

from pydantic import BaseModel, Field, model_validator

from callqa.errors import Mistake
from callqa.settings import RetentionSettings
from callqa.settings.privacy import LEAST_AUDIT_DAYS
from callqa.yaml_file import read_model
from scoring.rubric_items import FROZEN


class RetentionTimes(BaseModel):
    """For how many days what is kept; what is left out is kept for good."""

    model_config = FROZEN

    audio_days: int | None = Field(default=None, ge=1)
    transcript_days: int | None = Field(default=None, ge=1)
    score_days: int | None = Field(default=None, ge=1)
    audit_days: int | None = Field(default=None, ge=LEAST_AUDIT_DAYS)
    nightly: bool = False

    @model_validator(mode="after")
    def _scores_go_last(self) -> "RetentionTimes":
        earlier = self.audio_days, self.transcript_days
        if self.score_days and any(days and days > self.score_days for days in earlier):
            raise Mistake("retention.scores_go_last")
        return self


def times_of(settings: RetentionSettings) -> RetentionTimes:
    """What is kept for how long now."""
    return RetentionTimes(**{name: getattr(settings, name) for name in RetentionTimes.model_fields})


def read_retention(path: Path | None, settings: RetentionSettings) -> RetentionSettings:
    """The settings with the times of the file; ``None``: as they are. Raises `ConfigError`."""
    return settings if path is None else settings.model_copy(update=read_model(path, RetentionTimes).model_dump())
