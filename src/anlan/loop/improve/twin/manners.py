"""How executions came about: worked on, closed without a start, left open, by a time limit, in one clearing.

1. Of an activity that holds somebody nobody worked on executions without a start (closed by a program, or by
   the customer), nor until the end on those left open: longer than `LONG_S` where less than `RARE` of the
   activity are.
2. Of another activity a quarter or more that take the same time within 1 % ended by a time limit.
3. Many executions in one hour, `_MASS` of all of the activity and ten times as many as in its busiest other
   hours, were a clearing that does not come again. When they would have ended without it is not known: they
   take no part in times, and their manners are shared out as those of the others.

A manner of which an activity has fewer than `FEWEST` executions is not told apart.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from anlan.loop.improve.twin.names import CLOSED, LEFT_OPEN, TIMED, WORKED
from anlan.loop.improve.twin.observed import Observed
from anlan.maths.sequences.instances import Floats, Whole
from anlan.maths.sequences.timelines import LONG_S

FEWEST, RARE = 10, 0.05
_ALIKE, _LIMITED, _LEAST_LIMIT_S = 0.01, 0.25, 3600.0
_MASS, _LEAST_CLEARED, _TIMES_USUAL, _BUSY, _HOUR_S = 0.05, 100, 10.0, 0.95, 3600.0


@dataclass(frozen=True, eq=False)
class Manners:
    """of: (n,) how each row came about (see `names`); cleared: (n,) whether in a clearing."""

    of: Whole
    cleared: np.ndarray

    @property
    def worked(self) -> np.ndarray:
        return np.asarray(self.of == WORKED)


def manners_of(seen: Observed, held: np.ndarray, elapsed: Floats) -> Manners:
    """held: (n_activities,) whether it holds somebody; elapsed: (n,) seconds since the end before."""
    rows = seen.rows
    found = np.full(len(rows.case), WORKED)
    long = rows.started & (rows.end_s - rows.start_s > LONG_S)
    rare = _count(seen, long) < RARE * _count(seen, rows.started)
    for manner, which in ((CLOSED, ~rows.started), (LEFT_OPEN, long & rare[rows.activity])):
        own = which & held[rows.activity]
        found[own & (_count(seen, own) >= FEWEST)[rows.activity]] = manner
    idle = (rows.before >= 0) & ~held[rows.activity]
    cleared = np.zeros(len(found), dtype=bool)
    for own in grouped(np.where(idle, rows.activity, -1), seen.n_activities).values():
        swept = _clearing(rows.end_s[own])
        cleared[own[swept]] = True
        usual = own[~swept]
        found[usual[_limit(elapsed[usual])]] = TIMED
        if swept.any():
            found[own[swept]] = _alike(found[usual], int(swept.sum()))
    return Manners(found, cleared)


def _count(seen: Observed, which: np.ndarray) -> Floats:
    return np.bincount(seen.rows.activity, weights=which, minlength=seen.n_activities).astype(np.float64)


def _clearing(end_s: Floats) -> np.ndarray:
    hour = np.floor(end_s / _HOUR_S).astype(np.int64)
    _, of, counts = np.unique(hour, return_inverse=True, return_counts=True)
    if not len(counts):
        return np.zeros(0, dtype=bool)
    usual = float(np.quantile(counts, _BUSY))
    least = max(_LEAST_CLEARED, _MASS * len(end_s), _TIMES_USUAL * usual)
    return np.asarray((counts >= least)[of])


def _limit(elapsed: Floats) -> np.ndarray:
    """Times that a time limit ends; none where nearly all are alike: that is its law."""
    middle = float(np.median(elapsed)) if len(elapsed) >= FEWEST else 0.0
    alike = np.abs(elapsed - middle) <= _ALIKE * middle
    limited = middle >= _LEAST_LIMIT_S and alike.mean() >= _LIMITED and (~alike).sum() >= FEWEST
    return alike if limited else np.zeros(len(elapsed), dtype=bool)


def _alike(manners: Whole, n: int) -> Whole:
    """n manners in the shares of these."""
    if not len(manners):
        return np.full(n, WORKED)
    place = ((np.arange(n) + 0.5) * len(manners) / n).astype(np.int64)
    return np.asarray(np.sort(manners)[place])


def grouped(codes: np.ndarray, n: int) -> Mapping[int, np.ndarray]:
    """Rows of each code 0..n-1."""
    order = np.argsort(codes, kind="stable")
    borders = np.searchsorted(codes[order], np.arange(n + 1))
    return {code: order[borders[code] : borders[code + 1]] for code in range(n)}
