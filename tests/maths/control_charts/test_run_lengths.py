import numpy as np
import pytest

from anlan.domain.errors import AnlanError, NotEnoughData
from anlan.maths.control_charts.run_lengths import (
    cusum_arl,
    ewma_arl,
    run_rules_arl,
    shewhart_arl,
    simulated_arl,
)
from anlan.maths.control_charts.run_rules import NELSON, NHS, WESTERN_ELECTRIC, RunRule
from anlan.maths.streams import Stream

SHIFTS = [0.0, 0.5, 1.0, 2.0, 3.0]


def test_three_sigma_limits_give_a_false_alarm_in_370_points():
    assert shewhart_arl(0.0) == pytest.approx(370.398, abs=1e-3)


@pytest.mark.parametrize("shift", SHIFTS)
def test_an_ewma_of_weight_one_is_the_shewhart_chart(shift):
    assert ewma_arl(weight=1.0, width=3.0, shift=shift) == pytest.approx(shewhart_arl(shift), rel=1e-9)


@pytest.mark.parametrize("shift", SHIFTS)
def test_one_rule_alone_is_the_shewhart_chart(shift):
    assert run_rules_arl(WESTERN_ELECTRIC[:1], shift=shift) == pytest.approx(shewhart_arl(shift), rel=1e-12)


def test_a_run_on_one_side_alone_is_known_in_closed_form():
    """Runs of n heads or n tails of a fair coin: 2^n - 1 tosses on average."""
    for n in (2, 5, 8, 9):
        assert run_rules_arl([RunRule("run", n, n)]) == pytest.approx(2**n - 1, rel=1e-9)


def test_every_further_rule_brings_false_alarms_sooner():
    arls = [run_rules_arl(WESTERN_ELECTRIC[:n]) for n in (1, 2, 3, 4)]
    assert arls == sorted(arls, reverse=True)


@pytest.mark.parametrize(
    "arl",
    [
        lambda s: ewma_arl(weight=0.1, width=2.7, shift=s),
        lambda s: cusum_arl(k=0.5, h=5.0, shift=s),
        lambda s: run_rules_arl(WESTERN_ELECTRIC, shift=s),
    ],
)
def test_larger_shifts_are_found_sooner_on_either_side_alike(arl):
    arls = [arl(s) for s in SHIFTS]
    assert arls == sorted(arls, reverse=True)
    assert arl(-1.0) == pytest.approx(arl(1.0), rel=1e-9)


def test_a_one_sided_cusum_cares_for_one_side():
    assert cusum_arl(k=0.5, h=4, two_sided=False) == pytest.approx(2 * cusum_arl(k=0.5, h=4), rel=1e-9)
    assert cusum_arl(k=0.5, h=4, shift=-1, two_sided=False) > 1e4


def test_simulated_lengths_meet_the_exact_ones():
    counting = [rule for rule in NELSON if rule.pattern in ("same_side", "either_side")]
    for rules, shift in ((WESTERN_ELECTRIC, 0.0), (WESTERN_ELECTRIC, 1.0), (counting, 0.0), (counting, 1.5)):
        told = simulated_arl(rules, stream=Stream(4), shift=shift, runs=2_000, level=0.9999)
        assert told.low < run_rules_arl(rules, shift=shift) < told.high


def test_rules_on_trends_are_simulated_and_named_where_no_chain_is():
    told = simulated_arl(NHS, stream=Stream(1), runs=500)
    counting = [rule for rule in NHS if rule.pattern == "same_side"]
    assert told.estimate < run_rules_arl(counting) + 4 * (told.high - told.low)
    with pytest.raises(AnlanError, match=r"spc\.not_markov"):
        run_rules_arl(NHS)
    with pytest.raises(NotEnoughData, match=r"spc\.no_signal"):
        simulated_arl(WESTERN_ELECTRIC[:1], stream=Stream(1), runs=50, most=64)


def test_the_same_stream_gives_the_same_length():
    first, second = (simulated_arl(NELSON, stream=Stream(9), runs=200) for _ in range(2))
    assert first == second


@pytest.mark.parametrize(
    "call",
    [
        lambda: ewma_arl(weight=0.0, width=3.0),
        lambda: cusum_arl(k=0.5, h=0.0),
        lambda: cusum_arl(k=0.5, h=4.0, headstart=4.0),
        lambda: run_rules_arl([]),
    ],
)
def test_a_chart_that_cannot_be_is_refused(call):
    with pytest.raises(AnlanError):
        call()


def test_the_simulation_of_an_ewma_meets_its_integral_equation():
    rng = np.random.default_rng(12)
    weight, limit = 0.25, 2.0 * np.sqrt(0.25 / 1.75)
    lengths = []
    for _ in range(3_000):
        level, n = 0.0, 0
        while abs(level) <= limit:
            level, n = weight * rng.standard_normal() + (1 - weight) * level, n + 1
        lengths.append(n)
    error = np.std(lengths) / np.sqrt(len(lengths))
    assert np.mean(lengths) == pytest.approx(ewma_arl(weight=0.25, width=2.0), abs=4 * error)
