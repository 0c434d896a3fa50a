"""The value of each criterion at each node, for any number of left-out tables at once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from anlan.loop.key_nodes.node_tables import NodeTables
from anlan.maths.graph_centrality import flow_betweenness
from anlan.maths.jackknife import Floats

MINIMUM_TIMED = 20
"""Under this many durations a node's variability is not measured."""

MOST_NODES = 600
"""Beyond this many nodes centrality is not computed (its work grows with their cube)."""

LARGEST_WORK_OVER_GROUPS = 1e8
"""Nodes**3 x groups beyond which centrality is not repeated for every left-out group."""


@dataclass(frozen=True, eq=False)
class Graph:
    """The directly-follows edges the tables' `edge_count` columns stand for."""

    source: NDArray[np.int32]
    target: NDArray[np.int32]

    def centrality(self, tables: NodeTables) -> Floats:
        """One row of node values per row of the tables."""
        return flow_betweenness(self.source, self.target, tables.edge_count, tables.executions)


def measure_nodes(tables: NodeTables) -> dict[str, Floats]:
    """Values (rows, nodes) of every criterion these tables can tell (centrality and business apart)."""
    values = {
        "volume": _share(tables.executions),
        "variability": _relative_variance(tables),
        "rework": _per_case(tables.repeats, tables),
    }
    delay_s = tables.delay_s if tables.excess_s is None else tables.excess_s
    if delay_s.sum() > 0:
        values["delay"] = _share(delay_s)
    if tables.breach_load is not None:
        values["breaches"] = _per_case(tables.breach_load, tables)
    elif tables.over_limit.sum() > 0:
        values["breaches"] = _per_case(tables.over_limit, tables)
    if tables.handovers is not None:
        values["handovers"] = _per_case(tables.handovers, tables)
    return values


def business_values(weights: Mapping[str, float], names: Sequence[str]) -> Floats:
    """Weights given by the organisation relative to the largest, (1, nodes); 0 where it gave none."""
    given = np.array([[float(weights.get(name, 0.0)) for name in names]])
    largest = given.max(initial=0.0)
    return np.asarray(given / largest if largest > 0 else given, dtype=np.float64)


def _share(table: Floats) -> Floats:
    total = table.sum(axis=-1, keepdims=True)
    share = np.divide(table, total, out=np.zeros_like(table), where=total > 0)
    return np.asarray(share, dtype=np.float64)


def _per_case(table: Floats, tables: NodeTables) -> Floats:
    per_case = np.divide(table, tables.cases, out=np.zeros_like(table), where=tables.cases > 0)
    return np.asarray(per_case, dtype=np.float64)


def _relative_variance(tables: NodeTables) -> Floats:
    """cv**2 / (1 + cv**2) = 1 - sum**2 / (n * sum of squares); 0 where all times are equal."""
    spread_possible = (tables.timed > 0) & (tables.time_s2 > 0)
    unlike = tables.timed * tables.time_s2
    alike = np.divide(tables.time_s**2, unlike, out=np.ones_like(unlike), where=spread_possible)
    return np.asarray(np.clip(1.0 - alike, 0.0, 1.0), dtype=np.float64)
