"""One way to compile: every `*_kernels.py` module uses `kernel`, and no other module compiles.

Kernels release the interpreter lock, so threads run them side by side; they are cached on disk
(the folder is chosen in `anlan/__init__.py`); they never use `prange`, whose layers abort processes,
and never `fastmath`, which would let the bits of a result depend on the machine.
"""

from numba import njit

kernel = njit(cache=True, nogil=True)
inline_kernel = njit(cache=True, nogil=True, inline="always")

__all__ = ["inline_kernel", "kernel"]
