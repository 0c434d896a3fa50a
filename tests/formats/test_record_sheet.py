"""Records as a sheet: text to the character, formulas seen, headings in either language."""

import io
import re
import zipfile
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anlan.domain.errors import RefusedInput
from anlan.formats.record_sheet import Book, SheetColumn, read_records, write_records
from anlan.formats.workbook_cells import safe_text

COLUMNS = [
    SheetColumn("code", "编号", "Code"),
    SheetColumn("text", "文字", "Words"),
    SheetColumn("n", "数", "Number", kind="whole"),
    SheetColumn("on", "日期", "Day", kind="date"),
]
BOOK = Book("zh", "登记册", "数据", "说明", ("列", "码", "读", "填"), "是", "否", ("一行",))


def read(content: bytes, folder: Path):
    path = folder / "a.xlsx"
    path.write_bytes(content)
    return read_records(path, COLUMNS)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.text(min_size=1, max_size=60), min_size=1, max_size=8))
def test_text_comes_back_to_the_character(tmp_path_factory, texts) -> None:
    folder = tmp_path_factory.mktemp("sheet")
    rows = [{"code": f"R-{i}", "text": text} for i, text in enumerate(texts)]
    found = read(write_records(COLUMNS, rows, BOOK), folder)
    assert [row.cells["text"] for row in found.rows] == [safe_text(text) for text in texts]


@pytest.mark.parametrize(
    "text", ["=1+1", "+1", "-2", "@a", "\t=1", "_x0041_", " a ", "1", "http://x", "汉字"]
)
def test_what_looks_like_a_formula_is_text_and_quoted(tmp_path, text) -> None:
    content = write_records(COLUMNS, [{"code": "R-1", "text": text}], BOOK)
    assert read(content, tmp_path).rows[0].cells["text"] == text
    cell = openpyxl.load_workbook(io.BytesIO(content))["数据"]["B2"]
    assert cell.data_type == "s"
    assert bool(cell.quotePrefix) == (text[0] in "=+-@\t")


def test_values_keep_their_kind_and_equal_input_gives_equal_bytes(tmp_path) -> None:
    rows = [{"code": "R-1", "n": 7, "on": date(2026, 2, 28)}, {"code": "R-2"}]
    content = write_records(COLUMNS, rows, BOOK)
    first, second = read(content, tmp_path).rows
    assert (first.number, first.cells["n"], first.cells["on"]) == (2, 7, date(2026, 2, 28))
    assert (second.number, second.cells["n"], second.cells["text"]) == (3, "", "")
    assert content == write_records(COLUMNS, rows, BOOK)


@pytest.mark.parametrize("offset", [(1, 1), (4, 3)])
def test_formulas_are_seen_wherever_the_table_stands(tmp_path, offset) -> None:
    book = openpyxl.Workbook()
    top, left = offset
    for i, row in enumerate([["Code", "WORDS ", "other"], ["R-1", "plain", 1], ["R-2", "=A1", "=B2"]]):
        for j, value in enumerate(row):
            book.active.cell(top + i, left + j, value)
    out = io.BytesIO()
    book.save(out)
    found = read(out.getvalue(), tmp_path)
    assert [(row.number, set(row.marks)) for row in found.rows] == [(top + 1, set()), (top + 2, {"text"})]
    assert found.unknown == ("other",)
    assert found.headings == {"code": "Code", "text": "WORDS"}


def _refused(path: Path) -> str:
    with pytest.raises(RefusedInput) as refused:
        read_records(path, COLUMNS)
    return refused.value.code


def _changed(folder: Path, part: str, change) -> Path:
    """A small book of which one part is changed; None leaves the part out."""
    given, path = write_records(COLUMNS, [{"code": "R-1", "text": "a"}], BOOK), folder / "a.xlsx"
    with zipfile.ZipFile(io.BytesIO(given)) as old, zipfile.ZipFile(path, "w") as new:
        for name in old.namelist():
            content = change(old.read(name)) if name == part else old.read(name)
            if content is not None:
                new.writestr(name, content)
    return path


def test_cells_merged_away_and_faults_of_formulas_are_not_taken_for_empty_ones(tmp_path) -> None:
    book = openpyxl.Workbook()
    page = book.active
    for row in (["", ""], ["Code", "Words"], ["R-1", "a"], ["R-2", "b"], ["R-3", "c"], ["#N/A", "d"]):
        page.append(row)
    page.merge_cells("B3:B4")
    page.merge_cells("A1:XFD1")
    page.merge_cells("A5:B5")
    out = io.BytesIO()
    book.save(out)
    found = read(out.getvalue(), tmp_path)
    assert [(row.number, dict(row.marks)) for row in found.rows] == [
        (3, {}), (4, {"text": "merged"}), (5, {"text": "merged"}), (6, {"code": "error_cell"})
    ]  # fmt: skip


def test_a_damaged_file_is_refused_and_ends_nothing(tmp_path) -> None:
    parts = {
        "xl/workbook.xml": lambda xml: xml[:-3],
        "xl/_rels/workbook.xml.rels": lambda xml: None,
        "xl/worksheets/sheet1.xml": lambda xml: xml.replace(b"<sheetData>", b"<sheetData><f>"),
    }
    for part, change in parts.items():
        assert _refused(_changed(tmp_path, part, change)) == "workbook.unreadable", part


@pytest.mark.parametrize("number", [b"4294967296", b"&#52;294967296", b" +4294967296"])
def test_a_count_of_texts_that_no_memory_holds_is_refused(tmp_path, number) -> None:
    """The compiled reader makes room for as many as are announced, and ends the process where it cannot."""
    count = b'uniqueCount="' + number + b'"'
    path = _changed(
        tmp_path, "xl/sharedStrings.xml", lambda xml: re.sub(rb'uniqueCount="[0-9]+"', count, xml)
    )
    assert count in zipfile.ZipFile(path).read("xl/sharedStrings.xml")
    assert _refused(path) == "workbook.unreadable"


@pytest.mark.parametrize(("reference", "code"), [("AZ1048576", "workbook.too_far"), ("R1048576", "")])
def test_a_cell_far_away_is_refused_before_memory_is_taken(tmp_path, reference, code) -> None:
    """A cell with only a format at the end of its column is no such cell."""
    end = f'<row r="1048576"><c r="{reference}" s="1"/></row></sheetData>'.encode()
    path = _changed(tmp_path, "xl/worksheets/sheet1.xml", lambda xml: xml.replace(b"</sheetData>", end))
    if code:
        assert _refused(path) == code
    else:
        assert len(read_records(path, COLUMNS).rows) == 1


def test_files_without_the_table_are_refused_with_a_reason(tmp_path) -> None:
    book = openpyxl.Workbook()
    book.active.append(["Code", "Words", "编号"])
    out = io.BytesIO()
    book.save(out)
    with pytest.raises(RefusedInput, match="heading_twice"):
        read(out.getvalue(), tmp_path)
    book.active["B1"], book.active["C1"] = "x", "y"
    out = io.BytesIO()
    book.save(out)
    with pytest.raises(RefusedInput, match="no_headings"):
        read(out.getvalue(), tmp_path)
    with pytest.raises(RefusedInput, match="protected"):
        read(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 512, tmp_path)
