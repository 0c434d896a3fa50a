"""The criteria a node is scored by: what each measures and from which size it counts fully."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from anlan.domain.errors import UsageError
from anlan.maths.jackknife import Floats


@dataclass(frozen=True)
class Criterion:
    """One criterion. A node's mark is `value / max(largest value of all nodes, full_from)`, 0..1.

    `full_from` keeps a criterion quiet where it is small everywhere: without it, three repeats in
    a million would give the node that has them full marks for rework.
    """

    code: str
    weight: float
    full_from: float


CRITERIA = (
    Criterion("volume", 1.0, 0.0),
    Criterion("delay", 2.0, 0.0),
    Criterion("variability", 1.0, 1.0),
    Criterion("rework", 1.0, 0.05),
    Criterion("breaches", 2.0, 0.05),
    Criterion("centrality", 1.0, 0.1),
    Criterion("handovers", 1.0, 0.2),
    Criterion("business", 2.0, 0.0),
)
"""Defaults; the weights are an assumption until an organisation sets its own. Values are:

volume       share of all completed steps that are this node's
delay        share of all time beyond the normal of the steps that arises at this node; where nobody
             said what is normal, share of all time (completion to completion) that ends with it
variability  cv**2 / (1 + cv**2) of the time up to this node's completion; 0.5 for exponential times
rework       executions beyond the first of a case, per case
breaches     breached cases attributed to the node, per case (by its share of their time beyond the
             normal; where only limits of single activities are known: executions beyond their
             limit, per case)
centrality   share of the ways between two other steps that pass through this one
handovers    times the node receives a case from another person, per case
business     weight given by the organisation, relative to the largest
"""


def weighted_criteria(weights: Mapping[str, float]) -> tuple[Criterion, ...]:
    """The criteria with some weights replaced; a weight of 0 switches one off."""
    known = [criterion.code for criterion in CRITERIA]
    unknown = sorted(set(weights) - set(known))
    if unknown:
        raise UsageError("key_nodes.unknown_criterion", unknown=unknown, accepted=known)
    for code, weight in weights.items():
        if not 0 <= weight < np.inf:
            raise UsageError("key_nodes.bad_weight", name=code, value=weight)
    return tuple(replace(c, weight=float(weights.get(c.code, c.weight))) for c in CRITERIA)


def marks(values: Floats, criterion: Criterion) -> Floats:
    """Values (..., nodes) as marks 0..1 along the last axis."""
    largest = np.maximum(values.max(axis=-1, keepdims=True, initial=0.0), criterion.full_from)
    result = np.divide(values, largest, out=np.zeros_like(values), where=largest > 0)
    return np.asarray(result, dtype=np.float64)
