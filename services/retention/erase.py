"""The right to erasure: finding the calls of a telephone number, in tickets and as it was spoken, and removing them."""

import re
import shutil
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from more_itertools import chunked
from rich.console import Console

from callqa.errors import ConfigError
from callqa.messages import terminal_text as _
from callqa.number_rules import BETWEEN_DIGITS, HALF_WIDTH
from callqa.numerals import in_digits_one_by_one
from callqa.settings import Settings
from callqa.types import Turn
from qa_models.facts.dictation import D, H, dictated, digits_of
from services.context import RubricSet
from services.progress import count_bar
from services.retention.apply import RECORDINGS_AT_ONCE, Removal
from services.retention.files import reports_about
from services.retention.keyed import FEWEST, KeyedHash, keyed_hash, plain_number, plain_numbers, written_digits
from services.runs.lease import run_lease
from store import Connection, Store
from store.removal import deletion, erasures, legal_holds, removals
from store.removal.erasures import SaidScript

BETWEEN = re.compile(rf"(?<=[0-9])(?:[{BETWEEN_DIGITS}]|\\[nrt])+(?=[0-9])")  # a ticket is JSON: \n is two characters
NO_NUMBER = re.compile(f"[^{D}{H}两个０-９]+")
"""What no digit is made of; most of what is said is taken away at once, which halves the time of a search."""
ENDS = 4  # digits; whoever says a number in any way says its last four in a row
PROGRESS = 1000  # transcripts


@dataclass(frozen=True, slots=True)
class CallsOfNumber:
    """Recordings in which a number stands, by primary key."""

    written: frozenset[int]
    """In the ticket, the call's id or the recording's name."""
    spoken: frozenset[int]

    @property
    def recordings(self) -> list[int]:
        return sorted(self.written | self.spoken)


def number_to_find(text: str) -> str:
    """Raises `ConfigError` for what is too short to be anybody's number."""
    number = plain_number(text)
    if len(number) < FEWEST:
        raise ConfigError("erasure.number_too_short", n=FEWEST)
    return number


def calls_of_number(store: Store, number: str, console: Console) -> CallsOfNumber:
    """Goes over every ticket and every transcript: an index could miss a number that was said in pieces."""
    with store.read() as c:
        written = {pk for pk, texts in erasures.written(c) if any(is_written(text, number) for text in texts)}
        spoken = set()
        with count_bar(_("transcripts"), erasures.n_transcripts(c), console) as advance:
            for some in chunked(erasures.spoken(c), PROGRESS):
                spoken |= {pk for pk, script in some if says_number(script, number)}
                advance(len(some))
    return CallsOfNumber(frozenset(written), frozenset(spoken))


def is_written(text: str, number: str) -> bool:
    """Whether it stands there, in whatever groups and width."""
    return number in BETWEEN.sub("", text.translate(HALF_WIDTH))


def says_number(script: SaidScript, number: str) -> bool:
    """Whether somebody says it, over however many turns, also mended or with an engine's homophones for digits."""
    texts = [(turn.role, text) for turn in script.turns for text in (turn.text, turn.rewritten_from) if text]
    for role in {role for role, _text in texts}:
        if number in _digits("".join(text for speaker, text in texts if speaker == role)):
            return True
    words = NO_NUMBER.sub(" ", "".join(text for _, text in texts))
    if number[-ENDS:] not in _digits(words) and number[-ENDS:] not in written_digits(digits_of(words)):
        return False
    turns = [Turn(turn.index, turn.role, 0.0, 0.0, turn.text) for turn in script.turns]
    return any(number in dictation.digits for dictation in dictated(turns))


def erase(
    rubric_set: RubricSet,
    number: str,
    author: str,
    reason: str,
    now: datetime,
    console: Console,
    *after: Callable[[RubricSet], None],
) -> removals.Report:
    """Removes the calls of a number that the law does not hold, and keeps hashes by which they are known again.

    ``after``: what brings up to date the search index and the reports that told of these calls.

    Raises `AnotherRun` while one works, and `ConfigError` without the key of the hashes.
    """
    context = rubric_set[0]
    with context.store.read() as c:
        is_first = not erasures.anything_erased(c)  # later on, a new key would know nothing again of what was erased
    hashed = keyed_hash(context.settings, make=is_first)
    removal = Removal(context.store, context.settings, "erasure", author, reason, now)
    with run_lease(context.store, context.zone) as lease:
        calls = calls_of_number(context.store, number, console)
        removal.start()
        with context.store.write() as c:
            erasures.remember_number(c, removal.pk, hashed.of(number), now)
            removal.counts["saved_filters"] += erasures.drop_saved_filters(c, partial(is_written, number=number))
        erase_recordings(removal, hashed, calls.recordings, console, lease.check)
        report = removal.finish()
        for bring_up_to_date in after:
            bring_up_to_date(rubric_set)
    if removal.left:
        console.print(_("yours to delete, since retention.originals does not name their folder:"))
    for uri in removal.left:
        console.print(uri, highlight=False, soft_wrap=True)
    return report


def erase_again(
    store: Store, settings: Settings, author: str, reason: str, now: datetime, console: Console
) -> removals.Report | None:
    """Removes calls that are known to have been erased, and are there again; ``None``: there are none.

    They are known by their recordings, and by the numbers of their tickets; see `services.retention.keyed`. For a
    database nobody else works with. Raises `ConfigError` without the key of the hashes.
    """
    with store.read() as c:
        known = erasures.erased(c)
        if not (known.recordings or known.numbers):
            return None
        hashed = keyed_hash(settings)
        recordings = {pk for pk, sha256 in erasures.recordings(c) if hashed.of(sha256) in known.recordings}
        for pk, phone, started_at in erasures.callers(c):
            if any(started_at < known.numbers.get(hashed.of(number), started_at) for number in plain_numbers(phone)):
                recordings.add(pk)
    if not recordings:
        return None
    removal = Removal(store, settings, "erasure", author, reason, now)
    removal.start()
    erase_recordings(removal, hashed, sorted(recordings), console)
    return removal.finish()


def erase_recordings(
    removal: Removal,
    hashed: KeyedHash,
    recordings: Sequence[int],
    console: Console,
    check: Callable[[], None] = lambda: None,
) -> None:
    """In short transactions, each of which remembers what it erased. ``check`` may end it in between."""
    with removal.store.read() as c:
        calls = erasures.calls_to_erase(c, recordings)
    removal.counts["held"] = sum(call.held for call in calls)
    _drop_reports(
        removal, {f"{call.started_at.astimezone(removal.settings.zone).date()}" for call in calls if not call.held}
    )
    with count_bar(_("erase"), len(recordings), console) as advance:
        for some in chunked(recordings, RECORDINGS_AT_ONCE):
            removal.batch(some, lambda c, ids: _erase(removal, hashed, c, ids), places=True)
            advance(len(some))
            check()
    with removal.store.write() as c:
        replaced = sorted(set(deletion.replaced_recordings(c)) & set(recordings))
        _remember(removal, hashed, c, replaced)
        deletion.delete_recordings(c, replaced)


def _drop_reports(removal: Removal, days: Collection[str]) -> None:
    """Reports about these days quote the calls; those that a run writes are written anew without them.

    First of all, because nobody knows the days once the calls are gone. Reports about days of held calls stay.
    """
    with removal.store.read() as c:
        held = legal_holds.held_days(c)
    folders = reports_about(removal.settings.home, days)
    stay = set(reports_about(removal.settings.home, held))
    for folder in folders:
        if folder not in stay:
            shutil.rmtree(folder)
    removal.counts["reports"] += len(set(folders) - stay)
    removal.counts["reports_held"] += len(stay.intersection(folders))
    with removal.store.write() as c:
        erasures.clear_stamps(c, {day[:7] for day in days})


def _erase(removal: Removal, hashed: KeyedHash, c: Connection, ids: list[int]) -> str:
    _remember(removal, hashed, c, erasures.recordings_of(c, ids))
    if removal.settings.retention.keep_erased_scores:
        removals.remove_text(c, ids, removal.pk, removal.at)
        removals.remove_audio(c, ids, removal.pk, removal.at)
        erasures.anonymise(c, ids)
        return "anonymous"
    erasures.leave_sessions(c, ids)
    deletion.delete_calls(c, ids)
    return "erased"


def _remember(removal: Removal, hashed: KeyedHash, c: Connection, recordings: Sequence[int]) -> None:
    erasures.remember_recordings(c, removal.pk, [hashed.of(sha256) for sha256 in erasures.hashes(c, recordings)])


def _digits(text: str) -> str:
    return written_digits(in_digits_one_by_one(NO_NUMBER.sub("", text).translate(HALF_WIDTH)))
