"""A calibration as the inputs of `process_simulation`: the one place that knows their form. Times in
minutes."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from anlan.loop.improve.twin.calibration import Calibration
from anlan.loop.improve.twin.hours import open_minutes
from anlan.loop.improve.twin.names import START, WORKED, hours_name, join_name, step_name, wait_name
from anlan.loop.improve.twin.pools import Pool, shifts_of, weeks_of
from anlan.loop.improve.twin.routing import ARRIVAL, Step
from anlan.loop.quantify.methods.process.process_fields import ENOUGH
from anlan.maths.time_fits import TimeFit

MINUTE_S = 60.0
HOUR_S, HOURS = 3600.0, 168
_MOST_CASES, _REPLICATIONS, _LEAST_WEEKS = 400_000, 10, 4
_OF_A_WINDOW = 30
"""Replications of a time shorter than a week: each holds little, and is independent of the others."""
_DIGITS = 6


def inputs_of(of: Calibration, *, pool_name: Callable[[Pool], str]) -> dict[str, Any]:
    """Steps, ways, pools, shifts, arrivals, weeks. pool_name: how a pool is called."""
    names = {pool.number - 1: pool_name(pool) for pool in of.pools.pools}
    weeks, warm_up, replications = _length(of)
    levels = of.arrivals.levels
    pools = [{"name": names[p.number - 1], "people": max(1, int(p.people.max()))} for p in of.pools.pools]
    shifts = [row for p in of.pools.pools for row in _shifts(names[p.number - 1], p.people.tolist())]
    for (code, manner), speed in of.hours.items():
        name = hours_name(of.of.names[code], manner)
        pools.append({"name": name, "people": ENOUGH, "suspends": True})
        shifts += [_shift(name, (*row, ENOUGH)) for row in open_minutes(speed)]
    return {
        "steps": _steps(of, names),
        "ways": _ways(of),
        "pools": pools,
        "shifts": shifts,
        "arrivals": [_rounded(rate) for rate in of.arrivals.per_hour.tolist()],
        **({"day_variation": _rounded(levels.estimate)} if levels is not None else {}),
        "weeks": weeks,
        "warm_up_weeks": warm_up,
        "replications": replications,
    }


def as_recorded(inputs: Mapping[str, Any], of: Calibration) -> dict[str, Any]:
    """The inputs run over the time of the log where that is shorter than a week: a run that ends.

    Cases come from the hour of the first arrival to the last one, as many as in the log, to an empty process;
    every case is followed until it leaves. Logs that reach over a whole week are left as they are.
    """
    window = of.arrivals.window
    if window is None:
        return dict(inputs)
    begin, end = window
    hours = np.arange(HOURS)
    # the run begins on Monday: a log that reaches past Sunday ends in its second week
    covered = np.clip(end - hours, 0.0, 1.0) - np.clip(begin - hours, 0.0, 1.0)
    covered += np.clip(end - HOURS - hours, 0.0, 1.0)
    counts = of.arrivals.counts
    unseen = np.where(hours < end, 0.0, of.arrivals.per_hour)
    rates = np.where(covered > 0, counts / np.where(covered > 0, covered, 1.0), unseen)
    return {
        **inputs,
        "arrivals": [_rounded(rate) for rate in rates.tolist()],
        "weeks": _rounded(end / HOURS),
        "warm_up_weeks": _rounded(begin / HOURS),
        "cool_down_weeks": 0.0,
        "replications": int(min(_OF_A_WINDOW, max(2, _MOST_CASES // max(1.0, counts.sum())))),
    }


@dataclass(frozen=True)
class StepNames:
    """What a step and the delay before it are called."""

    step: str
    delay: str


def step_names(of: Calibration, place: int) -> StepNames:
    """Names of a step of the routing in the inputs."""
    name = _name(of, of.routing.steps[place])
    return StepNames(name, wait_name(name))


def _shifts(pool: str, people: Sequence[int]) -> list[dict[str, Any]]:
    return [_shift(pool, row) for row in shifts_of(people)]


def _shift(pool: str, row: tuple[float, ...]) -> dict[str, Any]:
    first, last, begin, end, people = row
    return {
        "pool": pool, "first_day": int(first), "last_day": int(last), "from_hour": _rounded(begin),
        "to_hour": _rounded(end), "people": int(people),
    }  # fmt: skip


def estimate_of(fit: TimeFit) -> dict[str, Any]:
    """A time as the inputs write it."""
    if fit.law is None:
        return {"kind": "quantiles", "values": [_rounded(v / MINUTE_S) for v in fit.values.tolist()]}
    p = fit.law.parameters
    match fit.kind:
        case "constant":
            return {"kind": "constant", "value": _rounded(p["value"] / MINUTE_S)}
        case "exponential":
            return {"kind": "weibull", "shape": 1.0, "scale": _rounded(p["scale"] / MINUTE_S)}
        case "lognormal":
            return {
                "kind": "lognormal",
                "mean": _rounded(fit.law.mean / MINUTE_S),
                "sigma": _rounded(p["sigma"]),
            }
    return {"kind": fit.kind, "shape": _rounded(p["shape"]), "scale": _rounded(p["scale"] / MINUTE_S)}


def _steps(of: Calibration, pools: Mapping[int, str]) -> list[dict[str, Any]]:
    """The entry first; before a step the delay that nobody is busy with."""
    rows: list[dict[str, Any]] = []
    entries = of.routing.from_step(None)
    if len(entries) > 1 or _begin(of, entries[0].to) != _begin(of, of.routing.steps[of.order[0]]):
        rows.append({"name": START, "time": 0})
    for place in of.order:
        step = of.routing.steps[place]
        name, delay = _name(of, step), of.times.delay[place]
        if place in of.routing.blocks:
            rows.append({"name": name, "kind": "split"})
            rows.append({"name": join_name(name), "kind": "join", "joins": name})
            continue
        clock = (step.activity, step.manner)
        hours = {"pool": hours_name(of.activity(step), step.manner)} if clock in of.hours else {}
        if delay is not None:
            rows.append({"name": wait_name(name), "time": estimate_of(delay), **hours})
        row: dict[str, Any] = {"name": name, "time": estimate_of(of.times.time[place])}
        pool = int(of.pools.pool_of[step.activity])
        if of.held[step.activity]:
            row |= {"pool": pools[pool]} if pool >= 0 and step.manner == WORKED else {}
        elif step.lap != ARRIVAL:
            row |= hours
        rows.append(row)
    return rows


def _ways(of: Calibration) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    entries = of.routing.from_step(None)
    if len(entries) > 1 or _begin(of, entries[0].to) != _begin(of, of.routing.steps[of.order[0]]):
        rows += _shared(START, [(_entry(of, route.to), route.share.estimate) for route in entries])
    joins: dict[int, str] = {}
    for block, members in of.routing.blocks.items():
        split = _name(of, of.routing.steps[block])
        joins |= dict.fromkeys(members, join_name(split))
        begins = (_begin(of, of.routing.steps[each]) for each in members)
        rows += [{"from": split, "to": begin, "share": 1.0} for begin in begins]
    for place in of.order:
        step = of.routing.steps[place]
        name = _name(of, step)
        if of.times.delay[place] is not None:
            rows.append({"from": wait_name(name), "to": name, "share": 1.0})
        if place in joins:
            rows.append({"from": name, "to": joins[place], "share": 1.0})
            continue
        routes = of.routing.from_step(step)
        after = [(_begin(of, route.to), route.share.estimate) for route in routes] or [("", 1.0)]
        rows += _shared(join_name(name) if place in of.routing.blocks else name, after)
    return rows


def _shared(name: str, after: list[tuple[str, float]]) -> list[dict[str, Any]]:
    """Ways of one step, their shares adding up to 1."""
    total = math.fsum(share for _, share in after)
    return [{"from": name, "to": to, "share": share / total} for to, share in after]


def _name(of: Calibration, step: Step) -> str:
    return step_name(of.activity(step), step.lap, step.manner)


def _entry(of: Calibration, step: Step | None) -> str:
    """Cases come to the first step itself: what they waited for before it is not in the log."""
    return "" if step is None else _name(of, step)


def _begin(of: Calibration, step: Step | None) -> str:
    """Where a case goes on its way to a step: to the delay before it, if there is one."""
    if step is None:
        return ""
    delayed = of.times.delay[of.routing.steps.index(step)] is not None
    return wait_name(_name(of, step)) if delayed else _name(of, step)


def _length(of: Calibration) -> tuple[float, float, int]:
    """(weeks, weeks that do not count, replications): a warm-up that 99 % of the cases would be over in, at
    least four weeks that count, and no more cases than run in a few seconds."""
    rows = of.of.rows
    over = (rows.left_s() - rows.arrived_s())[of.of.finished]
    warm_up = weeks_of(float(np.quantile(over, 0.99))) if len(over) else 1
    a_week = max(1e-9, float(of.arrivals.per_hour.sum()))
    counted = max(_LEAST_WEEKS, warm_up)
    replications = int(min(_REPLICATIONS, max(2, _MOST_CASES // (a_week * (warm_up + counted)))))
    return float(warm_up + counted), float(warm_up), replications


def _rounded(value: float) -> float:
    """Six digits: a file that people read."""
    return float(f"{value:.{_DIGITS}g}")
