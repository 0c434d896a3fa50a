"""Statistics of yearly losses: textbook values, honest standard errors, order of the measures."""

import json
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from anlan.domain.errors import NotEnoughData
from anlan.maths.loss_statistics import loss_sample
from support import shared


def test_var_and_shortfall_of_the_published_normal_and_t_portfolio() -> None:
    case = json.loads(shared("golden/var_es_normal_t4_mfe.json").read_text())
    inputs, expected = case["inputs"], case["expected"]
    sigma = inputs["value"] * inputs["annual_vol"] / inputs["days"] ** 0.5
    u = (np.arange(4_000_000) + 0.5) / 4_000_000
    for name, losses in (
        ("normal", sigma * stats.norm.ppf(u)),
        ("t4", sigma * 0.5**0.5 * stats.t(4).ppf(u)),
    ):
        sample = loss_sample(losses)
        for i, level in enumerate(inputs["alpha"]):
            assert sample.quantile(level).value == pytest.approx(expected[f"VaR_{name}"][i], rel=1e-4)
            assert sample.cvar(level).value == pytest.approx(expected[f"ES_{name}"][i], rel=1e-3)


def test_a_worked_example_of_ten_years() -> None:
    sample = loss_sample([3, 1, 2, 10, 5, 4, 6, 9, 7, 8])
    assert sample.mean.value == 5.5
    assert (sample.quantile(0.5).value, sample.quantile(0.9).value) == (5.0, 9.0)
    assert sample.cvar(0.8).value == pytest.approx(9.5)
    assert sample.cvar(0.85).value == pytest.approx((10 * 0.1 + 9 * 0.05) / 0.15)
    assert sample.curve((0.0, 0.5, 0.9)) == ((1.0, 0.9), (5.0, 0.5), (9.0, 0.1))


@given(st.lists(st.floats(0, 1e9), min_size=1, max_size=300), st.floats(0.01, 0.99))
def test_cvar_is_never_below_var_and_var_never_below_a_lower_var(losses, level) -> None:
    sample = loss_sample(losses)
    at_risk = sample.quantile(level).value
    assert sample.cvar(level).value >= at_risk
    assert sample.quantile(level / 2).value <= at_risk
    assert sample.quantile(level).standard_error >= 0
    assert sample.cvar(level).standard_error >= 0


@given(st.lists(st.floats(0, 1e6), min_size=1, max_size=300))
def test_the_exceedance_curve_rises_in_loss_and_falls_in_probability(losses) -> None:
    curve = loss_sample(losses).curve()
    assert all(a[0] < b[0] and a[1] > b[1] for a, b in pairwise(curve))
    values = np.array(losses)
    assert all(p == np.mean(values > loss) for loss, p in curve)


@given(st.lists(st.floats(0.1, 1e5), min_size=2, max_size=100), st.sampled_from([0.25, 2.0, 1024.0]))
def test_a_change_of_unit_scales_every_statistic(losses, factor) -> None:
    one, other = loss_sample(losses), loss_sample(np.array(losses) * factor)
    for of in (lambda s: s.mean, lambda s: s.quantile(0.9), lambda s: s.cvar(0.9)):
        assert of(other).value == pytest.approx(factor * of(one).value)
        assert of(other).standard_error == pytest.approx(factor * of(one).standard_error, abs=1e-6 * factor)


@pytest.mark.parametrize(
    ("statistic", "truth"),
    [
        (lambda s: s.mean, 1.0),
        (lambda s: s.quantile(0.5), np.log(2)),
        (lambda s: s.quantile(0.95), -np.log(0.05)),
        (lambda s: s.cvar(0.95), 1 - np.log(0.05)),
    ],
)
def test_standard_errors_are_as_large_as_the_spread_over_repeated_samples(statistic, truth: float) -> None:
    rng = np.random.default_rng(11)
    estimates = [statistic(loss_sample(rng.exponential(size=4_000))) for _ in range(300)]
    values = np.array([e.value for e in estimates])
    claimed = np.mean([e.standard_error for e in estimates])
    assert claimed == pytest.approx(values.std(), rel=0.15)
    assert values.mean() == pytest.approx(truth, abs=4 * values.std() / 300**0.5 + 0.002)


def test_no_years_no_statistics() -> None:
    with pytest.raises(NotEnoughData, match="no_years"):
        loss_sample([])
