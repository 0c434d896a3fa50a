"""How much each basic event matters for a gate, all events in two walks over the diagram.

With P the probability of the gate, p that of the event, and P1, P0 that of the gate where the event is sure
and where it cannot be:

birnbaum      P1 - P0, the derivative of P by p
criticality   p (P1 - P0) / P: the share of P that goes away in proportion to p
diagnostic    p P1 / P: the probability that the event has happened, given that the gate has
raw           P1 / P, risk achievement worth
rrw           P / P0, risk reduction worth; infinite where the gate cannot happen without the event

"Fussell-Vesely" is used in print for criticality, for diagnostic and for the share of the minimal cut sets
that hold the event (`cut_sets.CutSets.shares`); all three are offered under the names of what they are.
For a coherent tree criticality <= diagnostic.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from anlan.domain.errors import NotEnoughData
from anlan.maths.fault_trees.diagram import Diagram
from anlan.maths.fault_trees.probability import checked, probabilities, slopes
from anlan.maths.progress import tell

_CANCELLED = 1e-6
"""Below this share of P, P - p (P1 - P0) has lost too many digits and P0 is computed by itself."""


@dataclass(frozen=True, eq=False)
class Importances:
    """All (n_events,) in the order of `events`; rrw may be infinite. probability: that of the gate."""

    events: tuple[str, ...]
    probability: float
    birnbaum: NDArray[np.float64]
    criticality: NDArray[np.float64]
    diagnostic: NDArray[np.float64]
    raw: NDArray[np.float64]
    rrw: NDArray[np.float64]


def importances(diagram: Diagram, p: ArrayLike, root: str) -> Importances:
    """Every measure for every event. Errors: NotEnoughData `fault_tree.never` where the gate cannot happen:
    shares of nothing."""
    given = checked(diagram, p)
    top, birnbaum = slopes(diagram, given, root)
    if top <= 0.0:
        raise NotEnoughData("fault_tree.never", where=root)
    sure = np.clip(top + (1.0 - given) * birnbaum, 0.0, 1.0)
    sure = np.where(given == 1.0, top, sure)
    without = _without(diagram, given, root, top, birnbaum)
    with np.errstate(divide="ignore", over="ignore"):
        rrw = np.where(without > 0, top / without, np.inf)
    return Importances(
        diagram.events, top, birnbaum, given * birnbaum / top, given * sure / top, sure / top, rrw
    )


def _without(
    diagram: Diagram, p: NDArray[np.float64], root: str, top: float, birnbaum: NDArray[np.float64]
) -> NDArray[np.float64]:
    """P0 of each event."""
    found = np.clip(top - p * birnbaum, 0.0, 1.0)
    again = np.flatnonzero(found < _CANCELLED * top)
    for done, event in enumerate(again):
        tell(done / len(again))
        found[event] = probabilities(diagram, np.where(np.arange(len(p)) == event, 0.0, p))[root]
    return found
