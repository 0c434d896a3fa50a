"""Join one bucket of a stored log with the same bucket of a part, as if read from one file.

1. Cases of one name are one case; new cases follow in the order of the part.
2. A row of the part is known when its case already holds its hash: the k-th occurrence in the part
   is known when at least k are stored. Known rows are counted and left out.
3. Rows of the part are numbered after those of all parts before it, and each case is put in order
   again by (completion, row).
4. Where a case has no value of an attribute yet, the part's value is taken.
"""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from anlan.domain.event_log import MISSING, N_BUCKETS, CodedColumn, EventLog, bucket_of


@dataclass(frozen=True, eq=False)
class Joined:
    """`log`: the joined bucket; `known`: rows of the part left out; `changed`: anything was new."""

    log: EventLog
    known: int
    changed: bool


def join_bucket(stored: EventLog, part: EventLog, *, rows_before: int) -> Joined:
    """Join two logs of one bucket that share dictionaries and columns (`with_common_names`)."""
    case_of = _common_cases(stored, part)
    n_cases = stored.n_cases + int((case_of >= stored.n_cases).sum())
    new = np.flatnonzero(~_known(stored, part, case_of))
    attributes, filled = _joined_case_attributes(stored, part, case_of, n_cases)
    is_new_case = case_of >= stored.n_cases
    case_hash = np.concatenate([stored.case_hash, part.case_hash[is_new_case]])
    case = np.concatenate([stored.case, case_of[part.case[new]]]).astype(np.int64)
    end = np.concatenate([stored.end_us, part.end_us[new]])
    row = np.concatenate([stored.row, part.row[new] + rows_before])
    order = np.lexsort((row, end, case))

    def events(first: NDArray[Any], second: NDArray[Any]) -> NDArray[Any]:
        return np.concatenate([first, second[new]])[order]

    log = replace(
        stored,
        case=case[order].astype(np.int32),
        activity=events(stored.activity, part.activity),
        start_us=events(stored.start_us, part.start_us),
        end_us=end[order],
        resource=events(stored.resource, part.resource),
        row=row[order],
        row_hash=events(stored.row_hash, part.row_hash),
        cost=None if stored.cost is None or part.cost is None else events(stored.cost, part.cost),
        case_offsets=np.searchsorted(case[order], np.arange(n_cases + 1)).astype(np.int64),
        case_names=pa.concat_arrays([stored.case_names, part.case_names.filter(pa.array(is_new_case))]),
        case_hash=case_hash,
        bucket_offsets=np.searchsorted(bucket_of(case_hash), np.arange(N_BUCKETS + 1)).astype(np.int64),
        attributes={
            name: CodedColumn(events(column.codes, part.attributes[name].codes), column.values)
            for name, column in stored.attributes.items()
        },
        case_attributes=attributes,
    )
    changed = bool(len(new) or is_new_case.any() or filled)
    return Joined(log, known=part.n_events - len(new), changed=changed)


def _common_cases(stored: EventLog, part: EventLog) -> NDArray[np.int64]:
    """Number in the joined bucket of each case of the part."""
    found = pc.index_in(part.case_names, value_set=stored.case_names)
    numbers: NDArray[np.int64] = found.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int64)
    new = numbers < 0
    numbers[new] = stored.n_cases + np.arange(int(new.sum()))
    return numbers


def _known(stored: EventLog, part: EventLog, case_of: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Which rows of the part are stored already."""
    case = np.concatenate([stored.case.astype(np.int64), case_of[part.case]])
    row_hash = np.concatenate([stored.row_hash, part.row_hash])
    order = np.lexsort((row_hash, case))  # stable: stored rows stay in front of the part's
    case, row_hash = case[order], row_hash[order]
    begins = np.ones(len(order), dtype=bool)
    begins[1:] = (case[1:] != case[:-1]) | (row_hash[1:] != row_hash[:-1])
    group = np.cumsum(begins) - 1
    is_part = order >= stored.n_events
    n_stored = np.bincount(group[~is_part], minlength=len(order))
    place = np.arange(len(order)) - np.flatnonzero(begins)[group]
    known = np.zeros(len(order), dtype=bool)
    known[order] = is_part & (place - n_stored[group] < n_stored[group])
    return known[stored.n_events :]


def _joined_case_attributes(
    stored: EventLog, part: EventLog, case_of: NDArray[np.int64], n_cases: int
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
