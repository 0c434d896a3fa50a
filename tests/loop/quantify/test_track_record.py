"""What a stated rate says of a period, against simulation and known limits."""

import numpy as np
import pytest
from scipy.stats import poisson

from anlan.domain.errors import UsageError
from anlan.loop.quantify.track_record import RateStated, count_stated, gamma_of


@pytest.mark.parametrize(("low", "high"), [(1.0, 6.0), (0.05, 0.8), (20.0, 22.0), (0.001, 50.0)])
def test_the_gamma_keeps_both_limits(low: float, high: float) -> None:
    found = gamma_of(RateStated((low + high) / 2, low, high))
    assert found.quantile(0.05) == pytest.approx(low, rel=1e-3)
    assert found.quantile(0.95) == pytest.approx(high, rel=1e-3)


def test_a_lower_limit_of_nought_keeps_the_mean_and_the_upper_limit() -> None:
    found = gamma_of(RateStated(1.0, 0.0, 3.0))
    assert found.mean == pytest.approx(1.0, rel=1e-3)
    assert found.quantile(0.95) == pytest.approx(3.0, rel=1e-3)


@pytest.mark.parametrize(("level", "most"), [(0.9, 5.82), (0.95, 11.45)])
def test_an_upper_limit_is_kept_as_far_above_the_mean_as_any_gamma_has_it(level: float, most: float) -> None:
    for ratio in (1.01, 2.0, 5.0, most):
        found = gamma_of(RateStated(0.2, 0.0, 0.2 * ratio, level))
        assert found.mean == pytest.approx(0.2, rel=1e-3)
        assert found.quantile(0.5 + level / 2) == pytest.approx(0.2 * ratio, rel=1e-6)
    for ratio in (0.9, most * 1.01, 1e4):
        with pytest.raises(UsageError, match=r"track_record\.no_gamma") as refused:
            gamma_of(RateStated(0.2, 0.0, 0.2 * ratio, level))
    assert refused.value.parameters["most"] == pytest.approx(0.2 * most, rel=1e-2)


def test_nothing_seen_keeps_the_upper_limit_with_half_an_event() -> None:
    found = gamma_of(RateStated(0.0, 0.0, 3.0))
    assert found.shape == 0.5
    assert found.quantile(0.95) == pytest.approx(3.0)
    assert count_stated(RateStated(0.0, 0.0, 3.0), years=1.0).low == 0


def test_the_count_of_a_period_is_that_of_simulated_periods() -> None:
    rate = RateStated(3.0, 1.0, 6.0)
    said = count_stated(rate, years=0.5)
    gamma = gamma_of(rate)
    rng = np.random.default_rng(4)
    counts = rng.poisson(rng.gamma(gamma.shape, 1 / gamma.exposure, 400_000) * 0.5)
    assert said.any_event == pytest.approx((counts > 0).mean(), abs=0.003)
    assert (counts <= said.low - 1).mean() < 0.05 <= (counts <= said.low).mean() + 0.003
    assert (counts <= said.high - 1).mean() < 0.95 <= (counts <= said.high).mean() + 0.003


def test_a_certain_rate_is_poisson() -> None:
    said = count_stated(RateStated(8.0, 8.0, 8.0), years=1.0)
    assert (said.low, said.high) == (poisson.ppf(0.05, 8), poisson.ppf(0.95, 8))
    assert said.any_event == pytest.approx(1 - np.exp(-8.0))


def test_a_longer_period_never_brings_fewer() -> None:
    rate = RateStated(2.0, 0.5, 5.0)
    said = [count_stated(rate, years=years) for years in (0.1, 0.5, 1.0, 4.0)]
    assert [each.high for each in said] == sorted(each.high for each in said)
    assert [each.any_event for each in said] == sorted(each.any_event for each in said)


@pytest.mark.parametrize("rate", [RateStated(1, 5, 2), RateStated(1, -1, 2), RateStated(0, 0, 0)])
def test_what_is_no_rate_is_refused(rate: RateStated) -> None:
    with pytest.raises(UsageError):
        count_stated(rate, years=1.0)


def test_a_period_of_nothing_is_refused() -> None:
    with pytest.raises(UsageError):
        count_stated(RateStated(1, 0.5, 2), years=0.0)
