"""Put buckets read from files into one log: every array is allocated once and filled in place."""

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from anlan.domain.errors import RefusedInput, UsageError
from anlan.domain.event_log import (
    MISSING,
    N_BUCKETS,
    NO_TIME,
    CodedColumn,
    EventLog,
    bucket_of,
    code_type,
    no_times,
)
from anlan.formats.log_store.bucket_files import cases_name, column, events_name, is_names, read_table
from anlan.formats.log_store.dictionaries import Texts, read_dictionaries
from anlan.formats.log_store.manifest import Manifest

_ABSENT = {"start": NO_TIME, "cost": 0}
_ALWAYS = {"activity", "end", "row", "row_hash"}
"""Columns every file of events has."""


@dataclass(frozen=True, eq=False)
class _Target:
    """The arrays being filled, and where each bucket begins in them."""

    events: dict[str, NDArray[Any]]
    cases: dict[str, NDArray[Any]]
    case_names: list[pa.Array]
    first_event: dict[int, int]
    first_case: dict[int, int]


def load_buckets(
    folder: Path, manifest: Manifest, buckets: Iterable[int] | None = None, *, texts: Texts | None = None
) -> EventLog:
    """The log, or only its cases in `buckets` (numbers 0..63); `texts`: its dictionaries if at hand."""
    chosen = sorted(range(N_BUCKETS) if buckets is None else set(buckets))
    if chosen and not 0 <= chosen[0] <= chosen[-1] < N_BUCKETS:
        raise UsageError("store.no_such_bucket", found=[chosen[0], chosen[-1]], last=N_BUCKETS - 1)
    texts = read_dictionaries(folder, manifest) if texts is None else texts
    target = _allocate(manifest, chosen, texts)
    limits = _codes(manifest, texts)
    with ThreadPoolExecutor(os.cpu_count() or 1) as threads:
        for _ in threads.map(lambda bucket: _fill(folder, manifest, bucket, target, limits), chosen):
            pass
    per_bucket = np.zeros(N_BUCKETS, dtype=np.int64)
    per_bucket[chosen] = [manifest.bucket_cases[bucket] for bucket in chosen]
    offsets = _offsets(target.cases["events"])
    return EventLog(
        case=np.repeat(np.arange(len(offsets) - 1, dtype=np.int32), target.cases["events"]),
        activity=target.events["activity"],
        start_us=target.events["start"] if manifest.has_start else no_times(len(target.events["row"])),
        end_us=target.events["end"],
        resource=target.events["resource"],
        row=target.events["row"],
        row_hash=target.events["row_hash"],
        case_offsets=offsets,
        case_names=_joined(target.case_names),
        case_hash=target.cases["hash"],
        bucket_offsets=_offsets(per_bucket),
        activity_names=texts["activity", ""],
        resource_names=texts["resource", ""],
        cost=target.events["cost"] if manifest.has_cost else None,
        attributes=_coded(manifest, "attribute", "a", target.events, texts),
        case_attributes=_coded(manifest, "case_attribute", "c", target.cases, texts),
        zone=manifest.zone,
        zone_source=manifest.zone_source,
        has_start=manifest.has_start,
    )


def _allocate(manifest: Manifest, chosen: Sequence[int], texts: Texts) -> _Target:
    n_events = sum(manifest.bucket_events[bucket] for bucket in chosen)
    n_cases = sum(manifest.bucket_cases[bucket] for bucket in chosen)
    events: dict[str, type] = {
        "activity": np.int32, "end": np.int64, "resource": np.int32, "row": np.int64, "row_hash": np.uint64,
    }  # fmt: skip
    if manifest.has_start:
        events["start"] = np.int64
    if manifest.has_cost:
        events["cost"] = np.int64
    for number, name in enumerate(manifest.names_of("attribute")):
        events[f"a{number}"] = code_type(len(texts["attribute", name]))
    cases: dict[str, type] = {"hash": np.uint64, "events": np.int64}
    cases |= {f"c{number}": np.int32 for number in range(len(manifest.names_of("case_attribute")))}
    return _Target(
        events={name: np.empty(n_events, dtype=dtype) for name, dtype in events.items()},
        cases={name: np.empty(n_cases, dtype=dtype) for name, dtype in cases.items()},
        case_names=[pa.array([], type=pa.string())] * N_BUCKETS,
        first_event=_firsts(manifest.bucket_events, chosen),
        first_case=_firsts(manifest.bucket_cases, chosen),
    )


def _firsts(counts: Sequence[int], chosen: Sequence[int]) -> dict[int, int]:
    first, total = {}, 0
    for bucket in chosen:
        first[bucket] = total
        total += counts[bucket]
    return first


def _codes(manifest: Manifest, texts: Texts) -> dict[str, range]:
    """Column -> the codes it may hold; a code outside would be read beyond its dictionary."""
    codes = {
        "activity": range(len(texts["activity", ""])),
        "resource": range(MISSING, len(texts["resource", ""])),
    }
    for kind, letter in (("attribute", "a"), ("case_attribute", "c")):
        for number, name in enumerate(manifest.names_of(kind)):
            codes[f"{letter}{number}"] = range(MISSING, len(texts[kind, name]))
    return codes


def _fill(folder: Path, manifest: Manifest, bucket: int, target: _Target, codes: Mapping[str, range]) -> None:
    """Read one bucket's files into their stretch of the arrays."""
    n_events = manifest.bucket_events[bucket]
    if manifest.bucket_cases[bucket]:
        with _sound(folder, cases_name(bucket)):
            table = _table(folder, manifest, cases_name(bucket), manifest.bucket_cases[bucket])
            cases = _copy(table, target.cases, target.first_case[bucket])
            _check(is_names(table.column("name")) and bool((cases["events"] >= 0).all()))
            _check(int(cases["events"].sum()) == n_events)
            _check(bool((bucket_of(cases["hash"]) == bucket).all()))
            _check_codes(cases, codes)
            target.case_names[bucket] = table.column("name").combine_chunks()
    if n_events:
        with _sound(folder, events_name(bucket)):
            table = _table(folder, manifest, events_name(bucket), n_events)
            _check(set(table.column_names) >= _ALWAYS)
            _check_codes(_copy(table, target.events, target.first_event[bucket]), codes)


@contextmanager
def _sound(folder: Path, name: str) -> Iterator[None]:
    """What does not fit the log, or cannot be a column of it, is damage of the file `name`."""
    try:
        yield
    except (ValueError, KeyError, TypeError, OverflowError, pa.ArrowException) as error:
        raise RefusedInput("store.damaged", folder=str(folder), files=[name]) from error


def _check(holds: bool) -> None:
    if not holds:
        raise ValueError("a stored column that no log has")


def _check_codes(columns: Mapping[str, NDArray[Any]], codes: Mapping[str, range]) -> None:
    for name, values in columns.items():
        if name in codes and len(values):
            allowed = codes[name]
            _check(allowed.start <= int(values.min()) and int(values.max()) < allowed.stop)


def _table(folder: Path, manifest: Manifest, name: str, rows: int) -> pa.Table:
    file = manifest.file(name)
    if file is None or file.rows != rows:
        raise RefusedInput("store.damaged", folder=str(folder), files=[name])
    return read_table(folder, file)


def _copy(table: pa.Table, arrays: dict[str, NDArray[Any]], first: int) -> dict[str, NDArray[Any]]:
    """Copy a table's columns into the arrays from `first` on; returns those stretches."""
    stretch = slice(first, first + table.num_rows)
    for name, array in arrays.items():
        absent = _ABSENT.get(name, MISSING)
        array[stretch] = column(table, name, array.dtype.type, absent=absent)
    return {name: array[stretch] for name, array in arrays.items()}


def _joined(names: list[pa.Array]) -> pa.Array:
    """One array of names; with 64-bit offsets where the texts need them."""
    filled = [array for array in names if len(array)] or names[:1]
    if sum(array.nbytes for array in filled) >= 2**31:
        filled = [array.cast(pa.large_string()) for array in filled]
    return pa.concat_arrays(filled)


def _coded(
    manifest: Manifest, kind: str, letter: str, arrays: dict[str, NDArray[Any]], texts: Texts
) -> dict[str, CodedColumn]:
    return {
        name: CodedColumn(arrays[f"{letter}{number}"], texts[kind, name])
        for number, name in enumerate(manifest.names_of(kind))
    }


def _offsets(counts: NDArray[np.int64]) -> NDArray[np.int64]:
    offsets = np.zeros(len(counts) + 1, dtype=np.int64)
    np.cumsum(counts, out=offsets[1:])
    return offsets
