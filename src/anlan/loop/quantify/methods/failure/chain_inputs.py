"""A Markov chain as its spec writes it: questions, checks, and the chain at given or drawn rates."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from anlan.domain.method import Field
from anlan.loop.quantify.methods.faults import Faults
from anlan.loop.quantify.methods.names import numbered, place
from anlan.maths.distributions import Distribution
from anlan.maths.markov.redundancy import group_rates
from anlan.maths.streams import Stream

HOURS_A_YEAR = 8760.0
_MOST_RATE, _LEAST_DRAWN = 1e9, 1e-30
_PURPOSE = 7_501
_MOST_STEPS = 4_000_000_000
"""Samples times the cube of the states: what is worked through for an interval."""


@dataclass(frozen=True, eq=False)
class Chain:
    """rates: (n, n) per hour. works: (n,) whether the service works in a state. start: number of a state."""

    names: tuple[str, ...]
    rates: NDArray[np.float64]
    works: NDArray[np.bool_]
    start: int

    @property
    def from_start(self) -> NDArray[np.float64]:
        row: NDArray[np.float64] = np.eye(len(self.names))[self.start]
        return row


@dataclass(frozen=True, eq=False)
class Read:
    """estimates: of the rates, in the order they are written; kinds: rates of one kind are drawn alike.
    at: the chain for a value of each."""

    estimates: tuple[Distribution, ...]
    kinds: tuple[str, ...]
    at: Callable[[Sequence[float]], Chain]

    @property
    def uncertain(self) -> bool:
        return any(each.kind not in ("constant", "none") for each in self.estimates)

    def point(self) -> Chain:
        """Every uncertain rate at its mean."""
        return self.at([each.mean for each in self.estimates])

    def samples(self, asked: int) -> int:
        """How many can be drawn for a chain of this size; none where nothing is uncertain."""
        n = len(self.point().names)
        return min(asked, max(100, _MOST_STEPS // n**3)) if self.uncertain else 0

    def drawn(self, n: int, seed: int) -> Iterator[Chain]:
        """n chains. Rates of one kind share their quantile: who does not know one does not know the other."""
        stream = Stream(seed)
        first = {kind: number for number, kind in reversed(list(enumerate(self.kinds)))}
        rows = []
        for number, (of, kind) in enumerate(zip(self.estimates, self.kinds, strict=True)):
            drawn = of.quantile(stream.uniform(n, purpose=_PURPOSE, place=first[kind] if kind else number))
            certain = of.kind in ("constant", "none")
            rows.append(drawn if certain else np.clip(drawn, _LEAST_DRAWN, _MOST_RATE))
        for rates in np.array(rows).T.tolist():
            yield self.at(rates)


def read_chain(inputs: Mapping[str, Any]) -> Read:
    """The chain of checked inputs. Errors: RefusedInputs with every fault and its place."""
    faults = Faults()
    group, states = inputs["group"], inputs["states"]
    if (group is None) == (not states):
        faults.add("markov.one_of", where="states")
        faults.raise_any()
    read = _of_group(group, faults) if group is not None else _of_states(inputs, faults)
    names = [row["name"] for row in states] or [str(failed) for failed in range(group["components"] + 1)]
    start = 0
    if inputs["start"]:
        places = {name: number for number, name in enumerate(names)}
        start = place(inputs["start"], places, "start", faults) or 0
    faults.raise_any()
    return Read(read.estimates, read.kinds, partial(_started, read.at, start))


def _started(at: Callable[[Sequence[float]], Chain], start: int, rates: Sequence[float]) -> Chain:
    made = at(rates)
    return Chain(made.names, made.rates, made.works, start)


def _of_group(group: Mapping[str, Any], faults: Faults) -> Read:
    if group["needed"] > group["components"]:
        faults.add("markov.needed", where="group.needed", found=group["needed"], most=group["components"])
    failing, repaired = group["failure_rate"], group["repair_rate"] or Distribution("none")
    _check_rate(failing, "group.failure_rate", faults)
    if repaired.kind not in ("constant", "none"):
        _check_rate(repaired, "group.repair_rate", faults)
    return Read((failing, repaired), ("", ""), partial(_group_at, group))


def _group_at(group: Mapping[str, Any], rates: Sequence[float]) -> Chain:
    n, needed = group["components"], group["needed"]
    made = group_rates(
        components=n,
        needed=needed,
        failure_rate=rates[0],
        repair_rate=rates[1],
        crews=group["crews"],
        resting_share=group["resting_share"],
    )
    return Chain(tuple(str(failed) for failed in range(n + 1)), made, np.arange(n + 1) <= n - needed, 0)


def _of_states(inputs: Mapping[str, Any], faults: Faults) -> Read:
    states = inputs["states"]
    places = numbered(states, "states", faults)
    ends = []
    for number, row in enumerate(inputs["transitions"], start=1):
        start = place(row["from"], places, f"transitions[{number}].from", faults)
        end = place(row["to"], places, f"transitions[{number}].to", faults)
        _check_rate(row["rate"], f"transitions[{number}].rate", faults)
        if start is None or end is None:
            continue
        if start == end:
            faults.add("markov.to_itself", where=f"transitions[{number}]", found=row["from"])
        ends.append((start, end))
    works = np.array([row["works"] for row in states], dtype=bool)
    names = tuple(row["name"] for row in states)
    return Read(
        tuple(row["rate"] for row in inputs["transitions"]),
        tuple(row["alike"] for row in inputs["transitions"]),
        partial(_states_at, names, works, tuple(ends)),
    )


def _states_at(
    names: tuple[str, ...],
    works: NDArray[np.bool_],
    ends: Sequence[tuple[int, int]],
    rates: Sequence[float],
) -> Chain:
    made = np.zeros((len(names), len(names)))
    for (start, end), rate in zip(ends, rates, strict=True):
        made[start, end] += rate
    return Chain(names, made, works, 0)


def _check_rate(of: Distribution, where: str, faults: Faults) -> None:
    """A rate must have its mean above zero and within `_MOST_RATE`."""
    if not 0 < of.mean <= _MOST_RATE:
        faults.add("method.outside", where=where, found=f"{of.mean:.4g}", limits=f"(0, {_MOST_RATE:g}]")


_RATE: dict[str, Any] = {"high": _MOST_RATE, "unit": "per_hour"}

FIELDS = (
    Field(
        "states",
        "table",
        default=(),
        least=0,
        most=300,
        columns=(Field("name", "text"), Field("works", "flag")),
    ),
    Field(
        "transitions",
        "table",
        default=(),
        least=0,
        columns=(
            Field("from", "text"),
            Field("to", "text"),
            Field("rate", "estimate", above=0, **_RATE),
            Field("alike", "text", default=""),
        ),
    ),
    Field(
        "group",
        "record",
        default=None,
        columns=(
            Field("components", "integer", low=1, high=200),
            Field("needed", "integer", low=1, high=200),
            Field("failure_rate", "estimate", above=0, **_RATE),
            Field("repair_rate", "estimate", default=None, low=0, **_RATE),
            Field("crews", "integer", default=1, low=1, high=200),
            Field("resting_share", "number", default=1.0, low=0, high=1),
        ),
    ),
    Field("start", "text", default=""),
    Field("horizon", "number", default=HOURS_A_YEAR, above=0, high=1e7, unit="hour"),
    Field("samples", "integer", default=500, low=0, high=20_000),
)
