"""Work space of one thread, used again for every family of durations and every part of a log."""

import numpy as np
from numpy.typing import NDArray

from anlan.domain.histograms import Histograms
from anlan.maths.sequences.histogram_kernels import SPAN, WORDS, describe_groups

Times = NDArray[np.int64]


class Scratch:
    """`tally` and `marks` are zero between uses; the room for durations is overwritten.

    Memory that was touched before is several times quicker to write than fresh memory.
    """

    def __init__(self) -> None:
        self.tally = np.zeros(SPAN, dtype=np.int64)
        self.marks = np.zeros(WORDS, dtype=np.int64)
        self._room = np.empty(0, dtype=np.int64)

    def room(self, n: int) -> Times:
        """Room for `n` durations, until it is asked for again."""
        if len(self._room) < n:
            self._room = np.empty(n, dtype=np.int64)
        return self._room[:n]

    def describe(self, values: Times, offsets: Times) -> Histograms:
        """Histograms of durations side by side: those of key k are `values[offsets[k]:offsets[k + 1]]`."""
        return Histograms(*describe_groups(values, offsets, self.tally, self.marks))
