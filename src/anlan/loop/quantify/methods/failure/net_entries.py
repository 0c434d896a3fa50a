"""Uncertain entries of the tables of a Bayesian network: their means in the tables, and tables drawn anew.

The other entries of an uncertain entry's row give way in proportion, as where an entry is varied.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from anlan.loop.quantify.methods.failure.shared_events import drawn
from anlan.maths.bayes_nets.elimination import Evidence, joint
from anlan.maths.bayes_nets.network import Network
from anlan.maths.distributions import Distribution
from anlan.maths.progress import tell
from anlan.maths.streams import Stream

_PURPOSE = 7_601
_Tables = dict[int, NDArray[np.float64]]


@dataclass(frozen=True)
class UncertainEntry:
    """The cell (states of the parents ..., state) of a node's table. kind: entries of one kind are drawn
    alike."""

    node: int
    cell: tuple[int, ...]
    probability: Distribution
    kind: str = ""


def at_means(network: Network, entries: Sequence[UncertainEntry]) -> Network:
    """The network with every uncertain entry at its mean."""
    tables = _with(network, entries, [each.probability.mean for each in entries])
    return Network(
        network.parents, tuple(tables.get(node, table) for node, table in enumerate(network.tables))
    )


def drawn_tables(
    network: Network, entries: Sequence[UncertainEntry], *, n: int, seed: int
) -> Iterator[_Tables]:
    """n times the tables that hold uncertain entries, each drawn and held to 1 at most."""
    stream = Stream(seed)
    first = {each.kind: number for number, each in reversed(list(enumerate(entries)))}
    rows = [
        drawn(
            each.probability,
            stream.uniform(n, purpose=_PURPOSE, place=first[each.kind] if each.kind else number),
        )
        for number, each in enumerate(entries)
    ]
    for values in np.array(rows).T.tolist():
        yield _with(network, entries, values)


def _with(network: Network, entries: Sequence[UncertainEntry], values: Sequence[float]) -> _Tables:
    """The tables with these values in place, for the nodes that have any."""
    tables: _Tables = {}
    for of, value in zip(entries, values, strict=True):
        table = tables.setdefault(of.node, network.tables[of.node].copy())
        row, state = table[of.cell[:-1]], of.cell[-1]
        rest = 1.0 - row[state]
        others = np.full(len(row), 1.0 / (len(row) - 1)) if rest <= 0 else row / rest
        row[:] = others * (1.0 - value)
        row[state] = value
    return tables


def drawn_answers(
    network: Network,
    entries: Sequence[UncertainEntry],
    asked: tuple[int, int],
    evidence: Evidence,
    *,
    n: int,
    seed: int,
) -> Mapping[str, NDArray[np.float64]]:
    """For n drawn networks: `now` and `prior`, the probability of `asked` with and without the evidence, and
    `seen`, that of the evidence; each (n,). Where the evidence cannot occur, `now` is nan."""
    node, state = asked
    found = np.empty((3, n))
    for i, tables in enumerate(drawn_tables(network, entries, n=n, seed=seed)):
        tell(i / n)
        seen = joint(network, (), evidence, tables=tables).log_total if evidence else 0.0
        before = joint(network, (node,), {}, tables=tables).values
        found[1, i], found[2, i] = before[state] / before.sum(), np.exp(seen)
        if node in evidence:
            found[0, i] = float(evidence[node] == state) if np.isfinite(seen) else np.nan
        else:
            after = joint(network, (node,), evidence, tables=tables).values
            found[0, i] = after[state] / after.sum() if after.sum() > 0 else np.nan
    return {"now": found[0], "prior": found[1], "seen": found[2]}
