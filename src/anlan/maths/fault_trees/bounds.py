"""Bounds of the probability of a gate whose diagram would be too large, proven and without any diagram.

1. The events that stand in most places are taken as known: all their settings are looked at, each with its
   probability. What is left shares less.
2. For each setting every gate gets a lower and an upper bound, from the events upwards. Inputs that share no
   unknown event are independent, and their bounds are combined exactly.
3. Inputs that share some are increasing functions of independent events, hence associated: all of them happen
   at least as probably as if they were independent, and so does none of them. Besides, no intersection is
   more probable than its least probable part, no union less probable than its most probable one.

Holds for trees without negation; the bounds meet where the known events are all that is shared.

Source: J. D. Esary, F. Proschan & D. W. Walkup (1967), doi:10.1214/aoms/1177698701; M. Frechet (1935),
doi:10.4064/fm-25-1-379-387.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from anlan.maths.fault_trees.graph import AND, ATLEAST, OR, Graph, graph_of
from anlan.maths.fault_trees.model import FaultTree
from anlan.maths.fault_trees.modules import is_monotone
from anlan.maths.progress import tell

MOST_KNOWN = 10
_Array = NDArray[np.float64]


@dataclass(frozen=True)
class Bounds:
    """low <= probability <= high. known: the events whose settings were looked at one by one."""

    low: float
    high: float
    known: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class _Range:
    """Bounds (settings,) of a node, and the unknown events it stands on as bits of a number."""

    low: _Array
    high: _Array
    events: int


def bounds_of(tree: FaultTree, top: str, p: ArrayLike, *, most_known: int = MOST_KNOWN) -> Bounds | None:
    """Bounds of the probability of a gate; None for a tree with negation. p: (n_events,) in the tree's order.

    >>> from anlan.maths.fault_trees.model import Gate
    >>> tree = FaultTree({"t": Gate("and", ("x", "y")), "x": Gate("or", ("a", "c")),
    ...                   "y": Gate("or", ("b", "c"))}, ("a", "b", "c"))
    >>> found = bounds_of(tree, "t", [0.1, 0.1, 0.01])
    >>> round(found.low, 9), round(found.high, 9), found.known
    (0.0199, 0.0199, ('c',))
    """
    graph = graph_of(tree, (top,))
    if not is_monotone(graph):
        return None
    root = graph.roots[0]
    if root < 0:
        sure = float(root == -1)
        return Bounds(sure, sure, ())
    given = np.asarray(p, dtype=np.float64)
    known = _shared(graph, most_known)
    weights, settings = _settings(given, known)
    found = _turned(root, _upwards(graph, given, dict(zip(known, settings, strict=True)), len(weights)))
    names = tuple(graph.events[event] for event in known)
    return Bounds(float(weights @ found.low), min(float(weights @ found.high), 1.0), names)


def _shared(graph: Graph, most: int) -> list[int]:
    """The events that stand under most gates, of those under more than one."""
    parents = [0] * len(graph.events)
    for _, _, below in graph.gates:
        for edge in below:
            if edge >> 1 < len(parents):
                parents[edge >> 1] += 1
    order = sorted(range(len(parents)), key=lambda event: -parents[event])
    return [event for event in order[:most] if parents[event] > 1]


def _settings(p: _Array, known: Sequence[int]) -> tuple[_Array, list[_Array]]:
    """Probability of every setting of the known events, and 0 or 1 for each event in each."""
    number = np.arange(1 << len(known))
    on = [((number >> place) & 1).astype(np.float64) for place in range(len(known))]
    weights = np.ones(len(number))
    for event, happens in zip(known, on, strict=True):
        weights *= np.where(happens > 0, p[event], 1.0 - p[event])
    return weights, on


def _upwards(graph: Graph, p: _Array, known: dict[int, _Array], settings: int) -> list[_Range]:
    ranges: list[_Range] = []
    for event in range(len(graph.events)):
        value = known.get(event)
        if value is None:
            certain = np.full(settings, p[event])
            ranges.append(_Range(certain, certain, 1 << event))
        else:
            ranges.append(_Range(value, value, 0))
    for done, (operation, k, below) in enumerate(graph.gates):
        if done % 256 == 0:
            tell(done / len(graph.gates))
        ranges.append(_joined(operation, k, [_turned(edge, ranges) for edge in below]))
    return ranges


def _turned(edge: int, ranges: Sequence[_Range]) -> _Range:
    """Bounds of an edge. In a tree that is monotone in the end, all inputs of a gate rise with the events or
    all of them fall, so that they are associated either way."""
    of = ranges[edge >> 1]
    return _Range(1.0 - of.high, 1.0 - of.low, of.events) if edge & 1 else of


def _joined(operation: int, k: int, parts: Sequence[_Range]) -> _Range:
    """Bounds of a gate over these inputs; first of those that share nothing with one another."""
    apart = _is_apart(parts)
    lows, highs = np.array([part.low for part in parts]), np.array([part.high for part in parts])
    events = 0
    for part in parts:
        events |= part.events
    least = {OR: 1, AND: len(parts)}.get(operation, k)
    low, high = _at_least(least, lows), _at_least(least, highs)
    if not apart:
        low = _shared_low(operation, least, lows, low)
        high = _shared_high(operation, least, highs, high)
    return _Range(low, high, events)


def _is_apart(parts: Sequence[_Range]) -> bool:
    seen = 0
    for part in parts:
        if seen & part.events:
            return False
        seen |= part.events
    return True


def _at_least(k: int, p: _Array) -> _Array:
    """P(at least k of independent inputs), p (inputs, settings), by sums of numbers that are not negative."""
    if k == len(p):
        return np.asarray(p.prod(axis=0))
    reached = np.zeros((k + 1, p.shape[1]))
    reached[0] = 1.0
    done = np.zeros(p.shape[1])
    for each in p:
        done = done + reached[k - 1] * each if k > 0 else done
        for j in range(k - 1, 0, -1):
            reached[j] = reached[j] * (1.0 - each) + reached[j - 1] * each
        reached[0] = reached[0] * (1.0 - each)
    return np.asarray(np.minimum(done, 1.0))


def _shared_low(operation: int, k: int, lows: _Array, independent: _Array) -> _Array:
    """All: the product (association). Any: the largest part. k of n: any k of them all happen."""
    if operation == AND:
        return independent
    ordered = np.sort(lows, axis=0)[::-1]
    return np.asarray(ordered[:k].prod(axis=0) if operation == ATLEAST else ordered[0])


def _shared_high(operation: int, k: int, highs: _Array, independent: _Array) -> _Array:
    """Any: as if independent (association). All: the smallest part. k of n: whatever the j largest do, k - j
    of the others must happen, at most their mean number over k - j (Markov); never more than any."""
    if operation == OR:
        return independent
    if operation == AND:
        return np.asarray(highs.min(axis=0))
    rising = np.cumsum(np.sort(highs, axis=0), axis=0)
    others = np.array([rising[len(highs) - 1 - j] / (k - j) for j in range(k)])
    return np.asarray(np.minimum(others.min(axis=0), _at_least(1, highs)))
