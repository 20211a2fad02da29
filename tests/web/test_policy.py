"""Templates and scripts keep to the content security policy: nothing inline, evaluated, or from elsewhere."""

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

WEB = Path(__file__).parents[2] / "web"
TEMPLATES = sorted((WEB / "templates").rglob("*.html"))
OWN = sorted([*(WEB / "static" / "js").rglob("*.js"), *(WEB / "static" / "css").rglob("*.css")])
ELSEWHERE = re.compile(r"(?:https?:)?//[\w-]+\.[\w.]+|javascript:|data:", re.IGNORECASE)


class Reader(HTMLParser):
    """Collects what a template says against the policy. Jinja's marks are taken out before."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=False)
        self.wrong: list[str] = []
        self._script = False

    def handle_starttag(self, tag, attrs):
        for name, value in attrs:
            if name == "style" or name.startswith(("on", "hx-on")):
                self.wrong.append(f"{name} of <{tag}>")
            if name in {"href", "src", "action", "formaction", "hx-get", "hx-post"} and ELSEWHERE.match(value or ""):
                self.wrong.append(f"{value} in {name} of <{tag}>")
            if name in {"hx-vals", "hx-vars", "hx-headers"} and (value or "").startswith(("js:", "javascript:")):
                self.wrong.append(f"a script in {name} of <{tag}>")
        if tag == "style":
            self.wrong.append("<style>")
        self._script = tag == "script"

    def handle_endtag(self, tag):
        self._script = False

    def handle_data(self, data):
        if self._script and data.strip():
            self.wrong.append(f"a script with text: {data.strip()[:40]}")


def against_the_policy(template: str) -> list[str]:
    reader = Reader()
    reader.feed(re.sub(r"\{[%#].*?[%#]\}|\{\{.*?\}\}", "", template, flags=re.DOTALL))
    reader.close()
    return reader.wrong


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(WEB / "templates")))
def test_templates_say_nothing_inline(path):
    assert against_the_policy(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    ("template", "wrong"),
    [
        ('<p style="color: red">', ["style of <p>"]),
        ('<button {{ a }} onclick="go()">', ["onclick of <button>"]),
        ("<button hx-on:click='go()'>", ["hx-on:click of <button>"]),
        ("<script>go()</script>", ["a script with text: go()"]),
        ("<style>p {}</style>", ["<style>"]),
        ('<script src="https://cdn.example.org/x.js"></script>', ["https://cdn.example.org/x.js in src of <script>"]),
        ('<a href="//example.org">', ["//example.org in href of <a>"]),
        ('<a href="javascript:go()">', ["javascript:go() in href of <a>"]),
        ("""<a hx-vals='js:{a: go()}'>""", ["a script in hx-vals of <a>"]),
        ('{# style="" #}<a href="{{ place }}">on style="x"</a><script src="{{ static("a.js") }}"></script>', []),
    ],
)
def test_what_is_against_the_policy_is_seen(template, wrong):
    assert against_the_policy(template) == wrong


@pytest.mark.parametrize("path", OWN, ids=lambda path: path.name)
def test_own_scripts_and_styles_load_and_evaluate_nothing(path):
    text = path.read_text(encoding="utf-8")
    assert not re.search(
        r"https?://|\beval\(|new Function|setAttribute\(.style|\.innerHTML|insertAdjacentHTML|@import", text
    )


@pytest.mark.parametrize("path", sorted(WEB.rglob("*.svg")), ids=lambda path: path.name)
def test_pictures_hold_no_scripts(path):
    text = path.read_text(encoding="utf-8").replace("http://www.w3.org/2000/svg", "")
    assert not re.search(r"<script|\son\w+=|https?:|style=", text)
