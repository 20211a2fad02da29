"""``python -m training.utterance.duties CALLS UNMARKED FOLDER``: trains the model of duties fulfilled in any words.

``CALLS``: labelled calls of several authors, whose truth names the turns that fulfil a duty
(training/corpora/calls/learn). ``UNMARKED``: labelled calls without such marks (tests/calls); of them, the turns that
the check library's phrases find in calls whose label is a pass. Ordinary lines of the manners corpora are added, as far
as no word of a duty is in them, and lines that sound like a duty and fulfil none. What is printed is found on authors
left out, one at a time.
"""

import re
import sys
from collections.abc import Iterator
from pathlib import Path

from callqa.settings import load_settings
from callqa.types import Verdict
from qa_models.check_library import load_checks
from qa_models.utterance.line import Line
from services.evaluation.labelled import read_truths, true_conversations
from training.utterance.corpus import CORPORA, read_corpus
from training.utterance.marked import MarkedTurn, every_truth, left_out, table_of, train_marked, turns_of

ORDINARY = (CORPORA / "everyday.tsv", CORPORA / "manners.tsv")
NEAR_DUTIES = CORPORA / "near_duties.tsv"
"""Lines that sound like a duty and fulfil none."""
HARMLESS = ("neutral", "empathic", "courteous")
DUTIFUL = re.compile(
    "等|稍|挂|候|转|接|谢|再见|再会|还有|其他|其它|别的|补充|另外|核对|确认|对吗|重复|对不对|复述|是吗|没错|抱歉|不好意思|对不起|久"
)
"""Words of which a line may fulfil a duty; nobody has said whether it does, so it is left out."""
DUTIES = ("closing", "further_help", "hold_notice", "hold_return", "restate", "transfer_notice")
IN_A_SENTENCE = ("further_help", "hold_notice", "hold_return", "transfer_notice")
"""Duties for which one sentence is enough; it is told more surely without the rest of the turn."""


def agent_turns(folder: Path) -> Iterator[MarkedTurn]:
    """All turns of agents in the calls of each author in ``folder``."""
    for author, truth in every_truth(folder):
        yield from turns_of(author, truth, "agent", {duty: truth.fulfilled.get(duty, ()) for duty in DUTIES})


def unmarked_turns(folder: Path) -> Iterator[MarkedTurn]:
    """The same of calls without marks: a duty is fulfilled where its check finds it and the label agrees."""
    checks = load_checks()
    truths = {truth.call_id: truth for truth in read_truths(folder)}
    for call_id, conversation in true_conversations(load_settings(), folder, truths):
        truth = truths[call_id]
        fulfilled: dict[str, tuple[int, ...]] = {}
        for duty in DUTIES:
            finding = checks[duty](conversation)
            if finding.verdict is Verdict.MET and truth.labels.get(duty) == "pass":
                fulfilled[duty] = tuple(e.turn_index for e in finding.evidence if e.quote and e.turn_index is not None)
        yield from turns_of(folder.name, truth, "agent", fulfilled)


def ordinary_turns() -> Iterator[MarkedTurn]:
    """Agents' lines of daily work that fulfil no duty: calls hold few of them, and the limits are low."""
    for example in read_corpus(*ORDINARY):
        if example.label in HARMLESS and not DUTIFUL.search(example.line.text):
            yield MarkedTurn("ordinary", "", example.line, frozenset())
    for row in NEAR_DUTIES.read_text(encoding="utf-8").splitlines():
        if not row.startswith("#"):
            _, _, before, text = row.split("\t")
            yield MarkedTurn("ordinary", "", Line(text, before), frozenset())


if __name__ == "__main__":
    marked, unmarked, model_folder = map(Path, sys.argv[1:])
    spoken = list(agent_turns(marked))
    learned = table_of([*spoken, *unmarked_turns(unmarked), *ordinary_turns()], DUTIES)
    train_marked(learned, IN_A_SENTENCE).save(model_folder)
    figures = left_out(learned, IN_A_SENTENCE, sorted({turn.author for turn in spoken}))
    print({duty: round(figure, 3) for duty, figure in figures.items()})  # noqa: T201
