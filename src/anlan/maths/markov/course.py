"""The course of a chain in time, for rates that may lie many powers of ten apart.

Over a step so short that the fastest state is left about once, uniformisation gives the transition
probabilities as a sum of terms that are not negative. The step is then doubled as often as needed:
P(2h) = P(h) P(h), and the time spent S(2h) = S(h) + P(h) S(h). Nothing is ever subtracted, and rows are
brought back to the sum they must have, so that a stiff chain costs a few more doublings and no digits.

Source: W. K. Grassmann (1977), doi:10.1016/0305-0548(77)90007-7, for uniformisation.
"""

import math

import numpy as np
from numpy.typing import NDArray

from anlan.maths.progress import tell

_TERMS = 40


def step(rates: NDArray[np.float64], time: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """(n, n) probability of each state after `time` from each start, and (n, n) the time spent in each
    until then. rates: (n, n) from row to column, the diagonal is not read; time in the same unit."""
    off = rates.astype(float)
    np.fill_diagonal(off, 0.0)
    n, fastest = len(off), float(off.sum(axis=1).max())
    if fastest == 0.0 or time == 0.0:
        return np.eye(n), np.eye(n) * time
    doublings = max(0, math.ceil(math.log2(fastest) + math.log2(time)))
    short = math.ldexp(time, -doublings)
    after, spent = _short_step(off, fastest, short)
    for done in range(doublings):
        tell(done / doublings)
        spent = _to_sum(spent + after @ spent, 2 * short)
        after = _to_sum(after @ after, 1.0)
        short *= 2
    return after, spent


def _short_step(
    off: NDArray[np.float64], fastest: float, short: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Uniformisation with at most one expected event."""
    jump = off / fastest
    np.fill_diagonal(jump, 1.0 - jump.sum(axis=1))
    np.maximum(jump, 0.0, out=jump)
    mean = fastest * short
    weights = np.exp(-mean) * np.cumprod(np.concatenate([[1.0], mean / np.arange(1, _TERMS)]))
    tails = np.cumsum(weights[::-1])[::-1]
    after, spent = np.zeros_like(off), np.zeros_like(off)
    power = np.eye(len(off))
    for k in range(_TERMS - 1):
        after += weights[k] * power
        spent += tails[k + 1] * power
        power = power @ jump
    return _to_sum(after, 1.0), _to_sum(spent / fastest, short)


def _to_sum(rows: NDArray[np.float64], total: float) -> NDArray[np.float64]:
    scaled: NDArray[np.float64] = rows * (total / rows.sum(axis=1, keepdims=True))
    return scaled


def curve(
    rates: NDArray[np.float64], start: NDArray[np.float64], *, horizon: float, points: int
) -> NDArray[np.float64]:
    """(points + 1, n) probability of each state at equal steps from 0 to the horizon."""
    after, _ = step(rates, horizon / points)
    rows = [start]
    for _ in range(points):
        rows.append(rows[-1] @ after)
    return np.array(rows)
