"""Results reach their folder whole or not at all."""

import json
import os
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

from anlan.domain.errors import UsageError

RESULT_FILE = "result.json"
OUR_FILES = {RESULT_FILE, "report.html", "risks.xlsx", "rejected.csv"}


def check_folder(folder: Path) -> None:
    """Refuse a target that is no folder (a file, device, pipe or dangling link), or a folder with things
    that are not ours to replace."""
    if os.path.lexists(folder) and not folder.is_dir():
        raise UsageError("option.out_is_file", path=str(folder))
    if folder.is_dir() and any(folder.iterdir()) and not _is_ours(folder):
        raise UsageError("option.out_not_ours", path=str(folder))


def _is_ours(folder: Path) -> bool:
    """The folder holds a result of ours and nothing else."""
    if {path.name for path in folder.iterdir()} - OUR_FILES:
        return False
    try:
        content = json.loads((folder / RESULT_FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return isinstance(content, dict) and str(content.get("schema", "")).startswith("anlan.")


def replace_folder(folder: Path, write: Callable[[Path], None]) -> None:
    """Let `write` fill a new folder beside `folder`, then put it in its place in one step.

    A run that fails or is killed leaves the earlier results as they were; at worst a hidden folder
    named `.<name>.*` stays beside them, which the next run removes.
    """
    check_folder(folder)
    folder = folder.resolve()
    folder.parent.mkdir(parents=True, exist_ok=True)
    _remove_leftovers(folder)
    fresh = Path(tempfile.mkdtemp(prefix=f".{folder.name}.new-", dir=folder.parent))
    try:
        write(fresh)
        fresh.chmod(0o755)
        _swap(fresh, folder)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


def _swap(fresh: Path, folder: Path) -> None:
    if not folder.exists():
        fresh.rename(folder)
        return
    old = Path(tempfile.mkdtemp(prefix=f".{folder.name}.old-", dir=folder.parent)) / "results"
    folder.rename(old)
    try:
        fresh.rename(folder)
    except OSError:
        old.rename(folder)
        raise
    shutil.rmtree(old.parent)


def _remove_leftovers(folder: Path) -> None:
    """Folders a killed run left; one that holds the only copy of the results is put back first."""
    for leftover in folder.parent.glob(f".{folder.name}.old-*"):
        if not folder.exists() and (leftover / "results").exists():
            (leftover / "results").rename(folder)
        shutil.rmtree(leftover, ignore_errors=True)
    for leftover in folder.parent.glob(f".{folder.name}.new-*"):
        shutil.rmtree(leftover, ignore_errors=True)


def write_text(path: Path, text: str) -> None:
    """UTF-8 with `\\n` line ends, flushed to disk."""
    with path.open("w", encoding="utf-8", newline="\n") as stream:
        stream.write(text)
        stream.flush()
        os.fsync(stream.fileno())
