"""The probability of the wrong order against drawing risks, and its laws."""

import numpy as np
import pytest

from anlan.maths.risk_matrices.misordering import Spread, misordering

LEVELS = np.array([[0, 0, 0, 1], [0, 0, 1, 2], [0, 1, 2, 2]])
LIKELIHOOD, SEVERITY = [0.01, 0.1, 0.5, 1.0], [1.0, 5.0, 20.0, 100.0, 300.0]


def _drawn(spread: Spread, n: int = 2_000_000) -> tuple[float, float, float]:
    """Same level, wrong order given different levels, the same given opposed cells; by drawing."""
    rng = np.random.default_rng(5)
    scale, back = (np.log, np.exp) if spread == "log_uniform" else (np.asarray, np.asarray)
    a, b = scale(np.array(LIKELIHOOD)), scale(np.array(SEVERITY))
    i, j = rng.integers(0, 3, (2, n)), rng.integers(0, 4, (2, n))
    x = back(rng.uniform(a[i], a[i + 1])) * back(rng.uniform(b[j], b[j + 1]))
    level = LEVELS[i, j]
    differ = level[0] != level[1]
    wrong = np.sign(level[0] - level[1]) != np.sign(x[0] - x[1])
    opposed = differ & ((i[0] - i[1]) * (j[0] - j[1]) < 0)
    return 1 - differ.mean(), wrong[differ].mean(), wrong[opposed].mean()


@pytest.mark.parametrize("spread", ["uniform", "log_uniform"])
def test_the_probabilities_are_those_of_drawn_risks(spread: Spread) -> None:
    found = misordering(LEVELS, LIKELIHOOD, SEVERITY, spread=spread)
    assert found is not None
    assert (found.same_level, found.misordered, found.opposed) == pytest.approx(_drawn(spread), abs=0.002)


def test_a_probability_needs_an_overlap_and_an_overlap_brings_one() -> None:
    found = misordering(np.array([[0, 1]]), [1, 2], [1, 2, 8])
    assert found is not None
    assert (found.same_level, found.reversible, found.opposed) == (0.5, 1.0, None)
    # P(X1 Y1 > X2 Y2), X even on [1, 2], Y1 on [1, 2], Y2 on [2, 8], drawn 4 million times
    assert found.misordered == pytest.approx(0.01324, abs=1e-4)
    apart = misordering(np.array([[0], [1]]), [1, 2, 8], [1, 1.5])
    assert apart is not None
    assert apart.misordered < 0.03


def test_the_wrong_way_round_is_the_complement() -> None:
    right = misordering(np.array([[0, 1]]), [1, 2], [1, 2, 8])
    wrong = misordering(np.array([[1, 0]]), [1, 2], [1, 2, 8])
    assert right is not None
    assert wrong is not None
    assert right.misordered + wrong.misordered == pytest.approx(1.0, abs=1e-3)


def test_the_units_of_the_axes_do_not_matter() -> None:
    one = misordering(LEVELS, LIKELIHOOD, SEVERITY)
    other = misordering(LEVELS, np.array(LIKELIHOOD) * 365, np.array(SEVERITY) / 60)
    assert one is not None
    assert other is not None
    assert one.misordered == pytest.approx(other.misordered, rel=1e-9)


def test_cells_that_reach_to_zero_are_no_trouble_and_one_level_has_no_order() -> None:
    found = misordering(np.array([[0, 1], [1, 2]]), [0, 0.5, 1], [0, 0.5, 1])
    assert found is not None
    assert 0 < found.misordered < 0.5
    assert misordering(np.zeros((2, 2), dtype=int), [0, 1, 2], [0, 1, 2]) is None
