"""Trees come out as by trying every combination, whatever their gates; damaged ones are refused."""

import numpy as np
import pytest

from anlan.domain.errors import NotEnoughData, RefusedInput, UsageError
from anlan.maths.fault_trees import (
    FaultTree,
    Gate,
    diagram_of,
    faults_of,
    probabilities,
    probability_of,
    sampled_probabilities,
    slopes,
)
from anlan.maths.fault_trees.graph import graph_of
from anlan.maths.fault_trees.modules import modules_of
from anlan.maths.fault_trees.ordering import orders
from maths.fault_trees.random_trees import ALL, COHERENT, drawn_tree, truth, weights

RULES = ("small_first", "as_written", "large_first", "shared_first", "weighted")


@pytest.mark.parametrize("seed", range(60))
@pytest.mark.parametrize("kinds", [COHERENT, ALL])
def test_every_gate_of_a_random_tree_has_the_probability_of_its_truth_table(
    seed: int, kinds: tuple[str, ...]
) -> None:
    tree = drawn_tree(seed, kinds=kinds, events=4 + seed % 9, houses=seed % 3)
    p = np.random.default_rng(seed).uniform(size=len(tree.events))
    diagram = diagram_of(tree, list(tree.gates), order=RULES[seed % 5])
    found = probabilities(diagram, p)
    for gate in tree.gates:
        states, on = truth(tree, gate)
        assert found[gate] == pytest.approx(weights(states, p)[on].sum(), abs=1e-12)


@pytest.mark.parametrize("seed", range(30))
def test_slopes_and_samples_are_those_of_one_probability_after_the_other(seed: int) -> None:
    tree = drawn_tree(seed, gates=12)
    diagram = diagram_of(tree, ["g0"])
    p = np.random.default_rng(seed).uniform(0.05, 0.95, size=(8, 5))
    samples = sampled_probabilities(diagram, p)
    assert samples.shape == (1, 5)
    assert samples[0] == pytest.approx([probabilities(diagram, p[:, s])["g0"] for s in range(5)], abs=1e-14)
    top, slope = slopes(diagram, p[:, 0], "g0")
    for event in range(8):
        sides = [probabilities(diagram, np.where(np.arange(8) == event, x, p[:, 0]))["g0"] for x in (0, 1)]
        assert slope[event] == pytest.approx(sides[1] - sides[0], abs=1e-12)
        assert top == pytest.approx(sides[0] + p[event, 0] * slope[event], abs=1e-12)  # Shannon


@pytest.mark.parametrize("seed", range(20))
def test_and_and_or_are_dual(seed: int) -> None:
    swap = {"and": "or", "or": "and"}
    tree = drawn_tree(seed, kinds=("and", "or"), houses=0)
    dual = FaultTree(
        {name: Gate(swap[gate.kind], gate.inputs) for name, gate in tree.gates.items()}, tree.events
    )
    p = dict(zip(tree.events, np.random.default_rng(seed).uniform(size=8), strict=True))
    contrary = {name: 1 - value for name, value in p.items()}
    assert probability_of(tree, "g0", p) == pytest.approx(1 - probability_of(dual, "g0", contrary), abs=1e-12)


@pytest.mark.parametrize("seed", range(20))
def test_a_coherent_top_rises_with_every_event(seed: int) -> None:
    tree = drawn_tree(seed, kinds=COHERENT, houses=0)
    diagram = diagram_of(tree, ["g0"])
    p = np.random.default_rng(seed).uniform(size=8)
    assert diagram.coherent
    assert (slopes(diagram, p, "g0")[1] >= 0).all()


@pytest.mark.parametrize(("k", "n"), [(1, 5), (2, 5), (3, 5), (5, 5), (4, 9)])
def test_at_least_k_of_n_alike_is_binomial(k: int, n: int) -> None:
    from scipy.stats import binom

    names = tuple(f"e{i}" for i in range(n))
    tree = FaultTree({"t": Gate("atleast", names, k)}, names)
    assert probability_of(tree, "t", dict.fromkeys(names, 0.03)) == pytest.approx(
        binom.sf(k - 1, n, 0.03), rel=1e-12
    )


def test_tiny_probabilities_keep_their_digits() -> None:
    """1 - (1 - p)(1 - q) would lose them all; so would a chain of contraries."""
    tree = FaultTree(
        {
            "t": Gate("nor", ("n1", "n2")),
            "n1": Gate("nand", ("a", "b")),
            "n2": Gate("not", ("o",)),
            "o": Gate("or", ("c", "d")),
        },
        ("a", "b", "c", "d"),
    )
    found = probability_of(tree, "t", {"a": 1e-9, "b": 1e-9, "c": 1e-9, "d": 2e-9})
    assert found == pytest.approx(1e-18 * (3e-9 - 2e-18), rel=1e-12)


def test_a_chain_of_ten_thousand_gates_is_solved() -> None:
    n = 10_000
    gates = {f"g{i}": Gate("and" if i % 2 else "or", (f"g{i + 1}", f"e{i}")) for i in range(n - 1)}
    gates[f"g{n - 1}"] = Gate("or", (f"e{n - 1}",))
    tree = FaultTree(gates, tuple(f"e{i}" for i in range(n)))
    value = 0.3
    for i in range(n - 2, -1, -1):
        value = value * 0.3 if i % 2 else 1 - (1 - value) * 0.7
    assert probability_of(tree, "g0", dict.fromkeys(tree.events, 0.3)) == pytest.approx(value, rel=1e-9)


def test_a_cycle_is_refused_with_its_path() -> None:
    gates = {"t": Gate("or", ("a", "x")), "x": Gate("and", ("y",)), "y": Gate("or", ("a", "x"))}
    with pytest.raises(RefusedInput) as refused:
        diagram_of(FaultTree(gates, ("a",)), ["t"])
    assert refused.value.code == "fault_tree.cycle"
    assert refused.value.parameters["path"] == "x → y → x"


def test_all_faults_are_found_at_once() -> None:
    gates = {
        "t": Gate("or", ("a", "z")),
        "n": Gate("not", ("a", "b")),
        "k": Gate("atleast", ("a", "b"), 3),
        "q": Gate("maybe", ("a",)),
        "a": Gate("or", ("b",)),
    }
    found = {(fault.code, fault.name) for fault in faults_of(FaultTree(gates, ("a", "b")), ("u",))}
    assert found == {
        ("fault_tree.unknown_name", "t"),
        ("fault_tree.inputs", "n"),
        ("fault_tree.k", "k"),
        ("fault_tree.kind", "q"),
        ("fault_tree.name_twice", "a"),
        ("fault_tree.unknown_top", "u"),
    }


def test_probabilities_outside_their_range_are_refused() -> None:
    diagram = diagram_of(FaultTree({"t": Gate("or", ("a",))}, ("a",)), ["t"])
    for wrong in (-0.1, 1.1, float("nan")):
        with pytest.raises(UsageError):
            probabilities(diagram, [wrong])


def test_too_large_a_diagram_is_refused_with_the_limit() -> None:
    tree = drawn_tree(3, events=12, gates=14)
    with pytest.raises(NotEnoughData) as refused:
        diagram_of(tree, ["g0"], most_nodes=4)
    assert refused.value.code == "fault_tree.too_large"


def test_modules_share_nothing_with_the_rest() -> None:
    gates = {
        "t": Gate("or", ("m", "s1", "s2")),
        "m": Gate("and", ("m1", "m2")),
        "m1": Gate("or", ("a", "b")),
        "m2": Gate("or", ("b", "c")),
        "s1": Gate("and", ("d", "e")),
        "s2": Gate("and", ("d", "f")),
    }
    graph = graph_of(FaultTree(gates, tuple("abcdef")), ["t"])
    below = {
        node: {edge >> 1 for edge in graph.inputs(node)} & set(range(6))
        for node in range(6, 6 + len(graph.gates))
    }
    (module,) = modules_of(graph)
    inside = {edge >> 1 for edge in graph.inputs(module)}
    assert set().union(*(below[node] for node in inside)) == {0, 1, 2}


@pytest.mark.parametrize("seed", range(25))
def test_every_module_stands_alone(seed: int) -> None:
    """Events under a module stand under no gate outside it."""
    graph = graph_of(drawn_tree(seed, events=14, gates=12, kinds=COHERENT), ["g0"])
    for module in modules_of(graph):
        inside, stack = {module}, [module]
        while stack:
            for edge in graph.inputs(stack.pop()):
                if edge >> 1 not in inside:
                    inside.add(edge >> 1)
                    stack.append(edge >> 1)
        for node in range(len(graph.events), len(graph.events) + len(graph.gates)):
            if node not in inside:
                assert not ({edge >> 1 for edge in graph.inputs(node)} & (inside - {module}))


def test_every_order_holds_every_node_once() -> None:
    graph = graph_of(drawn_tree(5, events=12, gates=14), ["g0"])
    found = orders(graph)
    assert tuple(found) == RULES
    assert len({tuple(sorted(order)) for order in found.values()}) == 1
