import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import gammaln

from anlan.domain.errors import NotEnoughData, UsageError
from anlan.maths.control_charts.attributes import proportions
from anlan.maths.control_charts.chart import Baseline
from anlan.maths.control_charts.run_lengths import cusum_arl, run_rules_arl
from anlan.maths.control_charts.run_rules import NELSON, NHS, WESTERN_ELECTRIC, run_rules
from anlan.maths.control_charts.weighted import cusum, ewma
from anlan.maths.detection.back_test import replay
from anlan.maths.detection.charts import ChartRules, Cusum, Ewma
from anlan.maths.detection.false_alarms import (
    consecutive_arl,
    false_alarms_per_week,
    simulated_run_length,
)
from anlan.maths.detection.online import OnlineChange
from anlan.maths.detection.verdicts import Reading
from anlan.maths.streams import Stream
from maths.detection.streams import HOUR, NORMAL, hourly

points = st.lists(st.one_of(st.floats(-4, 4), st.sampled_from([0.0, 1.0, 2.0, 3.0])), min_size=1, max_size=60)


@given(points, st.sampled_from([WESTERN_ELECTRIC, NELSON, NHS]))
def test_reading_by_reading_the_rules_fire_where_they_do_on_the_whole_chart(z, rules):
    episodes = run_rules(z, rules)
    fired = sorted({position for episode in episodes for position in episode.fired})
    verdicts = replay(ChartRules(NORMAL, rules), hourly(z))
    assert [i for i, verdict in enumerate(verdicts) if verdict.level] == fired
    for i in fired:
        told = verdicts[i]
        mine = [e for e in episodes if e.rule.code == told.reason and e.side == told.parameters["side"]]
        (episode,) = [e for e in mine if i in e.fired]
        assert told.parameters["since_us"] == (episode.fired[0] + 1) * HOUR


@given(points, st.floats(0.05, 1))
def test_reading_by_reading_the_ewma_is_the_chart_of_the_whole(z, weight):
    chart = ewma(z, centre=0.0, sigma=1.0, weight=weight)
    verdicts = replay(Ewma(NORMAL, weight=weight), hourly(z))
    assert [v.parameters["mean"] for v in verdicts] == pytest.approx(chart.points, abs=1e-12)
    assert [v.parameters["limit"] for v in verdicts] == pytest.approx(chart.upper, abs=1e-9)


@given(points, st.floats(0, 1))
def test_up_to_the_first_signal_the_cusum_is_the_chart_of_the_whole(z, k):
    chart = cusum(z, centre=0.0, sigma=1.0, k=k, headstart=2.5)
    verdicts = replay(Cusum(NORMAL, k=k, headstart=2.5), hourly(z))
    first = int(chart.outside[0]) + 1 if len(chart.outside) else len(z)
    assert [v.parameters["high"] for v in verdicts[:first]] == chart.high[:first].tolist()
    assert [v.level > 0 for v in verdicts[:first]] == [i in chart.outside for i in range(first)]


def test_a_long_shift_is_over_soon_after_it_ends():
    verdicts = replay(Cusum(NORMAL), hourly([3.0] * 500 + [0.0] * 11))
    assert verdicts[499].level == 2
    assert verdicts[-1].level == 0
    endless = replay(Cusum(NORMAL, most=1e9), hourly([3.0] * 500 + [0.0] * 11))
    assert endless[-1].level == 2


def test_points_of_larger_samples_weigh_more():
    chart = proportions([10, 12, 9, 11], [100] * 4, laney=False)
    detector = ChartRules(chart.baseline)
    state = detector.begin()
    for at, size, level in ((1, 100, 0), (2, 2_000, 2)):
        state, verdict = detector.step(state, Reading(at, 0.15, size))
        assert verdict.level == level


def test_the_levels_of_rules_are_their_own():
    detector = ChartRules(NORMAL, WESTERN_ELECTRIC, {"we_1": 4})
    assert [v.level for v in replay(detector, hourly([3.5, 0, 2.5]))] == [4, 0, 2]
    with pytest.raises(UsageError, match=r"detection\.rules"):
        ChartRules(NORMAL, WESTERN_ELECTRIC, {"we_9": 4})


def test_simulated_detectors_meet_their_theory():
    for detector, arl in (
        (ChartRules(NORMAL), run_rules_arl(WESTERN_ELECTRIC, shift=1.0)),
        (Cusum(NORMAL, h=4.0), cusum_arl(k=0.5, h=4.0, shift=1.0)),
    ):
        told = simulated_run_length(detector, stream=Stream(3), shift=1.0, runs=300, level=0.9999)
        assert told.low < arl < told.high
    with pytest.raises(NotEnoughData, match=r"spc\.no_signal"):
        simulated_run_length(Cusum(NORMAL), stream=Stream(1), runs=3, most=5)


def test_false_alarms_add_up_over_series():
    assert false_alarms_per_week(370.4, readings_per_week=10_080, series=100) == pytest.approx(2_721, abs=1)
    assert consecutive_arl(1.0, needed=3) == 3
    for wrong in (0.0, 1.5):
        with pytest.raises(UsageError):
            consecutive_arl(wrong, needed=1)
    with pytest.raises(UsageError):
        false_alarms_per_week(0.5, readings_per_week=1)


def test_the_online_detector_finds_a_change_and_seldom_one_that_is_none():
    rng = np.random.default_rng(5)
    detector = OnlineChange(NORMAL, expected=200)
    found, false = 0, 0
    for _ in range(20):
        before, after = rng.normal(0, 1, 100), rng.normal(3, 1, 12)
        verdicts = replay(detector, hourly([*before, *after]))
        false += any(v.level for v in verdicts[:100])
        found += any(v.level for v in verdicts[100:])
    assert found >= 19
    assert false <= 2


def test_the_online_detector_is_exact_where_nothing_is_dropped():
    """Against the sum over all places of one change in four readings, by the evidence of each part."""

    def evidence(x):
        n, kappa, alpha, beta, mean = len(x), 1.0, 1.0, 1.0, 0.0
        if not n:
            return 0.0
        centre = np.mean(x)
        kn, an = kappa + n, alpha + n / 2
        bn = beta + 0.5 * np.sum((x - centre) ** 2) + kappa * n * (centre - mean) ** 2 / (2 * kn)
        return (gammaln(an) - gammaln(alpha) + alpha * np.log(beta) - an * np.log(bn)
                + 0.5 * np.log(kappa / kn) - n / 2 * np.log(2 * np.pi))  # fmt: skip

    z, hazard = np.array([0.3, -0.2, 2.5, 2.2]), 1 / 50
    weights = {}
    for mask in range(2**4):
        cuts = [i + 1 for i in range(4) if mask >> i & 1]
        parts = [z[a:b] for a, b in zip([0, *cuts], [*cuts, 4], strict=True)]
        chance = hazard ** len(cuts) * (1 - hazard) ** (4 - len(cuts))
        length = 4 - (cuts[-1] if cuts else 0)
        weights[length] = weights.get(length, 0.0) + chance * np.exp(sum(map(evidence, parts)))
    detector = OnlineChange(NORMAL, expected=50, recent=1, most=10)
    state = detector.begin()
    for reading in hourly(z.tolist()):
        state, _ = detector.step(state, reading)
    own, total = state["own"], sum(weights.values())
    got = dict(zip(own["length"], np.exp(own["log"]), strict=True))
    assert got == pytest.approx({length: w / total for length, w in weights.items()}, rel=1e-9)


@pytest.mark.parametrize(
    "make",
    [
        lambda: Ewma(NORMAL, weight=0),
        lambda: Ewma(NORMAL, level=0),
        lambda: Cusum(NORMAL, h=0),
        lambda: Cusum(NORMAL, most=1),
        lambda: OnlineChange(NORMAL, chance=1.5),
        lambda: Baseline("x", float("inf"), 1.0),
    ],
)
def test_settings_that_cannot_be_are_refused(make):
    with pytest.raises(UsageError):
        make()
