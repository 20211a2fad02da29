"""Files that people send: how large they may be, and their content."""

from fastapi import UploadFile

from callqa.errors import ConfigError

MAX_UPLOAD = 32 * 1024 * 1024  # bytes: a month of a large hotline as CSV
PLACES = ("/roster/import", "/intake")
"""Where files are sent to."""


def content_of(file: UploadFile) -> bytes:
    """Raises `ConfigError`: nothing was sent."""
    content = file.file.read()
    if not content:
        raise ConfigError("upload.empty")
    return content
