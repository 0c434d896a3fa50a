"""Sigma from what neighbours in time do to each other.

Not from the standard deviation of all values, which a shift would inflate. Periods that resemble the one
before make neighbours differ less than strangers: of a stationary normal series x[i] - x[i-1] has the
variance 2 sigma^2 (1 - r1), so the mean moving range is 1.128 sigma sqrt(1 - r1), r1 being the correlation
of neighbours, and sigma follows from both. Neighbours are periods that follow each other: `pairs` says of
each point but the last whether the next one does, so that nothing is compared across a gap.

Source: Cryer and Ryan (1990), The estimation of sigma for an X chart, Journal of Quality Technology 22(3);
test of dispersion: mean square successive difference, von Neumann (1941), doi:10.1214/aoms/1177731677.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import chdtrc

from anlan.domain.errors import NotEnoughData, UsageError
from anlan.maths.control_charts.constants import mean_range

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

FEWEST_POINTS = 2

MOST_RESEMBLANCE = 0.9
"""Larger correlations of neighbours count as this: beyond it a series is a drift, not a state."""

CLEAR_RESEMBLANCE = 1.96
"""A correlation of neighbours above this many standard errors (1 / sqrt n) is called autocorrelation."""


def moving_ranges_of(values: ArrayLike, *, pairs: Flags | None = None) -> Floats:
    """|x[i+1] - x[i]| of the neighbours."""
    series = finite(values)
    steps: Floats = np.abs(np.diff(series))[_all_pairs(series, pairs)]
    if not len(steps):
        raise NotEnoughData("spc.no_neighbours")
    return steps


def moving_range_sigma(values: ArrayLike, *, pairs: Flags | None = None) -> float:
    """Sigma from the mean range of neighbours: mean |x[i] - x[i-1]| / 1.128."""
    return float(moving_ranges_of(values, pairs=pairs).mean() / mean_range(2))


def neighbour_correlation(values: ArrayLike, *, pairs: Flags | None = None) -> float:
    """Correlation of a series with itself one step later, cut to 0..0.9; 0 for a constant one."""
    deviation = finite(values)
    deviation = deviation - deviation.mean()
    beside = _all_pairs(deviation, pairs)
    spread = float(deviation @ deviation)
    if not spread > 0 or not beside.any():
        return 0.0
    together = float(deviation[1:][beside] @ deviation[:-1][beside]) * len(beside) / int(beside.sum())
    return min(max(together / spread, 0.0), MOST_RESEMBLANCE)


def settled_sigma(values: ArrayLike, *, pairs: Flags | None = None) -> float:
    """Sigma from the mean moving range, corrected for the resemblance of neighbours."""
    resemblance = neighbour_correlation(values, pairs=pairs)
    return moving_range_sigma(values, pairs=pairs) / float(np.sqrt(1.0 - resemblance))


def over_dispersion_p(z: ArrayLike, *, pairs: Flags | None = None) -> float:
    """P-value of the hypothesis that standardised independent points have no more than unit variance.

    D = sum (z[i] - z[i-1])^2 / 2 over the m pairs of neighbours has mean m and, where a pairs follow each
    other and so share a point, variance 2m + a; it is compared with the scaled chi-square of the same two
    moments. A slow change of level leaves it alone.
    """
    points = finite(z)
    beside = _all_pairs(points, pairs)
    m, sharing = int(beside.sum()), int((beside[1:] & beside[:-1]).sum())
    if not m:
        return 1.0
    statistic = float(np.square(np.diff(points)[beside]).sum()) / 2.0
    scale = (2 * m + sharing) / (2 * m)
    return float(chdtrc(m / scale, statistic / scale))


def pairs_of(n: int, *, positions: ArrayLike | None, used: Flags) -> Flags:
    """Of each of n points but the last: is it used, and the next one too, and next to it in time?"""
    beside = used[1:] & used[:-1]
    if positions is None:
        return beside
    place = np.asarray(positions, dtype=np.int64)
    if place.shape != (n,) or np.any(np.diff(place) <= 0):
        raise UsageError("spc.positions", found=int(place.size), points=n)
    return np.asarray(beside & (np.diff(place) == 1), dtype=np.bool_)


def used_of(n: int, used: ArrayLike | None) -> Flags:
    """Which of n points make the limits: all, or those named."""
    flags = np.ones(n, dtype=np.bool_) if used is None else np.asarray(used, dtype=np.bool_)
    if flags.shape != (n,):
        raise UsageError("spc.lengths", first=n, second=int(flags.size))
    need(int(flags.sum()))
    return flags


def finite(values: ArrayLike) -> Floats:
    """The values as float64, refused where one is not a number or there are fewer than two."""
    series = np.asarray(values, dtype=np.float64)
    need(len(series))
    if not np.all(np.isfinite(series)):
        raise NotEnoughData("spc.not_finite")
    return series


def need(n: int) -> None:
    """Refuse fewer than two points."""
    if n < FEWEST_POINTS:
        raise NotEnoughData("spc.too_few_points", found=n, needed=FEWEST_POINTS)


def _all_pairs(series: Floats, pairs: Flags | None) -> Flags:
    return np.ones(len(series) - 1, dtype=np.bool_) if pairs is None else pairs
