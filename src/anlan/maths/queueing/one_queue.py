"""One queue with any service times: one server by formula, several by bounds and an approximation.

Rates are per one unit of time; times come back in that unit. A law of times enters by its squared coefficient
of variation, variance over squared mean: 0 constant, 1 exponential.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from anlan.domain.errors import UsageError
from anlan.maths.queueing.checked import below_full, positive, servers_counted
from anlan.maths.queueing.erlang import erlang_c


def wait_one_server(arrival_rate: float, service_rate: float, *, service_scv: float) -> float:
    """Mean wait in M/G/1 (Pollaczek 1930, Khinchine 1932): exact for any law of service times."""
    positive(arrival_rate=arrival_rate, service_rate=service_rate)
    _not_negative(service_scv=service_scv)
    below_full(arrival_rate / service_rate, 1)
    load = arrival_rate / service_rate
    return load / service_rate * (1.0 + service_scv) / 2.0 / (1.0 - load)


def waits_by_priority(arrival_rates: Sequence[float], service_rate: float, servers: int) -> tuple[float, ...]:
    """Mean wait of each class, the first served first, nobody interrupted, one exponential law of service for
    all (Cobham 1954)."""
    positive(
        service_rate=service_rate, **{f"arrival_rates[{i}]": rate for i, rate in enumerate(arrival_rates)}
    )
    servers_counted(servers)
    total = math.fsum(arrival_rates)
    below_full(total / service_rate, servers)
    all_alike = erlang_c(total, service_rate, servers)
    until_free = all_alike.p_wait / (servers * service_rate)
    waits, before = [], 0.0
    for rate in arrival_rates:
        upto = before + rate / (servers * service_rate)
        waits.append(until_free / ((1.0 - before) * (1.0 - upto)))
        before = upto
    return tuple(waits)


@dataclass(frozen=True)
class WaitBounds:
    """Mean wait in G/G/c. high: never exceeded; likely: the usual approximation, neither bound nor exact."""

    likely: float
    high: float


def wait_any_law(
    arrival_rate: float, service_rate: float, servers: int, *, arrival_scv: float, service_scv: float
) -> WaitBounds:
    """likely: Allen and Cunneen 1978, (ca2 + cs2)/2 of the wait in M/M/c. high: Kingman 1970, for c servers
    (var(arrivals) + var(service)/c + (1 - 1/c)/(c mu^2)) lambda / (2 (1 - load)), first come first served."""
    positive(arrival_rate=arrival_rate, service_rate=service_rate)
    servers_counted(servers)
    _not_negative(arrival_scv=arrival_scv, service_scv=service_scv)
    load = arrival_rate / service_rate
    below_full(load, servers)
    likely = (arrival_scv + service_scv) / 2.0 * erlang_c(arrival_rate, service_rate, servers).wait
    spread = (
        arrival_scv / arrival_rate**2
        + service_scv / service_rate**2 / servers
        + (1.0 - 1.0 / servers) / servers / service_rate**2
    )
    return WaitBounds(likely, spread * arrival_rate / (2.0 * (1.0 - load / servers)))


def _not_negative(**numbers: float) -> None:
    for name, value in numbers.items():
        if not (math.isfinite(value) and value >= 0):
            raise UsageError("queueing.negative", name=name, found=value)
