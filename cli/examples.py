"""`callqa examples`: what people judged, kept with its words for models to learn from."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import pandas as pd
import typer

from callqa.errors import CallQAError
from callqa.messages import Message
from callqa.messages import terminal_text as _
from callqa.settings import load_settings
from cli.audit_entry import log_action
from cli.options import By, CallId
from cli.output import rich_table
from services.calls.call_file import lines, read_call
from services.console import wide_console
from services.context import context_for, open_context_for, open_rubric_set, titles_of
from services.new_files import write_whole
from services.review.examples import KnownExample, example_of, known_examples, take_back, teach
from services.review.label_studio import INTERFACE, marked_example, read_tasks, task_of
from services.review.reviews import find_item
from services.wording import VERDICTS
from store.calls import read

examples_app = typer.Typer(
    help="What people judged, kept with its words for models to learn from.", no_args_is_help=True
)
console = wide_console()
QUOTED = 40  # characters of a quote in the terminal
Item = Annotated[str, typer.Argument(help="The item's id or title, e.g. opening or 开头语.")]


@examples_app.command()
def add(
    call: CallId,
    item: Item,
    by: By,
    turn: Annotated[
        int | None, typer.Option(min=0, help="The turn that it is about, from 0, in place of what the finding quotes.")
    ] = None,
) -> None:
    """Keep an item that a person has judged."""
    with open_context_for(load_settings(), call) as context:
        item_id = find_item(context, item)
        with context.store.read() as c:
            row = read.call_row(c, call)
            if row is None:
                raise CallQAError("call.unknown", call=call)
            file = read_call(context, c, row)
        line = next((line for line in lines(context, file) if line.item.id == item_id), None)
        if line is None:
            raise CallQAError("example.not_judged", call=call, item=context.rubric.titles[item_id])
        teach(context, example_of(file, line, by, datetime.now(UTC), turn, turn_first=True))
        log_action(context.store, "example_taught", "call", row.call_pk, call, {"item": item_id})
    console.print(_("example kept: {call}, {item}", call=call, item=context.rubric.titles[item_id]), highlight=False)


@examples_app.command("list")
def list_examples() -> None:
    """List the examples, what is personal in them as asterisks."""
    titles, known = _known(masks=True)
    if not known:
        console.print(_("there is no example; on a call's page T makes one, or: callqa examples add"), highlight=False)
        return
    console.print(rich_table(Message("examples"), pd.DataFrame(_row(titles, row) for row in known)))


@examples_app.command()
def export(
    out: Annotated[Path, typer.Option(help="The file: JSON, one example a line.")],
    mask: Annotated[bool, typer.Option(help="Asterisks for what is personal.")] = True,
    label_studio: Annotated[
        bool,
        typer.Option("--label-studio", help="As tasks of Label Studio, with the labelling interface in an XML file."),
    ] = False,
) -> None:
    """Write the examples that count into a file."""
    titles, known = _known(masks=mask)
    if label_studio:
        tasks = [task_of(row, titles) for row in known if row.counts]
        write_whole(out, json.dumps(tasks, ensure_ascii=False, indent=1).encode())
        write_whole(out.with_suffix(".xml"), INTERFACE.encode())
        console.print(_("examples written to {out}: {n}", out=out, n=len(tasks)), highlight=False, soft_wrap=True)
        return
    rows = [json.dumps(_exported(row), ensure_ascii=False) for row in known if row.counts]
    write_whole(out, "".join(f"{row}\n" for row in rows).encode())
    console.print(_("examples written to {out}: {n}", out=out, n=len(rows)), highlight=False, soft_wrap=True)


@examples_app.command("import")
def import_tasks(
    file: Annotated[Path, typer.Argument(help="What Label Studio exported, as JSON.")],
    by: By,
) -> None:
    """Keep what people marked in Label Studio, where its label is the verdict that counts."""
    n, refused = 0, []
    with open_rubric_set(load_settings()) as rubric_set:
        for marked in read_tasks(_document(file)):
            try:
                if isinstance(marked, CallQAError):
                    raise marked
                pk, example = marked_example(context_for(rubric_set, marked.call_id), marked, by, datetime.now(UTC))
            except CallQAError as error:
                refused.append(error)
                continue
            teach(rubric_set[0], example)
            log_action(rubric_set[0].store, "example_taught", "call", pk, marked.call_id, {"item": marked.item_id})
            n += 1
    for problem in refused:
        console.print(f"{problem}", style="yellow", highlight=False, soft_wrap=True)
    console.print(_("examples kept: {n}; refused: {m}", n=n, m=len(refused)), highlight=False)
    if refused:
        raise typer.Exit(1)


def _document(file: Path) -> object:
    try:
        return json.loads(file.read_bytes())
    except (OSError, ValueError) as error:
        raise CallQAError("label_studio.file_unreadable", file=file, cause=type(error).__name__) from None


@examples_app.command()
def remove(call: CallId, item: Item) -> None:
    """Take an example back. What people judged stays."""
    with open_context_for(load_settings(), call) as context:
        item_id = find_item(context, item)
        if not take_back(context, call, item_id):
            raise CallQAError("example.unknown", call=call, item=context.rubric.titles[item_id])
        with context.store.read() as c:
            row = read.call_row(c, call)
        log_action(context.store, "example_removed", "call", row.call_pk if row else None, call, {"item": item_id})
    console.print(_("example removed: {call}, {item}", call=call, item=context.rubric.titles[item_id]), highlight=False)


def _known(*, masks: bool) -> tuple[dict[str, str], Sequence[KnownExample]]:
    """The items' titles by id, and the examples."""
    with open_rubric_set(load_settings()) as rubric_set, rubric_set[0].store.read() as c:
        return titles_of(rubric_set), known_examples(rubric_set[0], c, masks=masks)


def _row(titles: dict[str, str], known: KnownExample) -> dict[str, object]:
    example = known.stored.example
    quote = " / ".join(place.quote for place in example.words.places)
    return {
        "通话编号": example.call_id,
        "项目": titles.get(example.item_id, example.item_id),
        "机检": Message(VERDICTS[example.machine]),
        "人工判定": Message(VERDICTS[example.verdict]),
        "原话": quote if len(quote) <= QUOTED else quote[: QUOTED - 1] + "…",
        "人员": example.author,
        "计入": Message("是") if known.counts else "",
    }


def _exported(known: KnownExample) -> dict[str, Any]:
    example = known.stored.example
    places = [
        {
            "role": place.turn.role,
            "text": place.quote,
            "turn": place.turn.text,
            "before": [{"role": turn.role, "text": turn.text} for turn in place.before],
        }
        for place in example.words.places
    ]
    return {
        "call_id": example.call_id,
        "item": example.item_id,
        "machine": example.machine.value,
        "verdict": example.verdict.value,
        "check_key": example.check_key,
        "author": example.author,
        "at": example.at.isoformat(),
        "places": places,
    }
