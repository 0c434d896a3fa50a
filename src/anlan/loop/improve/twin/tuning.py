"""Delays and places set so that the twin waits as long as the log does: what is read off once is put right by
running it.

A delay read from the log ends when somebody begins; one drawn in the twin may end at night and then waits
for the morning as well. And who is present without working leaves no trace, so that places read from the
log are a lower limit. Each round runs the twin over the time of the log and

1. scales the delay before each step to what is left of the log's mean wait when the twin's queue is taken
   away;
2. where the queues of a pool alone are a quarter longer than all waits before its steps in the log, opens
   it in hours in which people were there more rarely, with as many as when somebody was, and then adds
   places.

It ends when every mean wait that matters agrees within 5 %, or after `ROUNDS`.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from anlan.domain.interval import Interval
from anlan.domain.method import Note
from anlan.loop.improve.twin.calibration import Calibration
from anlan.loop.improve.twin.inputs import inputs_of, step_names
from anlan.loop.improve.twin.names import WORKED
from anlan.loop.improve.twin.pools import OPEN, Pool, Pools, places
from anlan.loop.improve.twin.runs import ActivityRun, Stretch, run_twin
from anlan.maths.progress import part, tell
from anlan.maths.time_fits import TimeFit

ROUNDS = 12
_FACTORS = (1.15, 1.3, 1.5, 1.75, 2.0, 2.5, 3.0)
GENEROUS = ((OPEN, 1.0), (0.03, 1.0), (0.01, 1.0), *((0.01, factor) for factor in _FACTORS))
"""Steps by which a pool is given more: open from this share of the time on, places times this factor."""
_CLOSE, _LONGER, _SMALL, _REPLICATIONS, _MOST_RUN_CASES = 0.05, 1.25, 0.01, 2, 60_000
_DAY_S, _WEEK_S = 86_400.0, 604_800.0


@dataclass(frozen=True)
class _Wait:
    """Of a step: place in the routing, mean wait of the log in seconds, and how many."""

    place: int
    mean_s: float
    count: int


def tune(
    of: Calibration, *, seed: int = 0, pool_name: Callable[[Pool], str] = lambda pool: str(pool.number)
) -> Calibration:
    """The calibration with delays scaled and places added; as it is where nobody is held."""
    waits = _waits(of)
    if not waits or not of.pools.pools:
        return of
    given = np.zeros(len(of.pools.pools), dtype=np.int64)
    found = of
    for turn in range(ROUNDS):
        with part(turn / ROUNDS, (turn + 1) / ROUNDS):
            seen = _run(found, seed, pool_name)
        delays, gap = _scaled(found, waits, seen)
        more = _too_long(found, waits, seen) & (given + 1 < len(GENEROUS))
        if gap <= _CLOSE and not more.any():
            break
        given = given + more
        found = replace(found, times=replace(found.times, delay=delays), pools=_given(of.pools, given))
    tell(1.0)
    return replace(found, doubts=(*of.doubts, *_doubts(of.pools, given), *_left(found, waits, seen)))


def _waits(of: Calibration) -> list[_Wait]:
    """Mean waits of the log before the steps that hold people, those worth a day in 1,000 days of waiting."""
    rows, found = of.of.rows, []
    wait_s = np.maximum(0.0, rows.start_s - rows.ready_s)
    usable = rows.started & (rows.before >= 0) & of.held[rows.activity]
    for place, step in enumerate(of.routing.steps):
        own = usable & (of.routing.step_of == place)
        if step.manner == WORKED and of.pools.pool_of[step.activity] >= 0 and own.any():
            found.append(_Wait(place, float(wait_s[own].mean()), int(own.sum())))
    return found


def _run(of: Calibration, seed: int, pool_name: Callable[[Pool], str]) -> Mapping[str, ActivityRun]:
    """Mean figures by step over the time of the log, or a part of it that runs quickly."""
    seen, rows = of.of, of.of.rows
    begin = seen.week_second(0.0)
    over = (rows.left_s() - rows.arrived_s())[seen.finished]
    warm_up = min(float(np.quantile(over, 0.99)) if len(over) else 0.0, seen.until_s / 2)
    rate = max(1e-12, float(of.arrivals.counts.sum()) / max(1.0, seen.arrivals_until_s))
    length = min(seen.arrivals_until_s, warm_up + max(_WEEK_S, _MOST_RUN_CASES / rate))
    stretch = Stretch(begin + warm_up, begin + length, begin, begin + length, begin + length)
    runs = run_twin(
        inputs_of(of, pool_name=pool_name), stretch=stretch, seed=seed, replications=_REPLICATIONS
    )
    return {name: _pooled([run.steps[name] for run in runs]) for name in runs[0].steps}


def _pooled(runs: Sequence[ActivityRun]) -> ActivityRun:
    count = sum(run.count for run in runs)
    weight = max(1.0, count)
    return ActivityRun(
        count,
        sum(run.work_s * run.count for run in runs) / weight,
        sum(run.wait_s * run.count for run in runs) / weight,
    )


def _scaled(
    of: Calibration, waits: Sequence[_Wait], seen: Mapping[str, ActivityRun]
) -> tuple[tuple[TimeFit | None, ...], float]:
    """Delays that would close the gap, and how wide it is: the sum of the differences over all waits."""
    delays, off, total = list(of.times.delay), 0.0, 0.0
    for wait in waits:
        name, delay = step_names(of, wait.place), of.times.delay[wait.place]
        if seen[name.step].count < 1:
            continue
        queue = seen[name.step].wait_s
        wall = seen[name.delay].work_s + seen[name.delay].wait_s if delay is not None else 0.0
        made = queue + wall
        total += wait.mean_s * wait.count
        if delay is None:
            continue
        off += abs(made - wait.mean_s) * wait.count
        delays[wait.place] = scaled(delay, max(0.0, wait.mean_s - queue) / max(wall, 1e-9))
    return tuple(delays), off / max(total, 1e-9)


def scaled(fit: TimeFit, factor: float) -> TimeFit:
    """The same shape with another mean; a factor of 0 leaves a delay of none."""
    if factor <= 0:
        zero = np.zeros_like(fit.values)
        return replace(fit, kind="quantiles", law=None, values=zero, mean=Interval(0.0, 0.0, 0.0))
    law = fit.law.scaled(factor) if fit.law is not None else None
    return replace(fit, law=law, values=fit.values * factor, mean=fit.mean.scaled(factor))


def _too_long(of: Calibration, waits: Sequence[_Wait], seen: Mapping[str, ActivityRun]) -> np.ndarray:
    """(n_pools,) whether the queues of the twin are longer than all waits of the log and a hundredth of
    the time
    of a case."""
    rows = of.of.rows
    small = _SMALL * float((rows.left_s() - rows.arrived_s()).mean())
    queue, wait = np.zeros(len(of.pools.pools)), np.zeros(len(of.pools.pools))
    for each in waits:
        pool = int(of.pools.pool_of[of.routing.steps[each.place].activity])
        queue[pool] += seen[step_names(of, each.place).step].wait_s * each.count
        wait[pool] += (each.mean_s + small) * each.count
    return np.asarray(queue > _LONGER * wait)


def _given(pools: Pools, steps: np.ndarray) -> Pools:
    """Pools with the hours and places of these steps of `GENEROUS`."""

    def grown(pool: Pool, step: int) -> Pool:
        open_from, factor = GENEROUS[step]
        there = pool.present / np.maximum(pool.open_share, open_from) if step else pool.present
        people = places(there, pool.open_share, pool.tasks_at_once, open_from=open_from)
        more = np.where(people > 0, np.maximum(people + (factor > 1), np.round(people * factor)), 0)
        return replace(pool, people=more.astype(np.int64))

    made = tuple(grown(pool, int(step)) for pool, step in zip(pools.pools, steps, strict=True))
    return replace(pools, pools=made)


def _doubts(pools: Pools, steps: np.ndarray) -> list[Note]:
    found = []
    for pool, step in zip(pools.pools, steps, strict=True):
        open_from, factor = GENEROUS[int(step)]
        if factor > 1:
            found.append(Note("twin.places_added", {"pool": pool.number, "factor": factor}))
        elif open_from < OPEN:
            found.append(Note("twin.hours_added", {"pool": pool.number, "share": open_from}))
    return found


def _left(of: Calibration, waits: Sequence[_Wait], seen: Mapping[str, ActivityRun]) -> list[Note]:
    """Said where the queues are still longer than the waits of the log."""
    over = _too_long(of, waits, seen)
    return [
        Note("twin.queues_too_long", {"pool": p.number})
        for p, long in zip(of.pools.pools, over, strict=True)
        if long
    ]
