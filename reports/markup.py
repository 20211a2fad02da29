"""Elements of HTML and SVG as strings. Everything that is not markup already is escaped."""

from html import escape

from reports.tables.columns import writable

VOID = frozenset({"meta", "br", "hr", "link"})


class Markup(str):
    """Text that is markup and not to be escaped again."""


Child = str | float | None
"""A ``Markup`` as it is, other text escaped; ``None`` is left out."""


def element(name: str, /, *children: Child, **attributes: str | float | None) -> Markup:
    """An element; ``_`` in the name of an attribute stands for ``-``, one at the end is dropped.

    >>> element("p", "<b>", class_="lead")
    '<p class="lead">&lt;b&gt;</p>'
    """
    written = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{escape(shown(value))}"'
        for key, value in attributes.items()
        if value is not None
    )
    inner = join(*children)
    return Markup(f"<{name}{written}>" if name in VOID else f"<{name}{written}>{inner}</{name}>")


def join(*children: Child) -> Markup:
    """The children side by side."""
    return Markup(
        "".join(
            child if isinstance(child, Markup) else escape(shown(child), quote=False)
            for child in children
            if child is not None
        )
    )


def shown(value: str | float) -> str:
    """A number with at most one decimal, which is a tenth of a pixel.

    >>> shown(12.0), shown(0.25), shown("½")
    ('12', '0.2', '½')
    """
    return writable(value) if isinstance(value, str) else f"{value:.1f}".removesuffix(".0")
