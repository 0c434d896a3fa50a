"""Which distribution describes a sample of losses, and how well.

1. Fit lognormal, gamma and Weibull by maximum likelihood.
2. Order them by AICc = 4 - 2 ln L + 12 / (n - 3) (Hurvich & Tsai 1989), smallest first.
3. Take the first that passes both checks: its mean is within two standard errors of the sample's,
   and the Kolmogorov-Smirnov distance is not unusual for a fit of this kind (p >= 0.05 by parametric
   bootstrap, since the tables do not hold once parameters were fitted).
4. Where none passes, where the sample has at least `EMPIRICAL_FROM` values or fewer than
   `FITTED_FROM`, the sample itself is the distribution.

A fit says more than a small sample about losses larger than any seen, and it says it by assumption.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import digamma, gammainc, gammaln, ndtr, polygamma

from anlan.domain.errors import UsageError
from anlan.maths.distributions import Distribution, empirical
from anlan.maths.streams import Stream

EMPIRICAL_FROM = 100
FITTED_FROM = 10
BOOTSTRAP = 99
SIGNIFICANCE = 0.05
_PURPOSE_BOOTSTRAP = 900

_Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Fit:
    """One candidate: `aicc`, the distance `ks` and its bootstrap `ks_p` (None where not looked at)."""

    distribution: Distribution
    aicc: float
    ks: float
    ks_p: float | None = None


@dataclass(frozen=True, eq=False)
class Choice:
    """The distribution taken, why (`reason`: code of a message), and all candidates looked at."""

    distribution: Distribution
    reason: str
    n: int
    candidates: tuple[Fit, ...] = ()
    chosen: Fit | None = None


def choose_distribution(sample: ArrayLike, *, stream: Stream, place: int = 0) -> Choice:
    """Distribution for losses > 0; `place` tells apart the bootstraps of several samples."""
    x = np.sort(np.asarray(sample, dtype=np.float64))
    if not (np.isfinite(x).all() and (x > 0).all()):
        raise UsageError("distributions.bad_sample", n=len(x))
    if len(x) == 0:
        return Choice(Distribution("none"), "no_loss", 0)
    if x[-1] - x[0] <= 1e-9 * x[-1]:
        return Choice(Distribution("constant", {"value": float(x.mean())}), "all_alike", len(x))
    if len(x) < FITTED_FROM:
        return Choice(empirical(x), "few_values", len(x))
    if len(x) >= EMPIRICAL_FROM:
        return Choice(empirical(x), "many_values", len(x))
    candidates = sorted(fit_all(x), key=lambda fit: fit.aicc)
    for fit in candidates:
        if not _mean_agrees(fit.distribution, x):
            continue
        p = ks_p_value(x, fit, stream=stream, place=place)
        if p >= SIGNIFICANCE:
            passed = Fit(fit.distribution, fit.aicc, fit.ks, p)
            return Choice(fit.distribution, "best_fit", len(x), tuple(candidates), passed)
    return Choice(empirical(x), "no_fit", len(x), tuple(candidates))


def fit_all(sample: _Array) -> list[Fit]:
    """The three maximum-likelihood fits of an ascending sample of positive values."""
    rows = sample[None, :]
    return [
        Fit(
            _distribution(kind, first[0], second[0]),
            float(_aicc(log_likelihood[0], len(sample))),
            float(ks_distance(rows, cdf(rows, first, second))[0]),
        )
        for kind, (fit, cdf) in _FAMILIES.items()
        for first, second, log_likelihood in [fit(rows)]
    ]


def ks_p_value(sample: _Array, fit: Fit, *, stream: Stream, place: int = 0) -> float:
    """Share of samples of the fitted distribution that, fitted alike, lie at least as far from it."""
    n = len(sample)
    fit_rows, cdf = _FAMILIES[fit.distribution.kind]
    u = stream.uniform(BOOTSTRAP * n, purpose=_PURPOSE_BOOTSTRAP, place=place).reshape(BOOTSTRAP, n)
    rows = np.sort(np.maximum(fit.distribution.quantile(u), 1e-290), axis=1)
    first, second, _ = fit_rows(rows)
    distances = ks_distance(rows, cdf(rows, first, second))
    return float((1 + np.count_nonzero(distances >= fit.ks)) / (BOOTSTRAP + 1))


def ks_distance(rows: _Array, cdf: _Array) -> _Array:
    """Largest distance between the steps of each ascending row (B, n) and its cdf values (B, n)."""
    n = rows.shape[1]
    above = np.arange(1, n + 1) / n - cdf
    below = cdf - np.arange(n) / n
    return np.asarray(np.maximum(above, below).max(axis=1))


def _mean_agrees(distribution: Distribution, sample: _Array) -> bool:
    standard_error = float(sample.std(ddof=1)) / len(sample) ** 0.5
    return bool(abs(distribution.mean - float(sample.mean())) <= 2 * standard_error)


def _aicc(log_likelihood: float, n: int) -> float:
    return 4 - 2 * log_likelihood + 12 / (n - 3)


def _fit_lognormal(rows: _Array) -> tuple[_Array, _Array, _Array]:
    logs = np.log(rows)
    mu, sigma = logs.mean(axis=1), logs.std(axis=1)
    n = rows.shape[1]
    return mu, sigma, -n * (np.log(sigma) + 0.5 * np.log(2 * np.pi) + 0.5) - n * mu


def _fit_gamma(rows: _Array) -> tuple[_Array, _Array, _Array]:
    """Newton's method on ln k - digamma(k) = ln(mean) - mean(ln), from Minka's start."""
    mean, mean_log, n = rows.mean(axis=1), np.log(rows).mean(axis=1), rows.shape[1]
    gap = np.maximum(np.log(mean) - mean_log, 1e-12)
    shape = (3 - gap + np.sqrt((gap - 3) ** 2 + 24 * gap)) / (12 * gap)
    for _ in range(6):
        step = (np.log(shape) - digamma(shape) - gap) / (1 / shape - polygamma(1, shape))
        shape = np.maximum(shape - step, shape / 2)
    scale = mean / shape
    likelihood = n * ((shape - 1) * mean_log - shape - shape * np.log(scale) - gammaln(shape))
    return shape, scale, likelihood


def _fit_weibull(rows: _Array) -> tuple[_Array, _Array, _Array]:
    """Newton's method on 1/k = sum(x^k ln x)/sum(x^k) - mean(ln x), logs taken from the largest value."""
    largest = np.log(rows.max(axis=1))
    logs = np.log(rows) - largest[:, None]
    mean_log, n = logs.mean(axis=1), rows.shape[1]
    shape = 1.2825498301618641 / np.maximum(logs.std(axis=1), 1e-12)
    for _ in range(12):
        power = np.exp(shape[:, None] * logs)
        total = power.sum(axis=1)
        first = (power * logs).sum(axis=1) / total
        second = (power * logs**2).sum(axis=1) / total
        step = (first - mean_log - 1 / shape) / (second - first**2 + 1 / shape**2)
        shape = np.maximum(shape - step, shape / 2)
    log_scale = np.log(np.exp(shape[:, None] * logs).mean(axis=1)) / shape
    likelihood = n * (np.log(shape) - shape * log_scale + (shape - 1) * mean_log - 1) - n * largest
    return shape, np.exp(log_scale + largest), likelihood


def _distribution(kind: str, first: float, second: float) -> Distribution:
    names = ("mu", "sigma") if kind == "lognormal" else ("shape", "scale")
    return Distribution(kind, dict(zip(names, (float(first), float(second)), strict=True)))


def _cdf_lognormal(rows: _Array, mu: _Array, sigma: _Array) -> _Array:
    return np.asarray(ndtr((np.log(rows) - mu[:, None]) / sigma[:, None]))


def _cdf_gamma(rows: _Array, shape: _Array, scale: _Array) -> _Array:
    return np.asarray(gammainc(shape[:, None], rows / scale[:, None]))


def _cdf_weibull(rows: _Array, shape: _Array, scale: _Array) -> _Array:
    return np.asarray(-np.expm1(-((rows / scale[:, None]) ** shape[:, None])))


_FAMILIES: dict[
    str,
    tuple[
        Callable[[_Array], tuple[_Array, _Array, _Array]],
        Callable[[_Array, _Array, _Array], _Array],
    ],
] = {
    "lognormal": (_fit_lognormal, _cdf_lognormal),
    "gamma": (_fit_gamma, _cdf_gamma),
    "weibull": (_fit_weibull, _cdf_weibull),
}
