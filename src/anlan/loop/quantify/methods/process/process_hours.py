"""Hours of the week in a process: when who is there, how many cases come, when a risk counts how much."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from anlan.loop.quantify.methods.faults import Faults
from anlan.loop.quantify.methods.names import place

MINUTE_S, HOUR_S, DAY_S, WEEK_S = 60.0, 3600.0, 86_400.0, 604_800.0
HOURS = 168
Schedule = tuple[tuple[float, int], ...]
"""From what second there are how many, ascending from 0."""


def schedules_of(
    shifts: Sequence[Mapping[str, Any]], pools: Mapping[str, int], until_s: float, faults: Faults
) -> dict[str, Schedule]:
    """When each pool with shifts has how many people. The last week goes on for as long again as there may be
    cases left, so that they are finished."""
    there: dict[str, np.ndarray] = {}
    for number, row in enumerate(shifts):
        where = f"shifts[{number + 1}]"
        if row["from_hour"] >= row["to_hour"] or row["first_day"] > row["last_day"]:
            faults.add("process.shift", where=where)
            continue
        if place(row["pool"], pools, f"{where}.pool", faults) is None:
            continue
        minutes = there.setdefault(row["pool"], np.zeros(7 * 1440, dtype=np.int64))
        for day in range(row["first_day"] - 1, row["last_day"]):
            begin, end = (round(row[name] * 60) for name in ("from_hour", "to_hour"))
            minutes[day * 1440 + begin : day * 1440 + end] += row["people"]
    weeks = 2 * math.ceil(until_s / WEEK_S) + 52
    return {name: _changes(minutes, weeks) for name, minutes in there.items()}


def _changes(minutes: np.ndarray, weeks: int) -> Schedule:
    """Second and number whenever it changes, week after week; the number of the last hour open stays on."""
    at = np.flatnonzero(np.diff(minutes, prepend=-1))
    one = [(float(minute) * MINUTE_S, int(minutes[minute])) for minute in at]
    rows = [(week * WEEK_S + time, people) for week in range(weeks) for time, people in one]
    kept = [row for i, row in enumerate(rows) if i == 0 or row[1] != rows[i - 1][1]]
    return (*kept, (weeks * WEEK_S, max(people for _, people in one)))


def less_outages(schedule: Schedule, out: Sequence[tuple[float, float, int]]) -> Schedule:
    """A schedule with people taken from it: from second, to second, how many; several at once add up, and
    nobody who is not there can be taken."""
    if not out:
        return schedule
    times = np.unique([0.0, *(t for t, _ in schedule), *(t for begin, end, _ in out for t in (begin, end))])
    planned = np.array([n for _, n in schedule])[
        np.searchsorted([t for t, _ in schedule], times, side="right") - 1
    ]
    taken = np.zeros(len(times) + 1, dtype=np.int64)
    for begin, end, people in out:
        taken[np.searchsorted(times, begin)] += people
        taken[np.searchsorted(times, end)] -= people
    left = np.maximum(0, planned - np.cumsum(taken)[:-1])
    kept = [i for i in range(len(times)) if i == 0 or left[i] != left[i - 1]]
    return tuple((float(times[i]), int(left[i])) for i in kept)


def rates_of(given: Sequence[float], faults: Faults, *, others: bool = False) -> tuple[float, ...]:
    """168 rates of one for all hours, 24 by hour of the day, or 168 by hour of the week. others: cases come
    at set times, so that the rates may all be zero."""
    if len(given) not in (1, 24, HOURS):
        faults.add("process.arrivals", where="arrivals", found=len(given))
        return (1.0,) * HOURS
    if not sum(given) > 0 and not others:
        faults.add("process.no_arrivals", where="arrivals")
    return tuple(given) * (HOURS // len(given))


def factors_of(given: Sequence[float], where: str, faults: Faults) -> tuple[float, ...]:
    """168 factors, or none where none are given."""
    if len(given) not in (0, 24, HOURS):
        faults.add("process.hours", where=where, found=len(given))
        return ()
    return tuple(given) * (HOURS // len(given)) if given else ()


def there_s(schedule: Schedule, servers: int, window_s: tuple[float, float]) -> float:
    """Server-seconds planned inside the window; `servers` where there is no schedule."""
    if not schedule:
        return servers * (window_s[1] - window_s[0])
    begins = np.array([time for time, _ in schedule])
    people = np.array([n for _, n in schedule], dtype=float)
    ends = np.append(begins[1:], np.inf)
    inside = np.minimum(ends, window_s[1]) - np.maximum(begins, window_s[0])
    return float((people * np.maximum(0.0, inside)).sum())
