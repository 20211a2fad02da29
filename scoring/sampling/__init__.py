"""Sampling: the calls that people hear, and what a sample says of all calls. Pure, but for the plan's YAML."""

from scoring.sampling.draw import Draw, draw
from scoring.sampling.estimate import Observation, for_reviewed, weighted_mean, weighted_rate
from scoring.sampling.frame import FrameCall
from scoring.sampling.period import days_of, due, last_whole, period_of
from scoring.sampling.plan import SamplePlan
from scoring.sampling.plan_file import load_plan, shipped_plans

__all__ = [
    "Draw",
    "FrameCall",
    "Observation",
    "SamplePlan",
    "days_of",
    "draw",
    "for_reviewed",
    "due",
    "last_whole",
    "load_plan",
    "period_of",
    "shipped_plans",
    "weighted_mean",
    "weighted_rate",
]
