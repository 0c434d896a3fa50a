"""How often a rule cries wolf, counted on simulated readings and held against exact run lengths."""

import pytest
from scipy.stats import norm

from anlan.domain.errors import UsageError
from anlan.maths.detection.false_alarms import consecutive_arl, simulated_false_alarms
from anlan.maths.detection.thresholds import Grade, GradedThreshold, away
from anlan.maths.detection.verdicts import Detector
from anlan.maths.streams import Stream


@pytest.mark.parametrize(
    ("rule", "arl"),
    [
        (away(3), 1 / (2 * norm.sf(3))),
        (GradedThreshold((Grade(2, 1.0, needed=3),)), consecutive_arl(float(norm.sf(1)), needed=3)),
    ],
)
def test_simulated_false_alarms_hold_the_exact_rate(rule: Detector, arl: float) -> None:
    found = simulated_false_alarms(rule, stream=Stream(7), readings_per_week=1008)
    assert found.low < 1008 / arl < found.high
    assert found.high - found.low < 1008 / arl


def test_a_rule_that_never_fires_has_an_upper_limit() -> None:
    found = simulated_false_alarms(away(40), stream=Stream(7), readings_per_week=168, readings=1000)
    assert (found.estimate, found.low) == (0.0, 0.0)
    assert 0 < found.high < 168 * 4 / 1000


def test_no_readings_are_refused() -> None:
    with pytest.raises(UsageError):
        simulated_false_alarms(away(3), stream=Stream(7), readings_per_week=0)
