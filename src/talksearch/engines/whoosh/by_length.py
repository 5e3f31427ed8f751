"""What the length of a passage does to its score. Lengths are few, so what is made of each is kept
in tables, which stay in the processor's cache.
"""

from __future__ import annotations

import numpy as np

from talksearch.engines.whoosh import scoring
from talksearch.engines.whoosh.arrays import Array
from talksearch.once import cached_property

__all__ = ["ByLength"]

_CEILINGS = 32


class ByLength:
    """Of documents of these lengths, which are so long on average."""

    def __init__(self, lengths: Array, average: float) -> None:
        self._lengths = lengths
        possible = np.arange(int(lengths.max(initial=0)) + 1)
        self._norms = scoring.K1 * (1 - scoring.B + scoring.B * possible / average)
        self._weights = possible / (possible + float(scoring.SHORT))

    def norms(self, documents: Array) -> Array:
        """What the length of a document adds to a frequency in BM25."""
        found: Array = self._norms[self._lengths[documents]]
        return found

    def weights(self, documents: Array) -> Array:
        """What the score of a passage is worth: little, where it has few words."""
        found: Array = self._weights[self._lengths[documents]]
        return found

    @cached_property
    def ceilings(self) -> Array:
        """What a word that stands so often in a passage is worth at most there, the passage's
        length considered: by frequency, the last for that and all higher ones."""
        frequencies = np.arange(_CEILINGS)[:, None]
        worth = scoring.saturated(frequencies, self._norms) * self._weights
        return np.append(worth.max(axis=1), 1.0)

    def ceiling(self, frequencies: Array) -> float:
        """The most that a word is worth anywhere which stands so often in its passages."""
        highest = int(frequencies.max(initial=0))
        return float(self.ceilings[min(highest, len(self.ceilings) - 1)])
