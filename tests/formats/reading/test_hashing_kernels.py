"""XXH64 against the reference library, and the laws of the row hash."""

import numpy as np
import xxhash
from hypothesis import given, settings
from hypothesis import strategies as st

from anlan.formats.reading.encode import column_key
from anlan.formats.reading.hashing_kernels import SEED, hash_strings, mixed, xxh64


@settings(deadline=None)
@given(st.binary(max_size=200), st.integers(0, 7), st.integers(0, 2**64 - 1))
def test_equals_the_reference_library_at_any_place_and_seed(value, ahead, seed):
    data = np.frombuffer(b"x" * ahead + value + b"tail", np.uint8)
    ours = int(xxh64(data, ahead, ahead + len(value), np.uint64(seed)))
    assert ours == xxhash.xxh64(value, seed=seed).intdigest()


def test_equals_the_reference_library_for_every_length_up_to_four_stripes():
    data = np.random.default_rng(7).integers(0, 256, 140, dtype=np.uint8)
    for size in range(140):
        expected = xxhash.xxh64(data[:size].tobytes(), seed=42).intdigest()
        assert int(xxh64(data, 0, size, SEED)) == expected


def test_strings_are_hashed_one_by_one():
    texts = ["", "a", "工单-00017", "x" * 100]
    data = np.frombuffer("".join(texts).encode(), np.uint8)
    offsets = np.cumsum([0, *(len(text.encode()) for text in texts)])
    out = np.empty(len(texts), np.uint64)
    hash_strings(offsets, data, out)
    assert out.tolist() == [xxhash.xxh64(text.encode(), seed=42).intdigest() for text in texts]


def test_swapping_two_values_between_columns_changes_the_sum():
    one, other = np.uint64(17), np.uint64(99)
    left, right = column_key("left"), column_key("right")
    straight = (int(mixed(one, left)) + int(mixed(other, right))) % 2**64
    swapped = (int(mixed(other, left)) + int(mixed(one, right))) % 2**64
    assert straight != swapped
