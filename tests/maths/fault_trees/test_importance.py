"""Importances against their definitions, computed from the truth table."""

import numpy as np
import pytest

from anlan.domain.errors import NotEnoughData
from anlan.maths.fault_trees import FaultTree, Gate, diagram_of, importances
from maths.fault_trees.random_trees import ALL, COHERENT, drawn_tree, truth, weights


@pytest.mark.parametrize("seed", range(40))
@pytest.mark.parametrize("kinds", [COHERENT, ALL])
def test_every_measure_is_what_its_definition_gives(seed: int, kinds: tuple[str, ...]) -> None:
    tree = drawn_tree(seed, kinds=kinds, gates=8, events=7)
    p = np.random.default_rng(seed).uniform(0.01, 0.9, size=7)
    states, on = truth(tree, "g0")
    weight = weights(states, p)
    top = weight[on].sum()
    diagram = diagram_of(tree, ["g0"])
    if top == 0:
        with pytest.raises(NotEnoughData):
            importances(diagram, p, "g0")
        return
    found = importances(diagram, p, "g0")
    for event in range(7):
        has = states[:, event]
        sure, without = (weight[on & side].sum() / weight[side].sum() for side in (has, ~has))
        assert found.birnbaum[event] == pytest.approx(sure - without, abs=1e-12)
        assert found.criticality[event] == pytest.approx(p[event] * (sure - without) / top, abs=1e-11)
        assert found.diagnostic[event] == pytest.approx(weight[on & has].sum() / top, abs=1e-11)
        assert found.raw[event] == pytest.approx(sure / top, abs=1e-11)
        assert found.rrw[event] == pytest.approx(top / without if without > 1e-15 else np.inf, rel=1e-9)


def test_an_event_no_top_can_do_without_has_infinite_reduction_worth_however_rare() -> None:
    tree = FaultTree({"t": Gate("and", ("a", "o")), "o": Gate("or", ("b", "c"))}, ("a", "b", "c"))
    found = importances(diagram_of(tree, ["t"]), [1e-7, 1e-8, 1e-16], "t")
    assert np.isinf(found.rrw[0])
    assert found.rrw[1] == pytest.approx(1e8, rel=1e-6)
    assert found.rrw[2] == pytest.approx(1 + 1e-8, rel=1e-12)
