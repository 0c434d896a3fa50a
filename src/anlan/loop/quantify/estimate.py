"""A risk without a log: what people estimate of its frequency and of one loss, as a year's loss.

1. Each estimate is a distribution: three points as PERT or lognormal (`from_three_points`), or named with
   its parameters (`from_parameters`).
2. The distribution of the frequency says how far the yearly rate is known. A year brings a Poisson number
   of losses at that rate; the rate is taken as gamma with the same mean and variance, so that the number
   is negative binomial. Mean and variance of a year's loss are then exact; only the shape of the far tail
   depends on the choice of gamma.
3. The year's loss is computed by FFT (`maths.compound.yearly_loss`), without random numbers. Simulated
   years with a stated seed stand beside it as a check.
4. Scores: cases hit per 1,000 cases = 1,000 x losses a year / cases a year; minutes of one loss, where the
   scale counts durations divided by the usual one. The interval of the level takes the lower limits of
   both, then the upper ones.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from anlan.domain.criteria import Scale
from anlan.domain.errors import UsageError
from anlan.domain.interval import Interval
from anlan.maths.annual_loss import LossSource, simulate_years
from anlan.maths.compound import POISSON
from anlan.maths.distributions import Distribution, lognormal_from_quantiles, pert
from anlan.maths.loss_statistics import Estimate, loss_sample

LEVEL = 0.9
CHECK_YEARS = 20_000
SHAPES = ("pert", "lognormal")
PARAMETERS = {
    "constant": ("value",),
    "lognormal": ("mu", "sigma"),
    "gamma": ("shape", "scale"),
    "weibull": ("shape", "scale"),
    "pert": ("low", "likely", "high"),
}
"""Distributions that can be named, each with its parameters."""
_LARGEST = 1e12
_MOST_A_YEAR = 1e7


@dataclass(frozen=True, eq=False)
class EstimatedLoss:
    """What the estimates come to. Intervals hold at `LEVEL`.

    annual_loss  expected loss of a year; the interval is that of one year's loss
    curve        (loss, probability that a year loses more)
    check        mean of simulated years with its standard error
    """

    source: LossSource
    frequency: Interval
    severity: Interval
    annual_loss: Interval
    no_loss: float
    curve: tuple[tuple[float, float], ...]
    check: Estimate
    seed: int


def from_three_points(
    name: str, *, low: float, likely: float | None, high: float, shape: str = "pert"
) -> Distribution:
    """Lowest, likely and highest value as a distribution; `name` tells the reader of an error which.

    PERT takes lowest and highest as limits. Lognormal takes them as what is passed in 5 % of cases on
    either side; the likely value is then given by both and need not be named.
    """
    if shape not in SHAPES:
        raise UsageError("estimate.shape", name=name, found=shape, accepted=", ".join(SHAPES))
    given = (low, high) if likely is None else (low, likely, high)
    ordered = all(math.isfinite(v) for v in given) and list(given) == sorted(given)
    if not ordered or low < 0 or not 0 < high <= _LARGEST or (shape == "pert" and likely is None):
        raise UsageError("estimate.points", name=name, low=low, likely=likely, high=high)
    if shape == "lognormal":
        if not 0 < low < high:
            raise UsageError("estimate.positive", name=name, low=low, high=high)
        return lognormal_from_quantiles(low, high, level=LEVEL)
    return pert(low, float(likely or 0.0), high)


def from_parameters(name: str, kind: str, parameters: Mapping[str, float]) -> Distribution:
    """A distribution by its kind and parameters."""
    wanted = PARAMETERS.get(kind)
    if wanted is None:
        raise UsageError("estimate.kind", name=name, found=kind, accepted=", ".join(PARAMETERS))
    if set(parameters) != set(wanted) or not all(math.isfinite(v) for v in parameters.values()):
        found = ", ".join(f"{key}={value}" for key, value in parameters.items())
        raise UsageError("estimate.parameters", name=name, kind=kind, found=found, accepted=", ".join(wanted))
    if kind == "pert":
        return from_three_points(name, **{key: parameters[key] for key in wanted})  # type: ignore[arg-type]
    for key in wanted:
        positive = parameters[key] > 0 or (kind == "lognormal" and key == "mu")
        if not positive or abs(parameters[key]) > _LARGEST:
            raise UsageError("estimate.parameter", name=name, kind=kind, key=key, found=parameters[key])
    made = Distribution(kind, {key: float(parameters[key]) for key in wanted})
    _check_size(name, made)
    return made


def estimated_loss(
    frequency: Distribution, severity: Distribution, *, seed: int = 0, years: int = CHECK_YEARS
) -> EstimatedLoss:
    """A year of the risk: `frequency` in losses a year, `severity` of one loss in minutes or money."""
    _check_size("frequency", frequency)
    _check_size("severity", severity)
    if frequency.mean > _MOST_A_YEAR:
        raise UsageError("estimate.frequency", found=frequency.mean, most=_MOST_A_YEAR)
    source = LossSource(frequency.mean, severity, shape=_gamma_shape(frequency))
    year, tail = source.year, (1.0 - LEVEL) / 2
    limits = (year.quantile(tail), year.quantile(1.0 - tail))
    sample = loss_sample(simulate_years([source], years=years, seed=seed, threads=1))
    points = sorted({year.quantile(share) for share in (*(k / 100 for k in range(0, 100, 2)), 0.99, 0.995)})
    return EstimatedLoss(
        source=source,
        frequency=_interval(frequency),
        severity=_interval(severity),
        annual_loss=Interval(source.mean, *limits, LEVEL),
        no_loss=1.0 - year.exceedance(0.0),
        curve=tuple((loss, year.exceedance(loss)) for loss in points),
        check=sample.mean,
        seed=seed,
    )


def outline(distribution: Distribution, *, n: int = 80) -> tuple[tuple[float, float], ...]:
    """(value, density) between the 0.2 % and the 99 % quantile, as a picture needs it; a constant is one
    point. The density is the mean one of each of the `n` steps, so that it stays finite at 0."""
    low, high = distribution.quantile([0.002, 0.99]).tolist()
    if not high > low:
        return ((low, 1.0),)
    borders = np.linspace(low, high, n + 1)
    density = np.diff(distribution.cdf(borders)) / np.diff(borders)
    return tuple(zip(((borders[1:] + borders[:-1]) / 2).tolist(), density.tolist(), strict=True))


def likelihood_per_1000_cases(rate_per_year: float, *, cases_per_year: float) -> float:
    """Cases hit per 1,000 cases; each loss hits a case of its own, so never above 1,000."""
    if not (math.isfinite(cases_per_year) and cases_per_year > 0):
        raise UsageError("estimate.cases", found=cases_per_year)
    return min(1000.0, 1000.0 * rate_per_year / cases_per_year)


def severity_on_scale(minutes: float, scale: Scale, *, usual_duration_min: float | None) -> float:
    """Minutes of one loss in the unit of the scale of severity."""
    if scale.unit != "median_case_durations":
        return minutes
    if usual_duration_min is None or not (math.isfinite(usual_duration_min) and usual_duration_min > 0):
        raise UsageError("estimate.duration", found=usual_duration_min)
    return minutes / usual_duration_min


def _gamma_shape(frequency: Distribution) -> float:
    """Shape of the gamma with the frequency's mean and variance; a known frequency is Poisson."""
    return POISSON if frequency.variance <= 0.0 else frequency.mean**2 / frequency.variance


def _interval(distribution: Distribution) -> Interval:
    low, high = distribution.quantile([(1.0 - LEVEL) / 2, (1.0 + LEVEL) / 2]).tolist()
    return Interval(distribution.mean, low, high, LEVEL)


def _check_size(name: str, distribution: Distribution) -> None:
    """A mean and a spread that numbers can hold."""
    try:
        mean, variance = distribution.mean, distribution.variance
    except OverflowError:
        mean = variance = math.inf
    if not (0 < mean <= _LARGEST and math.isfinite(variance) and variance <= (1e4 * mean) ** 2):
        raise UsageError("estimate.size", name=name, mean=mean)
