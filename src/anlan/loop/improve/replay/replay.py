"""A stretch of time as it is replayed: cases, where each of their tokens was, and who was there.

Bounded: where more cases or stays fall in the time asked for than are shown, it ends earlier and says so.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from anlan.domain.errors import UsageError
from anlan.maths.simulation.stays import Token

Floats = NDArray[np.float64]
DAY_S, HOUR_S = 86_400.0, 3600.0
MOST_CASES, MOST_STAYS, MOST_HOURS = 2_000, 60_000, 336
"""Of one replay: what a browser moves smoothly and a page loads at once; two weeks."""


@dataclass(frozen=True)
class Span:
    """Seconds from second 0: from Monday 0:00 of a run, or 0:00 of the first day of a log."""

    from_s: float
    until_s: float


@dataclass(frozen=True)
class Team:
    """People that are alike. there: from what second there are how many, the first at or before the span."""

    name: str
    there: tuple[tuple[float, int], ...]


@dataclass(frozen=True, eq=False)
class Replay:
    """nodes: their names, by the numbers that stays have; teams: by the numbers of who works.

    arrived_s, left_s, fate   (n_cases,) of the cases that were there in the span; fate: as `arrays.FINISHED`
    tokens      their tokens; the number of a case is its place here
    span        what is shown; cut: it ends earlier than was asked
    promise_s   seconds from arrival within which a case is promised, None for none
    first_day   of second 0, as 2026-03-02; empty for a run, whose second 0 is a Monday
    knows_work  whether waiting and work are told apart
    first_s, last_s   the time that there is to choose from
    """

    nodes: tuple[str, ...]
    teams: tuple[Team, ...]
    arrived_s: Floats
    left_s: Floats
    fate: NDArray[np.int64]
    tokens: tuple[Token, ...]
    span: Span
    cut: bool
    promise_s: float | None
    first_day: str
    knows_work: bool
    first_s: float
    last_s: float


def usual_span(arrived_s: Floats, left_s: Floats, first_s: float, last_s: float) -> tuple[float, float]:
    """Second it begins and hours of what is shown unless asked otherwise.

    Of whole days from first_s to last_s (of what there is, where that is no day) the one with the most
    arrivals, without hours at its borders in which no case is there; a week where half of the cases last
    longer than half a day.
    """
    begin = np.ceil(first_s / DAY_S) * DAY_S
    if begin >= last_s:
        begin = first_s
    days = np.arange(begin, max(begin + 1.0, last_s - DAY_S + 1.0), DAY_S)
    counts = np.searchsorted(arrived_s, days + DAY_S) - np.searchsorted(arrived_s, days)
    day = float(days[int(np.argmax(counts))])
    if len(arrived_s) == 0 or float(np.median(left_s - arrived_s)) > DAY_S / 2:
        return day, 168.0
    there = (arrived_s < day + DAY_S) & (left_s > day)
    if not there.any():
        return day, 24.0
    from_s = max(day, float(np.floor(arrived_s[there].min() / HOUR_S)) * HOUR_S)
    until_s = min(day + DAY_S, float(np.ceil(left_s[there].max() / HOUR_S)) * HOUR_S)
    return from_s, (until_s - from_s) / HOUR_S


def checked_span(from_s: float, hours: float, last_s: float) -> Span:
    """Errors: UsageError `replay.span` where it begins outside or is too long."""
    if not (0.0 <= from_s < last_s and 0.0 < hours <= MOST_HOURS):
        raise UsageError("replay.span", from_h=from_s / HOUR_S, hours=hours, last_h=last_s / HOUR_S,
                         most=MOST_HOURS)  # fmt: skip
    return Span(from_s, min(from_s + hours * HOUR_S, max(last_s, from_s + HOUR_S)))


def there_in(arrived_s: Floats, left_s: Floats, span: Span) -> tuple[NDArray[np.bool_], Span]:
    """(n_cases,) which cases are there in the span, and the span, ended before one too many arrives.

    arrived_s: ascending. Errors: UsageError `replay.too_many` where too many are there at its beginning.
    """
    begun = (arrived_s <= span.from_s) & (left_s > span.from_s)
    room = MOST_CASES - int(begun.sum())
    if room <= 0:
        raise UsageError("replay.too_many", found=int(begun.sum()), most=MOST_CASES)
    coming = arrived_s[(arrived_s > span.from_s) & (arrived_s < span.until_s)]
    if len(coming) > room:
        span = replace(span, until_s=float(coming[room]))
    return begun | ((arrived_s > span.from_s) & (arrived_s < span.until_s)), span


def within(tokens: Sequence[Token], span: Span) -> tuple[tuple[Token, ...], Span]:
    """Tokens with what is needed of their stays to show the span: the last one before it and those in it; the
    span, ended where there are too many."""
    begins = np.sort([stay.from_s for each in tokens for stay in each.stays if stay.until_s >= span.from_s])
    if len(begins) > MOST_STAYS:
        span = replace(span, until_s=max(span.from_s, float(begins[MOST_STAYS])))
    kept = []
    for each in tokens:
        stays = [stay for stay in each.stays if stay.from_s < span.until_s]
        first = sum(stay.until_s < span.from_s for stay in stays)
        if first < len(stays):
            kept.append(replace(each, stays=stays[max(0, first - 1) :]))
    return tuple(kept), span
