"""Silences and talking at once, as the waveform shows them."""

from dataclasses import replace

import pytest
from dummies import call
from hypothesis import given
from hypothesis import strategies as st

from callqa.types import Turn
from qa_models import load_checks
from services.listening.stretches import overlaps, stretches


def turns(text: str) -> list[Turn]:
    """``A 0-4 C 3-6``: who speaks from when to when, in seconds."""
    words = text.split()
    spans = [tuple(map(float, span.split("-"))) for span in words[1::2]]
    role = {"A": "agent", "C": "citizen", "U": "unknown"}
    return [
        Turn(i, role[who], start, end, "好")  # type: ignore[arg-type]
        for i, (who, (start, end)) in enumerate(zip(words[::2], spans, strict=True))
    ]


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("", []),
        ("A 0-4 C 4-6", []),
        ("A 0-4 C 3-6", [(3, 4)]),
        ("A 0-4 C 3.6-6", []),  # too short to be one
        ("A 0-9 C 3-4 C 6-8", [(3, 4), (6, 8)]),
        ("A 0-4 A 4-8 C 3-6", [(3, 6)]),  # one sentence in two turns
        ("C 0-4 A 1-3 C 2-5", [(1, 3)]),
        ("A 0-4 U 3-6", []),
        ("A 0-4 A 2-6", []),
    ],
)
def test_overlaps(said: str, expected: list[tuple[float, float]]) -> None:
    assert overlaps(turns(said)) == expected


def test_of_two_voices_on_one_channel_nothing_is_told() -> None:
    shared = Turn(0, "agent", 0, 4, "好", role_confidence=0.99)
    assert overlaps([shared, *turns("C 1-3")]) == []


spans = st.tuples(st.floats(0, 100), st.floats(0.1, 20)).map(
    lambda begin_and_length: (begin_and_length[0], begin_and_length[0] + begin_and_length[1])
)


@given(st.lists(st.tuples(st.sampled_from(["agent", "citizen"]), spans), max_size=20))
def test_overlaps_are_when_both_speak(said: list[tuple[str, tuple[float, float]]]) -> None:
    made = [Turn(i, role, *span, "好") for i, (role, span) in enumerate(said)]  # type: ignore[arg-type]
    result = overlaps(made, 0.0)
    assert all(before[1] <= after[0] for before, after in zip(result, result[1:], strict=False))

    def speaks(role: str, moment: float) -> bool:
        return any(turn.role == role and turn.start < moment < turn.end for turn in made)

    edges = sorted({edge for turn in made for edge in (turn.start, turn.end)})
    for moment in ((edge + next_edge) / 2 for edge, next_edge in zip(edges, edges[1:], strict=False)):
        both = speaks("agent", moment) and speaks("citizen", moment)
        assert any(start < moment < end for start, end in result) == both


def test_silences_are_those_that_the_checks_look_at() -> None:
    conversation = call(
        "A: 您好 | C: 我要投诉 (gap 7.5) | A: 请稍等 | A: 让您久等了 (gap 8.5) | C: 好的好的 (gap -0.75)"
    )
    long_silence = load_checks()["long_silence"]
    result = stretches(conversation, [long_silence])
    assert [(stretch.what, round(stretch.end - stretch.start, 2)) for stretch in result] == [
        ("silence", 8.5),
        ("overlap", 0.75),
    ]
    params = long_silence.spec.params.model_copy(update={"unannounced": 7.0})
    stricter = replace(long_silence, spec=long_silence.spec.model_copy(update={"params": params}))
    assert [stretch.what for stretch in stretches(conversation, [long_silence, stricter])] == [
        "silence",
        "silence",
        "overlap",
    ]
    assert stretches(conversation, []) == result
