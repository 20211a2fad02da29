"""What scores say of an agent, a team or a category: means, rates, ranks, trends, with their uncertainty. Pure."""

from scoring.figures.case_mix import CaseMix, case_mix
from scoring.figures.change import ShareChange, share_change
from scoring.figures.groups import Dimension, Per
from scoring.figures.ranking import Standing, rank
from scoring.figures.tally import Figures, ItemRate, aggregate
from scoring.figures.trend import Direction, Trend, trends

__all__ = [
    "CaseMix",
    "Dimension",
    "Direction",
    "Figures",
    "ItemRate",
    "Per",
    "ShareChange",
    "Standing",
    "Trend",
    "aggregate",
    "case_mix",
    "rank",
    "share_change",
    "trends",
]
