"""Families of duration histograms: exact counts and sums, quantiles within 0.4 %, exactly mergeable.

A duration is binned by the exponent and 7 mantissa bits of its integer microseconds (no logarithm,
so a bin border is the same on every processor). Everything is an integer: merging in any order and
any grouping gives the same bytes.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

MANTISSA_BITS = 7
"""A bin is at most 2**-7 of its value wide, so its middle is within 2**-8 = 0.39 % of any member."""


@dataclass(frozen=True, eq=False)
class Histograms:
    """One sparse histogram of int64 microseconds per key (edge, activity ...), keys 0..k-1.

    n        int64 (k,) how many durations
    total_lo uint64 (k,), total_hi int64 (k,) their exact sum = total_hi * 2**64 + total_lo
    minimum, maximum int64 (k,) exact; 0 where n == 0
    offsets  int64 (k + 1,) into bins and counts
    bins     int32 bin numbers, ascending within a key (negative durations have negative numbers)
    counts   int64 how many durations fall in each bin
    """

    n: NDArray[np.int64]
    total_lo: NDArray[np.uint64]
    total_hi: NDArray[np.int64]
    minimum: NDArray[np.int64]
    maximum: NDArray[np.int64]
    offsets: NDArray[np.int64]
    bins: NDArray[np.int32]
    counts: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.n)

    def total(self, key: int) -> int:
        """Exact sum in microseconds as a Python integer."""
        return (int(self.total_hi[key]) << 64) + int(self.total_lo[key])

    def mean_s(self, key: int) -> float | None:
        n = int(self.n[key])
        return self.total(key) / n / 1e6 if n else None

    def quantile_s(self, key: int, q: float) -> float | None:
        """Quantile in seconds: the order statistic ceil(q * n), as the middle of its bin clipped to
        [minimum, maximum]; within 0.4 %."""
        n = int(self.n[key])
        if not n:
            return None
        begin, end = int(self.offsets[key]), int(self.offsets[key + 1])
        rank = max(1, int(np.ceil(q * n)))
        position = int(np.searchsorted(np.cumsum(self.counts[begin:end]), rank))
        value = bin_middle(int(self.bins[begin + position]))
        return min(max(value, int(self.minimum[key])), int(self.maximum[key])) / 1e6

    def sd_s(self, key: int) -> float | None:
        """Standard deviation in seconds from bin middles; None under two durations."""
        n = int(self.n[key])
        if n < 2:
            return None
        values, counts = self.values_s(key)
        mean = self.mean_s(key) or 0.0
        return float(np.sqrt(np.sum(counts * (values - mean) ** 2) / (n - 1)))

    def values_s(self, key: int) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
        """Bin middles in seconds (ascending) and their counts."""
        part = slice(int(self.offsets[key]), int(self.offsets[key + 1]))
        middles = np.array([bin_middle(int(b)) for b in self.bins[part]], dtype=np.float64) / 1e6
        return middles, self.counts[part]

    def share_above(self, key: int, limit_s: float) -> float | None:
        """Share of durations whose bin middle is above `limit_s`."""
        n = int(self.n[key])
        if not n:
            return None
        values, counts = self.values_s(key)
        return float(counts[values > limit_s].sum()) / n


def bin_of(value: int) -> int:
    """Bin number of a duration in microseconds; 0 has a bin of its own, negatives are mirrored."""
    if value < 0:
        return -bin_of(-value)
    if value < 1 << MANTISSA_BITS:
        return value
    exponent = value.bit_length() - 1 - MANTISSA_BITS
    return ((exponent + 1) << MANTISSA_BITS) + ((value >> exponent) - (1 << MANTISSA_BITS))


def bin_middle(number: int) -> int:
    """Middle of a bin in microseconds (exact below 128 us)."""
    if number < 0:
        return -bin_middle(-number)
    if number < 1 << MANTISSA_BITS:
        return number
    exponent = (number >> MANTISSA_BITS) - 1
    low = ((number & ((1 << MANTISSA_BITS) - 1)) + (1 << MANTISSA_BITS)) << exponent
    return low + ((1 << exponent) >> 1)


def empty_histograms(n_keys: int) -> Histograms:
    """No durations for any of `n_keys` keys."""
    zeros = np.zeros(n_keys, dtype=np.int64)
    return Histograms(
        zeros, np.zeros(n_keys, dtype=np.uint64), zeros.copy(), zeros.copy(), zeros.copy(),
        np.zeros(n_keys + 1, dtype=np.int64), np.zeros(0, dtype=np.int32), np.zeros(0, dtype=np.int64),
    )  # fmt: skip
