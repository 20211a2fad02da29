"""Counts of a removal by their names, as a terminal shows them."""

from callqa.messages import Message
from store.removal import removals

COUNTED = {
    "audio": Message("audio"),
    "transcripts": Message("transcripts"),
    "scores": Message("scores"),
    "erased": Message("erased"),
    "anonymous": Message("anonymous"),
    "held": Message("held"),
    "copies": Message("copies"),
    "originals": Message("originals"),
    "originals_left": Message("originals left"),
    "originals_stuck": Message("originals stuck"),
    "replaced": Message("replaced"),
    "uploads": Message("uploads"),
    "reports": Message("reports"),
    "reports_held": Message("reports held"),
    "audit_entries": Message("audit entries"),
    "saved_filters": Message("saved filters"),
}
"""By the name under which a report keeps the number."""


def counts_of(report: removals.Report) -> list[Message]:
    """How many of each thing."""
    return [Message("{what} {n}", n=n, what=COUNTED.get(name, name)) for name, n in report.counts.items()]
