"""A twin run over a stretch of time: which case came and left when, and what each step saw of it.

Second 0 of a run is a Monday 0:00 on the wall clock. Changes of the clock inside the time are not followed.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from anlan.loop.improve.twin.names import activity_of, is_unworked, is_wait
from anlan.loop.quantify.methods.process.process_inputs import ProcessAsked, read_process
from anlan.loop.quantify.methods.process.process_runs import come
from anlan.loop.quantify.methods.process.process_simulation import METHOD
from anlan.loop.quantify.methods.reading import read_inputs
from anlan.maths.progress import tell
from anlan.maths.sequences.instances import Floats
from anlan.maths.simulation.arrays import COUNT, SERVED, WAITED
from anlan.maths.simulation.replications import Arrivals, Asked, simulate

WEEK_S = 604_800.0


@dataclass(frozen=True)
class Stretch:
    """from_s..until_s: what is looked at; arrivals_from_s..arrivals_until_s: when cases come;
    counted_until_s: activities are counted of cases that come from from_s until then; seconds of the run."""

    from_s: float
    until_s: float
    arrivals_from_s: float
    arrivals_until_s: float
    counted_until_s: float


@dataclass(frozen=True, eq=False)
class ActivityRun:
    """What a run saw of an activity in the stretch: executions, mean seconds of work (of those that somebody
    worked on) and before it."""

    count: float
    work_s: float
    wait_s: float


@dataclass(frozen=True, eq=False)
class TwinRun:
    """arrived_s, left_s: (n_cases,) of all cases of the run; activities: by name; steps: by step, the delay
    before it apart from the queue."""

    arrived_s: Floats
    left_s: Floats
    activities: Mapping[str, ActivityRun]
    steps: Mapping[str, ActivityRun]


def run_twin(inputs: Mapping[str, Any], *, stretch: Stretch, seed: int, replications: int) -> list[TwinRun]:
    """Replications of the process of these inputs, empty until the first arrival. Errors: RefusedInputs for
    inputs that are none of a process; UsageError `simulation.*`."""
    weeks = max(stretch.until_s, 1.0) / WEEK_S
    asked = read_process(
        read_inputs(
            METHOD.fields,
            {**inputs, "weeks": weeks, "warm_up_weeks": 0, "cool_down_weeks": 0, "replications": 2},
        )
    )
    coming = [_arrivals(asked, stretch, seed, number) for number in range(replications)]
    runs = simulate(
        asked.network,
        lambda number: coming[number],
        Asked(seed, replications, window_s=(stretch.from_s, stretch.counted_until_s)),
        told=lambda done: tell(done / replications),
    )
    tasks = np.array([node.kind == "task" for node in asked.network.nodes])
    names = [node.id for node in asked.network.nodes if node.kind == "task"]
    return [
        TwinRun(
            came.times,
            came.times + run.cycle_s,
            _by_activity(names, run.node[tasks]),
            _by_step(names, run.node[tasks]),
        )
        for came, run in zip(coming, runs, strict=True)
    ]


def _arrivals(asked: ProcessAsked, stretch: Stretch, seed: int, number: int) -> Arrivals:
    """What comes within the stretch, with its classes, surges and outages."""
    until = replace(asked, until_s=stretch.arrivals_until_s)
    every = come(until, asked.disturbances, seed, number).arrivals
    kept = every.times >= stretch.arrivals_from_s
    return replace(
        every,
        times=every.times[kept],
        level=None if every.level is None else every.level[kept],
        luck=None if every.luck is None else every.luck[kept],
    )


def _by_step(names: list[str], node: Floats) -> dict[str, ActivityRun]:
    return {
        name: ActivityRun(
            float(line[COUNT]),
            float(line[SERVED]) / max(1.0, float(line[COUNT])),
            float(line[WAITED]) / max(1.0, float(line[COUNT])),
        )
        for name, line in zip(names, node, strict=True)
    }


def _by_activity(names: list[str], node: Floats) -> dict[str, ActivityRun]:
    """Laps together; a delay before a step is part of the wait for it."""
    total: dict[str, Floats] = {}
    for name, line in zip(names, node, strict=True):
        count, work, wait = line[COUNT], line[SERVED], line[WAITED]
        if is_wait(name):
            count, work, wait = 0.0, 0.0, work + wait
        own = np.array([count, 0.0 if is_unworked(name) else count, work, wait])
        total[activity_of(name)] = total.get(activity_of(name), np.zeros(4)) + own
    return {
        name: ActivityRun(float(n), float(work / max(1.0, worked)), float(wait / max(1.0, n)))
        for name, (n, worked, work, wait) in total.items()
    }
