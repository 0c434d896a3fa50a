"""Exact probabilities of the gates of a diagram: no rare-event approximation, no cut-off."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from anlan.domain.errors import UsageError
from anlan.maths.fault_trees import probability_kernels as kernels
from anlan.maths.fault_trees.diagram import Diagram, diagram_of
from anlan.maths.fault_trees.model import FaultTree
from anlan.maths.progress import tell

_MOST_BYTES = 256 << 20
_MOST_BLOCK = 64
Arrays = tuple[NDArray[np.float64], NDArray[np.float64]]


def probabilities(diagram: Diagram, p: ArrayLike) -> dict[str, float]:
    """Probability of each root. p: (n_events,) in the order of `diagram.events`, independent, in [0, 1]."""
    yes, no = walked(diagram, checked(diagram, p))
    return {name: _of(edge, yes, no) for name, edge in diagram.roots.items()}


def probability_of(tree: FaultTree, top: str, p: Mapping[str, float]) -> float:
    """Probability of one gate, its diagram made for this question alone.

    >>> from anlan.maths.fault_trees.model import Gate
    >>> tree = FaultTree({"top": Gate("or", ("a", "b"))}, ("a", "b"))
    >>> round(probability_of(tree, "top", {"a": 0.1, "b": 0.2}), 12)
    0.28
    """
    diagram = diagram_of(tree, [top])
    return probabilities(diagram, in_order(diagram, p))[top]


def in_order(diagram: Diagram, p: Mapping[str, float]) -> NDArray[np.float64]:
    """Probabilities by name as an array. Errors: UsageError `fault_tree.no_probability`."""
    missing = [name for name in diagram.events if name not in p]
    if missing:
        raise UsageError("fault_tree.no_probability", missing=missing[:5], n=len(missing))
    return np.array([p[name] for name in diagram.events], dtype=np.float64)


def sampled_probabilities(
    diagram: Diagram, p: NDArray[np.float64], roots: Sequence[str] = ()
) -> NDArray[np.float64]:
    """Probability of each root for many settings at once. p: (n_events, n_samples), each in [0, 1].

    Returns (n_roots, n_samples). Memory stays below a quarter of a GiB whatever the size of the diagram.
    """
    edges = [diagram.roots[name] for name in roots or diagram.roots]
    n = p.shape[1]
    block = max(1, min(_MOST_BLOCK, _MOST_BYTES // (16 * diagram.n_nodes)))
    found = np.empty((len(edges), n))
    for first in range(0, n, block):
        tell(first / n)
        part = np.ascontiguousarray(p[:, first : first + block])
        yes, no = (np.empty((diagram.n_nodes, part.shape[1])) for _ in range(2))
        kernels.upwards_samples(*_parts(diagram), part, yes, no)
        for row, edge in enumerate(edges):
            found[row, first : first + block] = (no if edge & 1 else yes)[edge >> 1]
    return found


def slopes(diagram: Diagram, p: ArrayLike, root: str) -> tuple[float, NDArray[np.float64]]:
    """Probability of a root, and its derivative by the probability of each event (n_events,): two walks
    over the diagram, however many events there are."""
    given = checked(diagram, p)
    yes, no = walked(diagram, given)
    slope = np.zeros(len(diagram.events))
    edge = diagram.roots[root]
    kernels.downwards(edge, *_parts(diagram), given, yes, no, slope)
    return _of(edge, yes, no), slope


def walked(diagram: Diagram, p: NDArray[np.float64]) -> Arrays:
    """Probability of each node's function and of its contrary."""
    yes, no = np.empty(diagram.n_nodes), np.empty(diagram.n_nodes)
    kernels.upwards(*_parts(diagram), p, yes, no)
    return yes, no


def checked(diagram: Diagram, p: ArrayLike) -> NDArray[np.float64]:
    """Errors: UsageError `fault_tree.probability` for a number outside [0, 1]."""
    given = np.ascontiguousarray(p, dtype=np.float64)
    if given.shape != (len(diagram.events),):
        raise UsageError("fault_tree.shape", found=given.shape, expected=(len(diagram.events),))
    outside = np.flatnonzero(~((given >= 0) & (given <= 1)))
    if len(outside):
        name = diagram.events[int(outside[0])]
        raise UsageError("fault_tree.probability", where=name, found=float(given[outside[0]]))
    return given


def _parts(diagram: Diagram) -> tuple[NDArray, ...]:
    return diagram.level, diagram.low, diagram.high, diagram.asked, diagram.modules


def _of(edge: int, yes: NDArray[np.float64], no: NDArray[np.float64]) -> float:
    return float((no if edge & 1 else yes)[edge >> 1])
