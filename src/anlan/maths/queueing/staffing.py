"""How many people an interval needs for a service target, and what its load is once services last.

Each interval is looked at as a queue in its steady state (the stationary approximation, SIPP: Green, Kolesar,
Soares 2001, doi:10.1287/opre.49.4.549.11228). Where services are long, work that came earlier is still in
hand; the load carried over is then the mean number busy if nobody ever waited (modified offered load:
Jennings, Mandelbaum, Massey, Whitt 1996, doi:10.1287/mnsc.42.10.1383). Rates are per second, times seconds.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from anlan.domain.errors import UsageError
from anlan.maths.queueing.checked import MOST_SERVERS, positive
from anlan.maths.queueing.erlang import erlang_a, erlang_b, erlang_c

Rule = Literal["wait", "leave", "lost"]
"""wait: everybody waits (Erlang C); leave: who waits too long leaves (Erlang A); lost: nobody waits, who
finds all busy is lost (Erlang B)."""
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Target:
    """What is promised. share: of arrivals to be served within `within_s`; most_lost: share that may leave or
    be lost; most_busy: largest share of time a person is at work. Open ones hold always."""

    share: float | None
    within_s: float
    most_lost: float | None = None
    most_busy: float | None = None


@dataclass(frozen=True)
class Performance:
    """What so many people achieve. level: share served within the time; wait_s: mean wait of all arrivals,
    None where the queue grows without end; lost: share that leaves or is lost; busy: share of time worked."""

    people: int
    level: float
    wait_s: float | None
    lost: float
    busy: float


@dataclass(frozen=True)
class Queue:
    """One interval: arrivals a second, mean handling time, and how those behave who find all busy."""

    rate: float
    handling_s: float
    rule: Rule
    patience_s: float | None = None

    @property
    def load(self) -> float:
        """In erlang: people busy on average if nobody is turned away."""
        return self.rate * self.handling_s


def performance(queue: Queue, people: int, *, within_s: float) -> Performance:
    """What `people` achieve. No arrivals: everybody who might come is served at once.

    Errors: UsageError where a rule lacks its patience or numbers are not positive.
    """
    if queue.rate == 0.0:
        return Performance(people, 1.0, 0.0, 0.0, 0.0)
    if people == 0:
        return Performance(0, 0.0, None if queue.rule == "wait" else 0.0, float(queue.rule != "wait"), 0.0)
    return _PERFORMANCES[queue.rule](queue, people, within_s)


def _waiting(queue: Queue, people: int, within_s: float) -> Performance:
    if queue.load >= people:
        return Performance(people, 0.0, None, 0.0, 1.0)
    found = erlang_c(queue.rate, 1.0 / queue.handling_s, people)
    return Performance(people, found.within(within_s), found.wait, 0.0, found.utilisation)


def _leaving(queue: Queue, people: int, within_s: float) -> Performance:
    if queue.patience_s is None:
        raise UsageError("queueing.patience_missing")
    found = erlang_a(queue.rate, 1.0 / queue.handling_s, people, patience=queue.patience_s)
    level = min(1.0, max(0.0, found.within(within_s)))
    return Performance(people, level, found.wait, found.abandoned, found.utilisation)


def _losing(queue: Queue, people: int, within_s: float) -> Performance:
    positive(load=queue.load)
    lost = erlang_b(queue.load, people)
    return Performance(people, 1.0 - lost, 0.0, lost, queue.load * (1.0 - lost) / people)


_PERFORMANCES: dict[Rule, Callable[[Queue, int, float], Performance]] = {
    "wait": _waiting,
    "leave": _leaving,
    "lost": _losing,
}


def people_needed(queue: Queue, target: Target) -> Performance:
    """Fewest people that keep every part of the target; none where nobody comes.

    Each part only gets better with more people, so doubling and halving finds the number.
    Errors: UsageError `queueing.servers` beyond `MOST_SERVERS`.
    """
    if queue.rate == 0.0:
        return performance(queue, 0, within_s=target.within_s)

    def enough(people: int) -> bool:
        return keeps(performance(queue, people, within_s=target.within_s), target)

    low, high = 0, max(1, math.ceil(queue.load))
    while not enough(high):
        low, high = high, 2 * high
        if high > MOST_SERVERS:
            raise UsageError("queueing.servers", found=high, most=MOST_SERVERS)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if enough(middle) else (middle, high)
    return performance(queue, high, within_s=target.within_s)


def keeps(found: Performance, target: Target) -> bool:
    """Whether every part of the target holds."""
    return (
        found.wait_s is not None
        and (target.share is None or found.level >= target.share)
        and (target.most_lost is None or found.lost <= target.most_lost)
        and (target.most_busy is None or found.busy <= target.most_busy)
    )


def carried_load(
    rates: Sequence[float], handling_s: Sequence[float], interval_s: float, *, cyclic: bool
) -> Floats:
    """Mean number busy in each interval (n,), in erlang, if everybody were served at once.

    The number busy m follows m' = rate - m / handling, exact for exponential handling; rates and handling are
    constant within an interval. cyclic: the intervals repeat (a day, a week), so the first follows the last;
    else the first begins in its steady state.
    """
    rate, mean = np.asarray(rates, dtype=float), np.asarray(handling_s, dtype=float)
    steady, kept = rate * mean, np.exp(-interval_s / mean)
    now = _at_start(steady, kept) if cyclic else float(steady[0])
    busy = np.empty(len(rate))
    for n in range(len(rate)):
        busy[n] = steady[n] + (now - steady[n]) * mean[n] / interval_s * (1.0 - kept[n])
        now = steady[n] + (now - steady[n]) * kept[n]
    return busy


def _at_start(steady: Floats, kept: Floats) -> float:
    """The number busy that a whole cycle brings back to itself."""
    gained, left = 0.0, 1.0
    for level, share in zip(steady, kept, strict=True):
        gained = gained * share + level * (1.0 - share)
        left *= share
    return float(gained / (1.0 - left))
