"""Gate of the intake: calls that were erased, and calls that would be removed at once, are not taken in."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from callqa.encryption import Keyring, keyring
from callqa.messages import Message
from callqa.settings import Settings
from callqa.types import Call
from services.retention.keyed import Erased
from services.retention.plan import limits
from store import Connection, Store

ERASED, TOO_OLD = "erased", "past_retention"
FOR_GOOD: Mapping[str, Message] = {ERASED: Message("call.erased"), TOO_OLD: Message("call.past_retention")}
"""What refusals mean that no mending of the row helps; nothing is written down of such rows."""


@dataclass(frozen=True, slots=True)
class Gate:
    """Looks at each call of a manifest."""

    erased: Erased
    oldest: datetime | None
    keys: Keyring
    """Of recordings."""

    @classmethod
    def of(cls, store: Store, settings: Settings, now: datetime) -> "Gate":
        """Raises `ConfigError` where nobody could tell what was erased."""
        limits_of_text = [limit.before for limit in limits(settings.retention, now) if limit.what != "audio"]
        return cls(Erased.of(store, settings), max(limits_of_text, default=None), keyring(settings.encryption))

    def refuses_age(self, call: Call) -> str:
        """The reason, or an empty text."""
        return TOO_OLD if self.oldest and call.started_at < self.oldest else ""

    def refuses(self, c: Connection, call: Call, sha256: str) -> str:
        """The reason, or an empty text."""
        return ERASED if self.erased.knows(c, call, sha256) else ""
