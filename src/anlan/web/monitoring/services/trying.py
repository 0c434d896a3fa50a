"""What a definition would have done on the kept readings, before it is switched on."""

from collections.abc import Sequence
from dataclasses import dataclass

from anlan.domain.errors import NotEnoughData
from anlan.domain.interval import Interval
from anlan.loop.monitor.definitions import Definition
from anlan.loop.monitor.detectors import ON_BASELINE, Chosen
from anlan.loop.monitor.watching import Seen
from anlan.maths.detection.back_test import BackTest, back_test
from anlan.maths.detection.false_alarms import simulated_false_alarms
from anlan.maths.detection.verdicts import Detector, Reading
from anlan.maths.streams import Stream
from anlan.web.monitoring.models import Series
from anlan.web.monitoring.services.usual import week_of

_WEEK_S = 7 * 86_400


@dataclass(frozen=True)
class Tried:
    """Of a series: readings judged, and what came of them; result None where they are too few."""

    series: Series
    n: int
    result: BackTest | None


def tried(definition: Definition, series: Series, readings: Sequence[Seen]) -> Tried:
    """The definition on readings of a series, by time. A usual week is fitted to the first half and tried on
    the second."""
    chosen = definition.detector
    seasonal = chosen is not None and chosen.kind == "seasonal"
    given = [Reading(each.at, each.value, 1.0 if each.n is None else float(each.n)) for each in readings]
    half = len(readings) // 2 if seasonal else 0
    try:
        profile = week_of(readings[:half], zone=series.unit.time_zone) if seasonal else None
        rule = definition.rule_with(profile)
        if rule is None:
            return Tried(series, 0, None)
        return Tried(series, len(given) - half, _tested(rule, given, half, definition.grain_s))
    except NotEnoughData:
        return Tried(series, len(given) - half, None)


def _tested(rule: Detector, given: Sequence[Reading], half: int, grain_s: int) -> BackTest:
    start = given[half].at_us if half else None
    return back_test(rule, given, from_us=start, quiet_us=4 * grain_s * 1_000_000)


def expected(chosen: Chosen | None, grain_s: int) -> Interval | None:
    """False alarms a week of one series, on independent normal readings in control; None for detectors that
    are no chart on a baseline, where only past readings tell."""
    if chosen is None or chosen.kind not in ON_BASELINE:
        return None
    return simulated_false_alarms(chosen.in_control(), stream=Stream(1), readings_per_week=_WEEK_S / grain_s)
