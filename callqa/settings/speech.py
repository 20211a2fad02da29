"""The settings of speech recognition: the engine, its weights, and the processes that transcribe."""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, SecretStr

from callqa.settings.section import Section


class AsrSettings(Section):
    NAME = "asr"

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
    hotwords: Path | None = None
    """Words your hotline says often (streets, estates, agents, units): a text file in UTF-8, one a line."""
    numbers: tuple[Annotated[str, Field(pattern="^[0-9]{3,12}$")], ...] = ()
    """Numbers that your hotline names, beside 12345, 110, 119 and 120: its own, or those it sends people to."""
    script: Path | None = None
    """What the scripted engine says (tests only)."""
    workers: int = Field(default=1, ge=0)
    """Speech processes at once, each with a model and a batch of its own, so never more than ``flow.workers``.

    0: the run's own process does it, which is quicker for a few recordings; a recording that crashes it ends the run.
    """
