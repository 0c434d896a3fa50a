"""Days that differ beyond chance: found in the log, told with an interval, and alike in the twin."""

import numpy as np
import pytest

from anlan.loop.improve.twin.calibration import calibrate
from anlan.loop.improve.twin.inputs import inputs_of
from anlan.loop.improve.twin.observed import observe
from anlan.loop.improve.twin.runs import Stretch, run_twin
from anlan.loop.quantify.methods.faults import RefusedInputs
from anlan.loop.quantify.methods.process.process_inputs import read_process
from anlan.loop.quantify.methods.process.process_runs import run_process
from anlan.loop.quantify.methods.process.process_simulation import METHOD
from anlan.loop.quantify.methods.reading import read_inputs
from logs import MONDAY_2024_US, make_log

DAY, WEEK = 86_400.0, 604_800.0
RATES = np.where((np.arange(168) % 24 >= 8) & (np.arange(168) % 24 < 18), 6.0, 0.5)


def log_of_days(level: np.ndarray, *, seed: int = 1):
    """Cases of one short step, Poisson at RATES times the level of the day."""
    rng, rows = np.random.default_rng(seed), []
    for hour in range(24 * len(level)):
        n = rng.poisson(RATES[hour % 168] * level[hour // 24])
        for second in np.sort(rng.uniform(0, 3600, n)):
            at = MONDAY_2024_US + int((hour * 3600 + second) * 1e6)
            rows += [(f"c{len(rows)}", "a", at), (f"c{len(rows)}", "b", at + 60_000_000)]
    return make_log(rows)


def gamma_levels(sd: float, days: int = 140, seed: int = 5) -> np.ndarray:
    return np.random.default_rng(seed).gamma(sd**-2, sd**2, days)


def dispersion(arrived_s: np.ndarray, days: int) -> float:
    """Variance over mean of the counts of days, all alike in what they expect."""
    counts = np.histogram(arrived_s, np.arange(days + 1) * DAY)[0]
    return float(counts.var(ddof=1) / counts.mean())


def test_counts_of_days_vary_in_the_twin_as_in_the_log() -> None:
    days = 140
    log = log_of_days(gamma_levels(0.4, days))
    of = observe(log)
    found = calibrate(of)
    levels = found.arrivals.levels
    assert levels is not None
    assert levels.low <= 0.4 <= levels.high
    inputs = inputs_of(found, pool_name=lambda pool: "")
    assert inputs["day_variation"] == pytest.approx(levels.estimate, rel=1e-4)
    stretch = Stretch(0.0, 20 * WEEK, 0.0, 20 * WEEK, 20 * WEEK)
    made = [
        dispersion(run.arrived_s, days) for run in run_twin(inputs, stretch=stretch, seed=3, replications=20)
    ]
    real = dispersion(of.rows.arrived_s(), days)
    assert real > 5.0
    assert np.mean(made) == pytest.approx(real, rel=0.15)
    assert {note.code for note in found.assumptions} >= {"twin.days_vary"}
    assert not {"twin.arrivals_uneven", "twin.days_follow"} & {note.code for note in found.doubts}


def test_a_poisson_log_gets_no_levels() -> None:
    found = calibrate(observe(log_of_days(np.ones(70))))
    assert found.arrivals.levels is None
    assert "day_variation" not in inputs_of(found, pool_name=lambda pool: "")


def test_busy_days_in_a_row_are_told() -> None:
    level = np.repeat(gamma_levels(0.4, 20, seed=8), 7)
    found = calibrate(observe(log_of_days(level)))
    assert found.arrivals.follows is not None
    assert found.arrivals.follows > 0.4
    assert "twin.days_follow" in {note.code for note in found.doubts}


ONE_STEP = {
    "steps": [{"name": "a", "time": 10, "pool": "p"}],
    "pools": [{"name": "p", "people": 2}],
    "arrivals": [8.0],
    "weeks": 8,
    "replications": 40,
}


def measured(**more):
    return run_process(read_process(read_inputs(METHOD.fields, {**ONE_STEP, **more})), 1).measured


def test_waits_are_longer_and_less_certain_where_days_vary() -> None:
    even, uneven = measured(), measured(day_variation=0.5)
    assert uneven.waiting.mean() > 1.5 * even.waiting.mean()
    assert uneven.cycle.std() > 2 * even.cycle.std()


def test_levels_of_days_leave_the_mean_number_of_cases() -> None:
    asked = read_process(read_inputs(METHOD.fields, {**ONE_STEP, "day_variation": 0.5, "replications": 100}))
    counts = [len(each.arrivals.times) for each in run_process(asked, 2).coming]
    expected = 8.0 * 168 * 8
    error = expected * 0.5 / np.sqrt(7 * 8 * 100)
    assert abs(np.mean(counts) - expected) < 4 * error
    assert np.std(counts) > 3 * np.sqrt(expected)


def test_less_than_no_variation_is_refused() -> None:
    with pytest.raises(RefusedInputs):
        read_inputs(METHOD.fields, {**ONE_STEP, "day_variation": -0.1})
