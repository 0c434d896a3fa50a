"""Fits: the same likelihoods as scipy.stats finds, and a choice that is right about planted kinds."""

import numpy as np
import pytest
from scipy import stats

from anlan.domain.errors import UsageError
from anlan.maths.distribution_fits import choose_distribution, fit_all
from anlan.maths.streams import Stream

STREAM = Stream(0)


def _draw(kind: str, n: int, seed: int) -> np.ndarray:
    rng = np.random.default_rng(seed)
    return {
        "lognormal": lambda: rng.lognormal(2.0, 1.0, n),
        "gamma": lambda: rng.gamma(0.5, 20.0, n),
        "weibull": lambda: 10 * rng.weibull(3.0, n),
    }[kind]()


@pytest.mark.parametrize("kind", ["lognormal", "gamma", "weibull"])
@pytest.mark.parametrize("seed", range(4))
def test_each_fit_has_the_parameters_and_the_likelihood_of_the_library(kind: str, seed: int) -> None:
    x = np.sort(_draw(kind, 60, seed))
    library = {
        "lognormal": stats.lognorm(*stats.lognorm.fit(x, floc=0)),
        "gamma": stats.gamma(*stats.gamma.fit(x, floc=0)),
        "weibull": stats.weibull_min(*stats.weibull_min.fit(x, floc=0)),
    }
    for fit in fit_all(x):
        theirs = library[fit.distribution.kind]
        likelihood = theirs.logpdf(x).sum()
        assert fit.aicc == pytest.approx(4 - 2 * likelihood + 12 / 57, abs=1e-3)
        assert fit.distribution.mean == pytest.approx(theirs.mean(), rel=2e-3)
        assert fit.ks == pytest.approx(stats.kstest(x, theirs.cdf).statistic, abs=1e-3)


@pytest.mark.parametrize("kind", ["lognormal", "gamma", "weibull"])
def test_the_planted_kind_is_chosen_more_often_than_chance(kind: str) -> None:
    chosen = [
        choose_distribution(_draw(kind, 90, seed), stream=STREAM, place=seed).distribution.kind
        for seed in range(30)
    ]
    assert chosen.count(kind) >= 15


def test_a_true_model_is_rarely_rejected_by_the_goodness_of_fit() -> None:
    reasons = [choose_distribution(_draw("gamma", 50, s), stream=STREAM, place=s).reason for s in range(60)]
    assert reasons.count("no_fit") <= 6


def test_a_sample_of_two_lumps_fits_nothing_and_speaks_for_itself() -> None:
    lumps = np.concatenate([np.linspace(1.0, 1.01, 30), np.linspace(100.0, 101.0, 30)])
    choice = choose_distribution(lumps, stream=STREAM)
    assert (choice.distribution.kind, choice.reason) == ("empirical", "no_fit")
    assert choice.distribution.mean == pytest.approx(lumps.mean())


@pytest.mark.parametrize(
    ("sample", "kind", "reason"),
    [
        ([], "none", "no_loss"),
        ([5.0], "constant", "all_alike"),
        ([5.0] * 500, "constant", "all_alike"),
        ([1.0, 2.0, 3.0], "empirical", "few_values"),
        (np.linspace(1, 9, 100), "empirical", "many_values"),
    ],
)
def test_small_large_and_constant_samples_are_taken_as_they_are(sample, kind: str, reason: str) -> None:
    choice = choose_distribution(sample, stream=STREAM)
    assert (choice.distribution.kind, choice.reason, choice.n) == (kind, reason, len(sample))


def test_the_choice_does_not_depend_on_the_order_of_the_sample() -> None:
    x = _draw("weibull", 40, 3)
    one, other = (choose_distribution(v, stream=STREAM) for v in (x, x[::-1]))
    assert one.distribution.parameters == other.distribution.parameters


@pytest.mark.parametrize("sample", [[0.0, 1.0], [-1.0], [float("nan")], [float("inf")]])
def test_losses_that_are_not_positive_numbers_are_refused(sample) -> None:
    with pytest.raises(UsageError, match="bad_sample"):
        choose_distribution(sample, stream=STREAM)
