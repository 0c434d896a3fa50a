import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anlan.domain.errors import AnlanError
from anlan.maths.control_charts.chart import Baseline
from anlan.maths.detection.back_test import (
    WEEK_US,
    Label,
    back_test,
    proposal,
    tail_settings,
    trade_off,
)
from anlan.maths.detection.batch import CusumBatch, EwmaBatch, ThresholdBatch
from anlan.maths.detection.charts import Cusum, Ewma
from anlan.maths.detection.thresholds import Grade, GradedThreshold, rising
from anlan.maths.detection.verdicts import Reading
from maths.detection.streams import HOUR, hourly

VALUES = [0, 0, 3, 0, 0, 0, 3, 3, 0, 3, 0, 0]


def test_alerts_lead_time_and_false_alarms_by_hand():
    labels = [Label(6 * HOUR, 10 * HOUR, event_us=9 * HOUR), Label(11 * HOUR, 12 * HOUR)]
    result = back_test(rising(2.0), hourly(VALUES), labels)
    assert [(a.begin_us // HOUR, a.end_us // HOUR) for a in result.alerts] == [(3, 3), (7, 8), (10, 10)]
    assert result.lead_us == (2 * HOUR, None)
    assert result.false_alarms == 1
    assert (result.precision.estimate, result.recall.estimate) == (2 / 3, 1 / 2)
    assert result.false_per_week.estimate == pytest.approx(1 / (6 * HOUR / WEEK_US))
    assert result.false_per_week.low < result.false_per_week.estimate < result.false_per_week.high


def test_short_quiet_is_no_new_alert_and_what_came_before_does_not_count():
    joined = back_test(rising(2.0), hourly(VALUES), quiet_us=2 * HOUR)
    assert len(joined.alerts) == 2
    later = back_test(rising(2.0), hourly(VALUES), from_us=5 * HOUR)
    assert len(later.alerts) == 2
    assert (later.recall, later.precision.estimate) == (None, 0.0)


def test_higher_levels_alert_less():
    detector = rising(2.0, 4.0)
    stream = hourly([0, 3, 0, 5, 0])
    counts = [len(back_test(detector, stream, level=level).alerts) for level in (1, 2)]
    assert counts == [2, 1]
    assert back_test(detector, stream).alerts[1].level == 2


def test_the_curve_falls_and_the_proposal_keeps_the_budget():
    rng = np.random.default_rng(3)
    values = rng.normal(0, 1, 24 * 7 * 8)
    labels = [Label(n * HOUR, (n + 3) * HOUR) for n in range(100, 1_300, 200)]
    for label in labels:
        values[label.begin_us // HOUR] += 4.5
    curve = trade_off(lambda limit: rising(limit), tail_settings(values), hourly(values), labels)
    false = [one.result.false_per_week.estimate for one in curve]
    assert false == sorted(false, reverse=True)
    best = proposal(curve, most_per_week=1.0)
    assert best.result.false_per_week.estimate <= 1.0
    allowed = [one.result.recall.estimate for one in curve if one.result.false_per_week.estimate <= 1.0]
    assert best.result.recall.estimate == max(allowed) > 0.8
    assert proposal(curve[:1], most_per_week=0.0) is None


@pytest.mark.parametrize("call", [lambda: back_test(rising(1.0), []), lambda: tail_settings([1.0])])
def test_nothing_to_test_is_refused(call):
    with pytest.raises(AnlanError):
        call()


limits = st.floats(0.5, 5)
finite = st.floats(-1e308, 1e308)
baselines = st.builds(
    Baseline, st.just("i_mr"), st.floats(-5, 5), st.sampled_from([0.0, 5e-324, 0.3, 1.0, 1e308])
)
thresholds = st.builds(
    lambda low, more, clear, needed, clearing, hold, level, size: GradedThreshold(
        (Grade(level, low, low * clear, -low, -low * clear, needed, clearing, hold * HOUR),
         Grade(level + 1, low + more, fire_below=-low - more)),
        minimum_size=size,
    ),
    limits, limits, st.floats(0.1, 1), st.integers(1, 3), st.integers(1, 3), st.integers(0, 4),
    st.integers(1, 3), st.sampled_from([0.0, 3.0]),
)  # fmt: skip
KINDS = {
    "threshold": (thresholds, ThresholdBatch),
    "ewma": (st.builds(Ewma, baselines, st.floats(0.01, 1), limits, st.integers(1, 4)), EwmaBatch),
    "cusum": (st.builds(Cusum, baselines, st.floats(0, 2), st.floats(3, 9), st.floats(0, 2.9)), CusumBatch),
}
readings = st.one_of(st.floats(-9, 9), finite, st.just(float("nan")), st.just(float("inf")))


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_many_series_at_once_give_each_the_bits_it_has_alone(kind, data):
    drawn, batch_of = KINDS[kind]
    detectors = data.draw(st.lists(drawn, min_size=1, max_size=4))
    states = [detector.begin() for detector in detectors]
    batch = batch_of(detectors)
    at = 0
    for cut in data.draw(st.lists(st.booleans(), max_size=25)):
        at += data.draw(st.sampled_from([HOUR, HOUR, 5 * HOUR, 0, -HOUR]))
        values = [data.draw(readings) for _ in detectors]
        size = data.draw(st.sampled_from([1.0, 4.0, 2.0, 0.0]))
        levels = batch.step(at, values, size)
        for i, (detector, value) in enumerate(zip(detectors, values, strict=True)):
            states[i], verdict = detector.step(states[i], Reading(at, value, size))
            assert verdict.level == levels[i]
        assert json.dumps(batch.states()) == json.dumps(states)
        if cut:
            batch = batch_of(detectors, json.loads(json.dumps(batch.states())))
