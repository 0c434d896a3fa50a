import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from anlan.domain.errors import UsageError
from anlan.maths.control_charts.capability import capability
from anlan.maths.control_charts.pareto import pareto, vital_few
from anlan.maths.control_charts.variables import Sigma, sigma_within


def test_a_centred_process_three_sigma_from_its_limits_has_an_index_of_one():
    found = capability([1.0, -1.0], lower=-3.0, upper=3.0, target=0.0, within=Sigma(1.0, 50.0))
    indices = [found.potential.estimate, found.lower, found.upper, found.actual.estimate]
    assert indices == pytest.approx([1, 1, 1, 1])
    assert found.target.estimate == pytest.approx(1)


def test_one_limit_gives_no_potential():
    found = capability([1.0, 2.0, 3.0], upper=6.0)
    assert (found.potential, found.lower, found.target) == (None, None, None)
    assert found.actual.estimate == found.upper == pytest.approx(4 / 3)


@pytest.mark.parametrize("within", [True, False])
def test_the_intervals_hold_what_they_say(within):
    rng = np.random.default_rng(6)
    truth = {"potential": 10 / 12, "actual": 4 / 6, "target": 10 / (6 * np.sqrt(4 + 1))}
    held = dict.fromkeys(truth, 0)
    for _ in range(600):
        samples = rng.normal(1.0, 2.0, (25, 4))
        sigma = sigma_within(samples, by="range", tabled=False) if within else None
        found = capability(samples, lower=-5.0 + 0.0, upper=5.0, target=0.0, within=sigma)
        for name, value in truth.items():
            told = getattr(found, name)
            held[name] += told.low <= value <= told.high
    for count in held.values():
        assert 0.92 < count / 600 < 0.98


@pytest.mark.parametrize("limits", [{}, {"lower": 2.0, "upper": 1.0}, {"lower": 1.0, "upper": 1.0}])
def test_limits_that_specify_nothing_are_refused(limits):
    with pytest.raises(UsageError, match=r"spc\.specification"):
        capability([1.0, 2.0], **limits)


def test_a_process_without_spread_has_no_index():
    with pytest.raises(UsageError, match=r"spc\.no_spread"):
        capability([1.0, 1.0], upper=2.0)


@given(
    st.dictionaries(st.text(max_size=3), st.floats(0, 1e6), min_size=1).filter(lambda d: sum(d.values()) > 0)
)
def test_bars_fall_and_their_shares_add_up_to_one(amounts):
    bars = pareto(amounts)
    assert [bar.amount for bar in bars] == sorted(amounts.values(), reverse=True)
    assert bars[-1].cumulative == pytest.approx(1)
    few = vital_few(bars)
    assert few[-1].cumulative >= 0.8 - 1e-9
    assert len(few) == 1 or few[-2].cumulative < 0.8


@pytest.mark.parametrize("amounts", [{}, {"a": 0.0}, {"a": -1.0, "b": 3.0}, {"a": float("nan")}])
def test_nothing_to_compare_is_refused(amounts):
    with pytest.raises(UsageError, match=r"spc\.pareto"):
        pareto(amounts)
