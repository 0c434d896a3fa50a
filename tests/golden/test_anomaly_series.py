import numpy as np
import pytest

from anlan.maths.detection.back_test import Alert, BackTest
from anlan.maths.rates import poisson_rate
from golden.anomaly_series import DETECTORS, RECORDED, SERIES, Labelled, read, scaled, score, tried, written
from golden.table import PAGE
from support import shared


def detected(*rows):
    alerts = tuple(Alert(row, row, 1, "above") for row in rows)
    return BackTest(alerts, (), 0, None, None, poisson_rate(0, 1.0), 1.0)


SMALL = Labelled("x", np.arange(1_000), np.zeros(1_000), ((300, 399), (700, 799)))


def test_to_speak_at_once_in_each_window_is_perfect_and_never_to_speak_is_nothing():
    assert scaled(score(SMALL, detected(300, 700)), 2) == pytest.approx(100)
    assert scaled(score(SMALL, detected()), 2) == 0


def test_late_is_worth_less_and_twice_is_worth_once():
    early, late = (score(SMALL, detected(row, 700)) for row in (320, 390))
    assert late < early < score(SMALL, detected(300, 700))
    assert score(SMALL, detected(320, 390, 700)) == early


def test_a_false_alarm_costs_less_shortly_after_a_window():
    none = score(SMALL, detected(300, 700))
    assert none - score(SMALL, detected(300, 700, 100)) == pytest.approx(0.11)
    assert none - score(SMALL, detected(300, 700, 699)) == pytest.approx(0.11, abs=1e-3)
    assert none - score(SMALL, detected(300, 700, 410)) == pytest.approx(0.11 * 0.2470, abs=5e-3)


def test_the_first_rows_only_teach():
    assert SMALL.learning == 150
    assert Labelled("x", np.arange(9_000), np.zeros(9_000), ()).learning == 750


def test_one_series_comes_out_as_the_page_says():
    series = read(shared("data/nab"), SERIES[4])
    lines = RECORDED.read_text(encoding="utf-8").split("by series:")[1].splitlines()
    for name, (statistic, limit) in DETECTORS.items():
        row = next(line for line in lines if line.startswith(f"| {name} |"))
        found = tried(series, statistic(series), limit)
        assert row.split(" | ")[5] == f"1 of 1 / {found.false_alarms}"


def test_the_page_carries_what_was_recorded():
    assert RECORDED.read_text(encoding="utf-8") in PAGE.read_text(encoding="utf-8")


@pytest.mark.slow
def test_the_whole_table_comes_out_as_recorded():
    assert written(shared("data/nab")) == RECORDED.read_text(encoding="utf-8")
