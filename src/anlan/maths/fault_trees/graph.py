"""The tree as a computer likes it: numbered nodes, negation on the edges, constants gone, gates merged.

Node 0 .. n_events - 1 is a basic event; node n_events + j is gate j; inputs have smaller numbers than the
gate above them. An edge is 2 * node + 1 where the input is negated, 2 * node where it is not. `FALSE` and
`TRUE` stand for constants, so that `edge ^ 1` negates every edge.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from anlan.maths.fault_trees.model import FaultTree, refuse_faults

FALSE, TRUE = -2, -1
AND, OR, ATLEAST, XOR = range(4)
Part = tuple[int, int, tuple[int, ...]]
"""Operation, k (0 unless at least), edges of a gate."""


@dataclass(frozen=True)
class Graph:
    """events: names by node. gates: parts by node less the number of events. roots: edges."""

    events: tuple[str, ...]
    gates: tuple[Part, ...]
    roots: tuple[int, ...]

    def inputs(self, node: int) -> tuple[int, ...]:
        """Edges below a node; none below an event."""
        n = len(self.events)
        return self.gates[node - n][2] if node >= n else ()


def graph_of(tree: FaultTree, roots: Sequence[str]) -> Graph:
    """The part of a tree under the roots. Errors: RefusedInput `fault_tree.*` with the first fault."""
    refuse_faults(tree, tuple(roots))
    return _numbered_anew(_coalesced(_plain(tree, roots)))


def _plain(tree: FaultTree, roots: Sequence[str]) -> Graph:
    """Constants carried upwards, equal gates made one, negation moved to the edges."""
    events = tree.events
    edges: dict[str, int] = {name: 2 * node for node, name in enumerate(events)}
    edges |= {name: TRUE if happens else FALSE for name, happens in tree.houses.items()}
    gates: list[Part] = []
    known: dict[Part, int] = {}
    for name in inputs_first(tree, roots):
        gate = tree.gates[name]
        below = tuple(edges[each] for each in gate.inputs)
        edges[name] = _edge_of(gate.kind, gate.k, below, gates, known, len(events))
    return Graph(events, tuple(gates), tuple(edges[root] for root in roots))


def inputs_first(tree: FaultTree, roots: Sequence[str]) -> Iterator[str]:
    """The gates under the roots, each after all gates it stands on."""
    done: set[str] = set()
    for root in roots:
        path = [root] if root in tree.gates else []
        while path:
            name = path[-1]
            if name in done:
                path.pop()
                continue
            below = [each for each in tree.gates[name].inputs if each in tree.gates and each not in done]
            if below:
                path.extend(reversed(below))
            else:
                path.pop()
                done.add(name)
                yield name


def _edge_of(
    kind: str, k: int, below: tuple[int, ...], gates: list[Part], known: dict[Part, int], n_events: int
) -> int:
    if kind in ("not", "pass"):
        return below[0] ^ (kind == "not")
    operation = {"and": AND, "nand": AND, "or": OR, "nor": OR, "xor": XOR}.get(kind, ATLEAST)
    simple = simplified(operation, k, below)
    if isinstance(simple, int):
        edge = simple
    else:
        part, flip = simple
        if part not in known:
            known[part] = 2 * (n_events + len(gates))
            gates.append(part)
        edge = known[part] ^ flip
    return edge ^ (kind in ("nand", "nor"))


def simplified(operation: int, k: int, below: tuple[int, ...]) -> int | tuple[Part, int]:
    """An edge where the gate is a constant or one of its inputs, else the smaller gate and whether its
    answer is negated."""
    if operation == ATLEAST:
        k -= below.count(TRUE)
        below = tuple(edge for edge in below if edge >= 0)
        if k <= 0 or k > len(below):
            return TRUE if k <= 0 else FALSE
        if 1 < k < len(below):
            return (ATLEAST, k, below), 0
        operation = OR if k == 1 else AND
    if operation == XOR:
        return _simplified_xor(below)
    decides, neutral = (FALSE, TRUE) if operation == AND else (TRUE, FALSE)
    kept = dict.fromkeys(edge for edge in below if edge != neutral)
    if decides in kept or any(edge ^ 1 in kept for edge in kept):
        return decides
    if len(kept) < 2:
        return next(iter(kept), neutral)
    return (operation, 0, tuple(kept)), 0


def _simplified_xor(below: tuple[int, ...]) -> int | tuple[Part, int]:
    """Pairs of equal inputs leave; negations and constants gather in one sign."""
    flip = sum(edge & 1 for edge in below if edge >= 0) + below.count(TRUE)
    odd: dict[int, None] = {}
    for edge in (edge & ~1 for edge in below if edge >= 0):
        if edge in odd:
            del odd[edge]
        else:
            odd[edge] = None
    if len(odd) < 2:
        return next(iter(odd), FALSE) ^ (flip & 1)
    return (XOR, 0, tuple(odd)), flip & 1


def _coalesced(graph: Graph) -> Graph:
    """A gate that only one gate of its own kind stands on becomes part of that gate, also across a negation
    (De Morgan)."""
    n = len(graph.events)
    parents = [0] * (n + len(graph.gates))
    for _, _, below in graph.gates:
        for edge in below:
            parents[edge >> 1] += 1
    for root in graph.roots:
        if root >= 0:
            parents[root >> 1] += 2
    new: list[int] = list(range(0, 2 * n, 2))
    gates: list[Part] = []
    alone: dict[int, bool] = {}
    for j, (operation, k, below) in enumerate(graph.gates):
        edges = tuple(new[edge >> 1] ^ (edge & 1) for edge in below)
        if operation in (AND, OR):
            edges = tuple(_merged(operation, edges, gates, alone, n))
        simple = simplified(operation, k, edges)
        if isinstance(simple, int):
            new.append(simple)
            continue
        part, flip = simple
        alone[n + len(gates)] = parents[n + j] == 1
        new.append(2 * (n + len(gates)) ^ flip)
        gates.append(part)
    roots = tuple(root if root < 0 else new[root >> 1] ^ (root & 1) for root in graph.roots)
    return Graph(graph.events, tuple(gates), roots)


def _merged(
    operation: int, edges: tuple[int, ...], gates: list[Part], alone: dict[int, bool], n: int
) -> Iterator[int]:
    for edge in edges:
        node, sign = edge >> 1, edge & 1
        same = edge >= 0 and node >= n and alone[node]
        if same and gates[node - n][0] == (operation if sign == 0 else OR + AND - operation):
            yield from (each ^ sign for each in gates[node - n][2])
        else:
            yield edge


def _numbered_anew(graph: Graph) -> Graph:
    """Without the gates nothing stands on; events keep their numbers."""
    n = len(graph.events)
    used = [False] * (n + len(graph.gates))
    for root in graph.roots:
        if root >= 0:
            used[root >> 1] = True
    for node in range(len(used) - 1, n - 1, -1):
        if used[node]:
            for edge in graph.inputs(node):
                used[edge >> 1] = True
    new = list(range(n)) + [0] * len(graph.gates)
    gates: list[Part] = []
    for node in range(n, len(used)):
        if used[node]:
            new[node] = n + len(gates)
            operation, k, below = graph.gates[node - n]
            gates.append((operation, k, tuple(2 * new[edge >> 1] + (edge & 1) for edge in below)))
    roots = tuple(root if root < 0 else 2 * new[root >> 1] + (root & 1) for root in graph.roots)
    return Graph(graph.events, tuple(gates), roots)
