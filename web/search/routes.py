"""Search in what was said, within the calls that somebody may know of."""

from typing import Annotated

from fastapi import Query

from web.access.request_context import Context
from web.access.roles import Permission
from web.routing import Area
from web.search.build import search_page
from web.search.view import By, Search, Speaker

area = Area("call")


@area.page("/search", "search/search.html", Permission.CALLS)
def search(
    context: Context,
    q: Annotated[str, Query(max_length=1000)] = "",
    by: By = "sound",
    speaker: Speaker = "",
    after: Annotated[int | None, Query(ge=0, lt=2**63)] = None,
) -> Search:
    return search_page(context, q, by, speaker, after)
