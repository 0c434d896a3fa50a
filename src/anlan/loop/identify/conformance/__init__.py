"""Conformance: the cases of a log held against a designed process, and designs found from logs.

    found = conform(log, design)
    found.fitness, found.deviations, found.unknown

matching.py      which steps of a design the activities of a log stand for
design_nets.py   a design as a Petri net
tree_designs.py  a discovered tree as a design
case_variants.py which sequence each case walks
conforming.py    alignments, fitness, precision and deviations per step
"""

from anlan.loop.identify.conformance.case_variants import CaseVariants, case_variants
from anlan.loop.identify.conformance.conforming import Conformance, Deviation, conform
from anlan.loop.identify.conformance.tree_designs import design_of_tree

__all__ = ["CaseVariants", "Conformance", "Deviation", "case_variants", "conform", "design_of_tree"]
