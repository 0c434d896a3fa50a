"""The roster of least cost: every person's shifts by day, and which skill each serves, by HiGHS.

Variables: x 1 where a person works a shift of a day under a skill; short hours by skill and hour; hours
beyond and below the contract of each person; for fairness the largest and smallest load and number of
unsocial shifts; for each wish whether it is broken. Rules hold strictly; need may fall short at its price, so
a roster always exists once firm demands keep the rules.

Source: Ernst, Jiang, Krishnamoorthy, Sier (2004), doi:10.1016/S0377-2217(03)00095-X; set covering: Dantzig
(1954), doi:10.1287/opre.2.3.339.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from anlan.maths.allocation.integer import WholeSolution, cheapest_cover, least_cost
from anlan.maths.rosters.problem import DAY_H, Problem
from anlan.maths.rosters.rules import rows_of, wish_cells

Floats = NDArray[np.float64]
PARTS = ("shortage", "overtime", "under", "cost", "fairness", "wish")
_TENTH = 10.0


@dataclass(frozen=True, eq=False)
class Roster:
    """shift (people, days): number of the shift, -1 free; skill (people, days): what is served.
    there (skill, hour) -> presence; short (skill, hour) -> people missing where any are.
    amounts: how much of each of `PARTS`; solution: its value, bound and gap."""

    shift: NDArray[np.int64]
    skill: tuple[tuple[str, ...], ...]
    there: dict[tuple[str, int], float]
    short: dict[tuple[str, int], float]
    hours: Floats
    overtime: Floats
    under: Floats
    unsocial: NDArray[np.int64]
    broken: tuple[bool, ...]
    amounts: dict[str, float]
    solution: WholeSolution


@dataclass(eq=False)
class _Model:
    """Rows and columns as they come."""

    cost: list[float] = field(default_factory=list)
    upper: list[float] = field(default_factory=list)
    whole: list[float] = field(default_factory=list)
    at: list[tuple[int, int, float]] = field(default_factory=list)
    least: list[float] = field(default_factory=list)
    most: list[float] = field(default_factory=list)

    def column(self, cost: float, *, upper: float = np.inf, whole: bool = False) -> int:
        self.cost.append(cost)
        self.upper.append(upper)
        self.whole.append(float(whole))
        return len(self.cost) - 1

    def row(self, entries: Sequence[tuple[int, float]], least: float, most: float) -> None:
        self.at += [(len(self.least), column, weight) for column, weight in entries if weight]
        self.least.append(least)
        self.most.append(most)

    def solved(self, *, time_limit_s: float, gap: float) -> WholeSolution:
        rows, columns, weights = zip(*self.at, strict=True)
        matrix = csr_matrix((weights, (rows, columns)), shape=(len(self.least), len(self.cost)))
        return least_cost(self.cost, matrix, self.least, self.most, whole=self.whole, upper=self.upper,
                          time_limit_s=time_limit_s, gap=gap)  # fmt: skip


@dataclass(frozen=True, eq=False)
class _Columns:
    """Where the variables stand. works[p][d, s]: columns of a person, day and shift, one for each skill."""

    works: list[list[list[list[tuple[str, int]]]]]
    short: dict[tuple[str, int], int]
    overtime: list[int]
    under: list[int]
    spread: list[int]
    broken: list[int]


def plan_roster(of: Problem, *, time_limit_s: float = 60.0, gap: float = 0.01) -> Roster:
    """The roster; firm demands must keep the rules (`rules.conflicts` names those that do not).

    Errors: UsageError `allocation.infeasible` where they do not, `allocation.no_time` where no roster was
    found in time.
    """
    model = _Model()
    columns = _columns(of, model)
    for person in range(len(of.people)):
        _person_rows(of, model, columns, person)
    _need_rows(of, model, columns)
    _fairness_rows(of, model, columns)
    _wish_rows(of, model, columns)
    return _read(of, columns, model.solved(time_limit_s=time_limit_s, gap=gap))


def _columns(of: Problem, model: _Model) -> _Columns:
    w = of.weights

    def works(person: int, shift: int) -> list[tuple[str, int]]:
        who, what = of.people[person], of.shifts[shift]
        cost = w.cost * (who.hour_cost * what.paid_h + what.cost)
        return [(skill, model.column(cost, upper=1.0, whole=True)) for skill in of.able(person)]

    return _Columns(
        [
            [[works(person, shift) for shift in range(len(of.shifts))] for _ in range(of.days)]
            for person in range(len(of.people))
        ],
        {key: model.column(w.shortage) for key, people in of.need.items() if people > 0},
        [model.column(w.overtime, upper=who.overtime_h) for who in of.people],
        [model.column(w.under) for _ in of.people],
        [model.column(sign * w.fairness * by) for by in (_TENTH, 1.0) for sign in (1.0, -1.0)],
        [model.column(w.wish * wish.weight, upper=1.0) for wish in of.wishes],
    )


def _spelt(columns: _Columns, person: int, cells: Floats) -> list[tuple[int, float]]:
    """Weights over (day, shift) as entries over all skills."""
    return [
        (column, float(cells[day, shift]))
        for day, of_day in enumerate(columns.works[person])
        for shift, skills in enumerate(of_day)
        if cells[day, shift]
        for _, column in skills
    ]


def _paid(of: Problem) -> Floats:
    return np.tile([shift.paid_h for shift in of.shifts], (of.days, 1))


def _person_rows(of: Problem, model: _Model, columns: _Columns, person: int) -> None:
    for row in rows_of(of, person):
        model.row(_spelt(columns, person, row.weights), row.least if row.least else -np.inf, row.most)
    who, hours = of.people[person], _spelt(columns, person, _paid(of))
    model.row([*hours, (columns.overtime[person], -1.0)], -np.inf, who.most_h)
    model.row([*hours, (columns.under[person], 1.0)], who.least_h, np.inf)


def _need_rows(of: Problem, model: _Model, columns: _Columns) -> None:
    at: dict[tuple[str, int], list[tuple[int, float]]] = {}
    for by_day in columns.works:
        for day, by_shift in enumerate(by_day):
            for shift, skills in enumerate(by_shift):
                what = of.shifts[shift]
                for hour in range(what.begin, what.end):
                    for skill, column in skills:
                        at.setdefault((skill, day * DAY_H + hour), []).append((column, what.presence(hour)))
    for key, column in columns.short.items():
        model.row([*at.get(key, []), (column, 1.0)], of.need[key], np.inf)


def _fairness_rows(of: Problem, model: _Model, columns: _Columns) -> None:
    """Largest and smallest share of the contract, then of unsocial shifts."""
    unsocial = np.tile([float(shift.unsocial) for shift in of.shifts], (of.days, 1))
    loads: tuple[Callable[[int], Floats], ...] = (
        lambda person: _paid(of) / max(1.0, of.people[person].most_h),
        lambda person: unsocial,
    )
    for number, load in enumerate(loads):
        largest, smallest = columns.spread[2 * number : 2 * number + 2]
        model.row([(largest, 1.0), (smallest, -1.0)], 0.0, np.inf)
        for person in range(len(of.people)):
            entries = _spelt(columns, person, load(person))
            model.row([*entries, (largest, -1.0)], -np.inf, 0.0)
            model.row([*entries, (smallest, -1.0)], 0.0, np.inf)


def _wish_rows(of: Problem, model: _Model, columns: _Columns) -> None:
    for wish, broken in zip(of.wishes, columns.broken, strict=True):
        entries = _spelt(columns, wish.person, wish_cells(of, wish))
        if wish.works:
            model.row([*entries, (broken, 1.0)], 1.0, np.inf)
        else:
            model.row([*entries, (broken, -1.0)], -np.inf, 0.0)


def _read(of: Problem, columns: _Columns, found: WholeSolution) -> Roster:
    x = found.x
    shift = np.full((len(of.people), of.days), -1, dtype=np.int64)
    skill = [[""] * of.days for _ in of.people]
    there = dict.fromkeys(of.need, 0.0)
    for person, by_day in enumerate(columns.works):
        for day, by_shift in enumerate(by_day):
            for number, skills in enumerate(by_shift):
                for served in (name for name, column in skills if x[column] > 0.5):
                    shift[person, day], skill[person][day] = number, served
                    _count(of, there, served, day, number)
    missing = {key: people - there[key] for key, people in of.need.items() if people - there[key] > 1e-6}
    hours = _hours(of, shift)
    unsocial = np.array([sum(of.shifts[n].unsocial for n in row if n >= 0) for row in shift], dtype=np.int64)
    overtime = np.maximum(0.0, hours - [who.most_h for who in of.people])
    under = np.maximum(0.0, [who.least_h for who in of.people] - hours)
    broken = tuple(bool(_is_broken(of, shift, n)) for n in range(len(of.wishes)))
    amounts = _amounts(of, shift, hours, unsocial)
    amounts |= {
        "shortage": sum(missing.values()),
        "overtime": float(overtime.sum()),
        "under": float(under.sum()),
    }
    amounts["wish"] = sum(wish.weight for wish, lost in zip(of.wishes, broken, strict=True) if lost)
    return Roster(shift, tuple(map(tuple, skill)), there, missing, hours, overtime, under, unsocial, broken,
                  amounts, found)  # fmt: skip


def _count(of: Problem, there: dict[tuple[str, int], float], skill: str, day: int, number: int) -> None:
    what = of.shifts[number]
    for hour in range(what.begin, what.end):
        key = (skill, day * DAY_H + hour)
        if key in there:
            there[key] += what.presence(hour)


def _hours(of: Problem, shift: NDArray[np.int64]) -> Floats:
    paid = np.array([*(each.paid_h for each in of.shifts), 0.0])
    return np.asarray(paid[shift].sum(axis=1))


def _is_broken(of: Problem, shift: NDArray[np.int64], number: int) -> bool:
    wish = of.wishes[number]
    worked = shift[wish.person, wish.day]
    done = worked >= 0 and (not wish.shift or of.shifts[worked].name == wish.shift)
    return bool(done) != wish.works


def _amounts(
    of: Problem, shift: NDArray[np.int64], hours: Floats, unsocial: NDArray[np.int64]
) -> dict[str, float]:
    share = hours / [max(1.0, who.most_h) for who in of.people]
    extra = sum(of.shifts[n].cost for n in shift.ravel() if n >= 0)
    return {
        "cost": float(hours @ [who.hour_cost for who in of.people] + extra),
        "fairness": float(_TENTH * np.ptp(share) + np.ptp(unsocial)),
    }


def weight_of(of: Problem, part: str) -> float:
    """What one unit of a part costs."""
    return float(getattr(of.weights, part))


def shift_counts(of: Problem, *, time_limit_s: float = 30.0) -> tuple[NDArray[np.int64], float]:
    """How many of each shift cover the need of all skills together, people aside: (days, shifts), and the
    person-hours that stay short. The fewest paid hours among the plans with least shortage."""
    hours = of.days * DAY_H
    need, n = np.zeros(hours), len(of.shifts)
    for (_, hour), people in of.need.items():
        need[hour] += people
    covers = np.zeros((hours, of.days * n))
    for day in range(of.days):
        for at, shift in enumerate(of.shifts):
            for hour in range(shift.begin, min(shift.end, hours - day * DAY_H)):
                covers[day * DAY_H + hour, day * n + at] = shift.presence(hour)
    asked = need > 0
    if not asked.any():
        return np.zeros((of.days, n), dtype=np.int64), 0.0
    cost = np.tile([shift.paid_h for shift in of.shifts], of.days)
    dear = float(10.0 * cost.max())
    found, short = cheapest_cover(
        covers[asked], need[asked], cost, shortage_cost=dear, time_limit_s=time_limit_s
    )
    return found.x[: of.days * n].astype(np.int64).reshape(of.days, n), float(short.sum())
