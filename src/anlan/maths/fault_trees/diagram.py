"""From a tree to a binary decision diagram, in which every question about the top is one walk.

R. E. Bryant (1986), doi:10.1109/TC.1986.1676819; complement edges and `ite`: K. S. Brace, R. L. Rudell,
R. E. Bryant (1990), doi:10.1145/123186.123222; fault trees: A. Rauzy (1993),
doi:10.1016/0951-8320(93)90060-C.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from anlan.domain.errors import NotEnoughData
from anlan.maths.fault_trees import diagram_kernels as kernels
from anlan.maths.fault_trees.diagram_tables import Tables, TooLarge
from anlan.maths.fault_trees.effort import within
from anlan.maths.fault_trees.graph import ATLEAST, OR, XOR, Graph, graph_of
from anlan.maths.fault_trees.model import FaultTree
from anlan.maths.fault_trees.modules import is_monotone, modules_of, negated_events
from anlan.maths.fault_trees.ordering import orders
from anlan.maths.progress import tell

MOST_NODES = 40_000_000
_TRIALS = (50_000, 500_000, 5_000_000)


@dataclass(frozen=True, eq=False)
class Diagram:
    """The functions of some gates over the basic events of a tree.

    events        names of basic events
    roots         name of a gate -> edge
    level         (n_nodes,) what each node asks: an entry of `asked`
    low, high     (n_nodes,) edges where that does not happen, and where it does; inputs before users
    asked         (n_levels,) >= 0: the number of an event; below 0: the module -1 - m
    modules       (n_modules,) edge of each module, its nodes before all that ask for it
    coherent      no event is needed not to happen; `negated`: the events that may be
    order         rule by which the events were ordered; `made`: nodes made on the way
    """

    events: tuple[str, ...]
    roots: dict[str, int]
    level: NDArray[np.int32]
    low: NDArray[np.int32]
    high: NDArray[np.int32]
    asked: NDArray[np.int64]
    modules: NDArray[np.int64]
    coherent: bool
    negated: tuple[str, ...]
    order: str
    made: int = field(compare=False)

    @property
    def n_nodes(self) -> int:
        return len(self.level)


def diagram_of(
    tree: FaultTree, roots: Sequence[str], *, most_nodes: int = MOST_NODES, order: str | None = None
) -> Diagram:
    """The diagram of one or more gates (or events) of a tree, made together so that what they share is
    shared. order: one of the rules of `ordering`; without it several are tried, small trials first.

    Errors: RefusedInput `fault_tree.*` for a tree that cannot be read; NotEnoughData
    `fault_tree.too_large` where no order stays within `most_nodes`.
    """
    most_nodes = within(most_nodes)
    graph = graph_of(tree, roots)
    modules = modules_of(graph)
    found = orders(graph)
    for limit, rule in _attempts(most_nodes, tuple(found) if order is None else (order,)):
        tell(0.0)
        try:
            return _Builder(graph, modules, found[rule], limit).diagram(tuple(roots), rule)
        except TooLarge:
            continue
    raise NotEnoughData("fault_tree.too_large", most=most_nodes, events=len(tree.events))


def _attempts(most_nodes: int, rules: tuple[str, ...]) -> Iterator[tuple[int, str]]:
    for limit in (*(trial for trial in _TRIALS if trial < most_nodes), most_nodes):
        for rule in rules:
            yield limit, rule


class _Builder:
    """The tables while a diagram is made."""

    def __init__(self, graph: Graph, modules: frozenset[int], order: Sequence[int], limit: int) -> None:
        self.graph = graph
        n = len(graph.events)
        self.levels = [node for node in order if node < n or node in modules]
        self.level_of = {node: level for level, node in enumerate(self.levels)}
        self.modules = modules
        self.tables = Tables(len(self.levels), limit)

    def diagram(self, names: tuple[str, ...], rule: str) -> Diagram:
        graph = self.graph
        edges: dict[int, int] = {}
        content: dict[int, int] = {}
        for node in range(len(graph.events) + len(graph.gates)):
            if node not in self.level_of and node < len(graph.events):
                continue
            if node >= len(graph.events):
                edges[node] = self._gate(*graph.gates[node - len(graph.events)], edges)
            if node in self.level_of:
                content[node] = edges.get(node, 0)
                edges[node] = self.tables.variable(self.level_of[node])
        roots = [root + 2 if root < 0 else edges[root >> 1] ^ (root & 1) for root in graph.roots]
        return self._kept(names, roots, content, rule)

    def _gate(self, operation: int, k: int, below: tuple[int, ...], edges: dict[int, int]) -> int:
        """The deepest inputs are joined first, so that little is walked twice."""
        found = [edges[edge >> 1] ^ (edge & 1) for edge in below]
        found.sort(key=lambda edge: -int(self.tables.nodes[edge >> 1, 0]))
        if operation == ATLEAST:
            return self._at_least(k, found)
        answer = found[0]
        for edge in found[1:]:
            if operation == XOR:
                answer = self.tables.ite(edge, answer ^ 1, answer)
            elif operation == OR:
                answer = self.tables.ite(edge, 1, answer)
            else:
                answer = self.tables.ite(edge, answer, 0)
        return answer

    def _at_least(self, k: int, found: Sequence[int]) -> int:
        """reached[j]: at least j of the inputs so far."""
        reached = [1] + [0] * k
        for edge in found:
            for j in range(k, 0, -1):
                reached[j] = self.tables.ite(edge, reached[j - 1], reached[j])
        return reached[k]

    def _kept(self, names: tuple[str, ...], roots: list[int], content: dict[int, int], rule: str) -> Diagram:
        """The diagram without the nodes that were only needed on the way."""
        n_events, tables = len(self.graph.events), self.tables
        n = tables.made
        modules = [node for node in self.levels if node >= n_events]
        below = np.full(len(self.levels) + 1, -1, dtype=np.int64)
        for node in modules:
            below[self.level_of[node]] = content[node]
        marked = kernels.kept(tables.nodes, n, np.array(roots, dtype=np.int64), below)
        new = np.cumsum(marked, dtype=np.int64) - 1
        nodes = tables.nodes[:n][marked.astype(bool)]

        def moved(edges: NDArray[np.int32]) -> NDArray[np.int32]:
            return np.asarray(2 * new[edges >> 1] + (edges & 1), dtype=np.int32)

        number = {node: m for m, node in enumerate(modules)}
        asked = [node if node < n_events else -1 - number[node] for node in self.levels]
        edges = np.array([content[node] for node in modules], dtype=np.int32)
        live = np.array([bool(marked[edge >> 1]) for edge in edges], dtype=bool)
        return Diagram(
            events=self.graph.events,
            roots=dict(zip(names, (int(edge) for edge in moved(np.array(roots, np.int32))), strict=True)),
            level=nodes[:, 0].copy(),
            low=moved(nodes[:, 1]),
            high=moved(nodes[:, 2]),
            asked=np.array(asked, dtype=np.int64),
            modules=np.where(live, moved(edges), 0).astype(np.int64)
            if len(edges)
            else edges.astype(np.int64),
            coherent=is_monotone(self.graph),
            negated=negated_events(self.graph),
            order=rule,
            made=n,
        )
