"""Uploads of a day ago that nobody took in: recordings that no call has, and manifests. They go without any limit."""

from datetime import datetime

from callqa.settings import Settings
from services.intake.manifest_uploads import KEPT
from services.intake.uploads import sweep_uploads
from store import Store
from store.calls.uploads import drop_older
from store.calls.urgent import uris_of_uploads


def drop_unclaimed(store: Store, settings: Settings, now: datetime) -> int:
    """How many."""
    with store.read() as c:
        claimed = uris_of_uploads(c)
    n = sweep_uploads(settings, claimed, now.timestamp())
    with store.write() as c:
        return n + drop_older(c, now - KEPT)
