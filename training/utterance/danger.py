"""``python -m training.utterance.danger CALLS MORE MEANING FOLDER``: trains the model that hears danger.

``CALLS``: labelled calls of several authors, who marked the turns that tell of a danger (training/corpora/calls/learn).
``MORE``: labelled calls without such marks (tests/calls), of which only those without any danger are read. ``MEANING``:
a file of `training.meaning`. Lines of the corpus of danger are added, and what citizens say in the other corpora,
without the lines that may be alarming; each counts less than a turn of a call. What is printed is found on authors left
out, one at a time.
"""

import re
import sys
from collections.abc import Iterator
from pathlib import Path

from qa_models.utterance.line import Line
from training.meaning import Meaning
from training.utterance.corpus import CORPORA, read_corpus
from training.utterance.marked import MarkedTurn, every_truth, left_out, table_of, train_marked, turns_of

ALARMING = re.compile(
    "火|烟(?!花|酒|草)|煤气|燃气|泄漏|爆炸|触电|漏电|电线|电瓶|打(?:人|我|架|她|他|起来|老婆|孩子)|动手|家暴|刀|凶|救命|晕|昏|"
    "反应|呼吸|血|自杀|跳楼|不想活|轻生|困在|被困|关在|掉[进下]|落水|溺|走失|走丢|失踪|不见了|抢|绑|[砸踹撬]门|跟踪|威胁|"
    "报警|警察|幺幺零|幺幺九|幺二零|110|119|120|中毒|塌|倒[下在]|撞|醉|尖叫|喊|哭|敲门|没人应|摔|受伤|急救|抢救|死"
)
"""Lines with these words are left out of what counts as harmless unread."""
LEAST = 4  # characters
TURN_COUNTS, LINE_COUNTS = 0.6, 0.3
MARKS = ("danger",)


def citizen_turns(folder: Path) -> Iterator[MarkedTurn]:
    """All turns of citizens in the calls of each author in ``folder``; unmarked calls with a danger are left out."""
    for author, truth in every_truth(folder):
        places = truth.fulfilled.get("danger", ())
        if places or truth.labels.get("emergency_guidance") == "na":
            yield from turns_of(author, truth, "citizen", {"danger": places})


def lines() -> Iterator[MarkedTurn]:
    """Turns and lines with and without a danger, and what citizens say in the corpora of manners and of requests."""
    for example in read_corpus(CORPORA / "citizens.tsv"):
        marks = frozenset(MARKS if example.label == "danger" else ())
        yield MarkedTurn("turns", "", example.line, marks, TURN_COUNTS)
    for example in read_corpus(CORPORA / "danger.tsv"):
        yield MarkedTurn("danger", "", example.line, frozenset(MARKS if example.label == "danger" else ()), LINE_COUNTS)
    spoken = [example.line.before for example in read_corpus(CORPORA / "manners.tsv")]
    rows = (CORPORA / "requests.tsv").read_text(encoding="utf-8").splitlines()
    requests = [row.split("\t")[0] for row in rows if not row.startswith("#")][1:]
    for text in dict.fromkeys([*spoken, *requests]):
        if len(text) >= LEAST and not ALARMING.search(text):
            yield MarkedTurn("other", "", Line(text), frozenset(), LINE_COUNTS)


if __name__ == "__main__":
    calls, more, meaning_file, model_folder = map(Path, sys.argv[1:])
    meaning = Meaning.load(meaning_file)
    spoken = list(citizen_turns(calls))
    learned = table_of([*spoken, *citizen_turns(more), *lines()], MARKS)
    train_marked(learned, MARKS, meaning=meaning).save(model_folder)
    print(left_out(learned, MARKS, sorted({turn.author for turn in spoken}), meaning))  # noqa: T201
