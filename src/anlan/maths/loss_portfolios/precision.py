"""How far a simulated number can be trusted: intervals of exceedance, trials needed, the way it settled."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from anlan.maths.loss_statistics import Estimate, LossSample, loss_sample

REACH = 1.959963984540054

_Array = NDArray[np.float64]


@dataclass(frozen=True)
class Checkpoint:
    """mean and CVaR of the first `years`."""

    years: int
    mean: Estimate
    cvar: Estimate


def wilson(count: float, n: int) -> tuple[float, float]:
    """95 % limits of a share (Wilson 1927)."""
    p, z2 = count / n, REACH * REACH
    centre = (p + z2 / (2 * n)) / (1 + z2 / n)
    half = REACH / (1 + z2 / n) * math.sqrt(p * (1 - p) / n + z2 / (4 * n * n))
    return max(0.0, centre - half), min(1.0, centre + half)


def exceedance(sample: LossSample, loss: float) -> tuple[float, float, float]:
    """(share of years that lose more, its limits)."""
    n = len(sample)
    more = n - int(np.searchsorted(sample.ascending, loss, side="right"))
    return more / n, *wilson(more, n)


def years_needed(of: Estimate, years: int, relative: float) -> int | None:
    """Years for which the 95 % half-width is `relative` of the value; None where the value is zero."""
    if of.value <= 0.0:
        return None
    return max(1, math.ceil(years * (REACH * of.standard_error / (relative * of.value)) ** 2))


def settling(totals: _Array, probability: float) -> tuple[Checkpoint, ...]:
    """The mean and the CVaR over the first years, their number doubling up to all."""
    sizes = [len(totals)]
    while sizes[-1] // 2 >= 250:
        sizes.append(sizes[-1] // 2)
    samples = [(n, loss_sample(totals[:n])) for n in reversed(sizes)]
    return tuple(Checkpoint(n, sample.mean, sample.cvar(probability)) for n, sample in samples)
