"""How much the mean of a series that remembers its past can vary: the long-run variance.

For x_1 ... x_n with autocovariances g_l the variance of a sum of m values is about m times

    g_0 + 2 sum_{l < s} (1 - l/s) g_l                    (Newey and West 1987, Bartlett's weights)

with a bandwidth s of 1.3 sqrt(n) (Lazarus, Lewis, Stock and Watson 2018). Taking the deviations from
the series' own mean loses the share b - b^2/3 of it, b = s/n: for an even spectrum the expected value
is 1 - b + b^2/3 times the truth, and `variance` is divided by that. How uncertain the bandwidth leaves
a mean shows in the critical value of Kiefer and Vogelsang (2005) for this b, which takes 1.96's place.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

NORMAL_975 = 1.959964
_CRITICAL_975 = (2.9694, 0.4160, -0.5324)
"""Coefficients of b, b^2, b^3 beyond the normal quantile (Kiefer and Vogelsang 2005, table 1, Bartlett)."""


@dataclass(frozen=True)
class LongRunVariance:
    """`variance` per observation; `n` observations; `bandwidth` in observations.

    `of_mean` is the variance of the mean of the n, widened so that 1.96 of its root holds at 95 %.
    """

    variance: float
    n: int
    bandwidth: int

    @property
    def of_mean(self) -> float:
        b = self.bandwidth / self.n
        critical = NORMAL_975 + sum(a * b ** (i + 1) for i, a in enumerate(_CRITICAL_975))
        return self.variance * _kept(b) / self.n * (critical / NORMAL_975) ** 2


def long_run_variance(series: ArrayLike) -> LongRunVariance:
    """Of a series of at least four values in the order of time."""
    x = np.asarray(series, dtype=np.float64)
    n = len(x)
    bandwidth = min(n // 2, math.ceil(1.3 * math.sqrt(n)))
    d = x - x.mean()
    total = float(d @ d)
    for lag in range(1, bandwidth):
        total += 2.0 * (1.0 - lag / bandwidth) * float(d[lag:] @ d[:-lag])
    return LongRunVariance(max(0.0, total / n) / _kept(bandwidth / n), n, bandwidth)


def _kept(b: float) -> float:
    """Share of the long-run variance that is left after the mean has been taken away."""
    return 1.0 - b + b * b / 3.0
