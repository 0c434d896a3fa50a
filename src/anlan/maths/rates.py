"""Shares and rates with their intervals, and how two of them compare.

Every function returns an `Interval`; counts are non-negative integers, exposures positive numbers.
Only `scipy.special` is used, because importing `scipy.stats` takes longer than these sums.
"""

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import betainc, betaincinv, gammainc, gammaincinv, gammaln, ndtr, ndtri

from anlan.domain.interval import Interval


def z_of(level: float) -> float:
    """Two-sided normal quantile: 1.96 at 0.95."""
    return float(ndtri(0.5 + level / 2.0))


def wilson(count: int, trials: int, *, level: float = 0.95) -> Interval:
    """Share count/trials with the Wilson score interval (Wilson 1927, JASA 22:209).

    Holds for independent trials; close to its level from about ten trials on, also near 0 and 1.
    """
    if trials <= 0:
        return Interval(0.0, 0.0, 1.0, level)
    z = z_of(level)
    share = count / trials
    centre = (share + z * z / (2 * trials)) / (1 + z * z / trials)
    half = z / (1 + z * z / trials) * math.sqrt(share * (1 - share) / trials + z * z / (4 * trials**2))
    return Interval(share, max(0.0, min(share, centre - half)), min(1.0, max(share, centre + half)), level)


def jeffreys(count: int, trials: int, *, level: float = 0.95) -> Interval:
    """Share count/trials with the equal-tailed interval of Beta(count + 1/2, trials - count + 1/2).

    The limits are 0 at count 0 and 1 at count = trials (Brown, Cai, DasGupta 2001, Stat. Sci. 16:101).
    """
    if trials <= 0:
        return Interval(0.0, 0.0, 1.0, level)
    tail = (1 - level) / 2
    low = 0.0 if count == 0 else float(betaincinv(count + 0.5, trials - count + 0.5, tail))
    high = 1.0 if count == trials else float(betaincinv(count + 0.5, trials - count + 0.5, 1 - tail))
    return Interval(count / trials, low, high, level)


def poisson_rate(count: int, exposure: float, *, level: float = 0.95) -> Interval:
    """Rate count/exposure with the interval of Gamma(count + 1/2, exposure), Jeffreys' prior.

    Holds where events come independently; the lower limit is 0 at count 0.
    """
    tail = (1 - level) / 2
    low = 0.0 if count == 0 else float(gammaincinv(count + 0.5, tail)) / exposure
    high = float(gammaincinv(count + 0.5, 1 - tail)) / exposure
    return Interval(count / exposure, low, high, level)


def ratio_of_shares(
    count: float, trials: float, other_count: float, other_trials: float, *, level: float = 0.95
) -> Interval:
    """(count/trials) / (other_count/other_trials) with the log interval (Katz et al. 1978).

    Half a case is added to both counts and both trials when a count is 0, so the ratio is finite.
    """
    if count <= 0 or other_count <= 0:
        count, other_count = count + 0.5, other_count + 0.5
        trials, other_trials = trials + 0.5, other_trials + 0.5
    ratio = (count / trials) / (other_count / other_trials)
    variance = max(0.0, 1 / count - 1 / trials) + max(0.0, 1 / other_count - 1 / other_trials)
    spread = math.exp(z_of(level) * math.sqrt(variance))
    return Interval(ratio, ratio / spread, ratio * spread, level)


def observed_over_expected(count: int, expected: float, *, level: float = 0.95) -> Interval:
    """Count over a known expectation, with the Jeffreys Poisson interval of the count."""
    return poisson_rate(count, max(expected, 1e-12), level=level)


def binomial_upper(count: ArrayLike, trials: ArrayLike, share: ArrayLike) -> NDArray[np.float64]:
    """P(X >= count) for X ~ Binomial(trials, share), by the incomplete beta function."""
    k, n = np.asarray(count, dtype=np.float64), np.asarray(trials, dtype=np.float64)
    inside = (k > 0) & (k <= n)
    tail = betainc(np.where(inside, k, 1.0), np.where(inside, n - k + 1, 1.0), share)
    return np.where(inside, tail, np.where(k <= 0, 1.0, 0.0))


def binomial_lower(count: ArrayLike, trials: ArrayLike, share: ArrayLike) -> NDArray[np.float64]:
    """P(X <= count) for X ~ Binomial(trials, share)."""
    n = np.asarray(trials, dtype=np.float64)
    return binomial_upper(n - np.asarray(count, dtype=np.float64), n, 1 - np.asarray(share))


def poisson_upper(count: int, expected: float) -> float:
    """P(X >= count) for X ~ Poisson(expected), by the incomplete gamma function."""
    return 1.0 if count <= 0 else float(gammainc(count, expected))


def fisher_upper(both: int, first: int, second: int, total: int) -> float:
    """One-sided exact test of a 2x2 table: P(X >= both) when `first` of `total` are drawn at random
    and `second` of `total` are marked (hypergeometric; Fisher 1935)."""
    top = min(first, second)
    if both <= max(0, first + second - total):
        return 1.0
    if both > top:
        return 0.0
    spread = math.sqrt(first * second * (total - first) * (total - second) / max(total, 2) ** 3) + 1.0
    last = min(top, max(both, int(first * second / total)) + int(40 * spread))
    k = np.arange(both, last + 1, dtype=np.float64)
    logs = _log_choose(second, k) + _log_choose(total - second, first - k) - _log_choose(total, first)
    return float(min(1.0, np.exp(logs).sum()))


def _log_choose(n: float, k: ArrayLike) -> NDArray[np.float64]:
    drawn = np.asarray(k, dtype=np.float64)
    return np.asarray(gammaln(n + 1.0) - gammaln(drawn + 1.0) - gammaln(n - drawn + 1.0))


def normal_upper(z: float) -> float:
    """P(Z >= z) for a standard normal Z."""
    return float(ndtr(-z))
