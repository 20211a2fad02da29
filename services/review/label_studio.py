"""Examples as tasks of Label Studio, and what people marked there on its way back.

A task is an example: its turns as a dialogue, and each of its places as a region with the verdict as label.
Label Studio counts characters as JavaScript does, in units of UTF-16.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from callqa.errors import CallQAError
from callqa.learning import Example
from callqa.personal import MASK
from callqa.types import Conversation, Verdict
from services.calls.call_file import lines, read_call
from services.context import RubricContext
from services.review.examples import KnownExample, example_of
from services.wording import VERDICTS
from store.calls import read

LABELS = {VERDICTS[verdict]: verdict for verdict in (Verdict.VIOLATED, Verdict.MET, Verdict.NOT_APPLICABLE)}
ROLES = {"agent": "坐席", "citizen": "市民"}
CONTROL, OBJECT = "verdict", "dialogue"
INTERFACE = f"""<View>
  <Header value="$item_title"/>
  <ParagraphLabels name="{CONTROL}" toName="{OBJECT}" choice="single">
{"".join(f'    <Label value="{label}"/>{chr(10)}' for label in LABELS)}  </ParagraphLabels>
  <Paragraphs name="{OBJECT}" value="$dialogue" layout="dialogue" nameKey="role" textKey="text"/>
</View>
"""
"""The labelling interface that a project of these tasks needs."""


class Region(NamedTuple):
    """Words that somebody marked: characters of a turn."""

    turn: int
    start: int
    end: int


class Marked(NamedTuple):
    """A task that came back."""

    call_id: str
    item_id: str
    verdict: Verdict
    regions: tuple[Region, ...]
    turns: Mapping[int, str]
    """The words that were shown, by the index of their turn; perhaps with asterisks."""


def task_of(known: KnownExample, titles: Mapping[str, str]) -> dict[str, Any]:
    example = known.stored.example
    turns = {turn.index: turn for place in example.words.places for turn in (*place.before, place.turn)}
    shown = [turns[index] for index in sorted(turns)]
    return {
        "data": {
            "call_id": example.call_id,
            "item": example.item_id,
            "item_title": titles.get(example.item_id, example.item_id),
            "dialogue": [{"role": ROLES.get(turn.role, ""), "text": turn.text, "turn": turn.index} for turn in shown],
        },
        "annotations": [{"result": list(_regions(example, {turn.index: n for n, turn in enumerate(shown)}))}],
    }


def _regions(example: Example, paragraphs: Mapping[int, int]) -> Iterator[dict[str, Any]]:
    for n, place in enumerate(example.words.places):
        text, paragraph = place.turn.text, f"{paragraphs[place.turn.index]}"
        yield {
            "id": f"{n}",
            "from_name": CONTROL,
            "to_name": OBJECT,
            "type": "paragraphlabels",
            "value": {
                "start": paragraph,
                "end": paragraph,
                "startOffset": _units(text[: place.char_start]),
                "endOffset": _units(text[: place.char_end]),
                "text": place.quote,
                "paragraphlabels": [VERDICTS[example.verdict]],
            },
        }


def read_tasks(document: Any) -> Iterator[Marked | CallQAError]:
    """What stands in an export of Label Studio (JSON); of a task that cannot be used, why. Tasks that nobody marked are
    passed over."""
    if not isinstance(document, list):
        raise CallQAError("label_studio.no_tasks")
    for n, task in enumerate(document, 1):
        try:
            marked = _read(task)
        except (AttributeError, IndexError, KeyError, TypeError, ValueError):
            yield CallQAError("label_studio.task_unreadable", n=n)
            continue
        if marked is None:
            continue
        verdicts = {LABELS.get(label) for label, _ in marked[1]}
        if len(verdicts) != 1 or None in verdicts:
            yield CallQAError("label_studio.not_one_verdict", n=n)
            continue
        data, regions = marked
        (verdict,) = verdicts
        assert verdict
        turns = {paragraph["turn"]: paragraph["text"] for paragraph in data["dialogue"]}
        yield Marked(data["call_id"], data["item"], verdict, tuple(region for _, region in regions), turns)


def _read(task: Any) -> tuple[Any, list[tuple[str, Region]]] | None:
    """A task's data, and its regions with their labels: of the last annotation that was not skipped."""
    data = task["data"]
    done = [annotation for annotation in task.get("annotations", ()) if not annotation.get("was_cancelled")]
    results = done[-1]["result"] if done else ()
    regions: list[tuple[str, Region]] = []
    for result in results:
        if result["type"] == "paragraphlabels":
            (label,) = result["value"]["paragraphlabels"]
            regions += [(label, region) for region in _regions_of(data["dialogue"], result["value"])]
    if any(not isinstance(value, str) for value in (data["call_id"], data["item"])):
        raise TypeError
    return (data, regions) if regions else None


def _regions_of(dialogue: Sequence[Any], value: Any) -> Iterator[Region]:
    """One in each paragraph that the marked stretch touches."""
    first, last = int(value["start"]), int(value["end"])
    if not 0 <= first <= last < len(dialogue):
        raise IndexError
    for n in range(first, last + 1):
        text = dialogue[n]["text"]
        start = _characters(text, value["startOffset"]) if n == first else 0
        end = _characters(text, value["endOffset"]) if n == last else len(text)
        if start < end:
            yield Region(int(dialogue[n]["turn"]), start, end)


def has_same_words(marked: Marked, conversation: Conversation) -> bool:
    """Whether the words that were shown are those of the call's present transcript, as far as they were legible."""
    turns = conversation.turns
    return all(
        0 <= index < len(turns)
        and len(text) == len(turns[index].text)
        and all(shown in (MASK, heard) for shown, heard in zip(text, turns[index].text, strict=True))
        for index, text in marked.turns.items()
    )


def marked_example(context: RubricContext, marked: Marked, author: str, at: datetime) -> tuple[int, Example]:
    """The call's number, and what is to be learnt of it.

    Raises `CallQAError` where the call is not known, nobody judged the item so, or other words were heard since.
    """
    call_id, item_id = marked.call_id, marked.item_id
    with context.store.read() as c:
        row = read.call_row(c, call_id)
        if row is None:
            raise CallQAError("call.unknown", call=call_id)
        file = read_call(context, c, row)
    line = next((line for line in lines(context, file) if line.item.id == item_id), None)
    title = line.item.title if line else item_id
    if line is None:
        raise CallQAError("example.not_judged", call=call_id, item=title)
    if file.conversation and not has_same_words(marked, file.conversation):
        raise CallQAError("label_studio.heard_anew", call=call_id)
    example = example_of(file, line, author, at, marked=marked.regions)
    if example.verdict is not marked.verdict:
        raise CallQAError("label_studio.other_verdict", call=call_id, item=title)
    return row.call_pk, example


def _units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def _characters(text: str, units: int) -> int:
    """How many characters these units are; a half one counts whole."""
    ends = [0]
    for character in text:
        ends.append(ends[-1] + _units(character))
    return next((n for n, end in enumerate(ends) if end >= units), len(text))
