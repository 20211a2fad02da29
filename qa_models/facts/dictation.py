"""Digits as people dictate them: in groups, over several turns, with 嗯 and echoes between, in whatever spelling."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from callqa.number_rules import HALF_WIDTH, PHONE
from callqa.numerals import DIGITS, UNITS
from callqa.types import Role, Turn
from qa_models.facts.cues import corrects
from qa_models.facts.mismatch import Place

D = "0-9〇零一二三四五六七八九幺"
HOMOPHONES = dict(
    zip("要腰妖铃林灵令伊衣儿而似斯武吴舞刘流留其气期吧爸巴久酒", "111000011224455566677788899", strict=True)
)
"""Characters an engine writes for a digit, where they stand between digits."""
_IN_DIGITS = str.maketrans(HOMOPHONES | {c: str(digit) for c, digit in DIGITS.items()})
H = "".join(HOMOPHONES)
REPEATED = f"[两二三四2-4]个(?=[{D}])"  # 三个八
GROUP = re.compile(f"(?:[要腰妖](?=[3-9三四五六七八九]))?(?:{REPEATED})?[{D}](?:{REPEATED}|[{D}]|[{H}](?=[{D}]{{2}}))*")
UNIT = re.compile(f"[{''.join(UNITS)}号弄室栋幢楼层元块年月日点时分个天次人位名岁期组%％度米斤路多余]")
PAUSE = re.compile(
    r"(?:[\s，,、。.\-—·…:：]|[嗯呃额哦啊哎]|然后|接着|接下来|再是|后面是|后面|还有|就是|是|那个|这个|再|让?我(?:想想|看看|看一下)|等一下)*"
)
MAX_PAUSE = 8  # characters
LONG = 7  # digits; so many are never a count, even in 幺三七二二零四五五八幺路先生
LISTENING = re.compile("(?:[嗯哦好对是的啊行，,。、！!？?\\s]|您说|请说|继续|记下了|稍等|然后呢|还有呢|后面呢)*")
MOBILE = re.compile("1[3-9][0-9]{9}")
LANDLINE = re.compile("[2-9][0-9]{7}")


@dataclass(frozen=True, slots=True)
class Segment:
    """Groups of digits said in one breath."""

    digits: str
    groups: tuple[Place, ...]
    lengths: tuple[int, ...]
    """Digits of each group."""

    @property
    def first(self) -> Place:
        return self.groups[0]

    @property
    def last(self) -> Place:
        return self.groups[-1]


@dataclass(frozen=True, slots=True)
class Dictated:
    """A number or a part of one, as one speaker said it."""

    digits: str
    role: Role
    places: tuple[Place, ...]
    whole: bool
    """It has the form of a telephone number."""

    @property
    def order(self) -> tuple[int, int]:
        return self.places[-1].turn.index, self.places[-1].end


def independent(dictations: Iterable[Dictated]) -> bool:
    """Whether a number was said: in a text no engine made, or twice. Groups over several turns are said once."""
    dictations = list(dictations)
    return (
        any(p.typed for dictation in dictations for p in dictation.places)
        or len({dictation.order[0] for dictation in dictations}) > 1
    )


def common_digits(first: str, other: str) -> int:
    """Length of the longest common subsequence."""
    row = [0] * (len(other) + 1)
    for a in first:
        previous = row[:]
        for j, b in enumerate(other):
            row[j + 1] = previous[j] + 1 if a == b else max(previous[j + 1], row[j])
    return row[-1]


def digits_of(text: str) -> str:
    """In digits: 幺三七 is 137, 三个八 is 888, 要三七 is 137."""
    expanded = re.sub(
        f"([两二三四2-4])个([{D}])", lambda m: m[2] * int(DIGITS.get(m[1], m[1])), text.translate(HALF_WIDTH)
    )
    return expanded.translate(_IN_DIGITS)


def segments(turn: Turn) -> tuple[Segment, ...]:
    """The digits of one turn, joined over pauses and fillers. A number before a unit (十八号) is none of them."""
    text = turn.text.translate(HALF_WIDTH)
    joined: list[list[tuple[str, Place]]] = []
    end = -1
    for match in GROUP.finditer(text):
        counted = UNIT.match(text, match.end()) and match.end() - match.start() < LONG
        if counted or (match.start() and text[match.start() - 1] in UNITS):
            end = -1
            continue
        gap = text[end : match.start()] if end >= 0 else None
        group = (digits_of(match[0]), Place(turn, *match.span()))
        if gap is not None and len(gap) <= MAX_PAUSE and PAUSE.fullmatch(gap):
            joined[-1].append(group)
        else:
            joined.append([group])
        end = match.end()
    return tuple(
        Segment("".join(d for d, _ in part), tuple(p for _, p in part), tuple(len(d) for d, _ in part))
        for part in joined
    )


def dictated(turns: Sequence[Turn]) -> tuple[Dictated, ...]:
    """Everything dictated in a call, in order: whole numbers, and parts of three digits and more."""
    segmented = [(turn, segments(turn)) for turn in turns if not turn.flags]
    numbers: list[Dictated] = []
    for role in dict.fromkeys(turn.role for turn, _ in segmented):
        for chain in _chains(segmented, role):
            numbers += _numbers(chain, role)
    return tuple(sorted(numbers, key=lambda item: item.order))


def _chains(segmented: Sequence[tuple[Turn, tuple[Segment, ...]]], role: Role) -> Iterator[list[Segment]]:
    """Segments of one speaker that follow each other with nothing but listening or echoes between."""
    chain: list[Segment] = []
    for turn, turn_segments in segmented:
        if turn.role != role:
            if chain and not (LISTENING.fullmatch(turn.text) or (turn_segments and _only_digits(turn, turn_segments))):
                yield chain
                chain = []
            continue
        for segment in turn_segments:
            if chain and not _goes_on(chain[-1], segment):
                yield chain
                chain = []
            chain.append(segment)
        if chain and (
            not turn_segments or not PAUSE.fullmatch(turn.text[turn_segments[-1].last.end :].rstrip("？?！!吗吧"))
        ):
            yield chain
            chain = []
    if chain:
        yield chain


def _goes_on(last: Segment, segment: Segment) -> bool:
    """Whether a segment goes on where the last one, in an earlier turn, ended: nothing but 然后 before it."""
    if last.last.turn.index == segment.first.turn.index:
        return False
    before = segment.first.turn.text[: segment.first.start]
    return len(before) <= MAX_PAUSE and not corrects(before) and PAUSE.fullmatch(before) is not None


def _only_digits(turn: Turn, turn_segments: Sequence[Segment]) -> bool:
    spoken = sum(place.end - place.start for segment in turn_segments for place in segment.groups)
    return spoken * 2 >= len(re.sub(r"\W", "", turn.text)) and not corrects(turn.text)


def _numbers(chain: list[Segment], role: Role) -> Iterator[Dictated]:
    """Whole numbers from the groups of a chain, and what is left as parts."""
    groups = [(n, place) for segment in chain for n, place in zip(segment.lengths, segment.groups, strict=True)]
    digits = "".join(segment.digits for segment in chain)
    starts = [sum(n for n, _ in groups[:i]) for i in range(len(groups) + 1)]
    first = 0
    rest: list[int] = []
    while first < len(groups):
        last = _whole(digits, starts, first)
        if last is None:
            rest.append(first)
            first += 1
            continue
        yield from _parts(digits, starts, groups, rest, role)
        rest = []
        places = tuple(place for _, place in groups[first:last])
        yield Dictated(digits[starts[first] : starts[last]], role, places, True)
        first = last
    yield from _parts(digits, starts, groups, rest, role)


def _whole(digits: str, starts: list[int], first: int) -> int | None:
    """Behind which group the whole number ends that begins with group ``first``."""
    for last in range(first + 1, len(starts)):
        run = digits[starts[first] : starts[last]]
        at_end = last == len(starts) - 1
        if PHONE.fullmatch(run) or (at_end and first == 0 and LANDLINE.fullmatch(run)):
            return last
    return None


def _parts(
    digits: str, starts: list[int], groups: list[tuple[int, Place]], indices: list[int], role: Role
) -> Iterator[Dictated]:
    if indices:
        run = digits[starts[indices[0]] : starts[indices[-1] + 1]]
        if len(run) >= 2:
            yield Dictated(run, role, tuple(groups[i][1] for i in indices), False)
