"""Rows inside a table row, as lines of one box: read as people write them, written so that they come back."""

from random import Random

import pytest

from anlan.domain.method import Field
from anlan.web.runs.methods.answers import value_of
from anlan.web.runs.methods.lines import written

MATRIX = Field("m", "matrix", gaps=True)
PAIRS = Field("p", "table", columns=(Field("row", "text"), Field("column", "text"), Field("value", "number")))
MASSES = Field("h", "table", columns=(Field("names", "texts"), Field("mass", "number")))
DEEP = Field("d", "table", columns=(Field("when", "table", columns=(Field("x", "text"),)),))


def test_rows_are_read_as_people_write_them() -> None:
    assert value_of(MATRIX, "0.9, 10%\n-，1") == [[0.9, 0.1], [None, 1]]
    assert value_of(MATRIX, "1,2；3,4") == [[1, 2], [3, 4]]
    assert value_of(PAIRS, "cost， time, 3\n\n") == [{"row": "cost", "column": "time", "value": 3}]
    assert value_of(PAIRS, "cost, , 3") == [{"row": "cost", "value": 3}]
    assert value_of(MASSES, "a + b, 0.6") == [{"names": ["a", "b"], "mass": 0.6}]


def test_one_cell_too_many_is_kept_for_the_check_to_refuse() -> None:
    assert value_of(PAIRS, "a, b, 3, 4") == [{"row": "a", "column": "b", "value": 3, "4": "4"}]


def test_the_spec_file_s_way_is_still_read() -> None:
    assert value_of(MATRIX, "[[1, null], [0.5, 1]]") == [[1, None], [0.5, 1]]
    assert value_of(DEEP, '[{"when": [{"x": "a"}]}]') == [{"when": [{"x": "a"}]}]


@pytest.mark.parametrize("name", ["a, b", "a；b", "two\nlines", "a + b", "[a", "{a"])
def test_a_name_with_a_sign_that_parts_cells_is_written_as_in_a_spec_file(name: str) -> None:
    rows = [{"row": name, "column": "c", "value": 2}]
    assert written(PAIRS, rows).startswith("[")
    assert value_of(PAIRS, written(PAIRS, rows)) == rows


_NUMBERS = (None, 0, 1, -7, 0.5, 1e-9, 123456.75, -0.25, 3.0)


@pytest.mark.parametrize("seed", range(40))
def test_a_matrix_comes_back(seed: int) -> None:
    draw = Random(seed)
    rows = [draw.choices(_NUMBERS, k=draw.randint(1, 4)) for _ in range(draw.randint(1, 4))]
    assert value_of(MATRIX, written(MATRIX, rows)) == rows


_NAMES = ("a", "[b", "{", "-", "a,b", "，", "甲 乙", "x+y", "x\ny", ";", "3", "true", "?")


@pytest.mark.parametrize("seed", range(60))
def test_records_come_back_whatever_the_names(seed: int) -> None:
    draw = Random(seed)
    rows = [
        {"row": draw.choice(_NAMES), "column": draw.choice(_NAMES), "value": draw.randint(1, 9)}
        for _ in range(draw.randint(1, 3))
    ]
    assert value_of(PAIRS, written(PAIRS, rows)) == rows
