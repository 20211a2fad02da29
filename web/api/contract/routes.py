"""The contract of the interface and the page that shows it; they tell nothing of any call."""

from fastapi import Request
from starlette.responses import JSONResponse, Response

from web.access.roles import Permission
from web.api.contract.build import document
from web.api.routing import ROOT
from web.routing import NOBODY, Area, render_plain

area = Area(NOBODY)


@area.get(f"{ROOT}/openapi.json", Permission.ANYBODY)
def openapi() -> Response:
    """The contract itself; it tells nothing of any call."""
    return JSONResponse(document())


@area.get(f"{ROOT}/docs", Permission.ANYBODY)
def docs(request: Request) -> Response:
    """The contract to read and to try."""
    return render_plain(request, "api/docs.html", source=f"{ROOT}/openapi.json")
