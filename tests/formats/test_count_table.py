"""Counts from a text or a workbook: the same numbers, and every row at fault."""

import datetime
from pathlib import Path

import pytest
import xlsxwriter

from anlan.domain.errors import RefusedInput
from anlan.formats.count_table import read_counts

START = datetime.datetime(2026, 3, 2, 8)


def _book(path: Path, values: list[object], *, minutes: int = 30) -> Path:
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        form = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
        sheet.write_row(1, 2, ["time", "count"])
        for n, value in enumerate(values):
            sheet.write_datetime(n + 2, 2, START + datetime.timedelta(minutes=minutes * n), form)
            sheet.write(n + 2, 3, value)
    return path


def test_a_workbook_gives_the_counts_and_times_of_the_same_text(tmp_path) -> None:
    book = read_counts(_book(tmp_path / "c.xlsx", [4, 0, 7.5]))
    text = tmp_path / "c.csv"
    text.write_text("time,count\n2026-03-02 08:00,4\n2026-03-02 08:30,0\n2026-03-02 09:00,7.5\n")
    assert book == read_counts(text)
    assert (book.values, book.start, book.minutes) == ((4.0, 0.0, 7.5), START, 30)


def test_all_rows_at_fault_are_told_with_their_numbers(tmp_path) -> None:
    with pytest.raises(RefusedInput) as refused:
        read_counts(_book(tmp_path / "c.xlsx", [4, "none", -1, 2]))
    assert [each.parameters["line"] for each in refused.value.several] == [4, 5]


def test_one_row_at_fault_is_told_alone(tmp_path) -> None:
    text = tmp_path / "c.csv"
    text.write_text("time,count\n2026-03-02,4\nyesterday,5\n")
    with pytest.raises(RefusedInput) as refused:
        read_counts(text)
    assert (refused.value.code, refused.value.parameters["line"]) == ("counts.time", 3)


def test_an_empty_workbook_is_said_to_be_empty(tmp_path) -> None:
    path = tmp_path / "c.xlsx"
    with xlsxwriter.Workbook(path) as book:
        book.add_worksheet()
    with pytest.raises(RefusedInput, match=r"counts\.empty"):
        read_counts(path)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
def test_counts_are_the_same_in_every_encoding(tmp_path: Path, encoding: str) -> None:
    file = tmp_path / "counts.csv"
    file.write_bytes("时间,件数\n2026-03-02 08:00,3\n2026-03-02 08:30,5\n".encode(encoding))
    found = read_counts(file)
    assert (found.values, found.minutes) == ((3.0, 5.0), 30)


def test_another_encoding_is_named_as_the_fault(tmp_path: Path) -> None:
    file = tmp_path / "counts.csv"
    file.write_bytes("né,é\n1,2\n".encode("latin-1"))
    with pytest.raises(RefusedInput, match=r"reading\.encoding_unknown"):
        read_counts(file)


@pytest.mark.parametrize(("row", "column", "code"), [(200_000, 0, "sheet.too_long"), (9, 16_000, "workbook")])
def test_a_workbook_that_reaches_too_far_is_refused_before_its_cells_are_held(
    tmp_path: Path, row: int, column: int, code: str
) -> None:
    path = tmp_path / "far.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        sheet.write(0, 0, 1)
        sheet.write(row, column, 1)
        sheet.write(500, 0, 1)
    with pytest.raises(RefusedInput) as refused:
        read_counts(path)
    assert refused.value.code.startswith(code)
