"""Our small BERT from nothing: a pupil of the sentence encoder, which learns from plain text what means the same.

``python -m qa_models.utterance.pretrain TEXT... FOLDER``; a text holds one line each, punctuation is left out. Filling
gaps (masked language modelling) learnt next to nothing in the same time.
"""

import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from callqa.text import normalise
from qa_models.encoder import Vectors, encoded

SPECIAL = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")
SIZES: dict[str, Any] = {"hidden_size": 128, "num_hidden_layers": 2, "num_attention_heads": 4, "intermediate_size": 384}
LEAST, LONGEST, BATCH, RATE = 4, 48, 64, 1e-3


def pretrained(texts: Sequence[str], wanted: Vectors, epochs: int = 2, seed: int = 0) -> tuple[Any, Any]:
    """(`BertModel`, tokenizer) whose pooled output, once projected, points where the vectors ``wanted`` point."""
    import torch
    from transformers import BertConfig, BertModel

    torch.manual_seed(seed)
    rng = np.random.default_rng(seed)
    tokenizer = character_tokenizer(texts)
    model = BertModel(BertConfig(vocab_size=len(tokenizer), max_position_embeddings=128, **SIZES))
    head = torch.nn.Linear(SIZES["hidden_size"], wanted.shape[1])
    batches = _batches(texts)
    steps = epochs * len(batches)
    optimiser = torch.optim.AdamW([*model.parameters(), *head.parameters()], lr=RATE, weight_decay=0.01)
    pace = torch.optim.lr_scheduler.OneCycleLR(optimiser, RATE, total_steps=steps)
    for step in range(steps):
        if step % len(batches) == 0:
            turn = rng.permutation(len(batches))
        chosen = batches[turn[step % len(batches)]]
        rows = tokenizer(
            [texts[i] for i in chosen], truncation=True, max_length=LONGEST, padding=True, return_tensors="pt"
        )
        made = torch.nn.functional.normalize(head(model(**rows).pooler_output), dim=1)
        loss = 1 - (made * torch.from_numpy(wanted[chosen])).sum(dim=1).mean()
        optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        optimiser.step()
        pace.step()
        if step % 50 == 0:
            print(f"{step}/{steps}: cosine {1 - float(loss.detach()):.3f}", file=sys.stderr, flush=True)  # noqa: T201
    return model, tokenizer


def character_tokenizer(texts: Sequence[str]) -> Any:
    """One token for each character that occurs often enough."""
    from tokenizers import Regex, Tokenizer, models, pre_tokenizers, processors
    from transformers import PreTrainedTokenizerFast

    counts = Counter(character for text in texts for character in text)
    known = [*SPECIAL, *sorted(character for character, n in counts.items() if n >= LEAST)]
    core = Tokenizer(models.WordLevel({token: i for i, token in enumerate(known)}, unk_token="[UNK]"))
    core.pre_tokenizer = pre_tokenizers.Split(Regex("."), "isolated")
    core.post_processor = processors.BertProcessing(("[SEP]", 3), ("[CLS]", 2))
    names = dict(zip(("pad_token", "unk_token", "cls_token", "sep_token", "mask_token"), SPECIAL, strict=True))
    return PreTrainedTokenizerFast(tokenizer_object=core, **names)  # type: ignore[no-untyped-call]


def _batches(texts: Sequence[str]) -> list[Any]:
    """Indices of texts of like length."""
    order = np.argsort([len(text) for text in texts], kind="stable")
    return [order[i : i + BATCH] for i in range(0, len(order) - BATCH + 1, BATCH)]


def main(arguments: Sequence[str]) -> None:
    *files, folder = map(Path, arguments)
    lines = (line for file in files for line in file.read_text(encoding="utf-8").splitlines())
    texts = [plain for line in lines if len(plain := normalise(line).text) >= LEAST]
    wanted = np.concatenate([encoded(tuple(texts[i : i + 64])) for i in range(0, len(texts), 64)])
    model, tokenizer = pretrained(texts, wanted)
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)


if __name__ == "__main__":
    main(sys.argv[1:])
