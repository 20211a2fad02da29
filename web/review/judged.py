"""The call that somebody judges."""

from collections.abc import Mapping
from dataclasses import dataclass

from callqa.errors import CallQAError
from services.calls.call_file import CallFile, Line, lines, read_call
from services.context import RubricContext
from web.access.request_context import RequestContext
from web.access.visibility import visible_call
from web.call.build import context_of


@dataclass(frozen=True, slots=True)
class Judged:
    """A call that somebody judges."""

    rubric_context: RubricContext
    file: CallFile
    lines: Mapping[str, Line]
    """By the item's id."""

    @property
    def call_id(self) -> str:
        return self.file.row.call.call_id


def judged_call(context: RequestContext, pk: int) -> Judged:
    """Raises `NotThere` for a call outside of the visibility and `CallQAError` for one not to be judged."""
    with context.desk.store.read() as c:
        row = visible_call(context, c, pk)
        rubric_context = context_of(context, row)
        file = read_call(rubric_context, c, row)
    if row.call.agent_id in (context.who.name, context.who.agent_id):
        raise CallQAError("review.own_call_of_reviewer")
    if file.sessions:
        raise CallQAError("review.in_calibration")
    return Judged(rubric_context, file, {line.item.id: line for line in lines(rubric_context, file)})
