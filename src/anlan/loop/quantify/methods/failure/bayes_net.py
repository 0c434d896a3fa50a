"""Bayesian network: how probable something is, given what was seen and how things depend on one another.

1. The tables are read and checked: names, circles, sizes, sums.
2. Probability of the state asked for, before and after the evidence; of every state of every node.
3. The most probable explanation: the states of all nodes that fit the evidence best together.
4. Sensitivity: the probability asked for as an exact function of one table entry.

Mathematics: `anlan.maths.bayes_nets`.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from anlan.domain.method import Answer, AnswerTable, Chart, Field, Method, Note, Quantity
from anlan.loop.quantify.methods.faults import Faults
from anlan.loop.quantify.methods.names import numbered, place
from anlan.maths.bayes_nets.elimination import log_probability, most_probable, posterior
from anlan.maths.bayes_nets.network import Network, cycle_in
from anlan.maths.bayes_nets.sensitivity import EntryFunction, table_influence

_SUM_TOLERANCE = 1e-6
_MOST_NODES_VARIED = 30
_MOST_ENTRIES_SHOWN = 15


@dataclass(frozen=True)
class _Net:
    """The network with its names."""

    names: tuple[str, ...]
    states: tuple[tuple[str, ...], ...]
    network: Network

    def given(self, node: int, row: Sequence[int]) -> str:
        """The row of a table in words: `parent = state, ...`."""
        parents = self.network.parents[node]
        pairs = zip(parents, row, strict=True)
        return ", ".join(f"{self.names[p]} = {self.states[p][state]}" for p, state in pairs)


def run(inputs: Mapping[str, Any], *, seed: int = 0) -> Answer:
    """The probability asked for, with everything the network says beside it."""
    faults = Faults()
    net = _read(inputs["nodes"], faults)
    faults.raise_any()
    assert net is not None
    node, state = _seen(inputs["query"], net, "query", faults)
    evidence = _evidence(inputs["evidence"], net, faults)
    varied = [_entry(row, net, f"vary[{n}]", faults) for n, row in enumerate(inputs["vary"], start=1)]
    faults.raise_any()
    log_seen = log_probability(net.network, evidence)
    if log_seen == -math.inf:
        faults.add("bayes.impossible_evidence", where="evidence")
        faults.raise_any()
    before = [posterior(net.network, each, {}) for each in range(len(net.names))]
    after = [posterior(net.network, each, evidence) for each in range(len(net.names))]
    prior, now = float(before[node][state]), float(after[node][state])
    return Answer(
        quantities=(
            Quantity("query_probability", now, "probability"),
            Quantity("query_probability_before", prior, "probability"),
            Quantity("evidence_probability", math.exp(log_seen), "probability"),
            *_bayes_factor(prior, now),
        ),
        tables=(
            _by_state(net, before, after),
            _explanation(net, evidence),
            _influences(net, (node, state), evidence, varied),
        ),
        charts=(Chart("bayes_net", _drawn(net, before, after, evidence, (node, state))),),
        assumptions=(Note("bayes.independence"),),
        warnings=_warnings(net, evidence),
    )


def _read(rows: Sequence[Mapping[str, Any]], faults: Faults) -> _Net | None:
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
    return _Net(names, states, Network(tuple(parents), tuple(tables)))


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


def _seen(row: Mapping[str, Any], net: _Net, where: str, faults: Faults) -> tuple[int, int]:
    """Node and state by their names; (0, 0) beside a fault."""
    node = place(row["node"], {name: n for n, name in enumerate(net.names)}, f"{where}.node", faults)
    if node is None:
        return 0, 0
    states = {state: n for n, state in enumerate(net.states[node])}
    return node, place(row["state"], states, f"{where}.state", faults) or 0


def _evidence(rows: Sequence[Mapping[str, Any]], net: _Net, faults: Faults) -> dict[int, int]:
    found: dict[int, int] = {}
    for number, row in enumerate(rows, start=1):
        node, state = _seen(row, net, f"evidence[{number}]", faults)
        if found.get(node, state) != state:
            faults.add("bayes.seen_twice", where=f"evidence[{number}]", found=net.names[node])
        found[node] = state
    return found


@dataclass(frozen=True)
class _Varied:
    """An entry to vary and the range to vary it in."""

    node: int
    cell: tuple[int, ...]
    low: float
    high: float


def _entry(row: Mapping[str, Any], net: _Net, where: str, faults: Faults) -> _Varied:
    node, state = _seen(row, net, where, faults)
    parents = net.network.parents[node]
    given = row["given"]
    if len(given) != len(parents):
        expected = tuple(net.names[p] for p in parents)
        faults.add("bayes.given", where=f"{where}.given", found=len(given), parents=expected)
        return _Varied(0, (), 0.0, 0.0)
    cell = [
        place(name, {s: n for n, s in enumerate(net.states[p])}, f"{where}.given[{n}]", faults) or 0
        for n, (name, p) in enumerate(zip(given, parents, strict=True), start=1)
    ]
    if row["low"] > row["high"]:
        faults.add("bayes.range", where=f"{where}.low", found=row["low"], high=row["high"])
    return _Varied(node, (*cell, state), row["low"], row["high"])


def _bayes_factor(prior: float, now: float) -> list[Quantity]:
    """How strongly the evidence speaks for the state: odds after over odds before."""
    if not 0 < prior < 1 or not 0 < now < 1:
        return []
    factor = (now / (1 - now)) / (prior / (1 - prior))
    return [Quantity("bayes_factor", factor)] if math.isfinite(factor) else []


def _by_state(
    net: _Net, before: Sequence[NDArray[np.float64]], after: Sequence[NDArray[np.float64]]
) -> AnswerTable:
    rows = tuple(
        (name, state, float(before[node][number]), float(after[node][number]))
        for node, name in enumerate(net.names)
        for number, state in enumerate(net.states[node])
    )
    return AnswerTable("node_states", ("node", "state", "probability_before", "probability_after"), rows)


def _explanation(net: _Net, evidence: Mapping[int, int]) -> AnswerTable:
    states, _ = most_probable(net.network, evidence)
    rows = tuple(
        (net.names[node], net.states[node][state], node in evidence) for node, state in enumerate(states)
    )
    return AnswerTable("most_probable_explanation", ("node", "state", "seen"), rows)


def _influences(
    net: _Net, asked: tuple[int, int], evidence: Mapping[int, int], varied: Sequence[_Varied]
) -> AnswerTable:
    """The entries the user named; else the steepest of those that matter, over their whole range."""
    entries = varied or _all_entries(net, asked, evidence)
    functions = _functions(net, asked, evidence, entries)
    rows = [_influence(net, *each) for each in zip(entries, functions, strict=True)]
    if not varied:
        rows = sorted(rows, key=lambda row: -abs(row[4]))[:_MOST_ENTRIES_SHOWN]
    columns = ("node", "given", "state", "entry", "slope", "entry_low", "at_low", "entry_high", "at_high")
    return AnswerTable("entry_sensitivity", columns, tuple(rows))


def _functions(
    net: _Net, asked: tuple[int, int], evidence: Mapping[int, int], entries: Sequence[_Varied]
) -> list[EntryFunction]:
    influences = {
        node: table_influence(net.network, node, asked=asked, evidence=evidence)
        for node in {each.node for each in entries}
    }
    return [influences[each.node].entry(each.cell) for each in entries]


def _all_entries(net: _Net, asked: tuple[int, int], evidence: Mapping[int, int]) -> list[_Varied]:
    """Every entry that can matter, one of a pair only, where there are few enough of them to look at."""
    relevant = net.network.ancestors((asked[0], *evidence))
    if len(relevant) > _MOST_NODES_VARIED:
        return []
    return [
        _Varied(node, cell, 0.0, 1.0)
        for node in relevant
        for cell in np.ndindex(net.network.tables[node].shape)
        if cell[-1] or len(net.states[node]) > 2
    ]


def _influence(net: _Net, of: _Varied, function: EntryFunction) -> tuple[Any, ...]:
    low, high = (float(function.at(entry)) for entry in (of.low, of.high))
    return (
        net.names[of.node],
        net.given(of.node, of.cell[:-1]),
        net.states[of.node][of.cell[-1]],
        function.present,
        function.slope,
        of.low,
        None if math.isnan(low) else low,
        of.high,
        None if math.isnan(high) else high,
    )


def _drawn(
    net: _Net,
    before: Sequence[NDArray[np.float64]],
    after: Sequence[NDArray[np.float64]],
    evidence: Mapping[int, int],
    asked: tuple[int, int],
) -> dict[str, Any]:
    nodes = [
        {
            "name": name,
            "states": net.states[node],
            "before": before[node],
            "after": after[node],
            "seen": evidence.get(node),
            "parents": net.network.parents[node],
        }
        for node, name in enumerate(net.names)
    ]
    return {"nodes": nodes, "asked": asked}


def _warnings(net: _Net, evidence: Mapping[int, int]) -> tuple[Note, ...]:
    """Tables with zeros say `never`: no evidence can undo them."""
    certain = [name for name, table in zip(net.names, net.network.tables, strict=True) if np.any(table == 0)]
    found = [Note("bayes.never", {"nodes": tuple(certain)})] if certain else []
    if not evidence:
        found.append(Note("bayes.no_evidence"))
    return tuple(found)


METHOD = Method(
    "bayes_net",
    (
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
    ),
    run,
)
