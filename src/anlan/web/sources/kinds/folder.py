"""A watched folder: CSV, JSON, JSON lines and Excel files, each taken once by its content.

1. A file counts once it is quiet: its size and time have not changed for `quiet_s` seconds.
2. A content that was taken is never taken again, whatever its name; a changed file is another content, and
   its readings correct or leave what stands.
3. What cannot be read at all is noted as failed with the reason. Files are never changed, moved or removed.
"""

import hashlib
import os
import stat
import tempfile
from collections.abc import Iterator, Mapping
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

from anlan.domain.errors import AnlanError, RefusedInput
from anlan.formats.plain_sheet import first_sheet
from anlan.web.monitoring.batches import rows_of, table_rows
from anlan.web.people.models import Unit
from anlan.web.readings.taking import MOST_ROWS, content_of
from anlan.web.sources.allowed import folder_of
from anlan.web.sources.kinds.contract import ROWS, Asked, Batch, File, Setting
from anlan.web.sources.models import SourceFile
from anlan.web.sources.shaping import Shape

SETTINGS = (
    Setting("folder", required=True),
    Setting("pattern", usual="*"),
    Setting("quiet_s", "number", usual=10, least=1, most=86_400),
    *ROWS,
)
BEGINS_ANEW: tuple[str, ...] = ()
ENDINGS = {".csv": "text/csv", ".json": "application/json", ".ndjson": "application/x-ndjson",
           ".jsonl": "application/x-ndjson", ".xlsx": ""}  # fmt: skip
MOST_BYTES = 64 * 2**20
MOST_A_RUN = 200
_UNFINISHED = ("~", ".tmp", ".part", ".partial", ".crdownload")


def check(settings: dict[str, Any], unit: Unit) -> None:
    """Errors: RefusedInput `sources.folder*`."""
    folder_of(settings["folder"], unit)


def batches(asked: Asked) -> Iterator[Batch]:
    """Files nobody has taken yet, the oldest first, in parts of as many rows as a batch holds."""
    folder = folder_of(asked.settings["folder"], asked.unit)
    for path, found in _quiet(folder, asked)[:MOST_A_RUN]:
        if _seen(asked, path.name, found):
            continue
        if found.st_size > MOST_BYTES:
            yield _too_large(path.name, found)
            continue
        content = _content(path, found)
        if content is None:
            continue
        file = File(hashlib.sha256(content).hexdigest(), path.name[:255], len(content), found.st_mtime_ns)
        known = (
            asked.source is not None
            and SourceFile.objects.filter(source=asked.source, sha256=file.sha256).exists()
        )
        if not known:
            yield from _parts(file, content, asked.settings)


def _quiet(folder: Path, asked: Asked) -> list[tuple[Path, os.stat_result]]:
    """Files of the pattern that nobody writes to any more; links and folders are none."""
    found = []
    for entry in os.scandir(folder):
        name = entry.name
        wanted = Path(name).suffix.lower() in ENDINGS and fnmatch(name, asked.settings["pattern"])
        if not wanted or name.startswith((".", "~$")) or name.endswith(_UNFINISHED):
            continue
        try:
            facts = entry.stat(follow_symlinks=False)
        except FileNotFoundError:  # moved away between the listing and the look
            continue
        still_s = asked.now_us / 1e6 - max(facts.st_mtime, facts.st_ctime)
        if stat.S_ISREG(facts.st_mode) and (asked.trial or still_s >= asked.settings["quiet_s"]):
            found.append((folder / name, facts))
    return sorted(found, key=lambda pair: (pair[1].st_mtime_ns, pair[0].name))


def _seen(asked: Asked, name: str, facts: os.stat_result) -> bool:
    """Whether the file under this name is unchanged since it was looked at, so that it need not be read."""
    known = SourceFile.objects.filter(
        source=asked.source, name=name[:255], size=facts.st_size, modified_ns=facts.st_mtime_ns
    )
    return asked.source is not None and known.exists()


def _content(path: Path, before: os.stat_result) -> bytes | None:
    """What the file holds; None where it changes while it is read, or has gone."""
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW)
    except FileNotFoundError:
        return None
    with os.fdopen(handle, "rb") as stream:
        content = stream.read(MOST_BYTES + 1)
        after = os.fstat(stream.fileno())
    same = (after.st_size, after.st_mtime_ns) == (before.st_size, before.st_mtime_ns)
    return content if same and len(content) == after.st_size else None


def _too_large(name: str, found: os.stat_result) -> Batch:
    """Noted as failed; name, size and time stand for the content, which is not read."""
    stands_for = hashlib.sha256(f"{name}\0{found.st_size}\0{found.st_mtime_ns}".encode("utf-8", "replace"))
    file = File(stands_for.hexdigest(), name[:255], found.st_size, found.st_mtime_ns)
    return Batch([], file=file, error=RefusedInput("sources.large", most_mb=MOST_BYTES // 2**20))


def _parts(file: File, content: bytes, settings: Mapping[str, Any]) -> Iterator[Batch]:
    """key: of content and settings, so that a file begun under other settings is not taken for another."""
    stem = f"file:{file.sha256}:{content_of([dict(settings)])[:12]}"
    try:
        rows = Shape(settings).readings(rows_in(file.name, content))
    except AnlanError as fault:
        yield Batch([], file=file, error=fault)
        return
    starts = range(0, max(1, len(rows)), MOST_ROWS)
    for number, first in enumerate(starts):
        yield Batch(rows[first : first + MOST_ROWS], key=f"{stem}:{number}", file=file,
                    last=number + 1 == len(starts))  # fmt: skip


def rows_in(name: str, content: bytes) -> list[Any]:
    """Rows of a file by the ending of its name. Errors: RefusedInput for what cannot be read at all."""
    ending = Path(name).suffix.lower()
    if ending not in ENDINGS:
        raise RefusedInput("sources.ending", found=ending[:20], accepted=tuple(ENDINGS))
    if not content.strip():
        raise RefusedInput("sources.empty")
    if ending != ".xlsx":
        return rows_of(content, ENDINGS[ending], most=None)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "readings.xlsx"
        path.write_bytes(content)
        rows = first_sheet(path)
    return table_rows([cells for _, cells in rows if cells])
