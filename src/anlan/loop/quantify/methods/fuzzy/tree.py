"""The indicator tree of a fuzzy evaluation, read and checked: factors, weights, memberships of the leaves."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from anlan.loop.quantify.methods.faults import Faults
from anlan.maths.fuzzy_evaluation import composed, membership

Floats = NDArray[np.float64]

TOLERANCE = 1e-6
"""How far memberships or weights may be from a sum of 1."""


@dataclass
class Factor:
    """A factor of the tree. memberships: of a leaf; children: of any other; place: its row, from 1."""

    name: str
    parent: str
    weight: float
    place: int
    memberships: Floats | None = None
    children: list["Factor"] = field(default_factory=list)


@dataclass(frozen=True)
class Tree:
    """roots: factors without a parent; by_name: all. normalised: some sum was not 1 and was made so."""

    roots: Sequence[Factor]
    by_name: Mapping[str, Factor]
    normalised: bool

    def vectors(self, *, operator: str, carried_normalised: bool) -> dict[str, Floats]:
        """The vector of every factor that has children, and of the whole under the name ""."""
        found: dict[str, Floats] = {}
        for factor in reversed(self._from_the_top()):
            if factor.children:
                found[factor.name] = self._composed(factor.children, found, operator, carried_normalised)
        found[""] = self._composed(self.roots, found, operator, carried_normalised)
        return found

    def _from_the_top(self) -> list[Factor]:
        ordered = list(self.roots)
        for factor in ordered:
            ordered.extend(factor.children)
        return ordered

    @staticmethod
    def _composed(
        children: Sequence[Factor], found: Mapping[str, Floats], operator: str, carried_normalised: bool
    ) -> Floats:
        rows = []
        for child in children:
            row = child.memberships if child.memberships is not None else found[child.name]
            total = row.sum()
            rows.append(row / total if carried_normalised and child.children and total > 0 else row)
        return composed([child.weight for child in children], np.array(rows), operator=operator)


def read_tree(inputs: Mapping[str, Any], faults: Faults) -> Tree:
    """The tree. Errors: RefusedInputs with every fault of names, parents, weights and memberships."""
    factors = _factors(inputs, faults)
    by_name = {factor.name: factor for factor in factors}
    _join(factors, by_name, faults)
    faults.raise_any()
    functions = _functions(inputs, by_name, faults)
    scaled = False
    for factor, row in zip(factors, inputs["factors"], strict=True):
        where = f"factors[{factor.place}]"
        if factor.children:
            if row["memberships"] is not None or row["value"] is not None:
                faults.add("fuzzy.not_a_leaf", where=where, found=factor.name)
            continue
        given = _memberships(row, inputs["grades"], functions.get(factor.name, {}), where, faults)
        if given is not None:
            factor.memberships, changed = _summing(given, inputs["normalise"], where, faults)
            scaled |= changed
    roots = [factor for factor in factors if not factor.parent]
    for children in (roots, *(factor.children for factor in factors if factor.children)):
        scaled |= _weigh(children, inputs["normalise"], faults)
    faults.raise_any()
    return Tree(roots, by_name, scaled)


def _factors(inputs: Mapping[str, Any], faults: Faults) -> list[Factor]:
    factors: list[Factor] = []
    seen: set[str] = set()
    for place, row in enumerate(inputs["factors"], start=1):
        if row["factor"] in seen:
            faults.add("method.twice", where=f"factors[{place}].factor", found=row["factor"])
        seen.add(row["factor"])
        factors.append(Factor(row["factor"], row["parent"], row["weight"], place))
    return factors


def _join(factors: Sequence[Factor], by_name: Mapping[str, Factor], faults: Faults) -> None:
    """Gives every factor its children; unknown parents and circles are faults."""
    for factor in factors:
        if not factor.parent:
            continue
        if factor.parent not in by_name:
            where = f"factors[{factor.place}].parent"
            faults.add("method.not_a_choice", where=where, found=factor.parent, known=tuple(by_name))
        else:
            by_name[factor.parent].children.append(factor)
    reached = {factor.name for factor in factors if not factor.parent}
    below = [factor for factor in factors if not factor.parent]
    for factor in below:
        below.extend(factor.children)
        reached.update(child.name for child in factor.children)
    for factor in factors:
        if factor.name not in reached and factor.parent in by_name:
            faults.add("fuzzy.circle", where=f"factors[{factor.place}].parent", found=factor.parent)


def _functions(
    inputs: Mapping[str, Any], by_name: Mapping[str, Factor], faults: Faults
) -> dict[str, dict[str, tuple[float, ...]]]:
    """Factor -> grade -> corner points."""
    found: dict[str, dict[str, tuple[float, ...]]] = {}
    for place, row in enumerate(inputs["functions"] or (), start=1):
        where = f"functions[{place}]"
        if row["factor"] not in by_name:
            faults.add(
                "method.not_a_choice", where=f"{where}.factor", found=row["factor"], known=tuple(by_name)
            )
        if row["grade"] not in inputs["grades"]:
            faults.add(
                "method.not_a_choice", where=f"{where}.grade", found=row["grade"], known=inputs["grades"]
            )
        if list(row["points"]) != sorted(row["points"]):
            faults.add("fuzzy.points", where=f"{where}.points", found=row["points"])
        of_factor = found.setdefault(row["factor"], {})
        if row["grade"] in of_factor:
            faults.add("method.twice", where=f"{where}.grade", found=row["grade"])
        of_factor[row["grade"]] = row["points"]
    return found


def _memberships(
    row: Mapping[str, Any],
    grades: Sequence[str],
    functions: Mapping[str, tuple[float, ...]],
    where: str,
    faults: Faults,
) -> Floats | None:
    """Memberships of a leaf, given or read from the functions at its value; None with a fault."""
    if (row["memberships"] is None) == (row["value"] is None):
        faults.add("fuzzy.one_of", where=where)
        return None
    if row["memberships"] is not None:
        if len(row["memberships"]) != len(grades):
            n = len(grades)
            found = len(row["memberships"])
            faults.add("method.length", where=f"{where}.memberships", found=found, least=n, most=n)
            return None
        return np.array(row["memberships"])
    missing = [grade for grade in grades if grade not in functions]
    if missing:
        faults.add("fuzzy.no_function", where=f"{where}.value", grades=missing)
        return None
    return np.array([membership(row["value"], functions[grade]) for grade in grades])


def _summing(given: Floats, normalise: bool, where: str, faults: Faults) -> tuple[Floats, bool]:
    """Memberships that sum to 1, and whether they had to be scaled."""
    total = float(given.sum())
    if abs(total - 1.0) <= TOLERANCE:
        return given, False
    if total <= 0 or not normalise:
        faults.add("fuzzy.sum" if total > 0 else "fuzzy.no_membership", where=where, found=f"{total:.6g}")
        return given, False
    return given / total, True


def _weigh(children: Sequence[Factor], normalise: bool, faults: Faults) -> bool:
    total = float(sum(child.weight for child in children))
    if abs(total - 1.0) <= TOLERANCE:
        return False
    if not normalise:
        names = [child.name for child in children]
        where = f"factors[{children[0].place}].weight"
        faults.add("fuzzy.weights", where=where, found=f"{total:.6g}", names=names)
        return False
    for child in children:
        child.weight /= total
    return True
