"""Fault trees: exact probability, minimal cut sets and importance of trees in which events repeat.

What to call:

FaultTree, Gate         the tree by names; `tree.with_gates({...})` adds gates, e.g. a sequence of an event
                        tree: Gate("and", ("initiator", "barrier 1 fails", "not barrier 2"))
faults_of               everything wrong with a tree, with the place
diagram_of(tree, roots) one diagram of as many gates as wanted; what they share is counted once, so gates
                        over the same events are dependent as they must be
probabilities(diagram, in_order(diagram, {name: p}))      exact probability of every root
sampled_probabilities(diagram, p)                         the same for p (n_events, n_samples)
importances(diagram, p, root)                             Birnbaum, criticality, diagnostic, RAW, RRW
probability_of(tree, top, {name: p})                      one gate, one number

>>> tree = FaultTree({"t": Gate("and", ("x", "y")), "x": Gate("or", ("a", "c")), "y": Gate("or", ("b", "c"))},
...                  ("a", "b", "c"))
>>> diagram = diagram_of(tree, ["t", "x"])
>>> {name: round(p, 6) for name, p in probabilities(diagram, [0.1, 0.1, 0.01]).items()}
{'t': 0.0199, 'x': 0.109}
"""

from anlan.maths.fault_trees.diagram import Diagram, diagram_of
from anlan.maths.fault_trees.importance import Importances, importances
from anlan.maths.fault_trees.model import FaultTree, Gate, TreeFault, faults_of
from anlan.maths.fault_trees.probability import (
    in_order,
    probabilities,
    probability_of,
    sampled_probabilities,
    slopes,
)

__all__ = [
    "Diagram",
    "FaultTree",
    "Gate",
    "Importances",
    "TreeFault",
    "diagram_of",
    "faults_of",
    "importances",
    "in_order",
    "probabilities",
    "probability_of",
    "sampled_probabilities",
    "slopes",
]
