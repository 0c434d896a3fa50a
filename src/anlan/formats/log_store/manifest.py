"""The manifest of a stored log: what it is made of, under which settings, and the hash of every file.

`manifest.json` is written last. Its own `checksum` is the sha256 of the rest of it, so a changed
manifest is found like a changed bucket.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from anlan.domain.errors import RefusedInput
from anlan.formats.log_store.manifest_checks import NAMES_FILE as NAMES_FILE
from anlan.formats.log_store.manifest_checks import check_content
from anlan.formats.log_store.whole_folder import explained

FORMAT = 1
MANIFEST = "manifest.json"
_LARGEST_BYTES = 256 << 20


@dataclass(frozen=True)
class Part:
    """One file a log was read from.

    options  reading options that change what is read (mapping, zone, time format ...), JSON values
    rows     rows of the file, good and bad; the next part's rows are numbered after them (where it
             is 0, after the last row that became an event)
    report   what reading it counted (rejected rows by reason ...), JSON values
    dropped  columns of the file with too many values to be kept; no log with this part has them
    known    rows that were already stored when it was appended
    """

    name: str
    sha256: str
    options: Mapping[str, Any] = field(default_factory=dict)
    rows: int = 0
    report: Mapping[str, Any] = field(default_factory=dict)
    dropped: tuple[str, ...] = ()
    known: int = 0

    @property
    def identity(self) -> tuple[str, str]:
        """Same content read with the same options is the same part, whatever the file is called."""
        return self.sha256, _canonical(dict(self.options))


@dataclass(frozen=True)
class StoredFile:
    name: str
    sha256: str
    size: int
    rows: int


@dataclass(frozen=True)
class Dictionary:
    """`count` texts of `names.parquet`: of `activity`, `resource`, `attribute`, `case_attribute` or
    `lifecycle` (activities of starts)."""

    kind: str
    name: str
    count: int


@dataclass(frozen=True)
class Manifest:
    """Everything about a stored log but its rows. `bucket_cases`, `bucket_events`: 64 counts each."""

    address: str
    parts: tuple[Part, ...]
    report: Mapping[str, Any]
    zone: str
    zone_source: str
    has_start: bool
    has_cost: bool
    has_lifecycle: bool
    n_cases: int
    n_events: int
    last_row: int
    first_us: int | None
    last_us: int | None
    bucket_cases: tuple[int, ...]
    bucket_events: tuple[int, ...]
    dictionaries: tuple[Dictionary, ...]
    files: tuple[StoredFile, ...]
    version: str
    format: int = FORMAT

    def file(self, name: str) -> StoredFile | None:
        return next((file for file in self.files if file.name == name), None)

    def names_of(self, kind: str) -> tuple[str, ...]:
        """Names of the attributes (`attribute`, `case_attribute`), in the order of their columns."""
        return tuple(entry.name for entry in self.dictionaries if entry.kind == kind)


def address_of(parts: tuple[Part, ...]) -> str:
    """Hash of the parts in order: 64 hexadecimal digits, the name of the log's folder."""
    identity = _canonical([FORMAT, [list(part.identity) for part in parts]])
    return hashlib.sha256(identity.encode()).hexdigest()


def write_manifest(folder: Path, manifest: Manifest) -> None:
    content = asdict(manifest)
    content["checksum"] = _checksum(content)
    text = json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True, allow_nan=False)
    (folder / MANIFEST).write_text(text + "\n", encoding="utf-8")


def read_manifest(folder: Path) -> Manifest:
    """The manifest of a log's folder; RefusedInput when it is missing, changed, of another format or of
    another log than the folder's name says, or when it tells what no log can be."""
    path = folder / MANIFEST
    try:
        with explained(folder, but=FileNotFoundError):
            if path.stat().st_size > _LARGEST_BYTES:
                raise ValueError("larger than any manifest")
            text = path.read_text(encoding="utf-8")
        content = json.loads(text)
        found = content["format"]
        if found != FORMAT:
            raise RefusedInput("store.other_format", folder=str(folder), found=found, accepted=FORMAT)
        if content.pop("checksum") != _checksum(content):
            raise RefusedInput("store.damaged", folder=str(folder), files=[MANIFEST])
        manifest = _parsed(content)
        if manifest.address != address_of(manifest.parts) or manifest.address != folder.name:
            raise ValueError("the manifest of another log")
        return manifest
    except FileNotFoundError as error:
        raise RefusedInput("store.damaged", folder=str(folder), files=[MANIFEST]) from error
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise RefusedInput("store.damaged", folder=str(folder), files=[MANIFEST]) from error


def _parsed(content: dict[str, Any]) -> Manifest:
    check_content(content)
    files = tuple(StoredFile(**file) for file in content.pop("files"))
    return Manifest(
        parts=tuple(Part(**{**part, "dropped": tuple(part["dropped"])}) for part in content.pop("parts")),
        dictionaries=tuple(Dictionary(**entry) for entry in content.pop("dictionaries")),
        bucket_cases=tuple(content.pop("bucket_cases")),
        bucket_events=tuple(content.pop("bucket_events")),
        files=files,
        **content,
    )


def _checksum(content: Mapping[str, Any]) -> str:
    return hashlib.sha256(_canonical(content).encode()).hexdigest()


def _canonical(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
