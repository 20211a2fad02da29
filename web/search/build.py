"""Search hits, cut into pieces that a page can mark."""

from collections.abc import Iterator
from urllib.parse import urlencode

from callqa.call_filter import CallFilter
from callqa.errors import FilterError
from services.search.find import Hit, HitTurn, QueryRefused, Question, Results, search_calls
from services.wording import LIKENESS
from store.search.blocks import FoundCall
from web.access.request_context import RequestContext
from web.access.roles import Permission
from web.access.visibility import visibility_of
from web.search.view import By, Found, FoundRow, FoundTurn, NamedRow, Piece, Search, Speaker


def search_page(context: RequestContext, q: str, by: By, speaker: Speaker, after: int | None) -> Search:
    params = context.request.query_params
    visibility, discreet = visibility_of(context.who), not context.may(Permission.PERSONAL)
    hits, problem, asked = None, "", CallFilter()
    try:
        asked = CallFilter.read({name: params.getlist(name) for name in params})
        question = Question(q, by == "text", speaker or None, asked, visibility, discreet)
        hits = found_of(search_calls(context.desk.rubric_set[0], question, after)) if q.strip() else None
        if hits:  # what was searched for may be somebody's name; that there was a search is no secret
            context.log_view("searched", "call", n=len(hits.rows), by=by)
    except QueryRefused as refused:
        problem = context.refusal(refused)
    except FilterError as error:
        problem = context.refusal(error)
    menus = context.desk.figures.menus(visibility)
    further = ""
    if hits and hits.after:
        params_of_next = {"q": q, "by": by, "speaker": speaker, "after": hits.after} | asked.params()
        further = f"/search?{urlencode(params_of_next, doseq=True)}"
    return Search(q.strip(), by, speaker, asked, menus.teams, menus.categories, discreet, problem, hits, further)


def found_of(results: Results) -> Found:
    return Found(
        tuple(_row(hit) for hit in results.hits),
        tuple(
            NamedRow(call.call_pk, call.call_id, call.started_at, call.agent_id, call.team) for call in results.named
        ),
        results.upto,
        "" if results.after is None else str(results.after),
    )


def _row(hit: Hit) -> FoundRow:
    call: FoundCall = hit.call
    return FoundRow(
        pk=call.call_pk,
        call_id=call.call_id,
        started_at=call.started_at,
        agent_id=call.agent_id,
        team=call.team,
        category=call.category,
        alike=LIKENESS[hit.likeness],
        turns=tuple(FoundTurn(turn.role, turn.start, tuple(_pieces(turn))) for turn in hit.turns),
        n_more=hit.n_turns - len(hit.turns),
    )


def _pieces(turn: HitTurn) -> Iterator[Piece]:
    done = 0
    for place in turn.places:
        yield Piece(turn.text[done : place.start], "")
        yield Piece(turn.text[place.start : place.end], LIKENESS[place.likeness])
        done = place.end
    yield Piece(turn.text[done:], "")
