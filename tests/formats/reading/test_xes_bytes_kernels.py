"""Bytes compared, loaded and stored eight at a time are the bytes themselves."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from anlan.formats.reading.xes_bytes_kernels import load_word, same_bytes, store_word
from anlan.maths.compile import kernel


@kernel
def _load(buffer, at):  # type: ignore[no-untyped-def]
    return load_word(buffer, at)


@kernel
def _store(buffer, at, word):  # type: ignore[no-untyped-def]
    store_word(buffer, at, word)


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=30), st.integers(0, 40), st.integers(0, 255))
def test_stretches_are_the_same_only_when_every_byte_is(content: bytes, changed: int, byte: int) -> None:
    other = bytearray(content)
    if changed < len(content):
        other[changed] = byte
    size = len(content)
    buffer = np.frombuffer(content + bytes(other) + b"x" * 16, np.uint8).copy()
    assert same_bytes(buffer, 0, size, size) == (bytes(other) == content)


def test_words_are_read_and_written_at_any_place() -> None:
    buffer = np.arange(40, dtype=np.uint8)
    for at in range(20):
        assert int(_load(buffer, at)) == int.from_bytes(bytes(range(at, at + 8)), "little")
    _store(buffer, 3, np.uint64(0x0807060504030201))
    assert buffer.tolist() == [0, 1, 2, *range(1, 9), *range(11, 40)]
