"""Exact inference against the full joint table, and what holds of every network."""

import itertools
import math

import numpy as np
import pytest
from numpy.typing import NDArray

from anlan.domain.errors import RefusedInput
from anlan.maths.bayes_nets.elimination import joint, log_probability, most_probable, posterior
from anlan.maths.bayes_nets.network import Network, cycle_in
from anlan.maths.bayes_nets.sensitivity import table_influence

SEEDS = range(12)


def random_network(rng: np.random.Generator, nodes: int, *, window: int = 6, zeros: bool = False) -> Network:
    """Two or three states, up to three parents among the `window` nodes before."""
    sizes = rng.integers(2, 4, nodes)
    parents, tables = [], []
    for node in range(nodes):
        near = np.arange(max(0, node - window), node)
        chosen = tuple(int(p) for p in rng.permutation(near)[: rng.integers(0, 4)])
        table = rng.dirichlet(np.ones(sizes[node]), size=tuple(sizes[p] for p in chosen))
        if zeros:
            table[rng.random(table.shape) < 0.15] = 0.0
            table[..., 0] += table.sum(axis=-1) == 0
            table /= table.sum(axis=-1, keepdims=True)
        parents.append(chosen)
        tables.append(table)
    return Network(tuple(parents), tuple(tables))


def full_joint(network: Network) -> NDArray[np.float64]:
    """Every combination of states, multiplied out: what no clever order enters."""
    whole = np.empty(network.sizes)
    for states in itertools.product(*(range(size) for size in network.sizes)):
        whole[states] = math.prod(
            float(table[tuple(states[v] for v in network.family(node))])
            for node, table in enumerate(network.tables)
        )
    return whole


def _cut(whole: NDArray[np.float64], evidence: dict[int, int]) -> NDArray[np.float64]:
    held = np.zeros_like(whole)
    at = tuple(evidence.get(v, slice(None)) for v in range(whole.ndim))
    held[at] = whole[at]
    return held


@pytest.mark.parametrize("seed", SEEDS)
def test_every_answer_is_that_of_the_full_joint_table(seed: int) -> None:
    rng = np.random.default_rng(seed)
    network = random_network(rng, 8, zeros=seed % 2 == 1)
    whole = full_joint(network)
    states = np.unravel_index(int(np.argmax(whole)), whole.shape)
    evidence = {int(v): int(states[v]) for v in rng.permutation(8)[: seed % 4]}
    cut = _cut(whole, evidence)
    assert math.exp(log_probability(network, evidence)) == pytest.approx(cut.sum(), rel=1e-12)
    for node in range(8):
        expected = cut.sum(axis=tuple(v for v in range(8) if v != node)) / cut.sum()
        assert posterior(network, node, evidence) == pytest.approx(expected, abs=1e-13)
    best, log_p = most_probable(network, evidence)
    assert whole[best] == pytest.approx(cut.max(), rel=1e-12)
    assert math.exp(log_p) == pytest.approx(cut.max(), rel=1e-12)
    assert all(best[v] == s for v, s in evidence.items())


@pytest.mark.parametrize("seed", SEEDS)
def test_the_influence_of_an_entry_is_that_of_the_network_with_the_entry_changed(seed: int) -> None:
    rng = np.random.default_rng(seed)
    network = random_network(rng, 7)
    evidence = {int(v): 0 for v in rng.permutation(7)[: seed % 3]}
    node, query = int(rng.integers(7)), int(rng.integers(7))
    cell = tuple(int(rng.integers(size)) for size in network.tables[node].shape)
    function = table_influence(network, node, asked=(query, 1), evidence=evidence).entry(cell)
    for entry in (0.0, 0.3, 0.95):
        table = network.tables[node].copy()
        row = table[cell[:-1]]
        before = row[cell[-1]]
        row *= (1 - entry) / (1 - before)
        row[cell[-1]] = entry
        changed = Network(
            network.parents, tuple(table if v == node else t for v, t in enumerate(network.tables))
        )
        expected = posterior(changed, query, evidence)[1]
        assert float(function.at(entry)) == pytest.approx(expected, abs=1e-12)
    step = 1e-6
    difference = function.at(function.present + step) - function.at(function.present - step)
    assert function.slope == pytest.approx(float(difference) / (2 * step), abs=1e-7)


def test_evidence_far_below_the_smallest_number_is_still_possible() -> None:
    """400 observations, each of probability 0.001 given the cause, of 0.002 without it."""
    watched = 400
    table = np.array([[0.998, 0.002], [0.999, 0.001]])
    network = Network(((), *(((0,),) * watched)), (np.array([0.5, 0.5]), *((table,) * watched)))
    evidence = {1 + i: 1 for i in range(watched)}
    assert log_probability(network, evidence) == pytest.approx(watched * math.log(0.002) - math.log(2))
    assert posterior(network, 0, evidence)[1] == pytest.approx(0.5**watched, rel=1e-9)


def test_nodes_below_what_is_asked_change_nothing() -> None:
    network = random_network(np.random.default_rng(3), 12)
    above = Network(network.parents[:6], network.tables[:6])
    assert posterior(network, 5, {1: 0}) == pytest.approx(posterior(above, 5, {1: 0}), abs=1e-14)


def test_the_order_of_axes_is_the_order_asked_for() -> None:
    network = random_network(np.random.default_rng(5), 6)
    whole = full_joint(network)
    asked = joint(network, (4, 1), {})
    scaled = asked.values * math.exp(asked.log_scale)
    assert scaled == pytest.approx(whole.sum(axis=(0, 2, 3, 5)).T, abs=1e-13)


def test_impossible_evidence_a_circle_and_a_table_that_does_not_sum_are_refused() -> None:
    sure = np.array([1.0, 0.0])
    with pytest.raises(RefusedInput, match="impossible_evidence"):
        posterior(Network(((), ()), (sure, sure)), 0, {1: 1})
    with pytest.raises(RefusedInput, match="impossible_evidence"):
        most_probable(Network(((), ()), (sure, sure)), {1: 1})
    assert cycle_in([(1,), (0,)]) in ([0, 1, 0], [1, 0, 1])
    with pytest.raises(RefusedInput, match="cycle"):
        Network(((1,), (0,)), (np.full((2, 2), 0.5),) * 2)
    with pytest.raises(RefusedInput, match="table_sum"):
        Network(((),), (np.array([0.5, 0.4]),))
    with pytest.raises(RefusedInput, match="table_shape"):
        Network(((), (0,)), (sure, sure))


def test_a_network_too_wide_to_be_answered_is_refused_before_memory_is_taken() -> None:
    """A square of causes each joined with every other: no order keeps the tables small."""
    n = 30
    pairs = list(itertools.combinations(range(n), 2))
    parents = ((),) * n + tuple(pairs)
    tables = (np.array([0.5, 0.5]),) * n + (np.full((2, 2, 2), 0.5),) * len(pairs)
    evidence = {n + i: 0 for i in range(len(pairs))}
    with pytest.raises(RefusedInput, match="too_wide"):
        posterior(Network(parents, tables), 0, evidence)
