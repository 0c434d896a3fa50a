"""Detectors of every kind with a stream each that they should fire on."""

from dataclasses import dataclass

import numpy as np

from anlan.maths.control_charts.chart import Baseline
from anlan.maths.control_charts.run_rules import NELSON, WESTERN_ELECTRIC
from anlan.maths.detection.charts import ChartRules, Cusum, Ewma
from anlan.maths.detection.drift import Drift
from anlan.maths.detection.movement import FlatLine, RateOfChange, Silence
from anlan.maths.detection.online import OnlineChange
from anlan.maths.detection.outlook import Outlook
from anlan.maths.detection.seasonal import SLOTS, Seasonal, SeasonalProfile
from anlan.maths.detection.thresholds import Grade, GradedThreshold, away, rising
from anlan.maths.detection.together import Together, Usual
from anlan.maths.detection.verdicts import Detector, Reading

HOUR = 3_600_000_000
NORMAL = Baseline("i_mr", 0.0, 1.0)
PROFILE = SeasonalProfile("Europe/Berlin", frozenset({"2026-10-03"}), (0.0,) * SLOTS, (1.0,) * SLOTS)
GRADES = (
    Grade(1, 2.0, 1.5, needed=2),
    Grade(3, 4.0, 3.0, -4.0, -3.0, clearing=2, hold_us=2 * HOUR),
    Grade(4, 8.0, fire_below=-8.0),
)


def hourly(values, start=0):
    return [Reading((start + n) * HOUR, value) for n, value in enumerate(values, start=1)]


@dataclass(frozen=True)
class Case:
    detector: Detector
    odd: tuple[Reading, ...]
    width: int = 0

    def value(self, number):
        return (number,) * self.width if self.width else number


_calm = np.random.default_rng(1).normal(0, 1, 60).tolist()
CASES = {
    "threshold": Case(GradedThreshold(GRADES), tuple(hourly([0.0, 9.0]))),
    "threshold_small": Case(GradedThreshold((Grade(2, 1.0),), minimum_size=5.0),
                            (Reading(1, 2.0, 4.0), Reading(2, 2.0, 5.0))),
    "western_electric": Case(ChartRules(NORMAL, WESTERN_ELECTRIC), tuple(hourly([0.5] * 8))),
    "nelson": Case(ChartRules(NORMAL, NELSON, {"nelson_1": 4}), tuple(hourly([0.0, 5.0]))),
    "ewma": Case(Ewma(NORMAL), tuple(hourly([2.0] * 6))),
    "cusum": Case(Cusum(NORMAL, headstart=2.5), tuple(hourly([1.5] * 6))),
    "seasonal": Case(Seasonal(PROFILE, away(3, 4, 5, 6)), tuple(hourly([0.1, 4.5]))),
    "seasonal_cusum": Case(Seasonal(PROFILE, Cusum(NORMAL)), tuple(hourly([2.0] * 6))),
    "rate": Case(RateOfChange(rising(1.0, 2.0), longest_us=50 * HOUR), tuple(hourly([0.0, 1.5]))),
    "flat": Case(FlatLine(4, for_us=2 * HOUR), tuple(hourly([1.0, 2.0, 2.0, 2.0, 2.0]))),
    "silence": Case(Silence(((1, HOUR), (3, 5 * HOUR))), (Reading(1, 0.0), Reading(6 * HOUR, None))),
    "outlook": Case(Outlook(10.0, ((1, 48 * HOUR), (3, 6 * HOUR))),
                    tuple(hourly([1, 2.1, 3, 3.9, 5, 6.1, 7]))),
    "outlook_down": Case(Outlook(-10.0, ((2, 48 * HOUR),), rising=False, window=6),
                         tuple(hourly([-1, -2.1, -3, -3.9, -5]))),
    "together": Case(Together(Usual((0.0, 0.0), (1.0, 1.0), ((5.26, -4.74), (-4.74, 5.26)))),
                     (Reading(1, (1.5, -1.5)),), width=2),
    "online": Case(OnlineChange(NORMAL, recent=8, most=40), tuple(hourly([*_calm, *[4.0] * 6]))),
    "drift": Case(Drift((-1.0, 0.0, 1.0), (16.0, 34.0, 34.0, 16.0), window=20), tuple(hourly([2.0] * 20))),
}  # fmt: skip
