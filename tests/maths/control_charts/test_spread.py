import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.signal import lfilter

from anlan.domain.errors import NotEnoughData
from anlan.maths.control_charts.attributes import proportions, rates
from anlan.maths.control_charts.constants import mean_range
from anlan.maths.control_charts.spread import (
    moving_range_sigma,
    neighbour_correlation,
    over_dispersion_p,
    settled_sigma,
)
from anlan.maths.control_charts.variables import individuals
from support import shared

series = arrays(np.float64, st.integers(2, 40), elements=st.floats(-1e6, 1e6))


def golden(name):
    return json.loads(shared(f"golden/{name}.json").read_text())


def test_the_u_chart_of_computer_faults_has_its_published_limits():
    case = golden("spc_u_pcmanufact")
    counts = case["inputs"]["nonconformities"]
    chart = rates(counts, np.full(len(counts), case["inputs"]["units_per_sample"]), laney=False)
    expected = case["expected"]
    assert chart.centre == pytest.approx(expected["ubar"], abs=case["tolerance"])
    assert chart.lower[0] == pytest.approx(expected["LCL"], abs=case["tolerance"])
    assert chart.upper[0] == pytest.approx(expected["UCL"], abs=case["tolerance"])
    assert list(chart.outside) == expected["out_of_control"]


def test_a_u_chart_of_single_units_is_the_published_c_chart_of_circuit_boards():
    case = golden("spc_c_circuit")
    counts = np.array(case["inputs"]["nonconformities"])
    chart = rates(counts, np.ones(len(counts)), laney=False)
    expected = case["expected"]
    assert chart.centre == pytest.approx(expected["cbar"], abs=case["tolerance"])
    assert (chart.lower[0], chart.upper[0]) == pytest.approx((expected["LCL"], expected["UCL"]), abs=1e-4)
    assert list(chart.outside + 1) == expected["out_of_control_1based"]
    kept = np.delete(counts, np.array(case["inputs"]["revised_excludes_1based"]) - 1)
    revised = rates(kept, np.ones(len(kept)), laney=False)
    assert revised.upper[0] == pytest.approx(expected["revised"]["UCL"], abs=case["tolerance"])


def test_the_table_of_range_constants_gives_the_published_sigma_of_piston_rings():
    case = golden("spc_xbar_r_s_pistonrings")
    samples = np.array(case["inputs"]["diameter"])[: case["inputs"]["phase1_samples"]]
    sigma = np.ptp(samples, axis=1).mean() / mean_range(5)
    assert sigma == pytest.approx(case["expected"]["sd_from_R"], abs=1e-8)


def test_individuals_by_hand():
    chart = individuals([10.0, 12.0, 11.0, 13.0])
    assert chart.centre == 11.5
    assert chart.sigma[0] == pytest.approx((2 + 1 + 2) / 3 / 1.128)
    assert chart.upper[0] == pytest.approx(11.5 + 3 * 5 / 3 / 1.128)
    assert list(chart.outside) == []


def test_the_range_constants_are_the_mean_ranges_of_normal_samples():
    rng = np.random.default_rng(5)
    for n in range(2, 11):
        d2 = mean_range(n)
        ranges = np.ptp(rng.standard_normal((40_000, n)), axis=1)
        standard_error = ranges.std() / 200
        assert abs(ranges.mean() - d2) < 4 * standard_error + 0.0005


def test_under_control_about_three_points_in_a_thousand_fall_outside():
    rng = np.random.default_rng(1)
    outside = [len(individuals(rng.normal(50, 4, 400)).outside) for _ in range(50)]
    assert 0.0015 < np.mean(outside) / 400 < 0.0045


def test_a_shift_does_not_widen_the_limits_as_it_widens_the_standard_deviation():
    rng = np.random.default_rng(2)
    shifted = np.concatenate([rng.normal(0, 1, 100), rng.normal(6, 1, 100)])
    assert moving_range_sigma(shifted) < 1.2
    assert shifted.std() > 3


def test_chance_alone_keeps_the_plain_chart_in_19_of_20_series():
    rng = np.random.default_rng(3)
    sizes = rng.integers(50, 400, 30)
    kinds = [proportions(rng.binomial(sizes, 0.1), sizes).kind for _ in range(400)]
    assert 0.02 < kinds.count("laney_p") / 400 < 0.09


def test_large_groups_with_a_wandering_share_get_wider_limits():
    rng = np.random.default_rng(4)
    sizes = np.full(60, 20_000)
    share = np.clip(rng.normal(0.1, 0.01, 60), 0, 1)
    counts = rng.binomial(sizes, share)
    plain, prime = proportions(counts, sizes, laney=False), proportions(counts, sizes)
    assert len(plain.outside) > 20
    assert prime.kind == "laney_p"
    assert len(prime.outside) <= 2
    assert prime.dispersion == pytest.approx(
        np.hypot(0.01, np.sqrt(0.09 / 20_000)) / np.sqrt(0.09 / 20_000), rel=0.3
    )


def test_with_equal_sizes_laneys_chart_is_the_individuals_chart_of_the_shares():
    counts, sizes = np.array([5, 9, 4, 12, 7, 3]), np.full(6, 40)
    prime, plain = proportions(counts, sizes, laney=True), individuals(counts / sizes)
    assert prime.centre == pytest.approx(plain.centre)
    assert prime.upper == pytest.approx(plain.upper)


def test_larger_groups_have_tighter_limits():
    chart = proportions([10, 20, 40], [100, 200, 400], laney=False)
    widths = chart.upper - chart.lower
    assert widths[0] > widths[1] > widths[2]


@pytest.mark.parametrize("counts", [[0, 0, 0], [10, 10, 10]])
def test_a_share_of_nothing_or_of_all_has_no_width(counts):
    chart = proportions(counts, [10, 10, 10])
    assert list(chart.lower) == list(chart.upper) == [counts[0] / 10] * 3


@pytest.mark.parametrize(
    "call",
    [
        lambda: individuals([1.0]),
        lambda: individuals([1.0, float("nan")]),
        lambda: proportions([3], [10]),
        lambda: proportions([11, 1], [10, 10]),
        lambda: proportions([1, 1], [0, 10]),
        lambda: rates([-1, 1], [1, 1]),
    ],
)
def test_what_cannot_be_charted_is_refused(call):
    with pytest.raises(NotEnoughData):
        call()


@given(series, st.floats(0.1, 100), st.floats(-1e5, 1e5))
def test_limits_follow_a_change_of_unit(values, factor, shift):
    chart, moved = individuals(values), individuals(values * factor + shift)
    scale = 1 + np.abs(chart.upper[0]) * factor + abs(shift)
    assert moved.upper[0] == pytest.approx(chart.upper[0] * factor + shift, abs=1e-9 * scale)


@given(series)
def test_limits_hold_the_centre_and_reading_backwards_changes_nothing(values):
    chart, back = individuals(values), individuals(values[::-1])
    assert chart.lower[0] <= chart.centre <= chart.upper[0]
    assert back.upper[0] == pytest.approx(chart.upper[0], rel=1e-9, abs=1e-6)


def ar1(rng, n, rho):
    """Stationary series of unit variance whose neighbours have the correlation `rho`."""
    noise = rng.standard_normal(n) * np.sqrt(1 - rho**2)
    noise[0] = rng.standard_normal()
    return lfilter([1.0], [1.0, -rho], noise)


def false_alarms(rho, *, n=150, series=400, sigma=settled_sigma):
    """Share of the points of series in control that lie beyond three sigma."""
    rng = np.random.default_rng([17, int(100 * rho)])
    made = [ar1(rng, n, rho) for _ in range(series)]
    return np.mean([np.mean(np.abs(x - x.mean()) > 3 * sigma(x)) for x in made])


def test_the_individuals_chart_of_paint_viscosity_has_its_published_limits():
    """Fifteen batches in Montgomery: centre 33.52, mean moving range 0.48, limits 32.24 and 34.80."""
    chart = individuals(
        [
            33.75,
            33.05,
            34.00,
            33.81,
            33.46,
            34.02,
            33.68,
            33.27,
            33.49,
            33.20,
            33.62,
            33.00,
            33.54,
            33.12,
            33.84,
        ]
    )
    assert moving_range_sigma(chart.points) * mean_range(2) == pytest.approx(0.48, abs=0.005)
    assert chart.centre == pytest.approx(33.52, abs=0.005)
    assert (chart.lower[0], chart.upper[0]) == pytest.approx((32.24, 34.80), abs=0.01)
    assert (chart.resemblance, chart.autocorrelated, list(chart.outside)) == (0.0, False, [])


def test_the_correlation_of_neighbours_by_hand():
    assert neighbour_correlation([1.0, 2.0, 3.0]) == 0.0
    assert neighbour_correlation([1.0, 1.0, 3.0, 3.0]) == pytest.approx((1 - 1 + 1) / 4)
    assert neighbour_correlation([5.0, 5.0, 5.0]) == 0.0
    assert neighbour_correlation([1.0, -1.0] * 9) == 0.0
    assert neighbour_correlation(np.arange(200.0)) == 0.9
    assert settled_sigma([1.0, 1.0, 3.0, 3.0]) == pytest.approx(2 / 3 / 1.128 / np.sqrt(0.75))


@pytest.mark.parametrize("rho", [0.0, 0.3, 0.6, 0.8, 0.9])
def test_resemblance_of_neighbours_does_not_raise_false_alarms(rho):
    """In control about 2.7 points in a thousand lie outside; without the correction 12 to 318."""
    assert 0.001 < false_alarms(rho) < 0.004
    if rho >= 0.3:
        assert false_alarms(rho, sigma=moving_range_sigma) > 0.01
    if rho >= 0.6:
        assert false_alarms(rho, sigma=moving_range_sigma) > 0.04


def test_autocorrelation_is_named_where_it_is_and_seldom_elsewhere():
    rng = np.random.default_rng(8)
    named = [individuals(ar1(rng, 100, 0.0)).autocorrelated for _ in range(400)]
    assert np.mean(named) < 0.05
    assert all(individuals(ar1(rng, 100, 0.8)).autocorrelated for _ in range(50))


def test_a_drifting_series_is_called_unstable_and_a_steady_one_is_not():
    rng = np.random.default_rng(9)
    drift = individuals(np.linspace(0, 100, 150) + rng.standard_normal(150))
    assert (drift.stable, drift.autocorrelated) == (False, True)
    unstable = [not individuals(ar1(rng, 150, 0.8)).stable for _ in range(200)]
    assert np.mean(unstable) < 0.01
    sizes = np.full(100, 5_000)
    falling = proportions(rng.binomial(sizes, np.linspace(0.9, 0.1, 100)), sizes)
    assert not falling.stable


def test_the_dispersion_test_holds_its_level_and_sees_scatter_not_a_slow_change():
    rng = np.random.default_rng(10)
    for n in (12, 26, 150):
        p = [over_dispersion_p(rng.standard_normal(n)) for _ in range(2_000)]
        assert 0.03 < np.mean(np.array(p) < 0.05) < 0.07
    scatter = [over_dispersion_p(1.5 * rng.standard_normal(60)) for _ in range(200)]
    assert np.mean(np.array(scatter) < 0.05) > 0.9
    slow = [over_dispersion_p(rng.standard_normal(60) + np.linspace(-3, 3, 60)) for _ in range(200)]
    assert np.mean(np.array(slow) < 0.05) < 0.12


@given(st.integers(0, 10_000), st.floats(0.0, 2.0), st.booleans())
def test_laneys_limits_are_never_narrower_than_the_plain_ones(seed, swing, forced):
    rng = np.random.default_rng(seed)
    sizes = rng.integers(20, 2_000, 40)
    share = 0.2 + 0.1 * swing * np.sin(np.arange(40) / rng.uniform(0.3, 12))
    counts = rng.binomial(sizes, np.clip(share, 0, 1))
    plain = proportions(counts, sizes, laney=False)
    prime = proportions(counts, sizes, laney=True if forced else None)
    assert (prime.kind == "laney_p") == (prime.dispersion > 1)
    assert np.all(prime.upper >= plain.upper)
    assert np.all(prime.lower <= plain.lower)


def test_shares_that_follow_each_other_get_limits_for_it():
    rng = np.random.default_rng(11)
    sizes = np.full(150, 300)
    outside, alarms = [], []
    for _ in range(100):
        counts = rng.binomial(sizes, np.clip(0.3 + 0.05 * ar1(rng, 150, 0.9), 0, 1))
        outside.append(len(proportions(counts, sizes, laney=False).outside))
        alarms.append(len(proportions(counts, sizes).outside))
    assert np.mean(outside) / 150 > 0.05
    assert np.mean(alarms) / 150 < 0.005
