"""What can be said of a fault tree whose diagram does not fit: proven bounds, and nothing that rests on more.

Mathematics: `anlan.maths.fault_trees.bounds`.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from anlan.domain.errors import NotEnoughData
from anlan.domain.method import Answer, AnswerTable, Chart, Note, Quantity
from anlan.loop.quantify.methods.failure.fault_tree_inputs import Read
from anlan.maths.fault_trees.bounds import Bounds, bounds_of


def bounded_answer(read: Read, inputs: Mapping[str, Any], refused: NotEnoughData) -> Answer:
    """The bounds of the top at the means of all numbers.

    refused: why there is no exact answer. It is raised where the tree has negation: there are no bounds then.
    """
    top, p = inputs["top"], read.point()
    found = bounds_of(read.unfolded.tree, top, p)
    if found is None:
        raise refused
    known = tuple(
        (name, float(p[row])) for row, name in enumerate(read.unfolded.parts) if name in found.known
    )
    return Answer(
        quantities=(
            Quantity("top_at_most", found.high, "probability", found.low, found.high, "bounds"),
            *_frequency(inputs["initiator"], read, top, found),
        ),
        tables=(AnswerTable("tree_known", ("tree_event", "tree_probability"), known),),
        charts=(Chart("fault_tree", read.drawing(top, {})),),
        assumptions=(
            Note("fault_tree.independent"),
            *([Note("fault_tree.common_causes", {"n": len(read.groups)})] if read.groups else []),
            *([Note("fault_tree.at_means")] if read.uncertain else []),
        ),
        warnings=(
            Note("fault_tree.bounded", {"most": refused.parameters["most"], "known": len(found.known)}),
        ),
    )


def _frequency(initiator: Mapping[str, Any] | None, read: Read, top: str, found: Bounds) -> list[Quantity]:
    """Bounds of how often a year; where the initiator stands in the tree, of what its happening adds."""
    if initiator is None:
        return []
    low, high, event = found.low, found.high, initiator["event"]
    rows = [row for row, name in enumerate(read.unfolded.parts) if event and name in (event, f"[{event}]")]
    if rows:
        on, off = (_with(read, top, rows, value) for value in (1.0, 0.0))
        low, high = max(on.low - off.high, 0.0), on.high - off.low
    per_year = float(initiator["per_year"].mean)
    return [
        Quantity("frequency_at_most", per_year * high, "per_year", per_year * low, per_year * high, "bounds")
    ]


def _with(read: Read, top: str, rows: list[int], value: float) -> Bounds:
    p: NDArray[np.float64] = read.point()
    p[rows] = value
    found = bounds_of(read.unfolded.tree, top, p)
    assert found is not None  # the tree had bounds before
    return found
