"""``python -m training.utterance CORPUS... FOLDER``: trains a model; how the shipped ones were made."""

import sys
from pathlib import Path

from training.utterance.corpus import read_corpus
from training.utterance.train import train_linear

if __name__ == "__main__":
    *corpora, folder = map(Path, sys.argv[1:])
    model, held = train_linear(read_corpus(*corpora), progress=lambda text, share: print(text, file=sys.stderr))  # noqa: T201
    model.save(folder)
    print(held)  # noqa: T201
