"""Scores of stated probabilities: Brier with its parts, logarithmic, and whether they are calibrated.

Forecasts p and outcomes o (0 or 1) are put into bins; with the mean forecast p_k, the share o_k and n_k
forecasts in bin k, o the whole share:

    Brier = reliability - resolution + uncertainty + within
    reliability = sum n_k (p_k - o_k)^2 / n,  resolution = sum n_k (o_k - o)^2 / n,  uncertainty = o (1 - o)

(Murphy 1973, Journal of Applied Meteorology 12(4)). `within` is what binning itself adds, the
variance of forecasts in a bin less twice their covariance with the outcome (Stephenson et al. 2008,
doi:10.1175/2007WAF2006116.1); it is 0 where all forecasts of a bin are alike, and with it the sum is exact.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, stdtrit

from anlan.domain.interval import Interval
from anlan.maths.rates import wilson

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Bin:
    """Forecasts from `low` to `high`: number, mean forecast, share that happened with its Wilson limits."""

    low: float
    high: float
    n: int
    forecast: float
    happened: Interval


@dataclass(frozen=True)
class Murphy:
    """The Brier score and its parts."""

    brier: float
    reliability: float
    resolution: float
    uncertainty: float
    within: float

    @property
    def skill(self) -> float | None:
        """Share by which it is better than always saying the base rate; None where nothing varied."""
        return 1 - self.brier / self.uncertainty if self.uncertainty > 0 else None


def brier_interval(p: Floats, o: Floats, *, level: float = 0.95) -> Interval:
    """Mean of (p - o)^2 with Student's limits, held inside 0..1; no narrower than 0..1 for one forecast."""
    each = (p - o) ** 2
    mean = float(each.mean())
    if len(each) < 2:
        return Interval(mean, 0.0, 1.0, level)
    half = float(stdtrit(len(each) - 1, 0.5 + level / 2) * each.std(ddof=1) / math.sqrt(len(each)))
    return Interval(mean, max(0.0, mean - half), min(1.0, mean + half), level)


def places(p: Floats, bins: int) -> NDArray[np.int64]:
    """The bin 0..bins - 1 of each forecast; a forecast on an edge belongs to the bin above, 1 to the last."""
    return np.minimum((p * bins + 1e-9).astype(np.int64), bins - 1)


def murphy(p: Floats, o: Floats, *, bins: int) -> Murphy:
    """The parts over even bins.

    >>> found = murphy(np.array([0.2, 0.2, 0.8]), np.array([0.0, 1.0, 1.0]), bins=10)
    >>> round(found.reliability - found.resolution + found.uncertainty + found.within - found.brier, 12)
    0.0
    """
    n, base, where = len(p), float(o.mean()), places(p, bins)
    brier = float(((p - o) ** 2).mean())
    reliability = resolution = 0.0
    for k in np.unique(where):
        inside = where == k
        share = float(o[inside].mean())
        reliability += inside.sum() * (float(p[inside].mean()) - share) ** 2 / n
        resolution += inside.sum() * (share - base) ** 2 / n
    uncertainty = base * (1 - base)
    return Murphy(
        brier, reliability, resolution, uncertainty, brier - (reliability - resolution + uncertainty)
    )


def reliability_table(p: Floats, o: Floats, *, bins: int) -> list[Bin]:
    """The bins that hold forecasts."""
    where = places(p, bins)
    return [
        Bin(
            int(k) / bins,
            (int(k) + 1) / bins,
            int((where == k).sum()),
            float(p[where == k].mean()),
            wilson(int(o[where == k].sum()), int((where == k).sum())),
        )
        for k in np.unique(where)
    ]


def log_score(p: Floats, o: Floats) -> float | None:
    """Mean of -ln(probability given to what happened), >= 0; None where 0 was given to what happened."""
    given = np.where(o == 1, p, 1 - p)
    return None if bool((given <= 0).any()) else float(-np.log(given).mean())


def calibration_p(p: Floats, o: Floats) -> float | None:
    """Two-sided p value of Spiegelhalter's z (1986, doi:10.1002/sim.4780050506) for calibration.

    None where every forecast is 0, 1 or one half, which tells nothing.
    """
    variance = float(((1 - 2 * p) ** 2 * p * (1 - p)).sum())
    if variance <= 1e-12:
        return None
    z = float(((o - p) * (1 - 2 * p)).sum()) / math.sqrt(variance)
    return float(2 * ndtr(-abs(z)))
