"""The desk: accounts and what they did, calls as lists show them, the index of what was said, saved filters."""

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    _accounts()
    _listing()
    _search()
    _saved()


def _accounts() -> None:
    """People, their sessions, sign-ins that failed, and the audit log."""


def _listing() -> None:
    """One narrow row a call, in the order lists show them."""


def _search() -> None:
    """Transcripts as syllables."""


def _saved() -> None:
    """Filters that people keep."""
