"""The help says something to everybody, in both languages, and says what the check library says."""

import pytest
from browsing import SignIn

from callqa.people import Role
from qa_models import load_checks
from web.desk import Desk
from web.help.build import item_help
from web.help.texts import first_steps, glossary


@pytest.mark.parametrize("role", Role)
def test_every_role_has_first_steps(sign_in: SignIn, role: Role) -> None:
    page = sign_in(role).get("/help")
    assert page.status_code == 200
    steps = first_steps()[role]
    assert 2 <= len(steps) <= 5
    for step in steps:
        assert step.zh.title in page.text


def test_items_are_explained_as_in_the_check_library(sign_in: SignIn) -> None:
    page = sign_in(Role.AGENT).get("/help/items")
    help_text = load_checks()["hold_notice"].spec.help
    assert help_text is not None
    for words in (help_text.meaning, *help_text.good, *help_text.bad):
        assert words in page.text


def test_every_item_of_the_rubric_has_help(desk: Desk) -> None:
    for rubric_context in desk.rubric_set:
        helps = item_help(rubric_context)
        assert list(helps) == list(rubric_context.rubric.titles)
        assert all(helped.meaning and helped.good and helped.bad for helped in helps.values())


def test_the_glossary_stands_in_both_languages(sign_in: SignIn) -> None:
    chinese, english = glossary("zh"), glossary("en")
    assert [word for word, _ in chinese] == [word for word, _ in english]
    assert len({word for word, _ in chinese}) == len(chinese)
    assert all(term.term != translated.term for (_, term), (_, translated) in zip(chinese, english, strict=True))
    page = sign_in(Role.INSPECTOR).get("/help/glossary")
    assert 'id="kappa"' in page.text
    assert "召回率" in page.text
