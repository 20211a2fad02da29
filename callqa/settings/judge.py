"""The settings of the language model that answers questions about calls; off until it has an address."""

from ipaddress import ip_address
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, field_validator, model_validator

from callqa.errors import Mistake
from callqa.settings.section import Section


class JudgeSettings(Section):
    url: str = Field(default="", pattern="^(https?://[^@/?#]+(/[^@?#]*)?)?$")
    """Where a server with OpenAI's chat interface is, up to ``/v1``. Empty: no question is asked."""
    model: str = ""
    """The model, as the server names it."""
    revision: str = Field(default="", max_length=64)
    """Your own name of these weights and this server. Change it when they change: questions are then asked anew."""
    api_key: SecretStr = SecretStr("")
    """The server's key, if it wants one."""
    requests: int = Field(default=1, ge=1, le=64)
    """Calls that are asked about at once."""
    timeout: float = Field(default=120.0, gt=0)
    """Seconds until a question that is not answered is given up."""
    context: int = Field(default=8192, ge=2048)
    """Tokens the server takes, question and answer together; a longer call is cut into windows."""
    second_opinion: str = ""
    """Ids of checks or items whose unsure findings the model is asked about, as a list or with commas between them;
    ``all``: of every check that words decide. Empty: of none."""
    summaries: bool = False
    """Whether the model writes the summaries of calls; only what words of the call bear out is shown."""
    remote: bool = False
    """Whether the server may be on a public address: the masked words of calls then leave the premises."""

    @field_validator("second_opinion", mode="before")
    @classmethod
    def _ids_may_be_a_list(cls, ids: object) -> object:
        return ",".join(map(str, ids)) if isinstance(ids, list | tuple) else ids

    @model_validator(mode="after")
    def _can_be_used(self) -> "JudgeSettings":
        if self.url and not self.model:
            raise Mistake("settings.judge_model")
        if self.url and not self.remote and is_public(self.host):
            raise Mistake("settings.judge_remote", host=self.host)
        return self

    @property
    def second_opinions(self) -> tuple[str, ...]:
        """The ids for which a second opinion is wanted, or ``all``."""
        return tuple(name.strip() for name in self.second_opinion.split(",") if name.strip())

    @property
    def host(self) -> str:
        return urlsplit(self.url).hostname or ""


def is_public(address: str) -> bool:
    """Whether this is an address outside; of a name, nobody knows before it is looked up."""
    try:
        there = ip_address(address.partition("%")[0])
    except ValueError:
        return False
    return not (there.is_loopback or there.is_private or there.is_link_local)
