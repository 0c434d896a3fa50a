"""What is simulated, in the terms of queueing networks: nodes, ways between them, pools of servers.

A network is checked once when it is made into arrays; the errors name the node or pool.
"""

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from anlan.domain.errors import UsageError
from anlan.maths.simulation.laws import Law, LawTable, constant, law_table
from anlan.maths.simulation.lean_kernels import ENDLESS, PASSING

OUT = ""
"""In place of a node: out of the network."""
MOST_NODES, MOST_SERVERS = 5_000, 1_000_000


@dataclass(frozen=True)
class Way:
    """On to a node, or OUT; share: of those that leave the node, all adding up to 1."""

    to: str
    share: float = 1.0


@dataclass(frozen=True)
class Node:
    """law: time of the work in seconds; none: no time passes, the node only chooses a way.
    pool: whose servers do the work; none: everybody is served at once."""

    id: str
    law: Law | None = None
    pool: str = ""
    ways: tuple[Way, ...] = ()


@dataclass(frozen=True)
class Pool:
    """Servers that are alike; whoever waits for them is served first come first served."""

    id: str
    servers: int = 1


@dataclass(frozen=True)
class Network:
    """Cases come in at the first node."""

    nodes: tuple[Node, ...]
    pools: tuple[Pool, ...] = ()


def in_a_row(nodes: Sequence[Node]) -> tuple[Node, ...]:
    """Nodes one after the other: each without ways of its own leads to the next, the last out."""
    following = [node.id for node in nodes[1:]] + [OUT]
    return tuple(
        node if node.ways else replace(node, ways=(Way(after),))
        for node, after in zip(nodes, following, strict=True)
    )


@dataclass(frozen=True, eq=False)
class NetworkArrays:
    """pool: (n_nodes,) number of the pool, or ENDLESS, PASSING; capacity: (n_pools,); ways of node i:
    way_first[i] up to way_first[i + 1], with the running sums of their shares."""

    pool: NDArray[np.int64]
    capacity: NDArray[np.int64]
    laws: LawTable
    way_first: NDArray[np.int64]
    way_to: NDArray[np.int64]
    way_sum: NDArray[np.float64]


def arrays_of(network: Network) -> NetworkArrays:
    """The arrays of a network. Errors: UsageError `simulation.*` with what is wrong and where."""
    _check(network)
    nodes = network.nodes
    at = {node.id: number for number, node in enumerate(nodes)} | {OUT: -1}
    pool_at = {pool.id: number for number, pool in enumerate(network.pools)} | {"": ENDLESS}
    lengths = [len(node.ways) for node in nodes]
    return NetworkArrays(
        pool=np.array([pool_at[node.pool] if node.law else PASSING for node in nodes], dtype=np.int64),
        capacity=np.array([pool.servers for pool in network.pools], dtype=np.int64),
        laws=law_table([node.law or constant(0.0) for node in nodes]),
        way_first=np.concatenate(([0], np.cumsum(lengths))).astype(np.int64),
        way_to=np.array([at[way.to] for node in nodes for way in node.ways], dtype=np.int64),
        way_sum=np.array([total for node in nodes for total in _running_sums(node)]),
    )


def _running_sums(node: Node) -> list[float]:
    """The last is 1 whatever the rounding."""
    sums = np.cumsum([way.share for way in node.ways])
    return [*(float(total) for total in sums[:-1]), 1.0]


def _check(network: Network) -> None:
    if not 1 <= len(network.nodes) <= MOST_NODES:
        raise UsageError("simulation.nodes", found=len(network.nodes), most=MOST_NODES)
    nodes = _once("node", (node.id for node in network.nodes)) | {OUT}
    pools = _once("pool", (pool.id for pool in network.pools)) | {""}
    for node in network.nodes:
        _check_node(node, nodes, pools)
    for pool in network.pools:
        _number("servers", [pool.servers], pool.id, lambda n: 1 <= n <= MOST_SERVERS and n == int(n))


def _check_node(node: Node, nodes: set[str], pools: set[str]) -> None:
    _known("node", [way.to for way in node.ways], nodes, node.id)
    _known("pool", [node.pool], pools, node.id)
    if node.pool and node.law is None:
        raise UsageError("simulation.no_time", where=node.id)
    shares = [way.share for way in node.ways]
    _number("share", shares, node.id, lambda share: 0.0 <= share <= 1.0)
    if not math.isclose(math.fsum(shares), 1.0, abs_tol=1e-9):
        raise UsageError("simulation.shares", where=node.id, total=math.fsum(shares))


def _once(what: str, names: Iterable[str]) -> set[str]:
    seen: set[str] = set()
    for name in names:
        if not name or name in seen:
            raise UsageError("simulation.twice", what=what, found=name)
        seen.add(name)
    return seen


def _known(what: str, names: Iterable[str], known: set[str], where: str) -> None:
    for name in names:
        if name not in known:
            raise UsageError("simulation.unknown", what=what, found=name, where=where)


def _number(name: str, values: Iterable[float], where: str, accepted: Callable[[float], bool]) -> None:
    for value in values:
        if not math.isfinite(value) or not accepted(value):
            raise UsageError("simulation.number", name=name, found=value, where=where)
