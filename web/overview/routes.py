"""The first page. Agents and team leads begin with what is theirs."""

from starlette.responses import Response

from web.access.request_context import Context
from web.access.roles import Permission
from web.overview.build import overview_page
from web.overview.view import Overview
from web.periods import AskedPeriod
from web.routing import Area

area = Area("overview")


@area.page("/", "overview/overview.html", Permission.SIGNED_IN)
def overview(context: Context, asked: AskedPeriod) -> Overview | Response:
    return overview_page(context, asked)
