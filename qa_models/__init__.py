"""Conversation -> findings: the kinds of checks, and the library that uses them."""

from qa_models.check import Check, CheckSpec
from qa_models.check_library import load_checks
from qa_models.run import run_checks

__all__ = [
    "Check",
    "CheckSpec",
    "load_checks",
    "run_checks",
]
