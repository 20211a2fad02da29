"""Figures of an agent, a team or a category: means, rates, ranks, trends, with their uncertainty. Pure."""

from scoring.figures.case_mix import CaseMix, case_mix
from scoring.figures.change import ShareChange, share_change
from scoring.figures.contrast import (
    ItemContrast,
    MeanChange,
    beyond_chance,
    item_contrasts,
    mean_changes,
    rates_without,
)
from scoring.figures.groups import Dimension, Per
from scoring.figures.intervals import Pool, pooled
from scoring.figures.ranking import Band, Standing, rank, rank_means
from scoring.figures.tally import Figures, ItemRate, ReadCalls, aggregate, read_calls
from scoring.figures.trend import Direction, Trend, trends

__all__ = [
    "Band",
    "CaseMix",
    "Dimension",
    "Direction",
    "Figures",
    "ItemContrast",
    "ItemRate",
    "MeanChange",
    "Per",
    "Pool",
    "ReadCalls",
    "ShareChange",
    "Standing",
    "Trend",
    "aggregate",
    "beyond_chance",
    "case_mix",
    "item_contrasts",
    "mean_changes",
    "pooled",
    "rank",
    "rank_means",
    "rates_without",
    "read_calls",
    "share_change",
    "trends",
]
