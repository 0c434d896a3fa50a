"""One stored log: look at its manifest, load all or some of it, check that nothing has changed."""

import hashlib
import os
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from anlan.domain.errors import RefusedInput
from anlan.domain.event_log import EventLog
from anlan.formats.log_store.append import write_appended
from anlan.formats.log_store.loading import load_buckets
from anlan.formats.log_store.manifest import (
    MANIFEST,
    Manifest,
    Part,
    StoredFile,
    address_of,
    read_manifest,
)
from anlan.formats.log_store.writing import write_once


@dataclass(frozen=True)
class Damage:
    """A file of a stored log that is not what it was: `missing`, `changed` or (not of the log) `foreign`."""

    file: str
    problem: str


@dataclass(frozen=True)
class StoredLog:
    """A log in the store; it never changes (appending makes another one)."""

    folder: Path
    manifest: Manifest
    wait_s: float = 60.0

    @property
    def address(self) -> str:
        return self.manifest.address

    def load(self, buckets: Iterable[int] | None = None) -> EventLog:
        """The log as it was stored, or only its cases in some buckets (numbered from 0 again)."""
        return load_buckets(self.folder, self.manifest, buckets)

    def append(self, part_log: EventLog, part: Part) -> "StoredLog":
        """This log and one more part as a new stored log, equal to reading everything as one file.

        Rows already stored are counted as the part's `known`; a part that is in the log already
        changes nothing.
        """
        if any(part.identity == mine.identity for mine in self.manifest.parts):
            return self
        target = self.folder.parent / address_of((*self.manifest.parts, part))
        write_once(
            target,
            lambda folder: write_appended(folder, self.folder, self.manifest, part_log=part_log, part=part),
            wait_s=self.wait_s,
        )
        return StoredLog(target, read_manifest(target), wait_s=self.wait_s)

    def verify(self) -> tuple[Damage, ...]:
        """Read every file again and compare its hash with the manifest; empty when all is well."""
        try:
            unchanged = read_manifest(self.folder) == self.manifest
        except RefusedInput:
            unchanged = False
        damages = [] if unchanged else [Damage(MANIFEST, "changed")]
        with ThreadPoolExecutor(os.cpu_count() or 1) as threads:
            problems = threads.map(self._problem, self.manifest.files)
            damages += [
                Damage(file.name, problem)
                for file, problem in zip(self.manifest.files, problems, strict=True)
                if problem
            ]
        known = {MANIFEST, *(file.name for file in self.manifest.files)}
        damages += [Damage(path.name, "foreign") for path in self._present() if path.name not in known]
        return tuple(sorted(damages, key=lambda damage: damage.file))

    def _problem(self, file: StoredFile) -> str | None:
        try:
            with (self.folder / file.name).open("rb") as stream:
                digest = hashlib.file_digest(stream, "sha256").hexdigest()
        except OSError:
            return "missing"
        return None if digest == file.sha256 else "changed"

    def _present(self) -> list[Path]:
        return sorted(self.folder.iterdir()) if self.folder.is_dir() else []
