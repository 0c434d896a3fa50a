"""What every detector keeps to."""

import json
import math
from copy import deepcopy

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anlan.maths.detection.verdicts import Reading
from maths.detection.streams import CASES, HOUR, hourly

ODD_NUMBERS = [
    1e308,
    -1e308,
    1.7e308,
    5e-324,
    -5e-324,
    0.0,
    -0.0,
    1.0,
    2.0,
    4.0,
    math.nan,
    math.inf,
    -math.inf,
]
values = st.one_of(st.none(), st.floats(-6, 6), st.floats(allow_nan=False), st.sampled_from(ODD_NUMBERS))
steps = st.one_of(st.integers(1, 3 * HOUR), st.just(HOUR), st.integers(-HOUR, 0), st.just(100 * HOUR))
sizes = st.sampled_from([1.0, 1.0, 4.0, 7.5, 0.0, math.nan])
streams = st.lists(st.tuples(steps, values, sizes), max_size=45)
every = pytest.mark.parametrize("name", CASES)


def readings(case, drawn):
    at, out = 1_790_000_000_000_000, []
    for step, value, size in drawn:
        at += step
        out.append(Reading(at, None if value is None else case.value(value), size))
    return out


def run(detector, stream, *, through_text=False):
    state, verdicts = detector.begin(), []
    for reading in stream:
        if through_text:
            state = json.loads(json.dumps(state, allow_nan=False))
        state, verdict = detector.step(state, reading)
        verdicts.append(verdict)
    return state, verdicts


@every
@settings(max_examples=60, deadline=None)
@given(drawn=streams)
def test_a_stream_cut_anywhere_gives_the_same_verdicts(name, drawn):
    case = CASES[name]
    stream = readings(case, drawn)
    whole = run(case.detector, stream)
    assert run(case.detector, stream, through_text=True) == whole
    assert json.loads(json.dumps(whole[0], allow_nan=False)) == whole[0]


@every
@settings(max_examples=60, deadline=None)
@given(drawn=streams)
def test_every_verdict_has_a_level_a_reason_and_finite_numbers(name, drawn):
    case = CASES[name]
    for verdict in run(case.detector, readings(case, drawn))[1]:
        assert verdict.level in (0, 1, 2, 3, 4)
        assert verdict.reason
        json.dumps(dict(verdict.parameters), allow_nan=False)


@every
@settings(max_examples=40, deadline=None)
@given(drawn=streams)
def test_a_step_leaves_the_state_it_is_given(name, drawn):
    case = CASES[name]
    state = case.detector.begin()
    for reading in readings(case, drawn):
        before = deepcopy(state)
        after, _ = case.detector.step(state, reading)
        assert state == before
        state = after


@every
@settings(max_examples=40, deadline=None)
@given(drawn=streams, late=st.floats(-9, 9), by=st.integers(0, 5 * HOUR))
def test_a_late_or_repeated_reading_changes_nothing(name, drawn, late, by):
    case = CASES[name]
    state, _ = run(case.detector, readings(case, drawn))
    if state["at_us"] is None:
        return
    after, verdict = case.detector.step(state, Reading(state["at_us"] - by, case.value(late)))
    assert after == state
    assert (verdict.reason, verdict.level) == ("late", state["level"])


@every
@settings(max_examples=40, deadline=None)
@given(drawn=streams)
def test_what_is_no_reading_changes_no_verdict_on_readings(name, drawn):
    case = CASES[name]
    stream = readings(case, drawn)
    judged = [r for r in stream if r.value is not None]
    whole = [v for r, v in zip(stream, run(case.detector, stream)[1], strict=True) if r.value is not None]
    alone = run(case.detector, judged)[1]
    if name == "silence":
        whole, alone = ([v.reason for v in vs] for vs in (whole, alone))
    assert whole == alone


@every
def test_a_constant_series_at_its_centre_is_quiet_and_one_that_stands_still_is_flat(name):
    case = CASES[name]
    stream = [Reading(r.at_us, case.value(r.value)) for r in hourly([0.0] * 12)]
    levels = {verdict.level for verdict in run(case.detector, stream)[1]}
    assert levels == ({0, 1} if name == "flat" else {0})


@every
def test_its_own_kind_of_trouble_fires_at_the_end_and_not_at_the_beginning(name):
    case = CASES[name]
    verdicts = run(case.detector, case.odd)[1]
    assert verdicts[-1].level > 0
    assert len(case.odd) == 1 or verdicts[0].level == 0


@every
@pytest.mark.parametrize("number", [math.nan, math.inf, -math.inf])
def test_a_value_that_is_no_number_is_told_and_not_judged(name, number):
    case = CASES[name]
    state, _ = run(case.detector, case.odd)
    after, verdict = case.detector.step(state, Reading(10**18, case.value(number), 9.0))
    assert (after, verdict.reason, verdict.level) == (state, "not_a_number", state["level"])
