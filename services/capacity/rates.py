"""Rates, as measured: the numbers that a plan multiplies. The file of another machine may be your own."""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from callqa.errors import ConfigError
from callqa.yaml_file import did_you_mean, read_model

SHIPPED = Path(__file__).parent / "rates.yaml"
Above = Annotated[float, Field(gt=0, allow_inf_nan=False)]
Some = Annotated[float, Field(ge=0, allow_inf_nan=False)]


class Measured(BaseModel):
    """Figures, and where they come from."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    source: str = Field(min_length=1)


class Device(Measured):
    """What hears recordings: a processor core, or a graphics card with the cores that feed it."""

    kind: Literal["core", "card"]
    speed: Above
    """Hours of recordings that its model hears in an hour."""
    beside: Some = 0.0
    """Seconds of a core for a minute of recording that are needed beside the model, and are not in ``speed``: decoding,
    finding speech, telling speakers apart, measuring the turns."""
    cores: int = Field(default=1, ge=1)
    """Processor cores that come with one; checks run on them."""
    per_machine: int = Field(ge=1)
    memory_gib: Above
    """Main memory for what hears, in one of them."""


class Intake(Measured):
    """Taking calls in, which one process does."""

    ms_per_call: Some
    """Reading the row, writing the call down."""
    requests: int = Field(ge=0)
    """To where the recordings are, one after the other."""
    mb_per_second: Above
    """Reading a recording to know it again."""


class Texts(Measured):
    """What is done with transcripts: checks, scores, lists, the index of what was said."""

    ms_per_call: Above
    """Of a core."""
    memory_gib: Above
    """Of each process that does it: a worker's own, beside what hears, and the night process's."""


class Report(Measured):
    """The report of the month, which one process writes at the end of every night."""

    ms_per_call: Above
    """Of the month."""


class Writer(Measured):
    """Writers of the database take turns."""

    ms_per_call: Above


class Size(BaseModel):
    """What a call leaves in a database: findings, scores and lists, and for each minute what was said."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kb_per_call: Above
    kb_per_minute: Above


class StorageSizes(Measured):
    """Of either kind of database."""

    sqlite: Size
    postgresql: Size
    most_calls: int = Field(ge=1)
    """Kept calls with which the desk was measured."""


class Link(Measured):
    """The network between recordings and workers."""

    gbit_per_second: Above
    ms_per_request: Some
    """Until the first byte of a recording comes."""


class Orchestration(Measured):
    """What Prefect adds."""

    stages: int = Field(ge=1)
    ms_per_task_run: Above
    memory_gib: Above


class Rates(BaseModel):
    """A file of rates."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    devices: dict[str, Device] = Field(min_length=1)
    """By name; the first is meant where none is named."""
    intake: Intake
    texts: Texts
    report: Report
    writer: Writer
    store: StorageSizes
    network: Link
    prefect: Orchestration

    def device(self, name: str | None) -> Device:
        """Raises `ConfigError`."""
        if name is None:
            return next(iter(self.devices.values()))
        if name not in self.devices:
            raise ConfigError("capacity.device_unknown", device=name, near=did_you_mean(name, self.devices))
        return self.devices[name]


def load_rates(path: Path | None = None) -> Rates:
    """The shipped rates, or those of a file of your own. Raises `ConfigError`."""
    return read_model(path or SHIPPED, Rates)
