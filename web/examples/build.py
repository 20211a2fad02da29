"""The page of the examples, made of those that are stored."""

from callqa.learning import ExamplePlace
from services.context import titles_of
from services.review.examples import KnownExample, known_examples
from web.access.request_context import RequestContext
from web.access.roles import Permission
from web.examples.view import ExampleRow, Examples, Quoted

PAGE = 50


def examples_page(context: RequestContext, before: int | None = None) -> Examples:
    """``before``: only those older than this one."""
    rubric_set = context.desk.rubric_set
    titles = titles_of(rubric_set)
    with context.desk.store.read() as c:
        known = known_examples(
            rubric_set[0], c, masks=not context.may(Permission.PERSONAL), before=before, most=PAGE + 1
        )
    shown = known[:PAGE]
    return Examples(
        tuple(_row(row, titles.get(row.stored.example.item_id, ""), context) for row in shown),
        newer=before is not None,
        older=shown[-1].stored.pk if len(known) > PAGE else None,
    )


def _row(known: KnownExample, title: str, context: RequestContext) -> ExampleRow:
    example = known.stored.example
    return ExampleRow(
        known.stored.call_pk,
        example.call_id,
        example.item_id,
        title or example.item_id,
        example.machine,
        example.verdict,
        tuple(map(_quoted, example.words.places)),
        context.called(example.author),
        example.at,
        known.counts,
    )


def _quoted(place: ExamplePlace) -> Quoted:
    return Quoted(place.turn.role, place.quote, tuple((turn.role, turn.text) for turn in place.before))
