"""People of a staffing plan or a roster as the capacities of a twin's pools, interval by interval of a week.

1. A staffing plan has people at work in every interval; absences are in its people on the list alone, and
   only those at work are taken.
2. A roster has who is there, hour by hour, with breaks taken out. Whoever is absent (leave, illness,
   training) is still on it, so a share is taken off, once: by default the one its staffing plan added.
3. Days become days of the week: several of the same day are averaged, a plan of one day that repeats stands
   for every day. Days of the week that are not planned keep the people the twin has.
"""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from anlan.domain.errors import UsageError
from anlan.loop.improve.designs.drafts import Draft
from anlan.loop.improve.designs.people import people_there
from anlan.loop.quantify.methods.reading import read_inputs
from anlan.loop.quantify.methods.resources.roster_inputs import FIELDS as ROSTER
from anlan.loop.quantify.methods.resources.roster_inputs import read_problem
from anlan.maths.rosters.problem import Shift

STAFFING, ROSTERED = "staffing", "shift_roster"
_DAYS, _HOURS, _DAY_MIN = 7, 24, 1440


@dataclass(frozen=True)
class Planned:
    """people: of each skill (empty: anybody) at work, (7, intervals of a day); planned: days of the week
    from 0 that have a plan; hours: of work by skill in the whole plan, weeks: how many of each day on
    average; left_out_h: hours after the last day, of which there is no day; dated: the first day is known.
    """

    method: str
    people: Mapping[str, np.ndarray]
    planned: tuple[int, ...]
    hours: Mapping[str, float]
    days: int
    left_out_h: float = 0.0
    dated: bool = True
    absent: float = 0.0


@dataclass(frozen=True)
class Taken:
    """What a pool gets. kept: days of the week that keep the people of the twin; nobody_h: hours a week in
    which the twin has people and the plan has nobody; was_h, now_h: hours of people a week."""

    pool: str
    skills: tuple[str, ...]
    change: Mapping[str, Any]
    kept: tuple[int, ...]
    nobody_h: float
    was_h: float
    now_h: float


def planned_people(result: Mapping[str, Any], *, absent: float = 0.0) -> Planned:
    """The people of a result of `staffing` or `shift_roster`. absent: share of rostered people who are not
    there; 0 to below 1.

    Errors: UsageError `twin.no_plan` for another result, `twin.absent`.
    """
    if not 0.0 <= absent < 1.0:
        raise UsageError("twin.absent", found=absent)
    method = str(result.get("method"))
    if method == STAFFING:
        return _of_staffing(result, absent)
    if method == ROSTERED:
        return _of_roster(result, absent)
    raise UsageError("twin.no_plan", found=method[:60])


def _of_staffing(result: Mapping[str, Any], absent: float) -> Planned:
    """Errors: UsageError `twin.absent_twice`: its people at work are without those who are absent."""
    if absent:
        raise UsageError("twin.absent_twice", found=absent)
    minutes = int(result["inputs"].get("interval", 60))
    begin = round(float(result["inputs"].get("first_hour") or 0.0) * 60)
    at_work = _column(result, "staffing_intervals", "people_needed")
    length = 60 if minutes >= 60 else minutes
    days = -(-(begin + len(at_work) * minutes) // _DAY_MIN)
    there = np.zeros(days * _DAY_MIN)
    for place, people in enumerate(at_work):
        there[begin + place * minutes : begin + (place + 1) * minutes] = people
    grid = there.reshape(days, _DAY_MIN // length, length).mean(axis=2)
    first = _weekday(result["inputs"].get("start"))
    repeats = days == 1 and bool(result["inputs"].get("repeats", True))
    week, weekdays = _week(grid, first, repeats)
    hours = {"": sum(at_work) * minutes / 60.0}
    return Planned(STAFFING, {"": week}, weekdays, hours, days, dated=first is not None or repeats)


def _of_roster(result: Mapping[str, Any], absent: float) -> Planned:
    inputs = read_inputs(ROSTER, result["inputs"])
    of = read_problem(inputs)
    chart = next((each["data"] for each in result["charts"] if each["kind"] == "roster_grid"), None)
    if chart is None:
        raise UsageError("resources.damaged", where="charts.roster_grid", found="—")
    grids = {skill: np.zeros((of.days + 2) * _HOURS) for skill in of.skills}
    for row in chart["rows"]:
        for day, (number, skill) in enumerate(zip(row["cells"], row["skills"], strict=True)):
            if number is not None:
                shift = of.shifts[number]
                grid = grids[skill if len(of.skills) > 1 else of.skills[0]]
                grid[day * _HOURS + shift.begin : day * _HOURS + shift.end] += presence(shift)
    first = _weekday(result["inputs"].get("start"))
    whole, left = of.days % _DAYS == 0, 0.0
    people: dict[str, np.ndarray] = {}
    planned: tuple[int, ...] = ()
    hours = {skill: float(grid.sum()) for skill, grid in grids.items()}
    for skill, grid in grids.items():
        inside, after = grid[: of.days * _HOURS].copy(), grid[of.days * _HOURS :]
        if whole:  # the night after the last day is that before the first
            inside[: min(len(after), len(inside))] += after[: len(inside)]
        else:
            left += float(after.sum())
        people[skill], planned = _week((1.0 - absent) * inside.reshape(of.days, _HOURS), first, False)
    return Planned(ROSTERED, people, planned, hours, of.days, left, first is not None, absent)


def presence(shift: Shift) -> list[float]:
    """Share of every hour of a shift that a person on it is at work."""
    return [shift.presence(hour) for hour in range(shift.begin, shift.end)]


def _week(grid: np.ndarray, first: int | None, repeats: bool) -> tuple[np.ndarray, tuple[int, ...]]:
    """(7, intervals of a day) and the days of the week that are planned. first: weekday of the first day,
    Monday where it is not known."""
    if repeats:
        return np.repeat(grid, _DAYS, axis=0), tuple(range(_DAYS))
    weekdays = (np.arange(len(grid)) + (first or 0)) % _DAYS
    week = np.zeros((_DAYS, grid.shape[1]))
    for day in set(weekdays.tolist()):
        week[day] = grid[weekdays == day].mean(axis=0)
    return week, tuple(sorted(set(weekdays.tolist())))


def _weekday(start: Any) -> int | None:
    try:
        return datetime.date.fromisoformat(str(start)).weekday()
    except ValueError:
        return None


def _column(result: Mapping[str, Any], table: str, column: str) -> list[float]:
    found = next((each for each in result.get("tables", ()) if each.get("name") == table), None)
    if found is None:
        raise UsageError("resources.damaged", where=f"tables.{table}", found="—")
    names = [each["name"] for each in found["columns"]]
    if column not in names:
        raise UsageError("resources.damaged", where=f"tables.{table}.{column}", found="—")
    return [float(row[names.index(column)]) for row in found["rows"]]


def pools_for(inputs: Mapping[str, Any], planned: Planned) -> dict[str, str]:
    """Skill -> the pool that its people most likely are: that of its name, else the only one that does the
    step of its name; anybody, and where there is one pool all, are that pool. Others are left out."""
    pools = [row["name"] for row in inputs.get("pools") or ()]
    steps = {row["name"]: row.get("pool") or "" for row in inputs["steps"]}
    found = {}
    for skill in planned.people:
        if skill in pools:
            found[skill] = skill
        elif steps.get(skill) in pools:
            found[skill] = steps[skill]
        elif len(pools) == 1:
            found[skill] = pools[0]
    return found


def capacities(inputs: Mapping[str, Any], planned: Planned, pools: Mapping[str, str]) -> tuple[Taken, ...]:
    """A change `schedule` for each pool that skills are given to. pools: skill -> pool; several skills of a
    pool are added up.

    Errors: UsageError `twin.no_skill` for no skill at all, or one that the plan has not; RefusedInput for an
    unknown pool.
    """
    wrong = [skill for skill in pools if skill not in planned.people]
    if wrong or not pools:
        raise UsageError("twin.no_skill", found=wrong[0][:60] if wrong else "", known=tuple(planned.people))
    draft = Draft(inputs, "pools")
    found = []
    for name in dict.fromkeys(pools.values()):
        row = draft.row("pools", name, "pool")
        skills = tuple(skill for skill, pool in pools.items() if pool == name)
        week = np.sum([planned.people[skill] for skill in skills], axis=0)
        now = np.array(people_there(draft, row), dtype=float).reshape(*week.shape, -1)
        kept = tuple(day for day in range(_DAYS) if day not in planned.planned)
        minutes = now.shape[2]
        for day in kept:
            week[day] = now[day].mean(axis=1)
        nobody = float((now.mean(axis=2) * (week == 0.0) > 0).sum()) * minutes / 60.0
        there = [round(float(people), 6) for people in week.ravel()]
        found.append(Taken(name, skills, {"operator": "schedule", "pool": name, "there": there}, kept,
                           nobody, float(now.sum()) / 60.0, sum(there) * minutes / 60.0))  # fmt: skip
    return tuple(found)
