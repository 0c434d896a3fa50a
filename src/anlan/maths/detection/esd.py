"""Generalised ESD: how many outliers has a sample, when at most so many can be?

The number is the largest i whose i-th extreme deviation exceeds its critical value, also where a smaller one
does not: outliers hide each other. Supposes that the rest is normal and independent; works from some 25
values on.

Source: Rosner (1983), Percentage points for a generalized ESD many-outlier procedure,
doi:10.1080/00401706.1983.10487848.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import stdtrit

from anlan.domain.errors import UsageError
from anlan.maths.control_charts.spread import finite


@dataclass(frozen=True)
class Esd:
    """deviations, critical: of each step; outliers: positions of what is declared, most extreme first."""

    deviations: tuple[float, ...]
    critical: tuple[float, ...]
    outliers: tuple[int, ...]


def generalized_esd(values: ArrayLike, *, most: int, alpha: float = 0.05) -> Esd:
    """Outliers among `values`, at most `most` (1 .. n - 2), at the level `alpha`."""
    series = finite(values)
    n = len(series)
    if not (1 <= most <= n - 2 and 0 < alpha < 1):
        raise UsageError("detection.esd", most=most, values=n)
    largest = float(np.max(np.abs(series)))
    scaled, left = series / (largest or 1.0), np.arange(n)
    deviations, taken = [], []
    for _ in range(most):
        away = np.abs(scaled[left] - scaled[left].mean())
        sigma = float(scaled[left].std(ddof=1))
        place = int(np.argmax(away))
        deviations.append(float(away[place]) / sigma if sigma > 0 else 0.0)
        taken.append(int(left[place]))
        left = np.delete(left, place)
    critical = [_critical(n, i, alpha) for i in range(1, most + 1)]
    beyond = [i for i in range(most) if deviations[i] > critical[i]]
    return Esd(tuple(deviations), tuple(critical), tuple(taken[: beyond[-1] + 1] if beyond else ()))


def _critical(n: int, i: int, alpha: float) -> float:
    t = float(stdtrit(n - i - 1, 1.0 - alpha / (2.0 * (n - i + 1))))
    return (n - i) * t / float(np.sqrt((n - i - 1 + t**2) * (n - i + 1)))
