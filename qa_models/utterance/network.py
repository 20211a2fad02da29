"""Transformers for utterances: the one place of this package that loads torch, and only when it is used.

Any Hugging Face checkpoint for sequence classification serves; we ship none (qa_models/models/manners.md says
why). Its input is the line before and the line, without punctuation, which recognisers invent.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from callqa.errors import ConfigError
from callqa.text import normalise
from qa_models.utterance.line import Line
from qa_models.utterance.linear import Floats

MAX_TOKENS = 96
BATCH = 32


@dataclass(frozen=True)
class Network:
    """A checkpoint and its tokenizer."""

    model: Any
    tokenizer: Any

    def logits(self, lines: Sequence[Line]) -> Floats:
        """Shape (lines, labels). Lines of like length share a batch."""
        import torch

        logits = np.zeros((len(lines), self.model.config.num_labels), dtype=np.float32)
        order = np.argsort([len(line.text) + len(line.before) for line in lines], kind="stable")
        self.model.eval()
        with torch.inference_mode():
            for start in range(0, len(order), 4 * BATCH):
                chosen = order[start : start + 4 * BATCH]
                logits[chosen] = self.model(**self.tokens([lines[i] for i in chosen])).logits.float().numpy()
        return logits

    def tokens(self, lines: Sequence[Line]) -> Any:
        before = [normalise(line.before).text[-MAX_TOKENS // 2 :] for line in lines]
        text = [normalise(line.text).text for line in lines]
        options = {"truncation": "longest_first", "max_length": MAX_TOKENS, "padding": True, "return_tensors": "pt"}
        return self.tokenizer(before, text, **options)

    def save(self, folder: Path) -> None:
        self.model.save_pretrained(folder)
        self.tokenizer.save_pretrained(folder)


def load_network(name: str | Path, labels: Sequence[str] | None = None) -> Network:
    """A checkpoint by folder or hub name; with ``labels``, its head is made anew for them. Raises `ConfigError`."""
    from transformers import AutoModelForSequenceClassification, AutoTokenizer
    from transformers.utils import logging

    logging.set_verbosity_error()  # type: ignore[no-untyped-call]  # that the head is new is what we want
    logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    more: dict[str, Any] = {}
    if labels is not None:
        more = {"id2label": dict(enumerate(labels)), "label2id": {label: i for i, label in enumerate(labels)}}
        more |= {"num_labels": len(labels), "ignore_mismatched_sizes": True}
    try:
        tokenizer = AutoTokenizer.from_pretrained(name)
        return Network(AutoModelForSequenceClassification.from_pretrained(name, **more), tokenizer)
    except (OSError, ValueError, KeyError) as error:
        reason = str(error).strip().splitlines()[0]
        raise ConfigError("model.no_checkpoint", name=name, detail=reason) from error
