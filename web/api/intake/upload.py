"""The body of an upload, as it comes: written to a file of the home, and never whole in memory."""

from pathlib import Path
from typing import Annotated

from fastapi import Depends, Request

from services.intake.uploads import new_part
from web.access.request_context import Forbidden
from web.access.roles import Permission
from web.api.access import Api


async def received(request: Request, context: Api) -> Path:
    """The file with the whole body. Raises `Forbidden` before it reads anything."""
    if not context.may(Permission.PUSH):
        raise Forbidden
    part = new_part(context.desk.settings)
    try:
        with part.open("wb") as file:
            async for chunk in request.stream():
                file.write(chunk)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    return part


Received = Annotated[Path, Depends(received)]
