"""What a stated yearly rate said of a period, so that it can be held against what was observed there.

A rate known to an interval is taken as gamma with these limits as its equal-tailed quantiles; a period then
brings a negative binomial count (Poisson at a gamma rate, `maths.counts`). From it follow the interval of
the count at the same level and the chance of any event. Counts are whole, so that the interval holds at
least its level. A rate without an interval is a Poisson rate.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

from scipy.optimize import minimize_scalar
from scipy.special import gammaincinv, pdtr, pdtrik

from anlan.domain.errors import UsageError
from anlan.maths.counts import RatePosterior

DAYS_PER_YEAR = 365.25
_NARROWEST = 1e7
"""Shape from which a gamma is as good as a number."""
_WIDEST = 1e-3
_NOTHING_SEEN = 0.5
_LOG_PEAK = (math.log(1e-4), math.log(1.0))
"""Logarithms of shapes between which the upper limit lies furthest above the mean."""


@dataclass(frozen=True)
class RateStated:
    """Losses a year: middle, and the limits that hold the middle `level`."""

    estimate: float
    low: float
    high: float
    level: float = 0.9


@dataclass(frozen=True)
class CountStated:
    """What the rate says of a period: limits of the count at `level`, and the chance of any event."""

    low: int
    high: int
    level: float
    any_event: float


def count_stated(rate: RateStated, *, years: float) -> CountStated:
    """Errors: UsageError for a rate that is none, or a period that is none."""
    ordered = 0 <= rate.low <= rate.high and rate.estimate >= 0 and 0 < rate.level < 1
    if not ordered or not math.isfinite(rate.high) or not rate.high > 0:
        raise UsageError("track_record.rate", low=rate.low, high=rate.high)
    if not years > 0:
        raise UsageError("track_record.period", years=years)
    tail = (1.0 - rate.level) / 2.0
    gamma = gamma_of(rate)
    if gamma is None:
        mean = (rate.low + rate.high) / 2.0 * years
        low, high = (_poisson(p, mean) for p in (tail, 1.0 - tail))
        return CountStated(low, high, rate.level, -math.expm1(-mean))
    count = gamma.predicted(exposure=years)
    nothing = count.probability_up_to(0)
    return CountStated(count.quantile(tail), count.quantile(1.0 - tail), rate.level, 1.0 - nothing)


def gamma_of(rate: RateStated) -> RatePosterior | None:
    """The gamma with these limits; None where they leave nothing open.

    A lower limit of nought has no gamma: there the upper limit and the estimate as the mean are kept, and
    where the estimate is nought too (nothing was seen) the upper limit and Jeffreys' half event.
    Errors: UsageError where no gamma has that mean and that upper limit.
    """
    tail = (1.0 - rate.level) / 2.0
    if rate.high <= rate.low * (1.0 + 1e-6):
        return None
    if rate.low > 0:
        shape = _shape_between(lambda shape: _ratio(shape, tail), rate.high / rate.low, _WIDEST)
    elif rate.estimate > 0:
        shape = _shape_of_mean(rate, tail)
    else:
        shape = _NOTHING_SEEN
    return RatePosterior(shape, float(gammaincinv(shape, 1.0 - tail)) / rate.high)


def _ratio(shape: float, tail: float) -> float:
    """Upper over lower limit; a shape so small that its lower limit is nought is as wide as can be."""
    lower = float(gammaincinv(shape, tail))
    return math.inf if lower <= 0.0 else float(gammaincinv(shape, 1.0 - tail)) / lower


def _shape_of_mean(rate: RateStated, tail: float) -> float:
    """The shape whose upper limit lies as far above the mean as stated.

    That ratio has a largest value (5.8 at a level of 90 %, 11.5 at 95 %), reached at a shape below 0.1; of
    the two shapes with a smaller ratio the larger one is taken, which goes on to the ordinary ones.
    """

    def above_mean(shape: float) -> float:
        return float(gammaincinv(shape, 1.0 - tail)) / shape

    found = minimize_scalar(lambda at: -above_mean(math.exp(at)), bounds=_LOG_PEAK, method="bounded")
    peak, wanted = math.exp(found.x), rate.high / rate.estimate
    most = above_mean(peak)
    if not above_mean(_NARROWEST) <= wanted <= most:
        raise UsageError("track_record.no_gamma", estimate=rate.estimate, high=rate.high,
                         least=rate.estimate, most=most * rate.estimate)  # fmt: skip
    return _shape_between(above_mean, wanted, peak)


def _shape_between(ratio: Callable[[float], float], wanted: float, least: float) -> float:
    """The shape from `least` up at which a ratio that falls with it is as wanted."""
    low, high = math.log(least), math.log(_NARROWEST)
    for _ in range(80):
        middle = (low + high) / 2.0
        low, high = (middle, high) if ratio(math.exp(middle)) > wanted else (low, middle)
    return math.exp((low + high) / 2.0)


def _poisson(share: float, mean: float) -> int:
    """Smallest count that is not passed with that probability."""
    count = max(0, math.floor(float(pdtrik(share, mean))) - 1)
    while float(pdtr(count, mean)) < share:
        count += 1
    return count
