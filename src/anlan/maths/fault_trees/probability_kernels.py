"""Walks over a finished diagram, nodes numbered from the constant upwards (see `diagram.Diagram`).

yes, no: the probability of each node's function and of its contrary. Both are carried, so that a small
probability never comes out of a difference.
"""

import numpy as np

from anlan.maths.compile import inline_kernel, kernel


@inline_kernel
def _of(edge, yes, no):
    return no[edge >> 1] if edge & 1 else yes[edge >> 1]


@kernel
def upwards(level, low, high, asked, modules, p, yes, no):
    """Fill yes and no (n_nodes,) from the events' probabilities p."""
    yes[0], no[0] = 0.0, 1.0
    for i in range(1, len(level)):
        a = asked[level[i]]
        if a >= 0:
            x, y = p[a], 1.0 - p[a]
        else:
            x, y = _of(modules[-1 - a], yes, no), _of(modules[-1 - a] ^ 1, yes, no)
        yes[i] = y * yes[low[i] >> 1] + x * _of(high[i], yes, no)
        no[i] = y * no[low[i] >> 1] + x * _of(high[i] ^ 1, yes, no)


@kernel
def upwards_samples(level, low, high, asked, modules, p, yes, no):
    """The same for samples side by side: p (n_events, n_samples), yes and no (n_nodes, n_samples)."""
    n_samples = p.shape[1]
    x, y = np.empty(n_samples), np.empty(n_samples)
    for s in range(n_samples):
        yes[0, s], no[0, s] = 0.0, 1.0
    for i in range(1, len(level)):
        a = asked[level[i]]
        if a >= 0:
            for s in range(n_samples):
                x[s] = p[a, s]
                y[s] = 1.0 - p[a, s]
        else:
            module = modules[-1 - a]
            one, other = (no, yes) if module & 1 else (yes, no)
            for s in range(n_samples):
                x[s] = one[module >> 1, s]
                y[s] = other[module >> 1, s]
        lo, hi = low[i] >> 1, high[i] >> 1
        one, other = (no, yes) if high[i] & 1 else (yes, no)
        for s in range(n_samples):
            yes[i, s] = y[s] * yes[lo, s] + x[s] * one[hi, s]
            no[i, s] = y[s] * no[lo, s] + x[s] * other[hi, s]


@kernel
def downwards(root, level, low, high, asked, modules, p, yes, no, slope):
    """Add to slope (n_events,) the derivative of the root's probability by each event's: one walk for all.

    weight[i]: how much the root's probability changes with that of node i.
    """
    n = len(level)
    weight = np.zeros(n)
    by_module = np.zeros(len(modules))
    module_at = np.full(n, -1, dtype=np.int64)
    for m in range(len(modules)):
        module_at[modules[m] >> 1] = m
    weight[root >> 1] = -1.0 if root & 1 else 1.0
    for i in range(n - 1, 0, -1):
        m = module_at[i]
        if m >= 0:
            weight[i] += -by_module[m] if modules[m] & 1 else by_module[m]
        w = weight[i]
        if w == 0.0:
            continue
        a = asked[level[i]]
        hi, lo = high[i], low[i]
        if yes[lo >> 1] > 0.5:
            step = no[lo >> 1] - _of(hi ^ 1, yes, no)
        else:
            step = _of(hi, yes, no) - yes[lo >> 1]
        if a >= 0:
            x, y = p[a], 1.0 - p[a]
            slope[a] += w * step
        else:
            x, y = _of(modules[-1 - a], yes, no), _of(modules[-1 - a] ^ 1, yes, no)
            by_module[-1 - a] += w * step
        weight[lo >> 1] += w * y
        weight[hi >> 1] += -w * x if hi & 1 else w * x
