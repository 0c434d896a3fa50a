"""Where a BPMN file may be written: a new one, or in place of one of ours."""

import os
from pathlib import Path

from anlan.domain.errors import UsageError
from anlan.formats.whole_file import write_whole

_HEAD = 4096
_OURS = b'exporter="Anlan"'


def check_place(path: Path) -> None:
    """UsageError where `path` is something else than a file written here before (or an empty file): a slip in
    the command line must not cost a drawing made by hand."""
    if not path.parent.is_dir():
        raise UsageError("bpmn.no_folder", path=str(path), folder=str(path.parent))
    if not os.path.lexists(path):
        return
    if not path.is_file():
        raise UsageError("bpmn.not_ours", path=str(path))
    with path.open("rb") as stream:
        head = stream.read(_HEAD)
    if head and _OURS not in head:
        raise UsageError("bpmn.not_ours", path=str(path))


def keep_bpmn(path: Path, content: bytes) -> None:
    """Write the file in one step."""
    check_place(path)
    write_whole(path, content)
