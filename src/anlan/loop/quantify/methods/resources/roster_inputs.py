"""What a roster is asked, as a user writes it: people, shifts, need by hour and skill, wishes, weights."""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import fields
from typing import Any

from anlan.domain.method import Field
from anlan.loop.quantify.methods.faults import Faults
from anlan.loop.quantify.methods.names import numbered, place
from anlan.loop.quantify.methods.resources.clock import day_after
from anlan.maths.rosters.problem import DAY_H, Person, Problem, Shift, Weights, Wish

MOST_DAYS, MOST_PEOPLE, _MOST_CELLS = 35, 80, 12_000
_HOURS = 10_000.0
FIELDS = (
    Field("days", "integer", low=1, high=MOST_DAYS),
    Field("start", "text", default=""),
    Field(
        "shifts",
        "table",
        most=20,
        columns=(
            Field("name", "text"),
            Field("from_hour", "integer", low=0, high=23),
            Field("to_hour", "integer", low=1, high=47),
            Field("break_at", "integer", default=None, low=0, high=46),
            Field("break_min", "number", default=60.0, low=0, high=60, unit="minute"),
            Field("unsocial", "flag", default=False),
            Field("cost", "number", default=0.0, low=0, high=1e6),
        ),
    ),
    Field(
        "people",
        "table",
        most=MOST_PEOPLE,
        columns=(
            Field("name", "text"),
            Field("skills", "text", default=""),
            Field("least_hours", "number", default=0.0, low=0, high=_HOURS, unit="hour"),
            Field("most_hours", "number", low=0, high=_HOURS, unit="hour"),
            Field("overtime", "number", default=0.0, low=0, high=_HOURS, unit="hour"),
            Field("days_in_row", "integer", default=6, low=1, high=MOST_DAYS),
            Field("free_days", "integer", default=0, low=0, high=MOST_DAYS),
            Field("hour_cost", "number", default=0.0, low=0, high=1e6),
        ),
    ),
    Field(
        "need",
        "table",
        default=(),
        least=0,
        most=2_000,
        columns=(
            Field("skill", "text", default=""),
            Field("first_day", "integer", default=1, low=1, high=MOST_DAYS),
            Field("last_day", "integer", default=None, low=1, high=MOST_DAYS),
            Field("from_hour", "integer", low=0, high=23),
            Field("to_hour", "integer", low=1, high=24),
            Field("people", "integer", low=0, high=1_000),
        ),
    ),
    Field("hourly", "numbers", default=(), least=0, low=0, high=1_000, most=MOST_DAYS * DAY_H),
    Field(
        "wishes",
        "table",
        default=(),
        least=0,
        most=1_000,
        columns=(
            Field("person", "text", names=("people",)),
            Field("day", "integer", low=1, high=MOST_DAYS),
            Field("shift", "text", default="", names=("shifts",)),
            Field("wish", "choice", default="free", choices=("work", "free")),
            Field("firm", "flag", default=False),
            Field("weight", "number", default=1.0, low=0, high=1_000),
        ),
    ),
    Field("rest", "number", default=11.0, low=0, high=24, unit="hour"),
    Field(
        "weights",
        "record",
        default=None,
        columns=tuple(
            Field(each.name, "number", default=each.default, low=0, high=1e4) for each in fields(Weights)
        ),
    ),
    Field("gap", "number", default=0.02, low=0, high=1),
    Field("time_limit", "number", default=30.0, low=1, high=600, unit="second"),
)  # fmt: skip


def read_problem(inputs: Mapping[str, Any]) -> Problem:
    """The problem. Errors: RefusedInputs with every fault, each at its place."""
    faults = Faults()
    shifts = numbered(inputs["shifts"], "shifts", faults)
    people = numbered(inputs["people"], "people", faults)
    need = _need(inputs, faults)
    wishes = tuple(_wish(row, n, inputs["days"], (people, shifts), faults)
                   for n, row in enumerate(inputs["wishes"], start=1))  # fmt: skip
    known = {skill for row in inputs["people"] for skill in skills_of(row["skills"])}
    for n, row in enumerate(inputs["need"], start=1):
        if row["skill"] and row["skill"] not in known:
            faults.add("roster.nobody_can", where=f"need[{n}].skill", found=row["skill"])
    read_shifts = tuple(_shift(row, n, faults) for n, row in enumerate(inputs["shifts"], start=1))
    read_people = tuple(_person(row, n, faults) for n, row in enumerate(inputs["people"], start=1))
    cells = len(people) * len(shifts) * inputs["days"] * max(1, len({skill for skill, _ in need}))
    if cells > _MOST_CELLS:
        faults.add("roster.too_large", where="people", found=cells, most=_MOST_CELLS)
    _date(inputs["start"], faults)
    faults.raise_any()
    weights = Weights(**inputs["weights"]) if inputs["weights"] else Weights()
    return Problem(read_people, read_shifts, inputs["days"], need, wishes, inputs["rest"], weights)


def skills_of(text: str) -> frozenset[str]:
    """Skills written with commas between them, of either kind."""
    parts = text.replace("，", ",").replace("、", ",").replace(";", ",").split(",")
    return frozenset(part.strip() for part in parts if part.strip())


def _shift(row: Mapping[str, Any], number: int, faults: Faults) -> Shift:
    begin, end, pause = row["from_hour"], row["to_hour"], row["break_at"]
    if not begin < end <= begin + DAY_H:
        faults.add("roster.shift", where=f"shifts[{number}].to_hour", found=end, begin=begin)
    if pause is not None and not begin <= pause < end:
        faults.add("roster.break", where=f"shifts[{number}].break_at", found=pause, begin=begin, end=end)
    length = 0.0 if pause is None else row["break_min"] / 60.0
    return Shift(row["name"], begin, end, pause, length, row["unsocial"], row["cost"])


def _person(row: Mapping[str, Any], number: int, faults: Faults) -> Person:
    if row["least_hours"] > row["most_hours"]:
        faults.add("roster.hours", where=f"people[{number}].least_hours", found=row["least_hours"],
                   most=row["most_hours"])  # fmt: skip
    return Person(row["name"], skills_of(row["skills"]), row["least_hours"], row["most_hours"],
                  row["overtime"], row["days_in_row"], row["free_days"], row["hour_cost"])  # fmt: skip


def _need(inputs: Mapping[str, Any], faults: Faults) -> dict[tuple[str, int], float]:
    """People by skill and hour; rows add up. Hourly numbers are of one day, which repeats, or of all days."""
    need: dict[tuple[str, int], float] = {}
    days, hourly = inputs["days"], inputs["hourly"]
    for number, row in enumerate(inputs["need"], start=1):
        last = days if row["last_day"] is None else row["last_day"]
        if not row["first_day"] <= last <= days or row["from_hour"] >= row["to_hour"]:
            faults.add("roster.need", where=f"need[{number}]", days=days)
            continue
        for day in range(row["first_day"] - 1, last):
            for hour in range(row["from_hour"], row["to_hour"]):
                key = (row["skill"], day * DAY_H + hour)
                need[key] = need.get(key, 0.0) + row["people"]
    if hourly and len(hourly) not in (DAY_H, days * DAY_H):
        faults.add("roster.hourly", where="hourly", found=len(hourly), all=days * DAY_H)
    elif hourly:
        for hour in range(days * DAY_H):
            key = ("", hour)
            need[key] = need.get(key, 0.0) + hourly[hour % len(hourly)]
    if not any(need.values()):
        faults.add("roster.no_need", where="need")
    return {key: people for key, people in need.items() if people > 0}


def _wish(
    row: Mapping[str, Any], number: int, days: int, known: Sequence[Mapping[str, int]], faults: Faults
) -> Wish:
    where = f"wishes[{number}]"
    person = place(row["person"], known[0], f"{where}.person", faults)
    if row["shift"]:
        place(row["shift"], known[1], f"{where}.shift", faults)
    if row["day"] > days:
        faults.add("roster.day", where=f"{where}.day", found=row["day"], days=days)
    return Wish(person or 0, row["day"] - 1, row["shift"], row["wish"] == "work", row["firm"], row["weight"])


def _date(text: str, faults: Faults) -> None:
    if text:
        try:
            datetime.date.fromisoformat(text)
        except ValueError:
            faults.add("forecast.date", where="start", found=text[:60])


def day_names(inputs: Mapping[str, Any]) -> tuple[str, ...]:
    """`03-30` where the first day is known, else `D1`."""
    if not inputs["start"]:
        return tuple(f"D{n}" for n in range(1, inputs["days"] + 1))
    first = datetime.date.fromisoformat(inputs["start"])
    return tuple(day_after(first, n).strftime("%m-%d") for n in range(inputs["days"]))


def weekdays_of(inputs: Mapping[str, Any]) -> tuple[int, ...]:
    """1 (Monday) to 7 of each day; none where the first day is not known."""
    if not inputs["start"]:
        return ()
    first = datetime.date.fromisoformat(inputs["start"])
    return tuple(day_after(first, n).isoweekday() for n in range(inputs["days"]))
