"""Amounts as millionths against Python's decimals."""

from decimal import Decimal

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anlan.formats.reading.amounts import MILLION, millionths

amounts = st.decimals(-(10**9), 10**9, places=6, allow_nan=False, allow_infinity=False)


@settings(deadline=None)
@given(st.lists(amounts, max_size=20))
def test_written_amounts_are_read_exactly(values):
    out, bad = millionths(pa.array([f"{value:f}" for value in values], pa.string()))
    assert bad == 0
    assert out.tolist() == [int(value * MILLION) for value in values]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1,234.50", "1234.5"),
        ("1,234,567", "1234567"),
        (" ¥ 12.30 ", "12.3"),
        ("+3", "3"),
        ("0.0000005", "0.000001"),
        ("-0.0000004", "0"),
        ("12元", "12"),
    ],
)
def test_ways_to_write_an_amount(text, expected):
    out, bad = millionths(pa.array([text]))
    assert (out[0], bad) == (int(Decimal(expected) * MILLION), 0)


@pytest.mark.parametrize("text", ["abc", "1,23", "1.2.3", "12,5", "--3", "1e5", ".", "99999999999999999999"])
def test_what_is_no_amount_is_counted_and_becomes_nothing(text):
    out, bad = millionths(pa.array(["7", text]))
    assert (out.tolist(), bad) == ([7 * MILLION, 0], 1)


def test_missing_amounts_are_not_faults():
    out, bad = millionths(pa.array(["", None, "?", "5"]), missing=("?",))
    assert (out.tolist(), bad) == ([0, 0, 0, 5 * MILLION], 0)


def test_typed_amounts_are_rounded_to_millionths():
    out, bad = millionths(pa.array([1.25, None, float("nan")]))
    assert (out.tolist(), bad) == ([1_250_000, 0, 0], 1)
