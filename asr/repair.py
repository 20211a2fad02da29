"""Homophones mended: what was heard right and spelt wrong (公号三零二八位您服务) becomes what was meant.

A noisy channel: what was meant is likely as Chinese (`asr.language_model`), and writing something else costs more, the
surer the engine was. A character only becomes one of the same syllable, or of what an accent makes of it; a hotword may
lie a little further. Numbers, letters and the names behind 姓 or before 先生 stay. Nothing is added, and nothing left
out but a stroke in a hotline's number, so each word keeps its times.

Hotwords belong to a hotline (its streets, estates, agents, units). They must never be taken from the ticket of the call
at hand: the ticket is checked against the transcript, and a transcript that had seen the ticket would agree with it.
"""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate

import numpy as np
import numpy.typing as npt

from asr.homophones import Homophones
from asr.hotwords import LEXICON, Hotwords, read_hotwords, sounds_of
from asr.language_model import Keys, LanguageModel, Logs, next_history, shipped_model
from asr.spoken_numbers import SpokenNumbers
from callqa.syllables import distances
from callqa.types import Word, text_of

BEAM = 16
READ_OTHERWISE = 0.5  # further from what was heard, a mended character has taken on another reading, and is put back
KEPT = frozenset("〇零一二三四五六七八九十百千万亿两幺半")
SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩冯邓曹彭曾肖田董潘袁蔡蒋余于杜叶程魏苏吕丁任卢姚沈钟姜崔谭陆"
    "汪范廖石金韦贾夏付方邹熊白孟秦邱侯江尹薛闫段雷龙黎史陶贺毛郝顾龚邵钱严武戴莫孔向汤施洪翁季俞章鲁葛柏樊祝倪殷"
)
NAMES = re.compile(
    f"(?<=姓)[{SURNAMES}]|[{SURNAMES}](?=先生|女士|小姐|师傅|阿姨|叔叔|老师|主任|警官|医生)|(?<=我叫)[{SURNAMES}]\\w{{1,2}}"
)


@dataclass(frozen=True)
class Channel:
    """What it costs, in nats, that the engine wrote another character than was meant.

    Read off 187 clips of human speech, clean and through a telephone (whisper base): the log odds of right and
    homophone follow the engine's own log odds, and what is written wrong is mostly a frequent character.
    """

    same_tone: float = 0.8
    other_tone: float = 1.7
    near: float = 5.0
    """Another syllable (`asr.homophones.NEAREST`)."""
    sureness: float = 0.8
    """Times the log odds of the engine's word probability."""
    rareness: float = 0.7
    """Times how much rarer, in nats, the written character is than its homophones together."""
    far: float = 6.0
    """Times the distance of a hotword's syllable, on top of ``same_tone``."""
    hotword: float = 10.0
    """The most the language model may charge for a whole hotword."""

    def sureness_cost(self, probability: float) -> float:
        p = min(max(probability, 0.3), 0.995)  # below, the engine's figure no longer says anything
        return float(self.sureness * np.log(p / (1 - p)))


LEAST_COST = 0.5  # nats, of any change


@dataclass(frozen=True)
class Options:
    """What one character may be; the first is what it is."""

    ids: npt.NDArray[np.int64]
    characters: str
    costs: Logs


@dataclass(frozen=True)
class Arc:
    """A hotword that a stretch of the text may be."""

    end: int
    text: str
    cost: float


Tail = tuple[str, "Tail | None"]
"""A reading of the text from its last piece back."""


@dataclass(frozen=True)
class Paths:
    """Readings of the text up to one position."""

    scores: Logs
    histories: Keys
    tails: list[Tail]


class Repairer:
    """Holds the language model and the hotwords; making one takes about a second, use it for many turns."""

    def __init__(
        self,
        hotwords: Sequence[str] = (),
        model: LanguageModel | None = None,
        channel: Channel | None = None,
        numbers: Sequence[str] = (),
    ) -> None:
        """``hotwords`` are added to the shipped ones (`asr/lexicons/hotline.txt`), ``numbers`` to the known ones."""
        self._numbers = SpokenNumbers(numbers)
        self._model = model or shipped_model()
        self._channel = channel or Channel()
        self._homophones = Homophones(self._model)
        self._hotwords = Hotwords((*read_hotwords(LEXICON), *hotwords))
        self._known: dict[tuple[str, int], Options] = {}

    def repair(self, words: Sequence[Word]) -> tuple[Word, ...]:
        """The words of one turn with numbers and homophones mended; their times and probabilities are as they were."""
        words = _without(words, self._numbers.strokes(text_of(words)))
        text = self._numbers.mend(text_of(words))
        mended = self.repair_text(text, [word.probability for word in words for _ in word.text])
        ends = np.cumsum([len(word.text) for word in words]).tolist()
        return tuple(
            replace(word, text=mended[end - len(word.text) : end]) for word, end in zip(words, ends, strict=True)
        )

    def repair_text(self, text: str, probabilities: Sequence[float]) -> str:
        """``text`` with homophones mended, as long as before; one probability for each character, 0 to 1."""
        sounds = sounds_of(text)
        fixed = _kept(text)
        options = [
            self._options(character, -1 if keep else int(sound), probability)
            for character, sound, keep, probability in zip(text, sounds, fixed, probabilities, strict=True)
        ]
        mended = self._decode(options, self._arcs(text, sounds, probabilities))
        return _as_heard(text, mended, sounds)

    def _options(self, character: str, sound: int, probability: float) -> Options:
        base = self._known.get((character, sound))
        if base is None:
            base = self._known[character, sound] = self._base_options(character, sound)
        costs = np.maximum(base.costs + np.float32(self._channel.sureness_cost(probability)), np.float32(LEAST_COST))
        costs[0] = 0
        return Options(base.ids, base.characters, costs)

    def _base_options(self, character: str, sound: int) -> Options:
        """Options with the costs for an engine that is neither sure nor unsure; a sound below 0 has no others."""
        channel = self._channel
        (own_id,) = self._model.ids(character)
        ids, characters, costs = [own_id], character, [0.0]
        if sound >= 0:
            candidates = self._homophones.candidates(sound)
            rareness = channel.rareness * (candidates.log_frequency - float(self._model.levels[0].logs[own_id]))
            for id_, distance in zip(candidates.ids.tolist(), candidates.distances.tolist(), strict=True):
                other = self._model.character(id_)
                if other != character and other not in KEPT:
                    same_tone = self._homophones.same_tone(character, other)
                    kind = channel.near if distance else channel.same_tone if same_tone else channel.other_tone
                    ids.append(id_)
                    characters += other
                    costs.append(kind + rareness)
        return Options(np.array(ids, dtype=np.int64), characters, np.array(costs, dtype=np.float32))

    def _arcs(self, text: str, sounds: npt.NDArray[np.int64], probabilities: Sequence[float]) -> list[list[Arc]]:
        """For each position the hotwords that may begin there."""
        arcs: list[list[Arc]] = [[] for _ in text]
        for start, word, distance in self._hotwords.find(sounds):
            cost = sum(
                self._channel.same_tone + self._channel.far * d + self._channel.sureness_cost(probabilities[start + i])
                for i, (d, meant) in enumerate(zip(distance.tolist(), word, strict=True))
                if text[start + i] != meant
            )
            arcs[start].append(Arc(start + len(word), word, max(cost, 0.0)))
        return arcs

    def _decode(self, options: Sequence[Options], arcs: Sequence[Sequence[Arc]]) -> str:
        """The best reading: Viterbi over histories, with a beam; a hotword leaps over its characters."""
        reached: list[list[Paths]] = [[] for _ in range(len(options) + 1)]
        reached[0] = [Paths(np.zeros(1, np.float32), np.zeros(1, np.uint64), [("", None)])]
        for at, option in enumerate(options):
            paths = _best(reached[at])
            reached[at + 1].append(self._step(paths, option))
            for arc in arcs[at]:
                reached[arc.end].append(self._leap(paths, arc))
        tail: Tail | None = _best(reached[-1]).tails[0]
        pieces: list[str] = []
        while tail:
            piece, tail = tail
            pieces.append(piece)
        return "".join(reversed(pieces))

    def _step(self, paths: Paths, option: Options) -> Paths:
        logs = self._model.log_probabilities(paths.histories, option.ids)
        scores = (paths.scores[:, None] + logs - option.costs).ravel()
        best = np.argpartition(-scores, 2 * BEAM)[: 2 * BEAM] if len(scores) > 2 * BEAM else np.arange(len(scores))
        before, which = np.divmod(best, len(option.ids))
        histories = next_history(paths.histories[before], option.ids[which].astype(np.uint64))
        chosen = zip(before.tolist(), which.tolist(), strict=True)
        return Paths(scores[best], histories, [(option.characters[w], paths.tails[b]) for b, w in chosen])

    def _leap(self, paths: Paths, arc: Arc) -> Paths:
        histories, logs = paths.histories, np.zeros(len(paths.scores), dtype=np.float32)
        for id_ in self._model.ids(arc.text):
            logs = logs + self._model.log_probabilities(histories, np.array([id_]))[:, 0]
            histories = next_history(histories, np.array([id_], dtype=np.uint64))
        scores = paths.scores + np.maximum(logs, np.float32(-self._channel.hotword)) - np.float32(arc.cost)
        return Paths(scores, histories, [(arc.text, tail) for tail in paths.tails])


def _best(paths: Sequence[Paths]) -> Paths:
    """The best of all that reach one position; of those with the same history only the better one."""
    scores = np.concatenate([p.scores for p in paths])
    histories = np.concatenate([p.histories for p in paths])
    tails = [tail for p in paths for tail in p.tails]
    order = np.argsort(-scores, kind="stable")
    _, first = np.unique(histories[order], return_index=True)
    best = order[np.sort(first)[:BEAM]]
    return Paths(scores[best], histories[best], [tails[i] for i in best.tolist()])


def _without(words: Sequence[Word], places: Collection[int]) -> Sequence[Word]:
    """The words without these characters, counted through all of them; a word of which nothing is left is gone."""
    if not places:
        return words
    starts = accumulate((len(word.text) for word in words), initial=0)
    shorter = (
        replace(word, text="".join(c for i, c in enumerate(word.text, start) if i not in places))
        for word, start in zip(words, starts, strict=False)
    )
    return [word for word in shorter if word.text]


def _kept(text: str) -> list[bool]:
    """Which characters only a hotword may change: numbers, and surnames, of which no context tells the right one."""
    fixed = [character in KEPT for character in text]
    for match in NAMES.finditer(text):
        fixed[match.start() : match.end()] = [True] * len(match[0])
    return fixed


def _as_heard(text: str, mended: str, sounds: npt.NDArray[np.int64]) -> str:
    """``mended``, but as before wherever new company gives characters another reading than was heard."""
    if mended == text:
        return text
    now = sounds_of(mended)
    both = (sounds >= 0) & (now >= 0)
    apart = np.where(both, distances()[sounds, now] > READ_OTHERWISE, sounds != now)
    result = list(mended)
    for run in re.finditer("x+", "".join("=x"[a != b] for a, b in zip(text, mended, strict=True))):
        start, end = run.span()
        if apart[max(start - 1, 0) : end + 1].any():
            result[start:end] = text[start:end]
    return "".join(result)
