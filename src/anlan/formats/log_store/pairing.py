"""Pair starts and completions over the joined rows of a bucket, by the rule the readers pair by."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from anlan.domain.event_log import EventLog
from anlan.domain.lifecycle_rows import LifecycleRows
from anlan.formats.reading.lifecycle_kernels import COMPLETE, pair_rows


def with_paired_starts(log: EventLog) -> EventLog:
    """The log with the start of each event found afresh; unchanged without life-cycle rows."""
    rows = log.lifecycle
    if rows is None or not rows.n_rows:
        return log
    time = np.concatenate([log.end_us, rows.time_us])
    case = np.concatenate([log.case, rows.case])
    order = np.lexsort((np.concatenate([log.row, rows.row]), time, case))
    kind = np.concatenate([np.full(log.n_events, COMPLETE, dtype=np.uint8), rows.kind])
    start = np.concatenate([rows.event_own_start_us, rows.time_us])[order]
    pair_rows(log.case_offsets + rows.case_offsets, time[order], _keys(log, rows)[order], kind[order], start)
    found = np.empty_like(start)
    found[order] = start
    return replace(log, start_us=found[: log.n_events])


def _keys(log: EventLog, rows: LifecycleRows) -> NDArray[np.int64]:
    """Numbers 0, 1, 2 ... of what start and completion share: activity and instance."""
    code_of = {name: code for code, name in enumerate(log.activity_names)}
    for name in rows.activity_names:
        code_of.setdefault(name, len(code_of))
    of_rows = np.array([code_of[name] for name in rows.activity_names], dtype=np.int64)[rows.activity]
    activity = np.concatenate([log.activity.astype(np.int64), of_rows])
    instance = np.concatenate([rows.event_instance, rows.instance])
    number = np.unique(instance, return_inverse=True)[1].astype(np.int64)
    pairs = activity * (int(number.max(initial=0)) + 1) + number
    return np.unique(pairs, return_inverse=True)[1].astype(np.int64)
