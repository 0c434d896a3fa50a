"""A small file given by the user, read once: what is parsed and what is hashed are the same bytes."""

import hashlib
import os
import stat
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from anlan.domain.errors import RefusedInput

LARGEST_BYTES = 1_000_000


@dataclass(frozen=True)
class SettingsBytes:
    """The content of a settings file, and what it is called."""

    path: Path
    content: bytes

    @property
    def name(self) -> str:
        return self.path.name

    @cached_property
    def sha256(self) -> str:
        """Hex digest of the content."""
        return hashlib.sha256(self.content).hexdigest()

    @property
    def text(self) -> str:
        """The content as UTF-8, with or without a byte order mark; UnicodeDecodeError where it is not."""
        return self.content.decode("utf-8-sig")


def read_once(
    given: Path | SettingsBytes, *, kind: str = "settings", largest: int = LARGEST_BYTES
) -> SettingsBytes:
    """The bytes of a regular file of at most `largest` bytes; those read already are handed on.

    RefusedInput `<kind>.not_found`, `<kind>.unreadable` or `<kind>.too_large`. A device or a pipe has no
    end to wait for and gives other bytes, or none, when it is read again.
    """
    if isinstance(given, SettingsBytes):
        return given
    try:
        handle = os.open(given, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        with os.fdopen(handle, "rb") as stream:
            if not stat.S_ISREG(os.fstat(handle).st_mode):
                raise RefusedInput(f"{kind}.not_a_file", file=str(given))
            content = stream.read(largest + 1)
    except FileNotFoundError as error:
        raise RefusedInput(f"{kind}.not_found", file=str(given)) from error
    except OSError as error:
        raise RefusedInput(f"{kind}.unreadable", file=str(given), reason=error.strerror) from error
    if len(content) > largest:
        raise RefusedInput(f"{kind}.too_large", file=given.name, limit=largest)
    return SettingsBytes(given, content)
