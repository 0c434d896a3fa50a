"""An event log, dictionary-encoded and grouped by case: the shape every kernel works on."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from anlan.domain.lifecycle_rows import LifecycleRows

N_BUCKETS = 64
"""Cases are spread over this many buckets by a hash of the case id; see `bucket_of`."""

NO_TIME = np.iinfo(np.int64).min
"""Marks a missing start time."""

MISSING = -1
"""Code of a missing resource or attribute value."""


Codes = NDArray[np.int16] | NDArray[np.int32]
"""Codes of a text column, one per event or per case."""


def code_type(n_values: int) -> type[np.int16] | type[np.int32]:
    """The type of the codes of an attribute: a column of few distinct values needs two bytes a row.
    The next code and the one after it still fit, so that kernels may count from 1."""
    return np.int16 if n_values < np.iinfo(np.int16).max - 1 else np.int32


@dataclass(frozen=True)
class CodedColumn:
    """A text column as codes into its distinct values; code -1 (`MISSING`) is a missing value.

    `codes`: of the type that `code_type` gives, one per event or per case. `values`: the distinct texts, NFC,
    trimmed.
    """

    codes: Codes
    values: tuple[str, ...]


@dataclass(frozen=True)
class EventLog:
    """Completed activity instances, grouped by case, cases grouped by bucket.

    Order: bucket number, then case (order of first appearance inside its bucket), then
    (end, source row). All arrays have one entry per event unless said otherwise.

    case         int32   number of the case, 0..n_cases-1, never decreasing
    activity     int32   code into `activity_names`
    start_us     int64   start in UTC microseconds, `NO_TIME` where the log has none
    end_us       int64   completion in UTC microseconds
    resource     int32   code into `resource_names`, `MISSING` where unknown
    row          int64   row (or event) number in the source, counted from 1; breaks ties in time
    row_hash     uint64  hash of the whole source row, tells known rows when a log is appended
    cost         int64   amount in millionths of the currency unit, or None
    case_offsets int64   (n_cases + 1,) first event of each case; a case may have no event
    case_names   pa.Array of strings, (n_cases,)
    case_hash    uint64  (n_cases,) XXH64 of the case id; its value modulo 64 is the bucket
    bucket_offsets int64 (65,) first case of each bucket
    """

    case: NDArray[np.int32]
    activity: NDArray[np.int32]
    start_us: NDArray[np.int64]
    end_us: NDArray[np.int64]
    resource: NDArray[np.int32]
    row: NDArray[np.int64]
    row_hash: NDArray[np.uint64]
    case_offsets: NDArray[np.int64]
    case_names: pa.Array
    case_hash: NDArray[np.uint64]
    bucket_offsets: NDArray[np.int64]
    activity_names: tuple[str, ...]
    resource_names: tuple[str, ...]
    cost: NDArray[np.int64] | None = None
    attributes: Mapping[str, CodedColumn] = field(default_factory=dict)
    case_attributes: Mapping[str, CodedColumn] = field(default_factory=dict)
    zone: str = "UTC"
    """IANA name or fixed offset in which local hours, days and calendars are meant."""
    zone_source: str = "as_written"
    """Who decided the zone: `option`, `calendar`, `log`, `epoch` or `as_written`."""
    has_start: bool = False
    """True where the log itself has start times; without them no service time exists."""
    lifecycle: LifecycleRows | None = None
    """Starts and aborts of a log with life-cycle rows, kept so that appended parts pair with them."""

    @property
    def n_events(self) -> int:
        return len(self.activity)

    @property
    def n_cases(self) -> int:
        return len(self.case_names)

    def bucket(self, number: int) -> "EventLog":
        """The cases of one bucket as a log of their own (views, nothing is copied but offsets)."""
        first, last = int(self.bucket_offsets[number]), int(self.bucket_offsets[number + 1])
        return self.cases(first, last)

    def buckets(self) -> Iterator["EventLog"]:
        for number in range(N_BUCKETS):
            yield self.bucket(number)

    def cases(self, first: int, last: int) -> "EventLog":
        """Cases `first` up to but without `last` as a log; codes keep their dictionaries."""
        begin, end = int(self.case_offsets[first]), int(self.case_offsets[last])
        events = slice(begin, end)
        return replace(
            self,
            case=self.case[events] - np.int32(first),
            activity=self.activity[events],
            start_us=self.start_us[events],
            end_us=self.end_us[events],
            resource=self.resource[events],
            row=self.row[events],
            row_hash=self.row_hash[events],
            cost=None if self.cost is None else self.cost[events],
            case_offsets=self.case_offsets[first : last + 1] - begin,
            case_names=self.case_names.slice(first, last - first),
            case_hash=self.case_hash[first:last],
            lifecycle=None if self.lifecycle is None else self.lifecycle.cases(first, last, events=events),
            bucket_offsets=np.clip(self.bucket_offsets, first, last) - first,
            attributes={
                name: CodedColumn(column.codes[events], column.values)
                for name, column in self.attributes.items()
            },
            case_attributes={
                name: CodedColumn(column.codes[first:last], column.values)
                for name, column in self.case_attributes.items()
            },
        )


def no_times(n: int) -> NDArray[np.int64]:
    """`n` missing times in the memory of one, for the starts of a log that has none; read-only."""
    return np.broadcast_to(np.array(NO_TIME, dtype=np.int64), n)


def bucket_of(case_hash: NDArray[np.uint64]) -> NDArray[np.int64]:
    """Bucket number 0..63 of each case hash (XXH64, seed 42, of the id's NFC UTF-8 bytes)."""
    return (case_hash % np.uint64(N_BUCKETS)).astype(np.int64)
