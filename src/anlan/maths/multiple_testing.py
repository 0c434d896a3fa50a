"""Many tests at once: how many of the discoveries may be false.

Benjamini & Hochberg (1995), J. R. Stat. Soc. B 57:289, eq. (1). Controls the false-discovery rate
when the tests are independent or positively dependent.
"""

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
