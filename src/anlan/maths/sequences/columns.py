"""The columns of a log as kernels take them."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from anlan.domain.event_log import EventLog
from anlan.maths.read_only import constant

Times = NDArray[np.int64]

DENSE_PAIRS = 4_096
"""So many pairs of codes are always counted in a table of all pairs."""


NO_TIMES = constant(np.zeros(0, dtype=np.int64))


@dataclass(frozen=True, eq=False)
class Columns:
    """Read-only columns of one part; `start` is empty where the log has no start times."""

    activity: NDArray[np.int32]
    resource: NDArray[np.int32]
    start: Times
    end: Times
    case_offsets: Times

    def pairs_fit(self, pairs: int) -> bool:
        """Whether a table of all pairs of codes is small beside the events themselves."""
        return pairs <= max(DENSE_PAIRS, min(len(self.activity), np.iinfo(np.int32).max))


def columns_of(log: EventLog) -> Columns:
    return Columns(
        constant(log.activity),
        constant(log.resource),
        constant(log.start_us) if log.has_start else NO_TIMES,
        constant(log.end_us),
        constant(log.case_offsets),
    )
