"""Numbers typed as text: what people mean by them, and what could be meant two ways."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anlan.formats.written_numbers import written_number


@pytest.mark.parametrize(
    ("text", "value"),
    [("12", 12), (" 1,250.5 ", 1250.5), ("１２", 12), ("−3", -3), ("1e3", 1000), (".5", 0.5),
     ("1,234,567", 1234567),
     ("3,5", None), ("3,50", None), ("1,2345", None), ("12,34,567", None), ("1.234,5", None), ("", None),
     ("nan", None), ("inf", None), ("1e999", None), ("1_000", None), ("五", None)],
)  # fmt: skip
def test_a_number_is_read_as_meant_or_not_at_all(text: str, value: float | None) -> None:
    assert written_number(text) == value


@given(st.integers(-(10**12), 10**12))
def test_grouped_and_plain_are_the_same_number(value: int) -> None:
    assert written_number(f"{value:,}") == written_number(str(value)) == value
