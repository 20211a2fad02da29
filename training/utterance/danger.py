"""``python -m training.utterance.danger FOLDER``: trains the model that hears danger in what citizens say.

The corpus of danger is small, and its harmless lines talk of danger, too (over, feared, figurative). What citizens say
in the other corpora is harmless nearly always, so it is added as such, without the lines that may be alarming.
"""

import re
import sys
from collections.abc import Iterator
from pathlib import Path

from qa_models.utterance.line import Line
from training.utterance.corpus import CORPORA, read_corpus
from training.utterance.example import Example
from training.utterance.train import train_linear

ALARMING = re.compile(
    "火|烟(?!花|酒|草)|煤气|燃气|泄漏|爆炸|触电|漏电|电线|电瓶|打(?:人|我|架|她|他|起来|老婆|孩子)|动手|家暴|刀|凶|救命|晕|昏|"
    "反应|呼吸|血|自杀|跳楼|不想活|轻生|困在|被困|关在|掉[进下]|落水|溺|走失|走丢|失踪|不见了|抢|绑|[砸踹撬]门|跟踪|威胁|"
    "报警|警察|幺幺零|幺幺九|幺二零|110|119|120|中毒|塌|倒[下在]|撞|醉|尖叫|喊|哭|敲门|没人应|摔|受伤|急救|抢救|死"
)
"""Lines with these words are left out of what counts as harmless unread."""
LEAST = 4  # characters


def danger_examples() -> tuple[Example, ...]:
    """The corpus of danger, and what citizens say in the corpora of manners and of requests."""
    return (*read_corpus(CORPORA / "danger.tsv"), *_harmless())


def _harmless() -> Iterator[Example]:
    spoken = [e.line.before for e in read_corpus(CORPORA / "manners.tsv")]
    rows = (CORPORA / "requests.tsv").read_text(encoding="utf-8").splitlines()
    requests = [row.split("\t")[0] for row in rows if not row.startswith("#")][1:]
    for number, text in enumerate(dict.fromkeys([*spoken, *requests])):
        if len(text) >= LEAST and not ALARMING.search(text):
            yield Example(Line(text), "safe", f"other-{number}")


if __name__ == "__main__":
    model, held = train_linear(danger_examples(), progress=lambda text, share: print(text, file=sys.stderr))  # noqa: T201
    model.save(Path(sys.argv[1]))
    print(held)  # noqa: T201
