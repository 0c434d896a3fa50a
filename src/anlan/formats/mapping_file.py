"""The columns of a log as recognised or corrected, saved to be used again."""

import json
import os
from collections.abc import Mapping
from pathlib import Path

from anlan.domain.errors import RefusedInput, UsageError
from anlan.formats.whole_file import write_whole

_SCHEMA = "anlan.mapping/1"
_LARGEST_BYTES = 100_000


def load_mapping(path: Path) -> dict[str, str]:
    """Role -> column from a file that `save_mapping` wrote."""
    try:
        if not path.exists():
            raise RefusedInput("mapping.not_found", path=str(path))
        if not path.is_file() or path.stat().st_size > _LARGEST_BYTES:
            raise ValueError("not a file, or too large")
        content = json.loads(path.read_text(encoding="utf-8"))
        columns = content["columns"]
        if content["schema"] != _SCHEMA or not all(
            isinstance(text, str) for pair in columns.items() for text in pair
        ):
            raise ValueError(content["schema"])
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as fault:
        raise RefusedInput("mapping.unreadable", path=str(path)) from fault
    return dict(columns)


def check_saving(path: Path) -> None:
    """UsageError where `path` is something else than columns saved before (or an empty file): a slip in
    the command line must not cost a log."""
    if not path.parent.is_dir():
        raise UsageError("mapping.no_folder", path=str(path), folder=str(path.parent))
    if not os.path.lexists(path) or (path.is_file() and path.stat().st_size == 0):
        return
    try:
        load_mapping(path)
    except RefusedInput as fault:
        raise UsageError("mapping.not_ours", path=str(path)) from fault


def save_mapping(path: Path, columns: Mapping[str, str]) -> None:
    """Write role -> column in one step; the same columns give the same bytes."""
    check_saving(path)
    content = {"schema": _SCHEMA, "columns": dict(sorted(columns.items()))}
    text = json.dumps(content, ensure_ascii=False, indent=1) + "\n"
    write_whole(path, text.encode())
