"""Effects of functions whose effects are known."""

import numpy as np
import pytest

from anlan.domain.errors import RefusedInput
from anlan.maths.sensitivity.morris import elementary_effects, trajectories


def test_a_straight_line_has_its_slopes_and_no_spread() -> None:
    points = trajectories(50, 4, levels=6, seed=2)
    slopes = np.array([3.0, -2.0, 0.0, 0.5])
    found = elementary_effects(points, points @ slopes)
    assert found.mu == pytest.approx(slopes)
    assert found.mu_star == pytest.approx(np.abs(slopes))
    assert found.sigma == pytest.approx(0.0, abs=1e-12)


def test_a_product_shows_itself_in_sigma_and_a_wave_only_in_mu_star() -> None:
    points = trajectories(400, 3, levels=4, seed=1)
    x = points
    found = elementary_effects(points, x[..., 0] * x[..., 1] + np.abs(x[..., 2] - 0.5))
    assert found.mu[0] == pytest.approx(0.5, abs=0.05)
    assert found.sigma[0] > 0.3
    assert abs(found.mu[2]) < 0.1 < found.mu_star[2]


@pytest.mark.parametrize("levels", [2, 4, 8])
def test_trajectories_keep_to_the_grid_and_move_each_input_once(levels: int) -> None:
    points = trajectories(30, 5, levels=levels, seed=9)
    assert points == pytest.approx(np.round(points * (levels - 1)) / (levels - 1))
    assert ((points >= 0) & (points <= 1 + 1e-12)).all()
    moved = np.abs(np.diff(points, axis=1)) > 1e-9
    assert (moved.sum(axis=1) == 1).all()
    assert (moved.sum(axis=2) == 1).all()
    assert len(np.unique(points[:, 0, 0])) > 1


def test_a_step_that_moves_two_inputs_is_refused() -> None:
    with pytest.raises(RefusedInput):
        elementary_effects(np.array([[[0.0, 0.0], [1.0, 1.0], [1.0, 0.0]]]), np.zeros((1, 3)))
    with pytest.raises(RefusedInput):
        trajectories(3, 2, levels=3, seed=0)
