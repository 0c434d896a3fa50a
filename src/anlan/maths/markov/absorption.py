"""What happens before a chain leaves its transient states: time in each, where it ends.

States are eliminated one after the other; every step adds and divides numbers that are not negative, so no
digits are lost however far apart the rates lie (Grassmann, Taksar & Heyman 1985, doi:10.1287/opre.33.5.1107).
"""

import numpy as np
from numpy.typing import NDArray

from anlan.domain.errors import RefusedInput


def expected_rewards(
    rates: NDArray[np.float64], exits: NDArray[np.float64], rewards: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Expected reward gathered from each start until the chain leaves.

    rates: (n, n), rate from row to column (the diagonal is not read); exits: (n,), rate of leaving for good;
    rewards: (n, m), reward per unit of time in a state. The identity gives the time in each state (the
    fundamental matrix), ones the time until it leaves, the rates into an absorbing state the probability to
    end there. A discrete chain is the same with its probabilities as rates and one reward a step.

    Errors: RefusedInput `markov.never_leaves` where some state cannot leave.
    """
    a, out, w = rates.astype(float), exits.astype(float), np.array(rewards, dtype=float)
    n = len(a)
    np.fill_diagonal(a, 0.0)
    for k in range(n - 1, -1, -1):
        leaving = a[k, :k].sum() + out[k]
        if not leaving > 0:
            raise RefusedInput("markov.never_leaves", where="transitions", state=k)
        shares = a[:k, k] / leaving
        a[:k, :k] += np.outer(shares, a[k, :k])
        out[:k] += shares * out[k]
        w[:k] += np.outer(shares, w[k])
        # going to k and straight back is no event: only the time spent in k counts
        a[np.arange(k), np.arange(k)] = 0.0
    gathered = np.zeros_like(w)
    for k in range(n):
        leaving = a[k, :k].sum() + out[k]
        gathered[k] = (w[k] + a[k, :k] @ gathered[:k]) / leaving
    return gathered
