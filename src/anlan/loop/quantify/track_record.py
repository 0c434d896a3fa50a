"""What a stated yearly rate said of a period, so that it can be held against what was observed there.

A rate known to an interval is taken as gamma with these limits as its equal-tailed quantiles; a period then
brings a negative binomial count (Poisson at a gamma rate, `maths.counts`). From it follow the interval of
the count at the same level and the chance of any event. Counts are whole, so that the interval holds at
least its level. A rate without an interval is a Poisson rate.
"""

import math
from dataclasses import dataclass

from scipy.special import gammaincinv, pdtr, pdtrik

from anlan.domain.errors import UsageError
from anlan.maths.counts import RatePosterior

DAYS_PER_YEAR = 365.25
_NARROWEST = 1e7
"""Shape from which a gamma is as good as a number."""
_WIDEST = 1e-3


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

    A lower limit of nought has no gamma: there the upper limit and the estimate as the mean are kept.
    """
    tail = (1.0 - rate.level) / 2.0
    if rate.high <= rate.low * (1.0 + 1e-6):
        return None

    def too_wide(shape: float) -> bool:
        """Whether the upper limit lies further above the lower one, or the mean, than stated; a shape so
        small that its lower limit is nought is as wide as can be."""
        lower = float(gammaincinv(shape, tail)) if rate.low > 0 else shape
        return lower <= 0.0 or float(gammaincinv(shape, 1.0 - tail)) / lower > wanted

    below = rate.low if rate.low > 0 else rate.estimate
    wanted = rate.high / below if below > 0 else math.inf
    low, high = math.log(_WIDEST), math.log(_NARROWEST)
    for _ in range(80):
        middle = (low + high) / 2.0
        low, high = (middle, high) if too_wide(math.exp(middle)) else (low, middle)
    shape = math.exp((low + high) / 2.0)
    return RatePosterior(shape, float(gammaincinv(shape, 1.0 - tail)) / rate.high)


def _poisson(share: float, mean: float) -> int:
    """Smallest count that is not passed with that probability."""
    count = max(0, math.floor(float(pdtrik(share, mean))) - 1)
    while float(pdtr(count, mean)) < share:
        count += 1
    return count
