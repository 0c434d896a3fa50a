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
cut_sets_of(diagram, root)                                minimal cut sets: counts, sums, bound, list
left_out(sets, p, exact)                                  bound of what a cut-off of them leaves out
with_common_causes(tree, groups)                          the tree with its common-cause groups unfolded
sampled_events, uncertainty_of                            what uncertain probabilities make of the top

>>> tree = FaultTree({"t": Gate("and", ("x", "y")), "x": Gate("or", ("a", "c")), "y": Gate("or", ("b", "c"))},
...                  ("a", "b", "c"))
>>> diagram = diagram_of(tree, ["t", "x"])
>>> {name: round(p, 6) for name, p in probabilities(diagram, [0.1, 0.1, 0.01]).items()}
{'t': 0.0199, 'x': 0.109}
"""

from anlan.maths.fault_trees.common_cause import CommonCause, Unfolded, with_common_causes
from anlan.maths.fault_trees.cut_off import left_out, union_probability
from anlan.maths.fault_trees.cut_sets import CutSet, CutSets, cut_sets_of
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
from anlan.maths.fault_trees.uncertainty import Uncertainty, sampled_events, uncertainty_of

__all__ = [
    "CommonCause",
    "CutSet",
    "CutSets",
    "Diagram",
    "FaultTree",
    "Gate",
    "Importances",
    "TreeFault",
    "Uncertainty",
    "Unfolded",
    "cut_sets_of",
    "diagram_of",
    "faults_of",
    "importances",
    "in_order",
    "left_out",
    "probabilities",
    "probability_of",
    "sampled_events",
    "sampled_probabilities",
    "slopes",
    "uncertainty_of",
    "union_probability",
    "with_common_causes",
]
