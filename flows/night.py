"""The night, in order: the steps that `callqa nightly`, `run`, `rescore`, `ingest` and `trust update` do.

The steps are described in `flows.steps`; `flows.runner` does those of a list from top to bottom. What any of them needs
of files that people write is read before the first one works, so a mistake is found at once and not after hours. Every
step does what is missing and leaves what is there: where a night broke off, the same list goes on.
"""

from rich.console import Console

from flows.night_steps import ANCHOR, ASSIGN, COVERAGE, FAILURES, LEARN, LIST, REPORT, RETAIN, SAMPLE
from flows.runner import each_rubric, run_rubric
from flows.stage import in_this_process
from flows.step import Intake
from flows.steps import (
    ASK,
    CHECK,
    GATE,
    HOLD,
    INDEX,
    OPINION,
    SCORE,
    SUMMARY,
    TAKE_IN,
    TRANSCRIBE,
    TRUST,
)
from services.context import RubricContext

NIGHT_OF_A_RUBRIC = (
    TAKE_IN,  # calls of the manifest
    TRANSCRIBE,  # recordings to turns
    ASK,  # questions of checks to a language model, where there are some
    CHECK,  # turns to findings
    OPINION,  # findings that are unsure to a language model, where somebody wants its second opinion
    TRUST,  # which items may deduct, by what people judged
    HOLD,  # nothing scored from here on is published ...
    SCORE,  # findings to score sheets
    INDEX,  # turns to the search index
    GATE,  # ... before the golden set has been judged well enough
    SUMMARY,  # turns to two lines by a language model, where somebody wants it; nothing waits for these
)
NIGHTLY = (
    ANCHOR,  # the end of the audit log, checked and kept
    each_rubric(*NIGHT_OF_A_RUBRIC),  # each in a run of its own
    LIST,  # scores to the list of calls
    SAMPLE,  # samples of periods that are over
    ASSIGN,  # calls to review, by the rules
    RETAIN,  # no longer than the limits say
    COVERAGE,  # are there calls that no rubric is for?
    REPORT,  # months whose scores have changed
    LEARN,  # models from what people taught, where the settings say so
    FAILURES,  # what could not be done, and where its reasons are
)
RUN = NIGHTLY  # without Prefect: either goes on where the other stopped

RESCORE_OF_A_RUBRIC = (ASK, CHECK, OPINION, TRUST, HOLD, SCORE, GATE)
RESCORE = (ANCHOR, each_rubric(*RESCORE_OF_A_RUBRIC), LIST, ASSIGN, COVERAGE, REPORT)

TRUST_UPDATE = (ANCHOR, each_rubric(TRUST, HOLD, SCORE, GATE), LIST, ASSIGN, COVERAGE, REPORT)

INGEST = (each_rubric(TAKE_IN), COVERAGE, FAILURES)

RECOGNISE = (TAKE_IN, TRANSCRIBE, ASK, CHECK)  # labelled calls for an evaluation, in a database of its own


def recognise(context: RubricContext, manifest: str, console: Console) -> None:
    """Takes in, transcribes and checks the calls of ``manifest``, for an evaluation."""
    run_rubric(context, "eval", RECOGNISE, in_this_process, console, Intake(manifest, replace=True))
