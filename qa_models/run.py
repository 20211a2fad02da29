"""Runs checks on a call."""

import logging
from collections.abc import Iterable

from callqa.types import Conversation, Finding, Verdict
from qa_models.check import Check

log = logging.getLogger(__name__)


def run_checks(conversation: Conversation, checks: Iterable[Check]) -> tuple[Finding, ...]:
    """Exactly one finding for each check, in their order; a check that crashes gives ``ERROR``, never silence."""
    return tuple(_run(conversation, check) for check in checks)


def _run(conversation: Conversation, check: Check) -> Finding:
    try:
        return check(conversation)
    except Exception as error:
        # The traceback is left out: its locals and messages may hold what people said.
        log.error("check %s failed on call %s: %s", check.id, conversation.call.call_id, type(error).__name__)
        return Finding(check.id, check.key, Verdict.ERROR, "check_failed")
