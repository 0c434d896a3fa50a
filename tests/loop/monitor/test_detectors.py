"""Detectors that a definition names: what fires, on which side, beside the limits."""

from typing import Any

import numpy as np
import pytest

from anlan.loop.monitor.definitions import RefusedDefinition, read_definition
from anlan.loop.monitor.watching import Seen, begin, look
from anlan.maths.detection.back_test import replay
from anlan.maths.detection.charts import Ewma
from anlan.maths.detection.seasonal import seasonal_profile
from anlan.maths.detection.verdicts import Reading

HOUR = 3_600_000_000
PLAIN: dict[str, Any] = {"unit": "number", "grain_s": 3600}
BASE = {"centre": 100, "spread": 10, "level": "orange"}


def _verdicts(values: list[float], detector: dict[str, Any], **more: Any) -> list[tuple[int, str]]:
    rule = read_definition(PLAIN | {"detector": detector} | more).rule
    assert rule is not None
    found = replay(rule, [Reading(i * HOUR, value) for i, value in enumerate(values, start=1)])
    return [(each.level, each.reason) for each in found]


@pytest.mark.parametrize("kind", ["chart", "ewma", "cusum"])
def test_only_the_worse_side_fires(kind: str) -> None:
    high, low = [100.0] * 5 + [135.0] * 9, [100.0] * 5 + [65.0] * 9
    up, down = {"direction": "higher_worse"}, {"direction": "lower_worse"}
    detector = {"kind": kind} | BASE
    assert _verdicts(high, detector, **up)[-1][0] == 3
    assert max(level for level, _ in _verdicts(low, detector, **up)) == 0
    assert _verdicts(low, detector, **down)[-1][0] == 3
    assert max(level for level, _ in _verdicts(high, detector, **down)) == 0
    for values in (high, low):
        assert _verdicts(values, detector, direction="band")[-1][0] == 3


def test_an_ewma_fires_as_the_method_does() -> None:
    values = [float(v) for v in np.random.default_rng(5).normal(104, 10, 200)]
    definition = read_definition(PLAIN | {"direction": "band", "detector": {"kind": "ewma"} | BASE})
    assert definition.detector is not None
    plain = definition.detector.built()
    assert isinstance(plain, Ewma)
    readings = [Reading(i * HOUR, value) for i, value in enumerate(values, start=1)]
    assert definition.rule is not None
    own = [each.level for each in replay(definition.rule, readings)]
    assert own == [each.level for each in replay(plain, readings)]
    assert 3 in own


def test_limits_stay_in_force_beside_a_detector_and_the_higher_level_holds() -> None:
    limits = [{"level": "red", "fire": 200}]
    told = _verdicts([100, 100, 210, 150, 150], {"kind": "ewma"} | BASE, limits=limits)
    assert told[2] == (4, "above")
    assert told[3] == (3, "ewma_high")


def test_a_sample_does_not_narrow_the_spread_of_a_reading() -> None:
    rule = read_definition(PLAIN | {"detector": {"kind": "chart"} | BASE, "min_sample": 5}).rule
    assert rule is not None
    state, verdict = rule.step(rule.begin(), Reading(HOUR, 120.0, 400.0))
    assert verdict.level == 0
    _, small = rule.step(state, Reading(2 * HOUR, 500.0, 4.0))
    assert (small.level, small.reason) == (0, "small_sample")


def test_a_rate_fires_by_the_change_of_an_hour() -> None:
    rate = {"kind": "rate", "levels": {"yellow": 10, "red": 40}}
    assert _verdicts([0, 5, 20, 70, 71, 0], rate)[1:] == [
        (0, "normal"), (2, "rate_above"), (4, "rate_above"), (0, "normal"), (0, "normal"),
    ]  # fmt: skip


def test_a_value_that_does_not_move_fires() -> None:
    flat = {"kind": "flat_line", "readings": 3, "tolerance": 0.5, "level": "blue"}
    assert _verdicts([7, 7.2, 7.1, 9, 9], flat) == [
        (0, "normal"), (0, "normal"), (1, "flat"), (0, "normal"), (0, "normal"),
    ]  # fmt: skip


def test_a_usual_week_is_asked_for_and_until_then_limits_alone_judge() -> None:
    document = PLAIN | {"detector": {"kind": "seasonal", "levels": {"yellow": 4}}}
    assert read_definition(document).rule is None
    limited = read_definition(document | {"limits": [{"level": "red", "fire": 900}]})
    at = np.arange(24 * 7 * 4) * HOUR
    values = 100 + 50 * (np.arange(len(at)) % 24) + np.random.default_rng(1).normal(0, 3, len(at))
    profile = seasonal_profile(at, values, zone="UTC")
    night, noon = int(at[-1]) + HOUR, int(at[-1]) + 13 * HOUR
    assert limited.rule is not None
    before, _ = look(
        limited.rule, begin(limited.rule, 1), [Seen(int(at[-1]), 150.0, None)], since=int(at[-1])
    )
    rule = limited.rule_with(profile)
    assert rule is not None
    _, moves = look(rule, before, [Seen(night, 700.0, None), Seen(noon, 700.0, None)], since=night)
    assert [(move.level, move.verdict.reason) for move in moves if move.verdict] == [
        (2, "seasonal_above"), (0, "normal"),
    ]  # fmt: skip


def test_every_fault_of_a_detector_is_told() -> None:
    wrong = {"kind": "ewma", "spread": -1, "weight": 2, "level": "pink", "h": 4}
    with pytest.raises(RefusedDefinition) as refused:
        read_definition(PLAIN | {"detector": wrong, "grain_s": 1})
    told = {(each.code, each.parameters.get("field")) for each in refused.value.several}
    assert told >= {
        ("monitor.field", None), ("monitor.positive", "detector.spread"),
        ("monitor.number", "detector.centre"),
        ("monitor.positive", "detector.weight"), ("monitor.choice", "detector.level"),
        ("monitor.whole", "grain_s"),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("detector", "code"),
    [
        ("ewma", "monitor.detector"),
        ({"kind": "magic"}, "monitor.choice"),
        ({"kind": "rate"}, "monitor.detector_levels"),
        ({"kind": "rate", "levels": {"pink": 1}}, "monitor.detector_levels"),
        ({"kind": "rate", "levels": {"red": 1, "blue": 4}}, "detection.grades_cross"),
        ({"kind": "seasonal", "levels": {"red": 0}}, "monitor.positive"),
        ({"kind": "flat_line", "tolerance": -1}, "monitor.positive"),
        ({"kind": "seasonal", "levels": {"red": 4}, "weeks": 1}, "monitor.whole"),
    ],
)
def test_a_detector_that_cannot_be_is_refused(detector: Any, code: str) -> None:
    with pytest.raises(RefusedDefinition) as refused:
        read_definition(PLAIN | {"detector": detector})
    assert code in {each.code for each in refused.value.several}
