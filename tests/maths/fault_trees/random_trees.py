"""Small trees drawn at random, and what they mean by trying every combination of events."""

from collections.abc import Mapping
from itertools import product

import numpy as np
from numpy.typing import NDArray

from anlan.maths.fault_trees import FaultTree, Gate

COHERENT = ("and", "or", "atleast", "pass")
ALL = (*COHERENT, "not", "xor", "nand", "nor")


def drawn_tree(
    seed: int, *, events: int = 8, gates: int = 9, kinds: tuple[str, ...] = ALL, houses: int = 1
) -> FaultTree:
    """A tree whose gate `g0` is the top; gates only stand on later gates, events and houses anywhere."""
    rng = np.random.default_rng(seed)
    names = tuple(f"e{i}" for i in range(events))
    constants = {f"h{i}": bool(rng.integers(2)) for i in range(houses)}
    made = {}
    for i in range(gates):
        kind = str(rng.choice(kinds))
        n = 1 if kind in ("not", "pass") else int(rng.integers(2, 5))
        later = [f"g{j}" for j in range(i + 1, gates)]
        pool = [*later, *later, *names, *constants]
        inputs = [str(rng.choice(pool)) for _ in range(n)]
        if later:
            inputs[0] = later[0]
        made[f"g{i}"] = Gate(kind, tuple(inputs), int(rng.integers(1, n + 1)) if kind == "atleast" else 0)
    return FaultTree(made, names, constants)


def happens(tree: FaultTree, name: str, state: Mapping[str, bool]) -> bool:
    """Whether a gate happens, by its definition."""
    if name in state:
        return state[name]
    if name in tree.houses:
        return tree.houses[name]
    gate = tree.gates[name]
    on = sum(happens(tree, each, state) for each in gate.inputs)
    n = len(gate.inputs)
    return {
        "and": on == n, "or": on > 0, "atleast": on >= gate.k, "not": on == 0, "pass": on == 1,
        "xor": on % 2 == 1, "nand": on < n, "nor": on == 0,
    }[gate.kind]  # fmt: skip


def truth(tree: FaultTree, top: str) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """All combinations (2^n, n_events) and whether the top happens in each."""
    states = np.array(list(product([False, True], repeat=len(tree.events))), dtype=bool)
    found = [happens(tree, top, dict(zip(tree.events, row.tolist(), strict=True))) for row in states]
    return states, np.array(found, dtype=bool)


def weights(states: NDArray[np.bool_], p: NDArray[np.float64]) -> NDArray[np.float64]:
    """Probability of each combination."""
    return np.asarray(np.where(states, p, 1 - p).prod(axis=1))


def minimal_states(states: NDArray[np.bool_], found: NDArray[np.bool_]) -> set[frozenset[int]]:
    """The smallest sets of events that alone make the top happen."""
    sets = [frozenset(np.flatnonzero(row).tolist()) for row in states[found]]
    return {one for one in sets if not any(other < one for other in sets)}
