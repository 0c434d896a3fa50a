"""Minimal cut sets against those of the truth table: which they are, how many, what they add up to."""

import math
from itertools import combinations

import numpy as np
import pytest

from anlan.domain.errors import NotEnoughData
from anlan.maths.fault_trees import FaultTree, Gate, cut_off, diagram_of, probabilities
from anlan.maths.fault_trees import cut_sets as module
from anlan.maths.fault_trees.cut_off import left_out, union_probability
from anlan.maths.fault_trees.cut_sets import cut_sets_of
from maths.fault_trees.random_trees import ALL, COHERENT, drawn_tree, minimal_states, truth, weights


def _sets(tree: FaultTree) -> list[frozenset[int]]:
    return sorted(minimal_states(*truth(tree, "g0")), key=sorted)


@pytest.mark.parametrize("seed", range(30))
@pytest.mark.parametrize("kinds", [COHERENT, ALL])
@pytest.mark.parametrize("most", [None, 0, 1, 2, 3])
def test_they_are_the_smallest_sets_of_the_truth_table(
    seed: int, kinds: tuple[str, ...], most: int | None
) -> None:
    tree = drawn_tree(seed, kinds=kinds, events=4 + seed % 8, houses=seed % 2)
    expected = [each for each in _sets(tree) if most is None or len(each) <= most]
    p = np.random.default_rng(seed).uniform(0.01, 0.9, size=len(tree.events))
    found = cut_sets_of(diagram_of(tree, ["g0"]), "g0", most_order=most)
    listed = found.listed(p)
    names = [frozenset(tree.events[i] for i in each) for each in expected]
    values = [math.prod(p[i] for i in each) for each in expected]
    assert {frozenset(each.events) for each in listed} == set(names)
    assert [each.probability for each in listed] == pytest.approx(sorted(values, reverse=True))
    assert sum(found.counts().values()) == len(expected)
    assert found.counts() == {k: n for k in range(12) if (n := sum(len(each) == k for each in expected))}
    assert found.rare_event_sum(p) == pytest.approx(sum(values))
    assert found.upper_bound(p) == pytest.approx(1 - math.prod(1 - value for value in values))
    total = sum(values)
    held = [sum(v for each, v in zip(expected, values, strict=True) if i in each) for i in range(len(p))]
    assert found.shares(p) == pytest.approx([value / total if total else 0.0 for value in held])


@pytest.mark.parametrize("seed", range(20))
def test_sums_bound_a_coherent_top_from_above_and_agree_where_events_are_rare(seed: int) -> None:
    tree = drawn_tree(seed, kinds=COHERENT, houses=0)
    diagram = diagram_of(tree, ["g0"])
    found = cut_sets_of(diagram, "g0")
    p = np.random.default_rng(seed).uniform(size=8)
    exact = probabilities(diagram, p)["g0"]
    assert exact <= found.upper_bound(p) + 1e-12 <= found.rare_event_sum(p) + 2e-12
    rare = p * 1e-7
    assert probabilities(diagram, rare)["g0"] == pytest.approx(found.rare_event_sum(rare), rel=1e-5)


def test_the_series_of_the_upper_bound_is_the_product(monkeypatch: pytest.MonkeyPatch) -> None:
    names = tuple(f"e{i}" for i in range(12))
    found = cut_sets_of(diagram_of(FaultTree({"t": Gate("atleast", names, 3)}, names), ["t"]), "t")
    p = np.linspace(0.01, 0.5, 12)
    product = found.upper_bound(p)
    monkeypatch.setattr(module, "MOST_WALKED", 0)
    assert found.upper_bound(p) == pytest.approx(product, rel=1e-12)


def test_the_most_probable_come_first_and_the_limits_hold() -> None:
    names = tuple(f"e{i}" for i in range(14))
    p = np.random.default_rng(1).uniform(0.001, 0.1, size=14)
    tree = FaultTree({"t": Gate("or", ("a", "b")), "a": Gate("atleast", names, 4),
                      "b": Gate("and", names[:3])}, names)  # fmt: skip
    found = cut_sets_of(diagram_of(tree, ["t"]), "t")
    fours = [set(each) for each in combinations(range(14), 4) if not {0, 1, 2} <= set(each)]
    values = sorted([math.prod(p[i] for i in each) for each in fours] + [math.prod(p[:3])], reverse=True)
    assert [each.probability for each in found.listed(p, most=50)] == pytest.approx(values[:50])
    least = values[200] * 0.999999
    assert len(found.listed(p, least=least)) == 201
    assert [each.events for each in found.listed(p, most_order=3)] == [("e0", "e1", "e2")]
    assert found.counts() == {3: 1, 4: len(fours)}


def test_a_family_beyond_numbering_is_counted_without_listing() -> None:
    names = tuple(f"e{i}" for i in range(60))
    found = cut_sets_of(diagram_of(FaultTree({"t": Gate("atleast", names, 20)}, names), ["t"]), "t")
    assert found.counts() == {20: math.comb(60, 20)}
    assert found.rare_event_sum(np.full(60, 0.01)) == pytest.approx(math.comb(60, 20) * 0.01**20)
    assert found.upper_bound(np.full(60, 0.01)) == pytest.approx(math.comb(60, 20) * 0.01**20)


def test_a_deep_chain_of_modules_is_listed() -> None:
    n = 6_000
    gates = {f"g{i}": Gate("and" if i % 2 else "or", (f"g{i + 1}", f"e{i}")) for i in range(n - 1)}
    gates[f"g{n - 1}"] = Gate("or", (f"e{n - 1}",))
    tree = FaultTree(gates, tuple(f"e{i}" for i in range(n)))
    found = cut_sets_of(diagram_of(tree, ["g0"]), "g0", most_order=4)
    assert found.counts() == {1: 1, 2: 1, 3: 1, 4: 1}


def test_a_top_that_always_or_never_happens_has_the_empty_set_or_none() -> None:
    always = FaultTree({"t": Gate("or", ("a", "n")), "n": Gate("not", ("a",))}, ("a",))
    never = FaultTree({"t": Gate("and", ("a", "n")), "n": Gate("not", ("a",))}, ("a",))
    assert [each.events for each in cut_sets_of(diagram_of(always, ["t"]), "t").listed([0.5])] == [()]
    found = cut_sets_of(diagram_of(never, ["t"]), "t")
    assert found.listed([0.5]) == []
    assert (found.counts(), found.rare_event_sum([0.5]), found.upper_bound([0.5])) == ({}, 0.0, 0.0)


def test_too_many_are_refused_with_the_limit() -> None:
    names = tuple(f"e{i}" for i in range(20))
    diagram = diagram_of(FaultTree({"t": Gate("atleast", names, 8)}, names), ["t"])
    with pytest.raises(NotEnoughData) as refused:
        cut_sets_of(diagram, "t", most_nodes=30)
    assert refused.value.code == "fault_tree.too_many_sets"


@pytest.mark.parametrize("seed", range(25))
def test_what_a_cut_off_leaves_out_is_what_the_union_of_the_kept_lacks(seed: int) -> None:
    tree = drawn_tree(seed, kinds=COHERENT, houses=0)
    p = np.random.default_rng(seed).uniform(0.05, 0.5, size=8)
    states, on = truth(tree, "g0")
    diagram = diagram_of(tree, ["g0"])
    exact = probabilities(diagram, p)["g0"]
    assert union_probability(cut_sets_of(diagram, "g0"), p) == pytest.approx(exact, abs=1e-14)
    kept = cut_sets_of(diagram, "g0", most_order=2)
    small = [each for each in minimal_states(states, on) if len(each) <= 2]
    covered = [any(each <= set(np.flatnonzero(row)) for each in small) for row in states]
    union = weights(states, p)[np.array(covered)].sum()
    assert left_out(kept, p, exact) == pytest.approx(exact - union, abs=1e-14)


def test_an_unknown_union_still_bounds_what_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    names = tuple(f"e{i}" for i in range(8))
    diagram = diagram_of(FaultTree({"t": Gate("atleast", names, 2)}, names), ["t"])
    p = np.full(8, 0.1)
    exact = probabilities(diagram, p)["t"]
    monkeypatch.setattr(cut_off, "union_probability", lambda *_: None)
    assert left_out(cut_sets_of(diagram, "t"), p, exact) == pytest.approx(exact - 0.01)
