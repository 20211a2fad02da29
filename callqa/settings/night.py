"""The settings of the night's work: how it is spread, and what is asked of people afterwards."""

import re
from pathlib import Path
from typing import Literal

from pydantic import Field, field_validator

from callqa.errors import Mistake
from callqa.settings.section import Section

SCHEDULER = re.compile(r"(tcp|tls)://[^\s/@]+:\d{1,5}")  # a Dask scheduler's address


class FlowSettings(Section):
    NAME = "flow"

    runner: str = "threads"
    """``threads``, ``processes``, ``dask`` (Dask's worker processes on this machine), or the address of a Dask
    scheduler whose workers may be on any host, as ``tls://HOST:8786``."""
    workers: int = Field(default=1, ge=1)
    """Batches in work at once: one speech model already uses all processor cores. Of a scheduler, the workers it will
    have, so that there are batches for all."""
    transcribe_batch: int = Field(default=16, ge=1)
    """Recordings in a batch, at least."""
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


class GoldenSettings(Section):
    floors: Path | None = None
    """A YAML file of floors, as for ``callqa eval --fail-under``: what the golden set must reach, or the night's
    scores are held. None: nothing is ever held."""


class TrainSettings(Section):
    nightly: Literal["off", "compare", "adopt"] = "off"
    """What a night does with new examples. ``compare``: models learn from them, and what gains is put forward.
    ``adopt``: a version that the golden set agrees to is used from the next night on, too."""
    new_examples: int = Field(default=20, ge=1)
    """Examples made since the last version of a model, from which on a night learns anew."""


class ReviewSettings(Section):
    rules: Path | None = None
    """A YAML file that says who hears which calls; with it, every run gives out the calls that wait."""
    daily_capacity: int = Field(default=0, ge=0, le=1000)
    """Calls that a reviewer can hear on a day; calls are given out to nobody beyond it, but for those that are ticked.
    0: as many as wait."""
    chance_share: float = Field(default=0.1, ge=0, le=1)
    """Share of the calls given out, of what is not urgent, that samples drew: only these tell of all calls."""
    submit_days: int = Field(default=3, ge=1, le=30)
    """Working days an agent has to appeal after the score was published, and to go on after a rejection."""
    stage_days: int = Field(default=3, ge=1, le=30)
    """Working days each stage of an appeal has to decide."""
    holidays: tuple[Path, ...] = ()
    """YAML files with the public holidays of a year each, added to the shipped ones; an equal year replaces that."""


class SamplingSettings(Section):
    plans: tuple[str, ...] = ()
    """Sampling plans that are drawn after scoring, once their period is over: ids of shipped ones, or YAML files."""
