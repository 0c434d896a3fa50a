"""Fits from cut data against scipy's, against what the data were drawn from, and their goodness of fit."""

import numpy as np
import pytest
from scipy import optimize, stats

from anlan.maths.censored_fits import FAMILIES, cut_sample, fit_family, maximise, product_limit
from anlan.maths.distributions import Distribution
from anlan.maths.streams import Stream

NONE = np.zeros(0)


def _theirs(kind: str, x: np.ndarray) -> tuple[float, float]:
    if kind == "lognormal":
        s, _, scale = stats.lognorm.fit(x, floc=0)
        return float(np.log(scale)), float(np.log(s))
    shape, _, scale = (stats.gamma if kind == "gamma" else stats.weibull_min).fit(x, floc=0)
    return float(np.log(shape)), float(np.log(scale))


@pytest.mark.parametrize("kind", FAMILIES)
def test_whole_data_are_fitted_as_scipy_does(kind: str) -> None:
    x = np.random.default_rng(1).gamma(1.7, 30.0, 60)
    theta, _ = maximise(kind, cut_sample(x, NONE, 0.0))
    assert theta[0] == pytest.approx(_theirs(kind, x), abs=2e-3)


@pytest.mark.parametrize("kind", FAMILIES)
def test_cut_data_are_fitted_as_a_search_of_scipys_likelihood_does(kind: str) -> None:
    rng = np.random.default_rng(2)
    x = rng.lognormal(3.0, 0.9, 400)
    x = x[x > 8.0]
    observed, censored = x[x <= 60.0], np.full((x > 60.0).sum(), 60.0)
    law = {"lognormal": lambda a, b: stats.lognorm(np.exp(b), scale=np.exp(a)),
           "gamma": lambda a, b: stats.gamma(np.exp(a), scale=np.exp(b)),
           "weibull": lambda a, b: stats.weibull_min(np.exp(a), scale=np.exp(b))}[kind]  # fmt: skip

    def loss(theta: np.ndarray) -> float:
        d = law(*theta)
        return -float(d.logpdf(observed).sum() + d.logsf(censored).sum() - len(x) * d.logsf(8.0))

    theta, best = maximise(kind, cut_sample(observed, censored, 8.0))
    search = optimize.minimize(loss, theta[0] + 0.2, method="Nelder-Mead",
                               options={"xatol": 1e-7, "fatol": 1e-10, "maxiter": 4000})  # fmt: skip
    assert best[0] == pytest.approx(-search.fun, abs=1e-4)
    if kind == "lognormal":
        assert theta[0] == pytest.approx([3.0, np.log(0.9)], abs=0.25)


def test_ignoring_the_cut_would_be_wrong_and_minding_it_is_right() -> None:
    rng = np.random.default_rng(5)
    x = rng.gamma(2.0, 10.0, 4_000)
    x = x[x > 15.0]
    observed, censored = x[x <= 40.0], np.full((x > 40.0).sum(), 40.0)
    minded, _ = maximise("gamma", cut_sample(observed, censored, 15.0))
    ignored, _ = maximise("gamma", cut_sample(observed, NONE, 0.0))
    assert np.exp(minded[0]) == pytest.approx([2.0, 10.0], rel=0.35)
    assert np.exp(ignored[0, 0]) > 5.0


def test_the_right_family_passes_and_a_wrong_one_fails() -> None:
    rng = np.random.default_rng(3)
    lognormal = cut_sample(rng.lognormal(2.0, 1.2, 150), NONE, 0.0)
    right = fit_family("lognormal", lognormal, bootstrap=99, stream=Stream(1))
    wrong = fit_family("gamma", lognormal, bootstrap=99, stream=Stream(1))
    assert right.ks_p > 0.05
    assert right.ad_p is not None
    assert right.ad_p > 0.05
    assert wrong.ad_p is not None
    assert wrong.ad_p < 0.05
    assert right.aicc < wrong.aicc


@pytest.mark.parametrize("cut", [False, True])
def test_p_values_of_the_true_family_are_even(cut: bool) -> None:
    """Over many samples a p below 0.2 comes up about one time in five."""
    rng = np.random.default_rng(4)
    low = 0
    for number in range(60):
        x = rng.weibull(1.3, 40) * 10.0
        limit = 14.0 if cut else np.inf
        sample = cut_sample(x[x <= limit], np.full((x > limit).sum(), 14.0), 0.0)
        fit = fit_family("weibull", sample, bootstrap=39, stream=Stream(number))
        low += fit.ks_p <= 0.2
    assert 4 <= low <= 22


def test_the_product_limit_is_the_share_of_the_sample_and_minds_censoring() -> None:
    _, after = product_limit(cut_sample(np.array([1.0, 2, 3, 4]), NONE, 0.0))
    assert after[0].tolist() == pytest.approx([0.25, 0.5, 0.75, 1.0])
    _, after = product_limit(cut_sample(np.array([1.0, 3.0]), np.array([2.0]), 0.0))
    assert after[0].tolist() == pytest.approx([1 / 3, 1 / 3, 1.0])


def test_replicates_scatter_about_the_fit() -> None:
    x = np.random.default_rng(6).lognormal(1.0, 0.5, 80)
    fit = fit_family("lognormal", cut_sample(x, NONE, 0.0), bootstrap=199, stream=Stream(2))
    means = np.array([d.parameters["mu"] for d in fit.replicates])
    assert means.std() == pytest.approx(0.5 / np.sqrt(80), rel=0.2)
    assert means.mean() == pytest.approx(fit.distribution.parameters["mu"], abs=0.02)
    assert isinstance(fit.distribution, Distribution)
    assert fit.band is not None
    assert (fit.band[0] <= fit.band[1]).all()
