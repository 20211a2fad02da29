"""Conversation -> findings: the kinds of checks, the library that uses them, and how well they agree with people."""

from qa_models.check import Check, CheckSpec
from qa_models.check_library import load_checks
from qa_models.evaluation import Disagreement, Figures, ItemFigures, LabelledCall, evaluate
from qa_models.run import run_checks

__all__ = [
    "Check",
    "CheckSpec",
    "Disagreement",
    "Figures",
    "ItemFigures",
    "LabelledCall",
    "evaluate",
    "load_checks",
    "run_checks",
]
