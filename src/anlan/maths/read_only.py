"""Arrays as compiled functions take them."""

from typing import Any

import numpy as np
from numpy.typing import NDArray


def constant(array: NDArray[Any]) -> NDArray[Any]:
    """A contiguous view that cannot be written.

    Compiled functions are compiled per array type, and a column read without copying is read-only:
    giving all columns alike keeps one compiled version.
    """
    view = np.ascontiguousarray(array).view()
    view.flags.writeable = False
    return view
