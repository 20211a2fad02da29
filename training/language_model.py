"""Train the character language model: ``python -m training.language_model --output MODEL.npz TEXT[=WEIGHT] ...``.

A text is a UTF-8 file with one utterance or paragraph a line; a CSV file, of which the columns named text, subject,
body, Utterance, 留言主题 and 留言详情 are read; a TSV file of pairs, whose third and fourth columns are, each once;
or a JSON file of dialogues, whose strings under "[SPEAKER 1]" and "[SPEAKER 2]" are. ``=3`` counts a text three times.
``FILE=words`` holds lines of a word and its frequency (jieba's dictionary) and teaches what is a word, without context.

Modified Kneser-Ney smoothing (Chen and Goodman 1999), then pruning of what the lower order says nearly as well (Stolcke
1998), then back-off weights that make every distribution sum to one. `asr/models/zh_characters.md` has the command that
made the shipped model.
"""

import argparse
import csv
import json
import re
import sys
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from asr.language_model import BITS, BREAK, N_SPECIAL, ORDER, Keys, LanguageModel, Level, Logs, save, special_id
from callqa.text import simplified

SPEAKERS = ("[SPEAKER 1]", "[SPEAKER 2]")
COLUMNS = ("text", "subject", "body", "Utterance", "留言主题", "留言详情")
MAX_CHARACTERS = (1 << BITS) - N_SPECIAL
BREAKS_DROPPED = 0.3  # of the breaks inside a line; recognisers leave out many that were spoken
DISCOUNTS = (0.75, 1.05, 1.35)  # taken from n-grams seen once, twice, more often
WORD_WEIGHT = 0.06  # of a word list's frequencies, which count a corpus far larger than ours
WORD_FLOOR = 0.6
SEED = 12345

Counts = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Grams:
    """Counted n-grams of one order."""

    keys: Keys
    counts: Counts


def read_lines(path: Path) -> Iterator[str]:
    """The texts of a file, as the model sees them."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        if path.suffix == ".csv":
            texts: Iterable[str] = (row[c] for row in csv.DictReader(file) for c in COLUMNS if row.get(c))
        elif path.suffix == ".tsv":
            rows = csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
            texts = dict.fromkeys(text for row in rows for text in row[2:4] if text)
        elif path.suffix == ".json":
            turns = (turn for dialogue in json.load(file) for turn in dialogue["content"])
            texts = (turn[speaker] for turn in turns for speaker in SPEAKERS if speaker in turn)
        else:
            texts = (line for line in file if not line.startswith("#"))
        for text in texts:
            yield plain(text)


def plain(text: str) -> str:
    """What the model sees of a text: no punctuation, breaks as single spaces."""
    folded = simplified(unicodedata.normalize("NFKC", text)).lower()
    return re.sub(r"[^\w]+|_", " ", folded).strip()


def count(corpora: list[tuple[list[str], float]], words: dict[str, float], ids: dict[str, int]) -> list[Grams]:
    """N-grams of every order up to ``ORDER``, weighted."""
    rng = np.random.default_rng(SEED)
    streams = [(_stream(lines, ids, rng), weight) for lines, weight in corpora]
    grams = []
    for order in range(1, ORDER + 1):
        parts = [_weighted(_windows(stream, order), weight) for stream, weight in streams]
        parts.append(_word_windows(words, ids, order))
        keys, weights = (np.concatenate(arrays) for arrays in zip(*parts, strict=True))
        unique, inverse = np.unique(keys, return_inverse=True)
        grams.append(Grams(unique, np.bincount(inverse, weights).astype(np.float64)))
    return grams


def _stream(lines: list[str], ids: dict[str, int], rng: np.random.Generator) -> npt.NDArray[np.uint64]:
    characters = np.array([ids.get(c) or special_id(c) for line in lines for c in line + "\n"], dtype=np.uint64)
    is_break = characters == BREAK
    line_ends = np.cumsum([len(line) + 1 for line in lines]) - 1
    dropped = is_break & (rng.random(len(characters)) < BREAKS_DROPPED)
    dropped[line_ends] = False
    return np.concatenate([np.full(1, BREAK, dtype=np.uint64), characters[~dropped]])


def _windows(stream: npt.NDArray[np.uint64], order: int) -> Keys:
    """Keys of all n-grams of one order."""
    keys = np.zeros(max(len(stream) - order + 1, 0), dtype=np.uint64)
    for offset in range(order):
        keys = keys << np.uint64(BITS) | stream[offset : offset + len(keys)]
    return keys


def _weighted(keys: Keys, weight: float) -> tuple[Keys, Counts]:
    return keys, np.full(len(keys), weight)


def _word_windows(words: dict[str, float], ids: dict[str, int], order: int) -> tuple[Keys, Counts]:
    keys, weights = [], []
    for word, weight in words.items():
        known = [ids[c] for c in word if c in ids]
        if len(known) == len(word):
            for start in range(len(word) - order + 1):
                key = 0
                for id_ in known[start : start + order]:
                    key = key << BITS | id_
                keys.append(key)
                weights.append(weight)
    return np.array(keys, dtype=np.uint64), np.array(weights, dtype=np.float64)


def estimate(grams: list[Grams], characters: str, threshold: float) -> LanguageModel:
    """Smoothed, pruned (an n-gram must be worth ``threshold`` nats over the whole text) and normalised."""
    full = _smooth(grams, N_SPECIAL + len(characters))
    keeps = [np.ones(len(level.keys), dtype=bool) for level in full]
    for order in range(ORDER, 1, -1):
        upper, lower = full[order - 1], full[order - 2]
        gain = grams[order - 1].counts * (upper.logs - lower.logs[_suffixes(lower.keys, upper.keys, order)])
        prefixes = np.zeros(len(upper.keys), dtype=bool)
        if order < ORDER:
            above = full[order].keys[keeps[order]] >> np.uint64(BITS)
            prefixes[np.searchsorted(upper.keys, np.unique(above))] = True
        keeps[order - 1] = (gain > threshold) | prefixes
    levels = [Level(f.keys[k], f.logs[k], np.zeros(int(k.sum()), np.float32)) for f, k in zip(full, keeps, strict=True)]
    for order in range(1, ORDER):
        levels[order - 1] = _with_backoffs(levels, order, characters)
    return LanguageModel(characters, levels)


def _smooth(grams: list[Grams], n_ids: int) -> list[Level]:
    """Every order interpolated with the one below."""
    counts = _continuations(grams)
    unigrams = np.full(n_ids, 0.5)
    unigrams[grams[0].keys.astype(np.int64)] += counts[0]
    levels = [Level(np.arange(n_ids, dtype=np.uint64), np.log(unigrams / unigrams.sum()).astype(np.float32), _none())]
    for keys, count in zip([g.keys for g in grams[1:]], counts[1:], strict=True):
        discount = np.minimum(np.select([count >= 3, count >= 2], DISCOUNTS[:0:-1], DISCOUNTS[0]), 0.9 * count)
        _, context = np.unique(keys >> np.uint64(BITS), return_inverse=True)
        total = np.bincount(context, count)[context]
        reserved = np.bincount(context, discount)[context]
        lower = levels[-1].logs[_suffixes(levels[-1].keys, keys, len(levels) + 1)]
        probabilities = (count - discount + reserved * np.exp(lower)) / total
        levels.append(Level(keys, np.log(probabilities).astype(np.float32), _none()))
    return levels


def _continuations(grams: list[Grams]) -> list[Counts]:
    """Counts of the highest order; below it, after how many different characters an n-gram was seen."""
    counts = [g.counts for g in grams]
    for order in range(1, ORDER):
        shorter, longer = grams[order - 1], grams[order]
        at = _suffixes(shorter.keys, longer.keys, order + 1)
        kinds = np.bincount(at, np.minimum(longer.counts, 1), minlength=len(shorter.keys))
        counts[order - 1] = np.maximum(kinds, np.minimum(shorter.counts, 1))  # a listed word begins after nothing
    return counts


def _suffixes(shorter: Keys, keys: Keys, order: int) -> npt.NDArray[np.intp]:
    """Where each n-gram's last ``order - 1`` characters stand among ``shorter``."""
    return np.searchsorted(shorter, keys & np.uint64((1 << BITS * (order - 1)) - 1))


def _none() -> Logs:
    return np.zeros(0, dtype=np.float32)


def _with_backoffs(levels: list[Level], order: int, characters: str) -> Level:
    """The level of ``order`` with back-off weights that make what follows each n-gram sum to one."""
    level, above = levels[order - 1], levels[order]
    below = LanguageModel(characters, levels[:order])
    contexts = np.searchsorted(level.keys, above.keys >> np.uint64(BITS))
    suffixes = above.keys & np.uint64((1 << BITS * order) - 1)
    lower = np.exp(_last_logs(below, suffixes, order))
    stored = np.bincount(contexts, np.exp(above.logs), minlength=len(level.keys))
    covered = np.bincount(contexts, lower, minlength=len(level.keys))
    weights = np.clip(1 - stored, 1e-4, 1) / np.clip(1 - covered, 1e-4, 1)
    return Level(level.keys, level.logs, np.log(weights).astype(np.float32))


def _last_logs(model: LanguageModel, keys: Keys, order: int) -> Logs:
    """Log probability of the last character of each n-gram after its others."""
    logs = model.levels[0].logs[(keys & np.uint64((1 << BITS) - 1)).astype(np.int64)]
    for length in range(1, order):
        contexts = keys >> np.uint64(BITS) & np.uint64((1 << BITS * length) - 1)
        at, known = model.levels[length - 1].find(contexts)
        backoffs = np.where(known, model.levels[length - 1].backoffs[at], np.float32(0))
        at, stored = model.levels[length].find(keys & np.uint64((1 << BITS * (length + 1)) - 1))
        logs = np.where(stored, model.levels[length].logs[at], logs + backoffs)
    return logs


def read_words(path: Path) -> dict[str, float]:
    """Words and their weights from lines of a word and its frequency."""
    rows = (line.split() for line in path.read_text(encoding="utf-8").splitlines())
    return {row[0]: max(WORD_WEIGHT * float(row[1]), WORD_FLOOR) for row in rows}


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("texts", nargs="+", metavar="TEXT[=WEIGHT]")
    parser.add_argument("--output", type=Path, required=True)
    parser.add_argument("--threshold", type=float, default=2.5, help="nats an n-gram must be worth to be stored")
    options = parser.parse_args(arguments)
    corpora: list[tuple[list[str], float]] = []
    words: dict[str, float] = {}
    for name, _, weight in (text.partition("=") for text in options.texts):
        if weight == "words":
            words |= read_words(Path(name))
        else:
            corpora.append((list(read_lines(Path(name))), float(weight or 1)))
    counts = Counter(c for lines, _ in corpora for line in lines for c in line)
    common = [c for c, _ in counts.most_common() if special_id(c) == 1][:MAX_CHARACTERS]
    characters = "".join(common)
    ids = {character: N_SPECIAL + i for i, character in enumerate(characters)}
    model = estimate(count(corpora, words, ids), characters, options.threshold)
    save(model, options.output)
    sizes = ", ".join(str(len(level.keys)) for level in model.levels)
    sys.stdout.write(f"{options.output}: {options.output.stat().st_size:,} bytes; n-grams {sizes}\n")


if __name__ == "__main__":
    main()
