"""The compiled bins and tallies are those of `anlan.domain.histograms`."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from anlan.domain.histograms import bin_of
from anlan.maths.sequences.histogram_kernels import SPAN, WORDS, bin_numbers, describe_groups, lowest_bit

borders = [sign * (2**k + d) for sign in (1, -1) for k in range(63) for d in (-1, 0, 1)]


@settings(deadline=None)
@given(st.lists(st.integers(-(2**63), 2**63 - 1) | st.sampled_from(borders)))
def test_compiled_bins_are_the_bins(values):
    assert bin_numbers(np.array(values, dtype=np.int64)).tolist() == [bin_of(value) for value in values]


def test_the_lowest_bit_of_each_word_is_found():
    assert [int(lowest_bit.py_func(np.int64(word << k))) for k in range(32) for word in (1, 5)] == [
        k for k in range(32) for _ in (1, 5)
    ]


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.sampled_from([0, 1, 3, 23, 24, 25, 100, 4_095, 4_096, 5_000]), max_size=4),
    st.sampled_from([(0, 10**12), (-(2**63), 2**63 - 1), (128, 2**53 - 1), (0, 5), (-(10**9), 10**9)]),
    st.integers(0, 99),
)
def test_groups_of_every_size_are_described_exactly(sizes, limits, seed):
    rng = np.random.default_rng(seed)
    groups = [rng.integers(*limits, size, dtype=np.int64, endpoint=True) for size in sizes]
    offsets = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
    values = np.concatenate([np.zeros(0, dtype=np.int64), *groups])
    tally, marks = np.zeros(SPAN, dtype=np.int64), np.zeros(WORDS, dtype=np.int64)
    n, low, high, smallest, largest, entries, bins, counts = describe_groups(values, offsets, tally, marks)
    assert n.tolist() == sizes
    assert not tally.any()
    assert not marks.any()
    for key, group in enumerate(groups):
        assert (int(high[key]) << 64) + int(low[key]) == sum(group.tolist())
        expected = np.unique([bin_of(value) for value in group.tolist()], return_counts=True)
        assert bins[entries[key] : entries[key + 1]].tolist() == expected[0].tolist()
        assert counts[entries[key] : entries[key + 1]].tolist() == expected[1].tolist()
        if len(group):
            assert (smallest[key], largest[key]) == (group.min(), group.max())
