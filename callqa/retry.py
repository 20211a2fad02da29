"""Retries of a request that a server was too busy for."""

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from callqa.types import Seconds


def retry_after(value: str, longest: Seconds) -> Seconds:
    """Wait that a server asks for in its header Retry-After, in seconds or until a date; 0 where there is none."""
    try:
        seconds = (
            float(value) if value[:1].isdigit() else (parsedate_to_datetime(value) - datetime.now(UTC)).total_seconds()
        )
    except (ValueError, TypeError):
        return 0.0
    return min(max(seconds, 0.0), longest)
