"""One way to compile: every `*_kernels.py` module uses `kernel`, and no other module compiles.

Kernels release the interpreter lock, so threads run them side by side; they are cached on disk
(the folder is chosen in `anlan/__init__.py`); they never use `prange`, whose layers abort processes,
and never `fastmath`, which would let the bits of a result depend on the machine.

A large kernel cut into screen-sized parts would hand its many arrays over at every call, and count
references of each. So its parts are `part_kernel`s, merged into their caller by the optimiser, and its
arrays stand behind one pointer (`behind_one_pointer`).
"""

from collections.abc import Sequence
from typing import Any

from numba import njit, types
from numba.experimental import structref

kernel = njit(cache=True, nogil=True)
inline_kernel = njit(cache=True, nogil=True, inline="always")
part_kernel = njit(cache=True, nogil=True, forceinline=True)


def behind_one_pointer(name: str, fields: Sequence[str]) -> Any:
    """A class whose instances, made inside a kernel of the fields in order, are handed over as one
    pointer."""

    class Pointed(types.StructRef):  # type: ignore[misc]
        def preprocess_fields(self, given: Any) -> Any:
            return tuple((field, types.unliteral(kind)) for field, kind in given)

    class Proxy(structref.StructRefProxy):  # type: ignore[misc]
        def __new__(cls, *values: Any) -> Any:
            return structref.StructRefProxy.__new__(cls, *values)

    Pointed.__name__, Proxy.__name__ = f"{name}Type", name
    structref.define_proxy(Proxy, structref.register(Pointed), list(fields))
    return Proxy


__all__ = ["behind_one_pointer", "inline_kernel", "kernel", "part_kernel"]
