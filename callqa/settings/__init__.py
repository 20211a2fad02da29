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
from typing import Any, Literal, get_args
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BaseModel, Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    SettingsError,
    TomlConfigSettingsSource,
)

from callqa.errors import ConfigError, Mistake
from callqa.messages import LANGUAGE_VARIABLE, Message
from callqa.settings.desk import FROZEN, DeskSettings
from callqa.settings.privacy import EncryptionSettings, RetentionSettings
from callqa.settings.upkeep import AlertSettings, LogSettings
from callqa.validation import Wrong, all_wrong
from callqa.yaml_file import did_you_mean

SETTINGS_FILE = "callqa.toml"
SCHEDULER = re.compile(r"(tcp|tls)://[^\s/@]+:\d{1,5}")  # a Dask scheduler's address

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


class IngestSettings(BaseModel):
    model_config = FROZEN

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


class AsrSettings(BaseModel):
    model_config = FROZEN

    engine: Literal["faster-whisper", "openai-whisper", "funasr", "server", "scripted"] = "faster-whisper"
    model: str = "base"
    """A name in ``asr/weights.py`` or a folder with converted weights; FunASR's or the server's own name with those."""
    weights: Path | None = None
    """A folder of weights to use before any other source."""
    device: Literal["auto", "cpu", "cuda"] = "auto"
    threads: int = Field(default=0, ge=0)
    """Processor threads of the model; 0 leaves it to the engine."""
    server_url: str = Field(default="", pattern="^(https?://[^@/?#]+(/[^@?#]*)?)?$")
    """Where a server with OpenAI's transcription interface is, up to ``/v1``."""
    api_key: SecretStr = SecretStr("")
    """The server's key, if it wants one."""
    server_timeout: float = Field(default=120.0, gt=0)
    """Seconds until a request that is not answered is given up."""
    server_requests: int = Field(default=4, ge=1)
    """Requests to the server under way at once."""
    repair: bool = True
    """Mend homophones by sound, with the hotwords and a language model; what the engine wrote is kept beside it."""
    max_hours: float = Field(default=2.0, gt=0, le=24)
    """Of one recording; a longer one is refused. An hour of stereo takes 0.46 GB of memory while it is heard."""
    decode_seconds: float = Field(default=300.0, ge=1)
    """Of a processor, that decoding one recording may take; one that is not through by then is refused."""
    hotwords: Path | None = None
    """Words your hotline says often (streets, estates, agents, units): a text file in UTF-8, one a line."""
    script: Path | None = None
    """What the scripted engine says (tests only)."""
    workers: int = Field(default=1, ge=0)
    """Speech processes at once, each with a model and a batch of its own, so never more than ``flow.workers``.

    0: the run's own process does it, which is quicker for a few recordings; a recording that crashes it ends the run.
    """
    recycle_after: int = Field(default=1000, ge=1)
    """Recordings after which a speech process is replaced by a new one, so that its memory does not grow all night."""
    stall_seconds: float = Field(default=600.0, gt=0)
    """A speech process that gets nowhere for so long is replaced, and the recording at fault becomes a failure ..."""
    stall_factor: float = Field(default=5.0, ge=0)
    """... plus so many seconds for each second of sound it has in hand."""


class FlowSettings(BaseModel):
    model_config = FROZEN

    runner: str = "threads"
    """``threads``, ``processes``, ``dask`` (Dask's worker processes on this machine), or the address of a Dask
    scheduler whose workers may be on any host, as ``tls://HOST:8786``."""
    workers: int = Field(default=1, ge=1)
    """Batches in work at once: one speech model already uses all processor cores. Of a scheduler, the workers it will
    have, so that there are batches for all."""
    transcribe_batch: int = Field(default=16, ge=1)
    """Recordings in a batch, at least."""
    text_batch: int = Field(default=1000, ge=1)
    """Calls in a batch of checks or scores, at least."""
    max_attempts: int = Field(default=3, ge=1)
    """After so many failures an item waits for a person (``callqa failures``)."""

    @field_validator("runner")
    @classmethod
    def _runner_is_one(cls, runner: str) -> str:
        if runner not in ("threads", "processes", "dask") and not SCHEDULER.fullmatch(runner):
            raise Mistake("settings.runner_unknown", runner=runner)
        return runner

    @property
    def scheduler(self) -> str | None:
        """The address of the Dask scheduler, if there is one to be reached."""
        return self.runner if SCHEDULER.fullmatch(self.runner) else None


class GoldenSettings(BaseModel):
    model_config = FROZEN

    floors: Path | None = None
    """A YAML file of floors, as for ``callqa eval --fail-under``: what the golden set must reach, or the night's
    scores are held. None: nothing is ever held."""


class ReviewSettings(BaseModel):
    model_config = FROZEN

    rules: Path | None = None
    """A YAML file that says who hears which calls; with it, every run gives out the calls that wait."""
    submit_days: int = Field(default=3, ge=1, le=30)
    """Working days an agent has to appeal after the score was published, and to go on after a rejection."""
    stage_days: int = Field(default=3, ge=1, le=30)
    """Working days each stage of an appeal has to decide."""
    holidays: tuple[Path, ...] = ()
    """YAML files with the public holidays of a year each, added to the shipped ones; an equal year replaces that."""


class SamplingSettings(BaseModel):
    model_config = FROZEN

    plans: tuple[str, ...] = ()
    """Sampling plans that are drawn after scoring, once their period is over: ids of shipped ones, or YAML files."""


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
    checks: Path | None = None
    """A YAML file of your own checks, added to the shipped library; an equal id replaces the shipped one."""
    ingest: IngestSettings = IngestSettings()
    asr: AsrSettings = AsrSettings()
    flow: FlowSettings = FlowSettings()
    review: ReviewSettings = ReviewSettings()
    sampling: SamplingSettings = SamplingSettings()
    golden: GoldenSettings = GoldenSettings()
    desk: DeskSettings = DeskSettings()
    retention: RetentionSettings = RetentionSettings()
    encryption: EncryptionSettings = EncryptionSettings()
    log: LogSettings = LogSettings()
    alerts: AlertSettings = AlertSettings()

    @field_validator("rubric", mode="before")
    @classmethod
    def _rubrics_may_be_a_list(cls, rubric: object) -> object:
        return ",".join(map(str, rubric)) if isinstance(rubric, list | tuple) else rubric

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
        given: dict[str, Any] = {name: value for name, value in overrides.items() if value is not None}
        return Settings(**given)
    except ValidationError as error:
        problems = [_named(wrong) for wrong in all_wrong(error, Settings)]
        all_of_them = reduce(lambda first, next: Message("settings.problems", first=first, next=next), problems)
        raise ConfigError("settings.wrong", file=SETTINGS_FILE, problem=all_of_them) from error
    except SettingsError as error:
        raise ConfigError("settings.unreadable", detail=str(error)) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError("settings.no_toml", file=SETTINGS_FILE, detail=str(error)) from error


def _named(wrong: Wrong) -> Message:
    if wrong.names_field or not wrong.field:
        return wrong.problem
    return Message("settings.in_field", field=wrong.field, problem=wrong.problem)


def _refuse_unknown_variables() -> None:
    """A misspelt CALLQA_ variable would otherwise be ignored, and the default used in its place."""
    known = {f"CALLQA_{name}".upper() for name in _setting_names(Settings)} | {LANGUAGE_VARIABLE}
    for name in os.environ:  # noqa: TID251
        if name.startswith("CALLQA_") and name not in known:
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
