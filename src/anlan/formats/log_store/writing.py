"""Write a stored log: 64 buckets side by side, the dictionaries, and the manifest last."""

import os
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np

import anlan
from anlan.domain.errors import RefusedInput
from anlan.domain.event_log import N_BUCKETS, EventLog
from anlan.formats.log_store.bucket_files import write_bucket
from anlan.formats.log_store.dictionaries import write_dictionaries
from anlan.formats.log_store.manifest import Manifest, Part, read_manifest, write_manifest
from anlan.formats.log_store.verifying import is_sound
from anlan.formats.log_store.whole_folder import one_writer, whole_folder


def write_once(target: Path, write: Callable[[Path], None], *, wait_s: float) -> None:
    """Fill the folder `target` by `write`, unless a sound log is there already; a damaged one is replaced."""
    if is_sound(target):
        return
    with one_writer(target.parent, wait_s=wait_s):
        if not is_sound(target):
            with whole_folder(target) as folder:
                write(folder)


def is_whole(folder: Path) -> bool:
    """A readable manifest and every file with its size; `StoredLog.verify` is the thorough look."""
    if not folder.is_dir():
        return False
    try:
        files = read_manifest(folder).files
        return all((folder / file.name).stat().st_size == file.size for file in files)
    except (RefusedInput, FileNotFoundError):
        return False


def write_log(
    folder: Path, log: EventLog, *, address: str, parts: tuple[Part, ...], report: Mapping[str, Any]
) -> None:
    """Write all of `log` into the empty `folder`."""
    with ThreadPoolExecutor(os.cpu_count() or 1) as threads:
        per_bucket = list(
            threads.map(lambda bucket: write_bucket(folder, bucket, log.bucket(bucket)), range(N_BUCKETS))
        )
    dictionaries, names_file = write_dictionaries(folder, log)
    events_before = log.case_offsets[log.bucket_offsets]
    manifest = Manifest(
        address=address,
        parts=parts,
        report=report,
        zone=log.zone,
        zone_source=log.zone_source,
        has_start=log.has_start,
        has_cost=log.cost is not None,
        has_lifecycle=log.lifecycle is not None,
        n_cases=log.n_cases,
        n_events=log.n_events,
        last_row=sum(part.rows for part in parts) or int(log.row.max(initial=0)),
        first_us=int(log.end_us.min()) if log.n_events else None,
        last_us=int(log.end_us.max()) if log.n_events else None,
        bucket_cases=tuple(np.diff(log.bucket_offsets).tolist()),
        bucket_events=tuple(np.diff(events_before).tolist()),
        dictionaries=dictionaries,
        files=(*(file for files in per_bucket for file in files), names_file),
        version=anlan.__version__,
    )
    write_manifest(folder, manifest)
