"""Operators that change who is there: more people, at other hours, moved, able to do more, faster."""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

from anlan.loop.improve.designs.drafts import Draft, Row, joined
from anlan.loop.improve.designs.work import tasks

Change = Mapping[str, Any]
_DAYS, _MINUTES = 7, 1440
_ORDERS = {"shortest_first": "shortest", "due_first": "due", "random": "random"}
_HOURS = ("first_day", "last_day", "from_hour", "to_hour")
WEEKS_A_YEAR = 365.25 / 7


def staff(draft: Draft, change: Change) -> None:
    """`people` more (fewer, where negative) in a pool: always when it has people, or at the hours given."""
    pool = draft.row("pools", change["pool"], "pool")
    _more(draft, pool, change["people"], change)


def move_people(draft: Draft, change: Change) -> None:
    """`people` from one pool to another."""
    pool, other = draft.row("pools", change["pool"], "pool"), draft.row("pools", change["to_pool"], "to_pool")
    if pool is other:
        raise draft.refused("same_pool", "to_pool", found=pool["name"])
    if change["people"] < 0:
        raise draft.refused("outside", "people", found=change["people"], limits="[0, 100000]")
    _more(draft, pool, -change["people"], change)
    _more(draft, other, change["people"], change)


def cross_train(draft: Draft, change: Change) -> None:
    """The people of one more pool can do the steps, after those who do them now."""
    pool = draft.row("pools", change["pool"], "pool")["name"]
    for row in tasks(draft, change):
        now = draft.pools_of(row)
        if not now:
            raise draft.refused("nobody_waits", "steps", found=row["name"])
        cannot = [each for each in draft.inputs.get("skills") or () if each["speed"] == 0.0
                  and (each["pool"], each["step"]) == (pool, row["name"])]  # fmt: skip
        if pool in now and not cannot:
            raise draft.refused("already_can", "pool", found=pool, step=row["name"])
        if cannot:
            draft.inputs["skills"] = [each for each in draft.rows("skills") if each not in cannot]
        row["pool"] = joined([*(name for name in now if name != pool), pool])


def train(draft: Draft, change: Change) -> None:
    """The people of a pool work `factor` times as fast."""
    if change["factor"] <= 0.0:
        raise draft.refused("outside", "factor", found=change["factor"], limits="(0, 1000]")
    pool = draft.row("pools", change["pool"], "pool")
    pool["speed"] = (1.0 if pool.get("speed") is None else pool["speed"]) * change["factor"]


def dispatch(draft: Draft, change: Change) -> None:
    """Who of the line is served first: who waits longest, who came last, or by work, promise or chance."""
    pool = draft.row("pools", change["pool"], "pool")
    pool["newest_first"] = change["rule"] == "newest_first"
    pool["order"] = _ORDERS.get(change["rule"], "arrival")


def yearly_of(inputs: Mapping[str, Any], change: Change) -> float | None:
    """What the people of a change cost a year by the hour of their pools; None where no pool has a cost."""
    rates = {pool["name"]: float(pool.get("cost_per_hour") or 0.0) for pool in inputs.get("pools") or ()}
    if change["operator"] not in ("staff", "move_people") or not rates.get(change["pool"]):
        return None
    draft = Draft(inputs)
    hours = _hours_a_week(draft, draft.row("pools", change["pool"], "pool"), change)
    more = rates[change["pool"]] if change["operator"] == "staff" else 0.0
    if change["operator"] == "move_people":
        more = rates.get(change["to_pool"], 0.0) - rates[change["pool"]]
    return more * int(change["people"]) * hours * WEEKS_A_YEAR


def _hours_a_week(draft: Draft, pool: Row, change: Change) -> float:
    """Hours a week that the people of the change are there."""
    there = people_there(draft, pool)
    return sum(sum(1 for n in day if n > 0) for day in _where(change, there)) / 60.0


def _where(change: Change, there: list[list[int]]) -> list[list[int]]:
    """Who is there by day and minute; where hours are given, one each inside them."""
    if all(change[name] is None for name in _HOURS):
        return there
    days, begin, end = _window(change)
    return [[1] * (end - begin) for _ in days]


def _window(change: Change) -> tuple[range, int, int]:
    """Days from 0, minute from, minute to."""
    first, last = int(change["first_day"] or 1), int(change["last_day"] or _DAYS)
    begin = 0.0 if change["from_hour"] is None else change["from_hour"]
    end = 24.0 if change["to_hour"] is None else change["to_hour"]
    return range(first - 1, last), round(begin * 60), round(end * 60)


def _more(draft: Draft, pool: Row, people: int, change: Change) -> None:
    shifts = [row for row in draft.inputs.get("shifts") or () if row["pool"] == pool["name"]]
    timed = any(change[name] is not None for name in _HOURS)
    if people == 0:
        return
    if not timed and not shifts:
        pool["people"] = (1 if pool.get("people") is None else pool["people"]) + people
        if pool["people"] < 1:
            raise draft.refused("nobody_left", "people", found=people, pool=pool["name"])
        return
    there = people_there(draft, pool)
    days, begin, end = _window(change)
    if begin >= end or not len(days):
        raise draft.refused("no_hours", "to_hour", found=end / 60)
    for day in days:
        for minute in range(begin, end):
            if timed or there[day][minute] > 0:
                there[day][minute] += people
    if min(min(day) for day in there) < 0 or not any(n for day in there for n in day):
        raise draft.refused("nobody_left", "people", found=people, pool=pool["name"])
    put_there(draft, pool, there)


def put_there(draft: Draft, pool: Row, there: Sequence[Sequence[int]]) -> None:
    """Shifts of the pool that put so many people there by day and minute, in the place of those it has."""
    rows = _rows_of(pool["name"], there)
    kept = [row for row in draft.rows("shifts") if row["pool"] != pool["name"]]
    at = next((n for n, row in enumerate(draft.rows("shifts")) if row["pool"] == pool["name"]), len(kept))
    draft.inputs["shifts"] = [*kept[:at], *rows, *kept[at:]]


def people_there(draft: Draft, pool: Row) -> list[list[int]]:
    """People there by day of the week and minute of the day."""
    shifts = [row for row in draft.inputs.get("shifts") or () if row["pool"] == pool["name"]]
    if not shifts:
        people = 1 if pool.get("people") is None else pool["people"]
        return [[people] * _MINUTES for _ in range(_DAYS)]
    there = [[0] * _MINUTES for _ in range(_DAYS)]
    for row in shifts:
        days, begin, end = _window({name: row.get(name) for name in _HOURS})
        for day in days:
            for minute in range(begin, end):
                there[day][minute] += row["people"]
    return there


def _rows_of(pool: str, there: Sequence[Sequence[int]]) -> list[Row]:
    """Shifts that put exactly these people there: one row for each run of minutes, days alike together."""
    runs = [_runs(day) for day in there]
    rows: list[Row] = []
    first = 0
    while first < _DAYS:
        last = first
        while last + 1 < _DAYS and runs[last + 1] == runs[first]:
            last += 1
        rows += [
            {"pool": pool, "first_day": first + 1, "last_day": last + 1, "from_hour": begin / 60,
             "to_hour": end / 60, "people": people}
            for begin, end, people in runs[first]
        ]  # fmt: skip
        first = last + 1
    return rows


def _runs(day: Sequence[int]) -> list[tuple[int, int, int]]:
    """From minute, to minute, people: where people are there."""
    borders = [0, *(m for m in range(1, _MINUTES) if day[m] != day[m - 1]), _MINUTES]
    return [(a, b, day[a]) for a, b in pairwise(borders) if day[a] > 0]
