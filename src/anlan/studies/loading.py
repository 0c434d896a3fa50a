"""A log by file or by the id of a stored log: read once, stored by content, found again.

Reading the same file with the same options a second time finds the stored log and reads nothing.
"""

import hashlib
import json
import re
import shutil
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from anlan import home
from anlan.domain.errors import RefusedInput, UsageError
from anlan.domain.event_log import EventLog
from anlan.formats.log_store import LogStore, Part, StoredLog
from anlan.formats.reading.read_log import ReadLog, ReadOptions, read_log, write_rejected_csv
from anlan.studies.options import ROLES
from anlan.studies.workspace import LogFacts, Progress, silent

REASONS = ("case", "activity", "time", "end", "duplicate", "columns")
_ID = re.compile(r"[0-9a-f]{6,64}")


@dataclass(frozen=True, eq=False)
class LoadedLog:
    """A log ready for the stages, and the rows that were set aside when its parts were read."""

    log: EventLog
    facts: LogFacts
    stored: StoredLog
    rejected_files: tuple[Path, ...]


def log_store() -> LogStore:
    """The store under `ANLAN_HOME`."""
    return LogStore(home() / "logs")


def load_log(source: str, options: ReadOptions | None = None, *, progress: Progress = silent) -> LoadedLog:
    """The log of a file, or a stored log by its id (six digits or more)."""
    path = Path(source)
    options = options or ReadOptions()
    if path.is_file():
        return import_file(path, options, progress=progress)
    if path.exists() or not _ID.fullmatch(source):
        raise UsageError("log.not_found", path=source)
    stored = log_store().open(source)
    return _loaded(stored, _sound(stored))


def import_file(path: Path, options: ReadOptions, *, progress: Progress = silent) -> LoadedLog:
    """Read a file and store it; a file stored before with the same options is not read again."""
    store = log_store()
    progress("read", 0.0)
    part = _part(path, options)
    if store.holds((part,)):
        stored = store.open(_address(store, part))
        return _loaded(stored, _sound(stored))
    read = read_log(path, options=options, progress=_reading(progress), sha256=part.sha256)
    progress("store", 0.08)
    stored = store.add(read.log, parts=(_counted(part, read),), report=_report(read))
    _keep_rejected(store, stored.address, part, read)
    return _loaded(stored, read.log)


def _sound(stored: StoredLog) -> EventLog:
    """The stored log, after its files were compared with the hashes of the manifest."""
    damaged = [damage.file for damage in stored.verify()]
    if damaged:
        raise RefusedInput("store.damaged", folder=str(stored.folder), files=damaged)
    return stored.load()


def append_file(source: str, path: Path, options: ReadOptions, *, progress: Progress = silent) -> LoadedLog:
    """A stored log and one more file as a new stored log."""
    store = log_store()
    before = store.open(source)
    part = _part(path, options)
    read = read_log(path, options=options, progress=_reading(progress), sha256=part.sha256)
    after = before.append(read.log, _counted(part, read))
    _keep_rejected(store, after.address, part, read)
    return _loaded(after, after.load())


def save_rejected(loaded: LoadedLog, path: Path) -> bool:
    """Write the rows set aside, if there are any; several parts follow one another."""
    if not loaded.rejected_files:
        return False
    with path.open("wb") as out:
        for number, source in enumerate(loaded.rejected_files):
            with source.open("rb") as stream:
                if number:
                    stream.readline()
                shutil.copyfileobj(stream, out)
    return True


def rejected_bytes(loaded: LoadedLog) -> bytes:
    """The rows set aside as one CSV; empty where there are none."""
    parts = [file.read_bytes() for file in loaded.rejected_files]
    return b"".join(part if i == 0 else part.split(b"\n", 1)[-1] for i, part in enumerate(parts))


def _part(path: Path, options: ReadOptions) -> Part:
    with path.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
    return Part(path.name, digest, options=_plain(asdict(options)))


def _counted(part: Part, read: ReadLog) -> Part:
    return Part(
        part.name,
        part.sha256,
        part.options,
        rows=read.report.n_rows,
        report=_report(read),
        dropped=tuple(sorted(read.report.dropped_columns)),
    )


def _address(store: LogStore, part: Part) -> str:
    from anlan.formats.log_store.manifest import address_of

    return address_of((part,))


def _report(read: ReadLog) -> dict[str, Any]:
    """What reading found, as JSON values, so that a stored log can say it again."""
    report = read.report
    return {
        "format": report.format,
        "encoding": report.encoding,
        "rows": report.n_rows,
        "mapping": {role: [taken.column, taken.confidence] for role, taken in report.mapping.items()},
        "rejected": {reason: int(report.rejected.get(reason, 0)) for reason in REASONS},
        "quality": {"rows_read": report.n_rows, **{k: int(v) for k, v in sorted(report.counters.items())}},
        "notes": [[code, _plain(parameters)] for code, parameters in report.notes],
    }


def _loaded(stored: StoredLog, log: EventLog) -> LoadedLog:
    parts, report = stored.manifest.parts, stored.manifest.report
    rejected = {r: sum(int(p.report.get("rejected", {}).get(r, 0)) for p in parts) for r in REASONS}
    quality = dict(report["quality"])
    quality["rows_read"] = sum(part.rows for part in parts)
    known = sum(part.known for part in parts)
    if known:
        quality["known_rows"] = known
    facts = LogFacts(
        name=" + ".join(part.name for part in parts),
        id=stored.address,
        sha256=parts[0].sha256 if len(parts) == 1 else stored.address,
        format=report["format"],
        mapping={role: tuple(report["mapping"][role]) for role in ROLES if role in report["mapping"]},
        rejected=rejected,
        rows_read=sum(part.rows for part in parts),
        quality=quality,
        notes=tuple((code, parameters) for code, parameters in report["notes"]),
    )
    return LoadedLog(log, facts, stored, _rejected_files(stored))


def _rejected_folder(store_folder: Path) -> Path:
    return store_folder / "rejected"


def _rejected_name(part: Part) -> str:
    written = json.dumps(part.options, sort_keys=True, ensure_ascii=False)
    options = hashlib.sha256(written.encode()).hexdigest()[:16]
    return f"{part.sha256}-{options}.csv"


def _keep_rejected(store: LogStore, address: str, part: Part, read: ReadLog) -> None:
    """Rows set aside are kept beside the stored logs, one file per part."""
    if not any(read.report.rejected.values()):
        return
    folder = _rejected_folder(store.folder)
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / _rejected_name(part)
    fresh = target.with_suffix(".new")
    write_rejected_csv(read.report, fresh)
    fresh.replace(target)


def _rejected_files(stored: StoredLog) -> tuple[Path, ...]:
    folder = _rejected_folder(stored.folder.parent)
    files = (folder / _rejected_name(part) for part in stored.manifest.parts)
    return tuple(file for file in files if file.is_file())


def _reading(progress: Progress) -> Callable[[int], None]:
    """Rows read so far; how many there are is not known before the end, so the share creeps up."""
    return lambda rows: progress("read", 0.08 * rows / (rows + 5_000_000))


def _plain(value: Any) -> Any:
    """A value as JSON knows it."""
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(item) for item in value]
    if value is None or isinstance(value, bool | int | float | str):
        return value
    return str(value)
