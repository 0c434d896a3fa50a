"""Columns kept in pieces, and attributes in codes no wider than they need."""

import numpy as np
import pytest

from anlan.domain.event_log import code_type
from anlan.formats.reading.grouping import CHUNK_ROWS, Pieces
from anlan.formats.reading.options import ReadOptions
from anlan.formats.reading.read_log import read_log


def test_codes_are_narrow_as_long_as_the_next_two_fit():
    largest = np.iinfo(np.int16).max
    assert code_type(largest - 2) is np.int16
    assert code_type(largest - 1) is np.int32
    assert np.array([largest - 3], code_type(largest - 2)) + np.int16(2) > 0


def test_a_column_that_grows_wide_loses_nothing():
    pieces = Pieces(np.int16)
    narrow = np.arange(CHUNK_ROWS + 5, dtype=np.int32) % 30_000 - 1
    wide = np.arange(40_000, dtype=np.int32)
    pieces.append(narrow, np.int16)
    pieces.append(wide, np.int32)
    chunks = pieces.chunks()
    kinds = [chunk.dtype for chunk in chunks]
    assert {np.dtype(np.int16), np.dtype(np.int32)} == set(kinds)
    assert kinds == sorted(kinds), "narrow chunks stay narrow"
    np.testing.assert_array_equal(np.concatenate(chunks), np.concatenate([narrow, wide]))


def test_chunks_of_a_short_column_are_small():
    pieces = Pieces(np.int32)
    pieces.append(np.arange(300, dtype=np.int32))
    assert pieces._chunks[0].nbytes <= 1 << 14


def test_an_empty_column_can_become_wide():
    pieces = Pieces(np.int16)
    pieces.append(np.array([70_000], np.int32), np.int32)
    assert pieces.chunks()[0].tolist() == [70_000]


@pytest.mark.parametrize(("distinct", "kind"), [(3, np.int16), (40_000, np.int32)])
def test_an_attribute_is_read_back_whatever_its_width(tmp_path, distinct, kind):
    rows = 40_000
    lines = ["case,activity,time,due"]
    lines += [f"c{i},A,2024-01-01 00:00:00,value {i % distinct}" for i in range(rows)]
    path = tmp_path / "log.csv"
    path.write_text("\n".join(lines))
    log = read_log(path, options=ReadOptions(mapping={"sla": "due"})).log
    column = log.attributes["due"]
    assert column.codes.dtype == kind
    by_case = dict(zip(log.case_names.to_pylist(), column.codes.tolist(), strict=True))
    assert all(column.values[by_case[f"c{i}"]] == f"value {i % distinct}" for i in range(0, rows, 997))
