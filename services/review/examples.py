"""Examples: items that people judged, kept with the words they are about, for models to learn from."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

from callqa.errors import CallQAError
from callqa.learning import Example, ExamplePlace, ExampleTurn, ExampleWords
from callqa.personal import masked
from callqa.types import Conversation, Evidence, Finding, Turn, Verdict
from scoring.review.apply import standing_reviews
from services.calls.call_file import CallFile, Line
from services.context import RubricContext
from services.privacy.personal import personal_of
from store import Connection
from store.calls import read
from store.people import calibration, examples, reviews
from store.people.examples import StoredExample

MOST_PLACES = 3
ANSWERS = ("taboo_said", "words_doubtful")
"""Reasons of findings that quote what the agent's words answer, too."""
BEFORE = 4  # turns that are kept with one


class KnownExample(NamedTuple):
    """An example in a list of them."""

    stored: StoredExample
    counts: bool
    """The verdict is still the one that counts; nothing is to be learnt from others."""


def example_of(
    file: CallFile,
    line: Line,
    author: str,
    at: datetime,
    turn: int | None = None,
    *,
    turn_first: bool = False,
    marked: Sequence[tuple[int, int, int]] = (),
) -> Example:
    """The example of an item on which a person has spoken. ``turn``: where it can be heard, for a finding that quotes
    nothing; with ``turn_first`` for any. ``marked``: turns and characters that somebody marked, in their place.

    Raises `CallQAError` without a person's verdict, without words, and while a calibration hides the call.
    """
    call_id, title = file.row.call.call_id, line.item.title
    if file.sessions:
        raise CallQAError("review.in_calibration")
    if line.review is None or line.review.verdict is None or line.finding is None:
        raise CallQAError("example.not_judged", call=call_id, item=title)
    if file.conversation is None:
        raise CallQAError("example.no_words", call=call_id)
    n_turns = len(file.conversation.turns)
    if turn is not None and turn >= n_turns:
        raise CallQAError("example.no_turn", call=call_id, turn=turn, n=n_turns)
    quoted = () if turn_first and turn is not None else _without_questions(line.finding, file.conversation)
    turns = file.conversation.turns
    places = (
        tuple(_place(turns, turns[index], start, end) for index, start, end in marked[:MOST_PLACES])
        if marked
        else tuple(places_of(file.conversation, quoted, turn))
    )
    if not places:
        raise CallQAError("example.no_place", call=call_id, item=title)
    return Example(
        call_id=call_id,
        item_id=line.item.id,
        verdict=line.review.verdict,
        machine=line.machine.verdict,
        check_key=line.finding.check_key,
        words=ExampleWords(places),
        author=author,
        at=at,
    )


def _without_questions(finding: Finding, conversation: Conversation) -> tuple[Evidence, ...]:
    """What the citizen had said before is there to understand the agent's words by; a place keeps it anyway."""
    if finding.reason not in ANSWERS:
        return finding.evidence
    return tuple(
        p for p in finding.evidence if p.turn_index is None or conversation.turns[p.turn_index].role == "agent"
    )


def places_of(
    conversation: Conversation, evidence: Sequence[Evidence], turn: int | None = None
) -> Iterator[ExamplePlace]:
    """What the evidence quotes, at most `MOST_PLACES`; where words were due that were not said, where it only lists
    turns, or quotes nothing, the turn that a person points at."""
    turns = conversation.turns
    quoted = [place for place in evidence if place.quote and place.turn_index is not None]
    if any(place.unsaid for place in evidence):
        quoted = []  # what stands where words were due is not what the verdict is of
    if quoted and len(quoted) <= MOST_PLACES:
        for place in quoted:
            assert place.turn_index is not None
            yield _place(turns, turns[place.turn_index], place.char_start, place.char_end)
    elif turn is not None and 0 <= turn < len(turns):
        yield _place(turns, turns[turn], 0, len(turns[turn].text))


def _place(turns: Sequence[Turn], turn: Turn, start: int, end: int) -> ExamplePlace:
    before = tuple(map(_kept, turns[max(0, turn.index - BEFORE) : turn.index]))
    return ExamplePlace(_kept(turn), start, end, before)


def _kept(turn: Turn) -> ExampleTurn:
    return ExampleTurn(turn.index, turn.role, turn.text)


def teach(context: RubricContext, new: Example) -> None:
    """Keeps an example, in place of the one that the item of the call had."""
    with context.store.write() as c:
        examples.put_example(c, new)


def take_back(context: RubricContext, call_id: str, item_id: str) -> bool:
    """Deletes the example of an item of a call; whether there was one."""
    with context.store.write() as c:
        return examples.drop_example(c, call_id, item_id)


def known_examples(
    context: RubricContext, c: Connection, *, masks: bool, before: int | None = None, most: int | None = None
) -> list[KnownExample]:
    """All examples but those of calls that people judge blind just now, the latest first. ``masks``: what is personal
    becomes asterisks; ``before``: only older ones than this; ``most``: no more than so many."""
    stored = examples.examples(c, without=calibration.open_calls(c), before=before, most=most)
    if masks:
        stored = list(_masked(context, c, stored))
    verdicts: dict[str, Mapping[str, Verdict | None]] = {}
    for row in stored:
        call_id = row.example.call_id
        if call_id not in verdicts:
            standing = standing_reviews(reviews.reviews_of(c, call_id))
            verdicts[call_id] = {review.item_id: review.verdict for review in standing}
    return [
        KnownExample(row, verdicts[row.example.call_id].get(row.example.item_id) is row.example.verdict)
        for row in stored
    ]


def _masked(context: RubricContext, c: Connection, stored: Sequence[StoredExample]) -> Iterator[StoredExample]:
    conversations = {
        known.call_pk: known.conversation
        for known in read.conversations(c, {row.call_pk for row in stored}, context.keys.engine_key, context.zone)
    }
    for row in stored:
        conversation = conversations.get(row.call_pk)
        spans: dict[int, list[tuple[int, int]]] = {}
        for span in personal_of(context, c, row.call_pk, conversation).spans if conversation else ():
            spans.setdefault(span.turn_index, []).append((span.char_start, span.char_end))
        places = tuple(_mask_place(place, spans, conversation) for place in row.example.words.places)
        yield row._replace(example=replace(row.example, words=ExampleWords(places)))


def _mask_place(
    place: ExamplePlace, spans: Mapping[int, list[tuple[int, int]]], conversation: Conversation | None
) -> ExamplePlace:
    """A turn that the present transcript does not have is masked whole: nobody looked into it."""

    def mask(turn: ExampleTurn) -> ExampleTurn:
        turns = conversation.turns if conversation else ()
        known = turn.index < len(turns) and turns[turn.index].text == turn.text
        return replace(turn, text=masked(turn.text, spans.get(turn.index, ()) if known else [(0, len(turn.text))]))

    return replace(place, turn=mask(place.turn), before=tuple(map(mask, place.before)))
