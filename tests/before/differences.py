"""Differences from before, apart from those that were meant."""

from collections.abc import Iterator
from difflib import unified_diff
from fnmatch import fnmatchcase
from math import isclose
from typing import Any

_ONE_WORD = "one Chinese word for one thing: 金标集, 抽检计划, 抽检, 复核员, 评定人, 得分, 机检"
_SUMMARY = "calls have a summary in two lines"
_EXAMPLES = "examples that people teach can be kept, taken back and looked at"
_PIECES = "pieces tell what was mended, and what the ticket explains"
_UNCONFIRMED = "a fatal fault counts in an item's figures once a person has confirmed it, and its agent sees it then"
_OVERTURNED = "a verdict that a person overturned stands beside no reason of the machine, nor in its colour"
_EMERGENCY = "calls in which a danger was given no guidance come first"
_UNASSESSED = "items that cannot be judged for a technical reason are not assessed, and counted as such"
_NO_NUMBERS = "common wordings hold no numbers, and nothing left of misheard ones"
_NO_EXAMPLE = "a verdict that the golden set contradicts is nobody's example"
_ENGLISH = "items have English names where English is read"
_NAMES = "names stand beside the ids of agents, and titles beside those of rubrics"
CHANGED: dict[str, str] = {
    "answers/smith//calls.json*/filters/*/text": _ENGLISH,
    "exports/*/overview.csv": _NAMES,
    "exports/*/reviews.csv": _NAMES,
    "answers/*//agent/card.json*/weaknesses/*/own": _NO_EXAMPLE,
    "answers/*//training/wordings.json*/groups/*/rows": _NO_NUMBERS,
    "answers/*//training/playlists/*.json/clips/*/reason": "a clip tells the reason of a verdict that is met, too",
    "typed/wordings *": _NO_NUMBERS,
    "answers/*//index.json*/concerns": _EMERGENCY,
    "answers/*//queue.json*/rows/*": _EMERGENCY,
    "answers/*//team.json*/concerns": _EMERGENCY,
    "typed/queue list": _EMERGENCY,
    "answers/*//calls/*.json/groups/*/items/*/reason": _OVERTURNED,
    "answers/*//calls/*.json/groups/*/items/*/places/*/tone": _OVERTURNED,
    "answers/*//audit.json*/actions": _EXAMPLES,
    "answers/*//audit.json*/kinds": _EXAMPLES,
    "answers/*//calibration/session.json*/outcome/pairs/*/one": _ONE_WORD,
    "answers/*//calls/*.json/groups/*/items/*/trust": _ONE_WORD,
    "answers/*//help.json/steps/*/text": _ONE_WORD,
    "answers/*//calls/list.csv*": _SUMMARY,
    "answers/*//calibration/judge.json*/call/turns/*/pieces*": _PIECES,
    "answers/*//calls/*.json/turns/*/pieces*": _PIECES,
    "answers/*//help/glossary.json/words": f"{_ONE_WORD}; {_UNASSESSED}",
    "answers/*//samples/*.json/estimates/headings/*": _ONE_WORD,
    "answers/*//samples/*.json/estimates/rows/*/0": _ONE_WORD,
    "answers/*//samples/look.json*/none": _ONE_WORD,
    "typed/calibrate report */*": _ONE_WORD,
    "typed/failures/*": "an English terminal has English headings and stages",
    "typed/golden check/0": "no plural of one: detecting 'fail', calls: 1",
    "typed/golden list/0": _ONE_WORD,
    "typed/retention reports/2": "no plural of one: originals left 1",
    "typed/sample estimate */*": _ONE_WORD,
    "typed/trust/*": _ONE_WORD,
    "typed/show *": _SUMMARY,
    "exports/*/callqa-2026-11.json": _SUMMARY,
    "exports/*/calls.csv": _SUMMARY,
    "answers/*//calls/*.json/groups/*/items/*/places/*/telling": "of evidence only a list of whole turns shows nothing",
    "exports/*/evidence.csv": "a reason stands with its figure and with what would have been right",
    "answers/*//agent.json*/items/16/*": _UNCONFIRMED,
    "answers/*//agent.json*/figures/n_flagged": _UNCONFIRMED,
    "answers/*//agent.json*/recent/*/failed": _UNCONFIRMED,
    "answers/*//agent/card.json*/weaknesses": _UNCONFIRMED,
    "answers/*//agents.json*/weakest": _UNCONFIRMED,
    "answers/*//calls.json*/failed": _UNCONFIRMED,
    "answers/*//index.json*/everyone/items/16/*": _UNCONFIRMED,
    "answers/*//index.json*/items": _UNCONFIRMED,
    "answers/*//team.json*/items/16/*": _UNCONFIRMED,
    "answers/*//team.json*/weakest": _UNCONFIRMED,
    "answers/*//teams.json*/failing/series/16/values/*": _UNCONFIRMED,
    "answers/*//calls/4.json/groups/4/items/0/*": _UNCONFIRMED,
    "typed/card 3102 *": _UNCONFIRMED,
    "typed/figures *--json*": f"{_UNCONFIRMED}; {_UNASSESSED}",
    "exports/*/agents.csv": _UNCONFIRMED,
    "exports/*/items.csv": _UNCONFIRMED,
    "answers/*//rubrics/check.json?id=opening/params": "opening knows more names of hotlines, and 问好",
}
"""What was changed on purpose since the commit that wrote the store: by its place, why.

A place is written as the tests name it, with ``*`` for any part: ``answers/*/calls/*.json*/path/of/fields``. One that
no longer differs has to go.
"""
SHOWN = 20


class Differences:
    """Finds differences, and remembers which of the intended changes it met."""

    def __init__(self) -> None:
        self.met: set[str] = set()

    def between(self, before: Any, now: Any, place: str, exactly: bool = False) -> list[str]:
        """What is missing now, or another. ``exactly``: what has come is a difference, too."""
        return [told for where, told in _differing(before, now, place, exactly) if not self._is_meant(where)][:SHOWN]

    def _is_meant(self, place: str) -> bool:
        meant = {pattern for pattern in CHANGED if fnmatchcase(place, pattern)}
        self.met |= meant
        return bool(meant)


def _differing(before: Any, now: Any, place: str, exactly: bool) -> Iterator[tuple[str, str]]:
    """Each with its place."""
    if isinstance(before, dict) and isinstance(now, dict):
        for name in before:
            if name in now:
                yield from _differing(before[name], now[name], f"{place}/{name}", exactly)
            else:
                yield f"{place}/{name}", f"{place}/{name} is missing"
        for name in now.keys() - before.keys() if exactly else ():
            yield f"{place}/{name}", f"{place}/{name} has come"
    elif isinstance(before, list) and isinstance(now, list) and len(before) == len(now):
        for n, (old, new) in enumerate(zip(before, now, strict=True)):
            yield from _differing(old, new, f"{place}/{n}", exactly)
    elif not _equal(before, now):
        yield place, f"{place}\n{_told(before, now)}"


def _equal(before: Any, now: Any) -> bool:
    """Figures may differ as much as libraries and processors round differently."""
    if isinstance(before, float) and isinstance(now, float):
        return isclose(before, now, rel_tol=1e-9, abs_tol=1e-12)
    return type(before) is type(now) and before == now


def _told(before: Any, now: Any) -> str:
    old, new = _lines(before), _lines(now)
    return "\n".join(list(unified_diff(old, new, "before", "now", lineterm="", n=1))[:SHOWN])


def _lines(value: Any) -> list[str]:
    lines = value if isinstance(value, list) else str(value).splitlines()
    return [str(line)[:500] for line in lines]
