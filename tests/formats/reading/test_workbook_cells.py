"""Cells far outside a table, and faults inside the compiled reader, are refusals and not the end."""

import re
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import openpyxl
import pytest

from anlan.domain.errors import RefusedInput
from anlan.formats.messages import in_both_languages
from anlan.formats.reading import workbook, workbook_parts
from anlan.formats.reading.workbook import open_table
from anlan.formats.reading.workbook_cells_kernels import farthest_cell

REFERENCE = re.compile(rb"""(?=[\x00-\x20]r[\x00-\x20]*=[\x00-\x20]*(["'])([A-Za-z]*)([0-9]*)\1)""")
SHEET = "xl/worksheets/sheet1.xml"


def _book(path: Path, change: Callable[[bytes], bytes] = lambda xml: xml, *, packing: int = 8) -> Path:
    book = openpyxl.Workbook()
    book.active.append(["case", "activity", "time"])
    for i in range(60):
        book.active.append([f"c{i // 3}", f"a{i % 3}", f"2024-01-01 10:{i:02}:00"])
    book.save(path)
    with zipfile.ZipFile(path) as parts:
        content = {name: parts.read(name) for name in parts.namelist()}
    content[SHEET] = change(content[SHEET])
    with zipfile.ZipFile(path, "w", packing) as parts:
        for name, data in content.items():
            parts.writestr(name, data)
    return path


def _far(reference: bytes) -> Callable[[bytes], bytes]:
    def change(xml: bytes) -> bytes:
        assert xml.count(b'r="A2"') == 1
        return xml.replace(b' r="A2"', reference)

    return change


@pytest.mark.parametrize("packing", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
@pytest.mark.parametrize(
    "reference",
    [
        b' r="XFD1048576"',
        b' r="ZZZZZZZZ9999999999"',
        b' r="A1048577"',
        b" r = 'XFE2'",
        b'\n r="A99999999999999999999999"',
        b' r="CZ1048576"',
    ],
)
def test_a_cell_far_away_is_refused_before_the_reader_makes_room_for_it(
    tmp_path: Path, reference: bytes, packing: int
) -> None:
    path = _book(tmp_path / "far.xlsx", _far(reference), packing=packing)
    with pytest.raises(RefusedInput) as refused:
        open_table(path)
    assert refused.value.code == "workbook.too_far"
    assert refused.value.parameters["part"] == SHEET
    for words in in_both_languages("errors.workbook.too_far", **refused.value.parameters).values():
        assert "CSV" in words


def test_a_stray_cell_that_leaves_a_table_is_read(tmp_path: Path) -> None:
    path = _book(tmp_path / "stray.xlsx", _far(b' r="ZZ2"'))
    assert open_table(path).headings[:3] == ("case", "activity", "time")


def test_no_reference_is_lost_between_two_pieces(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = _book(tmp_path / "far.xlsx", _far(b' r="XFD1048576"'), packing=zipfile.ZIP_STORED)
    for piece in (1, 7, 64, 97):
        monkeypatch.setattr(workbook_parts, "_PIECE", piece)
        with pytest.raises(RefusedInput) as refused:
            open_table(path)
        assert refused.value.code == "workbook.too_far"


def test_the_kernel_finds_what_a_plain_search_finds() -> None:
    rng = np.random.default_rng(4)
    signs = [*b"ABYZaz0189 r=\"'=\n<c>"]
    for _ in range(300):
        content = bytes(rng.choice(signs, size=400).tolist()) + b' r="B3"'
        found = REFERENCE.findall(content)
        rows = [int(digits or 0) for _, _, digits in found]
        columns = [_number(letters) for _, letters, _ in found]
        assert farthest_cell(np.frombuffer(content, np.uint8)) == (max(rows), max(columns))


def _number(letters: bytes) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number


class PanicException(BaseException):
    """Named like the one of the compiled reader."""


def test_a_panic_of_the_reader_is_a_refusal_and_an_interrupt_is_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = _book(tmp_path / "book.xlsx")
    faults = ((PanicException("index out of bounds"), RefusedInput), (KeyboardInterrupt(), KeyboardInterrupt))
    for fault, expected in faults:

        def fail(*_: object, fault: BaseException = fault, **__: object) -> None:
            raise fault

        monkeypatch.setattr(workbook, "_first_table", fail)
        with pytest.raises(expected):
            open_table(path)


@pytest.mark.parametrize("merged", ["A1:XFD1048576", "B3:AAA5", "ZZ1:ZZ9"])
def test_cells_merged_beyond_the_table_leave_its_rows_alone(tmp_path: Path, merged: str) -> None:
    entry = f'</sheetData><mergeCells count="1"><mergeCell ref="{merged}"/></mergeCells>'.encode()
    path = _book(tmp_path / "merged.xlsx", lambda xml: xml.replace(b"</sheetData>", entry))
    table = open_table(path)
    assert len(table.headings) == 3
