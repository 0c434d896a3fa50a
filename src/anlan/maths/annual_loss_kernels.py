"""Compiled loops of the annual-loss simulation; see `annual_loss` for the model.

Every year has an address of its own in the stream, so blocks of years can go to any number of
threads and the result keeps its bits.
"""

import numpy as np

from anlan.maths.compile import kernel
from anlan.maths.streams_kernels import (
    alias_pick,
    exp,
    fill_uniform,
    gamma,
    ln,
    normal_quantiles,
    poisson,
    uniform_pairs,
    uniforms_at,
)

CONSTANT, EMPIRICAL, LOGNORMAL, GAMMA, WEIBULL = 0, 1, 2, 3, 4

PURPOSE_COUNT = 40
PURPOSE_LOSS = 41
PURPOSE_GAMMA = 42
PURPOSE_YEAR = 43
PURPOSE_SIZE = 44
PURPOSE_COMMON = 45

_BATCH = 256


@kernel
def _losses(u, n, risk, sources, points, loss, place, root):
    """loss[:n]: one loss of risk[j] at the uniform u[j]; gamma losses are left to `_gamma_losses`.

    Stages over the whole batch, so that the lognormal's polynomials run as vector loops.
    """
    kinds, firsts, seconds, offsets, n_points = sources
    normal_quantiles(u[:n], loss[:n], place, root)
    for j in range(n):
        loss[j] = firsts[risk[j]] + seconds[risk[j]] * loss[j]
    for j in range(n):
        loss[j] = exp(loss[j])
    for j in range(n):
        kind = kinds[risk[j]]
        if kind == EMPIRICAL:
            loss[j] = points[offsets[risk[j]] + np.int64(u[j] * n_points[risk[j]])]
        elif kind == WEIBULL:
            loss[j] = seconds[risk[j]] * exp(ln(-ln(1.0 - u[j])) / firsts[risk[j]])
        elif kind == CONSTANT:
            loss[j] = firsts[risk[j]]


@kernel
def _sum_losses(k0, k1, year, n, risk, cluster, member, sources, loss):
    """Sum of a batch in its order, with gamma losses drawn where they stand."""
    kinds, firsts, seconds, _, _ = sources
    total = 0.0
    for j in range(n):
        if kinds[risk[j]] == GAMMA:
            total += seconds[risk[j]] * gamma(
                k0, k1, year, member[j], PURPOSE_GAMMA, cluster[j], firsts[risk[j]]
            )
        else:
            total += loss[j]
    return total


@kernel
def _cluster_size(u, theta, share_of_one):
    """Losses that come together: logarithmic with parameter theta, by summing from one."""
    size = 1
    probability = share_of_one
    while u > probability and size < 1_000_000:
        u -= probability
        probability *= theta * size / (size + 1)
        size += 1
    return size


@kernel
def add_single_losses(k0, k1, first_year, out, rate, table, clusters, sources, points):
    """Add to out[i] the losses of year first_year + i of all rare risks.

    `table`: alias table of risks; `clusters`: theta and the share of clusters of one loss;
    `sources`: kind, two parameters, offset and number of points of each risk's severity.
    Address of a loss: (year, its number in the cluster, purpose, cluster).
    """
    threshold, alias = table
    theta, share_of_one = clusters
    clustered = theta.max() > 0.0
    risk = np.empty(_BATCH, np.int64)
    cluster = np.empty(_BATCH, np.int64)
    member = np.empty(_BATCH, np.int64)
    u = np.empty(_BATCH)
    pick = np.empty(_BATCH)
    loss = np.empty(_BATCH)
    more_risk = np.empty(_BATCH, np.int64)
    more_cluster = np.empty(_BATCH, np.int64)
    more_member = np.empty(_BATCH, np.int64)
    more = (more_risk, more_cluster, more_member)
    for i in range(len(out)):
        year = first_year + i
        n = poisson(k0, k1, year, 0, PURPOSE_COUNT, 0, rate)
        n_more = 0
        total = 0.0
        for start in range(0, n, _BATCH):
            m = min(_BATCH, n - start)
            uniform_pairs(k0, k1, year, 0, PURPOSE_LOSS, start, m, pick, u)
            for j in range(m):
                risk[j] = alias_pick(pick[j], threshold, alias)
            _losses(u, m, risk, sources, points, loss, cluster, pick)
            for j in range(m):
                cluster[j] = start + j
                member[j] = 0
            total += _sum_losses(k0, k1, year, m, risk, cluster, member, sources, loss)
            if not clustered:
                continue
            uniform_pairs(k0, k1, year, 0, PURPOSE_SIZE, start, m, pick, loss)
            for j in range(m):
                if pick[j] <= share_of_one[risk[j]]:
                    continue
                size = _cluster_size(pick[j], theta[risk[j]], share_of_one[risk[j]])
                for number in range(1, size):
                    more_risk[n_more] = risk[j]
                    more_cluster[n_more] = start + j
                    more_member[n_more] = number
                    n_more += 1
                    if n_more == _BATCH:
                        total += _more_losses(k0, k1, year, n_more, more, sources, points, u, loss)
                        n_more = 0
        if n_more > 0:
            total += _more_losses(k0, k1, year, n_more, more, sources, points, u, loss)
        out[i] += total


@kernel
def _more_losses(k0, k1, year, n, more, sources, points, u, loss):
    """Sum of n losses that are not the first of their cluster."""
    risk, cluster, member = more
    uniforms_at(k0, k1, year, member, PURPOSE_LOSS, cluster, n, u)
    place = np.empty(n, np.int64)
    root = np.empty(n)
    _losses(u, n, risk, sources, points, loss, place, root)
    return _sum_losses(k0, k1, year, n, risk, cluster, member, sources, loss)


@kernel
def add_yearly_losses(k0, k1, first_year, out, risk, start, step, cumulated, guide):
    """Add to out[i] one draw of a risk's yearly loss: inversion of `cumulated` by a guide table."""
    n = len(guide)
    u = np.empty(len(out))
    fill_uniform(k0, k1, risk, PURPOSE_YEAR, 0, first_year, u)
    for i in range(len(out)):
        index = guide[np.int64(u[i] * n)]
        while cumulated[index] < u[i]:
            index += 1
        out[i] += start + step * index


@kernel
def scale_years(k0, k1, first_year, out, shape):
    """Multiply out[i] by the common factor of year first_year + i: gamma with mean 1, variance 1/shape."""
    for i in range(len(out)):
        out[i] *= gamma(k0, k1, first_year + i, 0, PURPOSE_COMMON, 0, shape) / shape


@kernel
def fill_guide(cumulated, guide):
    """guide[c] = smallest index whose cumulated probability reaches c / len(guide)."""
    index = 0
    n = len(guide)
    for c in range(n):
        while cumulated[index] * n < c:
            index += 1
        guide[c] = index


@kernel
def ordered_sum(values, centre):
    """Sums of (v - centre) and (v - centre)^2 in order of index, in blocks of 4,096."""
    total = 0.0
    squares = 0.0
    for start in range(0, len(values), 4096):
        block = 0.0
        block_squares = 0.0
        for i in range(start, min(start + 4096, len(values))):
            d = values[i] - centre
            block += d
            block_squares += d * d
        total += block
        squares += block_squares
    return total, squares
