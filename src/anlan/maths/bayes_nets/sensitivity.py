"""How a probability answered by a network moves with one entry of one table.

The probability of what was seen is linear in every entry of a table when the other entries of its row give
way in proportion; so a conditional probability is (a + b t) / (c + d t) of the entry t, exactly.

Source: E. Castillo, J. M. Gutiérrez & A. S. Hadi (1997), doi:10.1109/3468.594909; V. M. H. Coupé &
L. C. van der Gaag (2002), Properties of sensitivity analysis of Bayesian belief networks.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from anlan.domain.errors import RefusedInput
from anlan.maths.bayes_nets.elimination import Evidence, Joint, joint
from anlan.maths.bayes_nets.network import Network


@dataclass(frozen=True)
class EntryFunction:
    """The probability asked for: (a + b t) / (c + d t) of the entry t in [0, 1]. present: the entry now."""

    a: float
    b: float
    c: float
    d: float
    present: float

    def at(self, entry: ArrayLike) -> NDArray[np.float64]:
        """The probability asked for; nan where that entry makes the evidence impossible."""
        t = np.asarray(entry, dtype=np.float64)
        bottom = self.c + self.d * t
        return np.divide(self.a + self.b * t, bottom, out=np.full_like(t, np.nan), where=bottom > 0)

    @property
    def slope(self) -> float:
        """Change of the probability per change of the entry, here."""
        bottom = self.c + self.d * self.present
        return (self.b * self.c - self.a * self.d) / bottom**2


@dataclass(frozen=True, eq=False)
class TableInfluence:
    """What every cell of a node's table weighs in the probability of the evidence, with and without the
    state asked for: arrays of the table's shape, on one scale."""

    table: NDArray[np.float64]
    asked: NDArray[np.float64]
    seen: NDArray[np.float64]

    def entry(self, cell: tuple[int, ...]) -> EntryFunction:
        """The function of one cell (states of the parents ..., state of the node)."""
        a, b = _line(self.table, self.asked, cell)
        c, d = _line(self.table, self.seen, cell)
        return EntryFunction(a, b, c, d, float(self.table[cell]))


def table_influence(
    network: Network, node: int, *, asked: tuple[int, int], evidence: Evidence
) -> TableInfluence:
    """The influence of `node`'s table on the probability of `asked` = (node, state) given the evidence.

    Errors: RefusedInput `bayes.impossible_evidence`.
    """
    query, state = asked
    seen = _weights(network, node, evidence)
    if query in evidence:
        with_it = seen if evidence[query] == state else Joint(np.zeros_like(seen.values), seen.log_scale)
    else:
        with_it = _weights(network, node, {**evidence, query: state})
    if not np.any(network.tables[node] * seen.values > 0):
        raise RefusedInput("bayes.impossible_evidence", where="evidence")
    ratio = np.exp(with_it.log_scale - seen.log_scale)
    return TableInfluence(network.tables[node], with_it.values * ratio, seen.values)


def _weights(network: Network, node: int, evidence: Evidence) -> Joint:
    """Probability of the evidence as a sum over the table's cells: cell times what is returned for it."""
    family = network.family(node)
    free = tuple(v for v in family if v not in evidence)
    ones = {node: np.ones_like(network.tables[node])}
    # the node is asked for even where it was seen, so that its table is among those multiplied
    found = joint(network, free, evidence, tables=ones)
    weights = np.zeros(network.tables[node].shape)
    weights[tuple(evidence.get(v, slice(None)) for v in family)] = found.values
    return Joint(weights, found.log_scale)


def _line(
    table: NDArray[np.float64], weights: NDArray[np.float64], cell: tuple[int, ...]
) -> tuple[float, float]:
    """Intercept and slope of sum(table * weights) in the cell, the rest of its row in proportion."""
    row, state = cell[:-1], cell[-1]
    others = np.delete(table[row], state)
    rest = others.sum()
    shares = others / rest if rest > 0 else np.full(len(others), 1.0 / max(len(others), 1))
    given_way = float((shares * np.delete(weights[row], state)).sum())
    fixed = float((table * weights).sum() - (table[row] * weights[row]).sum())
    return fixed + given_way, float(weights[cell]) - given_way
