"""The published formulas and tables of human error, and their limits."""

import math
from fractions import Fraction

import numpy as np
import pytest
from scipy.integrate import quad

from anlan.maths.human_error.dependence import LEVELS, all_fail, any_fails, given_the_same_before
from anlan.maths.human_error.heart import (
    GENERIC_TASKS,
    GREATEST_EFFECTS,
    assessed_effect,
    heart_probability,
)
from anlan.maths.human_error.spar_h import (
    CERTAIN,
    MULTIPLIERS,
    constrained_limits,
    spar_h_probability,
)

FORMULAS = {
    "zero": lambda p: p,
    "low": lambda p: (1 + 19 * p) / 20,
    "moderate": lambda p: (1 + 6 * p) / 7,
    "high": lambda p: (1 + p) / 2,
    "complete": lambda p: Fraction(1),
}


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("p", [Fraction(0), Fraction(1, 1000), Fraction(1, 3), Fraction(1)])
def test_the_five_levels_are_those_of_the_handbook(level: str, p: Fraction) -> None:
    assert given_the_same_before(float(p), level) == pytest.approx(float(FORMULAS[level](p)), rel=1e-15)


def test_dependence_makes_joint_failure_likelier_and_a_first_failure_rarer() -> None:
    p = [0.01, 0.02, 0.05]
    rows = [["zero", level, level] for level in LEVELS]
    together = [all_fail(p, row) for row in rows]
    at_all = [any_fails(p, row) for row in rows]
    assert together == sorted(together)
    assert at_all == sorted(at_all, reverse=True)
    assert together[0] == pytest.approx(math.prod(p))
    assert together[-1] == pytest.approx(0.01)
    assert at_all[0] == pytest.approx(1 - 0.99 * 0.98 * 0.95)
    assert at_all[-1] == pytest.approx(0.01)


def test_two_steps_that_depend_either_way_have_the_success_of_the_handbook() -> None:
    """Low dependence: success given success (1 + 19 q) / 20."""
    assert any_fails([0.1, 0.3], ["zero", "low"]) == pytest.approx(1 - 0.9 * (1 + 19 * 0.7) / 20)


def test_small_probabilities_keep_their_digits() -> None:
    assert any_fails([1e-18, 2e-18], ["zero", "zero"]) == pytest.approx(3e-18, rel=1e-12)
    assert any_fails([1.0, 0.2], ["zero", "zero"]) == 1.0


def test_heart_is_capped_and_a_condition_that_is_absent_changes_nothing() -> None:
    assert heart_probability(0.003, [assessed_effect(17, 0.0)]) == 0.003
    assert heart_probability(0.55, [17.0, 11.0]) == 1.0
    assert len(GREATEST_EFFECTS) == 38
    assert list(GREATEST_EFFECTS) == sorted(GREATEST_EFFECTS, reverse=True)
    assert all(low < nominal < high for nominal, low, high in GENERIC_TASKS.values())


def test_effects_are_those_reprinted_in_later_papers() -> None:
    """Conditions 1 to 22 as in doi:10.1371/journal.pone.0253827, table 2."""
    printed = (17, 11, 10, 9, 8, 8, 8, 6, 6, 5.5, 5, 4, 4, 4, 3, 3, 3, 2.5, 2.5, 2, 2, 1.8)
    assert GREATEST_EFFECTS[:22] == printed


def test_the_adjustment_begins_with_the_third_negative_factor() -> None:
    assert spar_h_probability(0.01, [10, 5, 1]) == pytest.approx(0.5)
    assert spar_h_probability(0.01, [10, 5, 2]) == pytest.approx(0.01 * 100 / (0.01 * 99 + 1))
    assert spar_h_probability(0.01, [50, 50]) == 1.0
    assert spar_h_probability(0.01, [50, 50, 50]) < 1.0
    assert spar_h_probability(0.01, [0.01, CERTAIN]) == 1.0
    assert spar_h_probability(0.001, []) == 0.001


def test_a_worse_level_never_lowers_the_probability() -> None:
    """Along every factor, from the worst level to the best, others at 2."""
    for kind in MULTIPLIERS.values():
        for levels in kind.values():
            found = [spar_h_probability(0.01, [m, 2, 2, 2]) for m in levels.values()]
            assert found == sorted(found, reverse=True)
            assert levels["nominal"] == 1


@pytest.mark.parametrize("mean", [1e-3, 0.01, 0.2, 0.5, 0.9])
def test_the_constrained_distribution_has_its_mean_and_its_limits(mean: float) -> None:
    """Against integrals of exp(b p) / sqrt(p (1 - p)) over the angle, b found by bisection."""

    def weight(t: float, b: float) -> float:
        return math.exp(b * (math.sin(t) ** 2 - (b > 0)))

    def share(b: float, to: float, power: int = 0) -> float:
        points = [min(to, 0.02), min(to, 0.2)]
        found, _ = quad(lambda t: weight(t, b) * math.sin(t) ** (2 * power), 0, to, points=points, limit=400)
        return float(found)

    half = math.pi / 2
    low, high = -2000.0, 2000.0
    for _ in range(80):
        b = (low + high) / 2
        low, high = (b, high) if share(b, half, 1) / share(b, half) < mean else (low, b)
    for expected, limit in zip((0.05, 0.95), constrained_limits(mean), strict=True):
        found = share(b, math.asin(math.sqrt(limit))) / share(b, half)
        assert found == pytest.approx(expected, abs=2e-3)


def test_the_limits_join_where_the_formula_changes() -> None:
    below, above = constrained_limits(4.999e-4), constrained_limits(5.001e-4)
    assert np.array(below) == pytest.approx(np.array(above), rel=5e-3)
