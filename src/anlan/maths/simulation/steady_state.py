"""When runs that begin empty have come to their usual state.

1. The cases under way are averaged over equal spans of time, and over the replications at the same span:
   chance falls, the trend at the beginning stays (Welch 1983).
2. As many spans are left out at the beginning as make the standard error of the mean of the rest smallest,
   as if they were independent: MSER, of means of five spans MSER-5 (White 1997, Simulation 69:323). Where
   that is beyond the middle, the runs are too short to tell.
3. That is a proposal: chance moves it too. The state still moves where the spans from a place on differ from
   the rest of the run beyond chance, by Student's t over the replications.

A process that follows the hours of the week has no such state by the hour, but one by the week. Its means
over whole weeks (`by_cycle`) overlap, so that their scatter says nothing; what comes before the first week
that does not differ from later ones beyond chance is proposed instead.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtrit

from anlan.domain.errors import UsageError

Floats = NDArray[np.float64]
_FIVE, _LEAST = 5, 10


def under_way(arrives_s: Floats, leaves_s: Floats, borders_s: Floats) -> Floats:
    """Mean number of cases under way between each two borders: (n_cases,) twice, (n + 1,) ascending; (n,)."""
    spent = _passed(np.sort(arrives_s), borders_s) - _passed(np.sort(leaves_s), borders_s)
    return np.asarray(np.diff(spent) / np.diff(borders_s))


def _passed(times: Floats, borders: Floats) -> Floats:
    """Sum over all times before each border of the seconds since."""
    sums = np.concatenate(([0.0], np.cumsum(times)))
    n = np.searchsorted(times, borders)
    return np.asarray(n * borders - sums[n])


def by_cycle(values: Floats, cycle: int) -> Floats:
    """Means over `cycle` values that begin at each of them. (runs, n) -> (runs, n - cycle + 1)."""
    sums = np.concatenate((np.zeros((len(values), 1)), np.cumsum(values, axis=1)), axis=1)
    return np.asarray((sums[:, cycle:] - sums[:, :-cycle]) / cycle)


@dataclass(frozen=True, eq=False)
class WarmUp:
    """proposed: how many spans to leave out, None where the runs are too short to tell; course: (n,) the mean
    of the replications at each span."""

    proposed: int | None
    course: Floats


def warm_up(values: Floats) -> WarmUp:
    """What to leave out at the beginning, by MSER-5. values: (runs, n) of each replication, n at least 50.

    Errors: UsageError `simulation.too_short`.
    """
    course = np.asarray(values.mean(axis=0))
    n = len(course) // _FIVE
    if n < _LEAST:
        raise UsageError("simulation.too_short", found=len(course), least=_LEAST * _FIVE)
    left_out = int(np.argmin(_standard_errors(course[: n * _FIVE].reshape(n, _FIVE).mean(axis=1))))
    return WarmUp(None if left_out > n // 2 else left_out * _FIVE, course)


def warm_up_by_cycle(values: Floats, cycle: int) -> WarmUp:
    """The same of means over whole cycles that begin at each span: (runs, n), n more than a cycle.

    Errors: UsageError `simulation.too_short`.
    """
    n = values.shape[1]
    if n <= cycle:
        raise UsageError("simulation.too_short", found=n, least=cycle + 1)
    usual = (b for b in range(n // 2 + 1) if b + cycle < n and not moves_at(values, b, cycle))
    return WarmUp(next(usual, None), np.asarray(values.mean(axis=0)))


def moves_at(values: Floats, begin: int, cycle: int) -> bool:
    """Whether the cycle from `begin` on differs beyond chance from later ones: those of the second half that
    have nothing in common with it."""
    later = values[:, max(values.shape[1] // 2, begin + cycle) :]
    return later.shape[1] > 0 and still_moving(values[:, begin], later.mean(axis=1))


def _standard_errors(values: Floats) -> Floats:
    """Squared, of the mean of those from each place on; the last five places are too few to tell."""
    n = len(values) - np.arange(len(values) - _FIVE)
    level = values - values.mean()  # the sums of squares lose no digits
    sums = np.cumsum(level[::-1])[::-1][: len(n)]
    squares = np.cumsum(level[::-1] ** 2)[::-1][: len(n)]
    return np.asarray(np.maximum(0.0, squares - sums**2 / n) / n**2)


def still_moving(
    first: Sequence[float] | Floats, rest: Sequence[float] | Floats, *, level: float = 0.99
) -> bool:
    """Whether the beginning differs from the rest beyond chance: a mean of each in every replication.

    Errors: UsageError for fewer than two replications.
    """
    differences = np.asarray(first, dtype=float) - np.asarray(rest, dtype=float)
    n = len(differences)
    if n < 2:
        raise UsageError("simulation.too_few", found=n)
    error = float(differences.std(ddof=1)) / math.sqrt(n)
    return abs(float(differences.mean())) > float(stdtrit(n - 1, 0.5 + level / 2)) * error
