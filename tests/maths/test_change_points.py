import numpy as np
import pytest
from statsmodels.regression.linear_model import OLS

from anlan.maths.change_points import effective_periods, mean_with_autocorrelation, single_change


def test_a_step_is_found_where_it_is():
    rng = np.random.default_rng(1)
    series = rng.normal(0, 1, 60) + np.where(np.arange(60) >= 40, 3, 0)
    change = single_change(series)
    assert abs(change.position - 40) <= 2
    assert change.up
    assert change.p < 0.001
    assert not single_change(-series).up


def test_short_and_constant_series_have_no_change():
    assert single_change(np.arange(7.0)) is None
    assert single_change(np.ones(50)) is None


@pytest.mark.parametrize("r", [0.0, 0.3, 0.6])
def test_false_alarms_stay_under_the_level_also_with_correlated_periods(r):
    rng = np.random.default_rng(2)
    alarms = 0
    for _ in range(400):
        noise = rng.normal(0, 1, 60)
        series = noise.copy()
        for i in range(1, 60):
            series[i] = r * series[i - 1] + noise[i]
        alarms += single_change(series).p <= 0.05
    assert alarms / 400 <= 0.05


def test_the_p_does_not_depend_on_the_unit_or_shape_of_the_scale():
    series = np.random.default_rng(3).gamma(1, 1, 40)
    assert single_change(series) == single_change(np.log(series) * 7 + 3)


def test_independent_periods_count_in_full_or_nearly():
    residual = np.random.default_rng(4).normal(0, 1, 2_000)
    assert effective_periods(residual) > 1_700


def test_the_error_of_the_mean_equals_another_library():
    series = np.cumsum(np.random.default_rng(5).normal(0, 1, 90)) * 0.1
    mean, error = mean_with_autocorrelation(series)
    fit = OLS(series, np.ones(90)).fit(cov_type="HAC", cov_kwds={"maxlags": 3, "use_correction": True})
    assert mean == pytest.approx(series.mean())
    assert error == pytest.approx(fit.bse[0], rel=1e-9)
