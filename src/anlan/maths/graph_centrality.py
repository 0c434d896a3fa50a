"""How central a node is in a flow: how often the way between two others passes through it.

The directly-follows graph is read as a random walk: from a to b with the share p(a, b) of a's
successors that are b. A way weighs the product of its shares, halved with every step, so that
likely and short ways count most. With Z = (I - P / 2)^-1 the weight of all ways from s that end
when they first reach t is f(s, t) = Z(s, t) / Z(t, t), and the part of it that passes v first is

    f(v, t) * (f(s, v) - f(s, t) * f(t, v)) / (1 - f(v, t) * f(t, v))

(first-passage identities of Kemeny and Snell, 1960). Centrality of v is the share of that part,
averaged over all pairs (s, t) of other nodes, weighted by how often s and t occur. It is the
betweenness of randomised shortest paths (Kivimaki, Lebichot, Saramaki and Saerens, 2016, Scientific
Reports 6:19668), counting a way once however often it passes. Shortest-path betweenness (Freeman,
1977) jumps when a share changes by a hair, so it has no honest interval; this one is smooth.

It says where the flow meets, not how much of it there is (that is volume).
"""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

STEP_WEIGHT = 0.5
"""What one more step leaves of a way's weight."""

_UNREACHABLE = 1e-13
"""Weights below this cannot be told from rounding; 43 certain steps come to it."""


def flow_betweenness(
    source: NDArray[np.int32], target: NDArray[np.int32], count: Floats, occurrences: Floats
) -> Floats:
    """Centrality 0..1 of every node, for any number of flows on one graph.

    count (rows, E): how often each edge source[e] -> target[e] is walked; occurrences (rows, n) of
    the nodes. Returns (rows, n). Work grows with rows * n**3.
    """
    rows, n = occurrences.shape
    if n < 3:
        return np.zeros((rows, n))
    first_passage = _first_passage(_shares(source, target, count, n))
    result = np.empty((rows, n))
    for node in range(n):
        passing = _share_passing(first_passage, node)
        pairs = _pair_weights(occurrences, node)
        weight = pairs.sum(axis=(1, 2))
        passed = (pairs * passing).sum(axis=(1, 2))
        result[:, node] = np.divide(passed, weight, out=np.zeros(rows), where=weight > 0)
    return result


def _shares(source: NDArray[np.int32], target: NDArray[np.int32], count: Floats, n: int) -> Floats:
    """Transition shares P (rows, n, n); a node nothing follows has a row of zeros."""
    flow = np.zeros((len(count), n, n))
    flow[:, source, target] = count
    outflow = flow.sum(axis=2, keepdims=True)
    return np.asarray(np.divide(flow, outflow, out=flow, where=outflow > 0), dtype=np.float64)


def _first_passage(shares: Floats) -> Floats:
    """Weights f (rows, n, n) of all ways from s that end at their first visit of t."""
    n = shares.shape[-1]
    visits = np.linalg.inv(np.eye(n) - STEP_WEIGHT * shares)
    weight = visits / np.diagonal(visits, axis1=1, axis2=2)[:, None, :]
    return np.asarray(np.where(weight < _UNREACHABLE, 0.0, weight), dtype=np.float64)


def _share_passing(first_passage: Floats, node: int) -> Floats:
    """Share (rows, s, t) of the ways from s to t that pass `node`; 0 where there is no way."""
    to_node = first_passage[:, :, node, None]
    from_node = first_passage[:, None, node, :]
    back = first_passage[:, None, :, node]
    before = to_node - first_passage * back
    passing = from_node * np.maximum(before, 0.0) / np.maximum(1.0 - from_node * back, _UNREACHABLE)
    share = np.divide(passing, first_passage, out=np.zeros_like(passing), where=first_passage > 0)
    return np.minimum(share, 1.0)


def _pair_weights(occurrences: Floats, node: int) -> Floats:
    """How often s and t occur, as a product (rows, s, t); 0 for `node` itself and for s = t."""
    others = occurrences.copy()
    others[:, node] = 0.0
    pairs = others[:, :, None] * others[:, None, :]
    diagonal = np.arange(occurrences.shape[1])
    pairs[:, diagonal, diagonal] = 0.0
    return pairs
