"""Vocabulary of a model: the runs that it knows, and how much each counts. The more texts have it, the less it says."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
from scipy import sparse

from qa_models.category.features import Counts, Keys

Weights = npt.NDArray[np.float32]
Document = tuple[Counts, ...]
"""What `features.count` says of one text: one `Counts` a family."""


@dataclass(frozen=True)
class Vocabulary:
    keys: tuple[Keys, ...]
    """For each family its known runs, sorted."""
    rarity: tuple[Weights, ...]
    """Inverse document frequency of each."""

    @cached_property
    def starts(self) -> tuple[int, ...]:
        """Column of each family's first run; the last one is the number of all columns."""
        return tuple(int(n) for n in np.cumsum([0, *map(len, self.keys)]))

    def row(self, document: Document) -> tuple[npt.NDArray[np.intp], Weights]:
        """Columns and values of one text; each family has length 1."""
        columns, values = [], []
        for family, counts in enumerate(document):
            known, places = self.find(family, counts.keys)
            value = np.log1p(counts.counts[known]) * self.rarity[family][places - self.starts[family]]
            columns.append(places)
            values.append(value / max(float(np.sqrt(value @ value)), 1e-9))
        return np.concatenate(columns), np.concatenate(values).astype(np.float32)

    def find(self, family: int, keys: Keys) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.intp]]:
        """Which of these runs are known, and the columns of those."""
        place = np.minimum(np.searchsorted(self.keys[family], keys), max(len(self.keys[family]) - 1, 0))
        known = self.keys[family][place] == keys if len(self.keys[family]) else np.zeros(len(keys), bool)
        return known, place[known] + self.starts[family]

    def matrix(self, documents: Sequence[Document]) -> sparse.csr_matrix:
        """Shape (texts, columns)."""
        rows = [self.row(document) for document in documents]
        ends = np.cumsum([0, *(len(columns) for columns, _ in rows)])
        columns = np.concatenate([columns for columns, _ in rows]) if rows else np.empty(0, np.intp)
        values = np.concatenate([values for _, values in rows]) if rows else np.empty(0, np.float32)
        return sparse.csr_matrix((values, columns, ends), shape=(len(rows), self.starts[-1]))

    def restricted(self, columns: npt.NDArray[np.bool_]) -> "Vocabulary":
        """Only these columns; shape (columns,)."""
        parts = [columns[a:b] for a, b in zip(self.starts, self.starts[1:], strict=False)]
        return Vocabulary(
            tuple(keys[part] for keys, part in zip(self.keys, parts, strict=True)),
            tuple(rarity[part] for rarity, part in zip(self.rarity, parts, strict=True)),
        )
