"""The operator that gives a pool the people of a staffing plan or a roster, interval by interval of a week.

`there` holds people at work in intervals of equal length: one for the whole week, 24 by hour of the day, or
168 by hour of the week from Monday 0:00, or as many times 168 as fit an hour in whole minutes. A fraction is
people for a part of the interval: 3.5 people of an hour are 4 in its first half and 3 in its second, so the
hours of people are kept to the minute. That is also how the breaks of several people come out when they are
taken one after the other.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from anlan.loop.improve.designs.drafts import Draft
from anlan.loop.improve.designs.people import WEEKS_A_YEAR, people_there, put_there
from anlan.loop.quantify.methods.process.process_hours import HOURS

_DAYS, _DAY_MIN, _HOUR_MIN = 7, 1440, 60
_WEEK_MIN = _DAYS * _DAY_MIN


def schedule(draft: Draft, change: Mapping[str, Any]) -> None:
    """The people of a pool as planned, in the place of those it has.

    Errors: RefusedInput `designs.intervals`, `designs.nobody_planned`.
    """
    pool = draft.row("pools", change["pool"], "pool")
    if not fits(len(change["there"])):
        raise draft.refused("intervals", "there", found=len(change["there"]))
    week = minutes_of(change["there"])
    if not any(week):
        raise draft.refused("nobody_planned", "there", pool=pool["name"])
    put_there(draft, pool, [week[day * _DAY_MIN : (day + 1) * _DAY_MIN] for day in range(_DAYS)])


def fits(intervals: int) -> bool:
    """Whether so many intervals of whole minutes make a week, a day of hours, or stand for all hours."""
    return intervals in (1, 24) or (intervals > 0 and intervals % HOURS == 0 and not _WEEK_MIN % intervals)


def minutes_of(there: Sequence[float]) -> list[int]:
    """People there in every minute of the week; the minutes of an interval add up to its people times its
    length, rounded to a minute. there: as many as `fits` allows."""
    whole = [float(people) for people in there] * (HOURS // len(there) if len(there) <= 24 else 1)
    length = _WEEK_MIN // len(whole)
    week: list[int] = []
    for people in whole:
        least, more = divmod(round(people * length), length)
        week += [least + 1] * more + [least] * (length - more)
    return week


def hours_a_week(there: Sequence[float]) -> float:
    """Hours of people a week."""
    return sum(minutes_of(there)) / _HOUR_MIN


def yearly_of(inputs: Mapping[str, Any], change: Mapping[str, Any]) -> float | None:
    """What the hours of people cost a year more than those there were (less, where negative), at the cost of
    an hour of the pool; None where it has none."""
    draft = Draft(inputs)
    pool = draft.row("pools", change["pool"], "pool")
    rate = float(pool.get("cost_per_hour") or 0.0)
    if not rate or not fits(len(change["there"])):
        return None
    now = sum(map(sum, people_there(draft, pool))) / _HOUR_MIN
    return rate * (hours_a_week(change["there"]) - now) * WEEKS_A_YEAR
