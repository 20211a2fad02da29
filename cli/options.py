"""Arguments and options that several commands share, so that they read alike everywhere."""

from typing import Annotated

import typer

from callqa.messages import terminal_text as _
from callqa.people import plain_id


def somebody(name: str) -> str:
    """Blanks around a name, or the width of a number, would make another person of it."""
    if not name.strip():
        raise typer.BadParameter(_("write your name or number"))
    return plain_id(name)


CallId = Annotated[str, typer.Argument(help="The call's id, as in the manifest.")]
Period = Annotated[str | None, typer.Option(help="A month, e.g. 2026-11.", show_default="the last one with calls")]
Rubric = Annotated[
    str | None,
    typer.Option(
        help="Id of a shipped rubric, or a YAML file; several with commas.", show_default="the settings' rubric"
    ),
]
By = Annotated[str, typer.Option("--by", help="Your name or number; it is kept with what you do.", callback=somebody)]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
