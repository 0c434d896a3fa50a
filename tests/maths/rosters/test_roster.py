"""Rosters keep every rule, cost what enumeration finds, and contradictions are the smallest."""

import itertools
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anlan.domain.errors import UsageError
from anlan.maths.rosters.problem import DAY_H, Person, Problem, Shift, Weights, Wish
from anlan.maths.rosters.roster import PARTS, Roster, plan_roster, shift_counts, weight_of
from anlan.maths.rosters.rules import conflicts, rows_of

EARLY, LATE, NIGHT = Shift("E", 6, 14), Shift("L", 14, 22), Shift("N", 22, 30, unsocial=True)


def _person(name: str, **changed: Any) -> Person:
    return Person(name, **{"skills": frozenset(), "least_h": 0.0, "most_h": 40.0, **changed})


def _need(days: int, shifts: tuple[Shift, ...], people: int, skill: str = "") -> dict[tuple[str, int], float]:
    return {
        (skill, day * DAY_H + hour): float(people)
        for day in range(days)
        for shift in shifts
        for hour in range(shift.begin, min(shift.end, (days - day) * DAY_H))
    }


def _problem(**changed: Any) -> Problem:
    given: dict[str, Any] = {
        "people": (_person("a"), _person("b")), "shifts": (EARLY, LATE), "days": 2,
        "need": _need(2, (EARLY,), 1), "wishes": (), "rest_h": 11.0, "weights": Weights(),
    }  # fmt: skip
    return Problem(**{**given, **changed})


@st.composite
def problems(draw: st.DrawFn) -> Problem:
    days = draw(st.integers(1, 2))
    people = tuple(
        _person(str(n), skills=frozenset(draw(st.sets(st.sampled_from("xy")))),
                least_h=draw(st.sampled_from([0.0, 8.0])), most_h=draw(st.sampled_from([8.0, 16.0])),
                overtime_h=draw(st.sampled_from([0.0, 8.0])), most_in_row=draw(st.integers(1, 2)))
        for n in range(2)
    )  # fmt: skip
    shifts = (EARLY, draw(st.sampled_from([LATE, NIGHT])))
    need = _need(days, shifts, draw(st.integers(0, 2)), draw(st.sampled_from(["", "x"])))
    need |= _need(days, (EARLY,), draw(st.integers(0, 2)), "y")
    wish = st.builds(Wish, st.integers(0, 1), st.integers(0, days - 1), st.sampled_from(["", "E"]),
                     st.booleans(), st.just(False), st.sampled_from([1.0, 5.0]))  # fmt: skip
    weights = Weights(20.0, 3.0, 2.0, 0.5, 1.5, 4.0)
    return _problem(people=people, shifts=shifts, days=days, need=need, weights=weights,
                    wishes=tuple(draw(st.lists(wish, max_size=2))))  # fmt: skip


def _cost(of: Problem, plan: tuple[Any, ...]) -> float:
    """Written anew from the words of the weights: plan[p][d] = None or (shift, skill)."""
    w, there = of.weights, dict.fromkeys(of.need, 0.0)
    hours, unsocial = [], []
    for row in plan:
        done = [cell for cell in row if cell]
        hours.append(sum(of.shifts[s].paid_h for s, _ in done))
        unsocial.append(sum(of.shifts[s].unsocial for s, _ in done))
        for day, cell in enumerate(row):
            for hour in range(of.shifts[cell[0]].begin, of.shifts[cell[0]].end) if cell else ():
                if (cell[1], day * DAY_H + hour) in there:
                    there[cell[1], day * DAY_H + hour] += 1
    total = w.shortage * sum(max(0.0, n - there[key]) for key, n in of.need.items())
    for who, h in zip(of.people, hours, strict=True):
        total += w.overtime * max(0.0, h - who.most_h) + w.under * max(0.0, who.least_h - h)
    shares = [h / who.most_h for who, h in zip(of.people, hours, strict=True)]
    total += w.fairness * (10 * (max(shares) - min(shares)) + max(unsocial) - min(unsocial))
    for wish in of.wishes:
        cell = plan[wish.person][wish.day]
        done = bool(cell) and (not wish.shift or of.shifts[cell[0]].name == wish.shift)
        total += w.wish * wish.weight * (done != wish.works)
    return total


def _keeps(of: Problem, person: int, row: tuple[Any, ...]) -> bool:
    worked = [day for day, cell in enumerate(row) if cell]
    who = of.people[person]
    hours = sum(of.shifts[row[day][0]].paid_h for day in worked)
    rested = all(
        of.shifts[row[b][0]].begin + 24 * (b - a) - of.shifts[row[a][0]].end >= of.rest_h
        for a, b in itertools.pairwise(worked)
    )
    run = max((len(list(g)) for k, g in itertools.groupby(row, key=bool) if k), default=0)
    return rested and hours <= who.most_h + who.overtime_h and run <= who.most_in_row


@given(problems())
@settings(max_examples=25, deadline=None)
def test_a_roster_costs_what_the_best_of_all_costs(of: Problem) -> None:
    by_person = []
    for person in range(2):
        cells = [None, *itertools.product(range(2), of.able(person))]
        rows = itertools.product(cells, repeat=of.days)
        by_person.append([row for row in rows if _keeps(of, person, row)])
    best = min(_cost(of, plan) for plan in itertools.product(*by_person))
    found = plan_roster(of, gap=0.0)
    assert found.solution.value == pytest.approx(best, abs=1e-5)
    said = sum(weight_of(of, part) * found.amounts[part] for part in PARTS if part != "cost")
    assert said == pytest.approx(best, abs=1e-5)


def _checked(of: Problem, found: Roster) -> None:
    for person in range(len(of.people)):
        cells = np.zeros((of.days, len(of.shifts)))
        for day, number in enumerate(found.shift[person]):
            if number >= 0:
                cells[day, number] = 1
        for row in rows_of(of, person):
            assert row.least - 1e-9 <= float((row.weights * cells).sum()) <= row.most + 1e-9, row.rule


def test_a_week_of_three_shifts_keeps_every_rule_and_shares_the_nights() -> None:
    people = tuple(_person(f"p{n}", free_days=2, most_in_row=5) for n in range(5))
    shifts = (EARLY, LATE, NIGHT)
    of = _problem(people=people, shifts=shifts, days=7, need=_need(7, shifts, 1))
    found = plan_roster(of, time_limit_s=20, gap=0.02)
    _checked(of, found)
    assert not found.short
    assert int(np.ptp(found.unsocial)) <= 1
    assert found.solution.value >= found.solution.bound - 1e-9


def test_a_break_leaves_a_gap_that_somebody_else_fills() -> None:
    lunch = Shift("D", 8, 16, break_at=12, break_h=1.0)
    need = {("", hour): 1.0 for hour in range(8, 16)}
    alone = plan_roster(_problem(people=(_person("a"),), shifts=(lunch,), days=1, need=need))
    assert alone.short == {("", 12): 1.0}
    assert alone.hours.tolist() == [7.0]
    later = Shift("S", 12, 20)
    both = plan_roster(_problem(shifts=(lunch, later), days=1, need=need))
    assert not both.short


def test_one_person_serves_one_skill_at_a_time() -> None:
    need = _need(1, (EARLY,), 1, "x") | _need(1, (EARLY,), 1, "y")
    both = _person("a", skills=frozenset("xy"))
    found = plan_roster(_problem(people=(both,), days=1, need=need))
    assert sum(found.short.values()) == pytest.approx(8.0)


def test_firm_demands_that_contradict_are_named_and_no_others() -> None:
    late = Wish(0, 0, "L", True, True)
    early = Wish(0, 1, "E", True, True)
    other = Wish(0, 1, "L", False, True)
    of = _problem(wishes=(late, early, other))
    (conflict,) = conflicts(of)
    assert set(conflict.wishes) == {late, early}
    assert conflict.rules == ("rest",)
    with pytest.raises(UsageError, match=r"allocation\.infeasible"):
        plan_roster(of)
    assert not conflicts(_problem(wishes=(late, other)))


def test_too_many_firm_days_contradict_the_hours() -> None:
    wishes = tuple(Wish(0, day, "E", True, True) for day in range(2))
    (conflict,) = conflicts(_problem(people=(_person("a", most_h=8.0), _person("b")), wishes=wishes))
    assert conflict.rules == ("hours",)
    assert len(conflict.wishes) == 2


def test_shift_counts_cover_without_people_and_say_what_no_shift_reaches() -> None:
    counts, short = shift_counts(_problem(need=_need(2, (EARLY, LATE), 3)))
    assert counts.tolist() == [[3, 3], [3, 3]]
    assert short == 0.0
    _, missing = shift_counts(_problem(need={("", 3): 2.0}))
    assert missing == 2.0
