"""Least-cost alignment of many short patterns with one long text, both as sounds, on arrays.

One step for each token of the longest pattern, over all patterns and the whole text at once: after step i a row holds
the cost of a pattern's first i tokens ending at each place. Patterns that begin alike share their rows (a trie), and
patterns whose tokens are not in the text at all are left out. A pattern may start anywhere for free and may not cross a
wall.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from qa_models.phrases import Pattern, token_distances

Costs = npt.NDArray[np.float32]
Sounds = npt.NDArray[np.int16]
Indices = npt.NDArray[np.intp]

EXTRA, MISSING, FILLER, GAP = 1.0, 1.0, 0.1, 0.05
"""Cost of an extra syllable in the text, one missing from it, a filler, and a syllable in a gap of the pattern."""
KEY = 3.0  # how many times more a wrong or missing syllable costs where the sense hangs on it
VAGUE = 0.25  # a word the engine was not sure of is never further than this from what may have been said
WALL = 32.0  # cost of crossing from one turn into the next: more than any pattern may cost


@dataclass(frozen=True, slots=True)
class Speech:
    """A text as sounds; all of shape (syllables,)."""

    sounds: Sounds
    extra: Costs
    """What skipping each syllable costs; `WALL` between turns."""
    vague: npt.NDArray[np.bool_]
    """Which syllables the engine was not sure of."""

    def upto(self, end: int) -> "Speech":
        return Speech(self.sounds[:end], self.extra[:end], self.vague[:end])

    def distances(self, tokens: Indices) -> Costs:
        """What it costs to hear each syllable as each token; shape (tokens, syllables)."""
        wrong: Costs = token_distances()[np.ix_(tokens, self.sounds)]
        wrong[:, self.vague] = np.minimum(wrong[:, self.vague], VAGUE)
        wrong[:, self.extra == WALL] = WALL
        return wrong


@dataclass(frozen=True, slots=True)
class Wanted:
    """Patterns as a trie in arrays. A node is a beginning that patterns share; node 0 is the empty one."""

    used: Indices
    """The tokens that occur."""
    tokens: Indices
    """For each node the place of its last token in ``used``."""
    weights: Costs
    """For each node, what its last token costs when missing, and how many times its distance when wrong."""
    gaps: npt.NDArray[np.bool_]
    """For each node, whether a few words may stand behind it."""
    parents: Indices
    paths: Indices
    """For each pattern the nodes of its beginnings, shape (patterns, longest), 0 behind its end."""
    lengths: Indices


def compiled(patterns: tuple[Pattern, ...]) -> Wanted:
    ids: dict[tuple[tuple[int, bool, bool], ...], int] = {(): 0}
    paths = np.zeros((len(patterns), max(len(pattern.tokens) for pattern in patterns)), np.intp)
    for row, pattern in enumerate(patterns):
        marked = tuple(zip(pattern.tokens, pattern.keys, pattern.gaps, strict=True))
        for i in range(len(marked)):
            paths[row, i] = ids.setdefault(marked[: i + 1], len(ids))
    last = [beginning[-1] if beginning else (0, False, False) for beginning in ids]
    used, tokens = np.unique([token for token, _, _ in last], return_inverse=True)
    return Wanted(
        used=used,
        tokens=tokens,
        weights=np.array([0, *(MISSING * KEY if key else MISSING for _, key, _ in last[1:])], np.float32),
        gaps=np.array([gap for _, _, gap in last]),
        parents=np.array([ids[beginning[:-1]] for beginning in ids], np.intp),
        paths=paths,
        lengths=np.array([len(pattern.tokens) for pattern in patterns], np.intp),
    )


def substring_costs(wanted: Wanted, speech: Speech, limits: Costs) -> tuple[Indices, Costs]:
    """Least cost of each pattern ending at each place of a text.

    Returns the patterns that may cost no more than their limit (the others cannot, whatever the order of their
    tokens), and their costs, shape (patterns, syllables + 1).
    """
    wrong = speech.distances(wanted.used)
    least = np.minimum(wrong.min(axis=1), MISSING)[wanted.tokens] * wanted.weights
    rows = np.flatnonzero(least[wanted.paths].sum(axis=1) <= limits)
    return rows, _align(wanted, rows, limits[rows], wrong, speech.extra)


def first_syllable(pattern: Pattern, speech: Speech, cost: float) -> int:
    """Where the phrase of this cost that ends with the last of these syllables began: the same alignment, backwards."""
    length = len(pattern.tokens)
    reach = 2 * length + (int(cost / GAP) + 1 if any(pattern.gaps) else int(cost / FILLER))
    last = Speech(speech.sounds[::-1][:reach], speech.extra[::-1][:reach], speech.vague[::-1][:reach])
    distances = last.distances(np.array(pattern.tokens, np.intp)).tolist()
    skips = last.extra.tolist()
    costs = [0.0] + [WALL] * len(skips)
    for i in reversed(range(length)):
        weight = MISSING * KEY if pattern.keys[i] else MISSING
        row = [costs[0] + weight]
        for k, skip in enumerate(skips):
            row.append(min(costs[k] + distances[i][k] * weight, costs[k + 1] + weight))
            if i:
                row[-1] = min(row[-1], row[-2] + (min(skip, GAP) if pattern.gaps[i - 1] and skip != WALL else skip))
        costs = row
    return len(speech.sounds) - costs.index(min(costs))


def _align(wanted: Wanted, rows: Indices, limits: Costs, wrong: Costs, extra: Costs) -> Costs:
    """Costs never fall along a pattern, so one whose beginning is nowhere within its limit is given up."""
    costs = np.zeros((1, len(extra) + 1), dtype=np.float32)
    walk = np.concatenate([[0], np.cumsum(extra)]).astype(np.float32)
    stroll = np.concatenate([[0], np.cumsum(np.where(extra == WALL, WALL, np.minimum(extra, GAP)))]).astype(np.float32)
    result = np.full((len(rows), costs.shape[1]), WALL, dtype=np.float32)
    lengths, paths = wanted.lengths[rows], wanted.paths[rows]
    nodes, alive = np.zeros(1, np.intp), np.arange(len(rows))
    for i in range(lengths.max(initial=0)):
        alive = alive[lengths[alive] > i]
        parents, nodes = nodes, np.unique(paths[alive, i])
        if not len(nodes):
            break
        before = costs[np.searchsorted(parents, wanted.parents[nodes])]
        weight = wanted.weights[nodes, None]
        step = np.empty_like(before)
        step[:, :1] = before[:, :1] + weight
        np.minimum(before[:, :-1] + wrong[wanted.tokens[nodes]] * weight, before[:, 1:] + weight, out=step[:, 1:])
        places = np.searchsorted(nodes, paths[alive, i])
        ended = lengths[alive] == i + 1
        result[alive[ended]] = step[places[ended]]
        alive = alive[step.min(axis=1)[places] <= limits[alive]]
        skip = np.where(wanted.gaps[nodes, None], stroll, walk)
        costs = np.minimum.accumulate(step - skip, axis=1) + skip
    return result
