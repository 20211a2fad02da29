"""The progress of a training, as whoever shows it is told."""

from collections.abc import Callable

Progress = Callable[[str, float], None]
"""Called with what is being done, and the share that is done, 0 to 1."""


def no_progress(text: str, share: float) -> None:
    """For who shows nothing."""
