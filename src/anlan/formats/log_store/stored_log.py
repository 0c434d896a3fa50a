"""One stored log: look at its manifest, load all or some of it, check that nothing has changed."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from anlan.domain.errors import RefusedInput
from anlan.domain.event_log import EventLog
from anlan.formats.log_store.append import write_appended
from anlan.formats.log_store.loading import load_buckets
from anlan.formats.log_store.manifest import Manifest, Part, address_of, read_manifest
from anlan.formats.log_store.verifying import Damage, damages, harmful
from anlan.formats.log_store.writing import write_once


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
        return damages(self.folder, self.manifest)

    def check(self) -> "StoredLog":
        """This log, where its files are what they were; RefusedInput `store.damaged` otherwise."""
        files = harmful(self.verify())
        if files:
            raise RefusedInput("store.damaged", folder=str(self.folder), files=files)
        return self
