"""Runs checks on a call."""

import logging
import traceback
from collections.abc import Iterable
from typing import Protocol

from callqa.types import Conversation, Finding, Verdict
from qa_models.judge.asked import Unanswered

NOT_ANSWERED = "not_answered"
"""Reason of a finding that waits for a language model: it is made anew when the answer is there."""
log = logging.getLogger(__name__)


class Runnable(Protocol):
    """A check of the library, or another one that is run with them."""

    @property
    def id(self) -> str: ...
    @property
    def key(self) -> str: ...
    def __call__(self, conversation: Conversation, /) -> Finding: ...


def run_checks(conversation: Conversation, checks: Iterable[Runnable]) -> tuple[Finding, ...]:
    """Exactly one finding for each check, in their order; a check that crashes gives ``ERROR``, never silence."""
    return tuple(_run(conversation, check) for check in checks)


def _run(conversation: Conversation, check: Runnable) -> Finding:
    try:
        return check(conversation)
    except Unanswered:
        return Finding(check.id, check.key, Verdict.NOT_APPLICABLE, NOT_ANSWERED)
    except Exception as error:
        # Where it failed, and not its message: that may hold what people said.
        place = traceback.extract_tb(error.__traceback__)[-1]
        log.error(
            "check %s failed on call %s: %s at %s:%s",
            check.id,
            conversation.call.call_id,
            type(error).__name__,
            place.filename,
            place.lineno,
        )
        return Finding(check.id, check.key, Verdict.ERROR, "check_failed")
