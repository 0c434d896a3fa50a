"""Charts that remember: EWMA and tabular CUSUM find small lasting shifts sooner than single points do.

    chart = ewma(values, centre=50, sigma=2.0539, weight=0.3)
    sums = cusum(values, centre=325, sigma=1.0, k=0.5, h=4.0, headstart=2.0)

Source: Montgomery, sections 9.1 and 9.2; Lucas and Saccucci (1990), doi:10.1080/00401706.1990.10484583;
Lucas and Crosier (1982), doi:10.1080/00401706.1982.10487759 (fast initial response).
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from anlan.domain.errors import UsageError
from anlan.maths.control_charts.spread import Floats


@dataclass(frozen=True, eq=False)
class EwmaChart:
    """points: weighted means after each value; lower and upper limits, in the unit of the values."""

    points: Floats
    centre: float
    lower: Floats
    upper: Floats

    @property
    def outside(self) -> NDArray[np.int64]:
        """Positions of the points beyond a limit, ascending."""
        return np.flatnonzero((self.points > self.upper) | (self.points < self.lower))


@dataclass(frozen=True, eq=False)
class CusumChart:
    """high, low: sums of what exceeds the centre by more than k, and of what falls short, >= 0, in sigma;
    h: decision interval."""

    high: Floats
    low: Floats
    h: float

    @property
    def outside(self) -> NDArray[np.int64]:
        """Positions at which a sum exceeds h, ascending."""
        return np.flatnonzero((self.high > self.h) | (self.low > self.h))


def ewma(
    values: ArrayLike, *, centre: float, sigma: float, weight: float = 0.2, width: float = 3.0,
    exact: bool = True,
) -> EwmaChart:  # fmt: skip
    """EWMA chart from the centre on.

    weight  of the newest value, 0..1;  width: limits in sigma of the weighted mean
    exact   limits of each point, tight at first; False: those of the steady state throughout
    """
    if not (0 < weight <= 1 and width > 0 and sigma >= 0):
        raise UsageError("spc.ewma", weight=weight, width=width)
    series = np.asarray(values, dtype=np.float64)
    points, level = np.empty(len(series)), centre
    for i, value in enumerate(series.tolist()):
        level = weight * value + (1.0 - weight) * level
        points[i] = level
    settled = 1.0 - (1.0 - weight) ** (2.0 * np.arange(1, len(series) + 1)) if exact else np.ones(len(series))
    half = width * sigma * np.sqrt(weight / (2.0 - weight) * settled)
    return EwmaChart(points, centre, centre - half, centre + half)


def cusum(
    values: ArrayLike, *, centre: float, sigma: float, k: float = 0.5, h: float = 5.0, headstart: float = 0.0
) -> CusumChart:
    """Two-sided tabular CUSUM; k, h and headstart (h / 2 gives a fast initial response) in sigma > 0."""
    if not (sigma > 0 and h > 0 and k >= 0 and 0 <= headstart < h and math.isfinite(centre)):
        raise UsageError("spc.cusum", k=k, h=h, headstart=headstart)
    z = (np.asarray(values, dtype=np.float64) - centre) / sigma
    sums, high, low = np.empty((2, len(z))), headstart, headstart
    for i, point in enumerate(z.tolist()):
        high, low = max(0.0, high + point - k), max(0.0, low - point - k)
        sums[:, i] = high, low
    return CusumChart(sums[0], sums[1], h)
