"""Compare the files of a stored log with the hashes of its manifest."""

import hashlib
import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from anlan.domain.errors import RefusedInput
from anlan.formats.log_store.manifest import MANIFEST, Manifest, StoredFile, read_manifest


@dataclass(frozen=True)
class Damage:
    """A file of a stored log that is not what it was: `missing`, `changed` or (not of the log) `foreign`."""

    file: str
    problem: str


def damages(folder: Path, manifest: Manifest) -> tuple[Damage, ...]:
    """Read every file again and compare its hash with `manifest`; empty when all is well."""
    try:
        unchanged = read_manifest(folder) == manifest
    except RefusedInput:
        unchanged = False
    found = [] if unchanged else [Damage(MANIFEST, "changed")]
    with ThreadPoolExecutor(os.cpu_count() or 1) as threads:
        problems = threads.map(lambda file: _problem(folder, file), manifest.files)
        found += [
            Damage(file.name, problem)
            for file, problem in zip(manifest.files, problems, strict=True)
            if problem
        ]
    known = {MANIFEST, *(file.name for file in manifest.files)}
    present = sorted(folder.iterdir()) if folder.is_dir() else []
    found += [Damage(path.name, "foreign") for path in present if path.name not in known]
    return tuple(sorted(found, key=lambda damage: damage.file))


def harmful(found: tuple[Damage, ...]) -> list[str]:
    """Names of the files whose damage changes the log; a foreign file beside them does not."""
    return [damage.file for damage in found if damage.problem != "foreign"]


def is_sound(folder: Path) -> bool:
    """Whether the folder holds a stored log whose every file has its hash."""
    if not folder.is_dir():
        return False
    try:
        return not harmful(damages(folder, read_manifest(folder)))
    except RefusedInput:
        return False


def _problem(folder: Path, file: StoredFile) -> str | None:
    try:
        with (folder / file.name).open("rb") as stream:
            digest = hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError:
        return "missing"
    return None if digest == file.sha256 else "changed"
