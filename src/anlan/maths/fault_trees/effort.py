"""How large diagrams may become for who waits for the answer, such as a person at a drawing.

with at_most(100_000):
    diagram_of(tree, ["top"])    # refused where it needs more nodes
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_most: ContextVar[int | None] = ContextVar("most_nodes", default=None)


@contextmanager
def at_most(nodes: int) -> Iterator[None]:
    """Inside, no diagram of events or of cut sets is made with more nodes."""
    before = _most.set(nodes)
    try:
        yield
    finally:
        _most.reset(before)


def is_waited_for() -> bool:
    """Whether a person waits: what cannot be had within the limit is then not looked for in other ways."""
    return _most.get() is not None


def within(nodes: int) -> int:
    """The limit that holds: the one given, or the smaller one of who waits."""
    most = _most.get()
    return nodes if most is None else min(nodes, most)
