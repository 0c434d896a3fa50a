"""The inputs of a process as a design that can be drawn, and how long each of its steps takes on average."""

from collections.abc import Mapping
from typing import Any

from anlan.domain.design import Design, Link, Step
from anlan.loop.improve.twin.names import is_wait
from anlan.loop.quantify.methods.process.process_fields import FIELDS
from anlan.loop.quantify.methods.process.process_hours import MINUTE_S
from anlan.loop.quantify.methods.process.process_inputs import read_process
from anlan.loop.quantify.methods.reading import read_inputs
from anlan.maths.simulation.network import OUT

END = "⏹"
"""Key and name of the end that every way out leads to."""
_FORMS = {"choice": "xor", "split": "and", "some": "or", "join": "and"}


def flow_of(inputs: Mapping[str, Any]) -> Design:
    """Steps and ways as they are simulated, each keyed by its name, and one end. A step without people before
    another, that calibration put there for a wait, is a wait.

    Errors: RefusedInputs with every fault of the inputs.
    """
    rows = {str(row["name"]): row for row in inputs["steps"]}
    asked = read_process(read_inputs(FIELDS, inputs))
    links, ends = [], False
    for node in asked.network.nodes:
        opens = node.kind in ("split",)
        for way in node.ways:
            to = END if way.to == OUT else way.to
            ends = ends or to == END
            if way.share > 0 or opens:
                links.append(Link(node.id, to, None if opens or len(node.ways) == 1 else way.share))
    steps = [_step(row) for row in rows.values()]
    if ends:
        steps.append(Step(END, END, kind="event", form="end"))
    return Design(tuple(steps), tuple(dict.fromkeys(links)))


def _step(row: Mapping[str, Any]) -> Step:
    name, kind = str(row["name"]), str(row.get("kind") or "task")
    promise = row.get("promise")
    sla_s = round(float(promise) * MINUTE_S) if promise else None
    if kind in _FORMS:
        return Step(name, name, kind="gateway", form=_FORMS[kind])
    if is_wait(name):
        return Step(name, name, kind="wait")
    if row.get("time") in (0, 0.0) and not row.get("pool"):
        return Step(name, name, kind="event")
    return Step(name, name, role=str(row.get("pool") or "")[:80], sla_s=sla_s or None)


def mean_minutes(inputs: Mapping[str, Any]) -> dict[str, float]:
    """Mean work time of each step of work, in minutes."""
    read = read_inputs(FIELDS, inputs)
    return {str(row["name"]): float(row["time"].mean) for row in read["steps"] if row["time"] is not None}
