"""Availability of a repairable service by a Markov chain: how long it is out, how often, how soon.

1. The chain: states and rates as given, or made for a group of like components with spares and crews.
2. Course from the start to the horizon: mean and final unavailability, probability of a first failure.
3. Long run: share of time in each state, failures a year, mean time up and down.
4. Where states cannot be left again: where it ends, and the time in each state before.
5. Uncertain rates: the figures hold at their means, with the middle 90 % of their values at drawn ones.

Mathematics: `anlan.maths.markov`. All rates are per hour.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from anlan.domain.method import Answer, AnswerTable, Chart, Method, Note, Quantity
from anlan.loop.quantify.methods.failure.chain_inputs import FIELDS, HOURS_A_YEAR, Chain, Read, read_chain
from anlan.maths.markov.absorption import expected_rewards
from anlan.maths.markov.course import curve, step
from anlan.maths.markov.long_run import closed_classes, limit
from anlan.maths.progress import part, tell

_POINTS = 24
_LEAST_SAMPLES = 2


def run(inputs: Mapping[str, Any], *, seed: int = 0) -> Answer:
    """Unavailability over the horizon first, then what else the chain says."""
    read, horizon = read_chain(inputs), inputs["horizon"]
    chain, n = read.point(), read.samples(inputs["samples"])
    after, spent = step(chain.rates, horizon)
    at_end, in_time, shares = after[chain.start], spent[chain.start], limit(chain.rates, chain.from_start)
    drawn = _drawn_figures(read, horizon, n, seed) if n >= _LEAST_SAMPLES else {}
    return Answer(
        quantities=tuple(replace(each, **drawn.get(each.name, {})) for each in _figures(chain, horizon)),
        tables=(
            _by_state(chain, at_end, in_time, shares),
            _course(chain, horizon),
            *_ends(chain),
        ),
        charts=(Chart("course", _drawn(chain, horizon)),),
        assumptions=_assumptions(read, len(drawn) and n),
        warnings=_warnings(chain),
    )


def _figures(chain: Chain, horizon: float) -> Iterator[Quantity]:
    """Every single number that the chain gives."""
    after, spent = step(chain.rates, horizon)
    down, shares = ~chain.works, limit(chain.rates, chain.from_start)
    out = float(spent[chain.start][down].sum())
    yield Quantity("unavailability_mean", _probability(out / horizon), "probability")
    at_end = after[chain.start][down].sum()
    yield Quantity("unavailability_at_horizon", _probability(at_end), "probability")
    yield Quantity("unavailability_long_run", _probability(shares[down].sum()), "probability")
    yield Quantity("downtime", out, "hour")
    yield Quantity("first_failure_by_horizon", _first_failure(chain, horizon), "probability")
    yield from _times(chain, shares)
    yield from _time_to_end(chain)


def _drawn_figures(read: Read, horizon: float, n: int, seed: int) -> dict[str, dict[str, Any]]:
    """The middle 90 % of each figure that every one of n drawn chains has."""
    found: dict[str, list[float]] = {}
    for done, chain in enumerate(read.drawn(n, seed)):
        tell(done / n)
        with part(done / n, (done + 1) / n):
            for each in _figures(chain, horizon):
                found.setdefault(each.name, []).append(each.value)
    limits = {
        name: np.quantile(values, [0.05, 0.95]).tolist() for name, values in found.items() if len(values) == n
    }
    return {name: {"low": low, "high": high, "interval": "middle_90"} for name, (low, high) in limits.items()}


def _assumptions(read: Read, drawn: int) -> tuple[Note, ...]:
    found = [Note("markov.no_memory"), Note("markov.per_hour")]
    if read.uncertain:
        found.append(Note("markov.at_means"))
    if drawn:
        found.append(Note("markov.samples", {"n": drawn}))
    return tuple(found)


def _probability(value: float) -> float:
    """Rounding may leave a sum a hair above 1."""
    return float(min(value, 1.0))


def _first_failure(chain: Chain, horizon: float) -> float:
    """Probability that the service has stopped at least once by the horizon."""
    after, _ = step(_until_failure(chain), horizon)
    return _probability(after[chain.start][~chain.works].sum())


def _until_failure(chain: Chain) -> NDArray[np.float64]:
    rates = chain.rates.copy()
    rates[~chain.works] = 0.0
    return rates


def _times(chain: Chain, shares: NDArray[np.float64]) -> list[Quantity]:
    """Mean time to the first failure; failures a year and mean times up and down in the long run."""
    found = []
    first = _mean_time_to_failure(chain)
    if first is not None:
        found.append(Quantity("mean_time_to_failure", first, "hour"))
    failures = float(shares[chain.works] @ chain.rates[np.ix_(chain.works, ~chain.works)].sum(axis=1))
    if failures > 0:
        found += [
            Quantity("failure_frequency", failures * HOURS_A_YEAR, "per_year"),
            Quantity("mean_up_time", float(shares[chain.works].sum()) / failures, "hour"),
            Quantity("mean_down_time", float(shares[~chain.works].sum()) / failures, "hour"),
        ]
    return [each for each in found if np.isfinite(each.value)]


def _mean_time_to_failure(chain: Chain) -> float | None:
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


def _passing(chain: Chain) -> tuple[NDArray[np.int64], list[NDArray[np.int64]]]:
    """States that are left for good sooner or later, and the closed groups that the chain ends in."""
    closed = closed_classes(chain.rates)
    return np.setdiff1d(np.arange(len(chain.names)), np.concatenate(closed)), closed


def _before_end(chain: Chain, rewards: NDArray[np.float64]) -> NDArray[np.float64] | None:
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


def _time_to_end(chain: Chain) -> list[Quantity]:
    passing, _ = _passing(chain)
    mean = _before_end(chain, np.ones((len(passing), 1)))
    fine = mean is not None and np.isfinite(mean[0])
    return [Quantity("time_to_end", float(mean[0]), "hour")] if fine and mean is not None else []


def _ends(chain: Chain) -> list[AnswerTable]:
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
    chain: Chain,
    at_end: NDArray[np.float64],
    in_time: NDArray[np.float64],
    shares: NDArray[np.float64],
) -> AnswerTable:
    rows = tuple(
        (name, bool(chain.works[n]), float(at_end[n]), float(in_time[n]), float(shares[n]))
        for n, name in enumerate(chain.names)
    )
    return AnswerTable("chain_states", ("state", "works", "at_horizon", "hours", "long_run_share"), rows)


def _curves(chain: Chain, horizon: float) -> list[tuple[float, float, float]]:
    """(hours, unavailability, probability of a first failure by then) at equal steps."""
    down = ~chain.works
    states = curve(chain.rates, chain.from_start, horizon=horizon, points=_POINTS)
    stopped = curve(_until_failure(chain), chain.from_start, horizon=horizon, points=_POINTS)
    return [
        (horizon * n / _POINTS, _probability(now[down].sum()), _probability(once[down].sum()))
        for n, (now, once) in enumerate(zip(states, stopped, strict=True))
    ]


def _course(chain: Chain, horizon: float) -> AnswerTable:
    columns = ("hours", "unavailability", "failed_once")
    return AnswerTable("availability_course", columns, tuple(_curves(chain, horizon)))


def _drawn(chain: Chain, horizon: float) -> dict[str, Any]:
    rows = _curves(chain, horizon)
    return {
        "x": {"name": "hours", "values": [row[0] for row in rows]},
        "series": [
            {"name": name, "values": [row[place] for row in rows]}
            for place, name in ((1, "unavailability"), (2, "failed_once"))
        ],
    }


def _warnings(chain: Chain) -> tuple[Note, ...]:
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


METHOD = Method("markov_availability", FIELDS, run, random=True)
