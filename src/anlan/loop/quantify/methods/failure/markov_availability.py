"""Availability of a repairable service by a Markov chain: how long it is out, how often, how soon.

1. The chain: states and rates as given, or made for a group of like components with spares and crews.
2. Course from the start to the horizon: mean and final unavailability, probability of a first failure.
3. Long run: share of time in each state, failures a year, mean time up and down.
4. Where states cannot be left again: where it ends, and the time in each state before.

Mathematics: `anlan.maths.markov`. All rates are per hour.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from anlan.domain.method import Answer, AnswerTable, Chart, Field, Method, Note, Quantity
from anlan.loop.quantify.methods.faults import Faults
from anlan.loop.quantify.methods.names import numbered, place
from anlan.maths.markov.absorption import expected_rewards
from anlan.maths.markov.course import curve, step
from anlan.maths.markov.long_run import closed_classes, limit
from anlan.maths.markov.redundancy import group_rates

_HOURS_A_YEAR = 8760.0
_POINTS = 24


@dataclass(frozen=True, eq=False)
class _Chain:
    """rates: (n, n) per hour. works: (n,) whether the service works in a state. start: number of a state."""

    names: tuple[str, ...]
    rates: NDArray[np.float64]
    works: NDArray[np.bool_]
    start: int

    @property
    def from_start(self) -> NDArray[np.float64]:
        row: NDArray[np.float64] = np.eye(len(self.names))[self.start]
        return row


def run(inputs: Mapping[str, Any], *, seed: int = 0) -> Answer:
    """Unavailability over the horizon first, then what else the chain says."""
    faults = Faults()
    chain = _chain(inputs, faults)
    faults.raise_any()
    horizon = inputs["horizon"]
    after, spent = step(chain.rates, horizon)
    at_end, in_time, shares = after[chain.start], spent[chain.start], limit(chain.rates, chain.from_start)
    down = ~chain.works
    return Answer(
        quantities=(
            Quantity("unavailability_mean", _probability(in_time[down].sum() / horizon), "probability"),
            Quantity("unavailability_at_horizon", _probability(at_end[down].sum()), "probability"),
            Quantity("unavailability_long_run", _probability(shares[down].sum()), "probability"),
            Quantity("downtime", float(in_time[down].sum()), "hour"),
            Quantity("first_failure_by_horizon", _first_failure(chain, horizon), "probability"),
            *_times(chain, shares),
            *_time_to_end(chain),
        ),
        tables=(
            _by_state(chain, at_end, in_time, shares),
            _course(chain, horizon),
            *_ends(chain),
        ),
        charts=(Chart("course", _drawn(chain, horizon)),),
        assumptions=(Note("markov.no_memory"), Note("markov.per_hour")),
        warnings=_warnings(chain),
    )


def _probability(value: float) -> float:
    """Rounding may leave a sum a hair above 1."""
    return float(min(value, 1.0))


def _chain(inputs: Mapping[str, Any], faults: Faults) -> _Chain:
    group, states = inputs["group"], inputs["states"]
    if (group is None) == (not states):
        faults.add("markov.one_of", where="states")
        faults.raise_any()
    made = _of_group(group, faults) if group is not None else _of_states(inputs, faults)
    if inputs["start"]:
        places = {name: number for number, name in enumerate(made.names)}
        start = place(inputs["start"], places, "start", faults) or 0
        return _Chain(made.names, made.rates, made.works, start)
    return made


def _of_group(group: Mapping[str, Any], faults: Faults) -> _Chain:
    n, needed = group["components"], group["needed"]
    if needed > n:
        faults.add("markov.needed", where="group.needed", found=needed, most=n)
        needed = n
    rates = group_rates(
        components=n,
        needed=needed,
        failure_rate=group["failure_rate"],
        repair_rate=group["repair_rate"],
        crews=group["crews"],
        resting_share=group["resting_share"],
    )
    names = tuple(str(failed) for failed in range(n + 1))
    return _Chain(names, rates, np.arange(n + 1) <= n - needed, 0)


def _of_states(inputs: Mapping[str, Any], faults: Faults) -> _Chain:
    states = inputs["states"]
    places = numbered(states, "states", faults)
    rates = np.zeros((len(states), len(states)))
    for number, row in enumerate(inputs["transitions"], start=1):
        start = place(row["from"], places, f"transitions[{number}].from", faults)
        end = place(row["to"], places, f"transitions[{number}].to", faults)
        if start is None or end is None:
            continue
        if start == end:
            faults.add("markov.to_itself", where=f"transitions[{number}]", found=row["from"])
        rates[start, end] += row["rate"]
    works = np.array([row["works"] for row in states], dtype=bool)
    return _Chain(tuple(row["name"] for row in states), rates, works, 0)


def _first_failure(chain: _Chain, horizon: float) -> float:
    """Probability that the service has stopped at least once by the horizon."""
    after, _ = step(_until_failure(chain), horizon)
    return _probability(after[chain.start][~chain.works].sum())


def _until_failure(chain: _Chain) -> NDArray[np.float64]:
    rates = chain.rates.copy()
    rates[~chain.works] = 0.0
    return rates


def _times(chain: _Chain, shares: NDArray[np.float64]) -> list[Quantity]:
    """Mean time to the first failure; failures a year and mean times up and down in the long run."""
    found = []
    first = _mean_time_to_failure(chain)
    if first is not None:
        found.append(Quantity("mean_time_to_failure", first, "hour"))
    failures = float(shares[chain.works] @ chain.rates[np.ix_(chain.works, ~chain.works)].sum(axis=1))
    if failures > 0:
        found += [
            Quantity("failure_frequency", failures * _HOURS_A_YEAR, "per_year"),
            Quantity("mean_up_time", float(shares[chain.works].sum()) / failures, "hour"),
            Quantity("mean_down_time", float(shares[~chain.works].sum()) / failures, "hour"),
        ]
    return [each for each in found if np.isfinite(each.value)]


def _mean_time_to_failure(chain: _Chain) -> float | None:
    """None where the service starts stopped, or may run for ever."""
    if not chain.works[chain.start]:
        return None
    reached = _reached(_until_failure(chain), chain.start) & chain.works
    up = np.flatnonzero(reached)
    exits = chain.rates[np.ix_(reached, ~chain.works)].sum(axis=1)
    within = chain.rates[np.ix_(reached, reached)]
    backwards = _reached_from_any(within.T, exits > 0)
    if not backwards.all():
        return None
    mean = expected_rewards(within, exits, np.ones((len(up), 1)))[int(np.searchsorted(up, chain.start)), 0]
    return float(mean) if np.isfinite(mean) else None


def _reached(rates: NDArray[np.float64], start: int) -> NDArray[np.bool_]:
    return _reached_from_any(rates, np.arange(len(rates)) == start)


def _reached_from_any(rates: NDArray[np.float64], starts: NDArray[np.bool_]) -> NDArray[np.bool_]:
    seen = starts.copy()
    fresh = starts.copy()
    while fresh.any():
        fresh = (rates[fresh] > 0).any(axis=0) & ~seen
        seen |= fresh
    return seen


def _passing(chain: _Chain) -> tuple[NDArray[np.int64], list[NDArray[np.int64]]]:
    """States that are left for good sooner or later, and the closed groups that the chain ends in."""
    closed = closed_classes(chain.rates)
    return np.setdiff1d(np.arange(len(chain.names)), np.concatenate(closed)), closed


def _before_end(chain: _Chain, rewards: NDArray[np.float64]) -> NDArray[np.float64] | None:
    """Rewards gathered from the start until the chain is in a closed group; None where it is in one."""
    passing, _ = _passing(chain)
    if chain.start not in passing:
        return None
    exits = np.delete(chain.rates, passing, axis=1)[passing].sum(axis=1)
    within = chain.rates[np.ix_(passing, passing)]
    found: NDArray[np.float64] = expected_rewards(within, exits, rewards)[
        int(np.searchsorted(passing, chain.start))
    ]
    return found


def _time_to_end(chain: _Chain) -> list[Quantity]:
    passing, _ = _passing(chain)
    mean = _before_end(chain, np.ones((len(passing), 1)))
    fine = mean is not None and np.isfinite(mean[0])
    return [Quantity("time_to_end", float(mean[0]), "hour")] if fine and mean is not None else []


def _ends(chain: _Chain) -> list[AnswerTable]:
    """Where a chain ends that can end, and how long it stays where before."""
    passing, closed = _passing(chain)
    into = np.stack([chain.rates[np.ix_(passing, each)].sum(axis=1) for each in closed], axis=1)
    ends, stays = _before_end(chain, into), _before_end(chain, np.eye(len(passing)))
    if ends is None or stays is None or not np.isfinite(stays).all():
        return []
    where = tuple(
        (", ".join(chain.names[state] for state in each), _probability(p))
        for each, p in zip(closed, ends, strict=True)
    )
    before = tuple((chain.names[state], float(hours)) for state, hours in zip(passing, stays, strict=True))
    return [
        AnswerTable("chain_ends", ("state", "chance"), where),
        AnswerTable("time_before_end", ("state", "hours"), before),
    ]


def _by_state(
    chain: _Chain,
    at_end: NDArray[np.float64],
    in_time: NDArray[np.float64],
    shares: NDArray[np.float64],
) -> AnswerTable:
    rows = tuple(
        (name, bool(chain.works[n]), float(at_end[n]), float(in_time[n]), float(shares[n]))
        for n, name in enumerate(chain.names)
    )
    return AnswerTable("chain_states", ("state", "works", "at_horizon", "hours", "long_run_share"), rows)


def _curves(chain: _Chain, horizon: float) -> list[tuple[float, float, float]]:
    """(hours, unavailability, probability of a first failure by then) at equal steps."""
    down = ~chain.works
    states = curve(chain.rates, chain.from_start, horizon=horizon, points=_POINTS)
    stopped = curve(_until_failure(chain), chain.from_start, horizon=horizon, points=_POINTS)
    return [
        (horizon * n / _POINTS, _probability(now[down].sum()), _probability(once[down].sum()))
        for n, (now, once) in enumerate(zip(states, stopped, strict=True))
    ]


def _course(chain: _Chain, horizon: float) -> AnswerTable:
    columns = ("hours", "unavailability", "failed_once")
    return AnswerTable("availability_course", columns, tuple(_curves(chain, horizon)))


def _drawn(chain: _Chain, horizon: float) -> dict[str, Any]:
    rows = _curves(chain, horizon)
    return {
        "x": {"name": "hours", "values": [row[0] for row in rows]},
        "series": [
            {"name": name, "values": [row[place] for row in rows]}
            for place, name in ((1, "unavailability"), (2, "failed_once"))
        ],
    }


def _warnings(chain: _Chain) -> tuple[Note, ...]:
    passing, closed = _passing(chain)
    found = []
    if chain.works.all() or not chain.works.any():
        found.append(Note("markov.one_kind"))
    if len(passing) and any(not chain.works[each].any() for each in closed):
        found.append(Note("markov.ends_stopped"))
    unreached = [name for name, seen in zip(chain.names, _reached(chain.rates, chain.start), strict=True)
                 if not seen]  # fmt: skip
    if unreached:
        found.append(Note("markov.unreached", {"states": tuple(unreached[:10])}))
    return tuple(found)


def _rate(name: str, default: Any) -> Field:
    return Field(name, "number", default, low=0, high=1e9, unit="per_hour")


def _fields() -> Sequence[Field]:
    states = (Field("name", "text"), Field("works", "flag"))
    transitions = (
        Field("from", "text"),
        Field("to", "text"),
        Field("rate", "number", above=0, high=1e9, unit="per_hour"),
    )
    group = (
        Field("components", "integer", low=1, high=200),
        Field("needed", "integer", low=1, high=200),
        Field("failure_rate", "number", above=0, high=1e9, unit="per_hour"),
        _rate("repair_rate", 0.0),
        Field("crews", "integer", default=1, low=1, high=200),
        Field("resting_share", "number", default=1.0, low=0, high=1),
    )
    return (
        Field("states", "table", default=(), least=0, most=300, columns=states),
        Field("transitions", "table", default=(), least=0, columns=transitions),
        Field("group", "record", default=None, columns=group),
        Field("start", "text", default=""),
        Field("horizon", "number", default=_HOURS_A_YEAR, above=0, high=1e7, unit="hour"),
    )


METHOD = Method("markov_availability", tuple(_fields()), run)
