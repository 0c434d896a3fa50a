"""The event table of a workbook is found below titles, on the right sheet, with its times."""

import datetime as dt
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow as pa
import pytest

from anlan.domain.errors import RefusedInput
from anlan.formats.messages import in_both_languages
from anlan.formats.reading import workbook_parts
from anlan.formats.reading.times import decide_time_format, parse_times
from anlan.formats.reading.workbook import iter_workbook_blocks, open_table
from support import shared

HEADINGS = ["工单号", "环节", "开始时间", "完成时间", "处理人"]


def _write(path: Path, fill: Callable[[Any], None], *, title: str = "明细") -> Path:
    book = openpyxl.Workbook()
    book.active.title = title
    fill(book)
    book.save(path)
    return path


def _rows(n: int) -> list[list[Any]]:
    start = dt.datetime(2024, 1, 2, 8, 0)
    return [
        [1000 + i // 2, "派单" if i % 2 == 0 else "完工", start + dt.timedelta(hours=i),
         start + dt.timedelta(hours=i, minutes=30), "张三"]
        for i in range(n)
    ]  # fmt: skip


def _table(path: Path, rows: list[list[Any]], *, skip: int = 0, shift: int = 0) -> Path:
    def fill(book: Any) -> None:
        sheet = book.active
        for i, row in enumerate([HEADINGS, *rows]):
            for j, cell in enumerate(row):
                sheet.cell(1 + skip + i, 1 + shift + j, cell)

    return _write(path, fill)


def test_a_plain_sheet_becomes_columns_with_real_times(tmp_path: Path) -> None:
    (block,) = iter_workbook_blocks(_table(tmp_path / "a.xlsx", _rows(4)))
    assert list(block.columns) == HEADINGS
    assert block.columns["工单号"].to_pylist() == ["1000", "1000", "1001", "1001"]
    assert block.columns["开始时间"].type == pa.timestamp("us")
    assert block.columns["完成时间"][1].as_py() == dt.datetime(2024, 1, 2, 9, 30)
    assert block.first_row == 2
    assert block.rows is not None
    assert block.rows.tolist() == [2, 3, 4, 5]


def test_titles_above_and_a_table_away_from_the_corner(tmp_path: Path) -> None:
    path = _table(tmp_path / "a.xlsx", _rows(4), skip=4, shift=2)
    book = openpyxl.load_workbook(path)
    sheet = book.active
    sheet["C1"] = "2024年工单处理明细表"
    sheet.merge_cells("C1:G1")
    sheet["C2"], sheet["E2"] = "部门：客服中心", "单位：条"
    sheet["C4"], sheet["E4"] = "基本信息", "时间信息"
    sheet.merge_cells("C4:D4")
    sheet.merge_cells("E4:F4")
    book.save(path)
    table = open_table(path)
    assert table.headings == tuple(HEADINGS)
    assert table.heading_row == 5
    (block,) = table.blocks()
    assert block.n_rows == 4
    assert block.first_row == 6


def test_headings_merged_over_two_rows_and_case_ids_merged_over_their_events(tmp_path: Path) -> None:
    def fill(book: Any) -> None:
        sheet = book.active
        for place, name in enumerate(["工单号", "环节", "时间", None], start=1):
            sheet.cell(1, place, name)
        sheet.cell(2, 3, "开始时间")
        sheet.cell(2, 4, "完成时间")
        sheet.merge_cells("A1:A2")
        sheet.merge_cells("B1:B2")
        sheet.merge_cells("C1:D1")
        for i, row in enumerate(_rows(4)):
            for j, cell in enumerate(row[:4]):
                sheet.cell(3 + i, 1 + j, cell)
        sheet.merge_cells("A3:A4")
        sheet.merge_cells("A5:A6")

    (block,) = iter_workbook_blocks(_write(tmp_path / "a.xlsx", fill))
    assert list(block.columns) == ["工单号", "环节", "开始时间", "完成时间"]
    assert block.columns["工单号"].to_pylist() == ["1000", "1000", "1001", "1001"]


def test_the_first_sheet_that_holds_the_columns_is_taken(tmp_path: Path) -> None:
    def fill(book: Any) -> None:
        book.active.append(["说明", "版本"])
        book.active.append(["导出自工单系统", "1"])
        hidden = book.create_sheet("隐藏")
        for row in [HEADINGS, *_rows(2)]:
            hidden.append(row)
        hidden.sheet_state = "hidden"
        for name, n in (("数据", 4), ("更多", 6)):
            sheet = book.create_sheet(name)
            for row in [HEADINGS, *_rows(n)]:
                sheet.append(row)

    path = _write(tmp_path / "a.xlsx", fill, title="说明")
    assert open_table(path).sheet == "数据"
    assert open_table(path, sheet="更多").sheet == "更多"
    assert open_table(path, given={"case": "说明"}).sheet == "说明"
    with pytest.raises(RefusedInput) as refused:
        open_table(path, sheet="没有")
    assert refused.value.parameters["sheets"] == ["说明", "隐藏", "数据", "更多"]


def test_half_typed_times_and_raw_serials_read_like_the_real_ones(tmp_path: Path) -> None:
    rows = _rows(4)
    rows[1][3] = "2024/1/2 9:30"
    rows[2][3] = 45293.4375  # 2024-01-02 10:30 without a date format
    (block,) = iter_workbook_blocks(_table(tmp_path / "a.xlsx", rows))
    column = block.columns["完成时间"]
    moments, bad = parse_times(column, decide_time_format(column, requested=None), zone=None)
    assert not bad.any()
    assert [m // 60_000_000 % 1440 for m in moments.tolist()] == [510, 570, 630, 690]


def test_blank_rows_are_left_out_counted_and_keep_the_numbers_right(tmp_path: Path) -> None:
    rows = _rows(4)
    rows.insert(2, [None] * 5)
    (block,) = iter_workbook_blocks(_table(tmp_path / "a.xlsx", rows))
    assert block.rows is not None
    assert block.rows.tolist() == [2, 3, 5, 6]
    assert block.notes == {"blank_rows": 1}


def test_cells_are_texts_as_people_read_them(tmp_path: Path) -> None:
    rows = _rows(2)
    rows[0][4], rows[1][4] = True, 2.5
    (block,) = iter_workbook_blocks(_table(tmp_path / "a.xlsx", rows))
    assert block.columns["处理人"].to_pylist() == ["true", "2.5"]


def test_blocks_cut_the_table_and_agree(tmp_path: Path) -> None:
    table = open_table(_table(tmp_path / "a.xlsx", _rows(10)))
    blocks = list(table.blocks(rows=4))
    assert [block.n_rows for block in blocks] == [4, 4, 2]
    assert [block.first_row for block in blocks] == [2, 6, 10]
    whole = next(table.blocks())
    for name in HEADINGS:
        assert pa.concat_arrays([block.columns[name] for block in blocks]).equals(whole.columns[name])


def test_headings_alone_are_one_empty_block(tmp_path: Path) -> None:
    (block,) = iter_workbook_blocks(_table(tmp_path / "a.xlsx", []))
    assert list(block.columns) == HEADINGS
    assert block.n_rows == 0


def test_repeated_and_missing_headings_get_names(tmp_path: Path) -> None:
    def fill(book: Any) -> None:
        book.active.append(["工单号", "环节", "时间", "备注", "备注", None])
        for row in _rows(4):
            book.active.append([*row[:3], "a", "b", "c"])

    assert open_table(_write(tmp_path / "a.xlsx", fill)).headings == (
        "工单号", "环节", "时间", "备注", "备注 (2)", "column 6",
    )  # fmt: skip


def _refused(path: Path, **options: Any) -> str:
    with pytest.raises(RefusedInput) as refused:
        open_table(path, **options)
    both = in_both_languages(f"errors.{refused.value.code}", **refused.value.parameters)
    assert all(both.values())
    return refused.value.code


def test_files_that_are_no_workbook_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(b"PK\x03\x04nothing")
    assert _refused(path) == "workbook.unreadable"
    with zipfile.ZipFile(path, "w") as parts:
        parts.writestr("hello.txt", "hello")
    assert _refused(path) == "workbook.unreadable"
    good = _table(tmp_path / "b.xlsx", _rows(4)).read_bytes()
    path.write_bytes(good[: len(good) // 2])
    assert _refused(path) == "workbook.unreadable"


def test_an_empty_workbook_has_no_table(tmp_path: Path) -> None:
    assert _refused(_write(tmp_path / "a.xlsx", lambda book: None)) == "workbook.no_table"


def test_zip_bombs_are_refused_even_when_they_lie_about_their_size(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workbook_parts, "FREE_BYTES", 1 << 20)
    path = tmp_path / "a.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as parts:
        parts.writestr("xl/worksheets/sheet1.xml", b"<" + b" " * (30 << 20))
    assert _refused(path) == "workbook.too_large"
    content = path.read_bytes()
    true_size = (30 << 20) + 1
    path.write_bytes(content.replace(true_size.to_bytes(4, "little"), (100).to_bytes(4, "little")))
    assert _refused(path) == "workbook.too_large"
    assert _refused(_table(tmp_path / "b.xlsx", _rows(4)), max_bytes=1_000) == "workbook.too_large"


def test_a_document_type_inside_is_refused(tmp_path: Path) -> None:
    good, path = _table(tmp_path / "good.xlsx", _rows(4)), tmp_path / "a.xlsx"
    with zipfile.ZipFile(good) as old, zipfile.ZipFile(path, "w") as new:
        for part in old.infolist():
            content = old.read(part)
            if part.filename.endswith("sheet1.xml"):
                content = b'<!DOCTYPE x [<!ENTITY a "b">]>' + content
            new.writestr(part, content)
    assert _refused(path) == "workbook.doctype"


def test_a_real_chinese_workbook_is_opened() -> None:
    table = open_table(shared("data/zh_gov_messages/messages_replies.xlsx"))
    assert table.headings[:4] == ("留言编号", "留言用户", "留言主题", "留言时间")
    (block,) = table.blocks()
    assert block.n_rows == 120
    assert block.columns["留言编号"][0].as_py() == "2549"
