"""A twin from a log: routing, times, people, arrivals, each with its source, and what the log cannot tell.

found = calibrate(observe(log))
inputs_of(found)                 # what `process_simulation` runs
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from anlan.domain.method import Note
from anlan.loop.improve.twin.arrivals import ArrivalPattern, estimate_arrivals
from anlan.loop.improve.twin.censoring import lengthened, weights_of
from anlan.loop.improve.twin.hours import Clock, clocks_of, spans_of, times_of
from anlan.loop.improve.twin.manners import Manners, manners_of
from anlan.loop.improve.twin.names import CLOSED, LEFT_OPEN, TIMED
from anlan.loop.improve.twin.observed import Observed
from anlan.loop.improve.twin.parallel import Block, find_blocks, side_by_side
from anlan.loop.improve.twin.pools import Pools, find_pools
from anlan.loop.improve.twin.routing import Routing, Step, estimate_with_blocks
from anlan.loop.improve.twin.times import StepTimes, elapsed_s, estimate_times, holding_activities
from anlan.loop.improve.twin.waiting import PARTS, Waits, decompose_waits
from anlan.maths.progress import tell
from anlan.maths.sample_distances import wasserstein
from anlan.maths.sequences.timelines import timelines_of

_FEW, _CROSSING, _OUTSIDE, _FULL, _OVERLAP, _UNEXPLAINED = 30, 0.1, 0.05, 0.95, 0.02, 0.25
_CENSORED = 0.01
_UNFINISHED, _DRIFT, _OVER, _MOSTLY, _DAY_S = 0.05, 0.2, 0.95, 0.5, 86_400.0


@dataclass(frozen=True)
class WaitShare:
    """The waits before one activity: how many, their mean, and the mean of each part, in seconds."""

    activity: int
    count: int
    wait_s: float
    parts_s: tuple[float, ...]


@dataclass(frozen=True, eq=False)
class Calibration:
    """routing, times, pools, arrivals: see their modules; held: (n_activities,) activities that hold people.
    hours: clock -> (168,) speeds at which the time before an activity passes (see `hours`)
    blocks: activities that go on side by side
    order: places of the steps in the order to tell them; waits: by activity, those with a known wait.
    assumptions: what was taken for granted; doubts: what should keep a reader from trusting it."""

    of: Observed
    held: np.ndarray
    routing: Routing
    times: StepTimes
    pools: Pools
    arrivals: ArrivalPattern
    hours: Mapping[Clock, np.ndarray]
    blocks: tuple[Block, ...]
    order: tuple[int, ...]
    waits: tuple[WaitShare, ...]
    assumptions: tuple[Note, ...]
    doubts: tuple[Note, ...]

    def activity(self, step: Step) -> str:
        return self.of.names[step.activity]


def calibrate(of: Observed) -> Calibration:
    """The twin of what was observed."""
    blocks = find_blocks(of, holding_activities(of))
    beside = [block.members for block in blocks]
    of = side_by_side(of, beside)
    rows, held = of.rows, holding_activities(of)
    n_resources = int(rows.resource.max(initial=-1)) + 1
    manners = manners_of(of, held, elapsed_s(of))
    unworked = held[rows.activity] & ~manners.worked
    # nobody is known to have been there until what was left open was closed
    lines = timelines_of(replace(rows, end_s=np.where(unworked, rows.start_s, rows.end_s)), n_resources)
    tell(0.2)
    first = rows.before < 0
    timeless = first & ~held[rows.activity]
    routing = estimate_with_blocks(of, beside, timeless_first=timeless, manner=manners.of)
    tell(0.4)
    worked = rows.started & held[rows.activity] & ~unworked
    pools = find_pools(of, lines, worked=worked)
    tell(0.6)
    pool = np.where(worked, pools.pool_of[rows.activity], -1)
    waits = decompose_waits(rows, pool, lines.joined_by(pools.resource_pool))
    arrivals = estimate_arrivals(of)
    spans = spans_of(of, held, manners, waits)
    hours = clocks_of(spans)
    weights = weights_of(of, routing.step_of)
    times = estimate_times(of, routing, held, manners, waits, times_of(spans, hours), weights)
    tell(0.9)
    shares = _wait_shares(of, held, waits)
    return Calibration(
        of,
        held,
        routing,
        times,
        pools,
        arrivals,
        hours,
        blocks,
        _order(of, routing),
        shares,
        tuple(_assumptions(of, held, routing, pools, hours, arrivals, weights, blocks)),
        tuple(_doubts(of, held, routing, times, pools, arrivals, shares, manners)),
    )


def _order(of: Observed, routing: Routing) -> tuple[int, ...]:
    """Steps by where they come in a case on average; the names decide between those alike in everything."""
    rows = of.rows
    place = np.arange(len(rows.case)) - rows.first[rows.case]
    n = len(routing.steps)
    count = np.bincount(routing.step_of, minlength=n)
    mean = np.bincount(routing.step_of, weights=place, minlength=n) / np.maximum(count, 1)
    for block, members in routing.blocks.items():
        mean[block] = min(mean[each] for each in members) - 1e-6
    key = [
        (s.lap, round(float(mean[i]), 9), -int(count[i]), of.names[s.activity])
        for i, s in enumerate(routing.steps)
    ]
    return tuple(sorted(range(n), key=key.__getitem__))


def _wait_shares(of: Observed, held: np.ndarray, waits: Waits) -> tuple[WaitShare, ...]:
    activity = of.rows.activity[waits.row]
    parts = [getattr(waits, name) for name in PARTS]
    found = []
    for code in np.flatnonzero(held):
        own = activity == code
        if own.any():
            means = tuple(float(part[own].mean()) for part in parts)
            found.append(WaitShare(int(code), int(own.sum()), float(waits.wait[own].mean()), means))
    return tuple(sorted(found, key=lambda each: (-each.wait_s * each.count, of.names[each.activity])))


def _assumptions(
    of: Observed,
    held: np.ndarray,
    routing: Routing,
    pools: Pools,
    hours: Mapping[Clock, np.ndarray],
    arrivals: ArrivalPattern,
    weights: np.ndarray,
    blocks: Sequence[Block],
) -> list[Note]:
    seen = np.bincount(of.rows.activity, minlength=of.n_activities) > 0
    found = [Note("twin.laps", {"laps": routing.laps}), Note("twin.by_chance")]
    if arrivals.levels is not None:
        levels = arrivals.levels
        limits = {"share": levels.estimate, "low": levels.low, "high": levels.high}
        found.append(Note("twin.days_vary", limits))
    for block in blocks:
        names = [of.names[code] for code in block.members]
        share = {"share": block.overlap.estimate, "low": block.overlap.low, "high": block.overlap.high}
        found.append(Note("twin.parallel", {"names": names, "n": block.met, **share}))
    elapsed = [of.names[code] for code in np.flatnonzero(seen & ~held)]
    if elapsed:
        code = "twin.elapsed"
        if not held.any():
            code = "twin.no_people" if of.rows.started.mean() > _MOSTLY else "twin.elapsed_all"
        found.append(Note(code, {"n": len(elapsed), "names": elapsed[:8]}))
        longer = lengthened(elapsed_s(of), weights, ~held[of.rows.activity] & (of.rows.before >= 0))
        if longer >= _CENSORED:
            found.append(Note("twin.censored", {"share": longer}))
    if hours:
        names = list(dict.fromkeys(of.names[code] for code, _ in hours))
        found.append(Note("twin.hours", {"names": names[:8]}))
    for manner, code in ((CLOSED, "twin.closed"), (LEFT_OPEN, "twin.left_open"), (TIMED, "twin.timed")):
        steps = (step for step in routing.steps if step.manner == manner)
        names = list(dict.fromkeys(of.names[step.activity] for step in steps))
        if names:
            found.append(Note(code, {"names": names[:8]}))
    if pools.pools:
        found += [Note("twin.sessions"), Note("twin.one_pool"), Note("twin.first_come")]
    if held[of.rows.activity[of.rows.first]].any():
        found.append(Note("twin.first_wait"))
    return found


def _doubts(
    of: Observed,
    held: np.ndarray,
    routing: Routing,
    times: StepTimes,
    pools: Pools,
    arrivals: ArrivalPattern,
    waits: Sequence[WaitShare],
    manners: Manners,
) -> list[Note]:
    return [
        *_doubts_of_the_clock(of),
        *_doubts_of_cases(of, held, routing),
        *_doubts_of_clearings(of, manners),
        *_doubts_of_times(of, routing, times, waits),
        *_doubts_of_pools(of, held, pools),
        *_doubts_of_arrivals(arrivals),
    ]


def _doubts_of_the_clock(of: Observed) -> list[Note]:
    """Times that are dates, and hours that the clock on the wall skipped or had twice."""
    found = []
    whole = float((of.week_clock(of.rows.end_s) % _DAY_S == 0).mean())
    if whole > _MOSTLY:
        found.append(Note("twin.dates_only", {"share": whole}))
    changes = of.clock_changes()
    if changes:
        found.append(Note("twin.clock_changes", {"n": changes, "zone": of.zone}))
    return found


def _doubts_of_cases(of: Observed, held: np.ndarray, routing: Routing) -> list[Note]:
    rows, found = of.rows, []
    if of.under_way.any():
        found.append(Note("twin.under_way", {"n": int(of.under_way.sum()), "cases": rows.n_cases}))
    unfinished = float((~of.finished).mean())
    if unfinished > 0:
        code = "twin.unfinished_many" if unfinished > _UNFINISHED else "twin.unfinished"
        found.append(Note(code, {"n": int((~of.finished).sum()), "share": unfinished}))
    if routing.closed:
        names = list(dict.fromkeys(of.names[step.activity] for step in routing.closed))
        found.append(Note("twin.no_way_out", {"names": names[:8]}))
    drift = drift_of(of)
    if drift is not None and drift > _DRIFT:
        found.append(Note("twin.drift", {"share": drift}))
    if routing.all_counted:
        found.append(
            Note("twin.late_counted", {"names": [of.names[code] for code in routing.all_counted][:8]})
        )
    overlap = float((rows.overlaps & held[rows.activity]).sum() / max(1, held[rows.activity].sum()))
    if overlap > _OVERLAP:
        found.append(Note("twin.overlaps", {"share": overlap}))
    return found


def _doubts_of_clearings(of: Observed, manners: Manners) -> list[Note]:
    count = np.bincount(of.rows.activity[manners.cleared], minlength=of.n_activities)
    return [
        Note("twin.cleared", {"activity": of.names[code], "n": int(count[code])})
        for code in np.flatnonzero(count)
    ]


def drift_of(of: Observed) -> float | None:
    """Wasserstein distance of the times of earlier and later cases, over their mean; of cases that came early
    enough for 95 % to be over. None for fewer than 2 x `_FEW`."""
    rows = of.rows
    arrived, lasted = rows.arrived_s(), rows.left_s() - rows.arrived_s()
    kept = ~of.under_way & (arrived + np.quantile(lasted, _OVER) <= of.until_s)
    in_time = lasted[kept][np.argsort(arrived[kept], kind="stable")]
    half = len(in_time) // 2
    if half < _FEW or in_time.mean() <= 0:
        return None
    return wasserstein(in_time[:half], in_time[half:]) / float(in_time.mean())


def _doubts_of_times(
    of: Observed, routing: Routing, times: StepTimes, waits: Sequence[WaitShare]
) -> list[Note]:
    found = []
    count = np.zeros(of.n_activities, dtype=np.int64)
    np.add.at(count, [step.activity for step in routing.steps], times.count)
    few = [of.names[code] for code in np.flatnonzero((count > 0) & (count < _FEW))]
    if few:
        found.append(Note("twin.few_executions", {"names": few[:8], "least": _FEW}))
    total = sum(each.wait_s * each.count for each in waits)
    unexplained = sum(each.parts_s[-1] * each.count for each in waits)
    if total > 0 and unexplained > _UNEXPLAINED * total:
        found.append(Note("twin.unexplained", {"share": unexplained / total}))
    return found


def _doubts_of_pools(of: Observed, held: np.ndarray, pools: Pools) -> list[Note]:
    rows, found = of.rows, []
    work = held[rows.activity]
    nameless = float((work & (rows.resource < 0)).sum() / max(1, work.sum()))
    if nameless > 0.01:
        found.append(Note("twin.nameless", {"share": nameless}))
    if (pools.resource_pool >= 0).sum() == 1:
        found.append(Note("twin.one_name"))
    if pools.crossing > _CROSSING:
        found.append(Note("twin.crossing", {"share": pools.crossing}))
    for pool in pools.pools:
        if pool.load > _FULL:
            found.append(Note("twin.full", {"pool": pool.number, "load": pool.load}))
        if pool.outside > _OUTSIDE:
            found.append(Note("twin.outside", {"pool": pool.number, "share": pool.outside}))
        if pool.tasks_at_once > 1.1:
            found.append(Note("twin.at_once", {"pool": pool.number, "tasks": pool.tasks_at_once}))
    return found


def _doubts_of_arrivals(arrivals: ArrivalPattern) -> list[Note]:
    found = []
    if arrivals.spread is not None and arrivals.spread_unusual and arrivals.levels is None:
        code = "twin.arrivals_uneven" if arrivals.spread_unusual > 0 else "twin.arrivals_even"
        found.append(Note(code, {"spread": arrivals.spread, "parts": arrivals.spread_of}))
    if arrivals.follows is not None and arrivals.follows > 0:
        found.append(Note("twin.days_follow", {"correlation": arrivals.follows}))
    trend = arrivals.trend
    if trend is not None and not trend.low <= 1.0 <= trend.high:
        found.append(Note("twin.trend", {"ratio": trend.estimate, "low": trend.low, "high": trend.high}))
    if arrivals.window is not None:
        begin, end = arrivals.window
        found.append(Note("twin.window", {"hours": end - begin, "n": arrivals.unseen}))
    elif arrivals.unseen:
        found.append(Note("twin.hours_unseen", {"n": arrivals.unseen}))
    return found
