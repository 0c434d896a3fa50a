"""Indices of functions whose indices are known."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anlan.domain.errors import NotEnoughData
from anlan.maths.sensitivity.sobol import sobol_indices, sobol_points


def test_the_g_function_comes_out_as_its_formula_says() -> None:
    """Saltelli & Sobol (1995): V_i = 1 / (3 (1 + a_i)^2), V = prod(1 + V_i) - 1."""
    a = np.array([0.0, 1.0, 4.5, 9.0, 99.0])
    part = 1.0 / (3.0 * (1.0 + a) ** 2)
    variance = np.prod(1.0 + part) - 1.0
    total = part * np.prod(1.0 + part) / (1.0 + part) / variance
    points = sobol_points(2**13, 5, seed=1)
    found = sobol_indices(np.prod((np.abs(4 * points - 2) + a) / (1 + a), axis=1), 5)
    assert found.mean == pytest.approx(1.0, abs=2e-3)
    assert found.variance == pytest.approx(variance, rel=0.02)
    assert found.first == pytest.approx(part / variance, abs=0.02)
    assert found.total == pytest.approx(total, abs=0.02)
    assert (np.abs(found.total - total) < 4 * found.total_error + 1e-6).all()


def _ishigami(points: np.ndarray, a: float = 7.0, b: float = 0.1) -> np.ndarray:
    x = np.pi * (2.0 * points - 1.0)
    return np.sin(x[:, 0]) + a * np.sin(x[:, 1]) ** 2 + b * x[:, 2] ** 4 * np.sin(x[:, 0])


def test_the_second_order_of_the_ishigami_function_is_its_exact_one() -> None:
    """Ishigami & Homma (1990): V_13 = 8 b^2 pi^8 / 225 and no other pair interacts."""
    b = 0.1
    variance = 49 / 8 + b * np.pi**4 / 5 + b**2 * np.pi**8 / 18 + 0.5
    exact = 8 * b**2 * np.pi**8 / 225 / variance
    points = sobol_points(2**13, 3, seed=2, pairs=True)
    assert len(points) == 2**13 * (2 * 3 + 2)
    found = sobol_indices(_ishigami(points), 3, pairs=True)
    assert exact == pytest.approx(0.2437, abs=1e-4)
    assert found.pair[0, 2] == pytest.approx(exact, abs=0.02)
    assert abs(found.pair[0, 2] - exact) < 4 * found.pair_error[0, 2]
    for i, j in ((0, 1), (1, 2)):
        assert abs(found.pair[i, j]) < 4 * found.pair_error[i, j] < 0.1
    assert found.first.sum() + found.pair.sum() == pytest.approx(1.0, abs=0.03)
    plain = sobol_indices(_ishigami(sobol_points(2**13, 3, seed=2)), 3)
    assert plain.first == pytest.approx(found.first)
    assert plain.pair is None


def test_a_product_of_two_has_its_second_order_by_formula_and_its_error_by_spread() -> None:
    """x y of uniforms: V_x = V_y = 1 / 48, V_xy = 1 / 144, so that S_xy = 1 / 7."""
    rng = np.random.default_rng(1)
    runs = []
    for _ in range(300):
        a, b = rng.random((2, 256, 2))
        mixed = [np.where(np.arange(2) == i, b, a) for i in range(2)]
        crossed = [np.where(np.arange(2) == i, a, b) for i in range(2)]
        x = np.concatenate([a, b, *mixed, *crossed])
        runs.append(sobol_indices(x[:, 0] * x[:, 1], 2, pairs=True))
    found = np.array([run.pair[0, 1] for run in runs])
    assert found.mean() == pytest.approx(1 / 7, abs=4 * found.std() / np.sqrt(300))
    assert np.mean([run.pair_error[0, 1] for run in runs]) == pytest.approx(found.std(), rel=0.15)


def test_the_standard_error_is_the_spread_over_seeds() -> None:
    """On independent points, which the formula assumes."""
    rng = np.random.default_rng(0)
    runs = []
    for _ in range(400):
        a, b = rng.random((2, 256, 2))
        mixed = [np.where(np.arange(2) == i, b, a) for i in range(2)]
        x = np.concatenate([a, b, *mixed])
        runs.append(sobol_indices(x[:, 0] + 2 * x[:, 1] ** 2, 2))
    for index, error in (("first", "first_error"), ("total", "total_error")):
        spread = np.std([getattr(run, index) for run in runs], axis=0)
        said = np.mean([getattr(run, error) for run in runs], axis=0)
        assert said == pytest.approx(spread, rel=0.15)


@settings(max_examples=20, deadline=None)
@given(st.lists(st.floats(0.1, 5.0), min_size=2, max_size=5), st.floats(-1e6, 1e6), st.floats(1e-6, 1e6))
def test_a_sum_has_indices_by_its_squares_whatever_the_unit(
    weights: list[float], shift: float, unit: float
) -> None:
    w = np.array(weights)
    points = sobol_points(512, len(w), seed=3)
    found = sobol_indices((points @ w) * unit + shift * unit, len(w))
    expected = w**2 / (w**2).sum()
    assert found.total == pytest.approx(expected, abs=0.01)
    assert found.first == pytest.approx(expected, abs=0.08)


def test_a_result_that_never_changes_has_no_indices() -> None:
    with pytest.raises(NotEnoughData):
        sobol_indices(np.full(8 * 4, 3.0), 2)


def test_points_are_inside_and_come_again_with_the_seed() -> None:
    points = sobol_points(64, 3, seed=5)
    assert ((points > 0) & (points < 1)).all()
    assert (points == sobol_points(64, 3, seed=5)).all()
    assert (points != sobol_points(64, 3, seed=6)).any()
    a, b, mixed = points.reshape(5, 64, 3)[:3]
    assert (mixed[:, 0] == b[:, 0]).all()
    assert (mixed[:, 1:] == a[:, 1:]).all()
