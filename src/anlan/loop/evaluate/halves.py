"""Cut a log in two by the start of its cases, keeping every case whole."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from anlan.domain.event_log import NO_TIME, CodedColumn, EventLog


@dataclass(frozen=True, eq=False)
class Half:
    """A log of some of the cases; `cases` and `events` are their places in the whole log, ascending."""

    log: EventLog
    cases: NDArray[np.int64]
    events: NDArray[np.int64]


def case_starts_us(log: EventLog) -> NDArray[np.int64]:
    """First start of each case, or first completion where no start is known; `NO_TIME` without events."""
    starts = np.full(log.n_cases, NO_TIME, dtype=np.int64)
    filled = np.flatnonzero(np.diff(log.case_offsets))
    if len(filled):
        begun = np.where(log.start_us == NO_TIME, log.end_us, np.minimum(log.start_us, log.end_us))
        starts[filled] = np.minimum.reduceat(begun, log.case_offsets[filled])
    return starts


def median_start_us(log: EventLog) -> int | None:
    """Start of the case in the middle; as many cases begin before it as after it, give or take ties."""
    starts = case_starts_us(log)
    known = np.sort(starts[starts != NO_TIME])
    return int(known[len(known) // 2]) if len(known) else None


def split_at(log: EventLog, moment_us: int) -> tuple[Half, Half]:
    """Cases that begin before `moment_us`, and the others; cases without events are in neither."""
    starts = case_starts_us(log)
    known = starts != NO_TIME
    return choose_cases(log, known & (starts < moment_us)), choose_cases(log, known & (starts >= moment_us))


def choose_cases(log: EventLog, chosen: NDArray[np.bool_]) -> Half:
    """The log of the cases marked in `chosen` (n_cases,), in the same order, dictionaries kept."""
    cases = np.flatnonzero(chosen)
    events = np.flatnonzero(chosen[log.case])
    lengths = np.diff(log.case_offsets)[cases]
    new_number = np.cumsum(chosen) - 1
    part = replace(
        log,
        case=new_number[log.case[events]].astype(np.int32),
        activity=log.activity[events],
        start_us=log.start_us[events],
        end_us=log.end_us[events],
        resource=log.resource[events],
        row=log.row[events],
        row_hash=log.row_hash[events],
        cost=None if log.cost is None else log.cost[events],
        case_offsets=np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64),
        case_names=log.case_names.take(cases),
        lifecycle=None,
        case_hash=log.case_hash[cases],
        bucket_offsets=np.concatenate([[0], np.cumsum(chosen)])[log.bucket_offsets].astype(np.int64),
        attributes={
            name: CodedColumn(column.codes[events], column.values) for name, column in log.attributes.items()
        },
        case_attributes={
            name: CodedColumn(column.codes[cases], column.values)
            for name, column in log.case_attributes.items()
        },
    )
    return Half(part, cases, events)
