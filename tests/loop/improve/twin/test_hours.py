"""How fast time passes by hour of the week: rates that are known, chance, bursts, hours of runs."""

import numpy as np
import pytest

from anlan.loop.improve.twin.hours import open_minutes, seconds_passed, speeds

WEEK_S, HOUR_S = 604_800.0, 3600.0


def ended(speed: np.ndarray, begin: np.ndarray, lasts: np.ndarray) -> np.ndarray:
    """When times by this clock end: the clock read backwards, on a grid of seconds by interpolation."""
    grid = np.arange(0.0, 60 * WEEK_S, 300.0)
    return np.interp(seconds_passed(begin, speed) + lasts, seconds_passed(grid, speed), grid)


def known(seed: int, *, n: int = 6000) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Begins at any moment, exponential times of 5 hours at full speed; slow until noon, fast until 18:00."""
    rng = np.random.default_rng(seed)
    week = np.zeros((7, 24))
    week[:5, 8:12], week[:5, 12:18] = 0.4, 1.0
    begin = np.sort(rng.uniform(0.0, 20 * WEEK_S, n))
    return week.ravel(), begin, ended(week.ravel(), begin, rng.exponential(5 * HOUR_S, n))


def test_speeds_are_found_again() -> None:
    speed, begin, end = known(1)
    found = speeds(begin, end)
    assert found is not None
    assert (found[speed == 0] == 0).all()
    slow, fast = found[speed == 0.4].mean(), found[speed == 1.0].mean()
    assert slow / fast == pytest.approx(0.4, abs=0.04)
    assert found[speed == 1.0].std() < 0.1 * fast  # partial pooling: hours alike look alike


def test_the_same_rate_all_week_keeps_the_clock_on_the_wall() -> None:
    kept = 0
    for seed in range(40):
        rng = np.random.default_rng(seed)
        begin = np.sort(rng.uniform(0.0, 20 * WEEK_S, 1500))
        kept += speeds(begin, begin + rng.exponential(5 * HOUR_S, 1500)) is None
    assert kept >= 39


def test_times_by_the_found_clock_do_not_depend_on_when_they_began() -> None:
    _, begin, end = known(2)
    found = speeds(begin, end)
    assert found is not None
    by_clock = seconds_passed(end, found) - seconds_passed(begin, found)
    late = begin % WEEK_S > 4 * 86_400 + 18 * HOUR_S  # from Friday evening on
    assert by_clock[late].mean() == pytest.approx(by_clock[~late].mean(), rel=0.06)
    on_the_wall = end - begin
    assert on_the_wall[late].mean() > 1.3 * on_the_wall[~late].mean()


def test_one_burst_does_not_open_an_hour() -> None:
    _, begin, end = known(3)
    clean = speeds(begin, end)
    moment = 10 * WEEK_S + 6 * 86_400 + 3.5 * HOUR_S  # a Sunday night
    more = np.full(400, moment)
    begin, end = np.append(begin, more - 86_400), np.append(end, more)
    found = speeds(begin, end)
    assert clean is not None
    assert found is not None
    assert found[6 * 24 + 3] < 0.1 * clean.max()
    assert found.sum() == pytest.approx(clean.sum(), rel=0.1)


def test_open_minutes_hold_the_speed_of_every_hour() -> None:
    speed = np.round(np.random.default_rng(0).uniform(0, 1, 168) * 60) / 60
    open_now = np.zeros((7, 1440))
    for first, last, begin, end in open_minutes(speed):
        open_now[first - 1 : last, round(begin * 60) : round(end * 60)] += 1
    assert open_now.max() == 1
    assert open_now.reshape(168, 60).mean(axis=1) == pytest.approx(speed)
    assert open_minutes(np.tile(np.repeat([0.0, 1.0, 0.0], [8, 10, 6]), 7)) == [(1, 7, 8.0, 18.0)]
