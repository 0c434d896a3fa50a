"""Join one bucket of a stored log with the same bucket of a part, as if read from one file.

1. Cases of one name are one case; new cases follow in the order of the part.
2. A row of the part is known when its case already holds its hash: the k-th occurrence in the part
   is known when at least k are stored. Known rows are counted and left out.
3. Rows of the part are numbered after those of all parts before it, and each case is put in order
   again by (time, row).
4. Where a case has no value of an attribute yet, the part's value is taken.
5. Where the log has life-cycle rows, starts and completions are paired again over both.
"""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from anlan.domain.event_log import MISSING, N_BUCKETS, CodedColumn, EventLog, bucket_of
from anlan.domain.lifecycle_rows import LifecycleRows
from anlan.formats.log_store.pairing import with_paired_starts

Bools = NDArray[np.bool_]
Integers = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Joined:
    """`log`: the joined bucket; `known`: rows of the part left out; `changed`: anything was new."""

    log: EventLog
    known: int
    changed: bool


@dataclass(frozen=True, eq=False)
class _Order:
    """Which rows of the part are new, and how stored and new rows follow one another."""

    case: Integers
    row: Integers
    new: Integers
    order: Integers
    case_offsets: Integers

    def merged(self, stored: NDArray[Any], part: NDArray[Any]) -> NDArray[Any]:
        """One column of both, in the joined order."""
        return np.concatenate([stored, part[self.new]])[self.order]


def join_bucket(stored: EventLog, part: EventLog, *, rows_before: int) -> Joined:
    """Join two logs of one bucket that share dictionaries and columns (`with_common_names`)."""
    case_of = _common_cases(stored, part)
    known_events, known_rows = _known(stored, part, case_of)
    n_cases = max(stored.n_cases, int(case_of.max(initial=-1)) + 1)
    attributes, filled = _joined_case_attributes(stored, part, case_of, n_cases)
    order = _order(
        (stored.case, stored.end_us, stored.row),
        (case_of[part.case], part.end_us, part.row + rows_before),
        new=np.flatnonzero(~known_events),
        n_cases=n_cases,
    )
    lifecycle = _joined_lifecycle(stored, part, case_of, order, ~known_rows, rows_before, n_cases)
    log = _joined_events(stored, part, order, case_of >= stored.n_cases)
    log = replace(log, case_attributes=attributes, lifecycle=lifecycle)
    known = int(known_events.sum() + known_rows.sum())
    rows = part.n_events + len(known_rows)
    changed = bool(known < rows or n_cases > stored.n_cases or filled)
    return Joined(with_paired_starts(log), known, changed)


def _joined_events(stored: EventLog, part: EventLog, order: _Order, is_new_case: Bools) -> EventLog:
    case_hash = np.concatenate([stored.case_hash, part.case_hash[is_new_case]])
    return replace(
        stored,
        case=order.case.astype(np.int32),
        activity=order.merged(stored.activity, part.activity),
        start_us=order.merged(stored.start_us, part.start_us),
        end_us=order.merged(stored.end_us, part.end_us),
        resource=order.merged(stored.resource, part.resource),
        row=order.row,
        row_hash=order.merged(stored.row_hash, part.row_hash),
        cost=None if stored.cost is None or part.cost is None else order.merged(stored.cost, part.cost),
        case_offsets=order.case_offsets,
        case_names=pa.concat_arrays([stored.case_names, part.case_names.filter(pa.array(is_new_case))]),
        case_hash=case_hash,
        bucket_offsets=np.searchsorted(bucket_of(case_hash), np.arange(N_BUCKETS + 1)).astype(np.int64),
        attributes={
            name: CodedColumn(order.merged(column.codes, part.attributes[name].codes), column.values)
            for name, column in stored.attributes.items()
        },
    )


def _common_cases(stored: EventLog, part: EventLog) -> Integers:
    """Number in the joined bucket of each case of the part."""
    found = pc.index_in(part.case_names, value_set=stored.case_names)
    numbers: Integers = found.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int64)
    new = numbers < 0
    numbers[new] = stored.n_cases + np.arange(int(new.sum()))
    return numbers


def _order(
    stored: tuple[NDArray[Any], ...], part: tuple[NDArray[Any], ...], *, new: Integers, n_cases: int
) -> _Order:
    """Both given as (case, time, row), the part's already with its joined cases and rows."""
    case, time, row = (np.concatenate([one, other[new]]) for one, other in zip(stored, part, strict=True))
    order = np.lexsort((row, time, case))
    case = case[order].astype(np.int64)
    return _Order(
        case, row[order], new, order, np.searchsorted(case, np.arange(n_cases + 1)).astype(np.int64)
    )


def _known(stored: EventLog, part: EventLog, case_of: Integers) -> tuple[Bools, Bools]:
    """Which events and which life-cycle rows of the part are stored already."""
    case, row_hash = _case_and_hash(stored, np.arange(stored.n_cases))
    part_case, part_hash = _case_and_hash(part, case_of)
    n_stored = len(case)
    case, row_hash = np.concatenate([case, part_case]), np.concatenate([row_hash, part_hash])
    order = np.lexsort((row_hash, case))  # stable: stored rows stay in front of the part's
    case, row_hash = case[order], row_hash[order]
    begins = np.ones(len(order), dtype=bool)
    begins[1:] = (case[1:] != case[:-1]) | (row_hash[1:] != row_hash[:-1])
    group = np.cumsum(begins) - 1
    is_part = order >= n_stored
    held = np.bincount(group[~is_part], minlength=len(order))
    place = np.arange(len(order)) - np.flatnonzero(begins)[group]
    known = np.zeros(len(order), dtype=bool)
    known[order] = is_part & (place - held[group] < held[group])
    return known[n_stored : n_stored + part.n_events], known[n_stored + part.n_events :]


def _case_and_hash(log: EventLog, case_of: Integers) -> tuple[Integers, NDArray[np.uint64]]:
    """Joined case and hash of all rows of a log: events, then life-cycle rows."""
    if log.lifecycle is None:
        return case_of[log.case], log.row_hash
    case = np.concatenate([case_of[log.case], case_of[log.lifecycle.case]])
    return case, np.concatenate([log.row_hash, log.lifecycle.row_hash])


def _joined_lifecycle(
    stored: EventLog,
    part: EventLog,
    case_of: Integers,
    events: _Order,
    is_new: Bools,
    rows_before: int,
    n_cases: int,
) -> LifecycleRows | None:
    mine, theirs = stored.lifecycle, part.lifecycle
    if mine is None or theirs is None:
        return None
    order = _order(
        (mine.case, mine.time_us, mine.row),
        (case_of[theirs.case], theirs.time_us, theirs.row + rows_before),
        new=np.flatnonzero(is_new),
        n_cases=n_cases,
    )
    return LifecycleRows(
        case_offsets=order.case_offsets,
        activity=order.merged(mine.activity, theirs.activity),
        activity_names=mine.activity_names,
        kind=order.merged(mine.kind, theirs.kind),
        time_us=order.merged(mine.time_us, theirs.time_us),
        row=order.row,
        row_hash=order.merged(mine.row_hash, theirs.row_hash),
        instance=order.merged(mine.instance, theirs.instance),
        event_instance=events.merged(mine.event_instance, theirs.event_instance),
        event_own_start_us=events.merged(mine.event_own_start_us, theirs.event_own_start_us),
    )


def _joined_case_attributes(
    stored: EventLog, part: EventLog, case_of: Integers, n_cases: int
) -> tuple[dict[str, CodedColumn], bool]:
    """Values per joined case, and whether a stored case got one it had not."""
    joined: dict[str, CodedColumn] = {}
    filled = False
    for name, column in stored.case_attributes.items():
        codes = np.full(n_cases, MISSING, dtype=np.int32)
        codes[: stored.n_cases] = column.codes
        theirs = part.case_attributes[name].codes
        takes = (codes[case_of] == MISSING) & (theirs != MISSING)
        filled = filled or bool((takes & (case_of < stored.n_cases)).any())
        codes[case_of[takes]] = theirs[takes]
        joined[name] = CodedColumn(codes, column.values)
    return joined, filled
