"""Append a part to a stored log: only the buckets it touches are written, the others are shared.

The result is what reading all parts as one file would give. Its address is the hash of the parts in
order; the log it was made from stays as it is. Files of untouched buckets are hard links (copies
where the file system has none).
"""

import os
import shutil
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

import anlan
from anlan.domain.errors import UsageError
from anlan.domain.event_log import N_BUCKETS, NO_TIME, EventLog
from anlan.formats.log_store.bucket_files import (
    cases_name,
    column,
    events_name,
    lifecycle_name,
    read_table,
    write_bucket,
)
from anlan.formats.log_store.common_names import in_frame, with_common_names
from anlan.formats.log_store.dictionaries import Texts, read_dictionaries, write_dictionaries
from anlan.formats.log_store.joining import join_bucket
from anlan.formats.log_store.lifecycle_files import no_lifecycle, with_lifecycle
from anlan.formats.log_store.loading import load_buckets
from anlan.formats.log_store.manifest import Manifest, Part, StoredFile, address_of, write_manifest


@dataclass(frozen=True, eq=False)
class _Bucket:
    """What came of one bucket: its files, how much it holds, whether any event has a start (None where
    the files are shared and were not looked into), and how many rows of the part were known."""

    files: tuple[StoredFile, ...]
    cases: int
    events: int
    has_start: bool | None
    known: int


def write_appended(folder: Path, base: Path, manifest: Manifest, *, part_log: EventLog, part: Part) -> None:
    """Write the log stored in `base`, with one more part, into the empty `folder`."""
    if part_log.zone != manifest.zone:
        raise UsageError("store.other_zone", found=part_log.zone, accepted=manifest.zone, part=part.name)
    texts = read_dictionaries(base, manifest)
    dropped = frozenset(name for each in (*manifest.parts, part) for name in each.dropped)
    frame, new = with_common_names(_empty(base, manifest, texts), part_log, without=dropped)
    reshaped = _reshaped(manifest, frame)

    def joined_bucket(number: int) -> _Bucket:
        part_bucket = new.bucket(number)
        if not part_bucket.n_cases and not reshaped:
            return _shared(folder, base, manifest, number)
        stored = in_frame(_bucket(base, manifest, number, texts), frame)
        joined = join_bucket(stored, part_bucket, rows_before=manifest.last_row)
        if not joined.changed and not reshaped:
            return replace(_shared(folder, base, manifest, number), known=joined.known)
        files = write_bucket(folder, number, joined.log)
        starts = bool((joined.log.start_us != NO_TIME).any())
        return _Bucket(tuple(files), joined.log.n_cases, joined.log.n_events, starts, joined.known)

    with ThreadPoolExecutor(os.cpu_count() or 1) as threads:
        buckets = list(threads.map(joined_bucket, range(N_BUCKETS)))
    has_start = any(bucket.has_start for bucket in buckets) or _shares_a_start(base, manifest, buckets)
    _write_manifest(folder, replace(manifest, has_start=has_start), frame, part_log, part, buckets)


def _shares_a_start(base: Path, manifest: Manifest, buckets: Sequence[_Bucket]) -> bool:
    """Whether shared buckets have starts. Life-cycle rows may abort the only starts of a log, which lay
    in other buckets; then the shared ones are looked into, else the log has starts as before."""
    shared = [number for number, bucket in enumerate(buckets) if bucket.has_start is None]
    if not manifest.has_start or not manifest.has_lifecycle:
        return manifest.has_start and bool(shared)
    return any(_holds_a_start(base, manifest, number) for number in shared)


def _holds_a_start(base: Path, manifest: Manifest, number: int) -> bool:
    file = manifest.file(events_name(number))
    if file is None:
        return False
    starts = column(read_table(base, file, columns=("start",)), "start", np.int64, absent=NO_TIME)
    return bool((starts != NO_TIME).any())


def _bucket(base: Path, manifest: Manifest, number: int, texts: Texts) -> EventLog:
    log = load_buckets(base, manifest, (number,), texts=texts)
    if not manifest.has_lifecycle:
        return log
    return with_lifecycle(log, base, manifest, number, names=texts["lifecycle", ""])


def _empty(base: Path, manifest: Manifest, texts: Texts) -> EventLog:
    """The stored log's dictionaries and columns, without a case."""
    log = load_buckets(base, manifest, (), texts=texts)
    if not manifest.has_lifecycle:
        return log
    return replace(log, lifecycle=no_lifecycle(log, names=texts["lifecycle", ""]))


def _write_manifest(
    folder: Path,
    manifest: Manifest,
    frame: EventLog,
    part_log: EventLog,
    part: Part,
    buckets: Sequence[_Bucket],
) -> None:
    parts = (*manifest.parts, replace(part, known=sum(bucket.known for bucket in buckets)))
    dictionaries, names_file = write_dictionaries(folder, frame)
    ends = [*_range(part_log), *(t for t in (manifest.first_us, manifest.last_us) if t is not None)]
    appended = replace(
        manifest,
        address=address_of(parts),
        parts=parts,
        has_lifecycle=frame.lifecycle is not None,
        has_cost=frame.cost is not None,
        n_cases=sum(bucket.cases for bucket in buckets),
        n_events=sum(bucket.events for bucket in buckets),
        last_row=manifest.last_row + (part.rows or int(part_log.row.max(initial=0))),
        first_us=min(ends, default=None),
        last_us=max(ends, default=None),
        bucket_cases=tuple(bucket.cases for bucket in buckets),
        bucket_events=tuple(bucket.events for bucket in buckets),
        dictionaries=dictionaries,
        files=(*(file for bucket in buckets for file in bucket.files), names_file),
        version=anlan.__version__,
    )
    write_manifest(folder, appended)


def _range(log: EventLog) -> tuple[int, ...]:
    """First and last completion, where there is one."""
    return (int(log.end_us.min()), int(log.end_us.max())) if log.n_events else ()


def _reshaped(manifest: Manifest, frame: EventLog) -> bool:
    """True when stored columns changed place, so that no stored bucket can be shared."""
    by_event, by_case = manifest.names_of("attribute"), manifest.names_of("case_attribute")
    return (
        tuple(frame.attributes)[: len(by_event)] != by_event
        or tuple(frame.case_attributes)[: len(by_case)] != by_case
    )


def _shared(folder: Path, base: Path, manifest: Manifest, number: int) -> _Bucket:
    """The bucket's files as they are, under a second name."""
    names = (cases_name(number), events_name(number), lifecycle_name(number))
    files = tuple(file for file in (manifest.file(name) for name in names) if file is not None)
    for file in files:
        _link(base / file.name, folder / file.name)
    return _Bucket(
        files, manifest.bucket_cases[number], manifest.bucket_events[number], has_start=None, known=0
    )


def _link(source: Path, target: Path) -> None:
    try:
        os.link(source, target)
    except OSError:  # a file system without hard links; a copy fails with its own error
        shutil.copyfile(source, target)
