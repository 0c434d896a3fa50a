"""Many tests at once: how many of the discoveries may be false.

One family: Benjamini & Hochberg (1995), J. R. Stat. Soc. B 57:289, eq. (1); controls the
false-discovery rate when the tests are independent or positively dependent. Several families:
Benjamini & Bogomolov (2014), J. R. Stat. Soc. B 76:297, with Simes' (1986) p-value for each family;
controls the mean false-discovery rate over the families that are selected. No false one at all, but for a
chance: Holm (1979), Scand. J. Stat. 6:65.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray


def benjamini_hochberg(p: ArrayLike) -> NDArray[np.float64]:
    """q-value of each p: the smallest false-discovery rate at which it would be kept; same order.

    >>> benjamini_hochberg([0.01, 0.04, 0.03, 0.5]).round(4).tolist()
    [0.04, 0.0533, 0.0533, 0.5]
    """
    values = np.asarray(p, dtype=np.float64)
    m = len(values)
    order = np.argsort(values, kind="stable")
    stepped = values[order] * m / np.arange(1, m + 1)
    q = np.empty(m)
    q[order] = np.minimum(1.0, np.minimum.accumulate(stepped[::-1])[::-1])
    return q


def holm(p: ArrayLike) -> NDArray[np.float64]:
    """Adjusted p of each: kept at a level, no discovery is false but for a chance of at most that level,
    whatever the dependence; same order.

    >>> holm([0.01, 0.04, 0.03, 0.5]).round(4).tolist()
    [0.04, 0.09, 0.09, 0.5]
    """
    values = np.asarray(p, dtype=np.float64)
    m = len(values)
    order = np.argsort(values, kind="stable")
    stepped = np.maximum.accumulate(values[order] * (m - np.arange(m)))
    adjusted = np.empty(m)
    adjusted[order] = np.minimum(1.0, stepped)
    return adjusted


def two_level_q(families: Sequence[ArrayLike]) -> list[NDArray[np.float64]]:
    """q-value of each p when the tests come in families: the smallest level at which it is kept.

    At a level a, the R of m families are selected whose Simes p-values pass Benjamini & Hochberg at
    a; inside each, a test is kept whose own q passes a R / m. A family without tests does not count.
    So the many certain rejections of one family do not lower the bar for another.

    >>> [q.round(4).tolist() for q in two_level_q([[0.001, 0.002], [0.03, 0.9], [0.8]])]
    [[0.006, 0.006], [0.09, 0.9], [0.8]]
    """
    inside = [benjamini_hochberg(p) for p in families]
    simes = np.sort([q.min() for q in inside if len(q)])
    m = len(simes)
    level_for = benjamini_hochberg(simes)
    """Smallest level at which at least 1, 2, ... m families are selected."""
    factor = m / np.arange(1, m + 1)
    return [np.maximum(q[:, None] * factor, level_for).min(axis=1, initial=1.0) for q in inside]
