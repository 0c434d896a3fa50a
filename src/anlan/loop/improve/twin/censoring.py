"""Times seen in a log that ends: the long ones are missing, so those that were seen count for more.

What follows an execution is seen only if it ends before the log does. Of the executions of a step, x seconds
could be seen after those that ended x seconds or more before the end of the log. A time of x that was seen
stands for

    weight = executions of the step / executions of it that ended x or more before the end of the log

times: one by the chance that it was seen at all (Horvitz & Thompson). Times longer than the log was seen
after any execution cannot be told, and are not made up.

Assumes that times do not depend on when in the log they begin (a drift is told as a doubt).

Source: Horvitz & Thompson (1952), JASA 47:663; Lagakos, Barraj & De Gruttola (1988), Biometrika 75:515, for
times cut on the right; Kish (1965), Survey Sampling, for what weighted values are worth.
"""

import numpy as np

from anlan.loop.improve.twin.manners import grouped
from anlan.loop.improve.twin.observed import Observed
from anlan.maths.sequences.instances import Floats, Whole


def weights_of(of: Observed, step_of: Whole) -> Floats:
    """(n,) how many times like it each time before a row stands for, 1 or more; 1 of a first row.

    step_of: (n,) step of each row.
    """
    rows = of.rows
    found = np.ones(len(rows.case))
    seen_s = of.until_s - rows.end_s
    followed = np.flatnonzero(rows.before >= 0)
    came_from = step_of[rows.before[followed]]
    passed = rows.end_s[followed] - rows.end_s[rows.before[followed]]
    n_steps = int(step_of.max(initial=-1)) + 1
    all_of, after = grouped(step_of, n_steps), grouped(came_from, n_steps)
    for step in range(n_steps):
        ascending = np.sort(seen_s[all_of[step]])
        long_enough = len(ascending) - np.searchsorted(ascending, passed[after[step]], side="left")
        found[followed[after[step]]] = len(ascending) / np.maximum(1, long_enough)
    return found


def evened(values: Floats, weights: Floats) -> Floats:
    """Values of equal weight with the distribution of the weighted ones, as many as those are worth:
    (sum w)^2 / sum w^2. The values themselves where all weights are alike."""
    order = np.argsort(values, kind="stable")
    ascending, upto = values[order], np.cumsum(weights[order])
    worth = max(1, round(float(upto[-1] ** 2 / (weights**2).sum())))
    at = (np.arange(worth) + 0.5) / worth * upto[-1]
    return np.asarray(ascending[np.minimum(np.searchsorted(upto, at), len(ascending) - 1)])


def lengthened(values: Floats, weights: Floats, which: np.ndarray) -> float:
    """By what share the weights make the mean of some of the values longer."""
    if not which.any() or values[which].sum() <= 0:
        return 0.0
    return float(np.average(values[which], weights=weights[which]) / values[which].mean() - 1.0)
