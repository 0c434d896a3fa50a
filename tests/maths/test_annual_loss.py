"""Annual loss: theory within standard errors, the exact distribution, laws, the same bits on any threads."""

import math
from itertools import pairwise

import numpy as np
import pytest
from scipy import stats

from anlan.domain.errors import UsageError
from anlan.maths.annual_loss import LossSource, simulate_years
from anlan.maths.compound import compound_fft, compound_moments
from anlan.maths.distributions import Distribution, empirical, lognormal_from_mean
from anlan.maths.lattice import Lattice, put_on_lattice
from anlan.maths.loss_statistics import loss_sample

SEVERITIES = {
    "constant": Distribution("constant", {"value": 12.0}),
    "empirical": empirical([1.0, 4.0, 4.0, 90.0]),
    "lognormal": lognormal_from_mean(30.0, sigma=0.9),
    "gamma": Distribution("gamma", {"shape": 0.7, "scale": 20.0}),
    "weibull": Distribution("weibull", {"shape": 0.8, "scale": 15.0}),
}
MIXED = [
    LossSource(0.3 * (i + 1), severity, shape)
    for i, (severity, shape) in enumerate(
        zip(SEVERITIES.values(), (math.inf, 0.5, 3.5, 1.5, math.inf), strict=True)
    )
]


def _theory(sources: list[LossSource]) -> tuple[float, float]:
    moments = [compound_moments(s.severity, rate=s.rate, shape=s.shape) for s in sources]
    return sum(m for m, _ in moments), sum(v for _, v in moments)


@pytest.mark.parametrize("kind", SEVERITIES)
@pytest.mark.parametrize("shape", [math.inf, 2.5])
@pytest.mark.parametrize("frequent_above", [0.0, 100.0])
def test_mean_and_variance_are_those_of_theory(kind: str, shape: float, frequent_above: float) -> None:
    source = LossSource(3.0, SEVERITIES[kind], shape)
    mean, variance = _theory([source])
    n, seeds = 40_000, range(6)
    z_mean, ratios = [], []
    for seed in seeds:
        losses = simulate_years([source], years=n, seed=seed, frequent_above=frequent_above)
        z_mean.append((losses.mean() - mean) / math.sqrt(variance / n))
        ratios.append(losses.var() / variance)
    assert max(map(abs, z_mean)) < 4.5
    assert abs(np.mean(z_mean)) < 2.0
    assert np.mean(ratios) == pytest.approx(1.0, abs=0.06)


def test_the_distribution_is_the_exact_one_of_the_transform() -> None:
    step, size = 0.5, 2**14
    pmf = np.zeros(size)
    pmf[0] = 1.0
    transform = np.fft.rfft(pmf)
    for source in MIXED:
        lattice = put_on_lattice(source.severity, step=step, size=size // 2)
        transform *= np.fft.rfft(compound_fft(lattice, rate=source.rate, shape=source.shape, size=size))
    exact = Lattice(0.0, step, np.maximum(np.fft.irfft(transform, n=size), 0.0))
    n = 400_000
    for frequent_above in (0.0, 0.7, 100.0):
        losses = simulate_years(MIXED, years=n, seed=1, frequent_above=frequent_above)
        sample = loss_sample(losses)
        for q in (0.2, 0.5, 0.9, 0.99):
            estimate = sample.quantile(q)
            assert abs(estimate.value - exact.quantile(q)) < 4 * estimate.standard_error + 1.5 * step
        tail = sample.cvar(0.95)
        assert abs(tail.value - exact.tail_mean(0.95)) < 4 * tail.standard_error + step
        for loss in (10.0, 60.0, 200.0):
            p = exact.exceedance(loss)
            assert abs((losses > loss).mean() - p) < 4 * math.sqrt(p * (1 - p) / n) + 0.004


@pytest.mark.parametrize("phi", [0.0, 0.3])
@pytest.mark.parametrize("threads", [1, 2, 3, 7])
def test_the_number_of_threads_changes_no_bit(threads: int, phi: float) -> None:
    sources = [*MIXED, LossSource(50.0, SEVERITIES["lognormal"], 20.5)]
    one, other = (
        simulate_years(sources, years=40_000, seed=3, threads=n, common_variance=phi) for n in (1, threads)
    )
    assert (other == one).all()


@pytest.mark.parametrize("phi", [0.01, 0.25, 1.4])
@pytest.mark.parametrize("frequent_above", [0.0, 100.0])
def test_a_common_factor_keeps_the_mean_and_adds_the_variance_of_the_law(
    phi: float, frequent_above: float
) -> None:
    """Var(GX) = E[G^2] E[X^2] - E[X]^2 = (1 + phi)(v + m^2) - m^2."""
    mean, variance = _theory(MIXED)
    total = (1 + phi) * (variance + mean**2) - mean**2
    n, z_mean, ratios = 60_000, [], []
    for seed in range(6):
        losses = simulate_years(MIXED, years=n, seed=seed, frequent_above=frequent_above, common_variance=phi)
        z_mean.append((losses.mean() - mean) / math.sqrt(total / n))
        ratios.append(losses.var() / total)
    assert max(map(abs, z_mean)) < 4.5
    assert np.mean(ratios) == pytest.approx(1.0, abs=0.05)


def test_a_common_factor_is_gamma_and_the_same_whatever_the_risks() -> None:
    one, other = (
        simulate_years(s, years=20_000, seed=9, common_variance=0.2)
        / np.maximum(simulate_years(s, years=20_000, seed=9), 1e-300)
        for s in ([LossSource(9.0, SEVERITIES["constant"])], MIXED[::-1])
    )
    hit = (one > 0) & (other > 0)
    assert np.allclose(one[hit], other[hit], rtol=1e-9)
    assert stats.kstest(one[hit], stats.gamma(5.0, scale=0.2).cdf).pvalue > 0.001


@pytest.mark.parametrize("phi", [-0.1, math.nan, math.inf])
def test_an_impossible_common_variance_is_refused(phi: float) -> None:
    with pytest.raises(UsageError, match="bad_common_variance"):
        simulate_years(MIXED, years=10, seed=0, common_variance=phi)


def test_more_years_only_append_years() -> None:
    few, many = (simulate_years(MIXED, years=n, seed=3) for n in (1_000, 30_000))
    assert (few == many[:1_000]).all()


def test_twice_the_loss_of_an_event_is_twice_the_loss_of_every_year() -> None:
    doubled = [LossSource(s.rate, s.severity.scaled(2.0), s.shape) for s in MIXED]
    one, two = (simulate_years(s, years=5_000, seed=2) for s in (MIXED, doubled))
    assert np.allclose(two, 2 * one, rtol=1e-12)


@pytest.mark.parametrize("frequent_above", [0.0, 100.0])
def test_more_loss_events_cost_more(frequent_above: float) -> None:
    samples = [
        loss_sample(
            simulate_years(
                [LossSource(s.rate * factor, s.severity, s.shape) for s in MIXED],
                years=60_000, seed=5, frequent_above=frequent_above,
            )
        )
        for factor in (1.0, 1.2, 1.5)
    ]  # fmt: skip
    for statistic in (lambda s: s.mean.value, lambda s: s.quantile(0.9).value, lambda s: s.cvar(0.95).value):
        assert all(a < b for a, b in pairwise(map(statistic, samples)))


def test_seed_zero_and_other_seeds_and_replications_are_all_different_luck() -> None:
    runs = [simulate_years(MIXED, years=500, seed=s, replication=r) for s, r in ((0, 0), (1, 0), (0, 1))]
    assert (runs[0] == simulate_years(MIXED, years=500, seed=0)).all()
    assert not (runs[0] == runs[1]).all()
    assert not (runs[1] == runs[2]).all()


def test_risks_that_never_happen_or_cost_nothing_leave_the_others_alone() -> None:
    with_idle = [LossSource(0.0, SEVERITIES["gamma"]), *MIXED, LossSource(9.0, Distribution("none"))]
    assert (
        simulate_years(with_idle, years=2_000, seed=1) == simulate_years(MIXED, years=2_000, seed=1)
    ).all()
    assert simulate_years([], years=10, seed=0).sum() == 0.0


def test_a_large_sample_is_grouped_without_changing_its_mean() -> None:
    points = np.sort(np.random.default_rng(1).lognormal(2, 1.5, 10_007))
    source = LossSource(2.0, empirical(points))
    sample = loss_sample(simulate_years([source], years=300_000, seed=0))
    assert abs(sample.mean.value - 2 * points.mean()) < 4 * sample.mean.standard_error


@pytest.mark.parametrize("years", [0, -5, 2**32])
def test_an_impossible_number_of_years_is_refused(years: int) -> None:
    with pytest.raises(UsageError, match="bad_years"):
        simulate_years(MIXED, years=years, seed=0)


@pytest.mark.parametrize(("rate", "shape"), [(-1.0, 1.0), (math.nan, 1.0), (1.0, 0.0)])
def test_an_impossible_frequency_is_refused(rate: float, shape: float) -> None:
    with pytest.raises(UsageError, match="bad_frequency"):
        LossSource(rate, SEVERITIES["gamma"], shape)
