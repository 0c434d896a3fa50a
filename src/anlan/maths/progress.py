"""How far a long computation is, told between its blocks to whoever waits for it.

Without a listener nothing happens, and nothing a listener does changes a number; what it raises ends the
computation there. A part of a computation tells its own shares from 0 to 1, and knows nothing of the whole:

>>> heard = []
>>> with watched(heard.append):
...     with part(0.0, 0.5):
...         tell(0.5)
...     with part(0.5, 1.0):
...         tell(0.5)
>>> heard
[0.25, 0.75]
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_listener: ContextVar[Callable[[float], None] | None] = ContextVar("listener", default=None)


def tell(share: float) -> None:
    """Say that `share` (0..1) of what runs now is done. In another thread than the listener's: nothing."""
    listener = _listener.get()
    if listener is not None:
        listener(share)


@contextmanager
def watched(listener: Callable[[float], None]) -> Iterator[None]:
    """What is computed inside tells `listener` its share (0..1), never a smaller one; it may raise to end."""
    furthest = 0.0

    def onward(share: float) -> None:
        nonlocal furthest
        furthest = max(furthest, share)
        listener(furthest)

    before = _listener.set(onward)
    try:
        yield
    finally:
        _listener.reset(before)


@contextmanager
def part(low: float, high: float) -> Iterator[None]:
    """What is computed inside is the part of the whole from the share `low` to `high`."""
    listener = _listener.get()
    if listener is None:
        yield
        return
    with watched(lambda share: listener(low + (high - low) * share)):
        yield
