"""How often each risk of a simulated process happens in a year, and what it costs in money and time.

1. Times and money are counted in every replication.
2. Customers' time is the cycle time of the cases served with the risk less that without it, in the same luck,
   times the cases served in a year.
3. Intervals are Student's over replications. Where a risk happens seldom these promise too much, down to
   [0, 0] for one that was never seen: the interval of the times is therefore never narrower than that of a
   Poisson count over all the time simulated (`maths.rates.poisson_rate`), and that of the money follows it,
   as each time costs the same.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np

from anlan.domain.interval import Interval
from anlan.loop.improve.designs.people import WEEKS_A_YEAR
from anlan.loop.improve.designs.series import Series, counted_weeks, tells_a_year
from anlan.loop.quantify.methods.process.process_inputs import ProcessAsked
from anlan.maths.progress import part
from anlan.maths.rates import poisson_rate
from anlan.maths.simulation.paired import n_pairs, paired_difference
from anlan.maths.simulation.replications import mean_over

_ALONE_RUNS = 20
"""Replications without the risk, at most."""
_FEWEST_PAIRS = 2


@dataclass(frozen=True)
class RiskYear:
    """A risk in a year of a process, each with its 95 % interval.

    times    how often it happens
    money    what that costs without anybody's time; None where a time costs nothing
    minutes  by how many customer minutes it makes cases take longer; None where nobody asked, or too few
             replications serve anybody
    """

    times: Interval
    money: Interval | None
    minutes: Interval | None


@dataclass(frozen=True)
class Year:
    """Cases that arrive in a year, and what each risk does in it, by name."""

    cases: Interval
    risks: Mapping[str, RiskYear]


def year_of(of: Series, *, minutes_of: Collection[str] = ()) -> Year | None:
    """minutes_of: risks that the process is run again without. None where less than a week counts."""
    if not tells_a_year(of.asked) or len(of) < _FEWEST_PAIRS:
        return None
    costs = _costs(of.asked)
    wanted = [name for name in of.asked.risks if name in minutes_of]
    found = {}
    for name in of.asked.risks:
        times = _times(of, name)
        minutes = None
        if name in wanted:
            place = wanted.index(name)
            with part(place / len(wanted), (place + 1) / len(wanted)):
                minutes = _minutes(of, name)
        found[name] = RiskYear(times, _scaled(times, costs[name]), minutes)
    return Year(mean_over(of.cases.tolist()), found)


def _times(of: Series, name: str) -> Interval:
    values = of.times[name]
    years = len(values) * counted_weeks(of.asked) / WEEKS_A_YEAR
    over = mean_over(values.tolist())
    seen = poisson_rate(max(0, round(over.estimate * years)), years)
    low, high = min(over.low, seen.low), max(over.high, seen.high)
    return Interval(max(0.0, over.estimate), max(0.0, low), high, over.level)


def _costs(asked: ProcessAsked) -> dict[str, float]:
    at_steps = {each.id: each.cost for each in asked.network.risks}
    return at_steps | {each.id: each.cost for each in asked.disturbances}


def _scaled(times: Interval, cost: float) -> Interval | None:
    if cost <= 0.0:
        return None
    return Interval(times.estimate * cost, times.low * cost, times.high * cost, times.level)


def _minutes(of: Series, name: str) -> Interval | None:
    """Less than no time is not lost: what luck alone brings below 0 is 0."""
    bare = Series(of.asked, of.seed, without=(name,))
    bare.extend(min(len(of), _ALONE_RUNS))
    served = of.cases * (1.0 - of["lost"])
    n = len(bare)
    longer = (of["cycle"][:n] - bare["cycle"]) * served[:n]
    if n_pairs(np.zeros(n), longer) < _FEWEST_PAIRS:
        return None
    found = paired_difference(np.zeros(n), longer).interval
    mean, low, high = (max(0.0, each) for each in (found.estimate, found.low, found.high))
    return Interval(mean, low, high, found.level)
