"""The help's pages: first steps, items and words, from rubrics and texts."""

from scoring.rubric_items import Item
from services.context import RubricContext
from web.access.request_context import RequestContext
from web.help.texts import first_steps
from web.help.view import Advised, GroupHelp, ItemHelp, RubricHelp, Start
from web.nav import nav_of


def item_help(rubric_context: RubricContext) -> dict[str, ItemHelp]:
    """The help of every item of the context's rubric, by its id; one of several checks has all their examples."""
    return {item.id: _of_item(rubric_context, item) for item in rubric_context.rubric.items}


def _of_item(rubric_context: RubricContext, item: Item) -> ItemHelp:
    specs = (rubric_context.checks[check_id].spec for check_id in item.needs)
    helps = [spec.help for spec in specs if spec.help]
    return ItemHelp(
        item.id,
        item.title,
        "\n".join(check_help.meaning for check_help in helps) or item.note,
        tuple(line for check_help in helps for line in check_help.good),
        tuple(line for check_help in helps for line in check_help.bad),
    )


def rubric_help(rubric_context: RubricContext) -> RubricHelp:
    helps = item_help(rubric_context)
    groups = (
        GroupHelp(group.title, group.points, tuple((helps[item.id], item.points, item.fatal) for item in group.items))
        for group in rubric_context.rubric.groups
    )
    return RubricHelp(
        rubric_context.rubric.id, rubric_context.rubric.version, rubric_context.rubric.title, tuple(groups)
    )


def start_page(context: RequestContext) -> Start:
    labels = {place.href: place.label for place, _ in nav_of(context.who.role, "")} | {"/help/items": "评分项目"}
    steps = [
        (step.place, step.en if context.who.language == "en" else step.zh) for step in first_steps()[context.who.role]
    ]
    return Start(tuple(Advised(advice.title, advice.text, place, labels[place]) for place, advice in steps))
