"""The tail of a sample by the generalised Pareto distribution of its excesses over a threshold.

1. P(X - u <= x | X > u) = 1 - (1 + xi x / sigma)^(-1/xi), exponential at xi = 0. Maximum likelihood along
   the profile in theta = xi / sigma, xi(theta) = mean ln(1 + theta x) (Grimshaw 1993); xi is held to -1/2 or
   more, below which the likelihood has no regular maximum.
2. VaR at p = u + sigma / xi (((1 - p) / z)^-xi - 1), z the share of the sample above u; CVaR =
   (VaR + sigma - xi u) / (1 - xi) for xi < 1, else there is none.
3. Intervals and the p of Kolmogorov-Smirnov from refitted samples of the fit; the share above u is drawn from
   its Beta(k + 1/2, n - k + 1/2).

Source: J. Pickands (1975), doi:10.1214/aos/1176343003; S. D. Grimshaw (1993),
doi:10.1080/00401706.1993.10485040; A. J. McNeil, R. Frey & P. Embrechts (2015), Quantitative Risk Management,
chapter 5.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import betaincinv

from anlan.maths.progress import tell
from anlan.maths.streams import Stream

LEAST_EXCESSES = 20
_LEAST_SHAPE, _MOST_SCALED = -0.5, 200.0
_GRID, _REFINED = 60, 60
_GOLDEN = 0.6180339887498949
_ALMOST_EXPONENTIAL = 1e-9
_PURPOSE_EXCESS, _PURPOSE_SHARE = 930, 931

_Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class TailFit:
    """threshold; excesses: how many of `total`; shape and scale, and (B,) those of the refitted samples with
    the share above the threshold drawn for each; mean_excess with its standard error; ks, ks_p."""

    threshold: float
    excesses: int
    total: int
    shape: float
    scale: float
    shapes: _Array
    scales: _Array
    shares: _Array
    mean_excess: float
    mean_excess_error: float
    ks: float
    ks_p: float

    @property
    def share(self) -> float:
        return self.excesses / self.total

    def quantile(self, level: float) -> float:
        """Value at risk; the level must lie above the threshold's."""
        return float(tail_quantile(level, self.threshold, self.share, self.shape, self.scale))

    def quantiles(self, level: float) -> _Array:
        """The same of the refitted samples."""
        return tail_quantile(level, self.threshold, self.shares, self.shapes, self.scales)

    def tail_mean(self, level: float) -> float | None:
        """CVaR; None where the tail has no mean."""
        if self.shape >= 1:
            return None
        return (self.quantile(level) + self.scale - self.shape * self.threshold) / (1 - self.shape)

    def tail_means(self, level: float) -> _Array:
        """The same of the refitted samples; infinite where one has no mean."""
        with np.errstate(divide="ignore", invalid="ignore"):
            found = (self.quantiles(level) + self.scales - self.shapes * self.threshold) / (1 - self.shapes)
        return np.asarray(np.where(self.shapes < 1, found, np.inf))


def fit_tail(
    values: ArrayLike, threshold: float, *, bootstrap: int, stream: Stream, place: int = 0
) -> TailFit:
    """The fit of what lies above the threshold, at least `LEAST_EXCESSES` values."""
    given = np.asarray(values, dtype=np.float64)
    excesses = np.sort(given[given > threshold] - threshold)
    k = len(excesses)
    shape, scale = (float(each[0]) for each in fit_excesses(excesses[None, :]))
    u = stream.uniform(bootstrap * k, purpose=_PURPOSE_EXCESS, place=place).reshape(bootstrap, k)
    again = np.sort(excess_quantile(u, shape, scale), axis=1)
    shapes, scales = fit_excesses(again)
    found = float(_ks(excesses[None, :], np.array([shape]), np.array([scale]))[0])
    larger = int(np.count_nonzero(_ks(again, shapes, scales) >= found))
    drawn = stream.uniform(bootstrap, purpose=_PURPOSE_SHARE, place=place)
    return TailFit(
        threshold,
        k,
        len(given),
        shape,
        scale,
        shapes,
        scales,
        np.asarray(betaincinv(k + 0.5, len(given) - k + 0.5, drawn)),
        float(excesses.mean()),
        float(excesses.std(ddof=1) / np.sqrt(k)),
        found,
        (1 + larger) / (bootstrap + 1),
    )


def fit_excesses(excesses: _Array) -> tuple[_Array, _Array]:
    """(shape (B,), scale (B,)) of rows of positive excesses (B, k): the best of a grid along the profile,
    made exact by golden sections."""
    means, largest = excesses.mean(axis=1), excesses.max(axis=1)
    scaled = excesses / means[:, None]
    low = -means / largest
    below = 1.0 - np.geomspace(1.0, 1e-6, _GRID // 3)[::-1]
    above = np.geomspace(1e-3, _MOST_SCALED, 2 * _GRID // 3)
    grid = np.concatenate([low[:, None] * below[None, ::-1], np.tile(above, (len(low), 1))], axis=1)
    heights = np.empty(grid.shape)
    for column in range(grid.shape[1]):
        tell(0.5 * column / grid.shape[1])
        heights[:, column] = _profile(scaled, grid[:, column])
    best = heights.argmax(axis=1)
    rows = np.arange(len(grid))
    left = grid[rows, np.maximum(best - 1, 0)]
    right = grid[rows, np.minimum(best + 1, grid.shape[1] - 1)]
    for step in range(_REFINED):
        tell(0.5 + 0.5 * step / _REFINED)
        inner, outer = right - _GOLDEN * (right - left), left + _GOLDEN * (right - left)
        better = _profile(scaled, inner) > _profile(scaled, outer)
        left, right = np.where(better, left, inner), np.where(better, outer, right)
    theta = (left + right) / 2
    shape = np.log1p(theta[:, None] * scaled).mean(axis=1)
    straight = np.abs(theta) < _ALMOST_EXPONENTIAL
    scale = np.where(straight, 1.0, shape / np.where(straight, 1.0, theta))
    return np.asarray(np.where(straight, 0.0, shape)), np.asarray(scale * means)


def _profile(scaled: _Array, theta: _Array) -> _Array:
    """Mean log likelihood at each row's theta, the scale left out of it at its best."""
    shape = np.log1p(theta[:, None] * scaled).mean(axis=1)
    straight = np.abs(theta) < _ALMOST_EXPONENTIAL
    ratio = np.where(straight, 1.0, shape / np.where(straight, 1.0, theta))
    height = -(np.log(np.maximum(ratio, 1e-300)) + shape + 1.0)
    return np.asarray(np.where(shape < _LEAST_SHAPE, -np.inf, height))


def excess_quantile(share: ArrayLike, shape: float, scale: float) -> _Array:
    """Excess not exceeded with a probability."""
    survives = -np.log1p(-np.asarray(share, dtype=np.float64))
    if abs(shape) < _ALMOST_EXPONENTIAL:
        return np.asarray(scale * survives)
    return np.asarray(scale * np.expm1(shape * survives) / shape)


def tail_quantile(
    level: float, threshold: float, share: ArrayLike, shape: ArrayLike, scale: ArrayLike
) -> _Array:
    """VaR for one fit or many side by side; where the level is not beyond the threshold, the threshold."""
    beyond = np.log(np.maximum(np.asarray(share) / (1.0 - level), 1.0))
    shapes = np.asarray(shape, dtype=np.float64)
    straight = np.abs(shapes) < _ALMOST_EXPONENTIAL
    safe = np.where(straight, 1.0, shapes)
    grown = np.where(straight, beyond, np.expm1(np.minimum(safe * beyond, 700.0)) / safe)
    return np.asarray(threshold + np.asarray(scale) * grown)


def _ks(excesses: _Array, shapes: _Array, scales: _Array) -> _Array:
    """Largest distance between each row, ascending, and its fit."""
    k = excesses.shape[1]
    z = excesses / scales[:, None]
    straight = np.abs(shapes) < _ALMOST_EXPONENTIAL
    safe = np.where(straight, 1.0, shapes)[:, None]
    inside = np.log(np.maximum(1.0 + safe * z, 1e-300)) / safe
    fitted = -np.expm1(-np.where(straight[:, None], z, inside))
    above, below = np.arange(1, k + 1) / k, np.arange(k) / k
    return np.asarray(np.maximum(np.abs(fitted - above), np.abs(fitted - below)).max(axis=1))


def candidate_thresholds(values: ArrayLike, shares: Sequence[float]) -> list[float]:
    """Quantiles of the sample above which enough values lie, each once."""
    given = np.asarray(values, dtype=np.float64)
    found = np.unique(np.quantile(given, shares))
    return [float(u) for u in found if int((given > u).sum()) >= LEAST_EXCESSES]
