"""The settings of the interface for other programs."""

from pydantic import Field

from callqa.settings.section import Section


class ApiSettings(Section):
    per_minute: int = Field(default=600, ge=1)
    """Requests that a token may make in a minute; each process of the desk counts its own."""
    upload_mb: int = Field(default=512, ge=1)
    """Size of a recording that a program may send."""
    recordings: tuple[str, ...] = ()
    """Where recordings may lie that a program names instead of sending them: beginnings of paths or URIs, as
    ``s3://calls/``. None: programs send them."""
