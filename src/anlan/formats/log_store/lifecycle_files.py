"""The starts and aborts of one stored bucket; only appending needs them, so a plain load leaves them."""

from dataclasses import replace
from pathlib import Path

import numpy as np

from anlan.domain.errors import RefusedInput
from anlan.domain.event_log import NO_TIME, EventLog
from anlan.domain.lifecycle_rows import ENDED_OTHERWISE, STARTED, LifecycleRows
from anlan.formats.log_store.bucket_files import column, events_name, lifecycle_name, read_table
from anlan.formats.log_store.manifest import Manifest

Names = tuple[str, ...]


def no_lifecycle(log: EventLog, *, names: Names = ()) -> LifecycleRows:
    """What a log without life-cycle rows brings: no rows, and every start is the event's own."""
    return LifecycleRows(
        case_offsets=np.zeros(log.n_cases + 1, dtype=np.int64),
        activity=np.zeros(0, dtype=np.int32),
        activity_names=names,
        kind=np.zeros(0, dtype=np.uint8),
        time_us=np.zeros(0, dtype=np.int64),
        row=np.zeros(0, dtype=np.int64),
        row_hash=np.zeros(0, dtype=np.uint64),
        instance=np.zeros(0, dtype=np.uint64),
        event_instance=np.zeros(log.n_events, dtype=np.uint64),
        event_own_start_us=log.start_us,
    )


def with_lifecycle(log: EventLog, folder: Path, manifest: Manifest, bucket: int, *, names: Names) -> EventLog:
    """One loaded bucket with its life-cycle rows; `names`: the dictionary of their activities."""
    rows = _of_events(no_lifecycle(log, names=names), folder, manifest, bucket)
    file = manifest.file(lifecycle_name(bucket))
    if file is None:
        return replace(log, lifecycle=rows)
    table = read_table(folder, file)
    case = column(table, "case", np.int64, absent=0)
    activity = column(table, "activity", np.int32, absent=-1)
    kind = column(table, "kind", np.int64, absent=0)
    within = (
        np.all((case >= 0) & (case < log.n_cases) & (activity >= 0) & (activity < len(names)))
        and np.all(np.diff(case) >= 0)
        and np.all((kind == STARTED) | (kind == ENDED_OTHERWISE))
    )
    if not within:
        raise RefusedInput("store.damaged", folder=str(folder), files=[file.name])
    return replace(
        log,
        lifecycle=replace(
            rows,
            case_offsets=np.searchsorted(case, np.arange(log.n_cases + 1)).astype(np.int64),
            activity=activity,
            kind=kind.astype(np.uint8),
            time_us=column(table, "time", np.int64, absent=0),
            row=column(table, "row", np.int64, absent=0),
            row_hash=column(table, "row_hash", np.uint64, absent=0),
            instance=column(table, "instance", np.uint64, absent=0),
        ),
    )


def _of_events(rows: LifecycleRows, folder: Path, manifest: Manifest, bucket: int) -> LifecycleRows:
    """The events' instances and own starts; a bucket written before the log had life-cycle rows has
    neither column, and all its starts are the events' own."""
    file = manifest.file(events_name(bucket))
    if file is None:
        return rows
    table = read_table(folder, file, columns=["instance", "own_start"])
    if "instance" not in table.column_names:
        return rows
    return replace(
        rows,
        event_instance=column(table, "instance", np.uint64, absent=0),
        event_own_start_us=column(table, "own_start", np.int64, absent=NO_TIME),
    )
