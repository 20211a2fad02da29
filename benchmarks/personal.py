"""The share of personal data in labelled calls that is found, and how much else is masked with it.

    python -m benchmarks.personal FOLDER [--list FILE] [--errors SHARE] [--without-ticket] [--missed]

FOLDER holds manifest.csv and truth/*.json, as tests/calls does; the list of what is personal is FOLDER/personal.yaml.
A mention is found when all of its characters are hidden. Precision is told by the kind that the program took a stretch
for: the share of its characters that are personal, of whatever kind, and of stretches that hold anything personal. With
--errors the text is as an engine may write it: about this share of characters is wrong, what is personal among them.
"""

import argparse
import random
import re
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import yaml

from benchmarks.checks import conversations
from callqa.personal import PersonalSpan
from callqa.types import Conversation, Turn
from qa_models.personal.spans import personal_spans
from training.category.mishearing import MishearingModel, mishearing_of

SPOKEN = "0-9零〇一二三四五六七八九幺"
NUMBER = re.compile(f"[{SPOKEN}](?:[，、]?[{SPOKEN}]){{6,}}")
Listed = Mapping[str, Sequence[str]]
"""By kind; see tests/calls/personal.yaml."""
Marked = tuple[str, int, int]
"""Kind, first character, one past the last."""
PUBLIC = re.compile("一二三四五|九六二七七七|12345")


@dataclass
class Tally:
    """Of one kind of personal data: what there is, and what was hidden as such."""

    characters: int = 0
    found: int = 0
    mentions: int = 0
    whole: int = 0
    hidden: int = 0
    rightly: int = 0
    stretches: int = 0
    right_stretches: int = 0
    missed: list[str] = field(default_factory=list)


def marks(text: str, listed: Listed) -> Iterator[Marked]:
    """All that is personal in a text."""
    for match in NUMBER.finditer(text):
        if not PUBLIC.search(match[0]):
            yield "phone", *match.span()
    for kind, entries in listed.items():
        for entry in entries:
            plain = re.sub(r"[\[\]]", "", entry)
            inner = [(m.start() - 2 * i, m.end() - 2 * i - 2) for i, m in enumerate(re.finditer(r"\[.*?\]", entry))]
            for match in re.finditer(re.escape(plain), text):
                for start, end in inner or [(0, len(plain))]:
                    yield kind, match.start() + start, match.start() + end


def misheard(
    turn: Turn, places: Sequence[Marked], by: MishearingModel, errors: float, chance: random.Random
) -> tuple[Turn, list[Marked]]:
    """The turn as an engine may write it, and where the places are in that text."""
    edges = sorted({0, len(turn.text), *(edge for _, start, end in places for edge in (start, end))})
    at, text = {0: 0}, ""
    for first, last in zip(edges, edges[1:], strict=False):
        text += by.writes(turn.text[first:last], chance, errors)
        at[last] = len(text)
    return replace(turn, text=text, confidence=0.8), [(kind, at[start], at[end]) for kind, start, end in places]


@dataclass
class Figures:
    """Of all calls together."""

    kinds: defaultdict[str, Tally] = field(default_factory=lambda: defaultdict(Tally))
    characters: int = 0
    masked: int = 0
    needless: int = 0
    seconds: float = 0.0

    def count(self, call_id: str, turn: Turn, places: Sequence[Marked], spans: Sequence[PersonalSpan]) -> None:
        masked = {i for span in spans for i in range(span.char_start, span.char_end)}
        personal = {i for _, start, end in places for i in range(start, end)}
        self.characters += len(turn.text)
        self.masked += len(masked)
        self.needless += len(masked - personal)
        for kind, start, end in places:
            letters = letters_of(turn.text, start, end)
            n_masked = len(letters & masked)
            tally = self.kinds[kind]
            tally.characters += len(letters)
            tally.found += n_masked
            tally.mentions += 1
            tally.whole += n_masked == len(letters)
            if n_masked < len(letters):
                tally.missed.append(f"{call_id} {turn.index}: {turn.text[start:end]} in {turn.text}")
        for span in spans:
            letters = letters_of(turn.text, span.char_start, span.char_end)
            tally = self.kinds[span.kind]
            tally.hidden += len(letters)
            tally.rightly += len(letters & personal)
            tally.stretches += 1
            tally.right_stretches += bool(letters & personal)

    def print(self) -> None:
        """A line a kind."""
        for kind, tally in sorted(self.kinds.items()):
            print(
                f"{kind:10} found {_share(tally.found, tally.characters)} of {tally.characters:5} characters, "
                f"{_share(tally.whole, tally.mentions)} of {tally.mentions:4} mentions; "
                f"right {_share(tally.rightly, tally.hidden)} of {tally.hidden:5} characters, "
                f"{_share(tally.right_stretches, tally.stretches)} of {tally.stretches:4} stretches"
            )
        share, needless = self.masked / self.characters, self.needless / self.characters
        print(f"masked     {share:6.1%} of {self.characters:5} characters, {needless:.1%} needlessly")


def letters_of(text: str, start: int, end: int) -> set[int]:
    """Places of letters and digits; marks tell nobody anything."""
    return {i for i in range(start, end) if text[i].isalnum()}


def _share(part: int, whole: int) -> str:
    return f"{part / whole:6.1%}" if whole else "     -"


def measure(calls: Sequence[Conversation], listed: Mapping[str, Listed], errors: float) -> Figures:
    by = mishearing_of(turn.text for call in calls for turn in call.turns) if errors else None
    chance = random.Random(1)
    figures = Figures()
    for call in calls:
        call_id = call.call.call_id
        marked = [(turn, list(marks(turn.text, listed.get(call_id, {})))) for turn in call.turns]
        if by:
            marked = [misheard(turn, places, by, errors, chance) for turn, places in marked]
        call = replace(call, transcript=replace(call.transcript, turns=tuple(turn for turn, _ in marked)))
        started = time.process_time()
        spans = personal_spans(call)
        figures.seconds += time.process_time() - started
        for turn, places in marked:
            figures.count(call_id, turn, places, [span for span in spans if span.turn_index == turn.index])
    return figures


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--list", type=Path, dest="listed", help="instead of FOLDER/personal.yaml")
    parser.add_argument("--errors", type=float, default=0.0, help="share of characters that are misheard")
    parser.add_argument("--without-ticket", action="store_true", help="what is found in the conversation alone")
    parser.add_argument("--missed", action="store_true", help="print what was missed")
    options = parser.parse_args()
    listed = yaml.safe_load((options.listed or options.folder / "personal.yaml").read_text(encoding="utf-8"))
    calls = conversations([options.folder])
    if options.without_ticket:
        calls = [replace(call, call=replace(call.call, ticket=None)) for call in calls]
    figures = measure(calls, listed, options.errors)
    figures.print()
    print(f"{1000 * figures.seconds / len(calls):.1f} ms a call")
    if options.missed:
        print(*(line for tally in figures.kinds.values() for line in tally.missed), sep="\n")


if __name__ == "__main__":
    main()
