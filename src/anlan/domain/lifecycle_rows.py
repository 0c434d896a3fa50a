"""Rows of a log that began an activity or broke it off: what pairs with them may come later."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

STARTED, ENDED_OTHERWISE = 1, 2
"""Kinds of rows: a start; an abort or withdrawal, which takes the oldest open start away."""


@dataclass(frozen=True, eq=False)
class LifecycleRows:
    """All starts and aborts of a log with life-cycle rows, paired or not, grouped by case.

    They let a stored log pair again when a part is appended: a start in one file may be completed in
    the next. Inside a case the order is (time, source row).

    case_offsets     int64   (n_cases + 1,) first row of each case
    activity         int32   code into `activity_names`, which also holds activities never completed
    kind             uint8   `STARTED` or `ENDED_OTHERWISE`
    time_us, row     int64;  row_hash uint64: as for events
    instance         uint64  hash of the activity instance's id, 0 where the log has none
    event_instance   uint64  (n_events,) the same of the log's events
    event_own_start_us int64 (n_events,) start written in the event's own row, `NO_TIME` where none
    """

    case_offsets: NDArray[np.int64]
    activity: NDArray[np.int32]
    activity_names: tuple[str, ...]
    kind: NDArray[np.uint8]
    time_us: NDArray[np.int64]
    row: NDArray[np.int64]
    row_hash: NDArray[np.uint64]
    instance: NDArray[np.uint64]
    event_instance: NDArray[np.uint64]
    event_own_start_us: NDArray[np.int64]

    @property
    def n_rows(self) -> int:
        return len(self.kind)

    @property
    def case(self) -> NDArray[np.int32]:
        """Number of the case of each row."""
        sizes = np.diff(self.case_offsets)
        return np.repeat(np.arange(len(sizes), dtype=np.int32), sizes)

    def cases(self, first: int, last: int, *, events: slice) -> "LifecycleRows":
        """Rows of cases `first` up to but without `last`, whose events are `events`."""
        begin, end = int(self.case_offsets[first]), int(self.case_offsets[last])
        rows = slice(begin, end)
        return LifecycleRows(
            case_offsets=self.case_offsets[first : last + 1] - begin,
            activity=self.activity[rows],
            activity_names=self.activity_names,
            kind=self.kind[rows],
            time_us=self.time_us[rows],
            row=self.row[rows],
            row_hash=self.row_hash[rows],
            instance=self.instance[rows],
            event_instance=self.event_instance[events],
            event_own_start_us=self.event_own_start_us[events],
        )


def lifecycle_rows(
    *,
    case_offsets: NDArray[np.int64],
    kind: NDArray[np.uint8],
    activity: NDArray[np.int32],
    activity_names: tuple[str, ...],
    time_us: NDArray[np.int64],
    row: NDArray[np.int64],
    row_hash: NDArray[np.uint64],
    instance: NDArray[np.uint64] | None,
    own_start_us: NDArray[np.int64],
) -> LifecycleRows:
    """Part the rows of a log, events and others together, each case in order of (time, row).

    `kind`: 0 for events, `STARTED`, `ENDED_OTHERWISE`; rows of any other kind are not kept.
    """
    kept = (kind == STARTED) | (kind == ENDED_OTHERWISE)
    before = np.concatenate([[0], np.cumsum(kept)]).astype(np.int64)
    same = np.zeros(len(kind), dtype=np.uint64) if instance is None else instance
    return LifecycleRows(
        case_offsets=before[case_offsets],
        activity=activity[kept],
        activity_names=activity_names,
        kind=kind[kept],
        time_us=time_us[kept],
        row=row[kept],
        row_hash=row_hash[kept],
        instance=same[kept],
        event_instance=same[kind == 0],
        event_own_start_us=own_start_us[kind == 0],
    )
