"""Two simulated numbers side by side: how far apart, and whether that is more than simulation explains."""

import math
from dataclasses import dataclass

_REACH = 1.959963984540054


@dataclass(frozen=True)
class Difference:
    """value: after less before; low, high: its 95 % interval. shown: the interval does not hold zero."""

    value: float
    low: float
    high: float

    @property
    def shown(self) -> bool:
        return self.low > 0 or self.high < 0


def difference(before: float, after: float, *, errors: tuple[float, float]) -> Difference:
    """errors: standard errors of both. They are taken as independent; with one seed they share luck, so that
    the interval is rather too wide."""
    half = _REACH * math.hypot(*errors)
    return Difference(after - before, after - before - half, after - before + half)
