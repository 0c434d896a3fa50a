"""The probability that a part is down, from its rate: three ways it is watched over.

rate: failures per hour of being in order; all times in hours.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray


def by_mission(rate: ArrayLike, *, mission_h: float) -> NDArray[np.float64]:
    """Fails within a mission without repair: 1 - exp(-rate t)."""
    return np.asarray(-np.expm1(-np.asarray(rate, dtype=np.float64) * mission_h))


def by_repair(rate: ArrayLike, *, repair_h: float) -> NDArray[np.float64]:
    """Down at a random moment, a failure being seen at once and repaired in `repair_h` on average."""
    down = np.asarray(rate, dtype=np.float64) * repair_h
    with np.errstate(divide="ignore", over="ignore"):
        return np.asarray(1.0 / (1.0 + 1.0 / down))


def by_test(rate: ArrayLike, *, interval_h: float) -> NDArray[np.float64]:
    """Down at a random moment, a failure being seen only by a test every `interval_h`:
    1 - (1 - exp(-x)) / x with x = rate * interval, which is x / 2 for small x alone."""
    x = np.asarray(rate, dtype=np.float64) * interval_h
    safe = np.where(x > 0, x, 1.0)
    series = x / 2 - x**2 / 6 + x**3 / 24
    return np.asarray(np.where(x < 1e-3, series, 1.0 + np.expm1(-safe) / safe))
