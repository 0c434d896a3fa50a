"""A process run several times, and what each run came to.

1. Arrivals by chance at the rates of the hour of the week, times the level of the day; surges add
   cases that have luck of their own, so that those there without it meet the same luck as before; so have
   those that come at set times.
2. Outages take people from the pools for as long as they last.
3. Cases go on coming after the time that counts, for as long as is asked: where the last ones that count
   have long delays, they would otherwise meet queues that empty, and wait less than usual.
4. Draws are keyed by case, step and visit, so that two processes differ by what was changed alone.
"""

import math
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from anlan.domain.errors import UsageError
from anlan.domain.interval import Interval
from anlan.loop.quantify.methods.process.process_hours import DAY_S, HOUR_S, MINUTE_S, less_outages
from anlan.loop.quantify.methods.process.process_inputs import Complaints, ProcessAsked
from anlan.loop.quantify.methods.process.process_risks import Disturbance, windows_of
from anlan.maths.progress import tell
from anlan.maths.simulation.arrays import FINISHED, HAPPENED, SPENT
from anlan.maths.simulation.arrivals import ARRIVAL, by_hour_of_week
from anlan.maths.simulation.building import risks_in_order
from anlan.maths.simulation.network import Network
from anlan.maths.simulation.replications import Arrivals, Asked, Replication, mean_over, simulate
from anlan.maths.streams import Stream

_CLASS, _SURGE_PLACE, _SURGE_LUCK = 10, 1_000, 1 << 25
"""Purpose of the draw of a class; place of the draws of arrivals of a surge; keys between those of surges."""
_DAYS_PLACE, _STAYS_PLACE, _MORE_PLACE, _MORE_LUCK = 997, 998, 999, 127 << 25
"""Places of the draws of levels of days, of which usual cases still come, and of arrivals beyond them; first
key of these."""
FIGURES = ("cycle", "waiting", "lost", "late", "cost", "complaints")


@dataclass(frozen=True)
class Measured:
    """One figure of each replication: (n_replications,). Times in minutes; lost: shares that left unserved;
    late: shares beyond the promise, or with none; cost per case; complaints: expected per case.

    cycle and late are of the cases served, and missing (NaN) where there is none: see `present`.
    """

    cycle: np.ndarray
    waiting: np.ndarray
    lost: np.ndarray
    late: np.ndarray
    cost: np.ndarray
    complaints: np.ndarray


@dataclass(frozen=True)
class Coming:
    """What comes from outside in one replication: cases, their classes, the spells of each disturbance."""

    arrivals: Arrivals
    case_class: NDArray[np.int64]
    spells: tuple[NDArray[np.float64], ...]


@dataclass(frozen=True)
class _Group:
    """Cases by the number of their luck: times (n,), the number of the first, and (n,) whether they come.
    of_class: number of their class, -1: by chance."""

    times: NDArray[np.float64]
    first: int
    comes: NDArray[np.bool_]
    of_class: int = -1

    @property
    def luck(self) -> NDArray[np.int64]:
        return self.first + np.flatnonzero(self.comes)


@dataclass(frozen=True)
class Runs:
    """Replications, what came in each, the cases that count (those that arrived within the window), and what
    each run came to."""

    runs: Sequence[Replication]
    coming: Sequence[Coming]
    counted: Sequence[np.ndarray]
    measured: Measured


def run_process(
    asked: ProcessAsked,
    seed: int,
    *,
    without: Collection[str] = (),
    by_hour: bool = False,
    first: int = 0,
) -> Runs:
    """All replications, with no risk named in `without`. first: number of the first replication.

    Errors: UsageError `simulation.*`.
    """
    network = _without(asked.network, without)
    over_time = [each for each in asked.disturbances if each.id not in without]
    coming = [come(asked, over_time, seed, first + number) for number in range(asked.replications)]
    runs = simulate(
        network,
        lambda number: coming[number - first].arrivals,
        Asked(seed, asked.replications, window_s=asked.window_s, by_hour=by_hour, first=first),
        told=lambda done: tell(done / asked.replications),
    )
    begin, end = asked.window_s
    counted = [(each.arrivals.times >= begin) & (each.arrivals.times < end) for each in coming]
    if not all(bool(of.any()) for of in counted):
        raise UsageError("simulation.no_cases")
    return Runs(runs, coming, counted, _measure(runs, coming, counted, asked, over_time))


def joined(first: Runs, more: Runs) -> Runs:
    """Further replications of the same process after those there are."""
    figures = {
        name: np.concatenate((getattr(first.measured, name), getattr(more.measured, name)))
        for name in FIGURES
    }
    return Runs(
        [*first.runs, *more.runs],
        [*first.coming, *more.coming],
        [*first.counted, *more.counted],
        Measured(**figures),
    )


def present(values: NDArray[np.float64]) -> list[float]:
    """Those of the replications that have the figure."""
    return [float(value) for value in values if not np.isnan(value)]


def served_times(of: Runs) -> list[NDArray[np.float64]]:
    """Seconds from arrival to the end of the cases that count and were served, by replication."""
    return [
        run.cycle_s[counts & (run.fate == FINISHED)] for run, counts in zip(of.runs, of.counted, strict=True)
    ]


def _without(network: Network, left_out: Collection[str]) -> Network:
    """Risks left out stay with chance 0: draws are keyed by the place of a risk, so others keep theirs."""
    rest = tuple(replace(r, chance=0.0) if r.id in left_out else r for r in network.risks)
    return replace(network, risks=rest)


def come(asked: ProcessAsked, over_time: Sequence[Disturbance], seed: int, number: int) -> Coming:
    """What comes in replication `number`."""
    stream = Stream(seed, number)
    spells = tuple(windows_of(each, stream, asked.arrivals_until_s) for each in over_time)
    groups = _usual(asked, stream)
    for row in asked.appointments:
        times, comes = row.times_until(stream, asked.arrivals_until_s)
        groups.append(_Group(times, row.first_luck, comes, row.case_class))
    for each, there in zip(over_time, spells, strict=True):
        if each.times > 1.0:
            more = _surge(asked, each, there, stream)
            groups.append(_Group(more, (each.number + 1) * _SURGE_LUCK, np.ones(len(more), dtype=bool)))
    arrived = np.concatenate([group.times[group.comes] for group in groups])
    keys = np.concatenate([group.luck for group in groups]).astype(np.int64)
    order = np.argsort(arrived, kind="stable")
    case_class = _classes(asked, groups, stream)[order]
    levels = np.array([each.level for each in asked.classes], dtype=np.int64)
    arrivals = Arrivals(
        arrived[order],
        levels[case_class] if len(levels) and levels.any() else None,
        keys[order] if len(groups) > 1 or not groups[0].comes.all() else None,
        _schedules(asked.network, over_time, spells),
    )
    return Coming(arrivals, case_class, spells)


def _usual(asked: ProcessAsked, stream: Stream) -> list[_Group]:
    """Cases at the usual rates. At other rates in an hour some of them, by chance, do not come, or others
    come beyond them: Poisson as well, and what comes in both is the same."""
    usual = np.array(asked.usual_rates or asked.rates)
    times = _arrivals(asked, stream, usual)
    comes = np.ones(len(times), dtype=bool)
    found = [_Group(times, 0, comes)]
    rates = np.array(asked.rates)
    if (rates < usual).any():
        share = np.divide(rates, usual, out=np.ones(len(rates)), where=usual > 0)
        hour = (times // HOUR_S).astype(np.int64) % len(rates)
        groups = len(times) // asked.together
        stays = np.repeat(stream.uniform(groups, purpose=ARRIVAL, place=_STAYS_PLACE), asked.together)
        found = [_Group(times, 0, stays < share[hour])]
    beyond = np.maximum(0.0, rates - usual)
    if beyond.any():
        more = _arrivals(asked, stream, beyond, place=_MORE_PLACE)
        found.append(_Group(more, _MORE_LUCK, np.ones(len(more), dtype=bool)))
    return found


def _arrivals(
    asked: ProcessAsked, stream: Stream, rates: NDArray[np.float64], *, place: int = 0
) -> NDArray[np.float64]:
    """Times of cases that come at so many an hour, `together` at a time."""
    if not rates.any():
        return np.zeros(0)
    per_hour = (rates / asked.together).tolist()
    times = by_hour_of_week(
        stream, per_hour=per_hour, until_s=asked.arrivals_until_s, place=place, by_day=_levels(asked, stream)
    )
    return np.repeat(times, asked.together)


def _levels(asked: ProcessAsked, stream: Stream) -> NDArray[np.float64] | None:
    """Of each day how busy it is, by chance: gamma with mean 1. None where days are alike."""
    if asked.day_variation == 0.0:
        return None
    days, shape = math.ceil(asked.arrivals_until_s / DAY_S), asked.day_variation**-2
    return stream.gamma(days, shape=shape, purpose=ARRIVAL, place=_DAYS_PLACE) / shape


def _surge(
    asked: ProcessAsked, each: Disturbance, there: NDArray[np.float64], stream: Stream
) -> NDArray[np.float64]:
    """Arrivals beyond the usual ones while it is there; spells that overlap count once."""
    more = np.array([(each.times - 1.0) * rate for rate in asked.rates])
    times = _arrivals(asked, stream, more, place=_SURGE_PLACE + 2 * each.number)
    if not len(there):
        return times[:0]
    last = np.searchsorted(there[:, 0], times, side="right") - 1
    ends = np.maximum.accumulate(there[:, 1])
    return np.asarray(times[(last >= 0) & (times < ends[np.maximum(last, 0)])])


def _classes(asked: ProcessAsked, groups: Sequence[_Group], stream: Stream) -> NDArray[np.int64]:
    """Class of each case that comes, by its own luck."""
    if not asked.classes:
        return np.zeros(sum(int(group.comes.sum()) for group in groups), dtype=np.int64)
    sums = np.cumsum([each.share for each in asked.classes])[:-1]
    drawn = [_classes_of(group, sums, stream)[group.comes] for group in groups]
    return np.concatenate(drawn).astype(np.int64)


def _classes_of(group: _Group, sums: NDArray[np.float64], stream: Stream) -> NDArray[np.int64]:
    if group.of_class >= 0:
        return np.full(len(group.times), group.of_class, dtype=np.int64)
    drawn = stream.uniform(len(group.times), purpose=_CLASS, first=group.first)
    return np.searchsorted(sums, drawn, side="right").astype(np.int64)


def _schedules(
    network: Network, over_time: Sequence[Disturbance], spells: Sequence[NDArray[np.float64]]
) -> dict[str, tuple[tuple[float, int], ...]] | None:
    """Who is left in pools that outages take people from."""
    found = {}
    for pool in network.pools:
        out = [
            (float(begin), float(end), each.people)
            for each, there in zip(over_time, spells, strict=True)
            if each.pool == pool.id
            for begin, end in there
        ]
        if out:
            found[pool.id] = less_outages(pool.schedule or ((0.0, pool.servers),), out)
    return found or None


def occurrences(asked: ProcessAsked, each: Disturbance, runs: Runs) -> list[int]:
    """How often a disturbance began in the time that counts, by replication."""
    place = asked.disturbances.index(each)
    return [_begun(coming.spells[place], asked.window_s) for coming in runs.coming]


def _begun(there: NDArray[np.float64], window_s: tuple[float, float]) -> int:
    return int(((there[:, 0] >= window_s[0]) & (there[:, 0] < window_s[1])).sum())


def loses_money(asked: ProcessAsked) -> bool:
    """Whether a risk or a complaint costs anything; without, there is no loss to tell."""
    of_complaints = asked.complaints is not None and asked.complaints.cost > 0.0
    at_steps = any(each.cost > 0.0 for each in asked.network.risks)
    return of_complaints or at_steps or any(each.cost > 0.0 for each in asked.disturbances)


def losses(asked: ProcessAsked, of: Runs, without: Collection[str] = ()) -> NDArray[np.float64]:
    """(n_replications,) what risks that happen and complaints cost in the time that counts, without anybody's
    time. without: risks that were left out."""
    there = [each for each in asked.disturbances if each.id not in without]
    cost = asked.complaints.cost if asked.complaints is not None else 0.0
    found = []
    for run, come, counted, chance in zip(
        of.runs, of.coming, of.counted, of.measured.complaints, strict=True
    ):
        begun = [each.cost * _begun(spell, asked.window_s)
                 for each, spell in zip(there, come.spells, strict=True)]  # fmt: skip
        found.append(float(run.risk[:, SPENT].sum()) + sum(begun) + cost * float(chance) * int(counted.sum()))
    return np.array(found)


def happened_by_run(
    asked: ProcessAsked, of: Runs, without: Collection[str] = ()
) -> dict[str, NDArray[np.float64]]:
    """How often each risk happened in the time that counts, by replication: (n_replications,) each. without:
    risks that were left out, which never happen."""
    found = {
        risk.id: np.array([float(run.risk[place, HAPPENED]) for run in of.runs])
        for place, risk in enumerate(risks_in_order(asked.network))
    }
    there = [each.id for each in asked.disturbances if each.id not in without]
    for each in asked.disturbances:
        begun = [
            _begun(come.spells[there.index(each.id)], asked.window_s) if each.id in there else 0
            for come in of.coming
        ]
        found[each.id] = np.array(begun, dtype=np.float64)
    return found


def happened(asked: ProcessAsked, runs: Runs) -> dict[str, float]:
    """How often each risk happened, over all replications."""
    return {name: float(times.sum()) for name, times in happened_by_run(asked, runs).items()}


def complaint_chances(
    asked: Complaints, run: Replication, of: NDArray[np.bool_] | slice = slice(None)
) -> NDArray[np.float64]:
    """Chance that each of the cases complains."""
    beyond_h = np.maximum(0.0, run.cycle_s[of] - asked.after_s) / HOUR_S
    served = np.minimum(1.0, asked.chance + asked.more_per_hour * beyond_h)
    return np.where(run.fate[of] == FINISHED, served, asked.if_lost)


def _measure(
    runs: Sequence[Replication],
    coming: Sequence[Coming],
    counted: Sequence[np.ndarray],
    asked: ProcessAsked,
    over_time: Sequence[Disturbance],
) -> Measured:
    def each(figure: Callable[[Replication, Any], float]) -> np.ndarray:
        return np.array([figure(run, of) for run, of in zip(runs, counted, strict=True)])

    def mean(values: np.ndarray) -> float:
        return float(values.mean()) if len(values) else np.nan

    def served(run: Replication, of: np.ndarray) -> np.ndarray:
        return np.asarray(run.cycle_s[of & (run.fate == FINISHED)])

    promise_s, said = asked.promise_s, asked.complaints
    complaints = each(lambda run, of: 0.0 if said is None else mean(complaint_chances(said, run, of)))
    over_cases = [
        sum(d.cost * _begun(there, asked.window_s) for d, there in zip(over_time, come.spells, strict=True))
        / int(of.sum())
        for come, of in zip(coming, counted, strict=True)
    ]
    return Measured(
        cycle=each(lambda run, of: mean(served(run, of)) / MINUTE_S),
        waiting=each(lambda run, of: mean(run.waited_s[of]) / MINUTE_S),
        lost=each(lambda run, of: mean(run.fate[of] != FINISHED)),
        late=each(lambda run, of: 0.0 if promise_s is None else mean(served(run, of) > promise_s)),
        cost=each(lambda run, of: mean(run.cost[of])) + over_cases
        + (0.0 if said is None else said.cost) * complaints,
        complaints=complaints,
    )  # fmt: skip


def gained(base: Measured, less: Measured) -> dict[str, Interval | None]:
    """What a risk adds to each figure: the mean of the paired differences; None where fewer than two pairs
    have it."""
    added = {name: present(getattr(base, name) - getattr(less, name)) for name in FIGURES}
    return {name: mean_over(found) if len(found) > 1 else None for name, found in added.items()}
