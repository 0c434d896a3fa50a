"""How often a rule cries wolf, before it is switched on."""

import math

import numpy as np

from anlan.domain.errors import NotEnoughData, UsageError
from anlan.domain.interval import Interval
from anlan.maths.detection.verdicts import Detector, Reading
from anlan.maths.rates import poisson_rate, z_of
from anlan.maths.streams import Stream

PURPOSE = 7_202
"""Address of the draws of simulated readings in their stream."""

STEP_US = 60_000_000


def consecutive_arl(chance: float, *, needed: int) -> float:
    """Readings until `needed` in a row exceed a threshold that each exceeds with `chance`, independently.

    >>> round(consecutive_arl(0.5, needed=3), 6)
    14.0
    """
    if not (0 < chance <= 1 and needed >= 1):
        raise UsageError("detection.consecutive", chance=chance, needed=needed)
    if chance == 1.0:
        return float(needed)
    return math.expm1(-needed * math.log(chance)) / (1.0 - chance)


def false_alarms_per_week(arl: float, *, readings_per_week: float, series: int = 1) -> float:
    """False alarms a week of `series` series in control, each starting anew after an alarm."""
    if not (arl >= 1 and readings_per_week > 0 and series >= 1):
        raise UsageError("detection.false_alarms", arl=arl, readings=readings_per_week, series=series)
    return series * readings_per_week / arl


def simulated_run_length(
    detector: Detector, *, stream: Stream, shift: float = 0.0, runs: int = 200, most: int = 20_000,
    level: float = 0.95,
) -> Interval:  # fmt: skip
    """Readings until the detector fires on independent standard normal ones moved by `shift`, one a minute,
    with the interval of the mean.

    most  readings of a run; where one has not fired by then there is no answer
    """
    lengths = np.array([_length(detector, stream, shift, run, most) for run in range(runs)])
    unfired = int((lengths == 0).sum())
    if unfired:
        raise NotEnoughData("spc.no_signal", runs=unfired, most=most)
    mean, half = float(lengths.mean()), z_of(level) * float(lengths.std(ddof=1)) / math.sqrt(runs)
    return Interval(mean, mean - half, mean + half, level)


def simulated_false_alarms(
    detector: Detector, *, stream: Stream, readings_per_week: float, readings: int = 20_000
) -> Interval:
    """False alarms a week of one series in control, from so many independent standard normal readings, one a
    minute; after an alarm it starts anew. The interval is that of a Poisson count, so none gives one too."""
    if not (readings_per_week > 0 and readings >= 1):
        raise UsageError("detection.false_alarms", arl=1.0, readings=readings_per_week, series=readings)
    state, fired = detector.begin(), 0
    for n, value in enumerate(stream.normal(readings, purpose=PURPOSE, place=0).tolist(), start=1):
        state, verdict = detector.step(state, Reading(n * STEP_US, value))
        if verdict.level:
            state, fired = detector.begin(), fired + 1
    return poisson_rate(fired, readings / readings_per_week)


def _length(detector: Detector, stream: Stream, shift: float, run: int, most: int) -> int:
    state = detector.begin()
    for start in range(0, most, 256):
        drawn = stream.normal(256, purpose=PURPOSE, place=run, first=start) + shift
        for n, value in enumerate(drawn.tolist(), start=start + 1):
            state, verdict = detector.step(state, Reading(n * STEP_US, value))
            if verdict.level:
                return n
    return 0
