"""The columns of a log as recognised or corrected, saved to be used again."""

import json
from collections.abc import Mapping
from pathlib import Path

from anlan.domain.errors import RefusedInput

_SCHEMA = "anlan.mapping/1"
_LARGEST_BYTES = 100_000


def load_mapping(path: Path) -> dict[str, str]:
    """Role -> column from a file that `save_mapping` wrote."""
    try:
        if path.stat().st_size > _LARGEST_BYTES:
            raise ValueError("too large")
        content = json.loads(path.read_text(encoding="utf-8"))
        columns = content["columns"]
        if content["schema"] != _SCHEMA or not all(
            isinstance(text, str) for pair in columns.items() for text in pair
        ):
            raise ValueError(content["schema"])
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as fault:
        raise RefusedInput("mapping.unreadable", path=str(path), found=str(fault)[:200]) from fault
    return dict(columns)


def save_mapping(path: Path, columns: Mapping[str, str]) -> None:
    """Write role -> column; the same columns give the same bytes."""
    content = {"schema": _SCHEMA, "columns": dict(sorted(columns.items()))}
    path.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
