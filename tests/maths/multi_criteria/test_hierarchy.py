"""Synthesis over a hierarchy: sums over all paths, copies, and weights at which the winner changes."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anlan.maths.multi_criteria.hierarchy import Hierarchy, reversals, turning_weights
from anlan.maths.multi_criteria.reversals import Reversal

MODES = ("distributive", "ideal")


def _drawn(seed: int, *, m: int = 3) -> Hierarchy:
    """goal -> a (-> a1, a2), b, c -> m alternatives."""
    rng = np.random.default_rng(seed)
    names = tuple(f"x{i}" for i in range(m))
    parts = {"goal": ("a", "b", "c"), "a": ("a1", "a2"), **dict.fromkeys(("a1", "a2", "b", "c"), names)}
    return Hierarchy("goal", parts, {k: rng.dirichlet(np.full(len(v), 2.0)) for k, v in parts.items()}, names)


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 10**6), mode=st.sampled_from(MODES))
def test_priorities_are_sums_over_all_paths(seed: int, mode: str) -> None:
    tree = _drawn(seed)
    local = {
        k: w / w.max() if mode == "ideal" and k not in ("goal", "a") else w for k, w in tree.local.items()
    }
    (a, b, c), (a1, a2) = local["goal"], local["a"]
    total = a * a1 * local["a1"] + a * a2 * local["a2"] + b * local["b"] + c * local["c"]
    np.testing.assert_allclose(tree.priorities(mode), total / total.sum(), atol=1e-12)  # type: ignore[arg-type]
    assert sum(w for k, w in tree.global_weights().items() if k in ("a1", "a2", "b", "c")) == pytest.approx(
        1.0
    )
    assert tree.criteria() == ["a", "b", "c", "a1", "a2"]


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 10**6), mode=st.sampled_from(MODES))
def test_the_winner_changes_at_the_turning_weight_and_nowhere_nearer(seed: int, mode: str) -> None:
    tree = _drawn(seed)
    first = int(np.argmax(tree.priorities(mode)))  # type: ignore[arg-type]

    def winner(criterion: str, weight: float) -> str:
        parent = "a" if criterion in ("a1", "a2") else "goal"
        place, local = tree.parts[parent].index(criterion), tree.local[parent].copy()
        others = np.arange(len(local)) != place
        local[others] *= (1 - weight) / (1 - local[place])
        local[place] = weight
        changed = replace(tree, local={**tree.local, parent: local})
        return tree.alternatives[int(np.argmax(changed.priorities(mode)))]  # type: ignore[arg-type]

    for turn in turning_weights(tree, mode):  # type: ignore[arg-type]
        steps = np.linspace(0.0, 1.0, 201)
        other = [w for w in steps if winner(turn.criterion, w) != tree.alternatives[first]]
        if turn.weight is None:
            assert not other
            continue
        direction = np.sign(turn.weight - turn.current)
        beyond = turn.weight + direction * 1e-7
        if 0 <= beyond <= 1:
            assert winner(turn.criterion, beyond) == turn.winner
        assert winner(turn.criterion, turn.weight - direction * 1e-7) == tree.alternatives[first]
        assert all(abs(w - turn.current) >= abs(turn.change or 0) - 1e-9 for w in other)


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 10**6))
def test_a_copy_changes_no_order_in_ideal_mode(seed: int) -> None:
    tree = _drawn(seed)
    names = (*tree.alternatives, "copy")
    low = ("a1", "a2", "b", "c")
    copied = Hierarchy(
        "goal",
        {**tree.parts, **dict.fromkeys(low, names)},
        {
            **tree.local,
            **{k: np.append(tree.local[k], tree.local[k][1]) / (1 + tree.local[k][1]) for k in low},
        },
        names,
    )
    before, after = tree.priorities("ideal"), copied.priorities("ideal")
    assert np.argsort(-before).tolist() == np.argsort(-after[:3]).tolist()


def test_belton_and_gear_reverse_ranks_by_a_copy_in_distributive_mode() -> None:
    """Three equal criteria, A B C; with D, a copy of B, A leads; without it B does (Belton and Gear 1983)."""
    one, other, third = np.array([1, 9, 1, 9.0]), np.array([9, 1, 1, 1.0]), np.array([8, 9, 1, 9.0])
    names = ("A", "B", "C", "D")
    local = {k: w / w.sum() for k, w in zip("pqr", (one, other, third), strict=True)}
    tree = Hierarchy(
        "goal", {"goal": ("p", "q", "r"), **dict.fromkeys("pqr", names)},
        {"goal": np.full(3, 1 / 3), **local}, names,
    )  # fmt: skip
    assert Reversal(dropped=3, ahead=0, behind=1) in reversals(tree, "distributive")
    assert 3 not in [each.dropped for each in reversals(tree, "ideal")]


def test_a_tree_of_criteria_alone_has_weights() -> None:
    tree = Hierarchy(
        "g", {"g": ("a", "b"), "a": ("c", "d")}, {"g": np.array([0.6, 0.4]), "a": np.array([0.5, 0.5])}
    )
    assert tree.global_weights() == {"g": 1.0, "a": 0.6, "b": 0.4, "c": 0.3, "d": 0.3}
