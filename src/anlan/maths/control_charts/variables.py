"""Charts of measured values: one a period (I-MR) or samples of several (Xbar-R, Xbar-S).

    individuals(values)                      # corrected for the resemblance of neighbours
    averages(samples, by="range")            # Xbar; with `ranges(samples)` the Xbar-R pair
    averages(samples, by="deviation")        # Xbar; with `deviations(samples)` the Xbar-S pair

Samples may differ in size; a missing value of a sample is left out (one row a sample, or a list of arrays).
With sizes that differ, sigma is the linear unbiased estimate of least variance of the samples' own.

Source: Montgomery, sections 6.2 to 6.4; Burr (1969), Control charts for measurements with varying sample
sizes, Journal of Quality Technology 1(3).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from anlan.domain.errors import NotEnoughData, UsageError
from anlan.maths.control_charts.chart import Baseline, ControlChart
from anlan.maths.control_charts.constants import mean_deviation, mean_range, range_deviation
from anlan.maths.control_charts.spread import (
    Flags,
    Floats,
    finite,
    moving_range_sigma,
    moving_ranges_of,
    need,
    neighbour_correlation,
    pairs_of,
    settled_sigma,
    used_of,
)


@dataclass(frozen=True)
class Sigma:
    """Standard deviation within samples; freedom: degrees of freedom of a chi of the same precision."""

    sigma: float
    freedom: float


def individuals(
    values: ArrayLike,
    *,
    floor: float | None = None,
    used: ArrayLike | None = None,
    positions: ArrayLike | None = None,
    corrected: bool = True,
) -> ControlChart:
    """Individuals chart (I-MR) of one value a period.

    floor      the smallest value that can occur
    used       flags of the points that make the limits; by default all
    positions  number of each value's period, ascending: periods that are missing are not stepped over
    corrected  for the resemblance of neighbours; False: the chart of the books
    """
    points = finite(values)
    kept = used_of(len(points), used)
    pairs = pairs_of(len(points), positions=positions, used=kept)
    making = points[kept]
    between = _between(pairs, kept)
    sigma = (settled_sigma if corrected else moving_range_sigma)(making, pairs=between)
    baseline = Baseline("i_mr", float(making.mean()), sigma, floor)
    return baseline.chart(points, resemblance=neighbour_correlation(making, pairs=between))


def moving_ranges(values: ArrayLike, *, positions: ArrayLike | None = None) -> ControlChart:
    """MR chart: the steps between neighbours, one point fewer than values."""
    series = finite(values)
    pairs = pairs_of(len(series), positions=positions, used=used_of(len(series), None))
    steps = moving_ranges_of(series, pairs=pairs)
    sigma = range_deviation(2) / mean_range(2) * float(steps.mean())
    return Baseline("mr", float(steps.mean()), sigma, 0.0).chart(steps)


def averages(
    samples: ArrayLike | Sequence[ArrayLike], *, by: str = "range", used: ArrayLike | None = None,
    tabled: bool = True,
) -> ControlChart:  # fmt: skip
    """Xbar chart; sigma `by` the samples' "range" or standard "deviation"; centre: mean of all values."""
    rows = _rows(samples)
    kept = used_of(len(rows), used)
    making = [row for row, use in zip(rows, kept, strict=True) if use]
    within = sigma_within(making, by=by, tabled=tabled)
    baseline = Baseline("xbar", float(np.concatenate(making).mean()), within.sigma)
    return baseline.chart([row.mean() for row in rows], [len(row) for row in rows])


def ranges(samples: ArrayLike | Sequence[ArrayLike], *, tabled: bool = True) -> ControlChart:
    """R chart of samples of one size."""
    rows = _rows(samples)
    n = _one_size(rows)
    within = sigma_within(rows, by="range", tabled=tabled).sigma
    centre = within * mean_range(n, tabled=tabled)
    return Baseline("r", centre, range_deviation(n) * within, 0.0).chart([np.ptp(row) for row in rows])


def deviations(samples: ArrayLike | Sequence[ArrayLike]) -> ControlChart:
    """S chart of samples of one size."""
    rows = _rows(samples)
    c4 = mean_deviation(_one_size(rows))
    within = sigma_within(rows, by="deviation").sigma
    baseline = Baseline("s", c4 * within, within * float(np.sqrt(1.0 - c4**2)), 0.0)
    return baseline.chart([row.std(ddof=1) for row in rows])


def sigma_within(samples: ArrayLike | Sequence[ArrayLike], *, by: str, tabled: bool = True) -> Sigma:
    """Standard deviation inside samples from their "range" or standard "deviation".

    Each sample's own unbiased estimate is weighted by the inverse of its variance: (d2 / d3)^2 or
    c4^2 / (1 - c4^2). The sum of these weights is, doubled inversely, the squared coefficient of variation
    of the result, and that of a chi with f degrees of freedom is near 1 / (2 f).
    """
    rows = [row for row in _rows(samples) if len(row) > 1]
    need(len(rows))
    if by == "range":
        own = [np.ptp(row) / mean_range(len(row), tabled=tabled) for row in rows]
        weight = [(mean_range(len(row), tabled=False) / range_deviation(len(row))) ** 2 for row in rows]
    elif by == "deviation":
        own = [row.std(ddof=1) / mean_deviation(len(row)) for row in rows]
        weight = [1.0 / (1.0 / mean_deviation(len(row)) ** 2 - 1.0) for row in rows]
    else:
        raise UsageError("spc.sigma_by", found=by)
    return Sigma(float(np.average(own, weights=weight)), float(np.sum(weight)) / 2.0)


def _between(pairs: Flags, kept: Flags) -> Flags:
    """The pairs as they stand among the kept points only."""
    where = np.flatnonzero(kept)
    return np.asarray(pairs[where[:-1]] & (np.diff(where) == 1), dtype=np.bool_)


def _rows(samples: ArrayLike | Sequence[ArrayLike]) -> list[Floats]:
    rows = [np.asarray(row, dtype=np.float64).ravel() for row in samples]  # type: ignore[union-attr]
    rows = [row[~np.isnan(row)] for row in rows]
    need(len(rows))
    if any(not len(row) or not np.all(np.isfinite(row)) for row in rows):
        raise NotEnoughData("spc.empty_sample")
    return rows


def _one_size(rows: list[Floats]) -> int:
    sizes = {len(row) for row in rows}
    if len(sizes) > 1:
        raise UsageError("spc.sizes_differ", smallest=min(sizes), largest=max(sizes))
    return sizes.pop()
