"""Parameters within a BPMN file in the `qbp:` extension of BIMP: all times are in seconds, whatever unit the
file shows them in."""

import xml.etree.ElementTree as ET
from collections.abc import Iterator

from anlan.domain.errors import RefusedInput
from anlan.formats.bpmn.guarded_xml import guarded_root
from anlan.formats.scenarios.model import (
    WEEK,
    Scenario,
    Span,
    Time,
    Told,
    Worker,
    cases_of,
    day_of,
    hour_of,
    number_of,
    people_of,
    spans,
)
from anlan.formats.scenarios.times import time_of

SPACE = "http://www.qbp-simulator.com/Schema201212"
_KINDS = {
    "EXPONENTIAL": ("expon", ("arg1",)), "NORMAL": ("norm", ("mean", "arg1")), "FIXED": ("fix", ("mean",)),
    "UNIFORM": ("uniform", ("arg1", "arg2")), "TRIANGULAR": ("triang", ("mean", "arg1", "arg2")),
    "LOGNORMAL": ("lognorm", ("mean", "arg1")), "GAMMA": ("gamma", ("mean", "arg1")),
}  # fmt: skip
"""Type -> law and the attributes that are its mean, spread and limits."""


def read_qbp(content: bytes, *, name: str) -> Scenario | None:
    """The scenario of a BPMN file; None where it has none. Errors: RefusedInput `scenario.*`, `bpmn.*`."""
    root = guarded_root(content, name=name)
    info = next(_all(root, "processSimulationInfo"), None)
    if info is None:
        return None
    arrival = next(_all(info, "arrivalRateDistribution"), None)
    if arrival is None:
        raise RefusedInput("scenario.missing", file=name, found=("qbp:arrivalRateDistribution",))
    tables = {each.get("id", ""): tuple(_hours(each)) for each in _all(info, "timetable")}
    default = next(
        (each.get("id", "") for each in _all(info, "timetable") if each.get("default") == "true"), ""
    )
    tasks, waits, left = _elements(info)
    resources = list(_all(info, "resource"))
    known = {each.get("id") for each in resources}
    unknown = [
        who for who in dict.fromkeys(w for task in tasks.values() for w in task[1]) if who not in known
    ]
    notes = [Told(code, tuple(found)[:20], len(found)) for code, found in
             (("unknown_worker", unknown), ("arrivals_poisson", _not_poisson(arrival)), ("fixed_cost", left))
             if found]  # fmt: skip
    between = _time(arrival, "arrivalRateDistribution").mean
    if not between > 0:
        raise RefusedInput("scenario.no_arrivals", file=name)
    return Scenario(
        between, tables.get(default, WEEK),
        tuple(_worker(each, tables, default, tasks) for each in resources if _tasks_of(each, tasks)),
        {f.get("elementId", ""): _share(f) for f in _all(info, "sequenceFlow")}, waits,
        cases_of(info.get("processInstances"), "qbp:processInstances"), tuple(notes),
    )  # fmt: skip


def _all(element: ET.Element, name: str) -> Iterator[ET.Element]:
    return element.iter(f"{{{SPACE}}}{name}")


def _elements(info: ET.Element) -> tuple[dict[str, tuple[Time, list[str]]], dict[str, Time], list[str]]:
    """Times and people of the tasks, times of what nobody does, elements with costs of their own."""
    tasks: dict[str, tuple[Time, list[str]]] = {}
    waits: dict[str, Time] = {}
    costs = []
    for each in _all(info, "element"):
        identity = each.get("elementId", "")
        law = next(_all(each, "durationDistribution"), None)
        if law is None:
            continue
        who = [(part.text or "").strip() for part in _all(each, "resourceId")]
        if who:
            tasks[identity] = (_time(law, identity), who)
        else:
            waits[identity] = _time(law, identity)
        if each.get("fixedCost", "0") not in ("", "0", "NaN") or each.get("costThreshold", "0") not in (
            "",
            "0",
            "NaN",
        ):
            costs.append(identity)
    return tasks, waits, costs


def _tasks_of(resource: ET.Element, tasks: dict[str, tuple[Time, list[str]]]) -> dict[str, Time]:
    return {task: time for task, (time, who) in tasks.items() if resource.get("id") in who}


def _worker(
    resource: ET.Element, tables: dict[str, tuple[Span, ...]], default: str,
    tasks: dict[str, tuple[Time, list[str]]],
) -> Worker:  # fmt: skip
    identity = resource.get("id", "")
    people = people_of(resource.get("totalAmount", "1"), f"{identity}/@totalAmount", least=1)
    cost = number_of(resource.get("costPerHour", "0"), f"{identity}/@costPerHour")
    hours = tables.get(resource.get("timetableId", ""), tables.get(default, WEEK))
    return Worker(identity, resource.get("name") or identity, people, cost, hours,
                  _tasks_of(resource, tasks))  # fmt: skip


def _hours(table: ET.Element) -> list[Span]:
    found: list[Span] = []
    for rule in _all(table, "rule"):
        days = [day_of(rule.get(name, "")) for name in ("fromWeekDay", "toWeekDay")]
        times = [hour_of(rule.get(name, "")) for name in ("fromTime", "toTime")]
        if None in days or None in times:
            where = f"qbp:timetable {table.get('id', '')}"
            raise RefusedInput("scenario.calendar", where=where, found=str(dict(rule.attrib))[:80])
        found += spans(days[0] or 0, days[1] or 0, times[0] or 0.0, times[1] or 0.0)
    return found


def _time(law: ET.Element, where: str) -> Time:
    kind = law.get("type", "")
    if kind not in _KINDS:
        raise RefusedInput("scenario.law", where=where, found=kind[:40], accepted=tuple(_KINDS))
    name, asked = _KINDS[kind]
    return time_of(name, [number_of(law.get(each, ""), where) for each in asked], limits=True, where=where)


def _not_poisson(arrival: ET.Element) -> list[str]:
    return [] if arrival.get("type") == "EXPONENTIAL" else [arrival.get("type", "").lower()]


def _share(flow: ET.Element) -> float:
    share = number_of(flow.get("executionProbability", ""), flow.get("elementId", ""))
    if not 0.0 <= share <= 1.0:
        raise RefusedInput("scenario.share", where=flow.get("elementId", ""), found=share)
    return share
