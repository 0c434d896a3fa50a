"""The rules of work of one person as linear rows over (day, shift), each under the name of its rule."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from anlan.domain.errors import UsageError
from anlan.maths.allocation.integer import least_cost
from anlan.maths.rosters.problem import DAY_H, Problem, Wish

Floats = NDArray[np.float64]
RULES = ("one_a_day", "rest", "in_row", "hours", "free_days")


@dataclass(frozen=True, eq=False)
class Row:
    """weights (days, shifts) @ x at most `most`, at least `least`. rule: its name, `wish` of a wish."""

    rule: str
    weights: Floats
    least: float
    most: float
    wish: Wish | None = None


def rows_of(of: Problem, person: int) -> Iterator[Row]:
    """Every rule that a person's roster keeps, overtime counted as allowed."""
    who, days, shifts = of.people[person], of.days, of.shifts
    for day in range(days):
        yield Row("one_a_day", _cells(of, (day, day + 1)), 0.0, 1.0)
    yield from _rest(of)
    for first in range(days - who.most_in_row):
        yield Row("in_row", _cells(of, (first, first + who.most_in_row + 1)), 0.0, float(who.most_in_row))
    hours = np.tile([shift.paid_h for shift in shifts], (days, 1))
    yield Row("hours", hours, 0.0, who.most_h + who.overtime_h)
    if who.free_days:
        yield Row("free_days", np.ones((days, len(shifts))), 0.0, float(max(0, days - who.free_days)))
    for wish in of.wishes:
        if wish.firm and wish.person == person:
            yield Row("wish", wish_cells(of, wish), float(wish.works), np.inf if wish.works else 0.0, wish)


def _cells(of: Problem, days: tuple[int, int]) -> Floats:
    cells = np.zeros((of.days, len(of.shifts)))
    cells[days[0] : days[1]] = 1.0
    return cells


def _rest(of: Problem) -> Iterator[Row]:
    """After a shift, those of the next day (or the one after) that begin too soon are closed."""
    for day in range(of.days - 1):
        for at, shift in enumerate(of.shifts):
            for later in (1, 2):
                soon = [
                    n
                    for n, other in enumerate(of.shifts)
                    if other.begin + later * DAY_H - shift.end < of.rest_h
                ]
                if soon and day + later < of.days:
                    cells = np.zeros((of.days, len(of.shifts)))
                    cells[day, at] = 1.0
                    cells[day + later, soon] = 1.0
                    yield Row("rest", cells, 0.0, 1.0)


def wish_cells(of: Problem, wish: Wish) -> Floats:
    """1 where the wish speaks of: a shift of a day, or all of them."""
    cells = np.zeros((of.days, len(of.shifts)))
    for n, shift in enumerate(of.shifts):
        if not wish.shift or shift.name == wish.shift:
            cells[wish.day, n] = 1.0
    return cells


@dataclass(frozen=True)
class Conflict:
    """A smallest set of firm demands and rules of a person that cannot all hold: take any away and the rest
    can. rules: names from `RULES`."""

    person: int
    wishes: tuple[Wish, ...]
    rules: tuple[str, ...]


def conflicts(of: Problem) -> list[Conflict]:
    """Of each person whose firm demands contradict the rules, one smallest contradiction.

    Need is never firm (a shortage is counted), so people do not stand in each other's way: each is looked at
    alone, and what the contradiction does not need is taken away one by one (a deletion filter).
    """
    found = []
    for person in range(len(of.people)):
        rows = list(rows_of(of, person))
        if any(row.rule == "wish" for row in rows) and not _possible(of, rows):
            found.append(_smallest(of, person, rows))
    return found


def _smallest(of: Problem, person: int, rows: list[Row]) -> Conflict:
    for key in dict.fromkeys(_key(row) for row in rows):
        rest = [row for row in rows if _key(row) != key]
        if not _possible(of, rest):
            rows = rest
    return Conflict(
        person,
        tuple(row.wish for row in rows if row.wish is not None),
        tuple(rule for rule in RULES if any(row.rule == rule for row in rows)),
    )


def _key(row: Row) -> object:
    """What is taken away at once: all rows of a rule, or one wish."""
    return row.wish if row.wish is not None else row.rule


def _possible(of: Problem, rows: list[Row]) -> bool:
    if not rows:
        return True
    n = of.days * len(of.shifts)
    try:
        least_cost(np.zeros(n), np.array([row.weights.ravel() for row in rows]), [row.least for row in rows],
                   [row.most for row in rows], whole=np.ones(n), upper=np.ones(n))  # fmt: skip
    except UsageError as refused:
        if refused.code == "allocation.infeasible":
            return False
        raise
    return True
