"""Arrays whose memory goes back to the system the moment they are dropped.

The C allocator keeps freed blocks of some megabytes for itself; columns in pieces and growing tables
would leave up to their own size behind.
"""

import mmap
from contextlib import suppress
from typing import Any

import numpy as np
from numpy.typing import NDArray

_SMALL = 1 << 18


def fresh_array(n: int, kind: Any) -> NDArray[Any]:
    """`n` values of `kind`, all bits zero. Large ones lie in large pages, which the system hands out with
    few interruptions: one for every 4 KiB takes longer than filling them."""
    size = n * np.dtype(kind).itemsize
    if size < _SMALL:
        return np.zeros(n, kind)
    pages = mmap.mmap(-1, size, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
    with suppress(AttributeError, OSError):  # a wish: not every system has large pages
        pages.madvise(mmap.MADV_HUGEPAGE)
    return np.frombuffer(pages, kind)
