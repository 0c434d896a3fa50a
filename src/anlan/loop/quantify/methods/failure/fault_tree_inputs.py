"""A fault tree as its spec writes it: questions, checks that need the whole tree, and the tree they make."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from anlan.domain.errors import RefusedInput
from anlan.domain.method import Field
from anlan.loop.quantify.methods.faults import Faults
from anlan.maths.distributions import Distribution
from anlan.maths.fault_trees import CommonCause, FaultTree, Gate, Unfolded, faults_of, with_common_causes
from anlan.maths.fault_trees.common_cause import MODELS
from anlan.maths.fault_trees.event_models import by_mission, by_repair, by_test
from anlan.maths.fault_trees.model import KINDS
from anlan.maths.fault_trees.uncertainty import Reading

TIMES = ("mission_h", "repair_h", "test_h")
MOST_SAMPLES = 100_000
_MOST_RATE = 1e9
_PARTS = ("gates", "events", "houses")

FIELDS = (
    Field("top", "text", names=_PARTS),
    Field(
        "gates",
        "table",
        most=50_000,
        columns=(
            Field("name", "text"),
            Field("kind", "choice", choices=KINDS),
            Field("inputs", "texts", most=5_000, names=_PARTS),
            Field("k", "integer", default=0, low=0),
        ),
    ),
    Field(
        "events",
        "table",
        most=50_000,
        columns=(
            Field("name", "text"),
            Field("probability", "estimate", default=None, low=0, high=1),
            Field("rate_per_h", "estimate", default=None, low=0),
            Field("mission_h", "number", default=None, above=0, high=1e9),
            Field("repair_h", "number", default=None, above=0, high=1e9),
            Field("test_h", "number", default=None, above=0, high=1e9),
            Field("alike", "text", default=""),
            Field("source", "text", default=""),
        ),
    ),
    Field(
        "houses",
        "table",
        default=(),
        least=0,
        columns=(Field("name", "text"), Field("happens", "flag")),
    ),
    Field(
        "common_causes",
        "table",
        default=(),
        least=0,
        most=1_000,
        columns=(
            Field("name", "text"),
            Field("model", "choice", default="beta", choices=MODELS),
            Field("members", "texts", least=2, most=10, names=("events",)),
            Field("factors", "numbers", low=0, high=1, most=10),
        ),
    ),
    Field(
        "initiator",
        "record",
        default=None,
        columns=(
            Field("per_year", "estimate", low=0),
            Field("event", "text", default="", names=("events",)),
        ),
    ),
    Field("most_order", "integer", default=None, low=1, high=1_000),
    Field("least_probability", "number", default=0.0, low=0, high=1),
    Field("most_sets", "integer", default=50, low=1, high=10_000),
    Field("samples", "integer", default=2_000, low=0, high=MOST_SAMPLES),
)


@dataclass(frozen=True)
class Read:
    """written: the tree as given. unfolded: with its common causes. given: event -> its distribution and how
    a draw becomes a probability. kinds: event -> what it is alike with."""

    written: FaultTree
    unfolded: Unfolded
    groups: tuple[CommonCause, ...]
    given: Mapping[str, tuple[Distribution, Reading | None]]
    kinds: Mapping[str, str]

    @property
    def uncertain(self) -> bool:
        return any(each.kind != "constant" for each, _ in self.given.values())

    def written_point(self) -> dict[str, float]:
        """Probability of each event as written, every uncertain number at its mean."""
        return {name: _at(of.mean, reading) for name, (of, reading) in self.given.items()}

    def point(self) -> NDArray[np.float64]:
        """Probability of each unfolded event, every uncertain number at its mean."""
        known = self.written_point()
        return np.array([known[source] * factor for source, factor in self.unfolded.parts.values()])

    def drawing(self, top: str, known: Mapping[str, float]) -> dict[str, Any]:
        """The tree as written, for drawing. known: the probability of gates, as far as there is one."""
        tree = self.written
        return {
            "top": top,
            "gates": [
                {"name": name, "kind": gate.kind, "k": gate.k, "inputs": list(gate.inputs),
                 "probability": known.get(name)}
                for name, gate in tree.gates.items()
            ],
            "events": [{"name": name, "probability": p} for name, p in self.written_point().items()],
            "houses": [{"name": name, "happens": on} for name, on in tree.houses.items()],
        }  # fmt: skip

    def sampled(self, draws: Mapping[str, NDArray[np.float64]]) -> NDArray[np.float64]:
        """The same for samples (n_events, n)."""
        return np.array([draws[source] * factor for source, factor in self.unfolded.parts.values()])


def _at(value: float, reading: Reading | None) -> float:
    return float(value if reading is None else reading(np.asarray(value)))


def read_tree(inputs: Mapping[str, Any]) -> Read:
    """The tree of checked inputs. Errors: RefusedInputs with every fault and its place."""
    faults = Faults()
    given = dict(_events(inputs["events"], faults))
    written = FaultTree(
        {row["name"]: Gate(row["kind"], row["inputs"], row["k"]) for row in inputs["gates"]},
        tuple(row["name"] for row in inputs["events"]),
        {row["name"]: row["happens"] for row in inputs["houses"]},
    )
    _repeated_rows(inputs, faults)
    places = _places(inputs)
    for fault in faults_of(written, (inputs["top"],)):
        where = "top" if fault.code.endswith("unknown_top") else places.get(fault.name, fault.name)
        faults.add(fault.code, where=where, **fault.parameters)
    groups = tuple(
        CommonCause(row["name"], row["members"], row["model"], row["factors"])
        for row in inputs["common_causes"]
    )
    _check_groups(groups, inputs, faults)
    _check_initiator(inputs["initiator"], written, faults)
    faults.raise_any()
    unfolded = with_common_causes(written, groups)
    kinds = {row["name"]: row["alike"] for row in inputs["events"] if row["alike"]}
    return Read(written, unfolded, groups, given, kinds)


def _places(inputs: Mapping[str, Any]) -> dict[str, str]:
    """Name -> where it is written."""
    return {
        row["name"]: f"{table}[{number}]"
        for table in ("houses", "events", "gates")
        for number, row in enumerate(inputs[table], start=1)
    }


def _repeated_rows(inputs: Mapping[str, Any], faults: Faults) -> None:
    """A name that one table has twice; names in several tables are found with the tree."""
    for table in ("gates", "houses"):
        seen: set[str] = set()
        for number, row in enumerate(inputs[table], start=1):
            if row["name"] in seen:
                faults.add("fault_tree.name_twice", where=f"{table}[{number}]")
            seen.add(row["name"])


def _events(
    rows: Sequence[Mapping[str, Any]], faults: Faults
) -> Iterator[tuple[str, tuple[Distribution, Reading | None]]]:
    for number, row in enumerate(rows, start=1):
        where = f"events[{number}]"
        times = [name for name in TIMES if row[name] is not None]
        probability, rate = row["probability"], row["rate_per_h"]
        if (probability is None) == (rate is None) or len(times) != (rate is not None):
            faults.add("fault_tree.event_data", where=where, name=row["name"])
        elif probability is not None:
            _check_mean(probability, 1.0, f"{where}.probability", faults)
            yield row["name"], (probability, None)
        else:
            _check_mean(rate, _MOST_RATE, f"{where}.rate_per_h", faults)
            yield row["name"], (rate, _reading(times[0], row[times[0]]))


def _check_mean(of: Distribution, most: float, where: str, faults: Faults) -> None:
    try:
        mean = of.mean
    except OverflowError:
        mean = np.inf
    if not mean <= most:
        faults.add("method.outside", where=where, found=f"{mean:g}", limits=f"[0, {most:g}]")


def _reading(name: str, hours: float) -> Reading:
    if name == "mission_h":
        return partial(by_mission, mission_h=hours)
    return partial(by_repair, repair_h=hours) if name == "repair_h" else partial(by_test, interval_h=hours)


def _check_groups(groups: Sequence[CommonCause], inputs: Mapping[str, Any], faults: Faults) -> None:
    """Factors that fit, members that are basic events of one group, with the same data."""
    rows = {row["name"]: row for row in inputs["events"]}
    taken: set[str] = set()
    for number, group in enumerate(groups, start=1):
        where = f"common_causes[{number}]"
        try:
            group.shares()
        except RefusedInput as refused:
            faults.add(refused.code, **{**refused.parameters, "where": where})
        wrong = [name for name in group.members if name not in rows or name in taken]
        taken |= set(group.members)
        if wrong:
            faults.add("fault_tree.common_cause_event", where=f"{where}.members", found=wrong)
            continue
        data = [_data(rows[name]) for name in group.members]
        if any(each != data[0] for each in data):
            faults.add("fault_tree.common_cause_alike", where=f"{where}.members")


def _data(row: Mapping[str, Any]) -> tuple[Any, ...]:
    def of(estimate: Distribution | None) -> Any:
        return estimate and (estimate.kind, tuple(sorted(estimate.parameters.items())))

    return (of(row["probability"]), of(row["rate_per_h"]), *(row[name] for name in TIMES))


def _check_initiator(initiator: Mapping[str, Any] | None, tree: FaultTree, faults: Faults) -> None:
    if initiator:
        _check_mean(initiator["per_year"], _MOST_RATE, "initiator.per_year", faults)
    if initiator and initiator["event"] and initiator["event"] not in tree.events:
        faults.add("fault_tree.unknown_top", where="initiator.event")


def counted_twice(read: Read) -> list[tuple[str, str]]:
    """(Group, name) where a gate or event already stands beside several members under "or" gates of their
    own: it may be the same common cause, modelled a second time."""
    found = []
    ors = [gate for gate in read.written.gates.values() if gate.kind == "or"]
    for group in read.groups:
        beside: dict[str, set[str]] = {}
        for gate in ors:
            members = set(gate.inputs) & set(group.members)
            if len(members) == 1:
                for other in set(gate.inputs) - members:
                    beside.setdefault(other, set()).update(members)
        found += [(group.name, name) for name, members in sorted(beside.items()) if len(members) > 1]
    return found


def tested(read: Read) -> frozenset[str]:
    """Events of the unfolded tree that fail unseen until a test, each by itself."""
    seen_late = {
        name for name, (_, how) in read.given.items() if isinstance(how, partial) and how.func is by_test
    }
    return frozenset(part for part, (source, _) in read.unfolded.parts.items() if source in seen_late)
