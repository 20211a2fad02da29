"""Calls: the list, one call, its sheet, its findings, its transcript."""

from functools import partial
from typing import Annotated

from fastapi import Query

from callqa.call_filter import APPEALS, SORTS, CallFilter, read_sort
from store.calls.call_list import page_of
from store.calls.call_query import CallQuery
from web.access.request_context import NotThere
from web.access.roles import Permission
from web.access.visibility import visibility_of
from web.api.access import Api
from web.api.calls.build import call_data, findings_data, listed, sheet_data, transcript_data, with_call
from web.api.calls.view import (
    CallData,
    CallPageData,
    FindingsData,
    SheetData,
    TranscriptData,
)
from web.api.parameters import YES, CallId, Cursor, Limit, Names, Text, of
from web.api.routing import ApiArea

area = ApiArea("Calls", "call")


@area.get("/calls", Permission.CALLS, CallPageData, missing=False)
def list_calls(
    context: Api,
    agent: Names = [],  # noqa: B006
    team: Names = [],  # noqa: B006
    line: Names = [],  # noqa: B006
    category: Names = [],  # noqa: B006
    request_type: Names = [],  # noqa: B006
    first: Annotated[Text, Query(description="First day, such as 2026-11-01.")] = "",
    last: Annotated[Text, Query(description="Last day.")] = "",
    failed: Annotated[Text, Query(description="Id of an item that was violated.")] = "",
    undecided: Annotated[Text, Query(description="Id of an item that waits for a person.")] = "",
    low: Annotated[Text, Query(description="Least total.")] = "",
    high: Annotated[Text, Query(description="Highest total.")] = "",
    review: Annotated[Text, Query(description="`yes`: only calls that wait for a person.", **YES)] = "",
    fatal: Annotated[Text, Query(description="`yes`: only calls with a fatal fault, also possible ones.", **YES)] = "",
    appeal: Annotated[Text, Query(description="Calls with appeals in this state.", **of(APPEALS))] = "",
    call: Annotated[Text, Query(description="How the id of the call begins.")] = "",
    sort: Annotated[Text, Query(description="The order; `newest` where none is asked for.", **of(("", *SORTS)))] = "",
    cursor: Cursor = "",
    limit: Limit = 50,
) -> CallPageData:
    """The scored calls, a page at a time."""
    params = context.request.query_params
    asked = CallFilter.read({name: params.getlist(name) for name in params})
    query = CallQuery(context.desk.settings.zone, asked, visibility_of(context.who), read_sort(sort))
    with context.desk.store.read() as c:
        page = page_of(c, query, cursor, limit)
    rows = tuple(listed(context, row) for row in page.rows)
    return CallPageData(rows, page.after or None, page.before or None)


@area.get("/calls/{call_id}", Permission.CALLS, CallData)
def get_call(context: Api, call_id: CallId) -> CallData:
    """One call: its state, its ticket, its score."""
    return with_call(context, call_id, call_data)


@area.get("/calls/{call_id}/sheet", Permission.CALLS, SheetData)
def get_sheet(context: Api, call_id: CallId) -> SheetData:
    """The score sheet of a call, item by item, with quotes and seconds."""

    return with_call(context, call_id, partial(sheet_data, context))


@area.get("/calls/{call_id}/findings", Permission.RUBRICS, FindingsData)
def get_findings(context: Api, call_id: CallId) -> FindingsData:
    """What each check said of a call, before any person did."""

    if not context.may(Permission.CALLS):
        raise NotThere
    return with_call(context, call_id, partial(findings_data, context))


@area.get("/calls/{call_id}/transcript", Permission.CALLS, TranscriptData)
def get_transcript(context: Api, call_id: CallId) -> TranscriptData:
    """Who said what, and when."""

    return with_call(context, call_id, transcript_data)
