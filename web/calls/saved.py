"""Filters that people keep under a name."""

from typing import Annotated
from urllib.parse import parse_qs

from fastapi import Form

from callqa.call_filter import CallFilter, read_sort
from callqa.errors import StoreError
from store.people import saved_filters
from web.access.request_context import Context, NotThere
from web.access.roles import Permission
from web.calls.view import list_href
from web.routing import Area, Then

area = Area("call")


@area.action("/calls/filters", Permission.CALLS)
def save(
    context: Context,
    name: Annotated[str, Form(max_length=40)] = "",
    query: Annotated[str, Form(max_length=20_000)] = "",
) -> Then:
    """Keeps the list's filter and order, in place of one of the same name. Raises `FilterError`."""
    given = parse_qs(query)
    asked, sort = CallFilter.read(given), read_sort("".join(given.get("sort", ())[:1]))
    here, named = list_href(asked, sort), " ".join(name.split())
    if not named:
        return Then(here, context.say("请给筛选条件起个名称"), "refused")
    if not asked.params():
        return Then(here, context.say("还没有设定条件，没有可保存的"), "refused")
    try:
        with context.desk.store.write() as c:
            saved_filters.put_filter(c, context.who.name, named, asked.params() | {"sort": [sort]}, context.desk.now())
    except StoreError:
        return Then(here, context.say("最多保存 {n} 个筛选条件，请先删除不用的", n=saved_filters.MOST), "refused")
    return Then(here, context.say("已保存筛选条件“{name}”", name=named))


@area.action("/calls/filters/{pk:row}/delete", Permission.CALLS)
def delete(context: Context, pk: int) -> Then:
    with context.desk.store.write() as c:
        if not saved_filters.delete_filter(c, context.who.name, pk):
            raise NotThere
    return Then("/calls", context.say("已删除筛选条件"))
