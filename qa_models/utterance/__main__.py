"""``python -m qa_models.utterance CORPUS FOLDER``: trains a model; how the shipped ones were made."""

import sys
from pathlib import Path

from qa_models.utterance.corpus import read_corpus
from qa_models.utterance.train import train

if __name__ == "__main__":
    train(read_corpus(Path(sys.argv[1])), report=lambda step: print(step, file=sys.stderr)).save(Path(sys.argv[2]))  # noqa: T201
