"""Compiled pass that divides claimed minutes among risks; see `attribution` for the rule."""

import numpy as np

from anlan.maths.compile import kernel


@kernel
def divide_claims(case, risk, claim, n_cases, n_risks, own, overlap):
    """Fill own[i], the minutes claim i keeps, and overlap[owner, claimer] in minutes.

    Claims stand in order of priority; `case`, `risk` (each pair at most once) and `claim` are one
    entry each. Minutes of a case are a stack: a claim reaches from 0 to its size, and the earliest
    claim that reaches a minute owns it.
    """
    offset = np.zeros(n_cases + 1, np.int64)
    for i in range(len(case)):
        offset[case[i] + 1] += 1
    for c in range(n_cases):
        offset[c + 1] += offset[c]
    place = offset[:-1].copy()
    order = np.empty(len(case), np.int64)
    for i in range(len(case)):
        order[place[case[i]]] = i
        place[case[i]] += 1
    for c in range(n_cases):
        top = 0.0
        for a in range(offset[c], offset[c + 1]):
            i = order[a]
            own[i] = max(0.0, claim[i] - top)
            if own[i] > 0.0:
                for b in range(offset[c], offset[c + 1]):
                    shared = min(claim[order[b]], claim[i]) - top
                    if b != a and shared > 0.0:
                        overlap[risk[i], risk[order[b]]] += shared
                top = claim[i]
