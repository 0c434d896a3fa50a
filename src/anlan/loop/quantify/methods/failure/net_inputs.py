"""A Bayesian network as its spec writes it: questions, and checks of names, circles, sizes and sums."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from anlan.domain.method import Field
from anlan.loop.quantify.methods.failure.net_entries import UncertainEntry
from anlan.loop.quantify.methods.failure.shared_events import probability
from anlan.loop.quantify.methods.faults import Faults
from anlan.loop.quantify.methods.names import numbered, place
from anlan.maths.bayes_nets.network import Network, cycle_in

_SUM_TOLERANCE = 1e-6

FIELDS = (
    Field(
        "nodes",
        "table",
        most=1000,
        columns=(
            Field("name", "text"),
            Field("states", "texts", least=2, most=20),
            Field("parents", "texts", default=(), least=0, most=12),
            Field("table", "matrix", low=0, high=1, most=100_000),
        ),
    ),
    Field("query", "record", columns=(Field("node", "text"), Field("state", "text"))),
    Field(
        "evidence",
        "table",
        default=(),
        least=0,
        columns=(Field("node", "text"), Field("state", "text")),
    ),
    Field(
        "vary",
        "table",
        default=(),
        least=0,
        most=100,
        columns=(
            Field("node", "text"),
            Field("given", "texts", default=(), least=0),
            Field("state", "text"),
            Field("low", "number", default=0.0, low=0, high=1),
            Field("high", "number", default=1.0, low=0, high=1),
        ),
    ),
    Field(
        "uncertain",
        "table",
        default=(),
        least=0,
        most=200,
        columns=(
            Field("node", "text"),
            Field("given", "texts", default=(), least=0),
            Field("state", "text"),
            Field("probability", "estimate", low=0, high=1),
            Field("alike", "text", default=""),
        ),
    ),
    Field("samples", "integer", default=1_000, low=0, high=20_000),
)


@dataclass(frozen=True)
class Net:
    """The network with its names."""

    names: tuple[str, ...]
    states: tuple[tuple[str, ...], ...]
    network: Network

    def given(self, node: int, row: Sequence[int]) -> str:
        """The row of a table in words: `parent = state, ...`."""
        parents = self.network.parents[node]
        pairs = zip(parents, row, strict=True)
        return ", ".join(f"{self.names[p]} = {self.states[p][state]}" for p, state in pairs)


def read_net(rows: Sequence[Mapping[str, Any]], faults: Faults) -> Net | None:
    places = numbered(rows, "nodes", faults)
    parents = []
    for number, row in enumerate(rows, start=1):
        named = [place(p, places, f"nodes[{number}].parents", faults) for p in row["parents"]]
        parents.append(tuple(p for p in named if p is not None))
        for field in ("parents", "states"):
            if len(set(row[field])) < len(row[field]):
                where = f"nodes[{number}].{field}"
                faults.add("bayes.repeated", where=where, found=row[field])
    if faults:
        return None
    circle = cycle_in(parents)
    if circle:
        faults.add("bayes.cycle", where="nodes", nodes=tuple(rows[node]["name"] for node in circle))
    tables = [_table(row, parents[n], rows, f"nodes[{n + 1}].table", faults) for n, row in enumerate(rows)]
    if faults:
        return None
    names, states = tuple(row["name"] for row in rows), tuple(row["states"] for row in rows)
    return Net(names, states, Network(tuple(parents), tuple(tables)))


def _table(
    row: Mapping[str, Any],
    parents: Sequence[int],
    rows: Sequence[Mapping[str, Any]],
    where: str,
    faults: Faults,
) -> NDArray[np.float64]:
    """The table with an axis for each parent; sums within the tolerance are made exactly 1."""
    sizes = tuple(len(rows[p]["states"]) for p in parents)
    expected, wide = math.prod(sizes), len(row["states"])
    given = row["table"]
    if len(given) != expected or len(given[0]) != wide:
        found = f"{len(given)} × {len(given[0])}"
        faults.add("bayes.table_size", where=where, found=found, rows=expected, columns=wide)
        return np.zeros((*sizes, wide))
    values = np.array(given, dtype=np.float64)
    for number in np.flatnonzero(np.abs(values.sum(axis=1) - 1.0) > _SUM_TOLERANCE):
        total = f"{values[number].sum():.6g}"
        faults.add("bayes.table_sum", where=f"{where}[{number + 1}]", found=total)
    shaped: NDArray[np.float64] = values.reshape(*sizes, wide)
    return shaped if faults else shaped / shaped.sum(axis=-1, keepdims=True)


def seen_in(row: Mapping[str, Any], net: Net, where: str, faults: Faults) -> tuple[int, int]:
    """Node and state by their names; (0, 0) beside a fault."""
    node = place(row["node"], {name: n for n, name in enumerate(net.names)}, f"{where}.node", faults)
    if node is None:
        return 0, 0
    states = {state: n for n, state in enumerate(net.states[node])}
    return node, place(row["state"], states, f"{where}.state", faults) or 0


def evidence_of(rows: Sequence[Mapping[str, Any]], net: Net, faults: Faults) -> dict[int, int]:
    found: dict[int, int] = {}
    for number, row in enumerate(rows, start=1):
        node, state = seen_in(row, net, f"evidence[{number}]", faults)
        if found.get(node, state) != state:
            faults.add("bayes.seen_twice", where=f"evidence[{number}]", found=net.names[node])
        found[node] = state
    return found


@dataclass(frozen=True)
class Varied:
    """An entry to vary and the range to vary it in."""

    node: int
    cell: tuple[int, ...]
    low: float
    high: float


def varied_entry(row: Mapping[str, Any], net: Net, where: str, faults: Faults) -> Varied:
    node, cell = _cell(row, net, where, faults)
    if row["low"] > row["high"]:
        faults.add("bayes.range", where=f"{where}.low", found=row["low"], high=row["high"])
    return Varied(node, cell, row["low"], row["high"])


def _cell(row: Mapping[str, Any], net: Net, where: str, faults: Faults) -> tuple[int, tuple[int, ...]]:
    """Node and place of the table entry that a row names; what is told where it names none is of no use."""
    node, state = seen_in(row, net, where, faults)
    parents = net.network.parents[node]
    given = row["given"]
    if len(given) != len(parents):
        expected = tuple(net.names[p] for p in parents)
        faults.add("bayes.given", where=f"{where}.given", found=len(given), parents=expected)
        return 0, ()
    cell = [
        place(name, {s: n for n, s in enumerate(net.states[p])}, f"{where}.given[{n}]", faults) or 0
        for n, (name, p) in enumerate(zip(given, parents, strict=True), start=1)
    ]
    return node, (*cell, state)


def uncertain_entries(rows: Sequence[Mapping[str, Any]], net: Net, faults: Faults) -> list[UncertainEntry]:
    """The entries known by an estimate, at most one of a row of a table."""
    found: dict[tuple[int, tuple[int, ...]], UncertainEntry] = {}
    for number, row in enumerate(rows, start=1):
        where = f"uncertain[{number}]"
        node, cell = _cell(row, net, where, faults)
        probability(row["probability"], f"{where}.probability", faults)
        if (node, cell[:-1]) in found and cell:
            faults.add("bayes.row_twice", where=where, found=net.names[node])
        found[node, cell[:-1]] = UncertainEntry(node, cell, row["probability"], row["alike"])
    return list(found.values())
