"""Servers in parallel, arrivals by chance (Poisson): blocking (Erlang B), waiting (Erlang C), impatience (A).

Rates are per one unit of time, the same for all; times come back in that unit. Load is arrival rate over
service rate, in erlang. Source: Gross, Shortle, Thompson, Harris, Fundamentals of Queueing Theory, ch. 2-3;
Garnett, Mandelbaum, Reiman 2002, M&SOM 4:208.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

from scipy.special import betaincc

from anlan.domain.errors import UsageError
from anlan.maths.queueing.checked import MOST_SERVERS, below_full, positive, servers_counted

_NEGLIGIBLE = 1e-18
_MOST_WAITING = 10_000_000


def erlang_b(load: float, servers: int) -> float:
    """Share of arrivals that find all servers busy and are lost; by the recursion, which cannot overflow."""
    positive(load=load)
    servers_counted(servers)
    lost = 1.0
    for k in range(1, servers + 1):
        lost = load * lost / (k + load * lost)
    return lost


def load_for_blocking(blocking: float, servers: int) -> float:
    """Largest load at which no more than the share `blocking` is lost, to twelve digits."""
    if not 0.0 < blocking < 1.0:
        raise UsageError("queueing.share", name="blocking", found=blocking)
    low, high = 0.0, 1.0
    while erlang_b(high, servers) < blocking:
        low, high = high, 2.0 * high
    while high - low > 1e-12 * high:
        middle = 0.5 * (low + high)
        low, high = (middle, high) if erlang_b(middle, servers) < blocking else (low, middle)
    return 0.5 * (low + high)


@dataclass(frozen=True)
class Waiting:
    """A queue in its steady state. p_wait: share that waits at all; wait, waiting: mean wait of all, and mean
    number that wait; stay, present: the same with service; utilisation: of each server, 0 to 1."""

    servers: int
    arrival_rate: float
    service_rate: float
    p_wait: float
    wait: float
    waiting: float
    stay: float
    present: float
    utilisation: float

    def longer_than(self, time: float) -> float:
        """Share of arrivals that wait longer than `time`, first come first served."""
        spare = self.servers * self.service_rate - self.arrival_rate
        return self.p_wait * math.exp(-spare * max(0.0, time))

    def within(self, time: float) -> float:
        """Share served within `time`: the service level of a contact centre."""
        return 1.0 - self.longer_than(time)


def erlang_c(arrival_rate: float, service_rate: float, servers: int) -> Waiting:
    """M/M/c: everybody waits as long as it takes. Near full load it is far more pessimistic than `erlang_a`.

    Errors: UsageError `queueing.overloaded` where the queue would grow without end.
    """
    positive(arrival_rate=arrival_rate, service_rate=service_rate)
    servers_counted(servers)
    load = arrival_rate / service_rate
    below_full(load, servers)
    lost = erlang_b(load, servers)
    p_wait = servers * lost / (servers - load * (1.0 - lost))
    wait = p_wait / (servers * service_rate - arrival_rate)
    waiting = arrival_rate * wait
    return Waiting(servers, arrival_rate, service_rate, p_wait, wait, waiting, wait + 1.0 / service_rate,
                   waiting + load, load / servers)  # fmt: skip


def servers_for_level(
    arrival_rate: float, service_rate: float, *, within: float, share: float, patience: float | None = None
) -> int:
    """Fewest servers that serve at least `share` of arrivals within `within`; with `patience`, the mean time
    people wait before they leave, by Erlang A, else by Erlang C."""
    positive(arrival_rate=arrival_rate, service_rate=service_rate)
    if not 0.0 < share < 1.0:
        raise UsageError("queueing.share", name="share", found=share)
    least = 1 if patience is not None else math.floor(arrival_rate / service_rate) + 1

    def enough(servers: int) -> bool:
        if patience is not None:
            return erlang_a(arrival_rate, service_rate, servers, patience=patience).within(within) >= share
        return erlang_c(arrival_rate, service_rate, servers).within(within) >= share

    return _fewest(enough, least)


def _fewest(enough: Callable[[int], bool], least: int) -> int:
    """Smallest whole number from `least` on that is enough, where more always is: by doubling and halving."""
    if enough(least):
        return least
    step = 1
    while not enough(least + step):
        least, step = least + step, 2 * step
        if least + step > MOST_SERVERS:
            raise UsageError("queueing.servers", found=least + step, most=MOST_SERVERS)
    low, high = least, least + step
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if enough(middle) else (middle, high)
    return high


@dataclass(frozen=True)
class Impatient:
    """M/M/c+M: those who wait leave after an exponential patience.

    p_wait, abandoned: shares of all arrivals; wait: mean time in the queue of all arrivals, served or not;
    waiting: mean number that wait; utilisation: of each server, 0 to 1.
    """

    servers: int
    arrival_rate: float
    service_rate: float
    patience: float
    p_wait: float
    abandoned: float
    wait: float
    waiting: float
    utilisation: float
    chances: tuple[float, ...]
    """Chance of 0, 1, 2, ... people present."""

    def within(self, time: float) -> float:
        """Share of all arrivals that are served after waiting no longer than `time`.

        Who finds c + j present is served when j + 1 of those ahead have left, by service or by giving up,
        before the own patience ends: a race of exponential times, summed over what was found.
        """
        return sum(
            chance * _served_within(max(0.0, time), self, ahead - self.servers)
            for ahead, chance in enumerate(self.chances)
        )


def erlang_a(arrival_rate: float, service_rate: float, servers: int, *, patience: float) -> Impatient:
    """Waiting with impatience; any load is possible, since those who would wait for ever leave."""
    positive(arrival_rate=arrival_rate, service_rate=service_rate, patience=patience)
    servers_counted(servers)
    chances = _chances(arrival_rate, service_rate, servers, 1.0 / patience)
    waiting = math.fsum((n - servers) * p for n, p in enumerate(chances) if n > servers)
    busy = math.fsum(min(n, servers) * p for n, p in enumerate(chances))
    return Impatient(servers, arrival_rate, service_rate, patience, math.fsum(chances[servers:]),
                     waiting / patience / arrival_rate, waiting / arrival_rate, waiting, busy / servers,
                     chances)  # fmt: skip


def _chances(arrival_rate: float, service_rate: float, servers: int, leave_rate: float) -> tuple[float, ...]:
    """Chance of each number present, from the most likely number outwards so that nothing overflows."""

    def leaving(n: int) -> float:
        return min(n, servers) * service_rate + max(0, n - servers) * leave_rate

    beyond = arrival_rate - servers * service_rate
    peak = servers + math.ceil(beyond / leave_rate) if beyond > 0 else math.ceil(arrival_rate / service_rate)
    up, n, weight = [1.0], peak, 1.0
    while weight > _NEGLIGIBLE:
        n += 1
        if n - peak > _MOST_WAITING:
            raise UsageError("queueing.too_long_a_queue", most=_MOST_WAITING)
        weight *= arrival_rate / leaving(n)
        up.append(weight)
    down, weight = [], 1.0
    for n in range(peak, 0, -1):
        weight *= leaving(n) / arrival_rate
        down.append(weight)
    weights = [*reversed(down), *up]
    total = math.fsum(weights)
    return tuple(weight / total for weight in weights)


def _served_within(time: float, queue: Impatient, waiting: int) -> float:
    """Chance to be served within `time` for one who finds `waiting` others in the queue (below 0: a free
    server).

    The wait W of one who would not leave is the sum of k = waiting + 1 exponential times of the rates
    c mu + i theta, i = 0 .. waiting. So B = exp(-theta W) is Beta(c mu / theta, k), which is also the chance
    that the own patience outlasts W. Served in time: E[B; B >= exp(-theta t)], an incomplete beta function.
    """
    if waiting < 0:
        return 1.0
    leave = 1.0 / queue.patience
    full = queue.servers * queue.service_rate / leave
    k = waiting + 1
    return full / (full + k) * float(betaincc(full + 1.0, k, math.exp(-leave * time)))
