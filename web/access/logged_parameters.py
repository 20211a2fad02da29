"""The parameters of a page that the audit log keeps: whose, of which days, by which filter; never a search's words."""

from typing import Any

from starlette.datastructures import QueryParams

LOGGED = (
    "agent", "id", "team", "name", "line", "category", "request_type", "first", "last", "month", "since", "until",
    "rubric", "item", "failed", "undecided", "low", "high", "review", "fatal", "appeal", "plan", "author",
)  # fmt: skip
"""Names of parameters that are ids, days and choices."""
TYPED = ("q", "call")
"""Of those that may be somebody's name or number it is logged only that they were there."""
LONGEST = 200  # characters of a value that are kept


def logged_parameters(params: QueryParams) -> dict[str, Any]:
    logged: dict[str, Any] = {name: "、".join(filter(None, params.getlist(name)))[:LONGEST] for name in LOGGED}
    logged |= {name: bool(params.get(name)) for name in TYPED}
    return {name: value for name, value in logged.items() if value}
