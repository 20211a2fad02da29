"""Search in what was said, within the calls that somebody may know of."""

from dataclasses import dataclass
from typing import Annotated, Literal
from urllib.parse import urlencode

from fastapi import Query

from callqa.call_filter import CallFilter
from callqa.errors import FilterError
from services.search.find import QueryRefused, Question, search_calls
from web.access.request_context import Context
from web.access.roles import Permission
from web.access.visibility import visibility_of
from web.routing import Area
from web.search.view import Found, found_of

By = Literal["sound", "text"]
Speaker = Literal["", "agent", "citizen"]

area = Area("call")


@dataclass(frozen=True, slots=True)
class Search:
    """What was asked, and what was found."""

    searched: str
    by: By
    speaker: Speaker
    asked: CallFilter
    teams: tuple[str, ...]
    """That the person may choose from, likewise below."""
    categories: tuple[str, ...]
    discreet: bool
    """The person is shown no citizen's name, number or address, and finds nothing by them."""
    problem: str
    """Why nobody can search for it; "" when somebody can."""
    found: Found | None
    """``None`` until something was asked that can be searched for."""
    further: str
    """Address of the next page; "" when there is none."""


@area.page("/search", "search/search.html", Permission.CALLS)
def search(
    context: Context,
    q: Annotated[str, Query(max_length=1000)] = "",
    by: By = "sound",
    speaker: Speaker = "",
    after: Annotated[int | None, Query(ge=0, lt=2**63)] = None,
) -> Search:
    params = context.request.query_params
    visibility, discreet = visibility_of(context.who), not context.may(Permission.PERSONAL)
    found, problem, asked = None, "", CallFilter()
    try:
        asked = CallFilter.read({name: params.getlist(name) for name in params})
        question = Question(q, by == "text", speaker or None, asked, visibility, discreet)
        found = found_of(search_calls(context.desk.rubric_set[0], question, after)) if q.strip() else None
        if found:  # what was searched for may be somebody's name; that there was a search is no secret
            context.log_view("searched", "call", n=len(found.rows), by=by)
    except QueryRefused as refused:
        problem = context.refusal(refused)
    except FilterError as error:
        problem = context.refusal(error)
    menus = context.desk.figures.menus(visibility)
    further = ""
    if found and found.after:
        params_of_next = {"q": q, "by": by, "speaker": speaker, "after": found.after} | asked.params()
        further = f"/search?{urlencode(params_of_next, doseq=True)}"
    return Search(q.strip(), by, speaker, asked, menus.teams, menus.categories, discreet, problem, found, further)
