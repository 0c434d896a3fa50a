"""How long until the readings reach a threshold, if they go on as they did lately.

A straight line through the last readings, with the interval in which the line crosses the threshold (inverse
regression, Fieller). No time is told where the line does not clearly run towards it. Misleads where readings
are autocorrelated (the interval is too short) or the trend bends.

Source: Draper and Smith, Applied Regression Analysis, section 3.2 (inverse regression).
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtrit

from anlan.domain.errors import UsageError
from anlan.maths.detection.verdicts import LEVELS, Detector, State, Value, Verdict, bounded, single

FEWEST = 5
MOST_LEAD_US = 1e17
"""About 3,000 years: longer leads are told as this."""


@dataclass(frozen=True)
class Outlook(Detector):
    """Fires when the lead time is short.

    threshold  reached from below (`rising`) or from above
    leads_us   (level, lead time at or below which it fires): rising levels, shorter times
    window     readings the line is drawn through, >= 5
    confidence one-sided, that the line runs towards the threshold; also of the interval's ends
    """

    threshold: float
    leads_us: tuple[tuple[int, int], ...]
    rising: bool = True
    window: int = 24
    confidence: float = 0.95

    def __post_init__(self) -> None:
        levels, leads = [one[0] for one in self.leads_us], [one[1] for one in self.leads_us]
        ordered = levels == sorted(set(levels)) and leads == sorted(set(leads), reverse=True)
        settled = self.window >= FEWEST and 0.5 < self.confidence < 1 and math.isfinite(self.threshold)
        if not levels or not set(levels) <= set(LEVELS) or not (ordered and settled):
            raise UsageError("detection.outlook", levels=tuple(levels), window=self.window)

    def first(self) -> State:
        return {"points": []}

    def judge(self, own: State, at_us: int, value: Value, size: float) -> tuple[State, Verdict]:
        points = [*own["points"], [at_us, single(value)]][-self.window :]
        return {"points": points}, self._verdict(points)

    def _verdict(self, points: list[list[float]]) -> Verdict:
        side = 1.0 if self.rising else -1.0
        below = np.array([bounded(side * (value - self.threshold)) for _, value in points])
        if below[-1] >= 0:
            return Verdict(self.leads_us[-1][0], "reached", {"lead_us": 0})
        if len(points) < FEWEST:
            return Verdict(0, "learning", {"readings": len(points)})
        found = _crossing(np.array([at - points[-1][0] for at, _ in points], float), below, self.confidence)
        if found is None:
            return Verdict(0, "no_trend")
        lead, earliest, latest = (int(min(max(time, 0.0), MOST_LEAD_US)) for time in found)
        reached = [level for level, limit in self.leads_us if lead <= limit]
        told = {"lead_us": lead, "earliest_us": earliest, "latest_us": latest}
        return Verdict(reached[-1] if reached else 0, "approaching", told)


def _crossing(
    time: NDArray[np.float64], below: NDArray[np.float64], confidence: float
) -> tuple[float, float, float] | None:
    """Time from now until the line through `below` reaches 0, with its ends; None without a clear rise."""
    scale, unit = float(np.max(np.abs(below))), -float(time[0])
    y, x = below / scale, time / unit
    middle, mean = float(x.mean()), float(y.mean())
    spread = float(np.sum((x - middle) ** 2))
    slope = float(np.sum((x - middle) * (y - mean))) / spread
    freedom = len(x) - 2
    error = float(np.sum((y - mean - slope * (x - middle)) ** 2)) / freedom
    reach = float(stdtrit(freedom, confidence)) ** 2 * error
    clear = slope**2 - reach / spread
    if slope <= 0 or clear <= 0:
        return None
    root = math.sqrt(reach) * math.sqrt(clear / len(x) + mean**2 / spread)
    ends = [middle + (-mean * slope + sign * root) / clear for sign in (-1.0, 1.0)]
    return unit * (middle - mean / slope), unit * ends[0], unit * ends[1]
