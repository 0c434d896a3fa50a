"""Bounds hold the exact probability of random trees, meet where nothing is shared, and only get closer."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anlan.maths.fault_trees import FaultTree, Gate, probability_of
from anlan.maths.fault_trees.bounds import bounds_of
from maths.fault_trees.random_trees import COHERENT, drawn_tree

CROSSED = FaultTree(
    {"t": Gate("and", ("x", "y")), "x": Gate("or", ("a", "c")), "y": Gate("or", ("b", "c"))}, ("a", "b", "c")
)


@settings(deadline=None)
@given(st.integers(0, 100_000), st.integers(0, 4), st.sampled_from([0.01, 0.2, 0.7]))
def test_bounds_hold_the_exact_probability(seed: int, known: int, size: float) -> None:
    tree = drawn_tree(seed, kinds=COHERENT)
    p = np.random.default_rng(seed).uniform(0, size, size=len(tree.events))
    exact = probability_of(tree, "g0", dict(zip(tree.events, p.tolist(), strict=True)))
    found = bounds_of(tree, "g0", p, most_known=known)
    assert found is not None
    assert found.low - 1e-12 <= exact <= found.high + 1e-12
    assert 0 <= found.low <= found.high <= 1


@settings(deadline=None)
@given(st.integers(0, 100_000))
def test_with_every_shared_event_known_the_bounds_meet(seed: int) -> None:
    tree = drawn_tree(seed, events=6, gates=5, kinds=COHERENT)
    p = np.random.default_rng(seed).uniform(0, 0.5, size=6)
    exact = probability_of(tree, "g0", dict(zip(tree.events, p.tolist(), strict=True)))
    found = bounds_of(tree, "g0", p, most_known=6)
    assert found is not None
    wide = bounds_of(tree, "g0", p, most_known=0)
    assert wide is not None
    assert found.high - found.low <= wide.high - wide.low + 1e-12
    if len(found.known) == 6:
        assert (found.low, found.high) == pytest.approx((exact, exact), abs=1e-12)


def test_the_bounds_of_two_crossed_gates_by_hand() -> None:
    """Without knowing c: all of x and y at least as if independent, and no more probable than one of them."""
    found = bounds_of(CROSSED, "t", [0.1, 0.1, 0.01], most_known=0)
    assert found is not None
    x = 1 - 0.9 * 0.99
    assert (found.low, found.high, found.known) == (pytest.approx(x * x), pytest.approx(x), ())


def test_one_probable_input_does_not_loosen_the_bound_of_two_of_three() -> None:
    """Two of three need one of the two improbable ones, whatever the probable one does."""
    gates = {
        "t": Gate("atleast", ("g", "h", "i"), 2),
        "g": Gate("or", ("a", "x")),
        "h": Gate("and", ("b", "x")),
        "i": Gate("and", ("c", "x")),
    }
    tree = FaultTree(gates, ("a", "b", "c", "x"))
    found = bounds_of(tree, "t", [0.9, 0.01, 0.01, 0.5], most_known=0)
    assert found is not None
    exact = 0.5 * (1 - 0.99**2)
    assert found.low <= exact <= found.high == pytest.approx(0.005 + 0.005)


def test_negations_that_cancel_are_bounded_and_others_are_not() -> None:
    gates = {"t": Gate("nand", ("x", "y")), "x": Gate("nor", ("a", "c")), "y": Gate("nor", ("b", "c"))}
    tree = FaultTree(gates, ("a", "b", "c"))
    p = {"a": 0.1, "b": 0.1, "c": 0.01}
    found = bounds_of(tree, "t", list(p.values()), most_known=0)
    assert found is not None
    assert found.low - 1e-12 <= probability_of(tree, "t", p) <= found.high + 1e-12
    assert bounds_of(FaultTree({"t": Gate("xor", ("a", "b"))}, ("a", "b")), "t", [0.1, 0.2]) is None


def test_a_top_that_is_sure_or_impossible_is_told_so() -> None:
    tree = FaultTree({"t": Gate("or", ("a", "h"))}, ("a",), {"h": True})
    found = bounds_of(tree, "t", [0.3])
    assert found is not None
    assert (found.low, found.high) == (1.0, 1.0)
