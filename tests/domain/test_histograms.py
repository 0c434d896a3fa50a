"""Histograms: bins within 0.4 %, exact sums, and quantiles near the exact ones."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from anlan.domain.histograms import (
    Histograms,
    bin_middle,
    bin_middles,
    bin_of,
    empty_histograms,
    merge_histograms,
)

durations = st.integers(-(2**63), 2**63 - 1) | st.integers(-300, 300) | st.integers(0, 10**14)


def one_family(values_of_keys: list[list[int]]) -> Histograms:
    """Built by merging single values: slow and simple."""
    parts = []
    for key, values in enumerate(values_of_keys):
        for value in values:
            total = value % 2**128
            parts.append(
                (
                    Histograms(
                        np.array([1]), np.array([total % 2**64], dtype=np.uint64),
                        np.array([-1 if value < 0 else 0]), np.array([value]), np.array([value]),
                        np.array([0, 1]), np.array([bin_of(value)], dtype=np.int32), np.array([1]),
                    ),
                    np.array([key]),
                )
            )  # fmt: skip
    return merge_histograms(parts, len(values_of_keys))


@given(durations)
def test_the_middle_of_a_bin_is_within_0_4_per_cent(value):
    middle = bin_middle(bin_of(value))
    assert abs(middle - value) <= abs(value) / 256
    assert bin_of(-value) == -bin_of(value)


@given(durations, durations)
def test_larger_durations_never_have_smaller_bins(one, other):
    assert (bin_of(one) <= bin_of(other)) or one > other


@given(st.lists(st.integers(-7296, 7295), max_size=20))
def test_many_middles_are_the_middles_of_each(numbers):
    exact = [float(bin_middle(number)) for number in numbers]
    assert bin_middles(np.array(numbers, dtype=np.int32)) == pytest.approx(exact, rel=1e-15)


@given(st.lists(st.lists(durations, max_size=12), max_size=4))
def test_sums_and_extremes_are_exact(values):
    family = one_family(values)
    for key, own in enumerate(values):
        assert family.total(key) == sum(own)
        assert family.n[key] == len(own)
        assert (family.minimum[key], family.maximum[key]) == (min(own, default=0), max(own, default=0))
        bins, counts = np.unique([bin_of(value) for value in own], return_counts=True)
        part = slice(family.offsets[key], family.offsets[key + 1])
        assert family.bins[part].tolist() == bins.tolist()
        assert family.counts[part].tolist() == counts.tolist()


def test_quantiles_are_within_0_4_per_cent_of_the_sorted_values():
    rng = np.random.default_rng(1)
    values = np.sort(rng.lognormal(20, 2, 700).astype(np.int64))
    family = one_family([[], values.tolist()])
    for q in (0.05, 0.5, 0.95, 1.0):
        exact = values[int(np.ceil(q * len(values))) - 1] / 1e6
        assert family.quantile_s(1, q) == pytest.approx(exact, rel=1 / 256)
    assert family.sd_s(1) == pytest.approx(np.std(values, ddof=1) / 1e6, rel=0.005)
    assert family.share_above(1, values[349] / 1e6) == pytest.approx(0.5, abs=0.02)
    assert family.quantile_s(0, 0.5) is family.mean_s(0) is None


@given(st.lists(st.lists(st.integers(0, 10**9), max_size=6), min_size=1, max_size=5), st.data())
def test_selected_keys_keep_their_histograms(values, data):
    keys = data.draw(st.lists(st.integers(0, len(values) - 1)))
    chosen = one_family(values).select(np.array(keys, dtype=np.int64))
    again = one_family([values[key] for key in keys])
    for field in ("n", "total_lo", "total_hi", "minimum", "maximum", "offsets", "bins", "counts"):
        assert getattr(chosen, field).tolist() == getattr(again, field).tolist()


def test_nothing_merges_to_nothing():
    assert merge_histograms([], 3).offsets.tolist() == empty_histograms(3).offsets.tolist()
