"""One process simulated: what a case takes, where it waits, who is busy, what is broken, with intervals.

1. So many replications as asked; with a precision asked, more until the half-width of the mean cycle time is
   small enough in relation to it, or until there are as many as may be.
2. Means over replications with Student's interval; quantiles over all cases, with an interval from how
   far the share up to them differs between replications.

Stopping as soon as the interval is narrow makes it hold slightly less often than it says, the more so the
fewer replications it begins with (Law 2015, 5th ed., section 9.4.1); so none stops with fewer than ten.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

import anlan
from anlan.domain.errors import UsageError
from anlan.domain.interval import Interval
from anlan.formats.scenarios import Told
from anlan.loop.improve.designs.luck import numbers_of, with_numbers
from anlan.loop.improve.designs.series import process_of
from anlan.loop.quantify.methods.process.process_fields import ENOUGH, FIELDS
from anlan.loop.quantify.methods.process.process_hours import HOURS, there_s
from anlan.loop.quantify.methods.process.process_inputs import MOST_CASES, ProcessAsked, read_process
from anlan.loop.quantify.methods.process.process_runs import (
    Runs,
    happened,
    joined,
    present,
    run_process,
    served_times,
)
from anlan.loop.quantify.methods.reading import read_inputs
from anlan.maths.progress import part, tell
from anlan.maths.simulation import arrays
from anlan.maths.simulation.network import lines_of
from anlan.maths.simulation.replications import mean_over, quantile_over
from anlan.studies.twin.models import TwinModel

SCHEMA = "anlan.simulate/1"
LEAST_TO_STOP, MOST_REPLICATIONS = 10, 1_000
_FATES = ("finished", "abandoned", "turned_away", "dropped")
_MINUTE_S, _HOUR_S = 60.0, 3600.0
_ALWAYS = 0.995
"""Busy share from which on a pool counts as never free."""


@dataclass(frozen=True)
class SimulationAsked:
    """replications, seed: those of the model where None; precision: relative half-width of the mean cycle
    time to go on for, above 0 and below 1."""

    replications: int | None = None
    precision: float | None = None
    seed: int | None = None


def simulate_model(model: TwinModel, asked: SimulationAsked) -> dict[str, Any]:
    """The result as `anlan simulate --json` writes it, see schema `simulate-1`.

    Errors: RefusedInputs of the model's inputs; UsageError `twin.precision`, `simulation.*`.
    """
    given = dict(model.given)
    if asked.replications is not None:
        given["replications"] = asked.replications
    process = read_process(read_inputs(FIELDS, given))
    if model.as_is is not None:
        process = with_numbers(process, numbers_of(process_of(model.as_is)))
    seed = model.seed if asked.seed is None else asked.seed
    runs = _run(process, seed, asked.precision)
    return _result(model, process, runs, seed, asked.precision)


def _run(process: ProcessAsked, seed: int, precision: float | None) -> Runs:
    if precision is None:
        return run_process(process, seed, by_hour=True)
    if not (0.0 < precision < 1.0):
        raise UsageError("twin.precision", found=precision)
    return until_precise(
        lambda first, n: run_process(replace(process, replications=n), seed, by_hour=True, first=first),
        precision=precision,
        begin=max(LEAST_TO_STOP, process.replications),
        most=_most(process),
    )


def _most(process: ProcessAsked) -> int:
    """Replications there is room for."""
    until_s = process.arrivals_until_s
    cases = sum(process.rates) * until_s / (HOURS * _HOUR_S)
    cases += sum(each.asked(until_s) for each in process.appointments)
    return max(process.replications, min(MOST_REPLICATIONS, int(MOST_CASES / max(1.0, cases))))


def until_precise(run: Callable[[int, int], Runs], *, precision: float, begin: int, most: int) -> Runs:
    """Replications until the mean cycle time is as precise as asked, or there are `most`.

    run  of the number of the first replication and how many. The half-width is held against
         precision / (1 + precision) of the estimate, so that the error in relation to the true mean is
         within `precision` (Law 2015, section 9.4.1).
    """
    aim = precision / (1.0 + precision)
    with part(0.0, 0.3):
        done = run(0, min(begin, most))
    while (n := len(done.runs)) < most:
        times = present(done.measured.cycle)
        if len(times) < 2:  # nobody is served: there is no time to be precise about
            break
        found = mean_over(times)
        reached = aim * found.estimate / max(_half(found), 1e-300)
        if reached >= 1.0:
            break
        more = min(most - n, max(1, min(2 * n, math.ceil(n / reached**2) - n)))
        with part(max(0.3, min(0.99, reached**2)), 1.0):
            done = joined(done, run(n, more))
    tell(1.0)
    return done


def _half(of: Interval) -> float:
    return (of.high - of.low) / 2


def _result(
    model: TwinModel, process: ProcessAsked, runs: Runs, seed: int, precision: float | None
) -> dict[str, Any]:
    m = runs.measured
    times = present(m.cycle * _MINUTE_S)
    cycle = mean_over(times) if len(times) > 1 else None
    cost = mean_over(m.cost.tolist())
    pools = _pools(model, process, runs)
    return {
        "schema": SCHEMA,
        "version": anlan.__version__,
        "seed": seed,
        "title": model.title,
        "replications": len(runs.runs),
        "precision": _precision(cycle, precision),
        "cases": sum(int(of.sum()) for of in runs.counted),
        "events": sum(run.events for run in runs.runs),
        "window_s": [process.warm_up_s, process.until_s],
        "cycle_s": {**_interval(cycle), **_quantiles(served_times(runs))},
        "waiting_s": _interval(mean_over((m.waiting * _MINUTE_S).tolist())),
        "nodes": _nodes(model, process, runs),
        "pools": pools,
        "lines": _lines(process, runs),
        "sla_breach": _share(m.late) if process.promise_s is not None else {"rate": None, "ci95": None},
        "lost": _share(m.lost),
        "complaints": _share(m.complaints) if process.complaints else {"rate": None, "ci95": None},
        "cost": cost.estimate,
        "cost_ci95": [cost.low, cost.high],
        "risks": [{"id": name, "count": n} for name, n in happened(process, runs).items()],
        "fates": _fates(runs),
        "design": dict(model.design) if model.design is not None else None,
        "notes": [_note(told) for told in (*model.notes, *_always_busy(pools))],
    }


def _precision(cycle: Interval | None, asked: float | None) -> dict[str, Any]:
    """Relative half-width asked and reached; None where the mean is 0 or nobody is served."""
    found = _half(cycle) / cycle.estimate if cycle is not None and cycle.estimate > 0 else None
    held = asked is None or (found is not None and found <= asked / (1.0 + asked))
    return {"asked": asked, "found": found, "held": held}


def _interval(of: Interval | None) -> dict[str, Any]:
    """None of these can be negative; None where fewer than two replications have the figure."""
    if of is None:
        return {"mean": None, "ci95": None}
    return {"mean": of.estimate, "ci95": [max(0.0, of.low), of.high]}


def _share(values: np.ndarray) -> dict[str, Any]:
    some = present(values)
    if len(some) < 2:
        return {"rate": None, "ci95": None}
    found = mean_over(some)
    return {"rate": found.estimate, "ci95": [max(0.0, found.low), min(1.0, found.high)]}


def _quantiles(served: Sequence[np.ndarray]) -> dict[str, Any]:
    """None where nobody was served."""
    result: dict[str, Any] = {}
    for name, share in (("p50", 0.5), ("p95", 0.95)):
        found = quantile_over(served, share) if any(len(times) for times in served) else None
        result[name] = found.estimate if found else None
        result[f"{name}_ci95"] = [found.low, found.high] if found else None
    return result


def _nodes(model: TwinModel, process: ProcessAsked, runs: Runs) -> list[dict[str, Any]]:
    """Visits of the counted cases, mean work of those served, mean wait of a visit."""
    total = np.sum([run.node for run in runs.runs], axis=0)
    found = []
    for node, line in zip(process.network.nodes, total, strict=True):
        if node.kind != "task":
            continue
        gone = line[arrays.GAVE_UP] + line[arrays.TURNED_AWAY]
        visits, served = line[arrays.COUNT], line[arrays.COUNT] - gone
        found.append({
            "id": model.ids.get(node.id, node.id), "name": node.id, "count": int(visits),
            "service_s": float(line[arrays.SERVED] / served) if served > 0 else None,
            "waiting_s": float(line[arrays.WAITED] / visits) if visits > 0 else None,
            "left": int(gone),
            "late": int(line[arrays.LATE]) if math.isfinite(node.promise_s) else None,
        })  # fmt: skip
    return found


def _always_busy(pools: Sequence[Mapping[str, Any]]) -> list[Told]:
    """Pools that are never free: their lines grow as long as the run lasts, and times with them."""
    names = [pool["name"] for pool in pools if (pool["utilisation"] or 0.0) >= _ALWAYS]
    return [Told("always_busy", tuple(names[:20]), len(names))] if names else []


def _pools(model: TwinModel, process: ProcessAsked, runs: Runs) -> list[dict[str, Any]]:
    """Busy share of the planned time with its interval, and by hour of the week; None where nobody is
    planned."""
    found = []
    for number, pool in enumerate(process.network.pools):
        if pool.servers == ENOUGH:  # opening hours: nobody is busy or free in them
            found.append(_opening(model, process, number))
            continue
        planned = there_s(pool.schedule, pool.servers, process.window_s)
        busy = mean_over([float(run.pool[number, arrays.BUSY]) for run in runs.runs])
        by_hour = np.mean([run.hour_pool[:, number] for run in runs.runs], axis=0)
        hours = [_planned_in_hour(process, number, hour) for hour in range(HOURS)]
        found.append({
            "id": model.ids.get(pool.id, pool.id), "name": pool.id,
            "utilisation": busy.estimate / planned if planned > 0 else None,
            "utilisation_ci95": [max(0.0, busy.low) / planned, busy.high / planned] if planned > 0 else None,
            "planned_h": planned / _HOUR_S,
            "utilisation_by_hour": [
                float(b / p) if p > 0 else None for b, p in zip(by_hour, hours, strict=True)
            ],
        })  # fmt: skip
    return found


def _opening(model: TwinModel, process: ProcessAsked, number: int) -> dict[str, Any]:
    """Hours in which it is open in the time that counts, and no use."""
    pool = process.network.pools[number]
    planned = there_s(pool.schedule, pool.servers, process.window_s) / ENOUGH
    return {
        "id": model.ids.get(pool.id, pool.id), "name": pool.id, "utilisation": None,
        "utilisation_ci95": None, "planned_h": planned / _HOUR_S, "utilisation_by_hour": [None] * HOURS,
    }  # fmt: skip


def _planned_in_hour(process: ProcessAsked, number: int, hour: int) -> float:
    pool = process.network.pools[number]
    return sum(there_s(pool.schedule, pool.servers, span) for span in _spans(process, hour))


def _spans(process: ProcessAsked, hour: int) -> list[tuple[float, float]]:
    """The parts of the window that lie in an hour of the week."""
    weeks = range(math.ceil(process.until_s / (HOURS * _HOUR_S)))
    begins = [(week * HOURS + hour) * _HOUR_S for week in weeks]
    spans = [(max(b, process.warm_up_s), min(b + _HOUR_S, process.until_s)) for b in begins]
    return [(begin, end) for begin, end in spans if end > begin]


def _lines(process: ProcessAsked, runs: Runs) -> list[dict[str, Any]]:
    """Mean number waiting, over the window and by hour of the week; None in hours that were not run."""
    window = process.until_s - process.warm_up_s
    spans = [sum(end - begin for begin, end in _spans(process, hour)) for hour in range(HOURS)]
    found = []
    for number, pools in enumerate(lines_of(process.network)):
        queued = mean_over([float(run.queued[number]) / window for run in runs.runs])
        by_hour = np.mean([run.hour_line[:, number] for run in runs.runs], axis=0)
        found.append({
            "pools": list(pools), "waiting": queued.estimate, "ci95": [max(0.0, queued.low), queued.high],
            "waiting_by_hour": [float(q / s) if s > 0 else None for q, s in zip(by_hour, spans, strict=True)],
        })  # fmt: skip
    return found


def _fates(runs: Runs) -> dict[str, int]:
    """How the cases that arrived ended: every one of them did, and in one way."""
    ends = np.concatenate([run.fate for run in runs.runs])
    counts = np.bincount(ends, minlength=len(_FATES))
    assert len(counts) == len(_FATES)
    return {"arrived": len(ends), **{name: int(n) for name, n in zip(_FATES, counts, strict=True)}}


def _note(told: Told) -> Mapping[str, Any]:
    return {"code": told.code, "found": list(told.found), "n": told.n}
