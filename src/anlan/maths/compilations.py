"""Tells when a kernel is being compiled, for a first run that would otherwise seem to stand still."""

from collections.abc import Callable

from numba.core import event


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
