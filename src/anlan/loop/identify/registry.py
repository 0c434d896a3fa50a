"""The finders in the order they run: each a function from the context to its candidates."""

from collections.abc import Callable

from anlan.loop.identify import (
    bottleneck,
    ping_pong,
    reassignment,
    rework_loop,
    self_loop,
    tail_delay,
)
from anlan.loop.identify.context import IdentifyContext
from anlan.loop.identify.evidence import Candidates

FINDERS: tuple[tuple[str, Callable[[IdentifyContext], Candidates]], ...] = (
    (tail_delay.CODE, tail_delay.find),
    (bottleneck.CODE, bottleneck.find),
    (rework_loop.CODE, rework_loop.find),
    (self_loop.CODE, self_loop.find),
    (ping_pong.CODE, ping_pong.find),
    (reassignment.CODE, reassignment.find),
)
