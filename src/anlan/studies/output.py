"""Results reach their folder whole or not at all."""

import json
import os
from collections.abc import Callable, Mapping
from pathlib import Path

from anlan.domain.errors import UsageError
from anlan.studies.folder_exchange import write_and_exchange

RESULT_FILE = "result.json"
OUR_FILES = {RESULT_FILE, "report.html", "risks.xlsx", "rejected.csv", "report.pdf", "report.xlsx"}


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


def check_inputs(folder: Path, inputs: Mapping[str, str]) -> None:
    """Refuse a target that holds a file the run reads or saves: replacing it would remove that file.

    `inputs`: option or argument -> path as given.
    """
    places = {folder.absolute(), folder.resolve()}
    for option, given in inputs.items():
        path = Path(given)
        if any(each.is_relative_to(place) for each in (path.absolute(), path.resolve()) for place in places):
            raise UsageError("option.out_holds_input", path=str(folder), option=option, found=given)


def replace_folder(folder: Path, write: Callable[[Path], None]) -> Path:
    """Let `write` fill a new folder beside `folder`, then put it in its place in one step; its full path.

    A run that fails or is killed leaves the earlier results as they were, or the new ones whole; at
    worst a hidden work folder stays beside them, which the next run for the same folder removes.
    """
    check_folder(folder)
    target = folder.resolve()
    write_and_exchange(target, write, check=lambda: check_folder(target))
    return target


def write_text(path: Path, text: str) -> None:
    """UTF-8 with `\\n` line ends, flushed to disk."""
    with path.open("w", encoding="utf-8", newline="\n") as stream:
        stream.write(text)
        stream.flush()
        os.fsync(stream.fileno())
