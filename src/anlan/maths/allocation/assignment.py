"""Each job to one person at most and each person one job at most, at the least sum of costs.

Leaving a job open costs as well, so that fewer people than jobs, or jobs nobody can do, are no failure.
Source: Crouse 2016, doi:10.1109/TAES.2016.140952 (shortest augmenting paths, as in SciPy).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import linear_sum_assignment

Floats = NDArray[np.float64]
OPEN = -1


@dataclass(frozen=True, eq=False)
class Assignment:
    """person (jobs,): number, or `OPEN`; cost: of all, open jobs included; other (jobs,): whom the job would
    go to without that person (`OPEN`: to nobody), and extra (jobs,): what that costs more; of open jobs
    `OPEN` and 0."""

    person: NDArray[np.int64]
    cost: float
    other: NDArray[np.int64]
    extra: Floats


def assign(cost: ArrayLike, open_cost: ArrayLike) -> Assignment:
    """cost (jobs, people), infinite where somebody cannot; open_cost (jobs,), finite."""
    pairs, left = np.asarray(cost, dtype=float), np.asarray(open_cost, dtype=float)
    person, total = _solved(pairs, left)
    other, extra = np.full(len(left), OPEN, dtype=np.int64), np.zeros(len(left))
    for job in np.flatnonzero(person != OPEN):
        without = pairs.copy()
        without[job, person[job]] = np.inf
        again, more = _solved(without, left)
        other[job], extra[job] = again[job], max(0.0, more - total)
    return Assignment(person, total, other, extra)


def _solved(pairs: Floats, left: Floats) -> tuple[NDArray[np.int64], float]:
    """Every job has a column of its own in which it stays open."""
    jobs, people = pairs.shape
    stays = np.full((jobs, jobs), np.inf)
    np.fill_diagonal(stays, left)
    rows, columns = linear_sum_assignment(np.hstack([pairs, stays]))
    person = np.where(columns < people, columns, OPEN).astype(np.int64)
    costs = np.where(person != OPEN, pairs[rows, np.maximum(person, 0)], left)
    return person, float(costs.sum())
