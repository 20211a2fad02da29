"""Summaries by a language model: it is asked once about each call, and what stands of its claims is stored for good.

They change no finding and no score. Failures are those of questions.
"""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from callqa.settings import JudgeSettings
from callqa.types import JudgeAnswer
from qa_models.judge.asked import Judge
from qa_models.judge.claims import checked, summary_key, summary_questions
from qa_models.judge.opinion import INSTRUCTIONS
from qa_models.judge.turns import instructions
from services.context import RubricContext
from services.judge.ask import Asked, circuit_of, received_answers
from services.judge.circuit import Circuit
from services.judge.server import JudgeServer
from store.calls import answers, read

AT_MOST = timedelta(days=31)
"""Before the newest call: whoever turns this on does not have years of calls read again."""


def writes_summaries(settings: JudgeSettings) -> bool:
    return bool(settings.url) and settings.summaries


def key_of_summaries(settings: JudgeSettings) -> str | None:
    """Key of the answers that are summaries; ``None`` where nobody wants any."""
    judge = Judge.of(settings)
    return summary_key(judge) if judge and writes_summaries(settings) else None


def to_write(context: RubricContext) -> list[int]:
    """Calls of which the model has written no summary yet, the newest first."""
    key = key_of_summaries(context.settings.judge)
    if key is None:
        return []
    with context.store.read() as c:
        return answers.without_answer(c, context.keys, key, AT_MOST)


def write(context: RubricContext, ids: Sequence[int]) -> Asked:
    """Asks for summaries of these calls; each is committed by itself. Raises `ConfigError`."""
    judge = context.settings.judge
    circuit = circuit_of(judge)
    with context.store.read() as c:
        stored = list(read.conversations(c, ids, context.keys.engine_key, context.zone))
    with JudgeServer(judge) as server, ThreadPoolExecutor(judge.requests) as pool:
        done = list(pool.map(lambda row: _write(context, row, server, circuit), stored))
    return Asked(sum(done), done.count(False))


def _write(context: RubricContext, row: read.StoredConversation, server: JudgeServer, circuit: Circuit) -> bool:
    """The summary of one call; whether there is an answer."""
    judge, key = Judge.of(context.settings.judge), key_of_summaries(context.settings.judge)
    assert judge is not None
    assert key is not None
    if instructions(row.conversation):
        written = JudgeAnswer(key, problem=INSTRUCTIONS)
    elif questions := summary_questions(row.conversation, judge):
        received = list(received_answers(context, row, questions, server, circuit))
        if len(received) < len(questions):
            return False
        written = checked(row.conversation, key, received)
    else:
        written = JudgeAnswer(key, problem="empty")
    with context.store.write() as c:
        answers.put_answers(c, row.transcript_id, [written])
    return True
