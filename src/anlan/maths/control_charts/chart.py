"""Centre and limits of a series, and the baseline that phase II is held against.

    chart = individuals(values)                       # phase I: what is the process like?
    chart = individuals(values, used=kept)            # again, without the points that have a known cause
    chart.baseline.chart(new_values)                  # phase II: do new points come from that process?

Limits lie three sigma from the centre. Misleads: a lasting shift looks like resemblance of neighbours and
widens the limits as it does. Where more than a tenth of the points stay outside all the same (`stable` is
False) the limits describe nothing.

Source: Montgomery, Introduction to Statistical Quality Control, chapters 6 and 7.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from anlan.domain.errors import UsageError
from anlan.maths.control_charts.spread import CLEAR_RESEMBLANCE, Floats

WIDTH = 3.0
"""Limits lie this many sigma from the centre."""

MOST_OUTSIDE = 0.1
"""With a larger share of the points beyond the limits the series is in no state that limits describe."""


@dataclass(frozen=True)
class Baseline:
    """What a process is like under control: plain numbers that can be stored.

    kind     as of the chart
    centre   mean level
    spread   sigma of a point of size 1; of size n it is spread / sqrt(n)
    floor, ceiling  smallest and largest value that can occur, or None
    """

    kind: str
    centre: float
    spread: float
    floor: float | None = None
    ceiling: float | None = None

    def __post_init__(self) -> None:
        if not (np.isfinite(self.centre) and np.isfinite(self.spread) and self.spread >= 0):
            raise UsageError("spc.baseline", centre=self.centre, spread=self.spread)

    def chart(self, points: ArrayLike, sizes: ArrayLike = 1.0, **seen: float | None) -> "ControlChart":
        """Chart of points held against this baseline; `sizes` of the samples behind them, > 0."""
        plotted = np.asarray(points, dtype=np.float64)
        size = np.broadcast_to(np.asarray(sizes, dtype=np.float64), plotted.shape)
        if not np.all(size > 0):
            raise UsageError("spc.sizes")
        sigma = self.spread / np.sqrt(size)
        lower, upper = self.centre - WIDTH * sigma, self.centre + WIDTH * sigma
        if self.floor is not None:
            lower = np.maximum(lower, self.floor)
        if self.ceiling is not None:
            upper = np.minimum(upper, self.ceiling)
        return ControlChart(self.kind, plotted, self.centre, sigma, lower, upper, baseline=self, **seen)  # type: ignore[arg-type]


@dataclass(frozen=True, eq=False)
class ControlChart:
    """Centre and limits of a series; arrays are float64 with one entry a point.

    kind        `i_mr`, `xbar`, `r`, `s`, `p`, `np`, `c`, `u`, `laney_p`, `laney_u`, `g`, `t`
    points      what is plotted: values, means, ranges, shares, counts or rates
    sigma       standard deviation of each point around the centre
    lower, upper limits; lower is cut at `floor`, upper of a share at 1
    baseline    what phase II is held against
    dispersion  sigma of the standardised points (Laney's sigma_z, at least 1); 1 on the plain chart
    dispersion_p p-value of the test of over-dispersion on differences of neighbours; None where not of counts
    resemblance correlation of neighbours in time, 0..0.9
    """

    kind: str
    points: Floats
    centre: float
    sigma: Floats
    lower: Floats
    upper: Floats
    baseline: Baseline
    dispersion: float = 1.0
    dispersion_p: float | None = None
    resemblance: float = 0.0

    @property
    def autocorrelated(self) -> bool:
        """Whether neighbours resemble each other more than chance would have it."""
        return bool(self.resemblance > CLEAR_RESEMBLANCE / np.sqrt(len(self.points)))

    @property
    def stable(self) -> bool:
        """Whether no more than a tenth of the points lie beyond the limits."""
        return len(self.outside) <= MOST_OUTSIDE * len(self.points)

    @property
    def outside(self) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
        """Positions of the points beyond a limit, ascending."""
        return np.flatnonzero((self.points > self.upper) | (self.points < self.lower))

    @property
    def z(self) -> Floats:
        """Points in sigma from the centre; 0 where a point on the centre has no sigma, else infinite."""
        away = self.points - self.centre
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.where(away == 0, 0.0, away / self.sigma)
