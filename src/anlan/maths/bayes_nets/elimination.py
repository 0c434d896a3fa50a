"""Exact answers of a Bayesian network by variable elimination.

1. Nodes that are no ancestors of what is asked or seen are left out: they sum to 1.
2. What is seen fixes its axis in every table.
3. The other variables are summed out (or maximised over) one after the other in the min-fill order: tables
   that hold the variable are multiplied, and the variable's axis goes.
4. Each product is divided by its largest cell and the logarithm kept, so that much evidence of small
   probability does not vanish.

Source: N. L. Zhang & D. Poole (1996), doi:10.1613/jair.305; A. Darwiche (2009), Modeling and Reasoning with
Bayesian Networks, chapters 6 and 10.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from anlan.domain.errors import RefusedInput
from anlan.maths.bayes_nets.network import Network
from anlan.maths.bayes_nets.order import min_fill_order

MOST_CELLS = 2**24
_IMPOSSIBLE = -math.inf

Evidence = Mapping[int, int]
"""Node -> number of the state it was seen in."""


@dataclass(frozen=True, eq=False)
class Factor:
    """A table over variables, one axis each, in this order."""

    variables: tuple[int, ...]
    values: NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Joint:
    """Unnormalised probabilities `values * exp(log_scale)`; the axes are the variables asked for."""

    values: NDArray[np.float64]
    log_scale: float

    @property
    def log_total(self) -> float:
        """Logarithm of the sum of all cells; -inf where everything is impossible."""
        total = float(self.values.sum())
        return math.log(total) + self.log_scale if total > 0 else _IMPOSSIBLE


def posterior(network: Network, node: int, evidence: Evidence) -> NDArray[np.float64]:
    """Probability of each state of a node given what was seen.

    Errors: RefusedInput `bayes.impossible_evidence` where what was seen has probability 0.
    """
    if node in evidence:
        seen = np.zeros(network.sizes[node])
        seen[evidence[node]] = 1.0
        return seen
    values = joint(network, (node,), evidence).values
    if values.sum() <= 0:
        raise RefusedInput("bayes.impossible_evidence", where="evidence")
    normed: NDArray[np.float64] = values / values.sum()
    return normed


def log_probability(network: Network, evidence: Evidence) -> float:
    """Logarithm of the probability of what was seen; -inf where it is impossible."""
    return joint(network, (), evidence).log_total if evidence else 0.0


def joint(
    network: Network,
    asked: Sequence[int],
    evidence: Evidence,
    *,
    tables: Mapping[int, NDArray[np.float64]] | None = None,
) -> Joint:
    """Probability of every combination of states of `asked` (none of them seen) together with the evidence.

    tables: stand in place of the network's own for some nodes; they need not sum to 1, but then the node
    must be among `asked` or above it. Errors: RefusedInput `bayes.too_wide`.
    """
    factors = _factors(network, (*asked, *evidence), evidence, tables or {})
    order = _order(factors, asked, network.sizes)
    log_scale = 0.0
    for variable in order:
        with_it, factors = _parted(factors, variable)
        product, scale = _product(with_it)
        log_scale += scale
        summed = product.values.sum(axis=product.variables.index(variable))
        factors.append(Factor(tuple(v for v in product.variables if v != variable), summed))
    rest, scale = _product([*factors, *(Factor((v,), np.ones(network.sizes[v])) for v in asked)])
    return Joint(_turned(rest, asked), log_scale + scale)


def most_probable(network: Network, evidence: Evidence) -> tuple[tuple[int, ...], float]:
    """The most probable states of all nodes together given what was seen, and the logarithm of their
    probability with it. Errors: RefusedInput `bayes.impossible_evidence`, `bayes.too_wide`."""
    factors = _factors(network, range(len(network.tables)), evidence, {})
    steps: list[tuple[int, Factor]] = []
    log_scale = 0.0
    for variable in _order(factors, (), network.sizes):
        with_it, factors = _parted(factors, variable)
        product, scale = _product(with_it)
        log_scale += scale
        steps.append((variable, product))
        highest = product.values.max(axis=product.variables.index(variable))
        factors.append(Factor(tuple(v for v in product.variables if v != variable), highest))
    last, scale = _product(factors)
    if float(last.values) <= 0:
        raise RefusedInput("bayes.impossible_evidence", where="evidence")
    states = dict(evidence)
    for variable, product in reversed(steps):
        at = tuple(slice(None) if v == variable else states[v] for v in product.variables)
        states[variable] = int(np.argmax(product.values[at]))
    return tuple(states[node] for node in range(len(network.tables))), math.log(
        float(last.values)
    ) + scale + log_scale


def _factors(
    network: Network, asked: Iterable[int], evidence: Evidence, tables: Mapping[int, NDArray[np.float64]]
) -> list[Factor]:
    """The tables that matter, cut to what was seen."""
    found = []
    for node in network.ancestors(asked):
        family = network.family(node)
        at = tuple(evidence.get(v, slice(None)) for v in family)
        values = tables.get(node, network.tables[node])[at]
        found.append(Factor(tuple(v for v in family if v not in evidence), np.asarray(values)))
    return found


def _order(factors: Sequence[Factor], kept: Sequence[int], sizes: Sequence[int]) -> list[int]:
    order, cells = min_fill_order((factor.variables for factor in factors), kept, sizes)
    if cells > MOST_CELLS:
        raise RefusedInput("bayes.too_wide", where="nodes", cells=cells, most=MOST_CELLS)
    return order


def _parted(factors: Sequence[Factor], variable: int) -> tuple[list[Factor], list[Factor]]:
    with_it = [factor for factor in factors if variable in factor.variables]
    return with_it, [factor for factor in factors if variable not in factor.variables]


def _product(factors: Sequence[Factor]) -> tuple[Factor, float]:
    """All factors multiplied, its largest cell 1, and the logarithm of what it was divided by; the axes are
    in ascending order of their variables."""
    variables = tuple(sorted({v for factor in factors for v in factor.variables}))
    values: NDArray[np.float64] = np.ones((1,) * len(variables))
    log_scale = 0.0
    for factor in sorted(factors, key=lambda each: each.values.size):
        values = values * _spread(factor, variables)
        largest = float(values.max())
        if largest <= 0:
            return Factor(variables, values), 0.0
        values /= largest
        log_scale += math.log(largest)
    return Factor(variables, values), log_scale


def _spread(factor: Factor, variables: Sequence[int]) -> NDArray[np.float64]:
    """The factor's values with an axis of length 1 for every variable it does not hold."""
    turned = _turned(factor, sorted(factor.variables))
    held = dict(zip(sorted(factor.variables), turned.shape, strict=True))
    return turned.reshape(tuple(held.get(v, 1) for v in variables))


def _turned(factor: Factor, order: Sequence[int]) -> NDArray[np.float64]:
    if tuple(order) == factor.variables:
        return factor.values
    return factor.values.transpose([factor.variables.index(v) for v in order])
