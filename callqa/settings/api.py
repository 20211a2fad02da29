"""The settings of the interface for other programs."""

from pydantic import Field

from callqa.settings.section import Section


class ApiSettings(Section):
    per_minute: int = Field(default=600, ge=1)
    """Requests that a token may make in a minute; each process of the desk counts its own."""
