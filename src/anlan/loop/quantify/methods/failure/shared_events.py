"""Basic events and gates that several methods share: asked, checked and held alike, so that an event of this
name and probability is the same one in a fault tree, an event tree and a bow-tie."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from anlan.domain.method import Field
from anlan.loop.quantify.methods.faults import Faults
from anlan.maths.distributions import Distribution
from anlan.maths.fault_trees import FaultTree, Gate, faults_of
from anlan.maths.fault_trees.model import KINDS

MOST_PER_YEAR = 1e9
NAMED = ("gates", "events")
"""Tables whose rows a barrier or a heading may fail by."""
EVENTS = Field(
    "events",
    "table",
    default=(),
    least=0,
    most=2000,
    columns=(
        Field("name", "text"),
        Field("probability", "estimate", low=0, high=1),
        Field("source", "text", default=""),
    ),
)
GATES = Field(
    "gates",
    "table",
    default=(),
    least=0,
    most=2000,
    columns=(
        Field("name", "text"),
        Field("kind", "choice", choices=KINDS),
        Field("inputs", "texts", most=500, names=NAMED),
        Field("k", "integer", default=0, low=0),
    ),
)

SAMPLES = Field("samples", "integer", default=2000, low=100, high=20_000)


def read_events(inputs: Mapping[str, Any], faults: Faults) -> tuple[FaultTree, dict[str, Distribution]]:
    """The tree of the shared events and gates, and the probability of each event."""
    given: dict[str, Distribution] = {}
    for number, row in enumerate(inputs["events"], start=1):
        if row["name"] in given:
            faults.add("method.twice", where=f"events[{number}].name", found=row["name"])
        probability(row["probability"], f"events[{number}].probability", faults)
        given[row["name"]] = row["probability"]
    gates: dict[str, Gate] = {}
    places: dict[str, str] = {}
    for number, row in enumerate(inputs["gates"], start=1):
        if row["name"] in gates:
            faults.add("method.twice", where=f"gates[{number}].name", found=row["name"])
        gates[row["name"]] = Gate(row["kind"], row["inputs"], row["k"])
        places[row["name"]] = f"gates[{number}]"
    tree = FaultTree(gates, tuple(given))
    for fault in faults_of(tree):
        faults.add(fault.code, where=places.get(fault.name, fault.name), **fault.parameters)
    return tree, given


def probability(of: Distribution | None, where: str, faults: Faults) -> None:
    """A distribution of a probability must have its mean within [0, 1]."""
    if of is not None and not 0 <= of.mean <= 1:
        faults.add("method.outside", where=where, found=f"{of.mean:.4g}", limits="[0, 1]")


def frequency(of: Distribution, where: str, faults: Faults) -> None:
    """A distribution of a frequency must have its mean within `MOST_PER_YEAR`."""
    if not 0 <= of.mean <= MOST_PER_YEAR:
        faults.add("method.outside", where=where, found=f"{of.mean:.4g}", limits=f"[0, {MOST_PER_YEAR:g}]")


def drawn(of: Distribution, uniform: np.ndarray) -> np.ndarray:
    """Values of a probability at these shares; what lies above 1 counts as 1."""
    return np.clip(of.quantile(uniform), 0.0, 1.0)
