"""From an empty start to the usual state: M/M/1 with its known transient, and what the rule proposes."""

import numpy as np
import pytest

from anlan.domain.errors import UsageError
from anlan.maths.simulation import laws
from anlan.maths.simulation.arrivals import steady
from anlan.maths.simulation.network import OUT, Network, Node, Pool, Way
from anlan.maths.simulation.replications import Arrivals, Asked, mean_over, simulate
from anlan.maths.simulation.steady_state import (
    by_cycle,
    moves_at,
    still_moving,
    under_way,
    warm_up,
    warm_up_by_cycle,
)
from anlan.maths.streams import Stream

HOUR, RHO, HOURS, RUNS = 3600.0, 0.85, 1_000, 200


def test_cases_under_way_are_counted_over_time_by_hand() -> None:
    # one from 0 to 10, one from 4 to 6, one from 15 to 40
    found = under_way(
        np.array([0.0, 4.0, 15.0]), np.array([10.0, 6.0, 40.0]), np.array([0.0, 5.0, 10.0, 20.0])
    )
    assert found.tolist() == [6 / 5, 6 / 5, 5 / 10]


def test_means_over_whole_cycles_begin_at_each_place() -> None:
    values = np.array([[1.0, 2.0, 3.0, 5.0, 9.0]])
    assert by_cycle(values, 3).tolist() == [[2.0, pytest.approx(10 / 3), pytest.approx(17 / 3)]]


@pytest.fixture(scope="module")
def values() -> np.ndarray:
    """Cases under way in each hour of an M/M/1 queue that begins empty: (runs, hours)."""
    network = Network((Node("a", laws.exponential(HOUR), ("p",), (Way(OUT),)),), (Pool("p"),))
    arrivals = [Arrivals(steady(Stream(3, n), 1_100, per_hour=RHO)) for n in range(RUNS)]
    runs = simulate(network, lambda number: arrivals[number], Asked(3, RUNS))
    borders = np.arange(HOURS + 1) * HOUR
    return np.array([
        under_way(come.times, come.times + run.cycle_s, borders)
        for come, run in zip(arrivals, runs, strict=True)
    ])  # fmt: skip


def _transient(hours: int, *, most: int = 150, steps: int = 20) -> np.ndarray:
    """Expected number in an M/M/1 queue that begins empty, mean over each hour, by its equations of state."""
    p, found = np.zeros(most + 1), []
    p[0] = 1.0
    states, h = np.arange(most + 1), 1.0 / steps
    for _ in range(hours):
        total = 0.0
        for _ in range(steps):  # uniformised at 2 events an hour, by its Poisson series
            term, after = p, np.exp(-2 * h) * p
            for k in range(1, 9):
                moved = np.zeros_like(term)
                moved[1:] += RHO / 2 * term[:-1]
                moved[:-1] += 0.5 * term[1:]
                moved += (1 - RHO / 2 - 0.5) * term
                moved[0] += 0.5 * term[0]
                moved[-1] += RHO / 2 * term[-1]
                term = moved
                after = after + np.exp(-2 * h) * (2 * h) ** k / float(np.prod(np.arange(1, k + 1))) * term
            total += float(states @ (p + after)) / 2
            p = after
        found.append(total / steps)
    return np.array(found)


def test_an_empty_start_rises_as_the_equations_of_state_say(values: np.ndarray) -> None:
    exact = _transient(60)
    for hour in (0, 2, 9, 29, 59):
        found = mean_over(values[:, hour].tolist(), level=0.999)
        assert found.low <= exact[hour] <= found.high
    assert exact[0] < 0.5 < 0.6 * RHO / (1 - RHO) < exact[59]


def test_what_is_proposed_leaves_the_usual_state(values: np.ndarray) -> None:
    usual = RHO / (1 - RHO)
    proposed = warm_up(values).proposed
    assert proposed is not None
    assert 10 <= proposed <= 200
    kept = mean_over(values[:, proposed:].mean(axis=1).tolist())
    assert kept.low <= usual <= kept.high
    assert still_moving(values[:, :proposed].mean(axis=1), values[:, proposed:].mean(axis=1))
    # of a short run the empty start is seen in the mean
    short = mean_over(values[:, :60].mean(axis=1).tolist(), level=0.999)
    assert short.high < usual


def test_a_run_that_is_as_usual_from_the_start_seldom_seems_to_move() -> None:
    told = 0
    for seed in range(60):
        values = Stream(seed).normal(20 * 100, purpose=1).reshape(20, 100)
        found = warm_up(values).proposed
        if found:
            told += still_moving(values[:, :found].mean(axis=1), values[:, found:].mean(axis=1))
    assert told <= 6  # each at 1 % if the place had not been looked for


def test_of_what_follows_the_week_the_first_week_like_later_ones_is_proposed() -> None:
    # seven days of a week, each of its own; a beginning that is lower and comes up within about ten days
    days, runs = np.arange(70), 20
    usual = 10.0 + 4.0 * np.sin(2 * np.pi * days / 7)
    noise = Stream(2).normal(runs * 70, purpose=1).reshape(runs, 70)
    rising = by_cycle(usual - 8.0 * np.exp(-days / 4.0) + noise, 7)
    proposed = warm_up_by_cycle(rising, 7).proposed
    assert proposed is not None
    assert 5 <= proposed <= 20
    assert moves_at(rising, 0, 7)
    assert not moves_at(rising, 25, 7)
    assert warm_up_by_cycle(by_cycle(usual + noise, 7), 7).proposed == 0


def test_what_grows_without_end_has_no_usual_state() -> None:
    values = np.arange(200.0) + Stream(1).normal(4 * 200, purpose=1).reshape(4, 200)
    assert warm_up(values).proposed is None


def test_too_little_to_tell_is_refused() -> None:
    with pytest.raises(UsageError, match=r"simulation\.too_short"):
        warm_up(np.zeros((3, 49)))
    with pytest.raises(UsageError, match=r"simulation\.too_short"):
        warm_up_by_cycle(np.zeros((3, 7)), 7)
    with pytest.raises(UsageError, match=r"simulation\.too_few"):
        still_moving([1.0], [2.0])
