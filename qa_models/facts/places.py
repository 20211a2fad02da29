"""Roads, estates, villages and other named places, compared by how they sound."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from callqa.numerals import in_digits_one_by_one
from callqa.syllables import OTHER, distances
from callqa.types import FieldMismatch, Turn
from qa_models.facts.cues import CORRECTION, answer_to, denies
from qa_models.facts.mismatch import Place, established, shown
from qa_models.match import sounds_of

SUFFIXES = (
    "大道|公路|支路|(?<![带让引指问赶走迷修开铺顺半])路(?!灯|面|段|人|过|障)|街(?!道|坊|面)|巷|大街|"
    "小区|花园|花苑|家园|公寓|别墅|新村|佳苑|苑|新城|名邸|华庭|豪庭|雅苑|村(?!民|委|里|口|局|部)|"
    "广场|大厦|市场|菜场|超市|商场|公园|医院|学校|小学|中学|幼儿园|大学|酒店|饭店|宾馆|车站|地铁站|"
    "镇|街道|新区|区(?!别|分)"
)
NUMERAL = "零一二三四五六七八九"
DIGIT_IN_NAME = re.compile("(?<![0-9])[1-9](?=村|街坊|坊|小区)")
ADDED = ("镇", "街道", "新区", "区")
"""An agent fills these in from knowledge; they are never compared."""
NAMED = re.compile(
    f"(?P<stem>[一-龥]{{1,4}}?)(?P<suffix>{SUFFIXES})(?!路(?!口|边|灯)|街|镇|村(?!民|口)|大道|小区|公园)"
)
BREAK = re.compile(
    "投诉|反映|建议|咨询|要求|希望|关于|靠近|附近|旁边|对面|门口|(?<=路)路口|交叉口|之间|以及|"
    "[近与及跟至到在从的是有住于]|和(?![平谐睦兴顺美丰泰])|"
    "[^一-龥]|[零〇一二三四五六七八九十百两幺]+(?:号|弄|支弄|室|楼|栋|幢|单元|期|组)"
)
NO_NAME = re.compile(
    "[这那条个哪什么我你您他她它们的了在到是有没去来走过就也都还很该某每几多各另跟与从往靠叫说问请能不要给把被让吗呢吧啊嗯哦哎]"
    "|[镇区街路]|[马公铁道水线网电思出退半修封占堵养一]$"
)
NO_NAME_WORDS = re.compile(
    "前面|后面|里面|旁边|边上|对面|上面|下面|同一|全|整个|老小|新小|大马|小马|要求|希望|保留|取消|加装|停止|恢复|"
    "维修|投诉|反映|建议|咨询|公交|地铁|门口|居民|物业|现场|建设|施工|建成|我们|你们"
)
AGREES, DIFFERS = 0.27, 0.33
"""Mean distance of the syllables of two names: up to the first they are one, from the second they are two."""
HEARD_AGREES, HEARD_DIFFERS = 0.36, 0.45
"""The same where an engine wrote what was said: it takes 梧桐 for 无痛, and always so."""
LONG_STEM = 4  # syllables; so long it may be a town's name and a road's (青溪银桂路)
OTHER_SYLLABLE = 0.95  # distance of two syllables that nobody mistakes for one another
STREETS = ("路", "街", "巷", "大道", "公路", "大街")
"""What a street is called behind its name; 延龄路 and 延龄巷 are two."""
ADDRESSES = tuple("路 街 大道 公路 支路 巷 大街 小区 花园 花苑 家园 公寓 新村 佳苑 苑 雅苑 村".split())


@dataclass(frozen=True, slots=True)
class Name:
    """A named place: 银桂 路."""

    stem: str
    suffix: str
    start: int
    end: int

    @property
    def text(self) -> str:
        return self.stem + self.suffix


def names_in(text: str) -> tuple[Name, ...]:
    """The named places of a text, in order; 青溪镇北浦村 is two. A digit in a name (3村) is read as 三."""
    text = DIGIT_IN_NAME.sub(lambda match: NUMERAL[int(match[0])], text)
    names: list[Name] = []
    start = 0
    for cut in (*BREAK.finditer(text), None):
        end = cut.start() if cut else len(text)
        for match in NAMED.finditer(text, start, end):
            names.append(Name(match["stem"], match["suffix"], *match.span()))
        start = cut.end() if cut else end
    return tuple(names)


@dataclass(frozen=True)
class Speech:
    """All that was said, as one row of sounds with a wall behind each turn."""

    sounds: npt.NDArray[np.int16]
    places: tuple[tuple[Turn, int, int] | None, ...]

    @classmethod
    def of(cls, turns: Sequence[Turn]) -> "Speech":
        sounds: list[int] = []
        places: list[tuple[Turn, int, int] | None] = []
        for turn in turns:
            spoken = sounds_of(turn.text)
            sounds += [*spoken.sounds.tolist(), OTHER]
            places += [*((turn, a, b) for a, b in spoken.spans), None]
        return cls(np.array(sounds, dtype=np.int16), tuple(places))

    def costs(self, name: str) -> npt.NDArray[np.float32]:
        """Mean distance of ``name`` to what was said from each place on; shape (n_sounds - n_syllables + 1,)."""
        wanted = sounds_of(name).sounds
        n = len(self.sounds) - len(wanted) + 1
        if n < 1 or not len(wanted):
            return np.ones(0, dtype=np.float32)
        table = distances()[wanted]  # (n_syllables, N_SOUNDS)
        rows = [table[i, self.sounds[i : i + n]] for i in range(len(wanted))]
        return np.asarray(np.mean(rows, axis=0), dtype=np.float32)

    def find(self, name: str, limit: float) -> list[Place]:
        """Where something that sounds like ``name`` was said."""
        n = len(sounds_of(name))
        hits = []
        for i in np.flatnonzero(self.costs(name) <= limit).tolist():
            first, last = self.places[i], self.places[i + n - 1]
            if first and last:
                hits.append(Place(first[0], first[1], last[2]))
        return hits


def distance(first: str, other: str) -> float:
    """Mean distance of two names' syllables; 1 when they are of different length."""
    a, b = sounds_of(first).sounds, sounds_of(other).sounds
    return float(distances()[a, b].mean()) if len(a) == len(b) and len(a) else 1.0


def compare_places(field: str, text: str, turns: Sequence[Turn]) -> list[FieldMismatch]:
    """The named places of a ticket's field that the call contradicts by another of the same kind.

    Running text names shops and schools in so many ways that outside ``location`` only roads and estates count.
    """
    turns = tuple(t for t in turns if not t.flags)
    names = [name for name in names_in(text) if name.suffix not in ADDED and is_name(name.stem)]
    if field != "location":
        names = [name for name in names if name.suffix in ADDRESSES]
    if not names:
        return []
    speech = Speech.of(turns)
    return [m for name in names if (m := _compare(field, name, names, speech, turns))]


def _compare(
    field: str, name: Name, names: Sequence[Name], speech: Speech, turns: tuple[Turn, ...]
) -> FieldMismatch | None:
    typed = all(turn.confidence is None for turn in turns)
    hits = _heard(name, speech, AGREES if typed else HEARD_AGREES)
    valid = [hit for hit in hits if not _retracted(hit, turns)]
    if valid and all(_other_street(name, hit) for hit in valid):
        return FieldMismatch(field, "place_differs", typed and established(valid), shown(valid))
    if valid:
        return None
    groups = _grouped(_rivals(name, names, turns, DIFFERS if typed else HEARD_DIFFERS))
    if not groups:
        return None
    best = max(groups, key=lambda group: len({place.turn.index for place in group}))
    every = [place for group in groups for place in group]
    if not established(every) and not any(place.clear for place in best):
        return None
    return FieldMismatch(field, "place_differs", typed or _another(name, best), shown(every))


def _other_street(name: Name, heard: Place) -> bool:
    """Whether a street of this name was said, but one of another kind."""
    behind = heard.turn.text[heard.end :]
    return (
        name.suffix in STREETS
        and not heard.text.endswith(name.suffix)
        and any(behind.startswith(kind) for kind in STREETS)
        and not behind.startswith(name.suffix)
    )


def _another(name: Name, rivals: Sequence[Place]) -> bool:
    """Whether no mishearing makes one name of the other: in two turns something else was heard, or another numeral."""
    stem = rivals[0].text[: -len(name.suffix)]
    if not _same_numeral(name.stem, stem):
        return established(rivals)
    filed, spoken = sounds_of(name.stem[-len(stem) :]).sounds, sounds_of(stem).sounds
    far = len(filed) == len(spoken) and float(distances()[filed, spoken].max()) >= OTHER_SYLLABLE
    return far and established(rivals)


def _heard(name: Name, speech: Speech, agrees: float) -> list[Place]:
    hits: list[Place] = []
    whole = len(name.stem)
    numbered = bool(set(name.stem) & set(NUMERAL))
    for length in range(whole, 1 if whole > 1 else 0, -1):
        if length == whole or (not numbered and (length > 2 or whole == LONG_STEM)):
            tail = name.stem[-length:]
            hits += speech.find(tail + name.suffix, agrees * length / (length + len(name.suffix)))
    if not hits and len(name.stem) >= 2:
        hits = speech.find(name.stem, agrees / 3 if len(name.stem) == 2 else agrees)
    return [hit for hit in hits if _same_numeral(name.stem, hit.text)]


def _same_numeral(stem: str, spoken: str) -> bool:
    """二村 and 七村 sound alike and are two; an engine may write 三村 as 山村, though."""
    wanted, spoken_numerals = set(stem) & set(NUMERAL[1:]), set(in_digits_one_by_one(spoken)) & set("123456789")
    return not wanted or not spoken_numerals or {in_digits_one_by_one(c) for c in wanted} == spoken_numerals


def _retracted(hit: Place, turns: tuple[Turn, ...]) -> bool:
    """Whether a name was denied: 不是金桂路, or 金桂路吗 answered by 不是，银桂路."""
    text = hit.turn.text
    if re.search("(?<!是)不是$", text[: hit.start]) or re.match(
        "[^，。]{0,4}[，。、]?(?:不对|说错|错了|不是)", text[hit.end : hit.end + 10]
    ):
        return True
    answer = answer_to(hit.turn, turns) if hit.turn.role == "agent" else None
    if answer is None or not denies(answer):
        return False
    instead = [n for n in names_in(CORRECTION.sub("，", answer.text)) if is_name(n.stem)]
    denied = [n for n in names_in(hit.text) if is_name(n.stem)]
    return any(n.suffix == s.suffix and distance(n.stem, s.stem) > AGREES for n in instead for s in denied)


def _rivals(name: Name, names: Sequence[Name], turns: tuple[Turn, ...], differs: float) -> list[Place]:
    """Names of the same kind that the ticket does not have."""
    rivals = []
    numbered = bool(set(name.stem) & set(NUMERAL))
    length = len(name.stem) if len(name.stem) < LONG_STEM or numbered else 2
    for turn in turns:
        for start, stem in _stems(turn.text, name.suffix, length):
            rival = Name(stem, name.suffix, start, start + len(stem) + len(name.suffix))
            known = [n for n in names if n.suffix == name.suffix and n is not name]
            alike = distance(stem, name.stem[-len(stem) :]) < differs and _same_numeral(name.stem, stem)
            if alike or any(_tails_agree(stem, n.stem) for n in known):
                continue
            place = Place(turn, rival.start, rival.end)
            if not _retracted(place, turns):
                rivals.append(place)
    return rivals


def _tails_agree(stem: str, other: str) -> bool:
    """桥路 of 溪桥路 is that of 青溪桥路."""
    length = min(len(stem), len(other))
    return distance(stem[-length:], other[-length:]) <= AGREES


def _stems(text: str, suffix: str, length: int) -> list[tuple[int, str]]:
    """The characters before each ``suffix`` of a text, where they can be a name."""
    stems = []
    for match in _ending(suffix).finditer(text):
        stem = text[max(match.start() - length, 0) : match.start()]
        if suffix == "路" and stem[-1:] in NUMERAL:
            continue  # a bus
        if len(stem) == length and re.fullmatch("[一-龥]+", stem) and is_name(stem):
            stems.append((match.start() - length, stem))
    return stems


@lru_cache(maxsize=256)
def _ending(suffix: str) -> re.Pattern[str]:
    whole = next((part for part in re.split(r"\|(?![^(]*\))", SUFFIXES) if part.split("(")[0] == suffix), suffix)
    return re.compile(whole)


def is_name(stem: str) -> bool:
    """Whether it can be part of a name: 这条路 is none."""
    return not (NO_NAME.search(stem) or NO_NAME_WORDS.search(stem))


def _grouped(places: Sequence[Place]) -> list[list[Place]]:
    """Places whose names sound the same."""
    groups: list[list[Place]] = []
    for place in places:
        same = next((g for g in groups if distance(g[0].text, place.text) <= AGREES / 2), None)
        if same is None:
            groups.append([place])
        else:
            same.append(place)
    return groups
