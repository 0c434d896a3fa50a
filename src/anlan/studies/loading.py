"""A log by file or by the id of a stored log: read once, stored by content, found again.

Reading the same file with the same options a second time finds the stored log and reads nothing.
"""

import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from anlan import home
from anlan.domain.errors import UsageError
from anlan.domain.event_log import EventLog
from anlan.formats.log_store import LogStore, Part, StoredLog
from anlan.formats.log_store.manifest import address_of
from anlan.formats.log_store.rejected import keep_rejected, lost_rejected, n_rejected, rejected_file
from anlan.formats.log_store.verifying import harmful
from anlan.formats.messages import messages
from anlan.formats.reading.read_log import ReadLog, ReadOptions, read_log, write_rejected_csv
from anlan.formats.reading.source import inspect
from anlan.formats.rejected_table import write_rejected_rows
from anlan.studies.options import ROLES
from anlan.studies.progress import Progress, silent
from anlan.studies.workspace import LogFacts

REASONS = ("case", "activity", "time", "end", "duplicate", "columns")
_ID = re.compile(r"[0-9a-f]{6,64}")


@dataclass(frozen=True)
class Appended:
    """Rows of the file appended just now that could be stored, and how many of them the log held before."""

    rows: int
    known: int


@dataclass(frozen=True, eq=False)
class LoadedLog:
    """A log ready for the stages, and the rows that were set aside when its parts were read."""

    log: EventLog
    facts: LogFacts
    stored: StoredLog
    rejected_files: tuple[Path, ...]
    appended: Appended | None = None


def log_store() -> LogStore:
    """The store under `ANLAN_HOME`."""
    return LogStore(home() / "logs")


def load_log(source: str, options: ReadOptions | None = None, *, progress: Progress = silent) -> LoadedLog:
    """The log of a file, or a stored log by its id (six digits or more)."""
    path = Path(source)
    options = options or ReadOptions()
    if path.is_file():
        return import_file(path, options, progress=progress)
    if path.exists():
        raise UsageError("reading.not_a_file", path=source)
    if not _ID.fullmatch(source):
        raise UsageError("log.not_found", path=source)
    stored = log_store().open(source).check()
    return _loaded(stored, stored.load(), name=_stored_name(stored))


def log_file(source: str) -> Path:
    """The path of a file that may be a log; UsageError where there is none or it is no file."""
    path = Path(source)
    if not path.is_file():
        raise UsageError("reading.not_a_file" if path.exists() else "log.not_found", path=source)
    return path


def import_file(path: Path, options: ReadOptions, *, progress: Progress = silent) -> LoadedLog:
    """Read a file and store it; a file stored before with the same options is not read again.

    The log is called as this file is, whatever the same content was called before. A stored log that
    is damaged, or whose rows set aside are gone, is read and stored anew.
    """
    store = log_store()
    progress("read", 0.0)
    _check_format(path, options)
    part = _part(path, options)
    stored = _found(store, part)
    if stored is not None:
        return _loaded(stored, stored.load(), name=path.name)
    read = read_log(path, options=options, progress=_reading(progress), sha256=part.sha256)
    progress("store", 0.0)
    part = _counted(part, read)
    _keep_rejected(store, part, read)
    stored = store.add(read.log, parts=(part,), report=_report(read))
    return _loaded(stored, read.log, name=path.name)


def _check_format(path: Path, options: ReadOptions) -> None:
    """What the file's name and the options say must fit its content, also where that is stored already."""
    source = inspect(path, max_bytes=options.max_bytes)
    if options.sheet is not None and source.format != "xlsx":
        raise UsageError("reading.sheet_of_no_workbook", name=path.name, found=options.sheet)


def _found(store: LogStore, part: Part) -> StoredLog | None:
    """The stored log of one part, sound and with its rows set aside; None where it must be read."""
    if not store.holds((part,)):
        return None
    stored = store.open(address_of((part,)))
    if harmful(stored.verify()) or lost_rejected(store.folder, stored.manifest.parts):
        return None
    return stored


def append_file(source: str, path: Path, options: ReadOptions, *, progress: Progress = silent) -> LoadedLog:
    """A stored log and one more file as a new stored log."""
    store = log_store()
    before = store.open(source).check()
    _check_format(path, options)
    part = _part(path, options)
    read = read_log(path, options=options, progress=_reading(progress), sha256=part.sha256)
    part = _counted(part, read)
    _keep_rejected(store, part, read)
    after = before.append(read.log, part)
    grown = after.address != before.address
    name = f"{_stored_name(before)} + {path.name}" if grown else _stored_name(before)
    rows = part.rows - n_rejected(part)
    known = after.manifest.parts[-1].known if grown else rows
    return replace(_loaded(after, after.load(), name=name), appended=Appended(rows, known))


def _stored_name(stored: StoredLog) -> str:
    """A log opened by its id is called as its files were when they were first stored."""
    return " + ".join(part.name for part in stored.manifest.parts)


def save_rejected(loaded: LoadedLog, path: Path, *, language: str) -> bool:
    """Write the rows set aside, if there are any, with headings and reasons in `language`; several parts
    follow one another."""
    if not loaded.rejected_files:
        return False
    write_rejected_rows(loaded.rejected_files, path, words=messages(language))
    return True


def rejected_bytes(loaded: LoadedLog, *, language: str) -> bytes:
    """The rows set aside as `save_rejected` writes them; empty where there are none."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "rejected.csv"
        return path.read_bytes() if save_rejected(loaded, path, language=language) else b""


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


def _loaded(stored: StoredLog, log: EventLog, *, name: str) -> LoadedLog:
    parts, report = stored.manifest.parts, stored.manifest.report
    rejected = {r: sum(int(p.report.get("rejected", {}).get(r, 0)) for p in parts) for r in REASONS}
    quality = dict(report["quality"])
    quality["rows_read"] = sum(part.rows for part in parts)
    known = sum(part.known for part in parts)
    if known:
        quality["known_rows"] = known
    lost = lost_rejected(stored.folder.parent, parts)
    notes = [(code, parameters) for code, parameters in report["notes"]]
    if lost:
        notes.append(
            ("rejected_rows_lost", {"n": sum(map(n_rejected, lost)), "files": [p.name for p in lost]})
        )
    facts = LogFacts(
        name=name,
        id=stored.address,
        sha256=parts[0].sha256 if len(parts) == 1 else stored.address,
        format=report["format"],
        mapping={role: tuple(report["mapping"][role]) for role in ROLES if role in report["mapping"]},
        rejected=rejected,
        rows_read=sum(part.rows for part in parts),
        quality=quality,
        notes=tuple(notes),
    )
    return LoadedLog(log, facts, stored, _rejected_files(stored))


def _keep_rejected(store: LogStore, part: Part, read: ReadLog) -> None:
    if n_rejected(part):
        keep_rejected(store.folder, part, lambda fresh: write_rejected_csv(read.report, fresh))


def _rejected_files(stored: StoredLog) -> tuple[Path, ...]:
    files = (rejected_file(stored.folder.parent, part) for part in stored.manifest.parts)
    return tuple(file for file in files if file.is_file())


def _reading(progress: Progress) -> Callable[[int], None]:
    """Rows read so far; how many there are is not known before the end, so the share creeps up."""
    return lambda rows: progress("read", rows / (rows + 1_000_000))


def _plain(value: Any) -> Any:
    """A value as JSON knows it."""
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(item) for item in value]
    if value is None or isinstance(value, bool | int | float | str):
        return value
    return str(value)
