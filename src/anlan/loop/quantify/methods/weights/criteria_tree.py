"""The tree that comparisons make: which criterion is made of which, down to the alternatives."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from anlan.loop.quantify.methods.faults import Faults
from anlan.loop.quantify.methods.weights.comparisons import Comparison, read_comparisons
from anlan.loop.quantify.methods.weights.decision_table import check_names
from anlan.maths.multi_criteria.scaling import Floats


@dataclass(frozen=True)
class CriteriaTree:
    """root; parts of each criterion; who compared them, in the order of the parts; weights of the people."""

    root: str
    parts: Mapping[str, tuple[str, ...]]
    alternatives: tuple[str, ...]
    judged: Mapping[str, Mapping[str, Floats]]
    """Criterion -> expert -> matrix (n, n), 0 where nothing was said."""
    experts: Mapping[str, float]

    def matrices(self, of: str) -> Floats:
        return np.array(list(self.judged[of].values()))

    def expert_weights(self, of: str) -> Floats:
        return np.array([self.experts[expert] for expert in self.judged[of]])


def read_tree(inputs: Mapping[str, Any]) -> CriteriaTree:
    """The tree, checked. Errors: RefusedInputs with all faults of the comparisons, then all of the tree."""
    faults = Faults()
    alternatives = inputs["alternatives"] or ()
    check_names(alternatives, "alternatives[{}]", faults)
    check_names([row["name"] for row in inputs["experts"] or ()], "experts[{}].name", faults)
    comparisons = read_comparisons(inputs["comparisons"], faults)
    judged = _by_criterion(comparisons, faults)
    experts = _expert_weights(inputs["experts"], comparisons, faults)
    faults.raise_any()
    parts = {of: next(c.items for c in comparisons if c.of == of) for of in judged}
    if alternatives:
        parts, judged = _alternatives_in_order(parts, judged, alternatives)
    root = _root(parts, comparisons, alternatives, faults)
    faults.raise_any()
    return CriteriaTree(root, parts, alternatives, judged, experts)


def _by_criterion(comparisons: Sequence[Comparison], faults: Faults) -> dict[str, dict[str, Floats]]:
    """Criterion -> expert -> matrix in the order of items that the first comparison of it has."""
    judged: dict[str, dict[str, Floats]] = {}
    order: dict[str, tuple[str, ...]] = {}
    for place, each in enumerate(comparisons, start=1):
        items = order.setdefault(each.of, each.items)
        if each.expert in judged.setdefault(each.of, {}):
            found = f"{each.of}, {each.expert}" if each.expert else each.of
            faults.add("ahp.compared_twice", where=f"comparisons[{place}]", found=found)
        elif set(items) != set(each.items) or len(items) != len(each.items):
            faults.add("ahp.other_items", where=f"comparisons[{place}].items", of=each.of, expected=items)
        else:
            turn = [each.items.index(name) for name in items]
            judged[each.of][each.expert] = each.matrix[np.ix_(turn, turn)]
    return judged


def _expert_weights(
    given: Sequence[Mapping[str, Any]] | None, comparisons: Sequence[Comparison], faults: Faults
) -> dict[str, float]:
    """Weight of each person who compared; equal where no weights are given."""
    if given is None:
        return {each.expert: 1.0 for each in comparisons}
    weights = {row["name"]: row["weight"] for row in given}
    for place, each in enumerate(comparisons, start=1):
        if each.expert not in weights:
            where, known = f"comparisons[{place}].expert", tuple(weights)
            faults.add("method.not_a_choice", where=where, found=each.expert, known=known)
    return weights


def _alternatives_in_order(
    parts: dict[str, tuple[str, ...]], judged: dict[str, dict[str, Floats]], alternatives: tuple[str, ...]
) -> tuple[dict[str, tuple[str, ...]], dict[str, dict[str, Floats]]]:
    """Comparisons of the alternatives, all turned to the order in which these are listed."""
    for of, items in parts.items():
        if sorted(items) == sorted(alternatives):
            turn = np.array([items.index(name) for name in alternatives])
            parts = {**parts, of: alternatives}
            judged = {**judged, of: {who: m[np.ix_(turn, turn)] for who, m in judged[of].items()}}
    return parts, judged


def _root(
    parts: Mapping[str, tuple[str, ...]],
    comparisons: Sequence[Comparison],
    alternatives: tuple[str, ...],
    faults: Faults,
) -> str:
    """The one criterion that is part of no other; everything else must hang below it, once."""
    places: dict[str, int] = {}
    for place, each in enumerate(comparisons, start=1):
        places.setdefault(each.of, place)
    above = Counter(name for of in parts for name in parts[of] if name not in alternatives)
    for of, items in parts.items():
        where = f"comparisons[{places[of]}]"
        if of in alternatives:
            faults.add("ahp.alternative_compared", where=f"{where}.of", found=of)
        if items != alternatives and set(items) & set(alternatives):
            faults.add("ahp.mixed_with_alternatives", where=f"{where}.items", expected=alternatives)
        for name in items:
            if above[name] > 1:
                faults.add("ahp.two_parents", where=f"{where}.items", found=name)
            elif alternatives and name not in alternatives and name not in parts:
                faults.add("ahp.not_compared", where=f"{where}.items", found=name, expected=alternatives)
    roots = [of for of in parts if not above[of]]
    if len(roots) != 1:
        faults.add("ahp.roots", where="comparisons", found=tuple(roots))
        return ""
    _check_reached(roots[0], parts, places, faults)
    return roots[0]


def _check_reached(
    root: str, parts: Mapping[str, tuple[str, ...]], places: Mapping[str, int], faults: Faults
) -> None:
    """Criteria that are part of each other in a ring are reached from no root."""
    reached, waiting = {root}, [root]
    for of in waiting:
        fresh = [name for name in parts.get(of, ()) if name not in reached]
        reached.update(fresh)
        waiting += fresh
    for of in parts:
        if of not in reached:
            faults.add("ahp.ring", where=f"comparisons[{places[of]}].of", found=of)
