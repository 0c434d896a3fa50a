"""Replications of one network: run side by side on threads, the same bits for any number of them."""

import math
import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtrit

from anlan.domain.errors import UsageError
from anlan.domain.interval import Interval
from anlan.maths.simulation import lean_kernels as kernel
from anlan.maths.simulation.network import Network, NetworkArrays, arrays_of
from anlan.maths.streams import stream_key

_FIRST_ROOM = 1024
_MOST_ROOM = 1 << 22
Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Replication:
    """What one run counted.

    cycle_s, waited_s (n_cases,) from arrival to leaving, and in queues, of every case
    node              (n_nodes, 5) by `lean_kernels.COUNT` and on: visits, seconds of work, of waiting, their
                      squares, longest wait, of cases that arrived in the window
    pool              (n_pools, 2) by BUSY, QUEUED: server-seconds of work, case-seconds in line, in the
                      window
    events            arrivals and completions of work
    """

    cycle_s: Floats
    waited_s: Floats
    node: Floats
    pool: Floats
    events: int


@dataclass(frozen=True)
class Asked:
    """seed; how many replications; window_s: from..to, what the tallies look at; threads: as many as
    processors where not given."""

    seed: int
    replications: int
    window_s: tuple[float, float] = (0.0, math.inf)
    threads: int | None = None


def simulate(
    network: Network,
    arrivals: Callable[[int], Floats],
    asked: Asked,
    *,
    told: Callable[[int], None] = lambda done: None,
) -> list[Replication]:
    """All replications, in order.

    arrivals  of a replication's number: (n_cases,) seconds, ascending; a run ends when its last case has left
    told      hears after each replication how many are done; what it raises ends the rest
    Errors: UsageError `simulation.*`.
    """
    arrays = arrays_of(network)
    window = np.array(asked.window_s)

    def run(number: int) -> Replication:
        key = np.array(stream_key(asked.seed, replication=number), dtype=np.uint64)
        return _replicate(arrays, _checked(arrivals(number)), key, window)

    done: list[Replication] = []
    with ThreadPoolExecutor(asked.threads or min(8, os.cpu_count() or 1)) as threads:
        waiting = [threads.submit(run, number) for number in range(asked.replications)]
        try:
            for result in waiting:
                done.append(result.result())
                told(len(done))
        except BaseException:
            for result in waiting:
                result.cancel()
            raise
    return done


def _checked(times: Floats) -> Floats:
    if len(times) == 0:
        raise UsageError("simulation.no_cases")
    if not bool(np.isfinite(times).all()) or times[0] < 0 or bool((np.diff(times) < 0).any()):
        raise UsageError("simulation.arrivals")
    return np.ascontiguousarray(times, dtype=np.float64)


def _replicate(network: NetworkArrays, times: Floats, key: NDArray[np.uint64], window: Floats) -> Replication:
    """One run; begun anew with more room where more cases are under way at once than there was room for."""
    n_nodes, n_pools, laws = len(network.pool), len(network.capacity), network.laws
    room, most = _FIRST_ROOM, min(_MOST_ROOM, len(times))
    while True:
        cycle, waited = np.empty(len(times)), np.empty(len(times))
        node, pool = np.zeros((n_nodes, 5)), np.zeros((n_pools, 2))
        status, events = kernel.run_lean(
            key, times, 0, network.pool, network.capacity, laws.code, laws.numbers, laws.first, laws.values,
            network.way_first, network.way_to, network.way_sum, window, min(room, most), cycle, waited, node,
            pool,
        )  # fmt: skip
        if status == kernel.DONE:
            return Replication(cycle, waited, node, pool, int(events))
        if status == kernel.TOO_MANY_VISITS:
            raise UsageError("simulation.endless_loop")
        if room >= most:
            raise UsageError("simulation.too_many_under_way", most=most)
        room *= 4


def mean_over(values: Sequence[float], *, level: float = 0.95) -> Interval:
    """Mean over independent replications with Student's interval. Errors: UsageError for fewer than two."""
    n = len(values)
    if n < 2:
        raise UsageError("simulation.too_few", found=n)
    mean = math.fsum(values) / n
    error = math.sqrt(math.fsum((value - mean) ** 2 for value in values) / (n - 1) / n)
    half = float(stdtrit(n - 1, 0.5 + level / 2)) * error
    return Interval(mean, mean - half, mean + half, level)
