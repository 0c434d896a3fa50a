"""Control charts: how far a series moves when nothing special happens.

    chart = individuals(values)                # I-MR, one value a period
    chart = proportions(counts, sizes)         # p, or Laney p' where the counts are over-dispersed
    chart = rates(counts, sizes)               # u, or Laney u'

Limits lie three sigma from the centre. Sigma is taken from what neighbours in time do to each other
(the moving range), not from the standard deviation of all values, which a shift would inflate. Periods
that resemble the one before make neighbours differ less than strangers: of a stationary normal series
x[i] - x[i-1] has the variance 2 sigma^2 (1 - r1), so the mean moving range is
1.128 sigma sqrt(1 - r1), r1 being the correlation of neighbours, and sigma follows from both.

Misleads: a lasting shift looks like resemblance and widens the limits as it does. Where more than a
tenth of the points stay outside all the same (`stable` is False) the limits describe nothing.

Source: Montgomery, Introduction to Statistical Quality Control; Cryer and Ryan (1990), The estimation
of sigma for an X chart, Journal of Quality Technology 22(3); Laney (2002), Improved control charts for
attributes, Quality Engineering 14(4), doi:10.1081/QEN-120003555; test of dispersion: mean square
successive difference, von Neumann (1941), doi:10.1214/aoms/1177731677.
"""

from dataclasses import dataclass, replace

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

MOST_RESEMBLANCE = 0.9
"""Larger correlations of neighbours count as this: beyond it a series is a drift, not a state."""

CLEAR_RESEMBLANCE = 1.96
"""A correlation of neighbours above this many standard errors (1 / sqrt n) is called autocorrelation."""

MOST_OUTSIDE = 0.1
"""With a larger share of the points beyond the limits the series is in no state that limits describe."""


@dataclass(frozen=True, eq=False)
class ControlChart:
    """Centre and limits of a series; arrays are float64 with one entry a point.

    kind        `i_mr`, `p`, `laney_p`, `u`, `laney_u`
    points      what is plotted: values, shares or rates
    sigma       standard deviation of each point around the centre
    lower, upper limits; lower is cut at `floor`, upper of a share at 1
    dispersion  sigma of the standardised points (Laney's sigma_z, at least 1); 1 on the plain chart
    dispersion_p p-value of the test of over-dispersion on differences of neighbours; None for I-MR
    resemblance correlation of neighbours in time, 0..0.9
    """

    kind: str
    points: NDArray[np.float64]
    centre: float
    sigma: NDArray[np.float64]
    lower: NDArray[np.float64]
    upper: NDArray[np.float64]
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
    def outside(self) -> NDArray[np.int64]:
        """Positions of the points beyond a limit, ascending."""
        return np.flatnonzero((self.points > self.upper) | (self.points < self.lower))


def moving_range_sigma(values: ArrayLike) -> float:
    """Sigma from the mean range of neighbours: mean |x[i] - x[i-1]| / 1.128."""
    series = np.asarray(values, dtype=np.float64)
    _need(len(series))
    return float(np.abs(np.diff(series)).mean() / D2[2])


def neighbour_correlation(values: ArrayLike) -> float:
    """Correlation of a series with itself one step later, cut to 0..0.9; 0 for a constant one."""
    deviation = _finite(values)
    deviation = deviation - deviation.mean()
    spread = float(deviation @ deviation)
    if not spread > 0:
        return 0.0
    return min(max(float(deviation[1:] @ deviation[:-1]) / spread, 0.0), MOST_RESEMBLANCE)


def settled_sigma(values: ArrayLike) -> float:
    """Sigma from the mean moving range, corrected for the resemblance of neighbours."""
    return moving_range_sigma(values) / float(np.sqrt(1.0 - neighbour_correlation(values)))


def over_dispersion_p(z: ArrayLike) -> float:
    """P-value of the hypothesis that standardised independent points have no more than unit variance.

    D = sum (z[i] - z[i-1])^2 / 2 over the n - 1 pairs of neighbours has mean n - 1 and, pairs that
    share a point being dependent, variance 3n - 4; it is compared with the scaled chi-square of the
    same two moments. A slow change of level leaves it alone.
    """
    points = _finite(z)
    n = len(points)
    statistic = float(np.square(np.diff(points)).sum()) / 2.0
    scale = (3 * n - 4) / (2 * (n - 1))
    return float(chdtrc((n - 1) / scale, statistic / scale))


def individuals(values: ArrayLike, *, floor: float | None = None) -> ControlChart:
    """Individuals chart (I-MR) of one value a period; `floor`: the smallest value that can occur."""
    points = _finite(values)
    sigma = np.full(len(points), settled_sigma(points))
    chart = _chart("i_mr", points, float(points.mean()), sigma, floor=floor)
    return replace(chart, resemblance=neighbour_correlation(points))


def proportions(counts: ArrayLike, sizes: ArrayLike, *, laney: bool | None = None) -> ControlChart:
    """p chart of `counts` out of `sizes`; Laney's p' where `laney`, by default where the
    shares of neighbours differ more than chance has it or follow each other; never narrower than p."""
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
    p, resemblance = over_dispersion_p(z), neighbour_correlation(z)
    plain = _chart(kind, points, centre, sigma, floor=0.0, ceiling=ceiling, dispersion_p=p)
    plain = replace(plain, resemblance=resemblance)
    if laney is None:
        laney = p < OVER_DISPERSED_P or plain.autocorrelated
    dispersion = max(1.0, settled_sigma(z)) if laney else 1.0
    if dispersion <= 1.0:
        return plain
    return replace(
        _chart(f"laney_{kind}", points, centre, sigma * dispersion, floor=0.0, ceiling=ceiling),
        dispersion=dispersion,
        dispersion_p=p,
        resemblance=resemblance,
    )


def _chart(
    kind: str,
    points: NDArray[np.float64],
    centre: float,
    sigma: NDArray[np.float64],
    *,
    floor: float | None,
    ceiling: float | None = None,
    dispersion_p: float | None = None,
) -> ControlChart:
    lower, upper = centre - WIDTH * sigma, centre + WIDTH * sigma
    if floor is not None:
        lower = np.maximum(lower, floor)
    if ceiling is not None:
        upper = np.minimum(upper, ceiling)
    return ControlChart(kind, points, centre, sigma, lower, upper, dispersion_p=dispersion_p)


def _finite(values: ArrayLike) -> NDArray[np.float64]:
    series = np.asarray(values, dtype=np.float64)
    _need(len(series))
    if not np.all(np.isfinite(series)):
        raise NotEnoughData("spc.not_finite")
    return series


def _need(n: int) -> None:
    if n < FEWEST_POINTS:
        raise NotEnoughData("spc.too_few_points", found=n, needed=FEWEST_POINTS)
