"""Second opinions: a language model is asked about findings that are unsure, and what it says is stored for good.

They change no finding and no score: whoever has to decide sees them. Failures are those of questions.
"""

from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor

from callqa.types import Conversation, Finding, JudgeAnswer, Opinion, Verdict
from qa_models import Check
from qa_models.judge.asked import Judge
from qa_models.judge.opinion import (
    INSTRUCTIONS,
    NOBODY_KNOWN,
    merged,
    opinion_key,
    opinion_questions,
    read_opinion,
)
from qa_models.judge.turns import instructions
from services.context import RubricContext
from services.judge.ask import Asked, circuit_of, received_answers
from services.judge.circuit import Circuit
from services.judge.server import JudgeServer
from store import Connection
from store.calls import answers, read


def opinion_keys(context: RubricContext) -> dict[str, str]:
    """Of the answers, by the key of the check they are about."""
    judge = Judge.of(context.settings.judge)
    return {check.key: opinion_key(check, judge) for check in context.opining} if judge else {}


def to_give(context: RubricContext) -> list[int]:
    """Calls with an unsure finding on which the model has said nothing yet; none where nobody wants it to."""
    if not (keys := opinion_keys(context)):
        return []
    with context.store.read() as c:
        return answers.unsure_without_opinion(c, context.keys, keys, NOBODY_KNOWN)


def give(context: RubricContext, ids: Sequence[int]) -> Asked:
    """Asks about the unsure findings of these calls; each call's answers are committed by themselves.

    Raises `ConfigError`.
    """
    judge, keys = context.settings.judge, opinion_keys(context)
    circuit = circuit_of(judge)
    with context.store.read() as c:
        stored = list(read.conversations(c, ids, context.keys.engine_key, context.zone))
        findings = {row.call_pk: row.findings for row in read.findings(c, ids, context.keys)}
        known = answers.answers_of(c, [row.transcript_id for row in stored])

    def work(row: read.StoredConversation) -> bool:
        there = {answer.key for answer in known.get(row.transcript_id, ())}
        wanted = [check for check in doubtful(context, findings.get(row.call_pk, ())) if keys[check.key] not in there]
        return _opine(context, row, wanted, keys, server, circuit)

    with JudgeServer(judge) as server, ThreadPoolExecutor(judge.requests) as pool:
        done = list(pool.map(work, stored))
    return Asked(sum(done), done.count(False))


def doubtful(context: RubricContext, findings: Iterable[Finding]) -> list[Check]:
    """The checks whose findings are unsure, and on which a second opinion is wanted."""
    unsure = {
        finding.check_key
        for finding in findings
        if finding.verdict is Verdict.UNSURE and finding.reason not in NOBODY_KNOWN
    }
    return [check for check in context.opining if check.key in unsure]


def _opine(
    context: RubricContext,
    row: read.StoredConversation,
    wanted: Iterable[Check],
    keys: Mapping[str, str],
    server: JudgeServer,
    circuit: Circuit,
) -> bool:
    """The opinions on one call, one after the other, so that a server's prefix cache serves; whether all are there."""
    judge = Judge.of(context.settings.judge)
    assert judge is not None
    new, complete = list[JudgeAnswer](), True
    ordered_about = bool(instructions(row.conversation))
    for check in wanted:
        questions = () if ordered_about else opinion_questions(check, row.conversation, judge)
        received = list(received_answers(context, row, questions, server, circuit))
        if len(received) < len(questions):
            complete = False
        elif received:
            new.append(merged(keys[check.key], received))
        else:
            new.append(JudgeAnswer(keys[check.key], problem=INSTRUCTIONS if ordered_about else "empty"))
    with context.store.write() as c:
        answers.put_answers(c, row.transcript_id, new)
    return complete


def opinions_on(
    context: RubricContext, c: Connection, call_pk: int, conversation: Conversation, findings: Iterable[Finding]
) -> dict[str, Opinion]:
    """The opinions that are there on the unsure findings of a call, by the id of the check."""
    keys, checks = opinion_keys(context), doubtful(context, findings)
    known = answers.answers_about(c, call_pk, context.keys.engine_key, [keys[check.key] for check in checks])
    read_by_id = (
        (check.id, read_opinion(check, conversation, known[keys[check.key]]))
        for check in checks
        if keys[check.key] in known
    )
    return {check_id: opinion for check_id, opinion in read_by_id if opinion}
