"""A small process of claims as a diagram and a scenario, drawn for these tests: two desks, rework of one, a
parallel part, an inclusive part."""

import copy
import json
from typing import Any

MODEL = "http://www.omg.org/spec/BPMN/20100524/MODEL"

STEPS = (
    ("startEvent", "begin", "Arrival"), ("task", "t1", "Register"), ("exclusiveGateway", "x1", ""),
    ("task", "t2", "Assess"), ("parallelGateway", "a1", ""), ("task", "t3", "Pay"), ("task", "t4", "Inform"),
    ("parallelGateway", "a2", ""), ("inclusiveGateway", "o1", ""), ("task", "t5", "Letter"),
    ("task", "t6", "Call"), ("inclusiveGateway", "o2", ""), ("endEvent", "end", "Closed"),
    ("endEvent", "no", "Refused"),
)  # fmt: skip
FLOWS = (
    ("f1", "begin", "t1"), ("f2", "t1", "x1"), ("f3", "x1", "t1"), ("f4", "x1", "t2"), ("f5", "x1", "no"),
    ("f6", "t2", "a1"), ("f7", "a1", "t3"), ("f8", "a1", "t4"), ("f9", "t3", "a2"), ("f10", "t4", "a2"),
    ("f11", "a2", "o1"), ("f12", "o1", "t5"), ("f13", "o1", "t6"), ("f14", "t5", "o2"), ("f15", "t6", "o2"),
    ("f16", "o2", "end"),
)  # fmt: skip


def bpmn(steps=STEPS, flows=FLOWS, extra: str = "") -> bytes:  # type: ignore[no-untyped-def]
    drawn = [f'<{kind} id="{identity}" name="{name}"/>' for kind, identity, name in steps]
    drawn += [f'<sequenceFlow id="{i}" sourceRef="{a}" targetRef="{b}"/>' for i, a, b in flows]
    text = f'<definitions xmlns="{MODEL}" xmlns:qbp="http://www.qbp-simulator.com/Schema201212">'
    return f'{text}<process id="p" name="Claims">{"".join(drawn)}</process>{extra}</definitions>'.encode()


def _everybody(names: list[str], law: str, numbers: list[float]) -> dict[str, Any]:
    return {name: {"distribution_name": law, "distribution_params": numbers} for name in names}


WEEKDAYS = [{"from": "MONDAY", "to": "FRIDAY", "beginTime": "08:00:00", "endTime": "18:00:00"}]
CLERKS, HANDLERS = [f"c{n}" for n in range(6)], [f"h{n}" for n in range(12)]
SCENARIO: dict[str, Any] = {
    "resource_profiles": {
        "clerk": {"name": "Clerk", "resource_list": [
            {"id": name, "name": name, "cost_per_hour": "30", "amount": 1} for name in CLERKS]},
        "handler": {"name": "Handler", "resource_list": [
            {"id": name, "name": name, "cost_per_hour": "50", "amount": 1} for name in HANDLERS]},
    },
    "arrival_time_distribution": {"distribution_name": "expon", "distribution_params": [0, 180.0]},
    "arrival_time_calendar": WEEKDAYS,
    "gateway_branching_probabilities": {
        "x1": {"f3": "0.2", "f4": "0.7", "f5": "0.1"}, "o1": {"f12": "0.5", "f13": "0.8"}},
    "task_resource_distribution": {
        "t1": _everybody(CLERKS, "expon", [0, 480.0]),
        "t2": _everybody(HANDLERS, "gamma", [2.0, 0, 450.0]),
        "t3": _everybody(HANDLERS, "norm", [120.0, 12.0]),
        "t4": _everybody(HANDLERS, "fix", [240.0]),
        "t5": _everybody(HANDLERS, "uniform", [60.0, 120.0]),
        "t6": _everybody(HANDLERS, "expon", [0, 90.0]),
    },
    "resource_calendars": dict.fromkeys((*CLERKS, *HANDLERS), WEEKDAYS),
}  # fmt: skip


def scenario(**changed: Any) -> dict[str, Any]:
    return {**copy.deepcopy(SCENARIO), **changed}


def as_bytes(document: dict[str, Any]) -> bytes:
    return json.dumps(document).encode()
