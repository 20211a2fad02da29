"""A request that cannot be understood: a page names the fields by its labels, data by the names that were sent."""

import pytest
from browsing import SignIn

from callqa.messages import catalogue
from web.field_names import ELSEWHERE, LABELS
from web.templating import HERE

EVERY_LABEL = {*LABELS.values(), *(label for labels in ELSEWHERE.values() for label in labels.values())}


@pytest.mark.parametrize(
    ("path", "chinese", "english"),
    [
        ("/queue?month=11", "月份", "Month"),
        ("/training?month=11&kind=x", "找什么、月份", "What for, Month"),
        ("/audit?first=x&last=y", "日期", "Date"),
        ("/search?by=x&speaker=y", "匹配方式、谁说的", "Match, Who says it"),
    ],
)
def test_a_page_names_its_fields_as_it_labels_them(sign_in: SignIn, path: str, chinese: str, english: str) -> None:
    role = "admin" if path.startswith("/audit") else "supervisor"
    for language, wrong in (("zh", f"请检查填写的内容：{chinese}"), ("en", f"Check what you filled in: {english}")):
        answer = sign_in(role, f"{role}-{language}", language=language).get(path)
        assert answer.status_code == 400
        assert f"{wrong}<" in answer.text


def test_what_no_page_asks_for_is_not_named(sign_in: SignIn) -> None:
    answer = sign_in("supervisor").get("/appeals?shown=nothing")
    assert answer.status_code == 400
    assert "shown" not in answer.text
    assert "请从本系统的页面操作" in answer.text


def test_data_name_the_fields_that_a_program_sent(sign_in: SignIn) -> None:
    answer = sign_in("supervisor").get("/queue.json?month=11")
    assert answer.json() == {"error": "请求有误", "detail": "请检查填写的内容：month"}


@pytest.mark.parametrize("label", sorted(EVERY_LABEL))
def test_a_label_stands_on_a_page_and_in_both_languages(label: str) -> None:
    assert (None, label) in catalogue("en")
    assert any(f'_("{label}")' in page.read_text("utf-8") for page in (HERE / "templates").rglob("*.html"))
