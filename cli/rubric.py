"""`callqa rubric`: whether a rubric is sound, what is on it, and what a new version changes."""

from typing import Annotated

import typer

from callqa.messages import terminal_text as _
from callqa.settings import load_settings
from cli.output import rich_table
from qa_models import load_checks
from reports.frames.rubrics import diff_tables, rubric_summary, rubric_table
from scoring import Rubric, load_rubric, load_rubric_set
from scoring.rubric_diff import compare_rubrics
from services.console import wide_console

console = wide_console()
rubric_app = typer.Typer(help="Check, show and compare rubrics; none of it touches the database.", no_args_is_help=True)

Name = Annotated[str, typer.Argument(help="Id of a shipped rubric, or a YAML file.")]


@rubric_app.command()
def check(
    names: Annotated[list[str], typer.Argument(help="YAML files or ids; several are checked as one set.")],
) -> None:
    """Say whether rubrics can be used as they are, and what is in them. Refused with file, line and reason."""
    for entry in load_rubric_set(names, load_checks(*load_settings().checks)):
        _print_summary(entry.rubric)
    console.print(_("nothing is wrong"))


@rubric_app.command()
def show(
    name: Annotated[
        str | None,
        typer.Argument(help="Id of a shipped rubric, or a YAML file.", show_default="the settings' rubrics"),
    ] = None,
) -> None:
    """Print a rubric as a sheet: groups, items, points, shares of the total, conditions, trust floors."""
    for entry in load_rubric_set([name] if name else load_settings().rubrics):
        _print_summary(entry.rubric)
        console.print(rich_table("", rubric_table(entry.rubric)))


def _print_summary(rubric: Rubric) -> None:
    first, *more = map(_, rubric_summary(rubric))
    lines = [first, *(f"  {line}" for line in more)]
    console.print("\n".join(lines), markup=False, highlight=False, soft_wrap=True)


@rubric_app.command()
def diff(before: Name, after: Name) -> None:
    """Print what AFTER changes: fields, groups and items, with each one's share of the total."""
    old, new = load_rubric(before), load_rubric(after)
    changes = diff_tables(compare_rubrics(old, new), old, new)
    for title, table in changes.items():
        console.print(rich_table(title, table))
    if not changes:
        console.print(_("nothing changes"))
