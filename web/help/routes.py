"""The pages of the help."""

from web.access.request_context import Context
from web.access.roles import Permission
from web.help.build import rubric_help, start_page
from web.help.texts import glossary
from web.help.view import Glossary, Items, Start, Word
from web.routing import NOBODY, Area

area = Area(NOBODY)


@area.page("/help", "help/start.html", Permission.SIGNED_IN)
def start(context: Context) -> Start:
    return start_page(context)


@area.page("/help/items", "help/items.html", Permission.SIGNED_IN)
def items(context: Context) -> Items:
    return Items(tuple(rubric_help(rubric_context) for rubric_context in context.desk.rubric_set))


@area.page("/help/glossary", "help/glossary.html", Permission.SIGNED_IN)
def words(context: Context) -> Glossary:
    return Glossary(tuple(Word(id, term.term, term.meaning) for id, term in glossary(context.who.language)))
