"""The file of a twin: the spec that `process_simulation` runs, as YAML, JSON or a workbook by its ending."""

import json
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from anlan.domain.errors import UsageError
from anlan.formats.report.words import Language, Words
from anlan.formats.settings_bytes import SettingsBytes, read_once
from anlan.formats.spec_file import read_spec_file, spec_text
from anlan.formats.whole_file import write_whole
from anlan.studies.methods.spec import SPEC
from anlan.studies.twin.book import ENDING, LARGEST_BYTES, is_twin_book, read_twin_book, write_twin_book

ENDINGS = (".yaml", ".yml", ".json")
TWIN_ENDINGS = (*ENDINGS, ENDING)
_HEAD = 2_000
_LANGUAGES: tuple[Language, ...] = ("zh", "en")


def read_twin_file(given: Path | SettingsBytes) -> dict[str, Any]:
    """The document of a spec file or of a workbook. Errors: RefusedInput of the file, with every fault."""
    path = given.path if isinstance(given, SettingsBytes) else given
    if path.suffix.lower() != ENDING:
        return read_spec_file(given)
    return read_twin_book(read_once(given, kind="spec", largest=LARGEST_BYTES))


def check_twin_file(path: Path, *, accepted: tuple[str, ...] = TWIN_ENDINGS) -> None:
    """Errors: UsageError where the twin could not be written there, before anything is computed."""
    _check_place(path, accepted, _is_spec, "twin.other_file")


def check_matrix_file(path: Path) -> None:
    """As `check_twin_file` for the drawing of the innovation matrix: an earlier one of it is replaced."""
    _check_place(path, (".svg",), _is_matrix, "twin.other_drawing")


def _check_place(
    path: Path, accepted: tuple[str, ...], is_ours: Callable[[Path], bool], otherwise: str
) -> None:
    if path.suffix.lower() not in accepted:
        raise UsageError("twin.ending", path=str(path), accepted=accepted)
    target = Path(os.path.realpath(path))  # a link that leads round to itself stays a link
    if target.is_dir() or target.is_symlink() or not target.parent.is_dir():
        raise UsageError("twin.no_place", path=str(path))
    if target.exists() and not (target.is_file() and is_ours(target)):  # a pipe never begins
        raise UsageError(otherwise, path=str(path))


def _is_spec(path: Path) -> bool:
    """Whether a file is empty or begins as a spec does: only such a one is replaced."""
    if path.suffix.lower() == ENDING and path.stat().st_size:
        return is_twin_book(read_once(path, kind="spec", largest=LARGEST_BYTES))
    with path.open("rb") as stream:
        head = stream.read(_HEAD)
    return not head.strip() or SPEC.encode() in head


def _is_matrix(path: Path) -> bool:
    """Whether a file is empty or begins as the drawing does, in either language."""
    with path.open("rb") as stream:
        head = stream.read(_HEAD)
    titles = (f"<title>{Words(each).plain('innovation.title')}</title>".encode() for each in _LANGUAGES)
    return not head.strip() or (head.startswith(b"<svg ") and any(title in head for title in titles))


def write_twin_file(path: Path, spec: Mapping[str, Any], *, language: str) -> None:
    """The whole file, in one step; language: that of a workbook's words."""
    if path.suffix.lower() == ENDING:
        write_whole(path, write_twin_book(spec, language=language))
        return
    as_json = path.suffix.lower() == ".json"
    text = (
        json.dumps(spec, ensure_ascii=False, indent=1, allow_nan=False) + "\n" if as_json else spec_text(spec)
    )
    write_whole(path, text.encode("utf-8"))
