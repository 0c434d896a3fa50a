"""Control charts: how far a series moves when nothing special happens.

    chart = individuals(values)                # I-MR, one value a period
    chart = proportions(counts, sizes)         # p, or Laney p' where the counts are over-dispersed
    chart = rates(counts, sizes)               # u, or Laney u'

Limits lie three sigma from the centre. Sigma is taken from what neighbours in time do to each other
(the moving range), not from the standard deviation of all values, which a shift would inflate.
Assumes independent periods: autocorrelation makes limits too narrow and alarms too many.

Source: Montgomery, Introduction to Statistical Quality Control; Laney (2002), Improved control
charts for attributes, Quality Engineering 14(4), doi:10.1081/QEN-120003555.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import chdtrc

from anlan.domain.errors import NotEnoughData

D2 = {2: 1.128, 3: 1.693, 4: 2.059, 5: 2.326, 6: 2.534, 7: 2.704, 8: 2.847, 9: 2.970, 10: 3.078}
"""Mean range of n standard normal values, rounded as in the usual tables (qcc uses the same): limits
differ from those of the exact constants in the fifth digit."""

WIDTH = 3.0
"""Limits lie this many sigma from the centre."""

OVER_DISPERSED_P = 0.05
"""Below this p-value of the dispersion test the counts vary more than chance, and Laney's limits hold."""

FEWEST_POINTS = 2


@dataclass(frozen=True, eq=False)
class ControlChart:
    """Centre and limits of a series; arrays are float64 with one entry a point.

    kind        `i_mr`, `p`, `laney_p`, `u`, `laney_u`
    points      what is plotted: values, shares or rates
    sigma       standard deviation of each point around the centre
    lower, upper limits; lower is cut at `floor`, upper of a share at 1
    dispersion  sigma of the standardised points (Laney's sigma_z); 1 where the plain chart is used
    dispersion_p p-value of the chi-square test of over-dispersion; None for I-MR
    """

    kind: str
    points: NDArray[np.float64]
    centre: float
    sigma: NDArray[np.float64]
    lower: NDArray[np.float64]
    upper: NDArray[np.float64]
    dispersion: float = 1.0
    dispersion_p: float | None = None

    @property
    def outside(self) -> NDArray[np.int64]:
        """Positions of the points beyond a limit, ascending."""
        return np.flatnonzero((self.points > self.upper) | (self.points < self.lower))


def moving_range_sigma(values: ArrayLike) -> float:
    """Sigma from the mean range of neighbours: mean |x[i] - x[i-1]| / 1.128."""
    series = np.asarray(values, dtype=np.float64)
    _need(len(series))
    return float(np.abs(np.diff(series)).mean() / D2[2])


def individuals(values: ArrayLike, *, floor: float | None = None) -> ControlChart:
    """Individuals chart (I-MR) of one value a period; `floor`: the smallest value that can occur."""
    points = _finite(values)
    sigma = np.full(len(points), moving_range_sigma(points))
    return _chart("i_mr", points, float(points.mean()), sigma, floor=floor)


def proportions(counts: ArrayLike, sizes: ArrayLike, *, laney: bool | None = None) -> ControlChart:
    """p chart of `counts` out of `sizes`; Laney's p' where `laney`, by default where over-dispersed."""
    hits, n = _finite(counts), _finite(sizes)
    if np.any(n <= 0) or np.any(hits < 0) or np.any(hits > n):
        raise NotEnoughData("spc.bad_counts")
    centre = float(hits.sum() / n.sum())
    sigma = np.sqrt(centre * (1 - centre) / n)
    return _attributes("p", hits / n, centre, sigma, laney, ceiling=1.0)


def rates(counts: ArrayLike, sizes: ArrayLike, *, laney: bool | None = None) -> ControlChart:
    """u chart of `counts` per unit of `sizes` (sizes of 1: a c chart); Laney's u' as in `proportions`."""
    hits, n = _finite(counts), _finite(sizes)
    if np.any(n <= 0) or np.any(hits < 0):
        raise NotEnoughData("spc.bad_counts")
    centre = float(hits.sum() / n.sum())
    return _attributes("u", hits / n, centre, np.sqrt(centre / n), laney, ceiling=None)


def _attributes(
    kind: str,
    points: NDArray[np.float64],
    centre: float,
    sigma: NDArray[np.float64],
    laney: bool | None,
    ceiling: float | None,
) -> ControlChart:
    _need(len(points))
    if not np.all(sigma > 0):
        return _chart(kind, points, centre, sigma, floor=0.0, ceiling=ceiling, dispersion_p=1.0)
    z = (points - centre) / sigma
    p = float(chdtrc(len(z) - 1, float(z @ z)))
    if laney is None:
        laney = p < OVER_DISPERSED_P
    dispersion = moving_range_sigma(z) if laney else 1.0
    return _chart(
        f"laney_{kind}" if laney else kind,
        points,
        centre,
        sigma * dispersion,
        floor=0.0,
        ceiling=ceiling,
        dispersion=dispersion,
        dispersion_p=p,
    )


def _chart(
    kind: str,
    points: NDArray[np.float64],
    centre: float,
    sigma: NDArray[np.float64],
    *,
    floor: float | None,
    ceiling: float | None = None,
    dispersion: float = 1.0,
    dispersion_p: float | None = None,
) -> ControlChart:
    lower, upper = centre - WIDTH * sigma, centre + WIDTH * sigma
    if floor is not None:
        lower = np.maximum(lower, floor)
    if ceiling is not None:
        upper = np.minimum(upper, ceiling)
    return ControlChart(kind, points, centre, sigma, lower, upper, dispersion, dispersion_p)


def _finite(values: ArrayLike) -> NDArray[np.float64]:
    series = np.asarray(values, dtype=np.float64)
    _need(len(series))
    if not np.all(np.isfinite(series)):
        raise NotEnoughData("spc.not_finite")
    return series


def _need(n: int) -> None:
    if n < FEWEST_POINTS:
        raise NotEnoughData("spc.too_few_points", found=n, needed=FEWEST_POINTS)
