"""Work in progress and queues hour by hour: what came in and what went out, which adds up over cases."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from anlan.domain.event_log import NO_TIME, EventLog
from anlan.domain.histograms import sum_by_key
from anlan.maths.read_only import constant
from anlan.maths.sequences.durations_kernels import span_of_cases

Counts = NDArray[np.int64]

_HOUR_US = 3_600_000_000


@dataclass(frozen=True, eq=False)
class HourlyFlow:
    """Sparse counts per hour; int64 arrays of one length.

    hour      hours since 1970-01-01 00:00 UTC, ascending, those in which something happened
    arrivals  cases that begin (first start or completion); closings: last completions of cases
    queued    tasks whose turn has come (completion before them in the case) and that are not yet begun;
              taken: starts of such tasks. Only tasks with a known start after that completion.
    """

    hour: Counts
    arrivals: Counts
    closings: Counts
    queued: Counts
    taken: Counts

    @classmethod
    def empty(cls) -> "HourlyFlow":
        """No cases: the identity of `+`."""
        nothing = np.zeros(0, dtype=np.int64)
        return cls(nothing, nothing, nothing, nothing, nothing)

    def __add__(self, other: "HourlyFlow") -> "HourlyFlow":
        """The flow of the cases of both."""
        if not isinstance(other, HourlyFlow):
            return NotImplemented
        hours = np.concatenate([self.hour, other.hour])
        columns = ("arrivals", "closings", "queued", "taken")
        summed = [
            sum_by_key(hours, np.concatenate([getattr(self, name), getattr(other, name)])) for name in columns
        ]
        return HourlyFlow(summed[0][0], *(counts for _, counts in summed))

    def work_in_progress(self) -> Counts:
        """Cases begun and not yet closed at the end of each hour listed (and until the next listed)."""
        return np.cumsum(self.arrivals - self.closings)

    def queue_length(self) -> Counts:
        """Tasks whose turn has come and that are not begun, at the end of each hour listed."""
        return np.cumsum(self.queued - self.taken)


def hourly_flow(log: EventLog) -> HourlyFlow:
    """The flow of the cases of a log, whole or any part of its cases."""
    filled = np.diff(log.case_offsets) > 0
    begins, closes, _ = span_of_cases(
        constant(log.start_us), constant(log.end_us), constant(log.case_offsets), NO_TIME
    )
    turn, start = _queued(log)
    columns = [moments // _HOUR_US for moments in (begins[filled], closes[filled], turn, start)]
    hours, where = np.unique(np.concatenate(columns), return_inverse=True)
    parts = np.split(where, np.cumsum([len(column) for column in columns])[:-1])
    return HourlyFlow(hours, *(np.bincount(part, minlength=len(hours)) for part in parts))


def _queued(log: EventLog) -> tuple[Counts, Counts]:
    """(when its turn came, start) of every task that waited."""
    after = np.flatnonzero(log.case[1:] == log.case[:-1]) + 1
    turn, start = log.end_us[after - 1], log.start_us[after]
    waited = (start != NO_TIME) & (start > turn)
    return turn[waited], start[waited]
