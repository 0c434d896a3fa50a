"""A worksheet as a workbook: the empty one to fill in, the sheet as it stands, and the way back in.

Nothing is written before every row was looked at; a row changed by somebody since the workbook was made is
a fault, not overwritten. A new row that says what a row of the sheet says is that row, so that a workbook
handed in twice adds nothing the second time. What a person saw in the preview is what is written: rows travel
signed.
"""

import json
import tempfile
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.core import signing
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone

from anlan import __version__
from anlan.domain.errors import RefusedInput, UsageError
from anlan.formats.messages import messages
from anlan.formats.record_sheet import Book, Kind, RecordSheet, SheetColumn, read_records, write_records
from anlan.loop.identify.worksheets import Column, WorksheetKind
from anlan.loop.quantify.worksheet_numbers import numbers_beside, numbers_of
from anlan.web.common.audit import record
from anlan.web.people.models import User
from anlan.web.people.permissions import require
from anlan.web.risks.exchange.values import Fault, text_of
from anlan.web.risks.models import Worksheet, WorksheetRow
from anlan.web.risks.services.worksheets import EDIT, MOST_ROWS, write_rows
from anlan.web.risks.worksheets.cells import RowRead, both_headings, read_cells
from anlan.web.risks.worksheets.nodes import NodeNames, node_names
from anlan.web.risks.worksheets.words import cell_words, choice_word, heading, help_of, kind_word

OUTCOMES = ("create", "update", "skip", "error")
MOST_BYTES = 5 * 2**20
_KINDS: Mapping[str, Kind] = {"integer": "whole", "number": "number"}
_SALT, _LASTS_S = "anlan.worksheet", 86_400


def columns_of(kind: WorksheetKind, language: str) -> list[SheetColumn]:
    """Row code and version, the kind's own columns, and the numbers beside them, which are only shown."""
    return [
        _own("row", language), _own("row_version", language, kind="whole"),
        *(_column(column, language) for column in kind.columns),
        *(_own(code, language, kind="whole", read=False) for code in numbers_beside(kind.method)),
    ]  # fmt: skip


def _own(code: str, language: str, *, kind: Kind = "text", read: bool = True) -> SheetColumn:
    words, key = messages(language), f"worksheets.help.{code}"
    said = words.text(key) if key in words else ""
    return SheetColumn(code, heading(code, "zh"), heading(code, "en"), kind=kind, read=read, help=said)


def _column(column: Column, language: str) -> SheetColumn:
    return SheetColumn(
        column.code, heading(column.code, "zh"), heading(column.code, "en"),
        kind=_KINDS.get(column.kind, "text"), help=help_of(column, language),
        choices=tuple(choice_word(column.code, choice, language) for choice in column.choices),
    )  # fmt: skip


def worksheet_workbook(sheet: Worksheet, *, actor: User, language: str) -> bytes:
    """The sheet as it stands; written to the audit."""
    require(actor, "reports.export", sheet.unit)
    rows = list(sheet.rows.filter(removed=False).select_related("worksheet"))
    nodes, kind = node_names(sheet.process), sheet.facts
    numbers = numbers_of(kind.method, [row.values for row in rows])
    cells = [_cells(row, kind, nodes, language) | own for row, own in zip(rows, numbers, strict=True)]
    content = _workbook(kind, str(sheet), cells, actor, language)
    with transaction.atomic():
        record("risks.worksheet.export", actor=actor, target=sheet, changes={"rows": (None, len(rows))})
    return content


def template_workbook(kind: WorksheetKind, *, actor: User, language: str) -> bytes:
    """The columns of a kind, without rows."""
    require(actor, EDIT)
    return _workbook(kind, kind_word(kind.code, language), [], actor, language)


def _cells(row: WorksheetRow, kind: WorksheetKind, nodes: NodeNames, language: str) -> dict[str, Any]:
    cells: dict[str, Any] = {"row": row.code, "row_version": row.version}
    for column in kind.columns:
        value = row.values.get(column.code)
        cells[column.code] = value if column.kind in _KINDS else cell_words(column, value, nodes, language)
    return cells


def _workbook(
    kind: WorksheetKind, title: str, rows: Sequence[Mapping[str, Any]], actor: User, language: str
) -> bytes:
    words = messages(language)
    at = timezone.localtime().strftime("%Y-%m-%d %H:%M %Z")
    heads = [words.text(f"web.exchange.book.{key}") for key in ("column", "code", "read", "help")]
    lines = (
        words.text("web.exchange.book.made", at=at, who=str(actor), n=len(rows), version=__version__),
        words.text(f"worksheets.about.{kind.code}"),
        *(words.text(f"web.worksheets.rules.{i}") for i in range(1, 4)),
    )
    book = Book(
        "en" if language == "en" else "zh", title, words.text("web.worksheets.sheet"),
        words.text("web.exchange.book.guide"), (heads[0], heads[1], heads[2], heads[3]),
        words.text("web.exchange.yes"), words.text("web.exchange.no"), lines,
    )  # fmt: skip
    return write_records(columns_of(kind, language), rows, book)


@dataclass
class Line:
    """A row of the workbook and what it comes to; `row` is the sheet's own that it changes."""

    number: int
    code: str
    read: RowRead
    row: WorksheetRow | None = None
    faults: list[Fault] = field(default_factory=list)

    @property
    def outcome(self) -> str:
        if self.faults:
            return "error"
        if self.row is None:
            return "create"
        return "update" if self.read.changes else "skip"


@dataclass(frozen=True)
class Preview:
    """What a workbook would do to a worksheet. carried: the rows as read, signed, to be written later."""

    name: str
    lines: list[Line]
    unknown: tuple[str, ...]
    carried: str

    @property
    def counts(self) -> dict[str, int]:
        counted = Counter(line.outcome for line in self.lines)
        return {outcome: counted[outcome] for outcome in OUTCOMES}


def preview_upload(sheet: Worksheet, upload: UploadedFile, *, actor: User) -> Preview:
    """Every row looked at, nothing written. RefusedInput says why a file cannot be used at all."""
    require(actor, EDIT, sheet.unit)
    found, name = _read(sheet, upload), Path(upload.name or "worksheet").name[-120:]
    rows = [
        [row.number, {code: text_of(cell) for code, cell in row.cells.items()}, sorted(row.marks.items())]
        for row in found.rows
    ]
    carried = {"sheet": sheet.pk, "name": name, "rows": rows, "headings": dict(found.headings)}
    lines = _lines(sheet, carried)
    carried["rows"] = [_kept(row, line) for row, line in zip(rows, lines, strict=True)]
    signed = signing.dumps(carried, salt=_SALT, serializer=_Compact, compress=True)
    return Preview(name, lines, found.unknown, signed)


class _Compact:
    """JSON in which Chinese characters take three bytes, not six."""

    def dumps(self, carried: Any) -> bytes:
        return json.dumps(carried, ensure_ascii=False, separators=(",", ":")).encode()

    def loads(self, data: bytes) -> Any:
        return json.loads(data)


def _kept(row: list[Any], line: Line) -> list[Any]:
    """A row to carry; of one that changes nothing only which row it is."""
    number, cells, marks = row
    if line.outcome == "skip" and line.code:
        cells = {name: cells[name] for name in ("row", "row_version") if name in cells}
    return [number, cells, marks]


def _read(sheet: Worksheet, upload: UploadedFile) -> RecordSheet:
    name = Path(upload.name or "worksheet").name[-120:]
    if not name.lower().endswith(".xlsx"):
        raise RefusedInput("sheet.ending", name=name)
    if (upload.size or 0) > MOST_BYTES:
        raise RefusedInput("upload.size", name=name, size=upload.size, limit=MOST_BYTES)
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "sheet.xlsx"
        target.write_bytes(b"".join(upload.chunks()))
        return read_records(target, columns_of(sheet.facts, "zh"), most_rows=MOST_ROWS)


def _lines(sheet: Worksheet, carried: Mapping[str, Any]) -> list[Line]:
    nodes = node_names(sheet.process)
    held = {row.code: row for row in sheet.rows.filter(removed=False).select_related("worksheet")}
    twins = {frozenset(row.values.items()): row for row in held.values()}
    seen: dict[str, int] = {}
    lines = []
    for number, cells, marks in carried["rows"]:
        line = _line(sheet.facts, number, cells, held, nodes, carried["headings"])
        twin = None if line.code or line.faults else twins.get(frozenset(line.read.values.items()))
        if twin is not None:
            line = Line(number, "", RowRead(twin.values), twin)
        other = seen.setdefault(line.code, number) if line.code else number
        if other != number:
            line.faults = [_fault("twice", "row", number, carried, found=line.code, other=other)]
        if marks:
            line.faults = [_fault(mark, column, number, carried) for column, mark in marks]
        if line.code and line.row is None and not line.faults:
            line.faults = [_fault("no_row", "row", number, carried, found=line.code, sheet=sheet.code)]
        version = cells.get("row_version", "")
        stale = line.row is not None and line.read.changes and version != str(line.row.version)
        if stale and not line.faults:
            now, found = line.row.version, version or "—"
            line.faults = [_fault("changed_since", "row_version", number, carried, found=found, now=now)]
        lines.append(line)
    return lines


def _line(
    kind: WorksheetKind, number: int, cells: Mapping[str, str], held: Mapping[str, WorksheetRow],
    nodes: NodeNames, headings: Mapping[str, str],
) -> Line:  # fmt: skip
    code = cells.get("row", "").upper()
    row = held.get(code)
    values = row.values if row else {}
    read = read_cells(kind, cells, values, nodes=nodes, row=number, headings=headings)
    return Line(number, code, read, row, list(read.faults) if row or not code else [])


def _fault(code: str, column: str, number: int, carried: Mapping[str, Any], **more: Any) -> Fault:
    words = carried["headings"].get(column) or both_headings(column)
    return Fault(f"sheet.{code}", {"row": number, "column": column, "heading": words} | more)


@transaction.atomic
def write_preview(sheet: Worksheet, carried: str, *, leave_out: bool, actor: User) -> dict[str, int]:
    """Write what was previewed, looked at once more; rows by outcome.

    leave_out: go on without the rows that are in error. Errors: UsageError where some are left, or where the
    preview is a day old or of another sheet.
    """
    require(actor, EDIT, sheet.unit)
    try:
        kept = signing.loads(carried, salt=_SALT, serializer=_Compact, max_age=_LASTS_S)
    except signing.BadSignature:
        kept = {}
    if kept.get("sheet") != sheet.pk:
        raise UsageError("worksheet.preview")
    current = Worksheet.objects.select_for_update().get(pk=sheet.pk)
    lines = _lines(current, kept)
    counts = Counter(line.outcome for line in lines)
    if counts["error"] and not leave_out:
        raise UsageError("sheet.errors_left", n=counts["error"])
    write_rows(
        current, actor=actor, reason=kept["name"],
        new=[line.read for line in lines if line.outcome == "create"],
        changed=[(line.row, line.read) for line in lines if line.outcome == "update" and line.row],
    )  # fmt: skip
    return {outcome: counts[outcome] for outcome in OUTCOMES}
