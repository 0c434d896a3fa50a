"""Compiled pass of the stratified rank-sum test."""

import numpy as np

from anlan.maths.compile import kernel


@kernel
def rank_sums(values, stratum, marked, n_strata):
    """Rank sums of the marked items inside each stratum, ties given their middle rank.

    `values` ascending; `stratum` -1 = left out. Returns per stratum: items, marked items, rank sum of
    the marked, and sum of t**3 - t over tied groups of t.
    """
    items = np.zeros(n_strata, dtype=np.int64)
    n_marked = np.zeros(n_strata, dtype=np.int64)
    rank_sum = np.zeros(n_strata, dtype=np.float64)
    ties = np.zeros(n_strata, dtype=np.float64)
    tied = np.zeros(n_strata, dtype=np.int64)
    tied_marked = np.zeros(n_strata, dtype=np.int64)
    n = len(values)
    i = 0
    while i < n:
        j = i
        while j < n and values[j] == values[i]:
            s = stratum[j]
            if s >= 0:
                tied[s] += 1
                if marked[j]:
                    tied_marked[s] += 1
            j += 1
        for k in range(i, j):
            s = stratum[k]
            if s >= 0 and tied[s] > 0:
                t = tied[s]
                rank_sum[s] += tied_marked[s] * (items[s] + (t + 1) / 2.0)
                n_marked[s] += tied_marked[s]
                items[s] += t
                ties[s] += float(t) * t * t - t
                tied[s] = 0
                tied_marked[s] = 0
        i = j
    return items, n_marked, rank_sum, ties
