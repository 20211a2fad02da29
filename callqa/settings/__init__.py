"""All settings, read once at the door and passed down; nobody else reads the environment.

Order: ``CALLQA_*`` environment variables, then ``callqa.toml`` in the working directory, then the defaults below.
Nested names are joined by two underscores: ``CALLQA_ASR__MODEL=small``.
"""

import os
import re
import tomllib
from collections.abc import Iterator
from functools import reduce
from pathlib import Path
from typing import Annotated, Any, get_args
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BaseModel, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import (
    BaseSettings,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    SettingsError,
    TomlConfigSettingsSource,
)

from callqa.errors import ConfigError, Mistake
from callqa.messages import LANGUAGE_VARIABLE, Message
from callqa.settings.api import ApiSettings
from callqa.settings.desk import DeskSettings
from callqa.settings.intake import COLUMNS, IngestSettings
from callqa.settings.judge import JudgeSettings
from callqa.settings.night import FlowSettings, GoldenSettings, ReviewSettings, SamplingSettings, TrainSettings
from callqa.settings.privacy import EncryptionSettings, RetentionSettings
from callqa.settings.section import removed
from callqa.settings.speech import AsrSettings
from callqa.settings.upkeep import AlertSettings, LogSettings
from callqa.validation import Wrong, all_wrong
from callqa.yaml_file import did_you_mean

__all__ = [
    "COLUMNS",
    "SETTINGS_FILE",
    "AlertSettings",
    "ApiSettings",
    "AsrSettings",
    "DeskSettings",
    "EncryptionSettings",
    "FlowSettings",
    "GoldenSettings",
    "IngestSettings",
    "JudgeSettings",
    "LogSettings",
    "RetentionSettings",
    "ReviewSettings",
    "SamplingSettings",
    "Settings",
    "TrainSettings",
    "load_settings",
    "secret_names",
]

SETTINGS_FILE = "callqa.toml"
TOML_PLACE = re.compile(r"\(at line (?P<line>\d+), column (?P<column>\d+)\)")


class Settings(BaseSettings):
    """The settings of one run. Frozen: nothing changes them later."""

    model_config = SettingsConfigDict(
        env_prefix="CALLQA_",
        env_nested_delimiter="__",
        env_ignore_empty=True,
        toml_file=SETTINGS_FILE,
        frozen=True,
        extra="forbid",
    )

    home: Path = Path("callqa-data")
    """Where the database, the reports and Prefect's own files go."""
    database_url: str = ""
    """Any SQLAlchemy URL; empty: SQLite at ``<home>/callqa.db``."""
    timezone: str = "Asia/Shanghai"
    """Of manifest times that name no zone, and of the nightly schedule."""
    rubric: str = "pudong-12345"
    """Ids of shipped rubrics or paths of YAML files, as a list or with commas between them.

    Each call is scored under the one whose ``applies_to`` and ``valid_from`` fit it best.
    """
    checks: Annotated[tuple[Path, ...], NoDecode] = ()
    """YAML files of your own checks, as a list or with commas between them, added to the shipped library; an equal id
    replaces the shipped one, or that of a file before it."""
    ingest: IngestSettings = IngestSettings()
    asr: AsrSettings = AsrSettings()
    judge: JudgeSettings = JudgeSettings()
    flow: FlowSettings = FlowSettings()
    review: ReviewSettings = ReviewSettings()
    sampling: SamplingSettings = SamplingSettings()
    golden: GoldenSettings = GoldenSettings()
    train: TrainSettings = TrainSettings()
    desk: DeskSettings = DeskSettings()
    api: ApiSettings = ApiSettings()
    retention: RetentionSettings = RetentionSettings()
    encryption: EncryptionSettings = EncryptionSettings()
    log: LogSettings = LogSettings()
    alerts: AlertSettings = AlertSettings()

    @field_validator("rubric", mode="before")
    @classmethod
    def _rubrics_may_be_a_list(cls, rubric: object) -> object:
        return ",".join(map(str, rubric)) if isinstance(rubric, list | tuple) else rubric

    @field_validator("checks", mode="before")
    @classmethod
    def _checks_may_have_commas(cls, checks: object) -> object:
        if checks is None or isinstance(checks, list | tuple):
            return tuple(checks or ())
        return tuple(name.strip() for name in str(checks).split(",") if name.strip())

    @field_validator("home")
    @classmethod
    def _home_is_found(cls, home: Path) -> Path:
        return home.expanduser()

    @field_validator("timezone")
    @classmethod
    def _zone_exists(cls, name: str) -> str:
        try:
            ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError, OSError) as error:
            raise Mistake("settings.no_time_zone", name=name) from error
        return name

    @model_validator(mode="after")
    def _hosts_share_a_server(self) -> "Settings":
        if self.flow.scheduler and self.database.startswith("sqlite"):
            raise Mistake("settings.sqlite_on_hosts", runner=self.flow.scheduler)
        return self

    @property
    def rubrics(self) -> tuple[str, ...]:
        """The rubrics' ids or paths."""
        return tuple(name.strip() for name in self.rubric.split(",") if name.strip())

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)

    @property
    def database(self) -> str:
        return self.database_url or f"sqlite:///{self.home / 'callqa.db'}"

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls)


def load_settings(**overrides: object) -> Settings:
    """The settings of this process; ``overrides`` come from the command line. Raises `ConfigError`."""
    _refuse_unknown_variables()
    try:
        values: dict[str, Any] = {name: value for name, value in overrides.items() if value is not None}
        return Settings(**values)
    except ValidationError as error:
        problems = [_named(wrong) for wrong in all_wrong(error, Settings)]
        all_of_them = reduce(lambda first, next: Message("settings.problems", first=first, next=next), problems)
        raise ConfigError("settings.wrong", file=SETTINGS_FILE, problem=all_of_them) from error
    except SettingsError as error:
        raise ConfigError("settings.unreadable", detail=str(error)) from error
    except UnicodeDecodeError as error:
        raise ConfigError("settings.not_utf8", file=SETTINGS_FILE, detail=str(error)) from error
    except tomllib.TOMLDecodeError as error:
        raise ConfigError("settings.no_toml", file=SETTINGS_FILE, problem=_unread(str(error))) from error


def _unread(detail: str) -> Message:
    """What is wrong in a TOML file; the parser has only words for it, with the place at their end."""
    if place := TOML_PLACE.search(detail):
        return Message("toml.at", detail=detail, line=place["line"], column=place["column"])
    return Message("toml.at_end", detail=detail)


def _named(wrong: Wrong) -> Message:
    if wrong.names_field or not wrong.field:
        return wrong.problem
    return Message("settings.in_field", field=wrong.field, problem=wrong.problem)


def _refuse_unknown_variables() -> None:
    """A misspelt CALLQA_ variable would otherwise be ignored, and the default used in its place."""
    known = {f"CALLQA_{name}".upper() for name in _setting_names(Settings)} | {LANGUAGE_VARIABLE}
    for name in os.environ:  # noqa: TID251
        if not name.startswith("CALLQA_") or name in known:
            continue
        if message := removed(name.removeprefix("CALLQA_").replace("__", ".").lower()):
            raise ConfigError(message.msgid, **message.values)
        raise ConfigError("settings.variable_unknown", name=name, hint=did_you_mean(name, sorted(known)))


def _setting_names(model: type[BaseModel], prefix: str = "") -> Iterator[str]:
    for name, field in model.model_fields.items():
        kind = field.annotation
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            yield from _setting_names(kind, f"{prefix}{name}__")
        yield prefix + name


def secret_names(model: type[BaseModel], prefix: str = "") -> Iterator[str]:
    """The settings that are secrets, with dots; those of a list's tables by the list's name."""
    for name, field in model.model_fields.items():
        for kind in (field.annotation, *get_args(field.annotation)):
            if kind is SecretStr:
                yield prefix + name
            elif isinstance(kind, type) and issubclass(kind, BaseModel):
                yield from secret_names(kind, f"{prefix}{name}.")
