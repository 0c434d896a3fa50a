"""Chains against closed forms, another program's matrix exponential and what no digit may be lost of."""

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.linalg import expm
from scipy.stats import binom

from anlan.domain.errors import RefusedInput
from anlan.maths.markov.absorption import expected_rewards
from anlan.maths.markov.course import curve, step
from anlan.maths.markov.long_run import closed_classes, limit, stationary
from anlan.maths.markov.redundancy import group_rates


def _random_rates(seed: int, n: int = 6) -> NDArray[np.float64]:
    rates = np.random.default_rng(seed).lognormal(0, 1.5, (n, n))
    np.fill_diagonal(rates, 0)
    return rates


def _generator(rates: NDArray[np.float64]) -> NDArray[np.float64]:
    generator: NDArray[np.float64] = rates - np.diag(rates.sum(axis=1))
    return generator


@pytest.mark.parametrize("seed", range(6))
def test_the_course_is_the_matrix_exponential_and_its_integral(seed: int) -> None:
    rates = _random_rates(seed)
    for time in (0.01, 0.7, 5.0):
        after, spent = step(rates, time)
        assert after == pytest.approx(expm(_generator(rates) * time), abs=1e-12)
        block = np.zeros((12, 12))
        block[:6, :6], block[:6, 6:] = _generator(rates), np.eye(6)
        assert spent == pytest.approx(expm(block * time)[:6, 6:], abs=1e-11)


@pytest.mark.parametrize("stiffness", [1e2, 1e6, 1e12])
def test_a_stiff_chain_of_two_states_keeps_its_digits(stiffness: float) -> None:
    """Unavailability lambda / (lambda + mu) * (1 - exp(-(lambda + mu) t)), to nearly all digits."""
    failing, repair, time = 1e-5, 1e-5 * stiffness, 3e4
    rates = np.array([[0, failing], [repair, 0.0]])
    after, spent = step(rates, time)
    both = failing + repair
    assert after[0, 1] == pytest.approx(-failing / both * np.expm1(-both * time), rel=1e-12)
    mean = failing / both * (1 + np.expm1(-both * time) / (both * time))
    assert spent[0, 1] / time == pytest.approx(mean, rel=1e-11)
    assert stationary(rates)[1] == pytest.approx(failing / both, rel=1e-15)


@pytest.mark.parametrize("seed", range(6))
def test_the_long_run_is_in_balance_and_is_where_the_course_ends(seed: int) -> None:
    rates = _random_rates(seed)
    shares = stationary(rates)
    assert shares @ _generator(rates) == pytest.approx(np.zeros(6), abs=1e-13)
    assert step(rates, 1e6)[0][3] == pytest.approx(shares, rel=1e-9)
    assert limit(rates, np.eye(6)[2]) == pytest.approx(shares, rel=1e-14)


def test_where_a_chain_may_end_in_two_places_the_start_decides() -> None:
    """A gambler with fair steps between 0 and 3."""
    rates = np.zeros((4, 4))
    rates[[1, 1, 2, 2], [0, 2, 1, 3]] = 0.5
    assert [list(each) for each in closed_classes(rates)] == [[0], [3]]
    assert limit(rates, np.array([0, 1.0, 0, 0])) == pytest.approx([2 / 3, 0, 0, 1 / 3])


@pytest.mark.parametrize("seed", range(6))
def test_rewards_before_leaving_are_those_of_the_inverse(seed: int) -> None:
    rates = _random_rates(seed)
    exits = np.random.default_rng(seed + 100).random(6)
    inverse = np.linalg.inv(np.diag(rates.sum(axis=1) + exits) - rates)
    assert expected_rewards(rates, exits, np.eye(6)) == pytest.approx(inverse, rel=1e-10)


def test_a_state_that_cannot_be_left_is_refused() -> None:
    rates = np.array([[0, 1.0, 0], [1.0, 0, 0], [0, 0, 0]])
    with pytest.raises(RefusedInput, match="never_leaves"):
        expected_rewards(rates, np.array([0.0, 0.0, 1.0]), np.ones((3, 1)))


def test_the_mean_time_to_failure_of_a_pair_is_right_where_repair_is_a_million_million_times_faster() -> None:
    """(3 lambda + mu) / (2 lambda^2) for two active components and one crew."""
    failing, repair = 1e-9, 1e3
    rates = group_rates(components=2, needed=1, failure_rate=failing, repair_rate=repair, crews=1)
    mean = expected_rewards(rates[:2, :2], rates[:2, 2], np.ones((2, 1)))[0, 0]
    # both work: `needed` 1 of 2, the other rests at the full rate
    assert mean == pytest.approx((3 * failing + repair) / (2 * failing**2), rel=1e-14)


def test_with_a_crew_for_each_the_components_are_independent() -> None:
    rates = group_rates(components=5, needed=5, failure_rate=0.02, repair_rate=0.3, crews=5)
    assert stationary(rates) == pytest.approx(binom.pmf(range(6), 5, 0.02 / 0.32), rel=1e-12)


@pytest.mark.parametrize("crews", [1, 2, 3])
def test_more_crews_and_colder_spares_never_do_harm(crews: int) -> None:
    def lost(crews: int, resting: float) -> float:
        rates = group_rates(
            components=4, needed=2, failure_rate=0.1, repair_rate=0.5, crews=crews, resting_share=resting
        )
        return float(stationary(rates)[3:].sum())

    assert lost(crews + 1, 1.0) < lost(crews, 1.0)
    assert lost(crews, 0.0) < lost(crews, 0.5) < lost(crews, 1.0)


def test_a_cold_spare_without_repair_lasts_twice_as_long() -> None:
    rates = group_rates(components=2, needed=1, failure_rate=0.1, repair_rate=0.0, crews=1, resting_share=0.0)
    mean = expected_rewards(rates[:2, :2], rates[:2, 2], np.ones((2, 1)))[0, 0]
    assert mean == pytest.approx(20.0)


def test_the_curve_starts_where_it_is_told_and_stays_a_distribution() -> None:
    rows = curve(_random_rates(1), np.eye(6)[4], horizon=3.0, points=10)
    assert rows.shape == (11, 6)
    assert rows[0] == pytest.approx(np.eye(6)[4])
    assert rows.sum(axis=1) == pytest.approx(np.ones(11))
    assert rows[10] == pytest.approx(step(_random_rates(1), 3.0)[0][4], rel=1e-11)
