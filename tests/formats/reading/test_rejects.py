"""Rejected rows: kept by row, counted by reason, written harmlessly."""

import csv

import pyarrow as pa

from anlan.formats.reading import rejects
from anlan.formats.reading.rejects import REASONS, RejectPile, rejected_rows, row_texts, write_rejected_table


def some_rows(*rows):
    return rejected_rows(
        [row for row, *_ in rows],
        [REASONS.index(reason) for _, reason, *_ in rows],
        [detail for _, _, detail, _ in rows],
        [text for *_, text in rows],
    )


def test_rows_are_put_in_order_of_the_file_and_counted_by_reason():
    pile = RejectPile()
    pile.add(some_rows((9, "time", "x", "late"), (4, "case", "", "early")))
    pile.add(some_rows((2, "duplicate", "= 1", "first")))
    rows = pile.all_rows()
    assert rows.rows.tolist() == [2, 4, 9]
    assert rows.texts.to_pylist() == ["first", "early", "late"]
    assert rows.counts() == {"case": 1, "activity": 0, "time": 1, "end": 0, "duplicate": 1, "columns": 0}


def test_beyond_the_limit_only_numbers_and_reasons_are_kept(monkeypatch, tmp_path):
    monkeypatch.setattr(rejects, "MAX_TEXTS", 2)
    pile = RejectPile()
    pile.add(some_rows((5, "time", "a", "A"), (6, "time", "b", "B"), (1, "case", "c", "C")))
    rows = pile.all_rows()
    assert sorted(rows.rows.tolist()) == [1, 5, 6]
    assert dict(zip(rows.rows.tolist(), rows.texts.to_pylist(), strict=False)) == {5: "A", 6: "B"}
    write_rejected_table(rows, tmp_path / "rejected.csv")
    written = list(csv.reader((tmp_path / "rejected.csv").open(encoding="utf-8-sig")))
    assert written[-1] == ["1", "case", "", ""]


def test_the_table_opens_in_a_spreadsheet_without_calculating_anything(tmp_path):
    path = tmp_path / "rejected.csv"
    write_rejected_table(
        some_rows((3, "time", "=1+1", '=HYPERLINK("http://x"),派单\n2'), (4, "end", "", "+1")), path
    )
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(path.open(encoding="utf-8-sig", newline="")))
    assert rows == [
        ["row", "reason", "found", "text"],
        ["3", "time", "'=1+1", '\'=HYPERLINK("http://x"),派单\n2'],
        ["4", "end", "", "'+1"],
    ]


def test_rows_as_text_are_records_that_read_back():
    columns = [pa.array(["a", 'say "x"', None]), pa.array(["1,5", "two\nlines", "z"]), pa.array([1, 2, 3])]
    texts = row_texts(columns, [0, 1, 2]).to_pylist()
    assert [next(csv.reader([text], strict=True)) for text in texts[::2]] == [
        ["a", "1,5", "1"],
        ["", "z", "3"],
    ]
    assert texts[1] == '"say ""x""","two\nlines",2'
