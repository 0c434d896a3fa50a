"""Queries of Bayesian networks with 100 nodes: one node given two others, and the best explanation.

A node has two or three states and up to three parents among the six before it, as in a chain of service
steps; the networks are drawn at random, and every tenth node is asked for.
"""

import time
from collections.abc import Callable
from statistics import median

import numpy as np

from anlan.maths.bayes_nets.elimination import most_probable, posterior
from anlan.maths.bayes_nets.network import Network
from bench.measure import Row, Table, Target

NODES, NETWORKS, MOST_MS = 100, 5, 50.0
EVIDENCE = {20: 1, 99: 0}


def random_network(seed: int) -> Network:
    """The same network for the same seed."""
    rng = np.random.default_rng(seed)
    sizes = rng.integers(2, 4, NODES)
    parents, tables = [], []
    for node in range(NODES):
        near = np.arange(max(0, node - 6), node)
        chosen = tuple(int(p) for p in rng.permutation(near)[: rng.integers(0, 4)])
        parents.append(chosen)
        tables.append(rng.dirichlet(np.ones(sizes[node]), size=tuple(sizes[p] for p in chosen)))
    return Network(tuple(parents), tuple(tables))


def bayes_net_table() -> Table:
    """Median and slowest milliseconds of a query."""
    networks = [random_network(seed) for seed in range(NETWORKS)]
    asked = [(network, node) for network in networks for node in range(0, NODES, 10)]
    queries = [_ms(lambda n=n, v=v: posterior(n, v, EVIDENCE)) for n, v in asked]
    explanations = [_ms(lambda n=n: most_probable(n, EVIDENCE)) for n in networks]
    rows = [
        ("a node given two others", "median", median(queries), None),
        ("a node given two others", "slowest", max(queries), Target(MOST_MS)),
        ("most probable explanation", "slowest", max(explanations), Target(MOST_MS)),
    ]
    return Table(
        "Bayesian networks",
        f"{NETWORKS} random networks of {NODES} nodes, {len(queries)} queries, exact, one thread.",
        tuple(Row(work, against, value, unit="ms", target=target) for work, against, value, target in rows),
    )


def _ms(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return 1e3 * (time.perf_counter() - began)
