"""Every class that a template names is known to a style sheet or a script; a misspelt one would do nothing."""

import re
from pathlib import Path

import pytest

WEB = Path(__file__).parents[2] / "web"
NAMED = re.compile(r'class="([^"]*)"')
KNOWN = {
    name
    for path in [*(WEB / "static" / "css").glob("*.css"), *(WEB / "static" / "js").rglob("*.js")]
    for found in re.findall(r"\.([a-z][\w-]*)|classList\.\w+\(\"([\w-]+)\"", path.read_text(encoding="utf-8"))
    for name in found
}


TARGET = re.compile(r'hx-(?:target|select|include|indicator)="[^"]*?\.([a-z][\w-]*)"')


@pytest.mark.parametrize(
    "path", sorted((WEB / "templates").rglob("*.html")), ids=lambda path: str(path.relative_to(WEB / "templates"))
)
def test_a_class_is_known(path: Path) -> None:
    template = re.sub(r"\{[{%].*?[%}]\}", " ", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    classes = (name for text in NAMED.findall(template) for name in text.split())
    named = {name for name in classes if not name.endswith("-")}  # of those, the rest is filled in
    assert named - KNOWN - set(TARGET.findall(template)) == set()
