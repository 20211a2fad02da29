"""Search in what was said: calls in which somebody says the words, by sound or as they are spelled, the newest first.

The index proposes calls and their transcripts decide. Each page does a bounded amount of work; where that is used up
before the page is full, the page says how far it came, and the next one goes on from there.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, tzinfo
from itertools import accumulate, chain
from typing import NamedTuple

from more_itertools import chunked

from callqa.call_filter import CallFilter
from callqa.errors import CallQAError
from callqa.personal import PersonalSpan, masked
from callqa.phrases import Likeness, Phrase, Place, phrases, sounds_key
from callqa.types import Role, Seconds
from callqa.visibility import EVERYTHING, Visibility
from services.context import RubricContext
from services.privacy.personal import personal_by_call
from store import Connection
from store.calls.call_list import ListedCall, page_of
from store.calls.call_query import CallQuery
from store.search import blocks
from store.search.blocks import FoundCall, Line, Look, TimedLine
from store.search.postings import ROLES, moment, second

PAGE = 20
MOST_WORK = 10_000
"""For one page. Asking the database whether a proposed call is wanted is 1, reading its transcript is `READING`."""
READING = 100
PROPOSED_AT_ONCE = 500
TURNS_SHOWN = 3
NAMED_SHOWN = 5
LONGEST = 100
"""Characters of a query."""


class QueryRefused(CallQAError):
    """A query that nobody can search for."""


@dataclass(frozen=True, slots=True)
class Question:
    """What somebody looks for. What is left out does not matter."""

    text: str
    """Words between blanks; a call has to have all of them."""
    spelled: bool = False
    """Only as it is written, not by sound."""
    role: Role | None = None
    """Who says it."""
    filter: CallFilter = CallFilter()
    """Of which calls."""
    visibility: Visibility = EVERYTHING
    discreet: bool = False
    """Names, numbers and addresses are masked, and nobody finds a call by them."""


class HitTurn(NamedTuple):
    """A turn in which something was found."""

    turn_index: int
    role: Role
    start: Seconds
    """Where the first place is said, from the start of the recording."""
    text: str
    places: tuple[Place, ...]
    """In order; they do not overlap."""


class Hit(NamedTuple):
    """A call in which everything was found."""

    call: FoundCall
    likeness: Likeness
    """Of the word that was found least alike, at its best place."""
    turns: tuple[HitTurn, ...]
    """The best ones, in the order of the call."""
    n_turns: int
    """In which something was found."""


class Results(NamedTuple):
    """A page of hits."""

    hits: tuple[Hit, ...]
    named: tuple[ListedCall, ...] = ()
    """Calls whose id begins with what was typed."""
    after: int | None = None
    """Where the next page goes on; ``None``: there is no more."""
    upto: datetime | None = None
    """The page is not full, because looking on takes long; everything since then was looked at."""


def search_calls(context: RubricContext, question: Question, after: int | None = None) -> Results:
    """A page of at most `PAGE` hits; ``after`` is what the page before gave. Raises `QueryRefused`."""
    text = question.text.strip()
    wanted = phrases(text)
    query = CallQuery(context.zone, question.filter, question.visibility)
    with context.store.read() as c:
        named = _named(c, query, text) if after is None else ()
        try:
            _refuse(text, wanted)
        except QueryRefused:
            if named:
                return Results((), named)
            raise
        look = _look(question, wanted, context.zone, after)._replace(among=blocks.few_positions(c, query))
        return _page(_looked_at(c, context, query, look, question, wanted), context.zone)._replace(named=named)


def _named(c: Connection, query: CallQuery, text: str) -> tuple[ListedCall, ...]:
    if not text or query.filter.call:
        return ()
    return tuple(page_of(c, replace(query, filter=replace(query.filter, call=text)), size=NAMED_SHOWN).rows)


def _refuse(text: str, wanted: Sequence[Phrase]) -> None:
    if len(text) > LONGEST:
        raise QueryRefused("search.too_long", n=LONGEST)
    if not wanted:
        raise QueryRefused("search.empty")
    for word in wanted:
        if word.n_syllables < 2:
            raise QueryRefused("search.one_syllable", word=word.text)


class _LookedAt(NamedTuple):
    """Up to here the calls were looked at."""

    position: int
    work: int
    """Since the last one."""
    hit: Hit | None = None


def _page(looked_at: Iterable[_LookedAt], zone: tzinfo) -> Results:
    hits: list[Hit] = []
    work = 0
    for place in looked_at:
        work += place.work
        if place.hit and len(hits) == PAGE:
            return Results(tuple(hits), after=hits[-1].call.position)
        hits += [place.hit] if place.hit else []
        if work >= MOST_WORK:
            return Results(tuple(hits), after=place.position, upto=moment(place.position).astimezone(zone))
    return Results(tuple(hits))


def _looked_at(
    c: Connection, context: RubricContext, query: CallQuery, look: Look, question: Question, wanted: Sequence[Phrase]
) -> Iterator[_LookedAt]:
    """The calls that the index proposes, the newest first."""
    for proposed in blocks.candidates(c, context.keys, sounds_key(), look):
        for first in range(0, len(proposed), PROPOSED_AT_ONCE):
            some = proposed[first : first + PROPOSED_AT_ONCE]
            for calls in chunked(blocks.calls_at(c, some, query), PAGE + 1):
                hits = _hits(c, context, calls, question, wanted)
                yield from (_LookedAt(call.position, READING, hits.get(call.call_pk)) for call in calls)
            yield _LookedAt(int(some[-1]), len(some))


def _look(question: Question, wanted: Sequence[Phrase], zone: tzinfo, after: int | None) -> Look:
    since, end = question.filter.days.moments(zone)
    ends = [blocks.END if after is None else after, *([second(end)] if end else [])]
    return Look(
        [word.patterns() for word in wanted],
        (question.role,) if question.role else ROLES,
        second(since) if since else 0,
        min(ends),
    )


def _hits(
    c: Connection, context: RubricContext, calls: Iterable[FoundCall], question: Question, wanted: Sequence[Phrase]
) -> dict[int, Hit]:
    """Those of the calls in which all of it is really said, by primary key."""
    by_pk, engine_key = {call.call_pk: call for call in calls}, context.keys.engine_key
    ids = list(by_pk)
    if question.spelled:  # most of what sounds alike may be written otherwise, and a look at the text is cheap
        lines = {pk: script.turns for pk, _, _, script in blocks.scripts(c, ids, engine_key, blocks.Script)}
        ids = [pk for pk, turns in lines.items() if _says_all(turns, question, wanted)]
    personal = personal_by_call(context, c, ids) if question.discreet else {}
    hidden = {pk: call_personal.spans for pk, call_personal in personal.items()}
    scripts = blocks.scripts(c, ids, engine_key, blocks.TimedScript)
    hits = (_hit(by_pk[pk], script.turns, question, wanted, hidden.get(pk, ())) for pk, _, _, script in scripts)
    return {hit.call.call_pk: hit for hit in hits if hit}


def _says_all(turns: Iterable[Line], question: Question, wanted: Iterable[Phrase]) -> bool:
    texts = [turn.text for turn in turns if question.role in (None, turn.role)]
    return all(any(_places(word, text, question, ()) for text in texts) for word in wanted)


def _hit(
    call: FoundCall,
    turns: Iterable[TimedLine],
    question: Question,
    wanted: Sequence[Phrase],
    hidden: Sequence[PersonalSpan],
) -> Hit | None:
    """``None`` where a word is missing."""
    hit_turns: list[HitTurn] = []
    alike: list[set[Likeness]] = [set() for _ in wanted]
    for turn in (turn for turn in turns if question.role in (None, turn.role)):
        stretches = [(span.char_start, span.char_end) for span in hidden if span.turn_index == turn.index]
        of_words = [_places(word, turn.text, question, stretches) for word in wanted]
        if any(of_words):
            hit_turns.append(_hit_turn(turn, sorted(chain(*of_words)), stretches))
        for ways, places in zip(alike, of_words, strict=True):
            ways.update(place.likeness for place in places)
    best = sorted(hit_turns, key=lambda hit: (min(place.likeness for place in hit.places), -len(hit.places)))
    if not all(alike):
        return None
    return Hit(call, max(map(min, alike)), tuple(sorted(best[:TURNS_SHOWN])), len(hit_turns))


Stretches = Sequence[tuple[int, int]]


def _places(word: Phrase, text: str, question: Question, hidden: Stretches) -> list[Place]:
    return [
        place
        for place in word.places(text)
        if not (question.spelled and place.likeness)
        and not any(place.start < end and start < place.end for start, end in hidden)
    ]


def _hit_turn(turn: TimedLine, places: Iterable[Place], hidden: Stretches) -> HitTurn:
    apart: list[Place] = []
    for place in places:
        if apart and place.start < apart[-1].end:  # of two words that lie over each other
            place = Place(apart[-1].start, max(apart.pop().end, place.end), place.likeness)
        apart.append(place)
    return HitTurn(turn.index, turn.role, _second_of(turn, apart[0].start), masked(turn.text, hidden), tuple(apart))


def _second_of(turn: TimedLine, character: int) -> Seconds:
    """When a character of a turn is said."""
    ends = accumulate(len(word.text) for word in turn.words)
    return next((word.start for word, end in zip(turn.words, ends, strict=True) if end > character), turn.start)
