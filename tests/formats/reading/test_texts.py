"""Codes of text columns against a plain dictionary."""

import unicodedata

import numpy as np
import pyarrow as pa
import pytest
import xxhash
from hypothesis import given, settings
from hypothesis import strategies as st

from anlan.domain.errors import RefusedInput
from anlan.formats.reading.blocks import MAX_FIELD_BYTES
from anlan.formats.reading.texts import NameTable, distinct_values, hash_of

MARKERS = ("", "?", "NULL", "-")
texts = st.lists(
    st.one_of(
        st.none(), st.sampled_from(["", "?", " a", "a", "a ", "é", "é", "派单", "NULL", "-"]), st.text()
    ),
    max_size=60,
)


def plain(value: str | None) -> str | None:
    """The meaning of a field: normal form C, trimmed, None where it means missing."""
    if value is None:
        return None
    cleaned = unicodedata.normalize("NFC", value).strip()
    return None if cleaned in MARKERS else cleaned


def decoded(table: NameTable, codes: np.ndarray) -> list[str | None]:
    names = table.names()
    return [None if code < 0 else names[code] for code in codes.tolist()]


def coded(table: NameTable, column: pa.Array) -> np.ndarray:
    values = distinct_values(column, markers=hash_of(MARKERS), name="column")
    known = np.append(table.insert(values), -1)
    return known[values.codes]


def trims_alike(value: str | None) -> bool:
    """Python and Arrow agree on what a blank is, but for the separators U+001C to U+001F."""
    return value is None or not (set(value) & set("\x1c\x1d\x1e\x1f\x00\x85"))


@settings(deadline=None)
@given(st.lists(texts, max_size=4))
def test_blocks_share_one_dictionary_and_names_are_clean(blocks):
    blocks = [[value for value in block if trims_alike(value)] for block in blocks]
    table = NameTable()
    found = [decoded(table, coded(table, pa.array(block, pa.string()))) for block in blocks]
    assert found == [[plain(value) for value in block] for block in blocks]
    assert len(set(table.names())) == len(table)


@settings(deadline=None)
@given(texts)
def test_dictionary_arrays_and_large_strings_code_like_strings(values):
    values = [value for value in values if trims_alike(value)]
    column = pa.array(values, pa.string())
    tables = NameTable(), NameTable(), NameTable()
    straight = decoded(tables[0], coded(tables[0], column))
    assert decoded(tables[1], coded(tables[1], column.dictionary_encode())) == straight
    assert decoded(tables[2], coded(tables[2], column.cast(pa.large_string()))) == straight


def test_slices_of_an_array_are_read_from_their_own_place():
    table = NameTable()
    column = pa.array(["a", "b", None, "c", "b"]).slice(1, 3)
    assert decoded(table, coded(table, column)) == ["b", None, "c"]


def test_tables_grow_past_their_first_size_and_keep_all_names():
    table = NameTable()
    wanted = [f"case {k * 7919 % 100_003}" for k in range(30_000)]
    first = coded(table, pa.array(wanted[:20_000]))
    second = coded(table, pa.array(wanted))
    assert table.names() == tuple(wanted)
    assert (second[:20_000] == first).all()
    assert table.hashes[17] == xxhash.xxh64(wanted[17].encode(), seed=42).intdigest()


def test_codes_count_up_in_order_of_first_appearance():
    table = NameTable()
    assert coded(table, pa.array(["z", "a", "z", "m"])).tolist() == [0, 1, 0, 2]


def test_numbers_of_typed_columns_become_texts():
    table = NameTable()
    assert decoded(table, coded(table, pa.array([7, None, 12]))) == ["7", None, "12"]


def test_a_field_over_the_limit_is_refused_with_its_row():
    column = pa.array(["a", "x" * (MAX_FIELD_BYTES + 1)])
    with pytest.raises(RefusedInput) as refusal:
        distinct_values(column, markers=hash_of(MARKERS), name="note", first_row=2)
    assert refusal.value.code == "reading.field_too_long"
    assert refusal.value.parameters["row"] == 3


def test_a_field_at_the_limit_is_read():
    column = pa.array(["x" * MAX_FIELD_BYTES])
    assert distinct_values(column, markers=hash_of(MARKERS), name="note").codes.tolist() == [0]
