"""Results as files below `ANLAN_HOME/reports`, each in a folder named by the hash of its content."""

import hashlib
import json
import os
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from django.conf import settings

from anlan import __version__
from anlan.domain.errors import RefusedInput
from anlan.formats.report import render_report
from anlan.formats.workbook_report import write_workbook
from anlan.web.runs.models import Run

RESULT = "result.json"


def folder() -> Path:
    return Path(settings.ANLAN_HOME) / "reports"


def keep(text: str) -> tuple[str, str]:
    """Write a result; its place below `folder()` and its hash. The same content is written once; a file that
    is gone or was altered is whole again afterwards."""
    content = text.encode()
    digest = hashlib.sha256(content).hexdigest()
    place = f"{digest[:2]}/{digest}/{RESULT}"
    target = folder() / place
    if not target.is_file() or target.read_bytes() != content:
        _write_whole(target, lambda path: path.write_bytes(content))
    return place, digest


def content(run: Run) -> bytes:
    """The bytes of the result. Errors: RefusedInput where the file is gone or no longer what it was."""
    path = folder() / run.result
    try:
        found = path.read_bytes()
    except OSError as fault:
        raise RefusedInput("result.gone", run=run.code, file=run.result) from fault
    if hashlib.sha256(found).hexdigest() != run.result_sha256:
        raise RefusedInput("result.altered", run=run.code, file=run.result)
    return found


def sound_file(run: Run) -> Path:
    """The file of the result, after its content was compared with the hash."""
    content(run)
    return folder() / run.result


def result_of(run: Run) -> Mapping[str, Any]:
    value: Mapping[str, Any] = json.loads(content(run))
    return value


def kept_beside(run: Run, name: str, write: Callable[[Path], object]) -> Path:
    """A file made from the result, in the result's folder; made when first asked for."""
    target = (folder() / run.result).with_name(name)
    if not target.is_file():
        _write_whole(target, write)
    return target


def report_file(run: Run, *, language: str) -> Path:
    """The report as HTML, drawn when first asked for by this version of the program.

    Errors: as `content`; what was drawn before does not stand in for a result that is gone or altered.
    """
    sound_file(run)

    def write(path: Path) -> None:
        report = render_report(result_of(run), language="en" if language == "en" else "zh")
        path.write_text(report, encoding="utf-8", newline="\n")

    return kept_beside(run, f"report-{__version__}.{language}.html", write)


def workbook_file(run: Run, *, language: str) -> Path:
    """The risks as a workbook, as `report_file`."""
    sound_file(run)

    def write(path: Path) -> None:
        write_workbook(result_of(run), path, language="en" if language == "en" else "zh")

    return kept_beside(run, f"risks-{__version__}.{language}.xlsx", write)


def _write_whole(target: Path, write: Callable[[Path], object]) -> None:
    """The file appears whole or not at all, also when the process is killed or two write it at once.

    Errors: RefusedInput where the disk takes no file.
    """
    try:
        _written(target, write)
    except OSError as fault:
        raise RefusedInput("result.not_kept", folder=str(folder()), reason=str(fault.strerror)) from fault


def _written(target: Path, write: Callable[[Path], object]) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(prefix=".new-", suffix=target.suffix, dir=target.parent)
    os.close(descriptor)
    fresh = Path(name)
    try:
        write(fresh)
        with fresh.open("rb") as stream:
            os.fsync(stream.fileno())
        fresh.chmod(0o640)
        fresh.replace(target)
    finally:
        fresh.unlink(missing_ok=True)
