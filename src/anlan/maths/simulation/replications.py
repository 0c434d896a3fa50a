"""Replications of one network: run side by side on threads, the same bits for any number of them."""

import math
import os
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import CancelledError, ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtrit

from anlan.domain.errors import UsageError
from anlan.domain.interval import Interval
from anlan.maths.simulation import arrays
from anlan.maths.simulation import lean_kernels as kernel
from anlan.maths.simulation.arrays import HOURS, Model, Run, Tally, empty_state
from anlan.maths.simulation.building import model_of, with_schedules
from anlan.maths.simulation.full_kernels import run_full
from anlan.maths.simulation.network import Network
from anlan.maths.simulation.open_hours import Schedule
from anlan.maths.simulation.places_kernels import EVENTS, UNTIL, WHERE
from anlan.maths.streams import stream_key

_FIRST_ROOM = 1024
_MOST_ROOM = 1 << 22
_MOST_COUNTS = 1 << 28
"""Visits that are counted at once, by case under way and node: two bytes each."""
_MOST_EVENTS = 100_000_000
"""Of one replication, about a minute."""
_FIRST_NOTES = 1 << 15
_PAUSE = 2_000_000
"""Events of the full kernel, less than a second, after which it looks whether anybody still waits; the lean
one looks more often."""
Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Arrivals:
    """A run ends when its last case has left.

    times      (n_cases,) seconds, ascending
    level      (n_cases,) what a case adds to the level of every node, 0 where not given
    luck       (n_cases,) numbers below 2^32 that the draws of the cases are keyed by, their order where not
               given: a case that comes in both of two runs keeps its luck although others come in between
    schedules  of pools by name, where they are not those of the network in this replication
    """

    times: Floats
    level: NDArray[np.int64] | None = None
    luck: NDArray[np.int64] | None = None
    schedules: Mapping[str, Schedule] | None = None


@dataclass(frozen=True, eq=False)
class Replication:
    """What one run counted.

    cycle_s, waited_s, cost (n_cases,) from arrival to leaving, in queues, and spent on it
    fate              (n_cases,) `arrays.FINISHED`, ABANDONED, BALKED, DROPPED
    node, pool, risk, queued, hour_line, hour_pool: see `arrays.Tally`
    events            arrivals and completions of work
    """

    cycle_s: Floats
    waited_s: Floats
    cost: Floats
    fate: NDArray[np.int64]
    node: Floats
    pool: Floats
    risk: Floats
    queued: Floats
    hour_line: Floats
    hour_pool: Floats
    events: int


@dataclass(frozen=True)
class Asked:
    """seed; how many replications; window_s: from..to, what the tallies look at; by_hour: also by hour of the
    week; threads: as many as processors where not given; first: number of the first replication."""

    seed: int
    replications: int
    window_s: tuple[float, float] = (0.0, math.inf)
    by_hour: bool = False
    threads: int | None = None
    first: int = 0


def simulate(
    network: Network,
    arrivals: Callable[[int], Arrivals],
    asked: Asked,
    *,
    told: Callable[[int], None] = lambda done: None,
) -> list[Replication]:
    """All replications, in order. Where a network needs nothing of the full kernel the lean one runs, with
    the same numbers.

    arrivals  of a replication's number
    told      hears after each replication how many are done; what it raises ends the rest, those that run
              in the midst of it
    Errors: UsageError `simulation.*`.
    """
    model, lean = model_of(network), not asked.by_hour and is_lean(network)
    begin = _Begin(
        network, asked, [node.id for node in network.nodes].index(network.first), np.zeros(1, np.int8)
    )

    def run(number: int) -> Replication:
        key = np.array(stream_key(asked.seed, replication=number), dtype=np.uint64)
        given = arrivals(number)
        coming = _checked(given)
        if lean and given.luck is None and given.level is None and given.schedules is None:
            return _run_lean(model, coming, key, begin)
        here = with_schedules(model, network, given.schedules) if given.schedules else model
        return _run_full(here, coming, key, begin)

    done: list[Replication] = []
    with ThreadPoolExecutor(asked.threads or min(8, os.cpu_count() or 1)) as threads:
        waiting = [
            threads.submit(run, number) for number in range(asked.first, asked.first + asked.replications)
        ]
        try:
            for result in waiting:
                done.append(result.result())
                told(len(done))
        except BaseException:
            begin.ended[0] = 1
            for result in waiting:
                result.cancel()
            raise
    return done


@dataclass(frozen=True, eq=False)
class Notes:
    """What happened to the cases that were watched, in the order it happened: (n,) each.

    time_s    seconds of the run
    case, token   numbers; that of a token is used again when it has gone
    place, kind   see the kinds of notes in `arrays`
    """

    time_s: Floats
    case: NDArray[np.int64]
    token: NDArray[np.int64]
    place: NDArray[np.int64]
    kind: NDArray[np.int64]


def watch(
    network: Network, coming: Arrivals, asked: Asked, watched: NDArray[np.bool_]
) -> tuple[Replication, Notes]:
    """Replication `asked.first` by itself, with the same numbers as in `simulate`, and what happened to the
    cases of it that are watched: (n_cases,). Errors: UsageError `simulation.*`."""
    entry = [node.id for node in network.nodes].index(network.first)
    model, key = model_of(network), np.array(stream_key(asked.seed, replication=asked.first), dtype=np.uint64)
    here = with_schedules(model, network, coming.schedules) if coming.schedules else model
    begin, rows = _Begin(network, asked, entry, np.zeros(1, np.int8)), _FIRST_NOTES
    while True:
        tally, events = _tally_of(here, _checked(coming), key, begin, _Watching(watched, rows))
        found = int(tally.n_notes[0])
        if found <= rows:
            notes = tally.notes[:found]
            columns = (np.ascontiguousarray(notes[:, column]) for column in range(4))
            return _replication(tally, events, network), Notes(tally.note_s[:found], *columns)
        rows = found


def is_lean(network: Network) -> bool:
    """Whether tasks and choices with fixed pools, first come first served, are all there is."""
    plain_nodes = all(
        node.kind in ("task", "choice") and len(node.pools) <= 1 and node.patience is None and node.balk is
        None and node.batch == 1 and math.isinf(node.promise_s) and node.cost == 0.0 for node in network.nodes
    )  # fmt: skip
    plain_pools = all(
        len(pool.schedule) <= 1 and pool.speed == 1.0 and pool.order == "first_come" and pool.outage is None
        and pool.cost_per_h == 0.0 and not pool.skills and (pool.slows == 0.0 or pool.at_once == 1)
        for pool in network.pools
    )  # fmt: skip
    return plain_nodes and plain_pools and not network.risks and network.levels == 1


@dataclass(frozen=True)
class _Begin:
    """What is alike in all replications. ended: (1,) not 0 where nobody waits for the rest."""

    network: Network
    asked: Asked
    entry: int
    ended: NDArray[np.int8]


def _checked(coming: Arrivals) -> Arrivals:
    times = np.ascontiguousarray(coming.times, dtype=np.float64)
    if len(times) == 0:
        raise UsageError("simulation.no_cases")
    if not bool(np.isfinite(times).all()) or times[0] < 0 or bool((np.diff(times) < 0).any()):
        raise UsageError("simulation.arrivals")
    level = coming.level if coming.level is not None else np.zeros(len(times), dtype=np.int64)
    if level.shape != times.shape:
        raise UsageError("simulation.levels_of_cases", found=int(level.size), cases=len(times))
    luck = coming.luck if coming.luck is not None else np.arange(len(times))
    if luck.shape != times.shape or (luck.size and not 0 <= int(luck.min()) <= int(luck.max()) < 1 << 32):
        raise UsageError("simulation.luck_of_cases", found=int(luck.size), cases=len(times))
    return Arrivals(times, np.ascontiguousarray(level, np.int64), np.ascontiguousarray(luck, np.int64))


def _run_lean(model: Model, coming: Arrivals, key: NDArray[np.uint64], begin: _Begin) -> Replication:
    """One run; begun anew with more room where more cases are under way at once than there was room for."""
    times, n_pools = coming.times, len(model.speed)
    pools = model.line_pool[model.line] if n_pools and len(model.line_pool) else model.line
    pool = np.where(model.line >= 0, pools, kernel.ENDLESS)
    pool = np.where(model.kind == arrays.PASSING, kernel.PASSING, pool)
    room, most, window = _FIRST_ROOM, min(_most_room(model), len(times)), np.array(begin.asked.window_s)
    while True:
        tally, by_pool = _empty_tally(model, len(times), begin.asked), np.zeros((n_pools, 2))
        status, events, where = kernel.run_lean(
            key, times, begin.entry, model.luck, pool, model.change_to, model.law_code, model.law_numbers,
            model.law_first, model.law_values, model.way_first, model.way_to, model.way_sum, window,
            min(room, most), _MOST_EVENTS, begin.ended, tally.cycle, tally.waited, tally.node, by_pool,
        )  # fmt: skip
        if status == kernel.DONE:
            tally.pool[:, arrays.BUSY] = by_pool[:, kernel.BUSY]
            tally.queued[:] = by_pool[model.line_pool, kernel.QUEUED]
            tally.fate[:] = arrays.FINISHED
            return _replication(tally, int(events), begin.network)
        if status == kernel.TOO_MANY_VISITS:
            raise UsageError("simulation.endless_loop", where=begin.network.nodes[where].id)
        if status == kernel.TOO_LONG:
            raise _too_long()
        if status == kernel.ENDED:
            raise CancelledError
        room = _more(room, most)


def _run_full(model: Model, coming: Arrivals, key: NDArray[np.uint64], begin: _Begin) -> Replication:
    """The same with every feature."""
    return _replication(*_tally_of(model, coming, key, begin), begin.network)


@dataclass(frozen=True, eq=False)
class _Watching:
    """cases: (n_cases,) which are watched; rows: room for notes."""

    cases: NDArray[np.bool_]
    rows: int


_NOBODY = _Watching(np.zeros(0, dtype=np.bool_), 0)


def _tally_of(
    model: Model, coming: Arrivals, key: NDArray[np.uint64], begin: _Begin, watching: _Watching = _NOBODY
) -> tuple[Tally, int]:
    """What the full kernel counted, and its events."""
    assert coming.level is not None
    assert coming.luck is not None
    nodes, room, most = begin.network.nodes, _FIRST_ROOM, _most_room(model)
    joins = max(1, sum(node.kind == "join" for node in nodes))
    while True:
        tally = _empty_tally(model, len(coming.times), begin.asked, watching)
        state = empty_state(model, tokens=room, levels=begin.network.levels, joins=joins,
                            most_events=_MOST_EVENTS)  # fmt: skip
        run = Run(key, coming.times, coming.level, coming.luck)
        status = arrays.PAUSED
        while status == arrays.PAUSED:
            if begin.ended[0]:
                raise CancelledError
            state.totals[UNTIL] = state.totals[EVENTS] + _PAUSE
            status = run_full(model, state, tally, run, begin.entry)
        if status == arrays.DONE:
            return tally, int(state.totals[EVENTS])
        if status == arrays.TOO_LONG:
            raise _too_long()
        if status != arrays.NO_ROOM:
            where = int(state.totals[WHERE])
            raise UsageError(f"simulation.{_STOPPED[status]}", where=nodes[where].id if where >= 0 else "")
        room = min(_more(room, most), most)


_STOPPED = {arrays.TOO_MANY_VISITS: "endless_loop", arrays.STUCK: "stuck", arrays.STARVED: "starved"}


def _most_room(model: Model) -> int:
    """Cases under way at once for which there is memory."""
    return min(_MOST_ROOM, max(_FIRST_ROOM, _MOST_COUNTS // len(model.kind)))


def _too_long() -> UsageError:
    return UsageError("simulation.too_long", most=_MOST_EVENTS)


def _more(room: int, most: int) -> int:
    if room >= most:
        raise UsageError("simulation.too_many_under_way", most=most)
    return 4 * room


def _empty_tally(model: Model, n_cases: int, asked: Asked, watching: _Watching = _NOBODY) -> Tally:
    n_nodes, n_lines, n_pools = len(model.kind), len(model.line_order), len(model.speed)
    hours = HOURS if asked.by_hour else 0
    return Tally(
        node=np.zeros((n_nodes, 9)), pool=np.zeros((n_pools, 2)), risk=np.zeros((len(model.risk_chance), 3)),
        queued=np.zeros(n_lines), hour_line=np.zeros((hours, n_lines)), hour_pool=np.zeros((hours, n_pools)),
        cycle=np.zeros(n_cases), waited=np.zeros(n_cases), spent=np.zeros(n_cases),
        fate=np.full(n_cases, -1, dtype=np.int64), window=np.array(asked.window_s),
        watched=watching.cases, note_s=np.zeros(watching.rows),
        notes=np.zeros((watching.rows, 4), dtype=np.int64), n_notes=np.zeros(1, dtype=np.int64),
    )  # fmt: skip


def _replication(tally: Tally, events: int, network: Network) -> Replication:
    """Seconds of places for cases become seconds of servers."""
    at_once = np.array([pool.at_once for pool in network.pools], dtype=np.float64)
    return Replication(
        tally.cycle, tally.waited, tally.spent, tally.fate, tally.node, tally.pool / at_once[:, None],
        tally.risk, tally.queued, tally.hour_line, tally.hour_pool / at_once, events,
    )  # fmt: skip


def mean_over(values: Sequence[float], *, level: float = 0.95) -> Interval:
    """Mean over independent replications with Student's interval. Errors: UsageError for fewer than two."""
    n = len(values)
    if n < 2:
        raise UsageError("simulation.too_few", found=n)
    mean = math.fsum(values) / n
    error = math.sqrt(math.fsum((value - mean) ** 2 for value in values) / (n - 1) / n)
    half = float(stdtrit(n - 1, 0.5 + level / 2)) * error
    return Interval(mean, mean - half, mean + half, level)


def quantile_over(samples: Sequence[Floats], share: float, *, level: float = 0.95) -> Interval:
    """Quantile of all values of independent replications together, with an interval by inversion.

    The share of values up to the quantile differs from replication to replication, since values within one
    hang together; how far it is uncertain by Student's t says which quantiles bound the one looked for
    (Woodruff 1952, JASA 47:635). samples: (n_values,) of each replication; the interval reaches over all
    values where only one of them has any.

    Errors: UsageError where none has.
    """
    some = [sample for sample in samples if len(sample)]
    if not some:
        raise UsageError("simulation.too_few", found=0)
    values = np.concatenate(some)
    estimate = float(np.quantile(values, share))
    if len(some) == 1:
        return Interval(estimate, float(values.min()), float(values.max()), level)
    weight = len(some) / len(values)
    off = [float((sample <= estimate).sum() - share * len(sample)) * weight for sample in some]
    found = mean_over(off, level=level)
    half = (found.high - found.low) / 2
    low, high = np.quantile(values, [max(0.0, share - half), min(1.0, share + half)]).tolist()
    return Interval(estimate, low, high, level)
