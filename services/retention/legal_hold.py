"""Legal holds: the case that each stands for."""

from callqa.errors import ConfigError


def case_of(reason: str) -> str:
    """The reason without blanks around it; it is kept with the hold. Raises `ConfigError` where none is written."""
    if not reason.strip():
        raise ConfigError("legal_hold.no_reason")
    return reason.strip()
