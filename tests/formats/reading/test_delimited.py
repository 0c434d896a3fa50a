"""Delimited text against Python's csv module: fields, slices, row numbers."""

import csv
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anlan.domain.errors import RefusedInput
from anlan.formats.reading.delimited import _distinct_headings, find_shape, iter_slices, parse_slice
from anlan.formats.reading.source import inspect

fields = st.one_of(
    st.sampled_from(["", "a", 'say "hi"', "two\nlines", "x,y", "工单", "a;b\tc"]), st.text('ab"\n, ;é')
)
tables = st.lists(st.lists(fields, min_size=3, max_size=3), max_size=25)


def read_back(path, *, size=1 << 20):
    """(headings, rows as (row number, fields), bad rows) of a file, read in slices of `size` bytes."""
    source = inspect(path)
    shape = find_shape(source)
    rows, bad = [], []
    for piece in iter_slices(source, shape, size=size):
        block = parse_slice(piece, shape, name=path.name)
        numbers = range(block.first_row, block.first_row + block.n_rows) if block.rows is None else block.rows
        values = zip(*(column.to_pylist() for column in block.columns.values()), strict=True)
        rows += list(zip((int(n) for n in numbers), (list(value) for value in values), strict=True))
        bad += list(block.bad_rows)
    return shape.headings, rows, bad


def write(tmp_path_factory, data: bytes, name: str = "log.csv"):
    path = tmp_path_factory.mktemp("delimited") / name
    path.write_bytes(data)
    return path


@settings(deadline=None, max_examples=60)
@given(
    table=tables,
    delimiter=st.sampled_from([",", ";", "\t", "|"]),
    ending=st.sampled_from(["\n", "\r\n"]),
    quoting=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
    size=st.integers(1, 200),
)
def test_any_table_comes_back_whatever_the_slices(tmp_path_factory, table, delimiter, ending, quoting, size):
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=delimiter, lineterminator=ending, quoting=quoting)
    writer.writerow(["case", "activity", "time"])
    writer.writerows(table)
    path = write(tmp_path_factory, text.getvalue().encode())
    headings, rows, bad = read_back(path, size=size)
    assert headings == ("case", "activity", "time")
    assert [row for _, row in rows] == [list(row) for row in table]
    assert [number for number, _ in rows] == list(range(2, 2 + len(table)))
    assert bad == []


@pytest.mark.parametrize("size", [1, 7, 1000])
def test_row_numbers_count_blank_lines_and_bad_rows(tmp_path_factory, size):
    data = b'case,activity,time\n1,a,t\n\n2,b\n3,"c\n\nd",t\r\n\r\n4,d,t,extra\n5,e,t'
    _, rows, bad = read_back(write(tmp_path_factory, data), size=size)
    assert [(number, row[0]) for number, row in rows] == [(2, "1"), (5, "3"), (8, "5")]
    assert [(row.row, row.reason, row.detail) for row in bad] == [
        (4, "columns", "2 ≠ 3"),
        (7, "columns", "4 ≠ 3"),
    ]
    assert bad[0].text == "2,b"


def test_old_line_ends_are_read(tmp_path_factory):
    _, rows, _ = read_back(write(tmp_path_factory, b"case,activity,time\r1,a,t\r2,b,t\r"), size=5)
    assert [(number, row[0]) for number, row in rows] == [(2, "1"), (3, "2")]


def test_the_delimiter_is_the_one_that_gives_equal_records(tmp_path_factory):
    data = b"case;activity;time\n1;a, b, c;2024-01-01 09:00\n2;d;2024-01-01 10:00\n"
    path = write(tmp_path_factory, data)
    assert find_shape(inspect(path)).delimiter == ";"


def test_excel_may_declare_the_delimiter(tmp_path_factory):
    headings, rows, _ = read_back(write(tmp_path_factory, b"sep=;\ncase;activity;time\n1;a;t\n"))
    assert headings == ("case", "activity", "time")
    assert rows == [(3, ["1", "a", "t"])]


def test_repeated_and_empty_headings_get_names_of_their_own(tmp_path_factory):
    path = write(tmp_path_factory, b"id,category,category,,category\n1,2,3,4,5\n")
    assert find_shape(inspect(path)).headings == (
        "id",
        "category",
        "category (2)",
        "column 4",
        "category (3)",
    )


def test_quoted_headings_may_hold_line_breaks(tmp_path_factory):
    headings, rows, _ = read_back(write(tmp_path_factory, b'"case\nid",activity\n1,a\n'))
    assert headings == ("case\nid", "activity")
    assert rows == [(2, ["1", "a"])]


def test_one_column_is_no_log(tmp_path_factory):
    with pytest.raises(RefusedInput) as refusal:
        find_shape(inspect(write(tmp_path_factory, b"just some words\nand more\n")))
    assert refusal.value.code == "reading.no_delimiter"


def test_a_zero_byte_is_refused_with_its_row(tmp_path_factory):
    data = b"case,activity\n" + b"1,a\n" * 100_000 + b"2,\x00b\n"
    with pytest.raises(RefusedInput) as refusal:
        read_back(write(tmp_path_factory, data))
    assert refusal.value.code == "reading.zero_bytes"
    assert refusal.value.parameters["row"] == 100_002


def test_a_quote_that_never_closes_takes_the_rest_as_one_bad_row(tmp_path_factory):
    _, rows, bad = read_back(write(tmp_path_factory, b'a,b,c\n1,2,3\n4,"5,6\n7,8,9\n'))
    assert [row[0] for _, row in rows] == ["1"]
    assert [(row.row, row.reason) for row in bad] == [(3, "columns")]


def test_blocks_outlive_the_memory_their_slices_were_read_into(tmp_path_factory):
    """Slices share a few buffers; a block must not change when its buffer is read into again."""
    rows = [[f"案例{k}", f"step {k % 7}", f"{k}"] for k in range(400)]
    text = "case,activity,time\n" + "".join(",".join(row) + "\n" for row in rows)
    path = write(tmp_path_factory, text.encode())
    source = inspect(path)
    shape = find_shape(source)
    pieces, buffers = iter_slices(source, shape, size=500), set()
    blocks = []
    for piece in pieces:
        buffers.add(piece.text.ctypes.data)
        blocks.append(parse_slice(piece, shape, name=path.name))
    assert len(buffers) < len(blocks) / 2
    read = [list(row) for block in blocks for row in zip(*_texts(block), strict=True)]
    assert read == rows


def _texts(block):
    return [column.to_pylist() for column in block.columns.values()]


def test_ten_thousand_equal_headings_are_numbered_without_searching_them_again_and_again() -> None:
    names = _distinct_headings(["a"] * 20_000 + ["a (2)", ""])
    assert names[:3] == ("a", "a (2)", "a (3)")
    assert names[-2:] == ("a (2) (2)", "column 20002")
    assert len(set(names)) == len(names)
