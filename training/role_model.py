"""Train the model that tells agents from citizens: ``python -m training.role_model --output MODEL.npz FILE[=N] ...``.

What a file is, its ending says:

- TSV: without a heading, the columns group (before its first dash: the author), label, citizen, agent
- text: one utterance a line, under comments ``# agent`` and ``# citizen``
- JSON: dialogues, the agent under "[SPEAKER 1]" and the citizen under "[SPEAKER 2]"
- CSV: citizens' messages in the columns body or 留言详情, of whose sentences N are drawn; other files count N times

Logistic regression with an L2 penalty, each role weighing the same. Prints how many utterances are told rightly of each
author of a TSV file whom the model has not seen. `asr/models/roles.md` has the command that made the shipped model.
"""

import argparse
import csv
import json
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize
from scipy.sparse import csr_matrix

from asr.role_model import RoleModel, save, syllable_keys

PENALTY = 0.5  # of the squared weights; chosen on authors left out
FEWEST = 2  # utterances in which a syllable or pair must be
SPEAKERS = {"[SPEAKER 1]": True, "[SPEAKER 2]": False}
MESSAGES = ("body", "留言详情")
WRITTEN = re.compile("尊敬|您|领导|局长|书记|市长")  # what people write to an office and do not say to a hotline
SEED = 12345


@dataclass(frozen=True, slots=True)
class Said:
    """An utterance with its speaker."""

    text: str
    by_agent: bool
    author: str = ""


def read(path: Path, times: int) -> list[Said]:
    """The utterances of a file, as often as they count."""
    if path.suffix == ".csv":
        messages = sorted(set(_messages(path)))
        drawn = np.random.default_rng(SEED).choice(len(messages), min(times, len(messages)), replace=False)
        return [Said(messages[i], by_agent=False) for i in drawn]
    readers: dict[str, Callable[[Path], Iterator[Said]]] = {".tsv": _pairs, ".json": _dialogues}
    return list(dict.fromkeys(readers.get(path.suffix, _lines)(path))) * times


def _pairs(path: Path) -> Iterator[Said]:
    with path.open(encoding="utf-8", newline="") as file:
        for group, _, citizen, agent in csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
            pair = ((citizen, False), (agent, True))
            yield from (Said(text, by_agent, group.split("-")[0]) for text, by_agent in pair if text)


def _lines(path: Path) -> Iterator[Said]:
    by_agent = None
    for line in path.read_text(encoding="utf-8").splitlines():
        if line in ("# agent", "# citizen"):
            by_agent = line == "# agent"
        elif line and not line.startswith("#") and by_agent is not None:
            yield Said(line, by_agent)


def _dialogues(path: Path) -> Iterator[Said]:
    for dialogue in json.loads(path.read_text(encoding="utf-8")):
        for turn in dialogue["content"]:
            yield from (Said(turn[name].replace("_", ""), agent) for name, agent in SPEAKERS.items() if turn.get(name))


def _messages(path: Path) -> Iterator[str]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            text = next((row[column] for column in MESSAGES if row.get(column)), "")
            for sentence in re.split(r"(?<=[。！？!?])|\s+", text):
                if 6 <= len(sentence) <= 80 and not WRITTEN.search(sentence):
                    yield sentence


def fit(utterances: Sequence[Said]) -> RoleModel:
    """The model of these utterances."""
    features = [syllable_keys(utterance.text) for utterance in utterances]
    counts = Counter(key for keys in features for key in keys.tolist())
    known = np.array(sorted(key for key, count in counts.items() if count >= FEWEST), dtype=np.uint32)
    agent = np.array([utterance.by_agent for utterance in utterances])
    weight = np.where(agent, 0.5 / agent.mean(), 0.5 / (1 - agent.mean()))
    loss = partial(_loss, _matrix(features, known), np.where(agent, 1.0, -1.0), weight)
    best = minimize(loss, np.zeros(len(known) + 1), jac=True, method="L-BFGS-B", options={"maxiter": 300}).x
    return RoleModel(known, best[:-1].astype(np.float32), float(best[-1]))


def _matrix(features: Sequence[npt.NDArray[np.uint32]], known: npt.NDArray[np.uint32]) -> csr_matrix:
    columns = [known.searchsorted(keys[np.isin(keys, known)]) for keys in features]
    values = [
        np.full(len(columns_of_row), len(columns_of_row) ** -0.5) for columns_of_row in columns if len(columns_of_row)
    ]
    ends = np.cumsum([0, *map(len, columns)])
    return csr_matrix((np.concatenate(values), np.concatenate(columns), ends), shape=(len(features), len(known)))


def _loss(
    matrix: csr_matrix, sign: npt.NDArray[np.float64], weight: npt.NDArray[np.float64], at: npt.NDArray[np.float64]
) -> tuple[float, npt.NDArray[np.float64]]:
    """Value and slope of the penalised loss at weights and bias."""
    margin = sign * (matrix @ at[:-1] + at[-1])
    pull = -sign * weight / (1 + np.exp(margin))
    value = float(weight @ np.logaddexp(0, -margin)) + PENALTY / 2 * float(at[:-1] @ at[:-1])
    return value, np.append(matrix.T @ pull + PENALTY * at[:-1], pull.sum())


def unseen_authors(utterances: Sequence[Said]) -> Iterator[str]:
    """A line for each author: shares of agents' and of citizens' utterances told rightly by a model of the others'."""
    for author in sorted({utterance.author for utterance in utterances} - {""}):
        model = fit([utterance for utterance in utterances if utterance.author != author])
        judged = [
            (utterance.by_agent, model.log_odds(utterance.text) > 0)
            for utterance in utterances
            if utterance.author == author
        ]
        agent, citizen = (
            np.mean([right == role for role, right in judged if role == by_agent]) for by_agent in (True, False)
        )
        yield f"without {author}: {agent:.1%} of the agent's, {citizen:.1%} of the citizens' utterances right"


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="+", metavar="FILE[=N]")
    parser.add_argument("--output", type=Path, required=True)
    options = parser.parse_args(arguments)
    parts = (file.partition("=") for file in options.files)
    utterances = [utterance for name, _, times in parts for utterance in read(Path(name), int(times or 1))]
    for line in unseen_authors(utterances):
        sys.stdout.write(line + "\n")
    model = fit(utterances)
    save(model, options.output)
    sys.stdout.write(f"{options.output}: {options.output.stat().st_size:,} bytes; {len(model.keys)} features\n")


if __name__ == "__main__":
    main()
