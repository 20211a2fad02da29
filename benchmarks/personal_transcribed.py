"""The share of personal data in labelled calls that is hidden in recognised text, and how much of it is bleeped.

    CALLQA_HOME=… python -m benchmarks.personal_transcribed FOLDER [--list FILE] [--missed]

FOLDER and the list are those of `benchmarks.personal`, with recordings; transcripts are kept as `callqa eval` keeps
them. What was said and what was heard are aligned character by character, numbers as digits. A character is legible
when it was heard as it was said, or as one that sounds alike: the others tell a reader nothing. The truth has times of
turns only, so the time of a mention is interpolated in its turn and some tenths of a second off.
"""

import argparse
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import yaml
from rapidfuzz.distance import Levenshtein
from rich.console import Console

from benchmarks.personal import Figures, Listed, Marked, marks
from callqa.personal import PersonalSpan
from callqa.settings import load_settings
from callqa.types import Conversation, Seconds, Turn
from flows.night import recognise
from qa_models.facts.dictation import digits_of
from qa_models.match import sounds_of
from qa_models.personal.spans import personal_spans
from services.evaluation.calls import transcribed_conversations
from services.evaluation.labelled import Truth, read_truths
from services.privacy.bleep import agent_side, bleeps_of

SLACK: Seconds = 0.5  # a bleep so near to a mention is no needless one
PAUSE = 0.7  # of a comma, in characters
Interval = tuple[Seconds, Seconds]


@dataclass(frozen=True, slots=True)
class Said:
    """A true mention."""

    number: int
    kind: str
    turn: Turn
    start: int
    end: int

    @property
    def interval(self) -> Interval:
        weights = [1.0 if c.isalnum() else PAUSE for c in self.turn.text]
        each = (self.turn.end - self.turn.start) / sum(weights)
        begin = self.turn.start + each * sum(weights[: self.start])
        return begin, begin + each * sum(weights[self.start : self.end])


@dataclass
class Presence:
    """Of all calls together."""

    figures: Figures = field(default_factory=Figures)
    legible: int = 0
    legible_hidden: int = 0
    lost: int = 0
    said_seconds: Seconds = 0.0
    bleeped_of_it: Seconds = 0.0
    mentions: int = 0
    whole_mentions: int = 0
    bleep_seconds: Seconds = 0.0
    needless_seconds: Seconds = 0.0
    missed: list[str] = field(default_factory=list)

    def count(self, truth: Truth, conversation: Conversation, listed: Listed) -> None:
        mentions = [
            Said(number, kind, turn, start, end)
            for number, (turn, (kind, start, end)) in enumerate(
                (turn, mark) for turn in truth.turns for mark in sorted(set(marks(turn.text, listed)))
            )
        ]
        spans = personal_spans(conversation)
        places, legible, lost = aligned(truth.turns, mentions, conversation)
        self.lost += lost
        masked = {(s.turn_index, i) for s in spans for i in range(s.char_start, s.char_end)}
        self.legible += len(legible)
        self.legible_hidden += len(legible & masked)
        for turn in conversation.turns:
            turn_spans = [span for span in spans if span.turn_index == turn.index]
            self.figures.count(truth.call_id, turn, places.get(turn.index, []), turn_spans)
        self._count_sound(mentions, conversation, spans)

    def _count_sound(self, mentions: Sequence[Said], conversation: Conversation, spans: Sequence[PersonalSpan]) -> None:
        side, bleeps = agent_side(conversation), bleeps_of(conversation, spans)
        for mention in mentions:
            start, end = mention.interval
            channel = None if side is None else side if mention.turn.role == "agent" else 1 - side
            channel_bleeps = [(b.start, b.end) for b in bleeps if b.channel in (None, channel)]
            covered = sum(overlap((start, end), other) for other in union(channel_bleeps))
            self.said_seconds += end - start
            self.bleeped_of_it += covered
            self.mentions += 1
            self.whole_mentions += covered >= 0.8 * (end - start)
            if covered < 0.5 * (end - start):
                self.missed.append(
                    f"{mention.kind} {mention.turn.text[mention.start : mention.end]} in {mention.turn.text}"
                )
        sounding = list(union((b.start, b.end) for b in bleeps))
        near = list(union((mention.interval[0] - SLACK, mention.interval[1] + SLACK) for mention in mentions))
        self.bleep_seconds += sum(end - start for start, end in sounding)
        self.needless_seconds += sum(
            end - start - sum(overlap((start, end), n) for n in near) for start, end in sounding
        )


Characters = list[tuple[str, int, int]]
"""Canonical character, turn, place in its turn."""


def aligned(
    turns: Sequence[Turn], mentions: Sequence[Said], conversation: Conversation
) -> tuple[Mapping[int, list[Marked]], set[tuple[int, int]], int]:
    """Where the mentions stand in the heard turns, which of their characters are legible, how many were not heard."""
    apart = all(turn.role != "unknown" for turn in conversation.turns)
    places: dict[int, list[Marked]] = {}
    legible: set[tuple[int, int]] = set()
    lost = 0
    for role in ("agent", "citizen") if apart else (None,):
        true = characters(turn for turn in turns if role in (None, turn.role))
        other = characters(turn for turn in conversation.turns if role in (None, turn.role))
        owner = {(mention.turn.index, i): mention for mention in mentions for i in range(mention.start, mention.end)}
        at: dict[int, Said] = {}
        for op in Levenshtein.opcodes([c for c, _, _ in true], [c for c, _, _ in other]):
            for k in range(op.src_end - op.src_start):
                mention = owner.get(true[op.src_start + k][1:])
                if mention is None:
                    continue
                j = op.dest_start + k
                if op.tag == "delete":
                    lost += 1
                    continue
                at[j] = mention
                if alike(true[op.src_start + k][0], other[j][0]):
                    legible.add(other[j][1:])
        for mention in dict.fromkeys(at.values()):
            characters_found = [other[j] for j, owned in at.items() if owned is mention]
            for index in dict.fromkeys(turn for _, turn, _ in characters_found):
                inner = [i for _, turn, i in characters_found if turn == index]
                places.setdefault(index, []).append((mention.kind, min(inner), max(inner) + 1))
    return places, legible, lost


def characters(turns: Iterable[Turn]) -> Characters:
    return [
        (digits_of(c) if c not in "要腰妖" else c, turn.index, i)
        for turn in turns
        for i, c in enumerate(turn.text)
        if c.isalnum()
    ]


def alike(first: str, other: str) -> bool:
    return first == other or sounds_of(first).sounds.tolist() == sounds_of(other).sounds.tolist()


def union(intervals: Iterable[Interval]) -> Iterator[Interval]:
    last: Interval | None = None
    for start, end in sorted(intervals):
        if last and start <= last[1]:
            last = last[0], max(last[1], end)
            continue
        if last:
            yield last
        last = start, end
    if last:
        yield last


def overlap(first: Interval, other: Interval) -> Seconds:
    return max(0.0, min(first[1], other[1]) - max(first[0], other[0]))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--list", type=Path, dest="listed", help="instead of FOLDER/personal.yaml")
    parser.add_argument("--missed", action="store_true", help="print what was missed")
    options = parser.parse_args()
    listed = yaml.safe_load((options.listed or options.folder / "personal.yaml").read_text(encoding="utf-8"))
    hear = partial(recognise, console=Console(stderr=True))
    conversations = transcribed_conversations(load_settings(), options.folder, hear)
    result = Presence()
    for truth in read_truths(options.folder):
        if truth.call_id in conversations:
            result.count(truth, conversations[truth.call_id], listed.get(truth.call_id, {}))
    result.figures.print()
    print(
        f"legible    {result.legible_hidden / result.legible:6.1%} of {result.legible} hidden; {result.lost} not heard"
    )
    print(
        f"sound      {result.bleeped_of_it / result.said_seconds:6.1%} of {result.said_seconds:.0f} s bleeped, "
        f"{result.whole_mentions / result.mentions:.1%} of {result.mentions} mentions by four fifths and more; "
        f"{result.needless_seconds / result.bleep_seconds:.1%} of {result.bleep_seconds:.0f} s of tone needlessly"
    )
    if options.missed:
        print(*(line for tally in result.figures.kinds.values() for line in tally.missed), *result.missed, sep="\n")


if __name__ == "__main__":
    main()
