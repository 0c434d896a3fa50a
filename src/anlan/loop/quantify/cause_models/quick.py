"""The figures of a model at once, while it is drawn: those of its method, without samples, within a limit.

1. Nothing is computed while anything is wrong with the model.
2. All numbers stand at their means; intervals come from a run of the method.
3. Diagrams are held to `MOST_NODES` nodes, and models to `MOST_PARTS` parts where each part is asked for its
   worth: what needs more is told to be calculated, not waited for.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from anlan.domain.errors import NotEnoughData
from anlan.domain.method import Answer, Method
from anlan.loop.quantify.cause_models.parts import Inputs, rows_of
from anlan.loop.quantify.methods.reading import read_inputs
from anlan.maths.fault_trees.effort import at_most

MOST_NODES = 100_000
MOST_PARTS = 400
"""Events, gates and barriers of an event tree or a bow-tie: each costs two walks over the diagram."""
_SHORTENED: Mapping[str, Mapping[str, Any]] = {
    "fault_tree": {"samples": 0, "most_sets": 10},
    "event_tree": {"samples": 100},
    "bow_tie": {"samples": 100},
}
"""What of the method's own questions only costs time here."""


def quick_answer(of: Method, inputs: Inputs) -> Answer:
    """What the method answers for sure: quantities without intervals, tables, picture, warnings.

    Errors: RefusedInputs of a model with faults; NotEnoughData `cause_model.too_long`, `fault_tree.too_large`
    for one that takes longer than a person waits.
    """
    n = sum(len(rows_of(inputs, table)) for table in ("events", "gates", "barriers"))
    if of.code != "fault_tree" and n > MOST_PARTS:
        raise NotEnoughData("cause_model.too_long", found=n, most=MOST_PARTS)
    asked = read_inputs(of.fields, inputs)
    asked |= {name: _least(name, asked[name], value) for name, value in _SHORTENED[of.code].items()}
    with at_most(MOST_NODES):
        answer: Answer = of.run(asked)
    certain = tuple(
        replace(each, low=None, high=None, interval="")
        for each in answer.quantities
        if each.name not in ("top_mean", "top_median")
    )
    return replace(answer, quantities=certain)


def _least(name: str, asked: Any, here: Any) -> Any:
    return min(asked, here) if name == "most_sets" else here
