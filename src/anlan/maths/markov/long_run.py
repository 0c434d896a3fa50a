"""Where a chain spends its time in the long run."""

import numpy as np
from numpy.typing import NDArray
from scipy.sparse.csgraph import connected_components

from anlan.maths.markov.absorption import expected_rewards


def stationary(rates: NDArray[np.float64]) -> NDArray[np.float64]:
    """Share of time in each state of a chain whose states all reach one another.

    rates: (n, n), the diagonal is not read. By elimination without subtraction (Grassmann, Taksar & Heyman
    1985): each share is right to nearly all digits, also of states that are almost never visited.
    """
    a = rates.astype(float)
    n = len(a)
    for k in range(n - 1, 0, -1):
        a[:k, k] /= a[k, :k].sum()
        a[:k, :k] += np.outer(a[:k, k], a[k, :k])
    shares = np.zeros(n)
    shares[0] = 1.0
    for k in range(1, n):
        shares[k] = shares[:k] @ a[:k, k]
    normed: NDArray[np.float64] = shares / shares.sum()
    return normed


def closed_classes(rates: NDArray[np.float64]) -> list[NDArray[np.int64]]:
    """Groups of states that reach one another and nothing else, each ascending, in order of first state."""
    off = rates.astype(float)
    np.fill_diagonal(off, 0.0)
    count, group = connected_components(off > 0, directed=True, connection="strong")
    classes = [np.flatnonzero(group == each) for each in range(count)]
    closed = [each for each in classes if not np.any(np.delete(off[each], each, axis=1) > 0)]
    return sorted(closed, key=lambda each: int(each[0]))


def limit(rates: NDArray[np.float64], start: NDArray[np.float64]) -> NDArray[np.float64]:
    """Share of time in each state in the long run from a start distribution, of any chain: each closed class
    holds its stationary distribution times the probability of ending in it."""
    classes = closed_classes(rates)
    n = len(rates)
    inside = np.concatenate(classes)
    transient = np.setdiff1d(np.arange(n), inside)
    into = np.stack([rates[np.ix_(transient, each)].sum(axis=1) for each in classes], axis=1)
    ends = np.zeros((n, len(classes)))
    for number, each in enumerate(classes):
        ends[each, number] = 1.0
    if len(transient):
        within = rates[np.ix_(transient, transient)]
        ends[transient] = expected_rewards(within, into.sum(axis=1), into)
    shares = np.zeros(n)
    for number, each in enumerate(classes):
        shares[each] = (start @ ends[:, number]) * stationary(rates[np.ix_(each, each)])
    return shares
