"""A spec file is read as it is written: nothing hidden, nothing guessed, nothing built beside."""

import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anlan.domain.errors import RefusedInput
from anlan.formats.settings_bytes import SettingsBytes
from anlan.formats.spec_file import read_spec_file, spec_text


def _read(text: str, ending: str = "yaml") -> dict:
    return read_spec_file(SettingsBytes(Path(f"a.{ending}"), text.encode()))


@pytest.mark.parametrize(
    "value",
    ["&x 1", "!!timestamp abc", "!!bool abc", "!!int ''", "!!binary aGk=", "!!set {a, b}", "!!str 1",
     "!local 1", "{a: 1, a: 2}", "{[1]: 2}", "[" * 400_000, "{a: " * 200_000, "\n" + "- " * 400_000],
)  # fmt: skip
def test_what_is_not_plain_is_refused_at_once(value: str) -> None:
    started = time.monotonic()
    with pytest.raises(RefusedInput) as refused:
        _read(f"a: {value}")
    assert refused.value.code in ("spec.syntax", "spec.too_deep")
    assert time.monotonic() - started < 5


@pytest.mark.parametrize(("ending", "text"), [("yaml", "a: 1\na: 2"), ("json", '{"a": 1, "a": 2}'),
                                              ("toml", "a = 1\na = 2")])  # fmt: skip
def test_a_name_given_twice_hides_nothing(ending: str, text: str) -> None:
    with pytest.raises(RefusedInput):
        _read(text, ending)


def test_words_and_times_stay_texts_and_numbers_are_decimal() -> None:
    read = _read("a: no\nb: 1:30\nc: 010\nd: 1e-4\ne: true\nf: ~\non: 2001-01-01\n1: x\ng: .5\nh: .nan")
    assert read == {"a": "no", "b": "1:30", "c": 10, "d": 1e-4, "e": True, "f": None, "on": "2001-01-01",
                    "1": "x", "g": 0.5, "h": ".nan"}  # fmt: skip


_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63) + 1, 2**63 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
    | st.sampled_from(["1e5", "no", "1:30", "0x1F", "~", "=", "<<", "1_000", "010", ".5", "", "true"]),
    lambda inside: st.lists(inside, max_size=3) | st.dictionaries(st.text("abno1:-", max_size=4), inside),
    max_leaves=8,
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(st.dictionaries(st.text("abno1:-", max_size=4), _VALUES, max_size=4))
def test_a_document_is_read_back_as_it_was(document: dict) -> None:
    assert _read(spec_text(document)) == document
