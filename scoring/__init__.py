"""Scoring: findings and a rubric become a score sheet, score sheets become an agent's figures. Pure, but for YAML."""

from scoring.aggregate import aggregate
from scoring.rubric import Group, Item, Rubric
from scoring.rubric_file import load_rubric
from scoring.score import score_call

__all__ = ["Group", "Item", "Rubric", "aggregate", "load_rubric", "score_call"]
