"""Two speakers on one channel: who of them speaks when.

Voices are compared in overlapping windows (`asr.engines.voices`). The windows are explained as two voices that take
turns: a hidden Markov model of two states whose embeddings scatter alike, fitted to this recording alone
(expectation-maximisation from several first guesses). It knows neither who is the agent nor what was said; where the
voices are too much alike, `asr.text_diarisation` goes on with what was said.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, pairwise
from math import exp, log, log1p

import numpy as np
import numpy.typing as npt

from asr.decode import SAMPLE_RATE, Samples, rms_dbfs
from asr.engines.voices import FRAMES_PER_SECOND, embed, mel_spectrogram
from asr.vad import Region
from callqa.types import Seconds

WINDOW = 120  # frames, 1.2 s: shorter ones know the voice less, longer ones hold two
STEP = 30  # frames from window to window
LEVEL_DBFS = -30.0  # of the speech, as the encoder was trained
DIMENSIONS = 10  # principal components of a recording's embeddings in which voices are told apart
ROUNDS = 15  # of expectation-maximisation; it has settled long before
PRIOR_WINDOWS = (
    10.0  # weight of the scatter of the whole recording in that of one voice, so that short calls do not fail
)
CHANGE_AT_PAUSE = 0.35  # probability that another speaker goes on after a pause that the VAD sees
CHANGE_PER_SECOND = 0.1  # and within a region
ALIKE = 0.95  # cosine of the mean embeddings of two voices at which they may as well be one person's: over a call, the
ALIKE_SLOPE = 80.0  # halves of one voice come to 0.90 to 0.97, two real voices to 0.92 and less
FEWEST = 12  # windows of each voice, 3.6 s; anything falls into two heaps when there is little of it
APART = 1.0  # log-odds that the voices are two; below, they are too much alike to tell whose the turns are
LIMIT = 30.0  # log-odds say no more than this

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of speech of one voice."""

    start: Seconds
    end: Seconds
    speaker: int
    """0 or 1; who that is, `asr.role_cues` finds in what they say."""
    confidence: float
    """Probability of this speaker against the other one, 0.5 to 1, mean over the segment."""

    @property
    def duration(self) -> Seconds:
        return self.end - self.start


@dataclass(frozen=True, slots=True)
class Windows:
    """Where voices are looked at; windows never reach over a pause."""

    centres: Floats
    """Seconds; shape (n,)."""
    frames: Integers
    """Frames of a spectrogram; shape (n, WINDOW). A shorter region is repeated until it fills its window."""
    region: Integers
    """Index of the region; shape (n,)."""


@dataclass(frozen=True, slots=True)
class VoiceEvidence:
    """What the windows of a recording sound like."""

    windows: Windows
    embeddings: npt.NDArray[np.float32]
    """Shape (n, size)."""


@dataclass(frozen=True, slots=True)
class Diarisation:
    """The speech of a recording by its two voices."""

    segments: tuple[Segment, ...]
    """In order; together they cover the speech, and end where the speaker changes."""
    two_voices: float
    """Log-odds that the two are two persons, by their voices alone: the halves of one voice are never quite alike."""
    evidence: VoiceEvidence | None = None
    """Kept where the voices are too much alike to tell them apart by sound alone."""

    @property
    def apart(self) -> bool:
        """Whether the voices differ enough for the turns to be given to them rightly."""
        return self.two_voices >= APART


@dataclass(frozen=True, slots=True)
class Fit:
    """Two voices fitted to the windows of a recording; shapes (n,)."""

    odds: Floats
    """Log-odds of voice 1 in each window, given all the others."""
    sound: Floats
    """The same from each window's own sound alone."""
    separation: float
    """How well the two voices are separated: the square of their distance in standard deviations, times the shares of
    the two; 0: not at all."""


def diarise(samples: Samples, speech: Sequence[Region]) -> Diarisation:
    """Who speaks when on one channel, given its speech regions."""
    windows = place_windows(speech)
    mels = mel_spectrogram(samples * _gain(samples, speech))
    embeddings = embed(mels, np.minimum(windows.frames, len(mels) - 1))
    odds, two_voices = tell_apart(embeddings, change_probabilities(windows))
    energy = mels.sum(axis=1)
    by_region = [windows.region == index for index in range(len(speech))]
    segments = (
        cut_region(region, windows.centres[at], odds[at], energy) for region, at in zip(speech, by_region, strict=True)
    )
    evidence = VoiceEvidence(windows, embeddings) if two_voices < APART else None
    return Diarisation(tuple(chain.from_iterable(segments)), two_voices, evidence)


def _gain(samples: Samples, speech: Sequence[Region]) -> np.float32:
    spoken = [samples[round(r.start * SAMPLE_RATE) : round(r.end * SAMPLE_RATE)] for r in speech]
    return np.float32(10 ** ((LEVEL_DBFS - rms_dbfs(np.concatenate(spoken))) / 20))


def place_windows(speech: Sequence[Region]) -> Windows:
    """Windows about every `STEP` frames, at least one in each region."""
    centres, frames, index = [], [], []
    for number, region in enumerate(speech):
        first, last = round(region.start * FRAMES_PER_SECOND), round(region.end * FRAMES_PER_SECOND)
        count = max(1, round((last - first) / STEP))
        for centre in first + (np.arange(count) + 0.5) * (last - first) / count:
            start = int(np.clip(centre - WINDOW / 2, first, max(last - WINDOW, first)))
            frames.append(start + np.arange(WINDOW) % min(WINDOW, max(last - first, 1)))
            centres.append(centre / FRAMES_PER_SECOND)
            index.append(number)
    return Windows(np.array(centres), np.array(frames, dtype=np.int64), np.array(index, dtype=np.int64))


def change_probabilities(windows: Windows) -> Floats:
    """How probable it is that the next window has the other speaker; shape (n - 1,)."""
    within = CHANGE_PER_SECOND * np.diff(windows.centres)
    return np.where(np.diff(windows.region) > 0, CHANGE_AT_PAUSE, np.clip(within, 1e-4, CHANGE_AT_PAUSE))


def tell_apart(embeddings: npt.NDArray[np.float32], change: Floats) -> tuple[Floats, float]:
    """Log-odds of voice 1 against voice 0 in each window, and that there are two at all (`Diarisation.two_voices`).

    ``embeddings`` has shape (n, size), ``change`` (n - 1,): probabilities that the voice changes to the next window.
    """
    components = principal_components(embeddings, DIMENSIONS)
    fits = [fit_voices(components, np.where(guess, 0.99, 0.01), change) for guess in first_guesses(components)]
    nobody = np.full(len(embeddings), -LIMIT)
    odds = max(fits, key=lambda fit: fit.separation, default=Fit(nobody, nobody, 0.0)).odds
    second = odds > 0
    if min(np.count_nonzero(second), np.count_nonzero(~second)) < FEWEST:
        return odds, -LIMIT
    first, other = embeddings[~second].mean(axis=0), embeddings[second].mean(axis=0)
    alike = float(first @ other) / float(np.linalg.norm(first) * np.linalg.norm(other))
    return odds, ALIKE_SLOPE * (ALIKE - alike)


def principal_components(embeddings: npt.NDArray[np.float32], n: int) -> Floats:
    """The directions in which the embeddings differ most; shape (len(embeddings), at most n)."""
    centred = embeddings.astype(np.float64) - embeddings.mean(axis=0)
    directions, scale, _ = np.linalg.svd(centred, full_matrices=False)
    significant = (scale > 1e-6).nonzero()[0][:n]
    components: Floats = directions[:, significant] * scale[significant]
    return components


def first_guesses(points: Floats) -> Iterator[npt.NDArray[np.bool_]]:
    """Where the two voices may be: two-means from the ends of the first component, and the halves of each component.

    Two voices that differ much differ along the first component; two that are much alike differ along a later one.
    """
    if not points.size:
        return
    centres = points[[points[:, 0].argmin(), points[:, 0].argmax()]]
    for _ in range(ROUNDS):
        second = np.square(points - centres[1]).sum(axis=1) < np.square(points - centres[0]).sum(axis=1)
        centres = np.stack([points[~second].mean(axis=0), points[second].mean(axis=0)])
    yield second
    yield from (points > np.median(points, axis=0)).T


def fit_voices(points: Floats, share: Floats, change: Floats, prior: Floats | float = 0.0) -> Fit:
    """Fit two voices, from a first guess of the share that voice 1 has in each point.

    ``prior`` are log-odds of voice 1 in each point that something other than the sound gives; shape (n,).
    """
    scatter = np.diag(np.square(points).mean(axis=0))
    for _ in range(ROUNDS):
        means = (1 - share) @ points / max((1 - share).sum(), 1e-9), share @ points / max(share.sum(), 1e-9)
        away = points - means[0], points - means[1]
        within = (away[0].T * (1 - share)) @ away[0] + (away[1].T * share) @ away[1] + PRIOR_WINDOWS * scatter
        axis = np.linalg.solve(within / (len(points) + PRIOR_WINDOWS), means[1] - means[0])
        sound = (points - (means[0] + means[1]) / 2) @ axis
        second = float(share.mean())
        odds = smooth(sound + prior, change)
        share = 1 / (1 + np.exp(-odds))
    return Fit(odds, sound, float(second * (1 - second) * ((means[1] - means[0]) @ axis)))


def smooth(evidence: Floats, change: Floats) -> Floats:
    """Log-odds given all of a chain, from each link's own (the forward-backward algorithm for two states)."""
    forward, backward = [0.0], [0.0]
    for link, probability in zip(evidence[:-1], change, strict=True):
        forward.append(_carried(forward[-1] + link, probability))
    for link, probability in zip(evidence[:0:-1], change[::-1], strict=True):
        backward.append(_carried(backward[-1] + link, probability))
    posterior: Floats = np.clip(evidence + np.array(forward) + np.array(backward[::-1]), -LIMIT, LIMIT)
    return posterior


def _carried(odds: float, change: float) -> float:
    """What log-odds say of the next link of a chain."""
    ratio = exp(max(min(odds, LIMIT), -LIMIT))
    return log((1 - change) * ratio + change) - log1p(change * (ratio - 1))


def cut_region(region: Region, centres: Floats, odds: Floats, energy: npt.NDArray[np.float32]) -> Iterator[Segment]:
    """One region cut where the more probable speaker changes."""
    second = odds > 0
    cuts = np.flatnonzero(second[1:] != second[:-1]) + 1
    times = [_softest(float(centres[c - 1]), float(centres[c]), energy) for c in cuts]
    bounds = [region.start, *times, region.end]
    firsts = [0, *cuts, len(odds)]
    for (start, end), (first, last) in zip(pairwise(bounds), pairwise(firsts), strict=True):
        sure = 1 / (1 + np.exp(-np.abs(odds[first:last])))
        yield Segment(round(start, 3), round(end, 3), int(second[first]), round(float(sure.mean()), 4))


def _softest(before: Seconds, after: Seconds, energy: npt.NDArray[np.float32]) -> Seconds:
    """The softest moment between the centres of two windows."""
    first, last = round(before * FRAMES_PER_SECOND) + 1, round(after * FRAMES_PER_SECOND)
    return (first + int(energy[first : max(last, first + 1)].argmin())) / FRAMES_PER_SECOND
