"""Scoring: findings and a rubric become a score sheet, score sheets become an agent's figures. Pure, but for YAML."""

from scoring.rubric import Rubric
from scoring.rubric_file import load_rubric
from scoring.rubric_items import Group, Item
from scoring.rubric_set import load_rubric_set
from scoring.score import judge_items, score_call, score_sheet, sheet_items

__all__ = [
    "Group",
    "Item",
    "Rubric",
    "judge_items",
    "load_rubric_set",
    "load_rubric",
    "score_call",
    "score_sheet",
    "sheet_items",
]
