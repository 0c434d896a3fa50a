"""Who works when: shifts for people by skill, contract, rest and wishes, near the least cost with its bound.

1. How many of each shift the need takes, people aside (set covering).
2. Firm demands that contradict the rules are named, each with the smallest contradiction.
3. The roster by integer programming; need may fall short, and every hour that does is counted.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from anlan.domain.method import Answer, AnswerTable, Chart, Method, Note, Quantity
from anlan.loop.quantify.methods.faults import Faults
from anlan.loop.quantify.methods.resources.roster_inputs import FIELDS, day_names, read_problem, weekdays_of
from anlan.maths.progress import tell
from anlan.maths.rosters.problem import DAY_H, Problem, Wish
from anlan.maths.rosters.roster import PARTS, Roster, plan_roster, shift_counts, weight_of
from anlan.maths.rosters.rules import Conflict, conflicts

FREE = "·"
_MOST_GAPS = 200


def run(inputs: Mapping[str, Any], *, seed: int = 0) -> Answer:
    """The roster with coverage, wishes and cost. Errors: RefusedInputs, also for firm demands that clash."""
    of, days = read_problem(inputs), day_names(inputs)
    _refuse(of, inputs)
    tell(0.1)
    counts, unreached = shift_counts(of, time_limit_s=inputs["time_limit"])
    tell(0.25)
    found = plan_roster(of, time_limit_s=inputs["time_limit"], gap=inputs["gap"])
    return Answer(
        quantities=tuple(_quantities(of, found)),
        tables=tuple(_tables(of, found, days, counts)),
        charts=(_grid(of, found, inputs), _chart(of, found, days)),
        assumptions=(
            Note("roster.rules"),
            Note("roster.before"),
            Note("roster.hours"),
            Note("roster.counts"),
        ),
        warnings=tuple(_warnings(of, found, inputs, unreached)),
    )


def _refuse(of: Problem, inputs: Mapping[str, Any]) -> None:
    """Errors: RefusedInputs with each smallest contradiction at the first wish in it."""
    faults = Faults()
    for each in conflicts(of):
        faults.add("roster.conflict", where=_where(of, each), person=of.people[each.person].name,
                   wishes=_wishes(of, each, inputs), rules=each.rules or ("one_a_day",))  # fmt: skip
    faults.raise_any()


def _where(of: Problem, conflict: Conflict) -> str:
    return f"wishes[{of.wishes.index(conflict.wishes[0]) + 1}]"


def _wishes(of: Problem, conflict: Conflict, inputs: Mapping[str, Any]) -> tuple[str, ...]:
    names = day_names(inputs)

    def told(wish: Wish) -> str:
        sign = "+" if wish.works else "−"
        return f"{names[wish.day]} {sign}{wish.shift or FREE} (wishes[{of.wishes.index(wish) + 1}])"

    return tuple(told(wish) for wish in conflict.wishes)


def _quantities(of: Problem, found: Roster) -> list[Quantity]:
    needed = sum(of.need.values())
    quantities = [
        Quantity("short_hours", found.amounts["shortage"], "hour"),
        Quantity("short_share", found.amounts["shortage"] / needed, "share"),
        Quantity("rostered_hours", float(found.hours.sum()), "hour"),
        Quantity("overtime_hours", found.amounts["overtime"], "hour"),
    ]
    if found.amounts["cost"]:
        quantities.append(Quantity("roster_cost", found.amounts["cost"], "money"))
    if of.wishes:
        quantities.append(Quantity("wishes_kept", 1.0 - sum(found.broken) / len(of.wishes), "share"))
    value, bound = found.solution.value, found.solution.bound
    return [
        *quantities,
        Quantity("roster_value", value, "", min(bound, value), value, "bounds"),
        Quantity("optimality_gap", max(0.0, found.solution.gap), "share"),
    ]


def _tables(of: Problem, found: Roster, days: Sequence[str], counts: np.ndarray) -> list[AnswerTable]:
    tables = [_roster(of, found, days), _coverage(of, found, days, counts)]
    if found.short:
        tables.append(_gaps(of, found, days))
    if of.wishes:
        tables.append(_wish_table(of, found, days))
    return [*tables, _costs(of, found)]


def _roster(of: Problem, found: Roster, days: Sequence[str]) -> AnswerTable:
    """A row a person: the shift of each day, then hours."""
    several = len(of.skills) > 1

    def cell(person: int, day: int) -> str:
        number = found.shift[person, day]
        if number < 0:
            return FREE
        skill = found.skill[person][day]
        return f"{of.shifts[number].name} {skill}".strip() if several else of.shifts[number].name

    rows = tuple(
        (who.name, *(cell(person, day) for day in range(of.days)), float(found.hours[person]),
         float(found.overtime[person]), float(found.under[person]), int(found.unsocial[person]))
        for person, who in enumerate(of.people)
    )  # fmt: skip
    return AnswerTable("roster", ("person", *days, "paid_hours", "overtime", "under_hours", "unsocial"), rows)


def _coverage(of: Problem, found: Roster, days: Sequence[str], counts: np.ndarray) -> AnswerTable:
    """Day by day: people on each shift, how many the need alone would take, hours needed and short."""
    columns = ["date"]
    for shift in of.shifts:
        columns += [shift.name]
    rows = []
    for day, name in enumerate(days):
        on = [int((found.shift[:, day] == number).sum()) for number in range(len(of.shifts))]
        hours = range(day * DAY_H, (day + 1) * DAY_H)
        needed = sum(people for (_, hour), people in of.need.items() if hour in hours)
        short = sum(people for (_, hour), people in found.short.items() if hour in hours)
        rows.append((name, *on, *map(int, counts[day]), float(needed), float(short)))
    alone = [f"{shift.name} ×" for shift in of.shifts]
    return AnswerTable("roster_days", (*columns, *alone, "hours_needed", "hours_short"), tuple(rows))


def _gaps(of: Problem, found: Roster, days: Sequence[str]) -> AnswerTable:
    rows = tuple(
        (days[hour // DAY_H], f"{hour % DAY_H:02d}:00", skill, of.need[skill, hour],
         of.need[skill, hour] - people, people)
        for (skill, hour), people in sorted(found.short.items(), key=lambda each: (each[0][1], each[0][0]))
    )  # fmt: skip
    columns = ("date", "interval", "work_skill", "needed_there", "people_there", "people_short")
    return AnswerTable("roster_gaps", columns, rows[:_MOST_GAPS])


def _wish_table(of: Problem, found: Roster, days: Sequence[str]) -> AnswerTable:
    rows = tuple(
        (of.people[wish.person].name, days[wish.day], wish.shift,
         Note(f"roster.wish_{'work' if wish.works else 'free'}"), wish.firm, wish.weight, not broken)
        for wish, broken in zip(of.wishes, found.broken, strict=True)
    )  # fmt: skip
    return AnswerTable(
        "roster_wishes", ("person", "date", "shift_name", "wish", "firm", "weight", "kept"), rows
    )


def _costs(of: Problem, found: Roster) -> AnswerTable:
    rows = tuple(
        (Note(f"roster.part_{part}"), found.amounts[part], weight_of(of, part),
         found.amounts[part] * weight_of(of, part))
        for part in PARTS
    )  # fmt: skip
    return AnswerTable("roster_costs", ("roster_part", "amount", "weight", "points"), rows)


def _grid(of: Problem, found: Roster, inputs: Mapping[str, Any]) -> Chart:
    """A row a person, a column a day, under it people needed and there by hour."""
    needed, on_duty = _by_hour(of, found)
    several = len(of.skills) > 1
    rows = [
        {
            "name": who.name,
            "cells": [int(n) if n >= 0 else None for n in found.shift[person]],
            "skills": [found.skill[person][day] if several else "" for day in range(of.days)],
            "wishes": [_mark(of, found, person, day) for day in range(of.days)],
            "hours": float(found.hours[person]),
            "overtime": float(found.overtime[person]),
        }
        for person, who in enumerate(of.people)
    ]
    return Chart(
        "roster_grid",
        {
            "days": day_names(inputs), "weekdays": weekdays_of(inputs), "rows": rows,
            "shifts": [shift.name for shift in of.shifts],
            "needed": needed.tolist(), "on_duty": on_duty.tolist(),
        },
    )  # fmt: skip


def _mark(of: Problem, found: Roster, person: int, day: int) -> str:
    """What became of the wishes for a day: leave that was firm, kept, or broken where any was."""
    here = [
        (wish, broken)
        for wish, broken in zip(of.wishes, found.broken, strict=True)
        if wish.person == person and wish.day == day
    ]
    if any(wish.firm and not wish.works and not wish.shift for wish, _ in here):
        return "leave"
    return ("broken" if any(broken for _, broken in here) else "kept") if here else ""


def _by_hour(of: Problem, found: Roster) -> tuple[np.ndarray, np.ndarray]:
    """People needed and on duty, of all skills together, hour by hour of the days planned."""
    hours = range(of.days * DAY_H)
    on_duty = np.zeros(len(hours))
    for row in found.shift:
        for day, number in enumerate(row):
            for hour in range(of.shifts[number].begin, of.shifts[number].end) if number >= 0 else ():
                if day * DAY_H + hour < len(hours):
                    on_duty[day * DAY_H + hour] += of.shifts[number].presence(hour)
    needed = np.zeros(len(hours))
    for (_, hour), people in of.need.items():
        needed[hour] += people
    return needed, on_duty


def _chart(of: Problem, found: Roster, days: Sequence[str]) -> Chart:
    """The same as lines, for days long enough to be read one by one."""
    needed, on_duty = _by_hour(of, found)
    hours = range(of.days * DAY_H)
    labels = [f"{days[hour // DAY_H]} {hour % DAY_H:02d}:00" for hour in hours]
    series = [
        {"name": "needed", "values": needed.tolist(), "steps": True},
        {"name": "on_duty", "values": on_duty.tolist(), "steps": True},
    ]
    return Chart("profile", {"of": "roster", "labels": labels, "series": series})


def _warnings(of: Problem, found: Roster, inputs: Mapping[str, Any], unreached: float) -> list[Note]:
    warnings = []
    if not found.solution.proven:
        warnings.append(
            Note("roster.time_ended", {"seconds": inputs["time_limit"], "gap": found.solution.gap})
        )
    if found.short:
        warnings.append(
            Note("roster.short", {"hours": found.amounts["shortage"], "at": _worst(of, found, inputs)})
        )
    if unreached > 1e-6:
        warnings.append(Note("roster.no_shift_reaches", {"hours": unreached}))
    if any(found.under > 1e-6):
        names = tuple(of.people[n].name for n in np.flatnonzero(found.under > 1e-6))
        warnings.append(Note("roster.under", {"people": names}))
    return warnings


def _worst(of: Problem, found: Roster, inputs: Mapping[str, Any]) -> str:
    (skill, hour), _ = max(found.short.items(), key=lambda each: (each[1], -each[0][1]))
    return f"{day_names(inputs)[hour // DAY_H]} {hour % DAY_H:02d}:00 {skill}".strip()


METHOD = Method("shift_roster", FIELDS, run)
