"""How often each object counts when the objects are redrawn with replacement."""

import numpy as np
from numpy.typing import NDArray

from anlan.maths.streams import Stream

_PURPOSE = 72
_CELLS = 20_000_000


def copies(n: int, *, redrawn: int, seed: int) -> NDArray[np.float64]:
    """(redrawn, n) whole numbers with rows that sum to n; fewer rows where n is so large that they would not
    fit into memory, never fewer than 200."""
    rows = max(200, min(redrawn, _CELLS // n))
    drawn = np.minimum(Stream(seed).uniform(rows * n, purpose=_PURPOSE) * n, n - 1).astype(np.int64)
    places = drawn.reshape(rows, n) + n * np.arange(rows)[:, None]
    return np.bincount(places.ravel(), minlength=rows * n).reshape(rows, n).astype(np.float64)
