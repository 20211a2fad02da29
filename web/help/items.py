"""What an item of a rubric means: the words of the check library, or the rubric's own note where it has none."""

from dataclasses import dataclass

from scoring.rubric_items import Item
from services.context import RubricContext


@dataclass(frozen=True, slots=True)
class ItemHelp:
    """Shown beside the item's title. Lines of examples begin with who says them."""

    id: str
    title: str
    meaning: str
    good: tuple[str, ...] = ()
    bad: tuple[str, ...] = ()


def item_help(rubric_context: RubricContext) -> dict[str, ItemHelp]:
    """The help of every item of the context's rubric, by its id; one of several checks has all their examples."""
    return {item.id: _of_item(rubric_context, item) for item in rubric_context.rubric.items}


def _of_item(rubric_context: RubricContext, item: Item) -> ItemHelp:
    specs = (rubric_context.checks[check_id].spec for check_id in item.needs)
    told = [spec.help for spec in specs if spec.help]
    return ItemHelp(
        item.id,
        item.title,
        "\n".join(one.meaning for one in told) or item.note,
        tuple(line for one in told for line in one.good),
        tuple(line for one in told for line in one.bad),
    )
