"""Elapsed times of a log that ends: the truth is drawn, cut off at a day, and found again."""

from dataclasses import replace

import numpy as np
import pytest

from anlan.domain.event_log import EventLog
from anlan.loop.improve.twin.calibration import Calibration, calibrate
from anlan.loop.improve.twin.censoring import evened, lengthened, weights_of
from anlan.loop.improve.twin.observed import observe, split
from logs import MONDAY_2024_US, log_from_columns

DAY_S, DAYS, MEAN_S = 86_400.0, 60, 10 * 86_400.0


def cut_log(seed: int, *, days: float = DAYS, follow: float = 0.0) -> EventLog:
    """Cases open by chance within `days`, close after 10 days on average; what ends later is not seen."""
    rng = np.random.default_rng(seed)
    opened = np.sort(rng.uniform(0.0, days * DAY_S, 4_000))
    closed = opened + rng.exponential(MEAN_S, len(opened))
    rows = [(f"c{k}", "open", at) for k, at in enumerate(opened.tolist())]
    rows += [(f"c{k}", "close", at) for k, at in enumerate(closed.tolist())]
    rows = sorted((row for row in rows if row[2] <= (days + follow) * DAY_S), key=lambda row: row[2])
    return log_from_columns(
        case=[row[0] for row in rows],
        activity=[row[1] for row in rows],
        end_us=[MONDAY_2024_US + round(row[2] * 1e6) for row in rows],
    )


def closing(of: Calibration):
    place = next(i for i, step in enumerate(of.routing.steps) if of.activity(step) == "close")
    return of.times.time[place]


@pytest.mark.parametrize("seed", range(4))
def test_times_are_those_of_a_log_that_goes_on(seed: int) -> None:
    of = calibrate(observe(cut_log(seed)))
    seen = float((of.of.rows.end_s - of.of.rows.reached_s)[of.of.rows.before >= 0].mean())
    mean = closing(of).mean
    error = (mean.high - mean.low) / 3.92
    assert abs(mean.estimate - MEAN_S) < 4 * error
    assert seen < MEAN_S - 8 * error
    assert "twin.censored" in {note.code for note in of.assumptions}


def test_a_log_followed_to_its_end_is_left_as_it_is() -> None:
    of = calibrate(observe(cut_log(1, follow=400)))
    elapsed = (of.of.rows.end_s - of.of.rows.reached_s)[of.of.rows.before >= 0]
    assert closing(of).n == pytest.approx(len(elapsed), rel=0.01)
    assert closing(of).mean.estimate == pytest.approx(float(elapsed.mean()), rel=0.01)
    assert "twin.censored" not in {note.code for note in of.assumptions}


def test_weights_count_what_could_have_been_seen() -> None:
    of = observe(cut_log(2))
    rows, step = of.rows, of.rows.activity
    weights = weights_of(of, step)
    followed = np.flatnonzero(rows.before >= 0)
    opened = of.until_s - rows.end_s[step == step[rows.first[0]]]
    for row in followed[:: len(followed) // 7]:
        passed = rows.end_s[row] - rows.end_s[rows.before[row]]
        assert weights[row] == pytest.approx(len(opened) / (opened >= passed).sum())
    assert (weights[rows.before < 0] == 1.0).all()
    assert weights[followed].sum() == pytest.approx(len(opened), rel=0.05)


def test_weights_do_not_depend_on_the_unit_of_time() -> None:
    of = observe(cut_log(3))
    rows = replace(of.rows, end_s=of.rows.end_s * 60.0)
    longer = replace(of, rows=rows, until_s=of.until_s * 60.0)
    assert weights_of(longer, of.rows.activity) == pytest.approx(weights_of(of, of.rows.activity))


def test_evened_values_keep_the_weighted_distribution() -> None:
    rng = np.random.default_rng(5)
    values, weights = rng.exponential(1.0, 5_000), rng.uniform(1.0, 4.0, 5_000)
    even = evened(values, weights)
    assert len(even) == round(weights.sum() ** 2 / (weights**2).sum())
    assert even.mean() == pytest.approx(np.average(values, weights=weights), rel=0.005)
    assert sorted(evened(values, np.full(5_000, 3.0))) == sorted(values)
    assert lengthened(values, np.full(5_000, 3.0), np.ones(5_000, dtype=bool)) == pytest.approx(0.0)


def test_the_held_back_part_sees_the_same_truth() -> None:
    seen, _ = split(observe(cut_log(6, days=80, follow=200)), hold_back=0.2)
    mean = closing(calibrate(seen)).mean
    assert abs(mean.estimate - MEAN_S) < (mean.high - mean.low)
