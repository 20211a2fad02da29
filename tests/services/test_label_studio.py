"""Examples that go to Label Studio and come back: the same words, under the same verdict."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callqa.errors import CallQAError
from callqa.learning import Example, ExamplePlace, ExampleTurn, ExampleWords
from callqa.types import Verdict
from services.review.examples import KnownExample
from services.review.label_studio import INTERFACE, LABELS, Marked, Region, read_tasks, task_of
from store.people.examples import StoredExample

TEXT = st.text(st.sampled_from("您好我𠮷要*反映12，。"), min_size=1, max_size=12)
TITLES = {"courtesy": "礼貌用语"}


@st.composite
def known_examples(draw: st.DrawFn) -> KnownExample:
    """Up to three places in turns that share some of what was before."""
    texts = draw(st.lists(TEXT, min_size=1, max_size=8))
    turns = [ExampleTurn(n, "agent" if n % 2 else "citizen", text) for n, text in enumerate(texts)]
    places = []
    for index in draw(st.lists(st.integers(0, len(turns) - 1), min_size=1, max_size=3)):
        start = draw(st.integers(0, len(texts[index]) - 1))
        end = draw(st.integers(start + 1, len(texts[index])))
        places.append(ExamplePlace(turns[index], start, end, tuple(turns[max(0, index - 4) : index])))
    verdict = draw(st.sampled_from(list(LABELS.values())))
    words = ExampleWords(tuple(places))
    example = Example(
        "C1", "courtesy", verdict, Verdict.VIOLATED, "k", words, "王丽", datetime(2026, 11, 2, tzinfo=UTC)
    )
    return KnownExample(StoredExample(1, 1, example), True)


@given(known_examples())
def test_what_goes_out_comes_back(known: KnownExample) -> None:
    (marked,) = read_tasks(json.loads(json.dumps([task_of(known, TITLES)])))
    assert isinstance(marked, Marked)
    example = known.stored.example
    assert (marked.call_id, marked.item_id, marked.verdict) == ("C1", "courtesy", example.verdict)
    places = [Region(place.turn.index, place.char_start, place.char_end) for place in example.words.places]
    assert list(marked.regions) == places
    assert [marked.turns[region.turn][region.start : region.end] for region in marked.regions] == [
        place.quote for place in example.words.places
    ]


def task(*results: dict[str, Any], **annotation: Any) -> dict[str, Any]:
    dialogue = [{"role": "市民", "text": "我要反映", "turn": 4}, {"role": "坐席", "text": "你快说", "turn": 5}]
    data = {"call_id": "C1", "item": "courtesy", "dialogue": dialogue}
    return {"id": 7, "data": data, "annotations": [{"id": 1, "result": list(results), **annotation}]}


def region(start: object, end: object, first: int, last: int, label: str = "不合格") -> dict[str, Any]:
    value = {"start": start, "end": end, "startOffset": first, "endOffset": last, "paragraphlabels": [label]}
    return {"from_name": "verdict", "to_name": "dialogue", "type": "paragraphlabels", "value": value}


def test_a_stretch_over_two_turns_is_a_place_in_each() -> None:
    (marked,) = read_tasks([task(region("0", "1", 2, 2))])
    assert isinstance(marked, Marked)
    assert marked.regions == (Region(4, 2, 4), Region(5, 0, 2))


@pytest.mark.parametrize(
    "document",
    [
        [task()],
        [task(region("1", "1", 0, 2), was_cancelled=True)],
        [{"data": task()["data"]}],
        [task({"type": "choices", "value": {"choices": ["x"]}})],
    ],
)
def test_tasks_that_nobody_marked_are_passed_over(document: object) -> None:
    assert list(read_tasks(document)) == []


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        (task(region("9", "9", 0, 1)), "label_studio.task_unreadable"),
        (task(region("x", "1", 0, 1)), "label_studio.task_unreadable"),
        (task(region("1", "1", 0, 1), region("1", "1", 1, 2, "合格")), "label_studio.not_one_verdict"),
        (task(region("1", "1", 0, 1, "好")), "label_studio.not_one_verdict"),
        ({"annotations": []}, "label_studio.task_unreadable"),
        ("text", "label_studio.task_unreadable"),
        ({"data": {}, "annotations": 3}, "label_studio.task_unreadable"),
    ],
)
def test_a_task_that_cannot_be_used_is_named_and_the_others_are_read(wrong: object, code: str) -> None:
    bad, good = read_tasks([wrong, task(region("1", "1", 0, 2))])
    assert isinstance(bad, CallQAError)
    assert (bad.code, bad.values["n"]) == (code, 1)
    assert isinstance(good, Marked)


def test_what_is_no_list_of_tasks_is_refused() -> None:
    with pytest.raises(CallQAError) as refused:
        list(read_tasks({"tasks": []}))
    assert refused.value.code == "label_studio.no_tasks"


def test_the_labelling_interface_has_the_labels() -> None:
    assert all(f'<Label value="{label}"/>' in INTERFACE for label in LABELS)
