"""A decision tree as its spec writes it: questions, checks that need it whole, and the tree they make."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from typing import Any

import numpy as np
from numpy.typing import NDArray

from anlan.domain.method import Field
from anlan.loop.quantify.methods.faults import Faults
from anlan.loop.quantify.methods.loss.loss_answers import UNITS
from anlan.loop.quantify.methods.names import numbered, place
from anlan.maths.decisions.tree import END, DecisionTree, Node
from anlan.maths.distributions import Distribution
from anlan.maths.streams import Stream

MOST_ENDS = 20_000
_SUM_TOLERANCE = 1e-6
_LARGEST = 1e15
_PURPOSE = 7_701

FIELDS = (
    Field(
        "nodes",
        "table",
        most=500,
        columns=(
            Field("name", "text"),
            Field("kind", "choice", choices=("decision", "chance")),
            Field("event", "text", default=""),
        ),
    ),
    Field(
        "branches",
        "table",
        most=2_000,
        columns=(
            Field("from", "text"),
            Field("name", "text"),
            Field("to", "text", default=""),
            Field("probability", "number", default=None, low=0, high=1, unit="probability"),
            Field("cost", "estimate", default=None, low=0, high=_LARGEST),
            Field("gain", "estimate", default=None, low=0, high=_LARGEST),
        ),
    ),
    Field(
        "signals",
        "table",
        default=(),
        least=0,
        most=50,
        columns=(
            Field("name", "text"),
            Field("event", "text"),
            Field("likelihood", "matrix", low=0, high=1, most=50),
            Field("cost", "number", default=0.0, low=0, high=_LARGEST),
        ),
    ),
    Field("risk_tolerance", "number", default=None, above=0, high=_LARGEST),
    Field("unit", "choice", default="money", choices=UNITS),
    Field("samples", "integer", default=2_000, low=0, high=50_000),
)


@dataclass(frozen=True, eq=False)
class Signal:
    """A test that tells something about an event: likelihood[outcome][signal]."""

    name: str
    event: int
    likelihood: tuple[tuple[float, ...], ...]
    cost: float


@dataclass(frozen=True, eq=False)
class Read:
    """tree, with names of its nodes, branches and events. costs, gains: of each branch, None where none."""

    tree: DecisionTree
    nodes: tuple[str, ...]
    branches: tuple[str, ...]
    events: tuple[str, ...]
    costs: tuple[Distribution | None, ...]
    gains: tuple[Distribution | None, ...]
    signals: tuple[Signal, ...]
    unreached: tuple[str, ...]

    @property
    def costs_only(self) -> bool:
        return not any(of is not None and of.mean > 0 for of in self.gains)

    @property
    def uncertain(self) -> bool:
        return any(of is not None and of.kind != "constant" for of in (*self.costs, *self.gains))

    def point(self) -> NDArray[np.float64]:
        """What each branch pays, gains less costs, every uncertain number at its mean."""
        return np.array([_mean(g) - _mean(c) for c, g in zip(self.costs, self.gains, strict=True)])

    def drawn(self, n: int, seed: int) -> NDArray[np.float64]:
        """(branches, n) drawn payments."""
        stream = Stream(seed)
        paid = np.zeros((len(self.branches), n))
        for sign, estimates in ((-1.0, self.costs), (1.0, self.gains)):
            for place_of, of in enumerate(estimates):
                if of is not None:
                    number = 2 * place_of + (sign > 0)
                    paid[place_of] += sign * of.quantile(stream.uniform(n, purpose=_PURPOSE, place=number))
        return paid


def _mean(of: Distribution | None) -> float:
    return 0.0 if of is None else float(of.mean)


def read_decision_tree(inputs: Mapping[str, Any]) -> Read:
    """The tree of checked inputs. Errors: RefusedInputs with every fault and its place."""
    faults = Faults()
    nodes, branches = inputs["nodes"], inputs["branches"]
    places = numbered(nodes, "nodes", faults)
    ends = [_ends(row, places, f"branches[{n}]", faults) for n, row in enumerate(branches, start=1)]
    faults.raise_any()
    below: dict[int, list[tuple[int, int]]] = {number: [] for number in range(len(nodes))}
    for branch, (start, to) in enumerate(ends):
        below[start].append((branch, to))
    events, probabilities = _events(nodes, branches, below, faults)
    faults.raise_any()
    order = _order(nodes, below, faults)
    faults.raise_any()
    tree, unreached = _tree(order, below, [events.get(_event(row)) for row in nodes], probabilities)
    _check_ways(tree, tuple(events), faults)
    signals = _signals(inputs["signals"], events, probabilities, faults)
    faults.raise_any()
    return Read(
        tree,
        tuple(nodes[number]["name"] for number in order if number not in unreached),
        tuple(row["name"] for row in branches),
        tuple(events),
        tuple(row["cost"] for row in branches),
        tuple(row["gain"] for row in branches),
        signals,
        tuple(nodes[number]["name"] for number in sorted(unreached)),
    )


def _ends(row: Mapping[str, Any], places: Mapping[str, int], where: str, faults: Faults) -> tuple[int, int]:
    start = place(row["from"], places, f"{where}.from", faults)
    to = place(row["to"], places, f"{where}.to", faults) if row["to"] else END
    return (start if start is not None else 0), (to if to is not None else END)


def _event(row: Mapping[str, Any]) -> str:
    """The event of a chance node: its own where it names none."""
    return str(row["event"] or row["name"]) if row["kind"] == "chance" else ""


def _events(
    nodes: Sequence[Mapping[str, Any]],
    branches: Sequence[Mapping[str, Any]],
    below: Mapping[int, Sequence[tuple[int, int]]],
    faults: Faults,
) -> tuple[dict[str, int], list[tuple[float, ...]]]:
    """Events by name, and the probabilities of their outcomes; the same wherever an event stands."""
    found: dict[str, int] = {}
    probabilities: list[tuple[float, ...]] = []
    labels: list[tuple[str, ...]] = []
    for number, row in enumerate(nodes):
        where, rows = f"nodes[{number + 1}]", [branches[branch] for branch, _ in below[number]]
        given = [each["probability"] for each in rows]
        if not rows:
            faults.add("decision.no_branch", where=where, found=row["name"])
        elif row["kind"] == "decision":
            if row["event"] or any(each is not None for each in given):
                faults.add("decision.chance_of_decision", where=where, found=row["name"])
        elif any(each is None for each in given) or abs(sum(given) - 1.0) > _SUM_TOLERANCE:
            total = sum(each or 0.0 for each in given)
            faults.add("decision.sum", where=where, name=row["name"], found=f"{total:.6g}")
        else:
            names = tuple(each["name"] for each in rows)
            shares = tuple(each / sum(given) for each in given)
            at = found.setdefault(_event(row), len(found))
            if at == len(probabilities):
                probabilities.append(shares)
                labels.append(names)
            elif labels[at] != names or max(map(_gap, probabilities[at], shares)) > _SUM_TOLERANCE:
                faults.add("decision.event_differs", where=where, found=_event(row), outcomes=labels[at])
    return found, probabilities


def _gap(one: float, other: float) -> float:
    return abs(one - other)


def _order(
    nodes: Sequence[Mapping[str, Any]], below: Mapping[int, Sequence[tuple[int, int]]], faults: Faults
) -> list[int]:
    """The nodes, each before those it leads to, the first one of the spec first among those it may."""
    above: dict[int, set[int]] = {number: set() for number in below}
    for number, rows in below.items():
        for _, to in rows:
            if to != END:
                above[to].add(number)
    try:
        order = list(TopologicalSorter(above).static_order())
    except CycleError as error:
        names = tuple(nodes[number]["name"] for number in error.args[1])
        faults.add("decision.circle", where="branches", nodes=names)
        return []
    reached = {0}
    for number in order:
        if number in reached:
            reached |= {to for _, to in below[number] if to != END}
    return [0, *(n for n in order if n in reached and n != 0), *(n for n in order if n not in reached)]


def _tree(
    order: Sequence[int],
    below: Mapping[int, Sequence[tuple[int, int]]],
    event_of: Sequence[int | None],
    probabilities: Sequence[tuple[float, ...]],
) -> tuple[DecisionTree, set[int]]:
    """The tree of the nodes reached from the first, and those that are not."""
    reached = {order[0]}
    for number in order:
        if number in reached:
            reached |= {to for _, to in below[number] if to != END}
    kept = [number for number in order if number in reached]
    new = {number: place for place, number in enumerate(kept)} | {END: END}
    nodes = tuple(
        Node(tuple((branch, new[to]) for branch, to in below[number]), event_of[number]) for number in kept
    )
    return DecisionTree(nodes, tuple(probabilities)), set(order) - reached


def _check_ways(tree: DecisionTree, events: Sequence[str], faults: Faults) -> None:
    """Not more ends than can be listed, and no event twice on one way."""
    inside: list[set[int]] = [set() for _ in tree.nodes]
    for number in range(len(tree.nodes) - 1, -1, -1):
        node = tree.nodes[number]
        for _, to in node.branches:
            inside[number] |= inside[to] if to != END else set()
        if node.event is not None:
            if node.event in inside[number]:
                faults.add("decision.event_again", where="nodes", found=events[node.event])
            inside[number].add(node.event)
    if tree.ways() > MOST_ENDS:
        faults.add("decision.too_many_ends", where="branches", found=tree.ways(), most=MOST_ENDS)


def _signals(
    rows: Sequence[Mapping[str, Any]],
    events: Mapping[str, int],
    probabilities: Sequence[tuple[float, ...]],
    faults: Faults,
) -> tuple[Signal, ...]:
    found = []
    for number, row in enumerate(rows, start=1):
        where = f"signals[{number}]"
        event = place(row["event"], events, f"{where}.event", faults)
        if event is None:
            continue
        if len(row["likelihood"]) != len(probabilities[event]):
            expected = len(probabilities[event])
            faults.add("decision.rows", where=f"{where}.likelihood", found=len(row["likelihood"]),
                       expected=expected)  # fmt: skip
        for line, shares in enumerate(row["likelihood"], start=1):
            if abs(sum(shares) - 1.0) > _SUM_TOLERANCE:
                faults.add("bayes.table_sum", where=f"{where}.likelihood[{line}]", found=f"{sum(shares):.6g}")
        found.append(Signal(row["name"], event, row["likelihood"], row["cost"]))
    return tuple(found)
