"""Arrays whose memory goes back to the system the moment they are dropped.

The C allocator keeps freed blocks of some megabytes for itself; columns in pieces and growing tables
would leave up to their own size behind.
"""

import mmap
from typing import Any

import numpy as np
from numpy.typing import NDArray

_SMALL = 1 << 18


def fresh_array(n: int, kind: Any) -> NDArray[Any]:
    """`n` values of `kind`, all bits zero where the array is large; small ones as NumPy makes them."""
    size = n * np.dtype(kind).itemsize
    if size < _SMALL:
        return np.zeros(n, kind)
    return np.frombuffer(mmap.mmap(-1, size), kind)
