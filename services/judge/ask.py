"""Asking: the questions that checks have about calls are put to the language model, and its answers stored for good.

The checks themselves tell what they miss: one that lacks an answer says which, and is looked at again with it. So only
what a check's conditions let through is asked.
"""

import logging
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import lru_cache

from callqa.keys import RubricKeys
from callqa.messages import Message
from callqa.settings import JudgeSettings
from callqa.types import Conversation, JudgeAnswer
from qa_models import Check
from qa_models.judge.asked import Unanswered
from qa_models.judge.prompt import Question
from qa_models.run import NOT_ANSWERED
from services.context import RubricContext
from services.judge.circuit import Circuit
from services.judge.server import AWAY, Failed, JudgeServer
from store.calls import answers, failures, read

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Asked:
    """What became of a batch."""

    n_done: int = 0
    """Calls of which all questions are answered."""
    n_failed: int = 0
    """Calls that wait for the next run."""


def asking_keys(context: RubricContext) -> RubricKeys:
    """The rubric's keys with those checks alone."""
    return replace(context.keys, check_keys=tuple(sorted(check.key for check in context.asking)))


def to_ask(context: RubricContext) -> list[int]:
    """Calls with questions that nobody answered yet; none without a language model."""
    keys = asking_keys(context)
    if not keys.check_keys or not context.settings.judge.url:
        return []
    with context.store.read() as connection:
        return answers.to_ask(connection, keys, NOT_ANSWERED)


def ask(context: RubricContext, ids: Sequence[int]) -> Asked:
    """Puts the questions about these calls; each call's answers are committed by themselves. Raises `ConfigError`."""
    circuit = circuit_of(context.settings.judge)
    with context.store.read() as connection:
        stored = list(read.conversations(connection, ids, context.keys.engine_key, context.zone))
        known = answers.answers_of(connection, [row.transcript_id for row in stored])

    def work(row: read.StoredConversation) -> bool:
        conversation = replace(row.conversation, answers=known.get(row.transcript_id, ()))
        return _ask_about(context, row, conversation, server, circuit)

    judge = context.settings.judge
    with JudgeServer(judge) as server, ThreadPoolExecutor(judge.requests) as pool:
        done = list(pool.map(work, stored))
    if circuit.is_open:
        log.warning("judge given up for now", extra={"left": done.count(False)})
    return Asked(sum(done), done.count(False))


def _ask_about(
    context: RubricContext,
    row: read.StoredConversation,
    conversation: Conversation,
    server: JudgeServer,
    circuit: Circuit,
) -> bool:
    """One call's questions, one after the other, so that a server's prefix cache serves; whether all are answered."""
    complete = True
    new: list[JudgeAnswer] = []
    for check in context.asking:
        while missing := _missing(check, conversation):
            received = list(received_answers(context, row, missing, server, circuit))
            new += received
            conversation = replace(conversation, answers=(*conversation.answers, *received))
            if len(received) < len(missing):
                complete = False
                break
    with context.store.write() as connection:
        answers.put_answers(connection, row.transcript_id, new)
        if complete:
            answers.judge_again(connection, row.call_pk, asking_keys(context), NOT_ANSWERED)
    return complete


def _missing(check: Check, conversation: Conversation) -> tuple[Question, ...]:
    try:
        check(conversation)
    except Unanswered as unanswered:
        return unanswered.questions
    except Exception:  # the check itself fails, which its finding will tell
        return ()
    return ()


def received_answers(
    context: RubricContext,
    row: read.StoredConversation,
    questions: Iterable[Question],
    server: JudgeServer,
    circuit: Circuit,
) -> Iterator[JudgeAnswer]:
    """The answers to these questions, as far as there are some."""
    sha256 = row.conversation.transcript.recording.sha256
    for question in questions:
        if circuit.is_open:
            return
        key = answers.answer_failure_key(sha256, question.key)
        try:
            answer = server.ask(question)
        except Failed as failed:
            circuit.failed(hopeless=failed.hopeless)
            if given_up := _put_failure(context, key, question, failed):
                yield given_up
            continue
        circuit.succeeded()
        if not answer.problem:
            with context.store.write() as connection:
                failures.clear_failures(connection, answers.STAGE, key)
        else:
            log.warning("unusable answer", extra={"reason": answer.problem})
        yield answer


def _put_failure(context: RubricContext, key: str, question: Question, failed: Failed) -> JudgeAnswer | None:
    """Writes the failure down; once a question failed often enough, it gets an unusable answer, for a person to see."""
    with context.store.write() as connection:
        message = Message(f"judge.{failed.reason.removeprefix('judge_')}", detail=failed.detail)
        failures.put_failure(connection, answers.STAGE, key, failed.reason, message)
        n = answers.attempts(connection, key, AWAY)
    if failed.hopeless or n < context.settings.flow.max_attempts:
        return None
    return JudgeAnswer(question.key, problem=failed.reason)


@lru_cache(maxsize=4)
def circuit_of(settings: JudgeSettings) -> Circuit:
    return Circuit()
