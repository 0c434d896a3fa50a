"""The store: one folder per log, named by the hash of the parts it was made of.

store = LogStore(anlan.home() / "logs")
stored = store.add(log, parts=(Part("tickets.csv", sha256, rows=21_348),), report=report)
later = stored.append(part_log, Part("tickets-june.csv", sha256, rows=1_200))
log = store.open(later.address[:8]).load()
"""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from anlan.domain.errors import RefusedInput, UsageError
from anlan.domain.event_log import EventLog
from anlan.formats.log_store.manifest import Part, address_of, read_manifest
from anlan.formats.log_store.stored_log import StoredLog
from anlan.formats.log_store.whole_folder import explained
from anlan.formats.log_store.writing import is_whole, write_log, write_once

_PREFIX = re.compile(r"[0-9a-f]{6,64}")
_ADDRESS = re.compile(r"[0-9a-f]{64}")


class LogStore:
    """Stored logs under one folder.

    A log never changes once stored; appending makes a new one that shares the untouched files.
    `wait_s`: how long a writer waits for another one.
    """

    def __init__(self, folder: Path, *, wait_s: float = 60.0) -> None:
        self.folder = folder
        self.wait_s = wait_s

    def add(self, log: EventLog, *, parts: tuple[Part, ...], report: Mapping[str, Any]) -> StoredLog:
        """Store `log`, read from `parts` in this order; a log that is stored already is left as it is.

        `report`: what reading counted, as JSON values; it is kept in the manifest.
        """
        if not parts:
            raise UsageError("store.no_parts")
        address = address_of(parts)
        target = self.folder / address
        write_once(
            target,
            lambda folder: write_log(folder, log, address=address, parts=parts, report=report),
            wait_s=self.wait_s,
        )
        return self._opened(address)

    def holds(self, parts: tuple[Part, ...]) -> bool:
        """Whether the log of these parts is stored whole, so that its files need not be read again."""
        return is_whole(self.folder / address_of(parts))

    def open(self, address_or_prefix: str) -> StoredLog:
        """The stored log of that address; its first six or more digits are enough where unique."""
        if not _PREFIX.fullmatch(address_or_prefix):
            raise UsageError("store.bad_address", found=address_or_prefix[:80])
        found = [address for address in self._addresses() if address.startswith(address_or_prefix)]
        if not found:
            raise UsageError("store.unknown_address", found=address_or_prefix, folder=str(self.folder))
        if len(found) > 1:
            raise UsageError("store.ambiguous_address", found=address_or_prefix, accepted=found)
        return self._opened(found[0])

    def list(self) -> tuple[StoredLog, ...]:
        """All stored logs, by address; a damaged one is an error that names it."""
        return tuple(self._opened(address) for address in self._addresses())

    def survey(self) -> tuple[tuple[StoredLog, ...], dict[str, RefusedInput]]:
        """The logs that can be opened, and address -> why it cannot for the others."""
        opened, refused = [], {}
        for address in self._addresses():
            try:
                opened.append(self._opened(address))
            except RefusedInput as fault:
                refused[address] = fault
        return tuple(opened), refused

    def _addresses(self) -> tuple[str, ...]:
        if not self.folder.exists():
            return ()
        with explained(self.folder):
            names = sorted(path.name for path in self.folder.iterdir() if path.is_dir())
        return tuple(name for name in names if _ADDRESS.fullmatch(name))

    def _opened(self, address: str) -> StoredLog:
        folder = self.folder / address
        return StoredLog(folder, read_manifest(folder), wait_s=self.wait_s)
