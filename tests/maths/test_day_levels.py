import numpy as np
import pytest

from anlan.maths.day_levels import level_variance


def days(rng: np.random.Generator, variance: float, n: int = 120) -> tuple[np.ndarray, np.ndarray]:
    expected = np.tile([60.0, 80, 90, 80, 70, 20, 10], n // 7 + 1)[:n]
    level = rng.gamma(1 / variance, variance, n) if variance else np.ones(n)
    return rng.poisson(expected * level).astype(float), expected


def test_the_variance_of_two_counts_by_hand() -> None:
    """(10 - 5)^2 / (5 + 25 v) + (0 - 5)^2 / (5 + 25 v) = 2 at v = 0.8."""
    assert level_variance([10.0, 0.0], [5.0, 5.0], free=2).estimate == pytest.approx(0.8)


def test_counts_by_chance_have_no_levels() -> None:
    rng = np.random.default_rng(1)
    found = [level_variance(*days(rng, 0.0), free=120) for _ in range(400)]
    assert np.mean([each.low == 0.0 for each in found]) > 0.95
    assert np.mean([each.estimate for each in found]) < 0.002


@pytest.mark.parametrize("variance", [0.05, 0.2])
def test_the_interval_holds_the_variance_as_often_as_it_says(variance: float) -> None:
    rng = np.random.default_rng(2)
    found = [level_variance(*days(rng, variance), free=120) for _ in range(500)]
    assert np.mean([each.estimate for each in found]) == pytest.approx(variance, rel=0.05)
    covered = np.mean([each.low <= variance <= each.high for each in found])
    assert 0.87 < covered < 0.99


def test_levels_do_not_depend_on_the_order_of_days() -> None:
    seen, expected = days(np.random.default_rng(3), 0.2)
    order = np.random.default_rng(4).permutation(len(seen))
    again = level_variance(seen[order], expected[order], free=113)
    assert again.estimate == pytest.approx(level_variance(seen, expected, free=113).estimate)
