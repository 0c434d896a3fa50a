import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from anlan.domain.errors import AnlanError, NotEnoughData, UsageError
from anlan.maths.control_charts.attributes import affected, events, proportions, rates
from anlan.maths.control_charts.chart import Baseline
from anlan.maths.control_charts.constants import mean_deviation, mean_range, range_deviation
from anlan.maths.control_charts.rare_events import cases_between, geometric_limits, time_between
from anlan.maths.control_charts.variables import (
    averages,
    deviations,
    individuals,
    moving_ranges,
    ranges,
    sigma_within,
)
from anlan.maths.control_charts.weighted import cusum, ewma

PRINTED_D2 = [
    1.128, 1.693, 2.059, 2.326, 2.534, 2.704, 2.847, 2.970, 3.078, 3.173, 3.258, 3.336, 3.407, 3.472, 3.532,
    3.588, 3.640, 3.689, 3.735, 3.778, 3.819, 3.858, 3.895, 3.931,
]  # fmt: skip
PRINTED_D3 = [
    0.853, 0.888, 0.880, 0.864, 0.848, 0.833, 0.820, 0.808, 0.797, 0.787, 0.778, 0.770, 0.763, 0.756, 0.750,
    0.744, 0.739, 0.734, 0.729, 0.724, 0.720, 0.716, 0.712, 0.708,
]  # fmt: skip


def test_the_constants_are_those_of_the_printed_tables():
    sizes = range(2, 26)
    assert [mean_range(n) for n in sizes] == PRINTED_D2
    assert [range_deviation(n) for n in sizes] == pytest.approx(PRINTED_D3, abs=6e-4)
    assert [round(mean_deviation(n), 4) for n in (2, 5, 10, 25)] == [0.7979, 0.9400, 0.9727, 0.9896]


def test_the_constants_of_two_values_are_known_exactly():
    assert mean_range(2, tabled=False) == pytest.approx(2 / np.sqrt(np.pi), abs=1e-12)
    assert range_deviation(2) == pytest.approx(np.sqrt(2 - 4 / np.pi), abs=1e-10)
    assert mean_deviation(2) == pytest.approx(np.sqrt(2 / np.pi), abs=1e-12)


@pytest.mark.parametrize("n", [1, 0, 1_001])
def test_a_sample_of_one_has_no_range(n):
    for constant in (mean_range, range_deviation, mean_deviation):
        with pytest.raises(UsageError):
            constant(n)


def test_the_textbook_i_mr_chart_has_the_factor_2_66():
    values = [10.0, 12.0, 11.0, 13.0]
    chart, steps = individuals(values, corrected=False), moving_ranges(values)
    assert chart.upper[0] - chart.centre == pytest.approx(2.66 * 5 / 3, rel=1e-3)
    assert steps.upper[0] == pytest.approx(3.267 * 5 / 3, rel=1e-3)
    assert list(steps.points) == [2, 1, 2]


def test_nothing_is_compared_across_a_missing_period():
    values = [10.0, 11.0, 40.0, 41.0]
    gap = individuals(values, positions=[0, 1, 5, 6], corrected=False)
    assert gap.sigma[0] == pytest.approx(1 / 1.128)
    assert individuals(values, corrected=False).sigma[0] > 9
    with pytest.raises(NotEnoughData, match=r"spc\.no_neighbours"):
        individuals([1.0, 2.0], positions=[0, 2])
    with pytest.raises(UsageError, match=r"spc\.positions"):
        individuals([1.0, 2.0], positions=[2, 1])


def test_excluded_points_are_drawn_but_make_no_limits():
    values = [10.0, 12.0, 90.0, 11.0, 13.0]
    chart = individuals(values, used=[True, True, False, True, True], corrected=False)
    assert chart.centre == 11.5
    assert chart.sigma[0] == pytest.approx(2 / 1.128)
    assert list(chart.outside) == [2]


def test_phase_two_holds_new_points_against_the_old_limits():
    first = proportions([10, 12, 9, 11], [100, 100, 100, 100], laney=False)
    later = first.baseline.chart([0.10, 0.25], [400, 100])
    assert later.upper[0] == pytest.approx(0.105 + 3 * np.sqrt(0.105 * 0.895 / 400))
    assert list(later.outside) == [1]
    assert list(later.z > 3) == [False, True]


def test_the_counting_charts_agree_with_each_other_where_sizes_are_equal():
    counts = np.array([4, 7, 3, 9, 5])
    p, np_ = proportions(counts, np.full(5, 50), laney=False), affected(counts, 50)
    assert np_.upper == pytest.approx(50 * p.upper)
    c, u = events(counts), rates(counts, np.full(5, 2.0), laney=False)
    assert c.upper == pytest.approx(2 * u.upper)


def test_unequal_samples_estimate_the_same_sigma():
    rng = np.random.default_rng(7)
    estimates = {by: [] for by in ("range", "deviation")}
    for _ in range(400):
        samples = [rng.normal(5, 2, n) for n in (2, 3, 5, 8, 4, 6)]
        for by, found in estimates.items():
            found.append(sigma_within(samples, by=by, tabled=False))
    for found in estimates.values():
        sigma = np.array([one.sigma for one in found])
        assert sigma.mean() == pytest.approx(2, abs=4 * sigma.std() / 20)
        told = 2 / np.sqrt(2 * found[0].freedom)
        assert sigma.std() == pytest.approx(told, rel=0.12)


def test_a_missing_value_of_a_sample_is_left_out_and_makes_its_limits_wider():
    samples = [[1.0, 2.0, 3.0], [2.0, 3.0, float("nan")], [1.5, 2.5, 2.0]]
    chart = averages(samples, by="deviation")
    assert chart.points[1] == 2.5
    assert chart.upper[1] > chart.upper[0] == chart.upper[2]
    with pytest.raises(UsageError, match=r"spc\.sizes_differ"):
        ranges(samples)
    with pytest.raises(NotEnoughData, match=r"spc\.empty_sample"):
        deviations([[1.0, 2.0], [float("nan"), float("nan")]])


@pytest.mark.parametrize("centre", [0.5, 3.0, 40.0, 1_000.0])
def test_probability_limits_of_rare_events_hold_their_false_alarm(centre):
    low, high = geometric_limits(centre)
    law = stats.geom(1 / (centre + 1), loc=-1)
    assert law.cdf(low - 1) <= 0.00135 < law.cdf(low)
    assert law.sf(high) <= 0.00135
    assert high == 0 or law.sf(high - 1) > 0.00135


def test_the_g_chart_by_hand():
    chart = cases_between([4, 8, 6])
    assert (chart.centre, chart.lower[0]) == (6, 0)
    assert chart.upper[0] == pytest.approx(6 + 3 * np.sqrt(42))


def test_times_between_events_are_nearly_normal_as_powers():
    rng = np.random.default_rng(3)
    charts = [time_between(rng.exponential(20, 200)) for _ in range(60)]
    outside = [len(chart.chart.outside) / 200 for chart in charts]
    assert np.mean(outside) < 0.004
    assert charts[0].upper[0] == pytest.approx(charts[0].chart.upper[0] ** 3.6)
    plain = [len(individuals(rng.exponential(20, 200), corrected=False).outside) / 200 for _ in range(60)]
    assert np.mean(plain) > 0.01


@given(st.floats(0.05, 1.0), st.floats(-1e3, 1e3), st.floats(0.1, 50))
def test_an_ewma_of_weight_one_is_the_shewhart_chart_and_limits_grow_to_the_steady_ones(
    weight, centre, sigma
):
    values = [centre + sigma, centre - 4 * sigma, centre]
    chart, steady = (ewma(values, centre=centre, sigma=sigma, weight=weight, exact=e) for e in (True, False))
    assert np.all(np.diff(chart.upper) >= 0)
    assert np.all(chart.upper <= steady.upper + 1e-9)
    one = ewma(values, centre=centre, sigma=sigma, weight=1.0)
    assert one.points == pytest.approx(values)
    assert one.upper == pytest.approx(centre + 3 * sigma)


@given(st.lists(st.floats(-5, 5), min_size=1, max_size=40), st.floats(0, 2))
def test_a_cusum_turned_over_is_the_cusum_of_the_turned_values(values, k):
    up = cusum(values, centre=0, sigma=1, k=k)
    down = cusum([-v for v in values], centre=0, sigma=1, k=k)
    assert up.high.tolist() == down.low.tolist()
    assert np.all(up.high >= 0)


def test_a_head_start_signals_sooner_on_a_shift_and_fades_without_one():
    shifted = np.full(10, 1.0)
    first = [int(cusum(shifted, centre=0, sigma=1, headstart=s).outside[0]) if s else
             len(cusum(shifted, centre=0, sigma=1, h=5.0).outside) for s in (0.0, 2.5)]  # fmt: skip
    assert first[1] < 10
    assert cusum(np.zeros(20), centre=0, sigma=1, headstart=2.5).high[-1] == 0


@pytest.mark.parametrize(
    "call",
    [
        lambda: Baseline("i_mr", float("nan"), 1.0),
        lambda: Baseline("i_mr", 0.0, -1.0),
        lambda: Baseline("p", 0.1, 0.3).chart([0.1], [0.0]),
        lambda: individuals([1.0, 2.0], used=[True]),
        lambda: individuals([1.0, 2.0], used=[True, False]),
        lambda: affected([3, 4], 2),
        lambda: cases_between([1, -1]),
        lambda: time_between([1, -1]),
        lambda: ewma([1.0], centre=0, sigma=1, weight=0),
        lambda: cusum([1.0], centre=0, sigma=0),
        lambda: cusum([1.0], centre=0, sigma=1, headstart=5, h=5),
        lambda: averages([[1.0, 2.0], [2.0, 3.0]], by="luck"),
    ],
)
def test_what_makes_no_chart_is_refused(call):
    with pytest.raises(AnlanError):
        call()
