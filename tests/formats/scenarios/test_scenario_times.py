"""Laws of times in both ways of writing, against SciPy, with the limits they are cut at."""

import numpy as np
import pytest
from scipy import stats

from anlan.domain.errors import RefusedInput
from anlan.formats.scenarios.model import hour_of, rates_by_hour, spans
from anlan.formats.scenarios.times import time_of
from anlan.loop.quantify.methods.estimates import read_estimate

LEVELS = np.array([0.02, 0.1, 0.25, 0.5, 0.75, 0.9, 0.98])


@pytest.mark.parametrize(
    ("name", "numbers", "limits", "law"),
    [
        ("expon", [0, 120], False, stats.expon(scale=120)),
        ("expon", [30, 120], False, stats.expon(loc=30, scale=120)),
        ("norm", [240, 24], False, stats.norm(240, 24)),
        ("uniform", [60, 240], False, stats.uniform(60, 240)),
        ("triang", [0.25, 60, 240], False, stats.triang(0.25, 60, 240)),
        ("lognorm", [0.6, 0, 90], False, stats.lognorm(0.6, scale=90)),
        ("gamma", [2.5, 0, 60], False, stats.gamma(2.5, scale=60)),
        ("expon", [120], True, stats.expon(scale=120)),
        ("norm", [240, 24], True, stats.norm(240, 24)),
        ("uniform", [60, 300], True, stats.uniform(60, 240)),
        ("triang", [120, 60, 300], True, stats.triang(0.25, 60, 240)),
        ("gamma", [150, 9000], True, stats.gamma(2.5, scale=60)),
        ("lognorm", [100, 2500], True,
         stats.lognorm(np.sqrt(np.log(1.25)), scale=100 / np.sqrt(1.25))),
    ],
)  # fmt: skip
def test_both_ways_of_writing_mean_the_law_that_scipy_has(name, numbers, limits: bool, law) -> None:
    found = time_of(name, numbers, limits=limits, where="x")
    ours = read_estimate(found.estimate)
    assert ours.mean * 60 == pytest.approx(law.mean(), rel=1e-4)
    assert found.mean * 60 == pytest.approx(law.mean(), rel=1e-3)
    assert ours.quantile(LEVELS) * 60 == pytest.approx(law.ppf(LEVELS), rel=0.012)


def test_what_lies_outside_the_limits_is_drawn_again() -> None:
    found = time_of("norm", [100, 50, 80, 140], limits=True, where="x")
    cut = stats.truncnorm((80 - 100) / 50, (140 - 100) / 50, 100, 50)
    ours = read_estimate(found.estimate)
    assert ours.quantile(LEVELS) * 60 == pytest.approx(cut.ppf(LEVELS), rel=2e-3)
    assert ours.mean * 60 == pytest.approx(cut.mean(), rel=1e-4)
    low, high = ours.quantile([0.0, 1.0]) * 60
    assert 80.0 - 1e-3 <= low <= high <= 140.0 + 1e-3
    never_negative = read_estimate(time_of("norm", [10, 20], limits=False, where="x").estimate)
    assert float(never_negative.quantile(0.0)) >= 0.0


def test_a_law_without_spread_is_a_number() -> None:
    assert time_of("fix", [90, 0, 1], limits=False, where="x").estimate == 1.5
    assert time_of("norm", [90, 0], limits=False, where="x").estimate == 1.5


@pytest.mark.parametrize(
    ("code", "name", "numbers"),
    [
        ("scenario.law", "cauchy", [0, 1]),
        ("scenario.law_numbers", "expon", [0, -1]),
        ("scenario.law_numbers", "norm", [3]),
        ("scenario.law_numbers", "fix", [float("nan")]),
        ("scenario.law_numbers", "triang", [7.0, 1, 2]),
    ],
)
def test_what_makes_no_law_is_refused(code: str, name: str, numbers: list[float]) -> None:
    with pytest.raises(RefusedInput, match=code):
        time_of(name, numbers, limits=False, where="x")


def test_hours_of_a_calendar() -> None:
    assert [hour_of(text) for text in ("09:00:00.000", "09:30", "23:59:59.999+00:00", "24:00")] == [
        9,
        9.5,
        24,
        24,
    ]
    assert [hour_of(text) for text in ("9 o'clock", "25:00", "10:75")] == [None] * 3
    assert spans(0, 1, 9, 17) == [(0, 9, 17), (1, 9, 17)]
    assert spans(5, 0, 22, 6) == [(5, 22, 24), (6, 22, 24), (0, 22, 24), (6, 0, 6), (0, 0, 6), (1, 0, 6)]


def test_arrivals_come_in_the_part_of_an_hour_that_is_open() -> None:
    rates = rates_by_hour(2.0, spans(0, 0, 9.5, 11))
    assert rates[8:12] == [0.0, 15.0, 30.0, 0.0]
    assert sum(rates) == 45.0
