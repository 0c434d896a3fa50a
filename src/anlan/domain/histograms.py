"""Families of duration histograms: exact counts and sums, quantiles within 0.4 %, exactly mergeable.

A duration is binned by the exponent and 7 mantissa bits of its integer microseconds (no logarithm,
so a bin border is the same on every processor). Everything is an integer: merging in any order and
any grouping gives the same bytes.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

MANTISSA_BITS = 7
"""A bin is at most 2**-7 of its value wide, so its middle is within 2**-8 = 0.39 % of any member."""

_BIN_SHIFT = 7_296
"""One more than the largest bin number of an int64; bin numbers + shift are 0 .. span - 1."""

_BIN_SPAN = 2 * _BIN_SHIFT


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
        return bin_middles(self.bins[part]) / 1e6, self.counts[part]

    def share_above(self, key: int, limit_s: float) -> float | None:
        """Share of durations whose bin middle is above `limit_s`."""
        n = int(self.n[key])
        if not n:
            return None
        values, counts = self.values_s(key)
        return float(counts[values > limit_s].sum()) / n

    def select(self, keys: NDArray[np.int64]) -> "Histograms":
        """The histograms of `keys` only, in that order."""
        lengths = np.diff(self.offsets)[keys]
        offsets = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
        entries = np.arange(offsets[-1]) + np.repeat(self.offsets[:-1][keys] - offsets[:-1], lengths)
        return Histograms(
            self.n[keys], self.total_lo[keys], self.total_hi[keys], self.minimum[keys],
            self.maximum[keys], offsets, self.bins[entries], self.counts[entries],
        )  # fmt: skip


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


def bin_middles(numbers: NDArray[np.int32]) -> NDArray[np.float64]:
    """`bin_middle` of many bins, in microseconds, rounded to the nearest double."""
    size = np.abs(numbers.astype(np.int64))
    exponent = np.maximum((size >> MANTISSA_BITS) - 1, 0)
    mantissa = (size & ((1 << MANTISSA_BITS) - 1)) + (1 << MANTISSA_BITS)
    middle = np.ldexp(mantissa + np.where(exponent > 0, 0.5, 0.0), exponent)
    return np.where(size < 1 << MANTISSA_BITS, size, middle) * np.sign(numbers)


def merge_histograms(parts: Sequence[tuple[Histograms, NDArray[np.int64]]], n_keys: int) -> Histograms:
    """Add families of histograms: key `k` of a part becomes key `positions[k]` of the result.

    `parts`: (histograms, positions) with the positions of one part distinct and below `n_keys`.
    """
    merged = empty_histograms(n_keys)
    for part, positions in parts:
        _add_moments(merged, part, positions)
    keys = np.concatenate(
        [np.zeros(0, dtype=np.int64), *(np.repeat(at, np.diff(part.offsets)) for part, at in parts)]
    )
    bins = np.concatenate([np.zeros(0, dtype=np.int32), *(part.bins for part, _ in parts)])
    counts = np.concatenate([np.zeros(0, dtype=np.int64), *(part.counts for part, _ in parts)])
    entries, summed = sum_by_key(keys * _BIN_SPAN + bins + _BIN_SHIFT, counts)
    offsets = np.searchsorted(entries, np.arange(n_keys + 1) * _BIN_SPAN).astype(np.int64)
    bins = (entries % _BIN_SPAN - _BIN_SHIFT).astype(np.int32)
    return Histograms(
        merged.n, merged.total_lo, merged.total_hi, merged.minimum, merged.maximum, offsets, bins, summed
    )


def sum_by_key(
    keys: NDArray[np.int64], counts: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Distinct keys ascending and the sum of the counts of each."""
    if not len(keys):
        return keys, counts
    order = np.argsort(keys, kind="stable")
    keys = keys[order]
    first = np.flatnonzero(np.concatenate([[True], keys[1:] != keys[:-1]]))
    return keys[first], np.add.reduceat(counts[order], first)


def _add_moments(target: Histograms, part: Histograms, at: NDArray[np.int64]) -> None:
    """Add counts and 128-bit sums and widen the extremes of `target` in place."""
    low = target.total_lo[at] + part.total_lo
    carry = (low < part.total_lo).astype(np.int64)
    target.total_lo[at] = low
    target.total_hi[at] += part.total_hi + carry
    before, new = target.n[at] > 0, part.n > 0
    smallest = np.minimum(target.minimum[at], part.minimum)
    largest = np.maximum(target.maximum[at], part.maximum)
    target.minimum[at] = np.where(before & new, smallest, np.where(new, part.minimum, target.minimum[at]))
    target.maximum[at] = np.where(before & new, largest, np.where(new, part.maximum, target.maximum[at]))
    target.n[at] += part.n


def empty_histograms(n_keys: int) -> Histograms:
    """No durations for any of `n_keys` keys."""
    zeros = np.zeros(n_keys, dtype=np.int64)
    return Histograms(
        zeros, np.zeros(n_keys, dtype=np.uint64), zeros.copy(), zeros.copy(), zeros.copy(),
        np.zeros(n_keys + 1, dtype=np.int64), np.zeros(0, dtype=np.int32), np.zeros(0, dtype=np.int64),
    )  # fmt: skip
