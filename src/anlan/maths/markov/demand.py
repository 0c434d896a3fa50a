"""Average probability of failure on demand of a tested safety function, exact for exponential failures.

A function with n channels works while `needed` of them do. A share `beta` of the failures strikes all
channels at once. Failures stay hidden until a test; a test finds the share `coverage` of them, the rest only
when the function is renewed after its `lifetime`.

PFD(t) = 1 - R_common(t) * P(at least `needed` channels sound at t); its mean over the time in use is found by
Gauss-Legendre integration on panels short against the fastest rate, so that no digits cancel however small
the rates are: 1oo1 with one test gives 1 - (1 - exp(-x)) / x, x = rate * interval.

Source: IEC 61508-6:2010 annex B for the architectures; the closed forms there are the small-rate limits.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(24)
_MOST_SPLITS = 40


@dataclass(frozen=True)
class SafetyFunction:
    """rate: hidden dangerous failures of one channel per unit of time. interval: between tests."""

    channels: int
    needed: int
    rate: float
    interval: float
    beta: float = 0.0
    coverage: float = 1.0
    lifetime: float | None = None

    @property
    def in_use(self) -> float:
        """The time that the mean is taken over: one test interval, or the lifetime where tests miss."""
        return self.interval if self.coverage == 1.0 or self.lifetime is None else self.lifetime


def probability_on_demand(of: SafetyFunction, times: ArrayLike) -> NDArray[np.float64]:
    """Probability that the function fails on a demand at these times since it was new."""
    t = np.asarray(times, dtype=np.float64)
    since_test = np.mod(t, of.interval)
    exposed = of.rate * (of.coverage * since_test + (1.0 - of.coverage) * t)
    return _at_exposure(of, exposed)


def _at_exposure(of: SafetyFunction, exposed: NDArray[np.float64]) -> NDArray[np.float64]:
    """exposed: integral of the rate over the time that a channel's failures stayed hidden."""
    common = -np.expm1(-of.beta * exposed)
    alone = -np.expm1(-(1.0 - of.beta) * exposed)
    return common + (1.0 - common) * _too_few_sound(of, alone)


def _too_few_sound(of: SafetyFunction, alone: NDArray[np.float64]) -> NDArray[np.float64]:
    """P(more than channels - needed fail): a sum of terms that are not negative, so that digits hold."""
    n, least = of.channels, of.channels - of.needed + 1
    terms = [math.comb(n, k) * alone**k * (1.0 - alone) ** (n - k) for k in range(least, n + 1)]
    found: NDArray[np.float64] = np.sum(terms, axis=0)
    return found


def average_probability(of: SafetyFunction) -> float:
    """Mean probability of failure on demand over the time in use."""
    edges = _edges(of)
    half = np.diff(edges) / 2
    middle = (edges[:-1] + edges[1:]) / 2
    times = middle[:, None] + half[:, None] * _NODES
    # a test at the right edge must not reset what lies just before it
    starts = np.floor(middle / of.interval) * of.interval
    exposed = of.rate * (of.coverage * (times - starts[:, None]) + (1.0 - of.coverage) * times)
    values = _at_exposure(of, exposed)
    return float((half * (values @ _WEIGHTS)).sum() / of.in_use)


def _edges(of: SafetyFunction) -> NDArray[np.float64]:
    """Panels: every test, and between tests powers of two of the time in which the fastest event comes."""
    intervals = max(1, math.ceil(of.in_use / of.interval - 1e-9))
    first = min(of.interval, of.in_use)
    fastest = of.rate * of.channels * first
    splits = min(math.ceil(math.log2(fastest)), _MOST_SPLITS) if fastest > 1 else 0
    within = first * np.concatenate([[0.0], 2.0 ** np.arange(-splits, 1)])
    tests = of.interval * np.arange(intervals)
    edges = np.unique((tests[:, None] + within[None, :]).ravel())
    return np.append(edges[edges < of.in_use], of.in_use)
