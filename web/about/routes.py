"""Version and rubrics."""

from importlib.metadata import version

from web.about.view import About, RubricInUse
from web.access.request_context import Context
from web.access.roles import Permission
from web.routing import NOBODY, Area

area = Area(NOBODY)


@area.page("/about", "about/about.html", Permission.SIGNED_IN)
def about(context: Context) -> About:
    rubrics = (rubric_context.rubric for rubric_context in context.desk.rubric_set)
    return About(
        version("callqa"),
        context.desk.settings.timezone,
        tuple(RubricInUse(rubric.id, rubric.version, rubric.title, len(rubric.items)) for rubric in rubrics),
    )
