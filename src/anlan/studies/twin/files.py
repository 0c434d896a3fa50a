"""The file of a twin: the spec that `process_simulation` runs, as YAML or JSON by its ending."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from anlan.domain.errors import UsageError
from anlan.formats.spec_file import spec_text
from anlan.formats.whole_file import write_whole
from anlan.studies.methods.spec import SPEC

ENDINGS = (".yaml", ".yml", ".json")
_HEAD = 2_000


def check_twin_file(path: Path) -> None:
    """Errors: UsageError where the twin could not be written there, before anything is computed."""
    if path.suffix.lower() not in ENDINGS:
        raise UsageError("twin.ending", path=str(path), accepted=ENDINGS)
    if path.is_dir() or not path.resolve().parent.is_dir():
        raise UsageError("twin.no_place", path=str(path))
    if path.exists() and not _is_spec(path):
        raise UsageError("twin.other_file", path=str(path))


def _is_spec(path: Path) -> bool:
    """Whether a file is empty or begins as a spec does: only such a one is replaced."""
    with path.open("rb") as stream:
        head = stream.read(_HEAD)
    return not head.strip() or SPEC.encode() in head


def write_twin_file(path: Path, spec: Mapping[str, Any]) -> None:
    """The whole file, in one step."""
    as_json = path.suffix.lower() == ".json"
    text = (
        json.dumps(spec, ensure_ascii=False, indent=1, allow_nan=False) + "\n" if as_json else spec_text(spec)
    )
    write_whole(path, text.encode("utf-8"))
