"""Notices: what somebody has to do, read or not."""

from services.notices.collect import collect_notices
from store.people import notices
from web.access.request_context import Context, NotThere
from web.access.roles import Permission
from web.notices.build import notices_page
from web.notices.view import Notices
from web.routing import Area, Then

area = Area("overview")


@area.page("/notices", "notices/notices.html", Permission.SIGNED_IN)
def list_notices(context: Context) -> Notices:
    collect_notices(context.desk.rubric_set, context.desk.now())
    with context.desk.store.read() as c:
        return notices_page(context, c)


@area.action("/notices/{pk:row}/open", Permission.SIGNED_IN)
def open_notice(context: Context, pk: int) -> Then:
    """Leads to where it is done."""
    with context.desk.store.write() as c:
        href = notices.read_notice(c, pk, context.who.pk, context.desk.now())
    if href is None:
        raise NotThere
    return Then(href)


@area.action("/notices/read", Permission.SIGNED_IN)
def read_notices(context: Context) -> Then:
    with context.desk.store.write() as c:
        n = notices.read_all(c, context.who.pk, context.desk.now())
    return Then("/notices", context.say("已标为已读：{n} 条", n=n))
