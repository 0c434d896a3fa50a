"""Positive distributions for the size of one loss: empirical, quantiles, lognormal, gamma, Weibull,
PERT, triangular.

Each knows its mean, variance, quantiles and limited mean E[min(X, d)], the one function that a
lattice with the right mean is made from. Fits are in `distribution_fits`.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import betainc, betaincinv, gammainc, gammaincc, gammaincinv, ndtr, ndtri

from anlan.domain.errors import UsageError

PEAK = 4.0
_NOTHING_LEFT = 700.0
KINDS = ("none", "constant", "empirical", "quantiles", "lognormal", "gamma", "weibull", "pert", "triangular")


@dataclass(frozen=True, eq=False)
class Distribution:
    """A distribution on [0, inf).

    kind        none (always 0), constant {value}, empirical {} (each of `points` alike),
                quantiles {} (`points` at evenly spaced probabilities 0 to 1, linear between them),
                lognormal {mu, sigma}, gamma {shape, scale}, weibull {shape, scale},
                pert {low, likely, high}: a beta between low and high whose mode is likely, with mean
                (low + 4 likely + high) / 6 (Malcolm et al. 1959); with `peak` another weight than 4,
                triangular {low, likely, high}: density rising straight to likely and falling straight to high
    points      the values of an empirical distribution or of quantiles, ascending
    """

    kind: str
    parameters: Mapping[str, float] = field(default_factory=dict)
    points: NDArray[np.float64] = field(default_factory=lambda: np.zeros(0))

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise UsageError("distributions.unknown_kind", found=self.kind, accepted=KINDS)

    @property
    def mean(self) -> float:
        p = self.parameters
        match self.kind:
            case "constant":
                return p["value"]
            case "empirical":
                return float(np.mean(self.points))
            case "quantiles":
                return float((self.points[:-1] + self.points[1:]).mean() / 2)
            case "lognormal":
                return math.exp(p["mu"] + p["sigma"] ** 2 / 2)
            case "gamma":
                return p["shape"] * p["scale"]
            case "weibull":
                return p["scale"] * math.gamma(1 + 1 / p["shape"])
            case "pert":
                peak = p.get("peak", PEAK)
                return (p["low"] + peak * p["likely"] + p["high"]) / (peak + 2)
            case "triangular":
                return (p["low"] + p["likely"] + p["high"]) / 3
        return 0.0

    @property
    def variance(self) -> float:
        p = self.parameters
        match self.kind:
            case "empirical":
                return float(np.var(self.points))
            case "quantiles":
                a, b = self.points[:-1] - self.mean, self.points[1:] - self.mean
                return float((a * a + a * b + b * b).mean() / 3)
            case "lognormal":
                return self.mean**2 * math.expm1(p["sigma"] ** 2)
            case "gamma":
                return p["shape"] * p["scale"] ** 2
            case "weibull":
                return p["scale"] ** 2 * math.gamma(1 + 2 / p["shape"]) - self.mean**2
            case "pert":
                return (self.mean - p["low"]) * (p["high"] - self.mean) / (p.get("peak", PEAK) + 3)
            case "triangular":
                width, mode = p["high"] - p["low"], _mode_of(p)
                return width**2 * (1.0 - mode + mode**2) / 18.0
        return 0.0

    def quantile(self, probability: ArrayLike) -> NDArray[np.float64]:
        """Value not exceeded with the given probability; linear between the points of a sample."""
        q = np.asarray(probability, dtype=np.float64)
        p = self.parameters
        match self.kind:
            case "constant":
                return np.full(q.shape, p["value"])
            case "empirical" | "quantiles":
                return np.asarray(np.quantile(self.points, q))
            case "lognormal":
                return np.asarray(np.exp(p["mu"] + p["sigma"] * ndtri(q)))
            case "gamma":
                return np.asarray(p["scale"] * gammaincinv(p["shape"], q))
            case "weibull":
                return np.asarray(p["scale"] * (-np.log1p(-q)) ** (1 / p["shape"]))
            case "pert":
                width = p["high"] - p["low"]
                return np.asarray(p["low"] + width * betaincinv(*_beta_of(p), q))
            case "triangular":
                width, mode = p["high"] - p["low"], _mode_of(p)
                falling = 1.0 - np.sqrt((1.0 - q) * (1.0 - mode))
                return np.asarray(p["low"] + width * np.where(q <= mode, np.sqrt(q * mode), falling))
        return np.zeros(q.shape)

    def cdf(self, value: ArrayLike) -> NDArray[np.float64]:
        """P(X <= value)."""
        x = np.asarray(value, dtype=np.float64)
        p = self.parameters
        positive = np.maximum(x, 1e-300)
        match self.kind:
            case "empirical":
                return np.asarray(np.searchsorted(self.points, x, side="right") / len(self.points))
            case "quantiles":
                return np.asarray(_cell_of(self.points, x)[1])
            case "lognormal":
                return np.where(x > 0, ndtr((np.log(positive) - p["mu"]) / p["sigma"]), 0.0)
            case "gamma":
                return np.where(x > 0, gammainc(p["shape"], positive / p["scale"]), 0.0)
            case "weibull":
                return np.where(x > 0, -np.expm1(-_weibull_power(p, positive)), 0.0)
            case "pert":
                return np.asarray(betainc(*_beta_of(p), _share_of_width(p, x)))
            case "triangular":
                return _triangle_below(_share_of_width(p, x), _mode_of(p))
        return np.where(x >= self.mean, 1.0, 0.0)

    def limited_mean(self, limit: ArrayLike) -> NDArray[np.float64]:
        """E[min(X, limit)] for limits >= 0."""
        d = np.asarray(limit, dtype=np.float64)
        p = self.parameters
        positive = np.maximum(d, 1e-300)
        match self.kind:
            case "lognormal":
                z = (np.log(positive) - p["mu"]) / p["sigma"]
                value = self.mean * ndtr(z - p["sigma"]) + d * ndtr(-z)
            case "gamma":
                x = positive / p["scale"]
                value = self.mean * gammainc(p["shape"] + 1, x) + d * gammaincc(p["shape"], x)
            case "weibull":
                x = _weibull_power(p, positive)
                value = self.mean * gammainc(1 + 1 / p["shape"], x) + d * np.exp(-x)
            case "pert":
                a, b = _beta_of(p)
                z = _share_of_width(p, d)
                below = a / (a + b) * betainc(a + 1, b, z) + z * (1.0 - betainc(a, b, z))
                value = np.where(d <= p["low"], d, p["low"] + (p["high"] - p["low"]) * below)
            case "triangular":
                below = _triangle_limited(_share_of_width(p, d), _mode_of(p))
                value = np.where(d <= p["low"], d, p["low"] + (p["high"] - p["low"]) * below)
            case "empirical":
                cumulated = np.concatenate([[0.0], np.cumsum(self.points)])
                n = np.searchsorted(self.points, d, side="right")
                value = (cumulated[n] + d * (len(self.points) - n)) / len(self.points)
            case "quantiles":
                cell, below = _cell_of(self.points, d)
                areas = np.concatenate([[0.0], np.cumsum((self.points[:-1] + self.points[1:]) / 2)])
                last = (self.points[cell] + np.minimum(d, self.points[-1])) / 2
                n_cells = len(self.points) - 1
                value = areas[cell] / n_cells + last * (below - cell / n_cells) + d * (1.0 - below)
            case _:
                value = np.minimum(d, self.mean)
        return np.asarray(np.where(d > 0, value, 0.0))

    def scaled(self, factor: float) -> "Distribution":
        """The same distribution in another unit: X * factor, factor > 0."""
        p = dict(self.parameters)
        if self.kind == "lognormal":
            p["mu"] += math.log(factor)
        for name in ("scale", "value", "low", "likely", "high"):
            if name in p:
                p[name] *= factor
        return Distribution(self.kind, p, self.points * factor)


def empirical(sample: ArrayLike) -> Distribution:
    """The sample itself as a distribution: every value as likely as every other."""
    return Distribution("empirical", {}, np.sort(np.asarray(sample, dtype=np.float64)))


def from_quantiles(values: ArrayLike) -> Distribution:
    """Quantiles at evenly spaced probabilities 0, ..., 1; between two of them every value is as likely. A
    share of zeros, or of any one value, is written as that value several times.

    >>> from_quantiles([0, 0, 0, 10, 20]).quantile([0.4, 0.75]).tolist()
    [0.0, 10.0]
    """
    points = np.asarray(values, dtype=np.float64)
    fine = points.ndim == 1 and len(points) >= 2 and bool(np.isfinite(points).all())
    if not fine or points[0] < 0 or bool((np.diff(points) < 0).any()):
        raise UsageError("distributions.quantile_values", n=int(points.size))
    return Distribution("quantiles", {}, points)


def lognormal_from_mean(mean: float, *, sigma: float) -> Distribution:
    """Lognormal with the given mean and the given standard deviation of its logarithm."""
    return Distribution("lognormal", {"mu": math.log(mean) - sigma**2 / 2, "sigma": sigma})


def lognormal_from_quantiles(low: float, high: float, *, level: float = 0.9) -> Distribution:
    """Lognormal that lies between `low` and `high` with probability `level`, as often below as above.

    >>> lognormal_from_quantiles(2.0, 50.0).quantile([0.05, 0.5, 0.95]).round(9).tolist()
    [2.0, 10.0, 50.0]
    """
    if not (0.0 < low < high < math.inf):
        raise UsageError("distributions.quantiles", low=low, high=high)
    reach = float(ndtri(0.5 + level / 2))
    return Distribution(
        "lognormal",
        {
            "mu": (math.log(low) + math.log(high)) / 2,
            "sigma": (math.log(high) - math.log(low)) / (2 * reach),
        },
    )


def pert(low: float, likely: float, high: float, *, peak: float = PEAK) -> Distribution:
    """Three points as a distribution: PERT, or the constant where all three are the same.

    peak: weight of `likely` (Vose 2008): 0 makes it uniform, 4 is the usual PERT, more a narrower one.
    """
    if _is_one_value(low, likely, high):
        return Distribution("constant", {"value": low})
    shape = {} if peak == PEAK else {"peak": peak}
    return Distribution("pert", {"low": low, "likely": likely, "high": high, **shape})


def triangular(low: float, likely: float, high: float) -> Distribution:
    """Three points as a triangle, or the constant where all three are the same.

    >>> triangular(0.0, 1.0, 5.0).mean
    2.0
    """
    if _is_one_value(low, likely, high):
        return Distribution("constant", {"value": low})
    return Distribution("triangular", {"low": low, "likely": likely, "high": high})


def _is_one_value(low: float, likely: float, high: float) -> bool:
    """Whether three points in order, from 0 up, are all the same."""
    if not (0.0 <= low <= likely <= high < math.inf):
        raise UsageError("distributions.three_points", low=low, likely=likely, high=high)
    return low == high


def _cell_of(points: NDArray[np.float64], x: NDArray[np.float64]) -> tuple[NDArray[np.int64], Any]:
    """Of quantiles: the cell each x lies in (the number of cells where beyond the last), and P(X <= x)."""
    cell = np.searchsorted(points, x, side="right") - 1
    n_cells = len(points) - 1
    inside = np.clip(cell, 0, n_cells - 1)
    low, high = points[inside], points[inside + 1]
    part = np.where(high > low, (x - low) / np.where(high > low, high - low, 1.0), 1.0)
    share = np.clip((inside + np.clip(part, 0.0, 1.0)) / n_cells, 0.0, 1.0)
    share = np.where(x < points[0], 0.0, np.where(x >= points[-1], 1.0, share))
    return np.clip(cell, 0, n_cells), share


def _weibull_power(p: Mapping[str, float], positive: NDArray[np.float64]) -> NDArray[np.float64]:
    """(x / scale) ^ shape through logarithms, held to exp(700): beyond it nothing is left of the
    distribution."""
    most = _NOTHING_LEFT / p["shape"]
    return np.asarray(np.exp(p["shape"] * np.clip(np.log(positive) - math.log(p["scale"]), -2 * most, most)))


def _beta_of(p: Mapping[str, float]) -> tuple[float, float]:
    """Both shapes of the beta that a PERT is, each at least 1; together peak + 2."""
    mode, peak = (p["likely"] - p["low"]) / (p["high"] - p["low"]), p.get("peak", PEAK)
    return 1.0 + peak * mode, 1.0 + peak - peak * mode


def _share_of_width(p: Mapping[str, float], x: NDArray[np.float64]) -> NDArray[np.float64]:
    """Where values lie between low (0) and high (1), held inside."""
    return np.clip((x - p["low"]) / (p["high"] - p["low"]), 0.0, 1.0)


def _mode_of(p: Mapping[str, float]) -> float:
    """Where between low (0) and high (1) the likely value lies."""
    return (p["likely"] - p["low"]) / (p["high"] - p["low"])


def _triangle_below(z: NDArray[np.float64], mode: float) -> NDArray[np.float64]:
    """Share of a triangle on [0, 1] that lies below z."""
    rising = z**2 / mode if mode > 0 else np.zeros_like(z)
    falling = 1.0 - (1.0 - z) ** 2 / (1.0 - mode) if mode < 1 else np.ones_like(z)
    return np.where(z < mode, rising, falling)


def _triangle_limited(z: NDArray[np.float64], mode: float) -> NDArray[np.float64]:
    """E[min(Z, z)]: the integral of what lies above, from 0 to z."""
    to_mode = np.minimum(z, mode)
    rising = to_mode - (to_mode**3 / (3.0 * mode) if mode > 0 else 0.0)
    after = np.maximum(z, mode)
    falling = ((1.0 - mode) ** 3 - (1.0 - after) ** 3) / (3.0 * (1.0 - mode)) if mode < 1 else 0.0
    return np.asarray(rising + falling)
