"""Ways that events can take together, quantified on one diagram so that shared events count once.

A path is a set of things that happen and do not happen. Its probability is exact: what two barriers have in
common, a power supply or a person, fails once for both.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from anlan.domain.method import Quantity
from anlan.loop.quantify.methods.failure.shared_events import drawn
from anlan.maths.distributions import Distribution
from anlan.maths.fault_trees import Diagram, FaultTree, Gate, diagram_of, probabilities, sampled_probabilities
from anlan.maths.streams import Stream

_ALWAYS = "\0always"
_PURPOSE, _RATE_PURPOSE = 7_401, 7_402

Literal = tuple[str, bool]
"""Name of an event or gate, and whether it happens."""


@dataclass(frozen=True, eq=False)
class Paths:
    """tree: of the shared gates. diagram: its roots are the paths in order.
    given: the probability of every event."""

    tree: FaultTree
    diagram: Diagram
    roots: tuple[str, ...]
    given: Mapping[str, Distribution]

    @property
    def is_uncertain(self) -> bool:
        return any(each.kind != "constant" for each in self.given.values())

    def point(self, changed: Mapping[str, float] | None = None) -> NDArray[np.float64]:
        """Probability of each path with every event at its mean; `changed`: set otherwise."""
        known = {name: float(of.mean) for name, of in self.given.items()} | dict(changed or {})
        found = probabilities(self.diagram, [known[name] for name in self.diagram.events])
        return np.array([found[root] for root in self.roots])

    def sampled(self, n: int, seed: int) -> NDArray[np.float64]:
        """(paths, n) probabilities with every event drawn."""
        stream = Stream(seed)
        draws = np.array(
            [
                drawn(self.given[name], stream.uniform(n, purpose=_PURPOSE, place=place))
                for place, name in enumerate(self.diagram.events)
            ]
        )
        return sampled_probabilities(self.diagram, draws, self.roots)


def paths_of(tree: FaultTree, given: Mapping[str, Distribution], paths: Sequence[Sequence[Literal]]) -> Paths:
    """The paths on one diagram. Errors: NotEnoughData `fault_tree.too_large`."""
    negated = {name for path in paths for name, happens in path if not happens}
    gates = {_not(name): Gate("not", (name,)) for name in sorted(negated)}
    roots = tuple(f"\0path {number}" for number in range(len(paths)))
    for root, path in zip(roots, paths, strict=True):
        inputs = tuple(name if happens else _not(name) for name, happens in path)
        gates[root] = Gate("and", inputs or (_ALWAYS,))
    whole = FaultTree({**tree.gates, **gates}, tree.events, {**tree.houses, _ALWAYS: True})
    return Paths(tree, diagram_of(whole, roots), roots, given)


def _not(name: str) -> str:
    return f"\0not {name}"


def rates(of: Sequence[Distribution], n: int, seed: int) -> NDArray[np.float64]:
    """(len(of), n) draws of frequencies."""
    stream = Stream(seed)
    return np.array(
        [each.quantile(stream.uniform(n, purpose=_RATE_PURPOSE, place=i)) for i, each in enumerate(of)]
    )


def with_middle(name: str, value: float, unit: str, samples: NDArray[np.float64] | None) -> Quantity:
    """A quantity with the middle 90 % of its samples, where there are any."""
    if samples is None:
        return Quantity(name, value, unit)
    low, high = (float(each) for each in np.quantile(samples, [0.05, 0.95]))
    return Quantity(name, value, unit, low, high, "middle_90")
