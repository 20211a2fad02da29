"""The month on one page, for who leads the hotline."""

from web.access.request_context import Context
from web.access.roles import Permission
from web.brief.build import brief_page
from web.brief.view import Brief
from web.periods import AskedPeriod
from web.routing import Area

area = Area("brief")


@area.page("/brief", "brief/brief.html", Permission.BRIEF)
def brief(context: Context, asked: AskedPeriod) -> Brief:
    return brief_page(context, asked)
