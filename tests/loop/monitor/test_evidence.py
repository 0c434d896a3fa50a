"""What an alert says of a risk's frequency: a hand case, laws, and Bayes' rule by numerical integration."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import gamma, poisson

from anlan.domain.errors import UsageError
from anlan.domain.interval import Interval
from anlan.loop.monitor.evidence import counts, effect
from anlan.maths.counts import RatePosterior


def known(shape: float, exposure: float, level: float = 0.95) -> Interval:
    return RatePosterior(shape, exposure).interval(level=level)


def test_one_event_in_half_a_year_by_hand() -> None:
    """Ten events in a year, Jeffreys: Gamma(10.5, 1), mean 10.5; one more in half a year: Gamma(11.5, 1.5),
    mean 23/3."""
    found = effect(known(10.5, 1.0), events=1, years=0.5)
    assert found.before.estimate == pytest.approx(10.5, rel=1e-6)
    assert found.after.estimate == pytest.approx(23 / 3, rel=1e-6)
    assert found.after.low == pytest.approx(gamma.ppf(0.025, 11.5, scale=1 / 1.5), rel=1e-6)
    assert found.after.high == pytest.approx(gamma.ppf(0.975, 11.5, scale=1 / 1.5), rel=1e-6)
    assert found.ratio == pytest.approx(23 / 3 / 10.5, rel=1e-6)


@settings(max_examples=15, deadline=None)
@given(st.floats(1, 200), st.floats(0.05, 20), st.integers(0, 9), st.floats(0.01, 5))
def test_it_is_bayes_rule(shape: float, exposure: float, events: int, years: float) -> None:
    found = effect(known(shape, exposure), events=events, years=years)
    top = gamma.ppf(1 - 1e-12, shape + events, scale=1 / (exposure + years)) * 1.5
    rates = (np.arange(20_000) + 0.5) * (top / 20_000)
    weight = gamma.pdf(rates, shape, scale=1 / exposure) * poisson.pmf(events, rates * years)
    mean = (weight * rates).sum() / weight.sum()
    assert found.after.estimate == pytest.approx(mean, rel=1e-3)


@settings(max_examples=15, deadline=None)
@given(st.floats(0.6, 200), st.floats(0.05, 20), st.integers(1, 5), st.floats(0.01, 2), st.floats(0.01, 2))
def test_laws(shape: float, exposure: float, events: int, first: float, second: float) -> None:
    prior = known(shape, exposure)
    once = effect(prior, events=events, years=first + second)
    step = effect(prior, events=events, years=first)
    assert step.before.low == pytest.approx(prior.low, rel=1e-6)
    assert step.before.high == pytest.approx(prior.high, rel=1e-6)
    twice = effect(step.after, events=0, years=second)
    assert twice.after.estimate == pytest.approx(once.after.estimate, rel=1e-5)
    assert once.after.estimate < step.after.estimate
    assert step.after.estimate > effect(prior, events=0, years=first).after.estimate
    rate = events / first
    low, high = sorted((step.before.estimate, rate))
    assert low * (1 - 1e-6) <= step.after.estimate <= high * (1 + 1e-6)


@pytest.mark.parametrize(("low", "high"), [(0.0, 3.0), (2.0, 2.0), (3.0, 1.0), (1.0, float("inf"))])
def test_what_has_no_gamma_is_refused(low: float, high: float) -> None:
    with pytest.raises(UsageError) as refused:
        effect(Interval(1.0, low, high), events=1, years=1.0)
    assert refused.value.code == "evidence.frequency"


def test_nothing_watched_is_no_evidence() -> None:
    for years in (0.0, -1.0, float("nan")):
        with pytest.raises(UsageError) as refused:
            effect(known(3.0, 1.0), events=1, years=years)
        assert refused.value.code == "evidence.watched"


def test_a_false_alarm_is_no_evidence() -> None:
    assert counts("firing", "")
    assert counts("closed", "true")
    assert not counts("false_positive", "")
    assert not any(counts("closed", each) for each in ("expected", "duplicate", "data_fault"))
