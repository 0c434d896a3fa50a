"""Charts for what happens seldom: how much goes well (g) or how long it takes (t) from one to the next.

A point above the upper limit is good news (longer without an event); a cluster of low points is bad. The
lower three-sigma limit of a g chart is always 0, so bad news is found by its probability limits or by runs.

Source: Benneyan (2001), Number-between g-type statistical quality control charts, Health Care Management
Science 4:305, doi:10.1023/A:1011846412909; Nelson (1994), A control chart for parts-per-million
nonconforming items, Journal of Quality Technology 26(3): the power 1 / 3.6 makes an exponential time
nearly normal.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from anlan.domain.errors import NotEnoughData
from anlan.maths.control_charts.chart import Baseline, ControlChart
from anlan.maths.control_charts.spread import Floats, finite, used_of
from anlan.maths.control_charts.variables import individuals

POWER = 1.0 / 3.6


def cases_between(counts: ArrayLike, *, used: ArrayLike | None = None) -> ControlChart:
    """g chart of the number of cases between events (whole, >= 0): limits three sigma of a geometric law."""
    gaps = finite(counts)
    if np.any(gaps < 0):
        raise NotEnoughData("spc.bad_counts")
    centre = float(gaps[used_of(len(gaps), used)].mean())
    return Baseline("g", centre, math.sqrt(centre * (centre + 1.0)), 0.0).chart(gaps)


def geometric_limits(centre: float, *, false_alarm: float = 0.0027) -> tuple[int, int]:
    """Numbers of cases between events so low, and so high, that each has at most the chance
    `false_alarm` / 2 to be undercut or exceeded by a geometric law of mean `centre` >= 0.

    The lower is 0 where even an event in the very next case is no surprise.
    """
    if not centre > 0:
        return 0, 0
    log_stay = -math.log1p(1.0 / centre)
    low = math.floor(math.log1p(-false_alarm / 2) / log_stay)
    return low, max(0, math.ceil(math.log(false_alarm / 2) / log_stay) - 1)


@dataclass(frozen=True, eq=False)
class TimeChart:
    """A t chart. chart: of the 1/3.6-th powers; points, centre, lower and upper in the unit of the times."""

    chart: ControlChart
    points: Floats
    centre: float
    lower: Floats
    upper: Floats


def time_between(durations: ArrayLike, *, used: ArrayLike | None = None) -> TimeChart:
    """t chart of the times between events (>= 0, any unit): an individuals chart of their 1/3.6-th powers."""
    times = finite(durations)
    if np.any(times < 0):
        raise NotEnoughData("spc.bad_counts")
    chart = individuals(times**POWER, floor=0.0, used=used, corrected=False)
    back = 1.0 / POWER
    return TimeChart(chart, times, chart.centre**back, chart.lower**back, chart.upper**back)
