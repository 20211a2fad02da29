"""Examples: making one of an item with one key, taking it back with the same, and the list of them."""

from typing import Annotated

from fastapi import Form
from starlette.responses import Response

from services.review.examples import example_of, take_back, teach
from web.access.request_context import Context, NotThere
from web.access.roles import Permission
from web.examples.build import examples_page
from web.examples.view import Examples
from web.parameters import MOST, Number
from web.review.judged import judged_call
from web.review.sheet import Item, sheet_after
from web.routing import Area, Then

area = Area("example")


@area.page("/examples", "examples/list.html", Permission.REVIEW)
def example_list(context: Context, before: Number | None = None) -> Examples:
    return examples_page(context, before)


@area.action("/calls/{pk:row}/example", Permission.REVIEW)
def change(
    context: Context,
    pk: int,
    item: Item,
    taught: Annotated[bool | None, Form()] = None,
    turn: Annotated[int | None, Form(ge=0, le=MOST)] = None,
) -> Response | Then:
    """``taught``: whether there shall be one. ``turn``: where it can be heard, should the finding quote nothing."""
    judged = judged_call(context, pk)
    if taught:
        line = judged.lines.get(item)
        if line is None:
            raise NotThere
        teach(judged.rubric_context, example_of(judged.file, line, context.who.name, context.desk.now(), turn))
    else:
        take_back(judged.rubric_context, judged.call_id, item)
    context.log_action("example_taught" if taught else "example_removed", "call", pk, judged.call_id, item=item)
    title = judged.rubric_context.rubric.titles.get(item, item)
    say = context.say
    text = say("{item}：已作为样例，再按一次撤销", item=title) if taught else say("{item}：样例已撤销", item=title)
    return sheet_after(context, pk, text)
