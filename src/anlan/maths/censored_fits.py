"""Maximum likelihood of loss distributions from data that are cut: truncated below, censored on the right.

An observed loss x brings ln f(x), a loss known only to exceed c brings ln S(c); where losses up to t are
never recorded, each brings -ln S(t). Lognormal, gamma and Weibull, each by two parameters that may take
any value (mean of the logarithm and ln of its deviation; ln shape and ln scale). Newton's method with
derivatives by differences, on many samples at once, so that a bootstrap costs little more than a fit.

Goodness of fit. Kolmogorov-Smirnov: the largest distance between the fit and the product-limit estimate
(Kaplan & Meier 1958), which without censoring is the share of the sample. Anderson-Darling: without
censoring only. p by parametric bootstrap with refitting, since the tables do not hold for fitted
parameters; censored samples are censored again at limits drawn from their own product-limit distribution.

Source: Klugman, Panjer & Willmot (2019), Loss Models, ch. 11-15; Stute, Gonzalez Manteiga & Presedo Quindimil
(1993), doi:10.1007/BF02613687.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaincc, gammaln, log_ndtr

from anlan.maths.distributions import Distribution
from anlan.maths.progress import tell
from anlan.maths.streams import Stream

_PURPOSE_LOSS, _PURPOSE_LIMIT = 920, 921
_STEPS = 40
_WIDTH = 1e-4
_LARGEST_STEP = 0.7
_FAR = 12.0

_Array = NDArray[np.float64]
_Flags = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class CutSamples:
    """values: (B, n), ascending in each row; censored: (B, n), a value that was only exceeded;
    truncated_below: losses up to it are never recorded."""

    values: _Array
    censored: _Flags
    truncated_below: float = 0.0


@dataclass(frozen=True, eq=False)
class CutFit:
    """One family on one sample. ad, ad_p are None for a censored sample. replicates: the distributions of the
    bootstrap; band: (2, n), the middle 95 % of its ordered values, None for a censored sample."""

    distribution: Distribution
    log_likelihood: float
    aicc: float
    ks: float
    ks_p: float
    ad: float | None
    ad_p: float | None
    replicates: tuple[Distribution, ...]
    band: _Array | None


def cut_sample(observed: _Array, censored: _Array, truncated_below: float) -> CutSamples:
    """One sample; at a tie what was observed comes before what was exceeded."""
    values = np.concatenate([observed, censored])
    flags = np.concatenate([np.zeros(len(observed), bool), np.ones(len(censored), bool)])
    order = np.lexsort((flags, values))
    return CutSamples(values[None, order], flags[None, order], truncated_below)


def fit_family(kind: str, sample: CutSamples, *, bootstrap: int, stream: Stream) -> CutFit:
    """The fit of one family (`FAMILIES`) and how well it does."""
    theta, log_likelihood = maximise(kind, sample)
    fitted = distribution_of(kind, theta[0])
    n = sample.values.shape[1]
    place = list(FAMILIES).index(kind)
    again = _resampled(fitted, sample, bootstrap, stream, place)
    thetas, _ = maximise(kind, again)
    replicates = tuple(distribution_of(kind, each) for each in thetas)
    ks = float(_ks(kind, sample, theta)[0])
    ks_again = _ks(kind, again, thetas)
    complete = not sample.censored.any()
    ad = float(_ad(kind, sample, theta)[0]) if complete else None
    return CutFit(
        fitted,
        float(log_likelihood[0]),
        4.0 - 2.0 * float(log_likelihood[0]) + 12.0 / (n - 3),
        ks,
        _p(ks_again, ks),
        ad,
        None if ad is None else _p(_ad(kind, again, thetas), ad),
        replicates,
        np.quantile(again.values, [0.025, 0.975], axis=0) if complete else None,
    )


def maximise(kind: str, samples: CutSamples) -> tuple[_Array, _Array]:
    """(parameters (B, 2), log likelihoods (B,)) of each row."""
    theta = _start(kind, samples)
    best = _likelihood(kind, samples, theta)
    for done in range(_STEPS):
        tell(done / _STEPS)
        step = _newton_step(kind, samples, theta, best)
        size = np.ones(len(theta))
        moved = np.zeros(len(theta), bool)
        for _ in range(8):
            trial = np.clip(theta + size[:, None] * step, -_FAR * 4, _FAR * 4)
            value = _likelihood(kind, samples, trial)
            better = (value > best) & ~moved
            theta[better], best[better] = trial[better], value[better]
            moved |= better
            if moved.all():
                break
            size = np.where(moved, size, size / 4.0)
        if not moved.any() or np.abs(step[moved]).max() < 1e-7:
            break
    return theta, best


def _newton_step(kind: str, samples: CutSamples, theta: _Array, centre: _Array) -> _Array:
    """Towards the maximum: Newton's step where the curvature is that of one, else along the slope."""
    h = _WIDTH

    def at(first: float, second: float) -> _Array:
        return _likelihood(kind, samples, theta + h * np.array([first, second]))

    up, down, right, left = at(1, 0), at(-1, 0), at(0, 1), at(0, -1)
    g0, g1 = (up - down) / (2 * h), (right - left) / (2 * h)
    a, c = (up - 2 * centre + down) / h**2, (right - 2 * centre + left) / h**2
    b = (at(1, 1) - at(1, -1) - at(-1, 1) + at(-1, -1)) / (4 * h**2)
    determinant = a * c - b * b
    proper = (a < 0) & (c < 0) & (determinant > 0)
    safe = np.where(proper, determinant, 1.0)
    n = samples.values.shape[1]
    step = np.where(
        proper,
        [(b * g1 - c * g0) / safe, (b * g0 - a * g1) / safe],
        [g0 / n, g1 / n],
    ).T
    return np.asarray(np.clip(np.nan_to_num(step), -_LARGEST_STEP, _LARGEST_STEP))


def _likelihood(kind: str, samples: CutSamples, theta: _Array) -> _Array:
    """Log likelihood of each row; minus infinity where a parameter leads nowhere."""
    density, survival = FAMILIES[kind]
    first, second = theta[:, :1], theta[:, 1:]
    with np.errstate(all="ignore"):
        each = np.where(
            samples.censored, survival(samples.values, first, second), density(samples.values, first, second)
        )
        total = each.sum(axis=1)
        if samples.truncated_below > 0:
            below = np.full_like(first, samples.truncated_below)
            total = total - samples.values.shape[1] * survival(below, first, second)[:, 0]
    return np.where(np.isfinite(total), total, -np.inf)


def _start(kind: str, samples: CutSamples) -> _Array:
    """From the moments of the values as they stand."""
    logs = np.log(samples.values)
    mean, sd = logs.mean(axis=1), np.maximum(logs.std(axis=1), 1e-3)
    if kind == "lognormal":
        return np.stack([mean, np.log(sd)], axis=1)
    if kind == "weibull":
        shape = 1.2825498301618641 / sd
        return np.stack([np.log(shape), mean + 0.5772156649015329 / shape], axis=1)
    average = samples.values.mean(axis=1)
    gap = np.maximum(np.log(average) - mean, 1e-6)
    shape = (3.0 - gap + np.sqrt((gap - 3.0) ** 2 + 24.0 * gap)) / (12.0 * gap)
    return np.stack([np.log(shape), np.log(average / shape)], axis=1)


def _lognormal(x: _Array, mu: _Array, log_sigma: _Array) -> _Array:
    z = (np.log(x) - mu) / np.exp(log_sigma)
    return np.asarray(-0.5 * z * z - log_sigma - np.log(x) - 0.5 * math.log(2 * math.pi))


def _lognormal_survival(x: _Array, mu: _Array, log_sigma: _Array) -> _Array:
    return np.asarray(log_ndtr(-(np.log(x) - mu) / np.exp(log_sigma)))


def _gamma(x: _Array, log_shape: _Array, log_scale: _Array) -> _Array:
    shape = np.exp(log_shape)
    y = np.log(x) - log_scale
    return np.asarray((shape - 1.0) * y - np.exp(y) - log_scale - gammaln(shape))


def _gamma_survival(x: _Array, log_shape: _Array, log_scale: _Array) -> _Array:
    return np.asarray(np.log(gammaincc(np.exp(log_shape), x / np.exp(log_scale))))


def _weibull(x: _Array, log_shape: _Array, log_scale: _Array) -> _Array:
    y = np.exp(log_shape) * (np.log(x) - log_scale)
    return np.asarray(log_shape + y - np.log(x) - np.exp(y))


def _weibull_survival(x: _Array, log_shape: _Array, log_scale: _Array) -> _Array:
    return np.asarray(-np.exp(np.exp(log_shape) * (np.log(x) - log_scale)))


FAMILIES: Mapping[str, tuple[Callable[..., _Array], Callable[..., _Array]]] = {
    "lognormal": (_lognormal, _lognormal_survival),
    "gamma": (_gamma, _gamma_survival),
    "weibull": (_weibull, _weibull_survival),
}
"""Family -> ln density and ln survival at x for two free parameters."""


def distribution_of(kind: str, theta: _Array) -> Distribution:
    """The distribution of the free parameters."""
    if kind == "lognormal":
        return Distribution(kind, {"mu": float(theta[0]), "sigma": math.exp(theta[1])})
    return Distribution(kind, {"shape": math.exp(theta[0]), "scale": math.exp(theta[1])})


def _within(kind: str, samples: CutSamples, theta: _Array) -> _Array:
    """P(X <= value | X > truncated_below) at every value of each row."""
    survival = FAMILIES[kind][1]
    first, second = theta[:, :1], theta[:, 1:]
    with np.errstate(all="ignore"):
        larger = survival(samples.values, first, second)
        if samples.truncated_below > 0:
            larger = larger - survival(np.full_like(first, samples.truncated_below), first, second)
    return np.asarray(np.clip(-np.expm1(larger), 1e-15, 1 - 1e-15))


def product_limit(samples: CutSamples) -> tuple[_Array, _Array]:
    """Kaplan and Meier's share of losses up to each value of a row, before and after it."""
    n = samples.values.shape[1]
    left = np.where(samples.censored, 1.0, 1.0 - 1.0 / (n - np.arange(n)))
    after = np.cumprod(left, axis=1, dtype=np.float64)
    before = np.concatenate([np.ones((len(after), 1)), after[:, :-1]], axis=1)
    return np.asarray(1.0 - before, dtype=np.float64), np.asarray(1.0 - after, dtype=np.float64)


def _ks(kind: str, samples: CutSamples, theta: _Array) -> _Array:
    before, after = product_limit(samples)
    fitted = _within(kind, samples, theta)
    distance = np.maximum(np.abs(fitted - before), np.abs(fitted - after))
    return np.asarray(np.where(samples.censored, 0.0, distance).max(axis=1))


def _ad(kind: str, samples: CutSamples, theta: _Array) -> _Array:
    """A^2 = -n - sum (2 i - 1) (ln F_i + ln(1 - F_(n+1-i))) / n."""
    fitted = _within(kind, samples, theta)
    n = fitted.shape[1]
    odd = 2.0 * np.arange(1, n + 1) - 1.0
    return np.asarray(-n - ((np.log(fitted) + np.log1p(-fitted[:, ::-1])) * odd).sum(axis=1) / n)


def _p(replicates: _Array, found: float) -> float:
    return float((1 + np.count_nonzero(replicates >= found)) / (len(replicates) + 1))


def _resampled(
    fitted: Distribution, sample: CutSamples, count: int, stream: Stream, place: int
) -> CutSamples:
    """Samples of the fit, cut as the sample was."""
    n = sample.values.shape[1]
    u = stream.uniform(count * n, purpose=_PURPOSE_LOSS, place=place).reshape(count, n)
    below = float(fitted.cdf(sample.truncated_below)) if sample.truncated_below > 0 else 0.0
    with np.errstate(over="ignore"):
        values = np.clip(fitted.quantile(below + u * (1.0 - below)), 1e-290, 1e290)
    if not sample.censored.any():
        return CutSamples(np.sort(values, axis=1), np.zeros_like(values, dtype=bool), sample.truncated_below)
    limits = _limits(sample, stream.uniform(count * n, purpose=_PURPOSE_LIMIT, place=place).reshape(count, n))
    flags = values > limits
    values = np.minimum(values, limits)
    order = np.argsort(values, axis=1, kind="stable")
    return CutSamples(
        np.take_along_axis(values, order, axis=1),
        np.take_along_axis(flags, order, axis=1),
        sample.truncated_below,
    )


def _limits(sample: CutSamples, u: _Array) -> _Array:
    """Limits of observation drawn from the product-limit distribution of the censored values; what it leaves
    over lies beyond all values."""
    turned = CutSamples(sample.values, ~sample.censored)
    _, after = product_limit(turned)
    place = np.searchsorted(np.maximum.accumulate(after[0]), u)
    return np.append(sample.values[0], np.inf)[place]
