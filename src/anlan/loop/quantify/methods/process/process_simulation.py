"""What a process does with the risks in it: times, waiting, broken promises, cost, and what each risk adds.

1. Cases arrive by chance at the rates of the hour of the week and walk through the steps; people, shifts,
   patience and risks are as given; see `maths.simulation`.
2. Means over independent replications with Student's interval; quantiles over all cases together.
3. Each risk is left out once. Both runs meet the same luck (draws keyed by case, step and visit), so the
   difference has a narrow interval. Contributions of several risks need not add up: they share queues.

Source: Law (2015), Simulation Modeling and Analysis, 5th ed., ch. 9 to 11.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from anlan.domain.errors import UsageError
from anlan.domain.interval import Interval
from anlan.domain.method import Answer, AnswerTable, Chart, Method, Note, Quantity
from anlan.loop.quantify.methods.process.process_inputs import (
    FIELDS,
    HOUR_S,
    MINUTE_S,
    ProcessAsked,
    read_process,
)
from anlan.maths.progress import part, tell
from anlan.maths.simulation.arrays import BUSY, COUNT, FINISHED, GAVE_UP, HAPPENED, LATE, SERVED, WAITED
from anlan.maths.simulation.arrivals import by_hour_of_week
from anlan.maths.simulation.building import risks_in_order
from anlan.maths.simulation.network import Network
from anlan.maths.simulation.replications import Arrivals, Asked, Replication, mean_over, simulate
from anlan.maths.streams import Stream

_FULL, _FEW = 0.9, 10


@dataclass(frozen=True)
class Measured:
    """One figure of each replication: (n_replications,). Times in minutes; lost: shares that left unserved;
    late: shares beyond the promise, or with none; cost per case."""

    cycle: np.ndarray
    waiting: np.ndarray
    lost: np.ndarray
    late: np.ndarray
    cost: np.ndarray


@dataclass(frozen=True)
class Runs:
    """Replications with the cases that count: those that arrived after the warm-up."""

    runs: Sequence[Replication]
    counted: Sequence[np.ndarray]
    measured: Measured


def run(inputs: Mapping[str, Any], *, seed: int = 0) -> Answer:
    """The process as it is, and without each risk."""
    asked = read_process(inputs)
    studies = 1 + len(asked.network.risks)
    with part(0.0, 1.0 / studies):
        base = _simulated(asked, asked.network, seed)
    without = []
    for number, risk in enumerate(asked.network.risks):
        # kept at chance 0: draws are keyed by the place of a risk, so that the others keep their luck
        rest = tuple(replace(r, chance=0.0) if r is risk else r for r in asked.network.risks)
        with part((number + 1) / studies, (number + 2) / studies):
            without.append(_simulated(asked, replace(asked.network, risks=rest), seed).measured)
    contributions = [_gained(base.measured, less) for less in without]
    return Answer(
        quantities=tuple(_quantities(base, asked)),
        tables=tuple(_tables(base, asked, contributions)),
        charts=_charts(base, asked, contributions),
        assumptions=tuple(_assumptions(asked)),
        warnings=tuple(_warnings(base, asked)),
    )


def _simulated(asked: ProcessAsked, network: Network, seed: int) -> Runs:
    times = [
        by_hour_of_week(Stream(seed, number), per_hour=asked.rates, until_s=asked.until_s)
        for number in range(asked.replications)
    ]
    window = (asked.warm_up_s, asked.until_s)
    runs = simulate(
        network,
        lambda number: Arrivals(times[number]),
        Asked(seed, asked.replications, window_s=window),
        told=lambda done: tell(done / asked.replications),
    )
    counted = [each >= asked.warm_up_s for each in times]
    if not all(bool(of.any()) for of in counted):
        raise UsageError("simulation.no_cases")
    return Runs(runs, counted, _measure(runs, counted, asked.promise_s))


def _measure(runs: Sequence[Replication], counted: Sequence[np.ndarray], promise_s: float | None) -> Measured:
    def each(figure: Any) -> np.ndarray:
        return np.array([figure(run, of) for run, of in zip(runs, counted, strict=True)])

    def mean(values: np.ndarray) -> float:
        return float(values.mean()) if len(values) else 0.0

    def served(run: Replication, of: np.ndarray) -> np.ndarray:
        return np.asarray(run.cycle_s[of & (run.fate == FINISHED)])

    return Measured(
        cycle=each(lambda run, of: mean(served(run, of)) / MINUTE_S),
        waiting=each(lambda run, of: mean(run.waited_s[of]) / MINUTE_S),
        lost=each(lambda run, of: mean(run.fate[of] != FINISHED)),
        late=each(lambda run, of: 0.0 if promise_s is None else mean(served(run, of) > promise_s)),
        cost=each(lambda run, of: mean(run.cost[of])),
    )


def _gained(base: Measured, less: Measured) -> dict[str, Interval]:
    """What a risk adds to each figure: the mean of the paired differences."""
    return {
        name: mean_over((getattr(base, name) - getattr(less, name)).tolist())
        for name in ("cycle", "waiting", "lost", "late", "cost")
    }


def _quantities(base: Runs, asked: ProcessAsked) -> list[Quantity]:
    m = base.measured
    cycles = np.concatenate(
        [run.cycle_s[of & (run.fate == FINISHED)] for run, of in zip(base.runs, base.counted, strict=True)]
    )
    found = [_quantity("waiting_time", m.waiting, "minute")]
    if len(cycles):  # where nobody was served, there is no time to tell and no promise to hold
        found.insert(0, _quantity("cycle_time", m.cycle, "minute"))
        for name, share in (("cycle_p50", 0.5), ("cycle_p95", 0.95)):
            found.append(Quantity(name, float(np.quantile(cycles, share)) / MINUTE_S, "minute"))
    if asked.promise_s is not None and len(cycles):
        found.append(_quantity("broken_promises", m.late, "share"))
    if float(m.lost.max()) > 0:
        found.append(_quantity("left_unserved", m.lost, "share"))
    if float(m.cost.max()) > 0:
        found.append(_quantity("cost_per_case", m.cost, "money"))
    found.append(Quantity("cases_simulated", float(sum(int(of.sum()) for of in base.counted))))
    return found


def _quantity(name: str, values: np.ndarray, unit: str) -> Quantity:
    found = mean_over(values.tolist())
    low = max(0.0, found.low)  # none of these figures can be negative
    return Quantity(name, found.estimate, unit, low, found.high, "confidence_95")


def _tables(
    base: Runs, asked: ProcessAsked, contributions: Sequence[Mapping[str, Interval]]
) -> list[AnswerTable]:
    tables = [_steps(base, asked)]
    if asked.network.pools:
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
        visits, served = max(1.0, line[COUNT]), max(1.0, line[COUNT] - line[GAVE_UP])
        promised = np.isfinite(node.promise_s)
        rows.append(
            (node.id, line[COUNT] / cases, line[SERVED] / served / MINUTE_S, line[WAITED] / visits / MINUTE_S,
             line[LATE] / visits if promised else None, line[GAVE_UP] / visits if node.patience else None)
        )  # fmt: skip
    columns = ("step", "visits_per_case", "work_min", "wait_min", "late_share", "gave_up_share")
    return AnswerTable("process_steps", columns, tuple(tuple(map(_plain, row)) for row in rows))


def _pools(base: Runs, asked: ProcessAsked) -> AnswerTable:
    """People-hours there and at work, and the share of them."""
    rows: list[tuple[Any, ...]] = []
    for number, pool in enumerate(asked.network.pools):
        there = _there(pool.schedule, asked) if pool.schedule else pool.servers * _window(asked)
        if there == 0.0:  # no shift of theirs lies in the time looked at: no share can be said
            rows.append((pool.id, 0.0, None, None, None))
            continue
        busy = mean_over([float(run.pool[number, BUSY]) / there for run in base.runs])
        rows.append((pool.id, there / HOUR_S, busy.estimate, max(0.0, busy.low), busy.high))
    return AnswerTable("process_pools", ("pool", "hours_there", "use", "low", "high"), tuple(rows))


def _window(asked: ProcessAsked) -> float:
    return asked.until_s - asked.warm_up_s


def _there(schedule: Sequence[tuple[float, int]], asked: ProcessAsked) -> float:
    """Server-seconds of a schedule inside the window."""
    begins = np.array([time for time, _ in schedule])
    people = np.array([n for _, n in schedule], dtype=float)
    ends = np.append(begins[1:], np.inf)
    inside = np.minimum(ends, asked.until_s) - np.maximum(begins, asked.warm_up_s)
    return float((people * np.maximum(0.0, inside)).sum())


def _risks(base: Runs, asked: ProcessAsked, contributions: Sequence[Mapping[str, Interval]]) -> AnswerTable:
    """How often each happens, and what it adds, with intervals of the paired difference."""
    order = {risk.id: place for place, risk in enumerate(risks_in_order(asked.network))}
    cases = max(1, sum(int(of.sum()) for of in base.counted))
    rows = []
    for risk, gained in zip(asked.network.risks, contributions, strict=True):
        happened = sum(float(run.risk[order[risk.id], HAPPENED]) for run in base.runs)
        cycle, late = gained["cycle"], gained["late"]
        shown = (None, None) if asked.promise_s is None else (late.estimate, (late.high - late.low) / 2)
        rows.append((risk.id, 1000 * happened / cases, cycle.estimate, (cycle.high - cycle.low) / 2, *shown,
                     gained["lost"].estimate, gained["cost"].estimate))  # fmt: skip
    columns = ("risk", "per_1000_cases", "added_cycle_min", "within", "added_late_share", "late_within",
               "added_lost_share", "added_cost")  # fmt: skip
    return AnswerTable("process_risks", columns, tuple(rows))


def _charts(
    base: Runs, asked: ProcessAsked, contributions: Sequence[Mapping[str, Interval]]
) -> tuple[Chart, ...]:
    """What each risk adds to the time of a case; without risks, the replications' mean times."""
    if contributions:
        rows = [
            {"name": risk.id, "value": gained["cycle"].estimate, "low": gained["cycle"].low,
             "high": gained["cycle"].high}
            for risk, gained in zip(asked.network.risks, contributions, strict=True)
        ]  # fmt: skip
        return (Chart("intervals", {"rows": rows, "all": None, "of": Note("process.of_added")}),)
    cycle, waiting = (mean_over(values.tolist()) for values in (base.measured.cycle, base.measured.waiting))
    rows = [
        {"name": Note(f"process.of_{name}"), "value": found.estimate, "low": found.low, "high": found.high}
        for name, found in (("cycle", cycle), ("waiting", waiting))
    ]
    return (Chart("intervals", {"rows": rows, "all": None}),)


def _assumptions(asked: ProcessAsked) -> list[Note]:
    found = [Note("process.by_chance"), Note("process.independent"), Note("process.replications",
             {"n": asked.replications, "weeks": _window(asked) / 604_800.0})]  # fmt: skip
    if any(pool.schedule for pool in asked.network.pools):
        found.append(Note("process.finishes"))
    if asked.network.risks:
        found.append(Note("process.left_out"))
    return found


def _warnings(base: Runs, asked: ProcessAsked) -> list[Note]:
    found = []
    names = [
        pool.id
        for number, pool in enumerate(asked.network.pools)
        if np.mean([run.pool[number, BUSY] for run in base.runs])
        > _FULL * (_there(pool.schedule, asked) if pool.schedule else pool.servers * _window(asked))
    ]
    if names:
        found.append(Note("process.full", {"pools": names, "share": _FULL}))
    if asked.warm_up_s == 0:
        found.append(Note("process.no_warm_up"))
    if asked.replications < _FEW:
        found.append(Note("process.few", {"n": asked.replications}))
    return found


def _plain(value: Any) -> Any:
    return float(value) if isinstance(value, np.floating) else value


METHOD = Method("process_simulation", FIELDS, run, random=True)
