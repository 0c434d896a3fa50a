import numpy as np
import pytest

from anlan.domain.errors import UsageError
from anlan.maths.detection.back_test import replay
from anlan.maths.detection.false_alarms import consecutive_arl
from anlan.maths.detection.thresholds import Grade, GradedThreshold, rising
from maths.detection.streams import HOUR, hourly


def levels(detector, values):
    return [verdict.level for verdict in replay(detector, hourly(values))]


def test_it_fires_at_its_level_and_clears_below_the_other():
    detector = GradedThreshold((Grade(2, fire_above=10, clear_above=8),))
    assert levels(detector, [9, 10, 9, 8, 7.9, 9]) == [0, 2, 2, 2, 0, 0]
    verdicts = replay(detector, hourly([10, 9, 1]))
    assert [v.reason for v in verdicts] == ["above", "held", "normal"]
    assert verdicts[1].parameters["clear_above"] == 8


def test_readings_in_a_row_are_counted_and_a_break_starts_anew():
    detector = GradedThreshold((Grade(1, 10, 8, needed=3, clearing=2),))
    assert levels(detector, [10, 10, 9, 10, 10, 10, 7, 9, 7, 7]) == [0, 0, 0, 0, 0, 1, 1, 1, 1, 0]


def test_a_level_stays_on_for_its_hold_time_after_the_last_reading_that_reached_it():
    detector = GradedThreshold((Grade(1, 10, hold_us=3 * HOUR),))
    assert levels(detector, [10, 0, 0, 0, 10, 0, 10, 0, 0, 0]) == [1, 1, 1, 0, 1, 1, 1, 1, 1, 0]


def test_the_highest_level_that_is_on_is_told():
    detector = rising(1, 2, 3, 4, clear=0.5)
    assert levels(detector, [0.9, 1, 4, 2.5, 1.9, 0.6, 0.4]) == [0, 1, 4, 4, 3, 1, 0]


def test_low_values_and_a_band():
    low = GradedThreshold((Grade(3, fire_below=0.5, clear_below=0.8),))
    assert levels(low, [1, 0.5, 0.7, 0.8, 0.81]) == [0, 3, 3, 3, 0]
    band = GradedThreshold((Grade(1, 10, 9, 1, 2),))
    assert levels(band, [5, 10, 9.5, 5, 1, 1.5, 5]) == [0, 1, 1, 0, 1, 1, 0]


@pytest.mark.parametrize(
    "grades",
    [
        (),
        (Grade(2, 5), Grade(1, 9)),
        (Grade(1, 5), Grade(1, 9)),
        (Grade(1, 5), Grade(2, 4)),
        (Grade(1, fire_below=5), Grade(2, fire_below=6)),
    ],
)
def test_grades_that_cross_are_refused(grades):
    with pytest.raises(UsageError):
        GradedThreshold(grades)


@pytest.mark.parametrize(
    "grade", [{"level": 5}, {"fire_above": 1, "clear_above": 2}, {"needed": 0}, {"fire_above": float("nan")}]
)
def test_a_grade_that_cannot_be_is_refused(grade):
    with pytest.raises(UsageError):
        Grade(**{"level": 1, **grade})


def test_consecutive_counts_lower_the_false_alarms_as_told():
    rng = np.random.default_rng(2)
    detector = GradedThreshold((Grade(1, 1.0, needed=2),))
    chance = 0.158655
    lengths = []
    for _ in range(400):
        stream = hourly(rng.standard_normal(400))
        lengths.append(next(i for i, v in enumerate(replay(detector, stream), start=1) if v.level))
    error = np.std(lengths) / 20
    assert np.mean(lengths) == pytest.approx(consecutive_arl(chance, needed=2), abs=4 * error)
