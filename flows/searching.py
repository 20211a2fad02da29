"""Search in what was said: calls in which somebody says the words, by sound or as they are spelled, the newest first.

The index proposes calls and their transcripts decide. Each page does a bounded amount of work; where that is used up
before the page is full, the page says how far it came, and the next one goes on from there.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta, tzinfo
from itertools import accumulate, chain
from typing import NamedTuple

from more_itertools import chunked

from callqa.call_filter import CallFilter
from callqa.errors import CallQAError
from callqa.personal import PersonalSpan
from callqa.phrases import Likeness, Phrase, Place, phrases, sounds_key
from callqa.sight import EVERYTHING, Sight
from callqa.types import Conversation, Role, Seconds, Turn
from flows.masking import masked
from flows.wiring import Run
from qa_models.personal.spans import personal_spans
from store import Connection, read, search
from store.call_list import ListedCall, page_of
from store.call_query import CallQuery
from store.postings import ROLES, moment, second
from store.search import FoundCall, Look

PAGE = 20
MOST_WORK = 20_000
"""For one page. Asking the database whether a proposed call is wanted is 1, reading its transcript is `READING`."""
READING = 100
PROPOSED_AT_ONCE = 200
TURNS_SHOWN = 3
NAMED_SHOWN = 5
LONGEST = 100
"""Characters of a query."""


class QueryRefused(CallQAError):
    """A query that nobody can search for. The text is for the person who typed it; names in braces are filled in."""

    def __init__(self, text: str, **values: object) -> None:
        super().__init__(text, values)
        self.text = text
        self.values = values

    def __str__(self) -> str:
        return self.text.format(**self.values)


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
    sight: Sight = EVERYTHING
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


def search_calls(run: Run, question: Question, after: int | None = None) -> Results:
    """A page of at most `PAGE` hits; ``after`` is what the page before gave. Raises `QueryRefused`."""
    text = question.text.strip()
    wanted = phrases(text)
    query = CallQuery(run.zone, question.filter, question.sight)
    with run.store.read() as c:
        named = _named(c, query, text) if after is None else ()
        try:
            _refuse(text, wanted)
        except QueryRefused:
            if named:
                return Results((), named)
            raise
        look = _look(question, wanted, run.zone, after)._replace(among=search.few_positions(c, query))
        return _page(_looked_at(c, run, query, look, question, wanted), run.zone)._replace(named=named)


def _named(c: Connection, query: CallQuery, text: str) -> tuple[ListedCall, ...]:
    if not text or query.filter.call:
        return ()
    return tuple(page_of(c, replace(query, filter=replace(query.filter, call=text)), size=NAMED_SHOWN).rows)


def _refuse(text: str, wanted: Sequence[Phrase]) -> None:
    if len(text) > LONGEST:
        raise QueryRefused("最多输入 {n} 个字；请只写最能说明问题的词", n=LONGEST)
    if not wanted:
        raise QueryRefused("请输入要找的词，例如：晨晖路、停水、3028")
    for word in wanted:
        if word.n_syllables < 2:
            raise QueryRefused("“{word}”只有一个音节，几乎每通电话里都有；请写两个字以上，例如：停水", word=word.text)


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
    c: Connection, run: Run, query: CallQuery, look: Look, question: Question, wanted: Sequence[Phrase]
) -> Iterator[_LookedAt]:
    """The calls that the index proposes, the newest first."""
    for proposed in search.candidates(c, run.keys, sounds_key(), look):
        for first in range(0, len(proposed), PROPOSED_AT_ONCE):
            some = proposed[first : first + PROPOSED_AT_ONCE]
            for calls in chunked(search.calls_at(c, some, query), PAGE + 1):
                ids = [call.call_pk for call in calls]
                stored = read.conversations(c, ids, run.keys.engine_key, run.zone)
                heard = {one.call_pk: one.conversation for one in stored}
                for call in (call for call in calls if call.call_pk in heard):
                    yield _LookedAt(call.position, READING, _hit(call, heard[call.call_pk], question, wanted))
            yield _LookedAt(int(some[-1]), len(some))


def _look(question: Question, wanted: Sequence[Phrase], zone: tzinfo, after: int | None) -> Look:
    days = question.filter.days
    ends = [search.END if after is None else after]
    if days.last:
        ends.append(second(datetime.combine(days.last + timedelta(days=1), time(), zone)))
    return Look(
        [word.patterns() for word in wanted],
        (question.role,) if question.role else ROLES,
        second(datetime.combine(days.first, time(), zone)) if days.first else 0,
        min(ends),
    )


def _hit(call: FoundCall, heard: Conversation, question: Question, wanted: Sequence[Phrase]) -> Hit | None:
    """``None`` where a word is missing."""
    hidden = personal_spans(heard) if question.discreet else ()
    turns = [turn for turn in heard.turns if question.role in (None, turn.role)]
    found = [[_places(word, turn, question, hidden) for word in wanted] for turn in turns]
    at_best = [min((place.likeness for place in chain(*places)), default=None) for places in zip(*found, strict=True)]
    if not at_best or None in at_best:
        return None
    hits = [_hit_turn(turn, chain(*places), hidden) for turn, places in zip(turns, found, strict=True) if any(places)]
    best = sorted(hits, key=lambda hit: (min(place.likeness for place in hit.places), -len(hit.places), hit.turn_index))
    return Hit(call, max(filter(None, at_best), default=Likeness.SPELLED), tuple(sorted(best[:TURNS_SHOWN])), len(hits))


def _places(word: Phrase, turn: Turn, question: Question, hidden: Sequence[PersonalSpan]) -> list[Place]:
    return [
        place
        for place in word.places(turn.text)
        if not (question.spelled and place.likeness)
        and not any(place.start < end and start < place.end for start, end in _stretches(turn, hidden))
    ]


def _hit_turn(turn: Turn, places: Iterable[Place], hidden: Sequence[PersonalSpan]) -> HitTurn:
    apart: list[Place] = []
    for place in sorted(places):
        if apart and place.start < apart[-1].end:  # of two words that lie over each other
            place = Place(apart[-1].start, max(apart.pop().end, place.end), place.likeness)
        apart.append(place)
    text = masked(turn.text, _stretches(turn, hidden))
    return HitTurn(turn.index, turn.role, _second_of(turn, apart[0].start), text, tuple(apart))


def _stretches(turn: Turn, spans: Sequence[PersonalSpan]) -> list[tuple[int, int]]:
    return [(span.char_start, span.char_end) for span in spans if span.turn_index == turn.index]


def _second_of(turn: Turn, character: int) -> Seconds:
    """When a character of a turn is said."""
    ends = accumulate(len(word.text) for word in turn.words)
    return next((word.start for word, end in zip(turn.words, ends, strict=True) if end > character), turn.start)
