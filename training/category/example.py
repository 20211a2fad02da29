"""Examples for the classifiers of categories: labelled texts, and their forms with weights."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Labelled:
    """A text and its class; ``group`` keeps what belongs together (a second-level class) in one synthetic call."""

    text: str
    label: str
    group: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One text as it is learnt from."""

    text: str
    label: str
    weight: float
    fold: int
    """-1: always learnt from."""
    long: bool = False
    measured: Literal["", "written", "spoken", "heard"] = ""
    """Which figures are made of it when it is kept apart."""
