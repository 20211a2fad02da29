"""The settings of the desk, and of signing in with the accounts of an office's own identity provider."""

from pydantic import Field, SecretStr, model_validator

from callqa.errors import Mistake
from callqa.people import Role
from callqa.settings.section import Section


class OidcSettings(Section):
    """Signing in with the accounts of an identity provider; off while there is no issuer."""

    issuer: str = Field(
        default="", pattern=r"^(https://[^/?#@]+(/[^?#]*)?|http://(127\.0\.0\.1|localhost)(:\d+)?(/[^?#]*)?)?$"
    )
    """The provider's own name for itself: the https address before ``/.well-known/openid-configuration``."""
    client_id: str = ""
    client_secret: SecretStr = SecretStr("")
    label: str = "统一身份认证"
    """What the button of the sign-in page calls it."""
    scopes: str = "openid profile"
    role_claim: str = ""
    """The claim with the roles or groups, with dots into nested ones (``realm_access.roles``). Empty: roles stay as
    administrators set them."""
    roles: dict[str, Role] = Field(default_factory=dict)
    """Values of that claim and the roles they mean; the first one that somebody has counts, and with none nobody gets
    in."""
    agent_id_claim: str = ""
    """The claim with the agent id."""
    team_claim: str = ""
    """The claim with the teams of a team lead: one name, or several."""
    auto_create: bool = False
    """Make an account for whoever has a role. Otherwise people link the account they have, on its page."""
    name_claim: str = "preferred_username"
    """The claim with the login name of accounts that are made."""

    @model_validator(mode="after")
    def _is_complete(self) -> "OidcSettings":
        if self.issuer and not self.client_id:
            raise Mistake("settings.oidc_client_missing")
        if bool(self.role_claim) != bool(self.roles):
            raise Mistake("settings.oidc_roles_apart")
        if self.auto_create and not self.roles:
            raise Mistake("settings.oidc_create_without_roles")
        return self


class DeskSettings(Section):
    NAME = "desk"

    host: str = "127.0.0.1"
    """The address to listen at; 0.0.0.0 lets the office network in."""
    port: int = Field(default=8012, ge=0, le=65535)
    public_url: str = Field(default="", pattern="^(https?://[^/?#@]+)?$")
    """How people reach the desk, e.g. https://qa.example.gov.cn; with https, cookies are never sent without it."""
    behind_proxy: bool = False
    """Whether a proxy on this machine stands before the desk and names the client in X-Forwarded-For."""
    session_hours: float = Field(default=12, gt=0, le=24 * 31)
    """After so long everybody signs in anew."""
    idle_minutes: float = Field(default=60, gt=0)
    """Without a click for so long one signs in anew."""
    sound_cache_mb: int = Field(default=2048, ge=64)
    """Of playable copies of recordings in the home; the ones not heard for longest go first."""
    metrics_token: SecretStr = SecretStr("")
    """What Prometheus shows to read /metrics (``Authorization: Bearer ...``). Empty: only programs on this machine may
    read them, and none where a proxy or ``public_url`` stands before the desk, since all requests come from there."""
    oidc: OidcSettings = OidcSettings()

    @model_validator(mode="after")
    def _comes_back(self) -> "DeskSettings":
        if self.oidc.issuer and not self.public_url:
            raise Mistake("settings.oidc_without_url")
        return self
