"""What a process does with the risks in it: times, waiting, broken promises, cost, and what each risk adds.

1. Cases arrive by chance at the rates of the hour of the week and walk through the steps; people, shifts,
   patience and risks are as given; see `maths.simulation`.
2. Means over independent replications with Student's interval; quantiles over all cases together, with an
   interval from how far the share up to them differs between replications.
3. Where asked, what all risks add is shared out among them, see `process_shares`.
4. Runs begin empty; whether the weeks left out at the beginning are enough is checked by a rule, see
   `process_warm_up`. Every case is followed until it leaves: none is cut off at the end.
5. Each risk is left out once. Both runs meet the same luck (draws keyed by case, step and visit), so the
   difference has a narrow interval. Contributions of several risks need not add up: they share queues.

Source: Law (2015), Simulation Modeling and Analysis, 5th ed., ch. 9 to 11.
"""

import itertools
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from anlan.domain.interval import Interval
from anlan.domain.method import Answer, AnswerTable, Chart, Method, Note, Quantity
from anlan.loop.quantify.methods.process.process_fields import ENOUGH, FIELDS
from anlan.loop.quantify.methods.process.process_hours import HOUR_S, MINUTE_S, WEEK_S, there_s
from anlan.loop.quantify.methods.process.process_inputs import ProcessAsked, read_process
from anlan.loop.quantify.methods.process.process_orders import every_set, runs_needed
from anlan.loop.quantify.methods.process.process_runs import (
    Measured,
    Runs,
    gained,
    happened,
    present,
    run_process,
    served_times,
)
from anlan.loop.quantify.methods.process.process_shares import Share, shares
from anlan.loop.quantify.methods.process.process_warm_up import find_warm_up
from anlan.maths.progress import part
from anlan.maths.simulation.arrays import BUSY, COUNT, FINISHED, GAVE_UP, LATE, SERVED, TURNED_AWAY, WAITED
from anlan.maths.simulation.replications import mean_over, quantile_over

_FULL, _FEW = 0.9, 10


def run(inputs: Mapping[str, Any], *, seed: int = 0) -> Answer:
    """The process as it is, and without each risk."""
    asked = read_process(inputs)
    studies = 1 + len(asked.risks) + runs_needed(len(asked.risks), asked.orders)
    with part(0.0, 1.0 / studies):
        base = run_process(asked, seed)
    everything = frozenset(asked.risks)
    known = {everything: base.measured}
    for number, risk in enumerate(asked.risks):
        with part((number + 1) / studies, (number + 2) / studies):
            known[everything - {risk}] = run_process(asked, seed, without=(risk,)).measured
    contributions = [gained(base.measured, known[everything - {risk}]) for risk in asked.risks]
    tables = _tables(base, asked, contributions)
    if asked.orders and asked.risks:
        tables.append(_shared(asked, seed, known))
    found = find_warm_up(asked, base)
    enough, short = found.notes if found else ([], [])
    return Answer(
        quantities=tuple(_quantities(base, asked)),
        tables=tuple(tables),
        charts=(*_charts(base, asked, contributions), *((found.chart,) if found else ())),
        assumptions=(*_assumptions(asked), *enough),
        warnings=(*_warnings(base, asked), *short),
    )


def _quantities(base: Runs, asked: ProcessAsked) -> list[Quantity]:
    m = base.measured
    cycles = served_times(base)
    served = any(len(times) for times in cycles)
    found = [_quantity("waiting_time", m.waiting, "minute")]
    if served:  # where nobody was served, there is no time to tell and no promise to hold
        found.insert(0, _quantity("cycle_time", m.cycle, "minute"))
        for name, share in (("cycle_p50", 0.5), ("cycle_p95", 0.95)):
            found.append(_quantile(name, cycles, share))
    if asked.promise_s is not None and served:
        found.append(_quantity("broken_promises", m.late, "share"))
    if float(m.lost.max()) > 0:
        found.append(_quantity("left_unserved", m.lost, "share"))
    if float(m.cost.max()) > 0:
        found.append(_quantity("cost_per_case", m.cost, "money"))
    if asked.complaints is not None:
        found.append(_quantity("complaints", m.complaints, "share"))
    found.append(Quantity("cases_simulated", float(sum(int(of.sum()) for of in base.counted))))
    return found


def _quantile(name: str, cycles: Sequence[np.ndarray], share: float) -> Quantity:
    found = quantile_over(cycles, share).scaled(1 / MINUTE_S)
    return Quantity(name, found.estimate, "minute", found.low, found.high, "confidence_95")


def _quantity(name: str, values: np.ndarray, unit: str) -> Quantity:
    some = present(values)
    if len(some) < 2:
        return Quantity(name, some[0], unit)
    found = mean_over(some)
    low = max(0.0, found.low)  # none of these figures can be negative
    return Quantity(name, found.estimate, unit, low, found.high, "confidence_95")


def _tables(
    base: Runs, asked: ProcessAsked, contributions: Sequence[Mapping[str, Interval | None]]
) -> list[AnswerTable]:
    tables = [_steps(base, asked)]
    if asked.classes:
        tables.append(_classes(base, asked))
    if any(pool.servers != ENOUGH for pool in asked.network.pools):
        tables.append(_pools(base, asked))
    if contributions:
        tables.append(_risks(base, asked, contributions))
    return tables


def _steps(base: Runs, asked: ProcessAsked) -> AnswerTable:
    """Visits by case, mean work of those served and wait by visit, shares late and given up."""
    total = np.sum([run.node for run in base.runs], axis=0)
    cases = max(1, sum(int(of.sum()) for of in base.counted))
    rows = []
    for node, line in zip(asked.network.nodes, total, strict=True):
        if node.kind != "task":
            continue
        gone = line[GAVE_UP] + line[TURNED_AWAY]
        visits, served = max(1.0, line[COUNT]), max(1.0, line[COUNT] - gone)
        promised, leaves = np.isfinite(node.promise_s), node.patience or node.balk is not None
        rows.append(
            (node.id, line[COUNT] / cases, line[SERVED] / served / MINUTE_S, line[WAITED] / visits / MINUTE_S,
             line[LATE] / visits if promised else None, gone / visits if leaves else None)
        )  # fmt: skip
    columns = ("step", "visits_per_case", "work_min", "wait_min", "late_share", "gave_up_share")
    return AnswerTable("process_steps", columns, tuple(tuple(map(_plain, row)) for row in rows))


def _classes(base: Runs, asked: ProcessAsked) -> AnswerTable:
    """Share of the cases, mean time of those served and mean wait, by class."""
    all_classes, all_fates, cycles, waits = (
        np.concatenate(values)
        for values in zip(
            *(
                (come.case_class[of], run.fate[of], run.cycle_s[of], run.waited_s[of])
                for come, run, of in zip(base.coming, base.runs, base.counted, strict=True)
            ),
            strict=True,
        )
    )
    rows = []
    for number, each in enumerate(asked.classes):
        mine = all_classes == number
        served = mine & (all_fates == FINISHED)
        rows.append(
            (each.name, float(mine.mean()), float(cycles[served].mean()) / MINUTE_S if served.any() else None,
             float(waits[mine].mean()) / MINUTE_S if mine.any() else None)
        )  # fmt: skip
    return AnswerTable("process_classes", ("case_class", "share", "cycle_min", "wait_min"), tuple(rows))


def _pools(base: Runs, asked: ProcessAsked) -> AnswerTable:
    """People-hours there and at work, and the share of them."""
    rows: list[tuple[Any, ...]] = []
    for number, pool in enumerate(asked.network.pools):
        if pool.servers == ENOUGH:
            continue
        there = there_s(pool.schedule, pool.servers, asked.window_s)
        if there == 0.0:  # no shift of theirs lies in the time looked at: no share can be said
            rows.append((pool.id, 0.0, None, None, None))
            continue
        busy = mean_over([float(run.pool[number, BUSY]) / there for run in base.runs])
        rows.append((pool.id, there / HOUR_S, busy.estimate, max(0.0, busy.low), busy.high))
    return AnswerTable("process_pools", ("pool", "hours_there", "use", "low", "high"), tuple(rows))


def _risks(
    base: Runs, asked: ProcessAsked, contributions: Sequence[Mapping[str, Interval | None]]
) -> AnswerTable:
    """How often each happens, and what it adds, with intervals of the paired difference."""
    often = happened(asked, base)
    cases = max(1, sum(int(of.sum()) for of in base.counted))
    rows = []
    for risk, more in zip(asked.risks, contributions, strict=True):
        late = more["late"] if asked.promise_s is not None else None
        rows.append((risk, 1000 * often[risk] / cases, *_with_half(more["cycle"]), *_with_half(late),
                     *_with_half(more["lost"]), *_with_half(more["cost"])))  # fmt: skip
    columns = ("risk", "per_1000_cases", "added_cycle_min", "within", "added_late_share", "late_within",
               "added_lost_share", "lost_within", "added_cost", "cost_within")  # fmt: skip
    return AnswerTable("process_risks", columns, tuple(rows))


def _with_half(of: Interval | None) -> tuple[float | None, float | None]:
    """The estimate and half of its interval; None where there is none."""
    return (None, None) if of is None else (of.estimate, (of.high - of.low) / 2)


def _value(of: Share | None) -> Interval | None:
    return of.value if of is not None else None


def _shared(asked: ProcessAsked, seed: int, known: Mapping[frozenset[str], Measured]) -> AnswerTable:
    """Shapley's value of each risk, with the errors of the replications and of the orders drawn. known: what
    was run already, by the risks that were in it."""
    n, orders = len(asked.risks), asked.orders
    before, sets = 1 + n, runs_needed(n, orders)
    done = itertools.count(before)

    def of(some: frozenset[str]) -> Measured:
        at = next(done)
        with part(at / (before + sets), min(1.0, (at + 1) / (before + sets))):
            return run_process(asked, seed, without=set(asked.risks) - some).measured

    found = shares(of, asked.risks, orders=orders, seed=seed, known=known)
    rows = []
    for risk, share in zip(asked.risks, found, strict=True):
        cycle = share["cycle"]
        late = share["late"] if asked.promise_s is not None else None
        by_order = None if cycle is None or every_set(n, orders) else cycle.by_order
        others = (_with_half(_value(each))[0] for each in (late, share["lost"], share["cost"]))
        rows.append((risk, *_with_half(_value(cycle)), by_order, *others))
    columns = (
        "risk",
        "share_cycle_min",
        "within",
        "within_by_order",
        "share_late",
        "share_lost",
        "share_cost",
    )
    return AnswerTable("process_shares", columns, tuple(rows))


def _charts(
    base: Runs, asked: ProcessAsked, contributions: Sequence[Mapping[str, Interval | None]]
) -> tuple[Chart, ...]:
    """What each risk adds to the time of a case; without risks, the replications' mean times."""
    if contributions:
        rows = [
            {"name": risk, "value": cycle.estimate, "low": cycle.low, "high": cycle.high}
            for risk, more in zip(asked.risks, contributions, strict=True)
            if (cycle := more["cycle"]) is not None
        ]
        return (Chart("intervals", {"rows": rows, "all": None, "of": Note("process.of_added")}),)
    means = {name: present(getattr(base.measured, name)) for name in ("cycle", "waiting")}
    rows = [
        {"name": Note(f"process.of_{name}"), "value": found.estimate, "low": found.low, "high": found.high}
        for name, values in means.items() if len(values) > 1 for found in [mean_over(values)]
    ]  # fmt: skip
    return (Chart("intervals", {"rows": rows, "all": None}),)


def _assumptions(asked: ProcessAsked) -> list[Note]:
    found = [Note("process.by_chance")] if any(asked.rates) else []
    found += [Note("process.set_times")] if asked.appointments else []
    found += [Note("process.independent"), Note("process.to_the_end")]
    found += [Note("process.replications",
             {"n": asked.replications, "weeks": (asked.until_s - asked.warm_up_s) / WEEK_S})]  # fmt: skip
    if asked.day_variation > 0.0:
        found.append(Note("process.days_vary", {"share": asked.day_variation}))
    if any(pool.schedule for pool in asked.network.pools):
        found.append(Note("process.finishes"))
    if any(node.kind in ("split", "some") for node in asked.network.nodes):
        found.append(Note("process.side_by_side"))
    hours = [pool.id for pool in asked.network.pools if pool.servers == ENOUGH]
    if hours:
        found.append(Note("process.enough", {"pools": hours}))
    if asked.risks:
        found.append(Note("process.left_out"))
    if asked.risks and asked.orders:
        code = "all_orders" if every_set(len(asked.risks), asked.orders) else "some_orders"
        found.append(Note(f"process.{code}", {"n": asked.orders // 2 * 2}))
    if asked.disturbances:
        found.append(Note("process.over_time"))
    several = [pool.id for pool in asked.network.pools if pool.at_once > 1]
    if several:
        found.append(Note("process.at_once", {"pools": several}))
    if asked.complaints is not None:
        found.append(Note("process.complaints"))
    return found


def _warnings(base: Runs, asked: ProcessAsked) -> list[Note]:
    found = []
    there = {pool.id: there_s(pool.schedule, pool.servers, asked.window_s) for pool in asked.network.pools}
    busy = {
        pool.id: float(np.mean([run.pool[number, BUSY] for run in base.runs]))
        for number, pool in enumerate(asked.network.pools)
    }
    names = [name for name in there if busy[name] > _FULL * there[name]]
    if names:
        found.append(Note("process.full", {"pools": names, "share": _FULL}))
    after = [name for name in there if busy[name] > there[name] > 0]
    if after:
        hours = sum(busy[name] - there[name] for name in after) / HOUR_S
        found.append(Note("process.after_shift", {"pools": after, "hours": hours}))
    if asked.warm_up_s == 0:
        found.append(Note("process.no_warm_up"))
    unserved = int(np.isnan(base.measured.cycle).sum())
    if unserved:
        found.append(Note("process.unserved", {"n": unserved, "of": asked.replications}))
    if asked.replications < _FEW:
        found.append(Note("process.few", {"n": asked.replications}))
    return found


def _plain(value: Any) -> Any:
    return float(value) if isinstance(value, np.floating) else value


METHOD = Method("process_simulation", FIELDS, run, random=True)
