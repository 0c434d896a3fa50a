"""Rows set aside when the parts of a log were read: one file per part, beside the stored logs.

A file is written whole before the log of its part is stored, so a log whose writer was killed never
lacks the rows it counts. It belongs to content and options, as the part does.
"""

import hashlib
import json
import secrets
from collections.abc import Callable
from pathlib import Path

from anlan.formats.log_store.manifest import Part
from anlan.formats.log_store.whole_folder import TEMPORARY, explained, one_writer

FOLDER = "rejected"


def rejected_file(store: Path, part: Part) -> Path:
    """Where the rows of `part` are, or would be."""
    written = json.dumps(part.options, sort_keys=True, ensure_ascii=False)
    options = hashlib.sha256(written.encode()).hexdigest()[:16]
    return store / FOLDER / f"{part.sha256}-{options}.csv"


def keep_rejected(store: Path, part: Part, write: Callable[[Path], None], *, wait_s: float = 60.0) -> None:
    """Let `write` fill the file of `part`; what a killed writer left is swept by the next one."""
    target = rejected_file(store, part)
    with one_writer(store, wait_s=wait_s), explained(store):
        target.parent.mkdir(exist_ok=True)
        fresh = store / f"{TEMPORARY}{secrets.token_hex(6)}"
        write(fresh)
        fresh.replace(target)


def n_rejected(part: Part) -> int:
    """Rows of `part` that were set aside."""
    return sum(int(n) for n in part.report.get("rejected", {}).values())


def lost_rejected(store: Path, parts: tuple[Part, ...]) -> tuple[Part, ...]:
    """Parts with rows set aside whose file is gone."""
    return tuple(part for part in parts if n_rejected(part) and not rejected_file(store, part).is_file())
