"""One way to compile: every `*_kernels.py` module uses `kernel`, and no other module imports numba.

Kernels release the interpreter lock, so threads run them side by side; they are cached on disk
(the folder is chosen in `anlan/__init__.py`); they never use `prange`, whose layers abort processes,
and never `fastmath`, which would let the bits of a result depend on the machine.
"""

from collections.abc import Callable

from numba import njit
from numba.core import event

kernel = njit(cache=True, nogil=True)
inline_kernel = njit(cache=True, nogil=True, inline="always")


class _Compilations(event.Listener):  # type: ignore[misc]
    """Tells of every kernel that is compiled and was not found on disk."""

    def __init__(self, told: Callable[[str], None]) -> None:
        self._told = told

    def on_start(self, begun: event.Event) -> None:
        self._told(begun.data["dispatcher"].py_func.__module__)

    def on_end(self, ended: event.Event) -> None:
        """Nothing is said when a kernel is ready."""


def tell_compilations(told: Callable[[str], None]) -> Callable[[], None]:
    """Call `told` with the module of each kernel about to be compiled; returns what ends that."""
    listener = _Compilations(told)
    event.register("numba:compile", listener)
    return lambda: event.unregister("numba:compile", listener)


__all__ = ["inline_kernel", "kernel", "tell_compilations"]
