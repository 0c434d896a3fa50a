"""One input moved at a time between a low and a high quantile, the others at their medians."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from anlan.maths.distributions import Distribution

_Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Swings:
    """base: the result at all medians; medians, lows, highs: (d,) values of the inputs; at_low, at_high: (d,)
    results. order: inputs by the size of their swing, largest first."""

    base: float
    medians: _Array
    lows: _Array
    highs: _Array
    at_low: _Array
    at_high: _Array

    @property
    def swing(self) -> _Array:
        return np.asarray(np.abs(self.at_high - self.at_low))

    @property
    def order(self) -> NDArray[np.int64]:
        return np.argsort(-self.swing, kind="stable")


def swings(
    model: Callable[[_Array], _Array], inputs: Sequence[Distribution], *, share: float = 0.8
) -> Swings:
    """Results of 2 d + 1 runs. share: the middle part of each input's distribution that it is moved through,
    the same for all, so that a wide input is not mistaken for an influential one."""
    limits = [(1.0 - share) / 2.0, 0.5, (1.0 + share) / 2.0]
    lows, medians, highs = np.array([each.quantile(limits) for each in inputs]).T
    d = len(inputs)
    points = np.tile(medians, (2 * d + 1, 1))
    points[np.arange(d) + 1, np.arange(d)] = lows
    points[np.arange(d) + 1 + d, np.arange(d)] = highs
    values = model(points)
    return Swings(float(values[0]), medians, lows, highs, values[1 : d + 1], values[d + 1 :])
