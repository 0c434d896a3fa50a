"""A process as a user writes it, as a network of queues: steps, ways, people, hours, risks at steps.

Times are in minutes here and in seconds in the network; the run begins on Monday at 0:00.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from anlan.domain.method import Field
from anlan.loop.quantify.methods.faults import Faults
from anlan.loop.quantify.methods.names import numbered, place
from anlan.maths.distributions import Distribution
from anlan.maths.simulation import laws
from anlan.maths.simulation.network import OUT, Network, Node, Pool, Risk, Way

MINUTE_S, HOUR_S, DAY_S, WEEK_S = 60.0, 3600.0, 86_400.0, 604_800.0
_MOST_MINUTES = 1e6
_CELLS = 1024
EFFECTS = {"none": "nothing", "rework": "go_to", "drop": "drop", "found_later": "hide"}
"""What a user says a risk does -> the effect in the network."""
MOST_CASES = 5_000_000

FIELDS = (
    Field(
        "steps",
        "table",
        most=500,
        columns=(
            Field("name", "text"),
            Field("time", "estimate", low=0, high=_MOST_MINUTES, unit="minute"),
            Field("pool", "text", default="", names=("pools",)),
            Field("promise", "number", default=None, above=0, high=_MOST_MINUTES, unit="minute"),
            Field("patience", "number", default=None, above=0, high=_MOST_MINUTES, unit="minute"),
            Field("cost", "number", default=0.0, low=0, high=1e9),
        ),
    ),
    Field(
        "ways",
        "table",
        default=(),
        least=0,
        most=5_000,
        columns=(
            Field("from", "text", names=("steps",)),
            Field("to", "text", default="", names=("steps",)),
            Field("share", "number", default=1.0, low=0, high=1),
        ),
    ),
    Field(
        "pools",
        "table",
        default=(),
        least=0,
        most=200,
        columns=(
            Field("name", "text"),
            Field("people", "integer", default=1, low=1, high=100_000),
            Field("cost_per_hour", "number", default=0.0, low=0, high=1e6),
        ),
    ),
    Field(
        "shifts",
        "table",
        default=(),
        least=0,
        most=2_000,
        columns=(
            Field("pool", "text", names=("pools",)),
            Field("first_day", "integer", default=1, low=1, high=7),
            Field("last_day", "integer", default=7, low=1, high=7),
            Field("from_hour", "number", low=0, below=24),
            Field("to_hour", "number", above=0, high=24),
            Field("people", "integer", low=1, high=100_000),
        ),
    ),
    Field("arrivals", "numbers", most=168, low=0, high=1e6, unit="per_hour"),
    Field("weeks", "number", default=4.0, above=0, high=520),
    Field("warm_up_weeks", "number", default=0.0, low=0, high=519),
    Field("promise", "number", default=None, above=0, high=_MOST_MINUTES, unit="minute"),
    Field(
        "risks",
        "table",
        default=(),
        least=0,
        most=40,
        columns=(
            Field("name", "text"),
            Field("step", "text", names=("steps",)),
            Field("chance", "number", low=0, high=1, unit="probability"),
            Field("delay", "estimate", default=None, low=0, high=_MOST_MINUTES, unit="minute"),
            Field("effect", "choice", default="none", choices=tuple(EFFECTS)),
            Field("leads_to", "text", default="", names=("steps",)),
            Field("found_at", "text", default="", names=("steps",)),
            Field("cost", "number", default=0.0, low=0, high=1e9),
        ),
    ),
    Field("replications", "integer", default=30, low=2, high=1_000),
)
"""What is asked of a process, in the order it is asked."""


@dataclass(frozen=True)
class ProcessAsked:
    """A process ready to run. rates: 168 arrivals an hour from Monday 0:00; times in seconds."""

    network: Network
    rates: tuple[float, ...]
    until_s: float
    warm_up_s: float
    promise_s: float | None
    replications: int


def read_process(inputs: Mapping[str, Any]) -> ProcessAsked:
    """The network and how long it runs. Errors: RefusedInputs with every fault, each at its place."""
    faults = Faults()
    steps = numbered(inputs["steps"], "steps", faults)
    pools = numbered(inputs["pools"], "pools", faults)
    numbered(inputs["risks"], "risks", faults)
    ways = _ways(inputs, steps, faults)
    nodes = tuple(
        _node(row, number, pools, ways[row["name"]], faults) for number, row in enumerate(inputs["steps"])
    )
    until_s, warm_up_s = inputs["weeks"] * WEEK_S, inputs["warm_up_weeks"] * WEEK_S
    schedules = _schedules(inputs["shifts"], pools, until_s, faults)
    rates = _rates(inputs["arrivals"], faults)
    _check_size(inputs, rates, faults)
    risks = tuple(_risk(row, number, steps, faults) for number, row in enumerate(inputs["risks"]))
    faults.raise_any()
    network = Network(nodes, tuple(_pool(row, schedules) for row in inputs["pools"]), risks)
    promise = inputs["promise"]
    return ProcessAsked(network, rates, until_s, warm_up_s, None if promise is None else promise * MINUTE_S,
                        inputs["replications"])  # fmt: skip


def law_of(time: Distribution) -> laws.Law:
    """The law of a time given in minutes; what the kernels have no quantile function of becomes a table."""
    p = time.parameters
    if time.kind in ("none", "constant"):
        return laws.constant(time.mean * MINUTE_S)
    if time.kind == "lognormal":
        return laws.Law(laws.LOGNORMAL, p["mu"] + math.log(MINUTE_S), p["sigma"])
    if time.kind == "weibull":
        return laws.weibull(p["scale"] * MINUTE_S, p["shape"])
    if time.kind == "gamma":
        return laws.gamma(time.mean * MINUTE_S, math.sqrt(time.variance) * MINUTE_S)
    return laws.table(time.quantile(np.linspace(0.0, 1.0, _CELLS + 1)) * MINUTE_S)


def _ways(inputs: Mapping[str, Any], steps: Mapping[str, int], faults: Faults) -> dict[str, tuple[Way, ...]]:
    """Ways from each step: those given, else on to the next row and out after the last."""
    found: dict[str, list[Way]] = {name: [] for name in steps}
    for number, row in enumerate(inputs["ways"]):
        where = f"ways[{number + 1}]"
        known = place(row["from"], steps, f"{where}.from", faults) is not None
        if row["to"]:
            known = place(row["to"], steps, f"{where}.to", faults) is not None and known
        if known:
            found[row["from"]].append(Way(row["to"] or OUT, row["share"]))
    names = list(steps)
    for name, after in zip(names, [*names[1:], OUT], strict=True):
        total = math.fsum(way.share for way in found[name])
        if found[name] and not math.isclose(total, 1.0, abs_tol=1e-6):
            faults.add("process.shares", where=f"ways: {name}", found=total)
        found[name] = [Way(w.to, w.share / total) for w in found[name]] if total > 0 else [Way(after)]
    return {name: tuple(ways) for name, ways in found.items()}


def _node(
    row: Mapping[str, Any], number: int, pools: Mapping[str, int], ways: tuple[Way, ...], faults: Faults
) -> Node:
    if row["pool"]:
        place(row["pool"], pools, f"steps[{number + 1}].pool", faults)
    elif row["patience"] is not None:
        faults.add("process.patience_of_no_line", where=f"steps[{number + 1}].patience")
    patience = None if row["patience"] is None else laws.exponential(row["patience"] * MINUTE_S)
    return Node(
        row["name"],
        law_of(row["time"]),
        (row["pool"],) if row["pool"] else (),
        ways,
        patience=patience,
        promise_s=math.inf if row["promise"] is None else row["promise"] * MINUTE_S,
        cost=row["cost"],
    )


def _pool(row: Mapping[str, Any], schedules: Mapping[str, tuple[tuple[float, int], ...]]) -> Pool:
    schedule = schedules.get(row["name"], ())
    return Pool(row["name"], row["people"], schedule, cost_per_h=row["cost_per_hour"])


def _schedules(
    shifts: Sequence[Mapping[str, Any]], pools: Mapping[str, int], until_s: float, faults: Faults
) -> dict[str, tuple[tuple[float, int], ...]]:
    """When each pool with shifts has how many people. The last week goes on for as long again as there may be
    cases left, so that they are finished."""
    there: dict[str, np.ndarray] = {}
    for number, row in enumerate(shifts):
        where = f"shifts[{number + 1}]"
        if row["from_hour"] >= row["to_hour"] or row["first_day"] > row["last_day"]:
            faults.add("process.shift", where=where)
            continue
        if place(row["pool"], pools, f"{where}.pool", faults) is None:
            continue
        minutes = there.setdefault(row["pool"], np.zeros(7 * 1440, dtype=np.int64))
        for day in range(row["first_day"] - 1, row["last_day"]):
            begin, end = (round(row[name] * 60) for name in ("from_hour", "to_hour"))
            minutes[day * 1440 + begin : day * 1440 + end] += row["people"]
    weeks = 2 * math.ceil(until_s / WEEK_S) + 52
    return {name: _changes(minutes, weeks) for name, minutes in there.items()}


def _changes(minutes: np.ndarray, weeks: int) -> tuple[tuple[float, int], ...]:
    """Second and number whenever it changes, week after week; the number of the last hour open stays on."""
    at = np.flatnonzero(np.diff(minutes, prepend=-1))
    one = [(float(minute) * MINUTE_S, int(minutes[minute])) for minute in at]
    rows = [(week * WEEK_S + time, people) for week in range(weeks) for time, people in one]
    kept = [row for i, row in enumerate(rows) if i == 0 or row[1] != rows[i - 1][1]]
    return (*kept, (weeks * WEEK_S, max(people for _, people in one)))


def _rates(given: Sequence[float], faults: Faults) -> tuple[float, ...]:
    """168 rates of one for all hours, 24 by hour of the day, or 168 by hour of the week."""
    if len(given) not in (1, 24, 168):
        faults.add("process.arrivals", where="arrivals", found=len(given))
        return (1.0,) * 168
    if not sum(given) > 0:
        faults.add("process.no_arrivals", where="arrivals")
    return tuple(given) * (168 // len(given))


def _check_size(inputs: Mapping[str, Any], rates: Sequence[float], faults: Faults) -> None:
    if inputs["warm_up_weeks"] >= inputs["weeks"]:
        faults.add(
            "process.warm_up", where="warm_up_weeks", found=inputs["warm_up_weeks"], weeks=inputs["weeks"]
        )
    runs = inputs["replications"] * (1 + len(inputs["risks"]))
    cases = sum(rates) * inputs["weeks"] * runs
    if cases > MOST_CASES:
        faults.add("process.too_many_cases", where="weeks", found=round(cases), most=MOST_CASES)


def _risk(row: Mapping[str, Any], number: int, steps: Mapping[str, int], faults: Faults) -> Risk:
    where = f"risks[{number + 1}]"
    place(row["step"], steps, f"{where}.step", faults)
    needed = {"rework": ("leads_to",), "found_later": ("leads_to", "found_at")}.get(row["effect"], ())
    for name in ("leads_to", "found_at"):
        if name in needed:
            place(row[name], steps, f"{where}.{name}", faults)
        elif row[name]:
            faults.add("process.effect_without", where=f"{where}.{name}", effect=row["effect"])
    return Risk(
        row["name"],
        row["step"],
        row["chance"],
        EFFECTS[row["effect"]],
        row["leads_to"],
        row["found_at"],
        law_of(row["delay"]) if row["delay"] is not None else None,
        row["cost"],
    )
