"""Growing work in progress: more cases come in than are closed, week after week.

Finds: a trend of open cases over the period, outside the warm-up in which a log that starts empty
fills (the 95 % quantile of case durations, at most a third of the period).
Evidence: the mean of weekly arrivals minus closings is above 0, against a standard error that allows
for correlation between weeks (Newey & West); at least eight weeks. Abandoned cases count as closed
once they have been idle for longer than 95 % of case durations, so dead records are not a backlog.
Effect: mean net inflow in percent of the mean number of open cases, per week (`slope_per_week`), at
least 1 %.
Affected: cases open at the end; delay: their recorded time so far (up to their last event) beyond the
median of finished cases.
Misleads: a service that grows has more open cases without being slower; where arrivals grow as fast
as the open cases the note `arrivals_grow` says so. Closings that are recorded late look like growth.
"""

import numpy as np
from numpy.typing import NDArray

from anlan.domain.finding import Effect
from anlan.domain.interval import Interval
from anlan.loop.identify.context import IdentifyContext
from anlan.loop.identify.evidence import Candidates, Hit, Statement, make_finding
from anlan.maths.change_points import mean_with_autocorrelation
from anlan.maths.rates import normal_upper, z_of

CODE = "wip_growth"
CATEGORY = "management"
MINIMUM = 0.01
_WEEK_US = 7 * 86_400_000_000
_FEWEST_WEEKS = 8


def find(context: IdentifyContext) -> Candidates:
    closed_us, still_open = _closings(context)
    weeks = _weekly(context, closed_us)
    if weeks is None:
        return Candidates()
    arrivals, closings, wip = weeks
    net, error = mean_with_autocorrelation((arrivals - closings).astype(np.float64))
    if error == 0 or wip.mean() <= 0:
        return Candidates()
    p = normal_upper(net / error)
    scale = float(wip.mean())
    size = Interval(net / scale, (net - z_of(0.95) * error) / scale, (net + z_of(0.95) * error) / scale)
    minimum = context.minimum(CODE, MINIMUM)
    cases = np.flatnonzero(still_open)
    if p > context.settings.fdr or size.estimate < minimum or len(cases) < context.settings.min_affected:
        return Candidates((), (p,))
    nodes = _where_open(context, cases)
    age = context.duration_us[cases]
    typical = float(np.median(context.duration_us[context.finished])) if context.finished.any() else 0.0
    statement = Statement(
        CODE,
        CATEGORY,
        nodes,
        Effect("slope_per_week", size, minimum),
        p,
        parameters={
            "node": nodes[0] if nodes else "",
            "open_first": int(wip[0]),
            "open_last": int(wip[-1]),
            "net_per_week": net,
            "weeks": len(wip),
        },
        scope="case",
        notes=("arrivals_grow",) if _arrivals_grow_as_fast(arrivals, wip) else (),
    )
    hit = Hit(cases, np.maximum(age - typical, 0) / 60e6)
    finding = make_finding(context, statement, hit, exposure=int(context.present.sum()))
    return Candidates((finding,), (p,))


def _closings(context: IdentifyContext) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """(moment at which each case stops being open, it is still open at the moment of judgement)."""
    long = int(np.quantile(context.duration_us[context.present], 0.95))
    idle = context.as_of_us - context.features.last_us
    dead = ~context.finished & (idle > long)
    closed = np.where(context.finished, context.features.last_us, context.features.last_us + long)
    still_open = context.present & ~context.finished & ~dead
    return np.where(still_open, np.iinfo(np.int64).max, closed), still_open


def _weekly(
    context: IdentifyContext, closed_us: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]] | None:
    """Arrivals, closings and open cases at the end of each full week after the warm-up."""
    arrived = context.features.first_us[context.present]
    closed = closed_us[context.present]
    first, last = int(arrived.min()), context.as_of_us
    long = int(np.quantile(context.duration_us[context.present], 0.95))
    warm = first + min(long, (last - first) // 3)
    n_weeks = (last - warm) // _WEEK_US
    if n_weeks < _FEWEST_WEEKS:
        return None
    borders = last - _WEEK_US * np.arange(n_weeks, -1, -1)
    arrived_by = np.searchsorted(np.sort(arrived), borders, side="right")
    closed_by = np.searchsorted(np.sort(closed), borders, side="right")
    return np.diff(arrived_by), np.diff(closed_by), (arrived_by - closed_by)[1:]


def _arrivals_grow_as_fast(arrivals: NDArray[np.int64], wip: NDArray[np.int64]) -> bool:
    half = len(wip) // 2
    grown = arrivals[-half:].mean() / max(float(arrivals[:half].mean()), 1.0)
    return bool(grown > 1.1 and grown >= 0.8 * wip[-half:].mean() / max(float(wip[:half].mean()), 1.0))


def _where_open(context: IdentifyContext, cases: NDArray[np.int64]) -> tuple[str, ...]:
    at = np.bincount(context.features.last_activity[cases], minlength=context.n_activities)
    return (context.log.activity_names[int(np.argmax(at))],)
