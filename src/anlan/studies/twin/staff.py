"""People of a scenario as pools: those who are alike make one, and a pool has one speed for all its tasks.

The time of a task is that of the largest pool that does it; another pool does it as many times faster as its
mean is shorter. Where that factor is not the same for all tasks of a pool, or a law has another shape, the
geometric mean stands for it and a note says so.
"""

import json
import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from anlan.formats.scenarios import Told, Worker
from anlan.formats.scenarios.model import WEEK, Span, Time

_APART = re.compile(r"[,，、;；\n]+")


@dataclass(frozen=True)
class Staff:
    """pools, shifts: rows as a spec file writes them; tasks: by id, the pools that do it and its time; ids:
    of the pools by name."""

    pools: tuple[dict[str, Any], ...]
    shifts: tuple[dict[str, Any], ...]
    tasks: Mapping[str, tuple[tuple[str, ...], Time]]
    ids: Mapping[str, str]
    notes: tuple[Told, ...]


@dataclass(frozen=True)
class _Pool:
    name: str
    of: Worker
    people: int


def staff_of(workers: Sequence[Worker]) -> Staff:
    """Pools of the people, in the order they are met."""
    pools = _pooled(workers)
    tasks = _tasks(pools)
    speeds = {pool.name: _speed(pool, tasks) for pool in pools}
    unlike = [pool.name for pool in pools if not speeds[pool.name][1]]
    rows, shifts = [], []
    for pool in pools:
        open_all_week = _merged(pool.of.hours) == _merged(WEEK)
        row = {
            "name": pool.name, "people": pool.people, "cost_per_hour": pool.of.cost_per_hour,
            "speed": round(speeds[pool.name][0], 9),
        }  # fmt: skip
        rows.append(row if open_all_week else {**row, "suspends": True})
        shifts += [] if open_all_week else _shifts(pool)
    notes = (Told("unlike_times", tuple(unlike[:20]), len(unlike)),) if unlike else ()
    return Staff(
        tuple(rows), tuple(shifts),
        {task: (tuple(pool.name for pool in who), time) for task, (who, time) in tasks.items()},
        {pool.name: pool.of.id for pool in pools}, notes,
    )  # fmt: skip


def _pooled(workers: Sequence[Worker]) -> list[_Pool]:
    alike: dict[str, list[Worker]] = {}
    for worker in workers:
        times = {task: time.estimate for task, time in sorted(worker.times.items())}
        key = json.dumps([worker.group, worker.cost_per_hour, _merged(worker.hours), times], sort_keys=True)
        alike.setdefault(key, []).append(worker)
    groups = Counter(each[0].group for each in alike.values())
    seen: Counter[str] = Counter()
    found, taken = [], set()
    for each in alike.values():
        group = each[0].group
        seen[group] += 1
        name = group if groups[group] == 1 else f"{group} {seen[group]}"
        name = _APART.sub(" ", name)  # several pools of a step are told apart by these signs
        while name in taken:
            name = f"{name} *"
        taken.add(name)
        found.append(_Pool(name, each[0], sum(worker.people for worker in each)))
    return found


def _tasks(pools: Sequence[_Pool]) -> dict[str, tuple[list[_Pool], Time]]:
    """Task -> who does it, the fastest first, and the time it takes the largest of them."""
    by_task: dict[str, list[_Pool]] = {}
    for pool in pools:
        for task in pool.of.times:
            by_task.setdefault(task, []).append(pool)
    return {
        task: (sorted(who, key=lambda pool: pool.of.times[task].mean),
               max(who, key=lambda pool: pool.people).of.times[task])
        for task, who in by_task.items()
    }  # fmt: skip


def _speed(pool: _Pool, tasks: Mapping[str, tuple[list[_Pool], Time]]) -> tuple[float, bool]:
    """How many times faster than the times of the tasks say, and whether that holds for each exactly."""
    pairs = [(tasks[task][1], time) for task, time in pool.of.times.items()]
    factors = [base.mean / own.mean for base, own in pairs if base.mean > 0 and own.mean > 0]
    if not factors:
        return 1.0, True
    speed = math.exp(sum(math.log(factor) for factor in factors) / len(factors))
    alike = all(abs(factor / speed - 1.0) <= 1e-6 for factor in factors)
    shapes = all(_shape(base) == _shape(own) for base, own in pairs)
    return speed, alike and shapes


def _shape(of: Time) -> Any:
    """What is left of a law without its scale."""
    given = of.estimate
    if not isinstance(given, Mapping):
        return "constant"
    scaled = {"scale", "mean", "low", "likely", "high", "values"}
    rest = {name: value for name, value in given.items() if name not in scaled}
    parts = [given[name] for name in ("low", "likely", "high") if name in given] + list(
        given.get("values", ())
    )
    return rest, [round(part / of.mean, 4) for part in parts] if of.mean > 0 else parts


def _merged(hours: Sequence[Span]) -> list[Span]:
    """Hours of each day without overlap."""
    found: list[Span] = []
    for day, begin, end in sorted(set(hours)):
        if found and found[-1][0] == day and begin <= found[-1][2]:
            found[-1] = (day, found[-1][1], max(end, found[-1][2]))
        else:
            found.append((day, begin, end))
    return found


def _shifts(pool: _Pool) -> list[dict[str, Any]]:
    """Rows of the same hours on days in a row."""
    rows: list[dict[str, Any]] = []
    for day, begin, end in sorted(_merged(pool.of.hours), key=lambda span: (span[1], span[2], span[0])):
        last = rows[-1] if rows else None
        if last and (last["from_hour"], last["to_hour"], last["last_day"]) == (begin, end, day):
            last["last_day"] = day + 1
        else:
            rows.append({"pool": pool.name, "first_day": day + 1, "last_day": day + 1, "from_hour": begin,
                         "to_hour": end, "people": pool.people})  # fmt: skip
    return rows
