"""Compound sums: the published case, recursion against transform, moments, windows anywhere."""

import json
import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anlan.domain.errors import UsageError
from anlan.maths.compound import (
    POISSON,
    compound_fft,
    compound_moments,
    compound_panjer,
    yearly_loss,
)
from anlan.maths.distributions import Distribution, empirical, lognormal_from_mean
from anlan.maths.lattice import Lattice, put_on_lattice
from support import shared


@pytest.mark.parametrize("method", [compound_panjer, compound_fft])
def test_the_published_poisson_gamma_case_is_reproduced(method) -> None:
    case = json.loads(shared("golden/panjer_poisson_gamma_actuar.json").read_text())
    inputs, expected, within = case["inputs"], case["expected"], case["tolerance"]
    gamma = Distribution("gamma", {"shape": 2.0, "scale": 1.0})
    severity = put_on_lattice(gamma, step=inputs["step"], size=int(inputs["to"] / inputs["step"]) + 1)
    pmf = method(severity, rate=inputs["lam"], size=256)
    total = Lattice(0.0, inputs["step"], pmf)
    assert np.allclose(pmf[:8], expected["pmf_first_8"], rtol=within["pmf_rel"])
    for value, probability in expected["pmf_at"].items():
        assert pmf[int(float(value) / inputs["step"])] == pytest.approx(probability, rel=within["pmf_rel"])
    assert total.mean == pytest.approx(expected["mean"], abs=1e-6)
    for q, value in expected["quantiles"].items():
        assert total.quantile(float(q)) == value
    for q, value in expected["CTE"].items():
        beyond = total.values > expected["VaR"][q]
        strict = total.values[beyond] @ pmf[beyond] / pmf[beyond].sum()
        assert strict == pytest.approx(value, abs=within["CTE"])
        assert total.tail_mean(float(q)) <= strict + 1e-9


@pytest.mark.parametrize("shape", [POISSON, 0.5, 12.5])
@pytest.mark.parametrize("rate", [0.1, 3.0])
def test_recursion_and_transform_agree(rate: float, shape: float) -> None:
    severity = put_on_lattice(Distribution("weibull", {"shape": 1.4, "scale": 4.0}), step=0.5, size=60)
    one = compound_panjer(severity, rate=rate, shape=shape, size=2048)
    other = compound_fft(severity, rate=rate, shape=shape, size=2048)
    assert np.allclose(one, other, atol=1e-11)


@settings(max_examples=40, deadline=None)
@given(
    st.floats(0.01, 1e5),
    st.one_of(st.just(POISSON), st.floats(0.5, 1e4)),
    st.sampled_from(
        [
            Distribution("constant", {"value": 30.0}),
            empirical([1.0, 5.0, 5.0, 60.0, 900.0]),
            lognormal_from_mean(50.0, sigma=0.9),
            Distribution("gamma", {"shape": 0.6, "scale": 40.0}),
        ]
    ),
)
def test_the_year_has_the_mean_and_variance_of_theory(rate, shape, severity) -> None:
    mean, variance = compound_moments(severity, rate=rate, shape=shape)
    year = yearly_loss(severity, rate=rate, shape=shape)
    assert year.probability.sum() == pytest.approx(1.0)
    assert year.mean == pytest.approx(mean, rel=1e-3)
    assert year.variance == pytest.approx(variance, rel=0.01)


def test_a_window_far_from_zero_holds_the_same_law_as_one_from_zero() -> None:
    severity = empirical([1.0, 2.0, 7.0])
    near = compound_fft(put_on_lattice(severity, step=1.0, size=9), rate=2000.0, size=2**14)
    far = yearly_loss(severity, rate=2000.0)
    whole = Lattice(0.0, 1.0, near)
    assert far.start > 0
    for q in (0.01, 0.5, 0.95, 0.999):
        assert far.quantile(q) == pytest.approx(whole.quantile(q), abs=2 * far.step)


def test_an_uncertain_rate_widens_the_year_and_keeps_its_mean() -> None:
    severity = lognormal_from_mean(10.0, sigma=0.5)
    sure, unsure = (yearly_loss(severity, rate=20.0, shape=a) for a in (POISSON, 3.0))
    assert unsure.mean == pytest.approx(sure.mean, rel=1e-3)
    assert unsure.quantile(0.95) > sure.quantile(0.95)


def test_no_losses_make_a_year_of_zero() -> None:
    for severity, rate in ((Distribution("none"), 5.0), (empirical([3.0]), 0.0)):
        year = yearly_loss(severity, rate=rate)
        assert (year.mean, year.quantile(0.99)) == (0.0, 0.0)


@given(st.lists(st.floats(0.1, 500.0), min_size=1, max_size=20), st.floats(0.5, 40.0))
def test_the_lattice_keeps_the_mean(values: list[float], step: float) -> None:
    distribution = empirical(values)
    pmf = put_on_lattice(distribution, step=step, size=math.ceil(max(values) / step) + 2)
    assert pmf.sum() == pytest.approx(1.0)
    assert pmf @ (step * np.arange(len(pmf))) == pytest.approx(distribution.mean)


def test_exceedance_falls_and_the_tail_mean_is_never_below_the_quantile() -> None:
    year = yearly_loss(lognormal_from_mean(10.0, sigma=1.0), rate=3.0, shape=4.0)
    beyond = [year.exceedance(x) for x in np.linspace(0, 300, 50)]
    assert all(a >= b for a, b in pairwise(beyond))
    assert all(year.tail_mean(q) >= year.quantile(q) for q in (0.1, 0.5, 0.9, 0.99))


@pytest.mark.parametrize(("rate", "shape"), [(-1.0, 1.0), (float("nan"), 1.0), (1.0, 0.0)])
def test_impossible_frequencies_are_refused(rate: float, shape: float) -> None:
    with pytest.raises(UsageError, match="bad_frequency"):
        yearly_loss(empirical([1.0]), rate=rate, shape=shape)
