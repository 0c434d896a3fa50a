"""A diagram with a Prosimos scenario: what it becomes, and that it runs as flow balance says."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.studies.twin.claims import CLERKS, FLOWS, HANDLERS, STEPS, WEEKDAYS, as_bytes, bpmn, scenario

from anlan.domain.errors import RefusedInput
from anlan.formats.settings_bytes import SettingsBytes
from anlan.studies.twin.diagrams import read_diagram
from anlan.studies.twin.models import TwinModel
from anlan.studies.twin.simulate import SimulationAsked, simulate_model


def _model(document: dict[str, Any] | None = None, drawn: bytes | None = None) -> TwinModel:
    read = None if document is None else SettingsBytes(Path("claims.json"), as_bytes(document))
    return read_diagram(SettingsBytes(Path("claims.bpmn"), drawn or bpmn()), read)


def _rows(model: TwinModel, table: str) -> dict[str, dict[str, Any]]:
    return {row["name"]: row for row in model.given[table]}


def test_gateways_people_and_hours_are_those_of_the_files() -> None:
    model = _model(scenario())
    steps = _rows(model, "steps")
    assert [(name, row.get("kind", "task")) for name, row in steps.items() if "kind" in row] == [
        ("Arrival", "choice"), ("XOR", "choice"), ("Refused", "choice"), ("AND 1", "split"),
        ("AND 2", "join"), ("OR 1", "some"), ("OR 2", "join"), ("Closed", "choice"),
    ]  # fmt: skip
    assert (steps["AND 2"]["joins"], steps["OR 2"]["joins"]) == ("AND 1", "OR 1")
    assert _rows(model, "pools") == {
        "Clerk": {"name": "Clerk", "people": 6, "cost_per_hour": 30.0, "speed": 1.0, "suspends": True},
        "Handler": {"name": "Handler", "people": 12, "cost_per_hour": 50.0, "speed": 1.0, "suspends": True},
    }
    assert model.given["shifts"][0] == {
        "pool": "Clerk", "first_day": 1, "last_day": 5, "from_hour": 8.0, "to_hour": 18.0, "people": 6,
    }  # fmt: skip
    assert sum(model.given["arrivals"]) == pytest.approx(20 * 50)
    assert model.ids["Register"] == "t1"
    assert model.notes == ()


def test_visits_and_use_are_those_of_the_flow_balance() -> None:
    """Expected visits by the routing equations; use by them, the means of the times, and the people."""
    changed = scenario(arrival_time_calendar=None, resource_calendars={n: [
        {"from": "MONDAY", "to": "SUNDAY", "beginTime": "00:00:00", "endTime": "24:00:00"}
    ] for n in (*CLERKS, *HANDLERS)})  # fmt: skip
    model = _model(changed)
    given = {**model.given, "weeks": 2.5, "warm_up_weeks": 0.5, "replications": 8}
    result = simulate_model(TwinModel(given, ids=model.ids), SimulationAsked(seed=3))
    routing = np.zeros((2, 2))  # of Register (again with 0.2) and Assess (0.7)
    routing[0] = (0.2, 0.7)
    register, assess = np.linalg.solve(np.eye(2) - routing.T, [1.0, 0.0])
    neither = 0.5 * 0.2  # then the way that was nearest to being taken: of Call more often
    call, letter = (_nearest(*chances) for chances in ((0.8, 0.5), (0.5, 0.8)))
    visits = {
        "Register": register, "Assess": assess, "Pay": assess, "Inform": assess,
        "Letter": assess * (0.5 + neither * letter), "Call": assess * (0.8 + neither * call),
    }  # fmt: skip
    means = {"Register": 480, "Assess": 900, "Pay": 120, "Inform": 240, "Letter": 120, "Call": 90}
    for node in result["nodes"]:
        assert node["count"] / result["cases"] == pytest.approx(visits[node["name"]], rel=0.02)
        assert node["service_s"] == pytest.approx(means[node["name"]], rel=0.02)
    load = (
        20
        / 3600
        * np.array(
            [visits["Register"] * 480 / 6, sum(visits[n] * means[n] for n in means if n != "Register") / 12]
        )
    )
    for pool, exact in zip(result["pools"], load, strict=True):
        low, high = pool["utilisation_ci95"]
        assert pool["utilisation"] == pytest.approx(exact, rel=0.02)
        assert low - 0.01 * exact <= exact <= high + 0.01 * exact
    assert result["cost"] == pytest.approx(
        (visits["Register"] * 480 * 30 + sum(visits[n] * means[n] for n in means if n != "Register") * 50)
        / 3600,
        rel=0.02,
    )


def _nearest(own: float, other: float) -> float:
    """Share of those who take neither of two ways that is given the first: u/own < v/other of the draws."""
    u = own + (1 - own) * (np.arange(2_000) + 0.5) / 2_000
    return float((1 - np.clip(np.maximum(u * other / own, other), None, 1)).mean() / (1 - other))


def test_people_who_differ_make_pools_of_their_own_with_a_speed() -> None:
    document = scenario()
    for law in document["task_resource_distribution"].values():
        if "h0" in law and law["h0"]["distribution_name"] == "expon":
            law["h0"]["distribution_params"] = [0, 45.0]
        elif "h0" in law:
            parameters = law["h0"]["distribution_params"]
            law["h0"]["distribution_params"] = (
                [parameters[0], 0, parameters[2] / 2] if len(parameters) == 3 else [n / 2 for n in parameters]
            )
    document["resource_calendars"]["h1"] = [{**WEEKDAYS[0], "beginTime": "22:00:00", "endTime": "06:30:00"}]
    model = _model(document)
    pools = _rows(model, "pools")
    assert {name: (row["people"], row["speed"]) for name, row in pools.items()} == {
        "Clerk": (6, 1.0), "Handler 1": (1, 2.0), "Handler 2": (1, 1.0), "Handler 3": (10, 1.0),
    }  # fmt: skip
    assert _rows(model, "steps")["Pay"]["pool"] == "Handler 1、Handler 2、Handler 3"
    nights = [row for row in model.given["shifts"] if row["pool"] == "Handler 2"]
    assert [(row["first_day"], row["last_day"], row["from_hour"], row["to_hour"]) for row in nights] == [
        (2, 6, 0.0, 6.5), (1, 5, 22.0, 24.0),
    ]  # fmt: skip
    assert simulate_model(model, SimulationAsked(replications=2))["cases"] > 0


def test_unlike_people_are_told() -> None:
    document = scenario()
    document["task_resource_distribution"]["t3"]["h0"]["distribution_params"] = [60.0, 12.0]
    assert [note.code for note in _model(document).notes] == ["unlike_times"]


def test_lists_with_ids_say_the_same_as_objects() -> None:
    document = scenario()
    listed = {
        **document,
        "resource_profiles": [{"id": k, **v} for k, v in document["resource_profiles"].items()],
        "gateway_branching_probabilities": [
            {"gateway_id": gateway, "probabilities": [{"path_id": f, "value": p} for f, p in rows.items()]}
            for gateway, rows in document["gateway_branching_probabilities"].items()
        ],
        "task_resource_distribution": [
            {"task_id": task, "resources": [{"resource_id": who, **law} for who, law in rows.items()]}
            for task, rows in document["task_resource_distribution"].items()
        ],
        "resource_calendars": [
            {"id": name, "name": name, "time_periods": rows}
            for name, rows in document["resource_calendars"].items()
        ],
    }
    assert _model(listed).given == _model(document).given


def test_what_has_no_place_is_named() -> None:
    document = scenario(
        batch_processing=[{"task_id": "t1"}],
        arrival_time_distribution={"distribution_name": "fix", "distribution_params": [180]},
    )
    document["task_resource_distribution"]["t9"] = document["task_resource_distribution"]["t1"]
    document["resource_calendars"].pop("c0")
    told = {note.code: note.found for note in _model(document).notes}
    assert told == {
        "arrivals_poisson": ("fix",), "section": ("batch_processing",), "no_calendar": ("c0",),
        "unknown_task": ("t9",),
    }  # fmt: skip


def test_several_flows_out_of_a_task_are_all_taken_and_may_meet() -> None:
    steps = [("startEvent", "begin", "Arrival"), ("task", "t1", "Register"), ("task", "t3", "Pay"),
             ("task", "t4", "Inform"), ("parallelGateway", "a2", ""), ("endEvent", "end", "End")]  # fmt: skip
    flows = [("1", "begin", "t1"), ("2", "t1", "t3"), ("3", "t1", "t4"), ("4", "t3", "a2"), ("5", "t4", "a2"),
             ("6", "a2", "end")]  # fmt: skip
    document = scenario(gateway_branching_probabilities={})
    tasks = document["task_resource_distribution"]
    document["task_resource_distribution"] = {name: tasks[name] for name in ("t1", "t3", "t4")}
    model = _model(document, bpmn(steps, flows))
    steps_of = _rows(model, "steps")
    assert steps_of["Register AND"]["kind"] == "split"
    assert steps_of["AND"]["joins"] == "Register AND"
    assert [note.code for note in model.notes] == ["uncontrolled"]
    assert simulate_model(model, SimulationAsked(replications=2))["fates"]["finished"] > 0


def test_a_gateway_that_closes_and_opens_becomes_a_join_and_a_split() -> None:
    flows = [flow for flow in FLOWS if flow[0] not in ("f11", "f12", "f13", "f14", "f15", "f16")]
    flows += [
        ("g1", "a2", "t5"),
        ("g2", "a2", "t6"),
        ("g3", "t5", "a3"),
        ("g4", "t6", "a3"),
        ("g5", "a3", "end"),
    ]
    steps = [step for step in STEPS if step[1] not in ("o1", "o2")] + [("parallelGateway", "a3", "")]
    model = _model(scenario(), bpmn(steps, flows))
    rows = _rows(model, "steps")
    assert rows["AND 2 JOIN"]["joins"] == "AND 1"
    assert (rows["AND 2"]["kind"], rows["AND 3"]["joins"]) == ("split", "AND 2")
    result = simulate_model(model, SimulationAsked(replications=2))
    counts = {node["name"]: node["count"] for node in result["nodes"]}
    assert counts["Letter"] == counts["Call"] == counts["Pay"] == counts["Inform"]


@pytest.mark.parametrize(
    ("code", "changed", "flows"),
    [
        ("twin.no_time", {"task_resource_distribution": {
            "t1": scenario()["task_resource_distribution"]["t1"]}}, FLOWS),
        ("twin.shares", {"gateway_branching_probabilities": {
            "x1": {"f3": 0.9, "f4": 0.9, "f5": 0.1}}}, FLOWS),
        ("twin.or_shares", {"gateway_branching_probabilities": {
            "x1": {"f3": 0.2, "f4": 0.7, "f5": 0.1}}}, FLOWS),
        ("twin.join", {}, [*FLOWS[:9], ("f10", "t4", "o2"), *FLOWS[10:], ("f17", "t5", "a2")]),
        ("scenario.share", {"gateway_branching_probabilities": {"x1": {"f3": 1.2}}}, FLOWS),
        ("scenario.number", {"gateway_branching_probabilities": {"x1": {"f3": "often"}}}, FLOWS),
        ("scenario.calendar", {"arrival_time_calendar": [{"from": "HOLIDAY"}]}, FLOWS),
        ("scenario.place", {"resource_profiles": [1]}, FLOWS),
        ("scenario.no_arrivals", {"arrival_time_distribution": {
            "distribution_name": "fix", "distribution_params": [0]}}, FLOWS),
    ],
)  # fmt: skip
def test_what_cannot_run_is_refused(code: str, changed: dict[str, Any], flows: Any) -> None:
    with pytest.raises(RefusedInput) as refused:
        _model(scenario(**changed), bpmn(flows=flows))
    assert refused.value.code == code


QBP = """<qbp:processSimulationInfo processInstances="500">
 <qbp:arrivalRateDistribution type="EXPONENTIAL" mean="NaN" arg1="180" arg2="NaN"/>
 <qbp:timetables><qbp:timetable id="d" default="true"><qbp:rules>
  <qbp:rule fromTime="09:00:00.000+00:00" toTime="17:00:00.000+00:00"
   fromWeekDay="MONDAY" toWeekDay="FRIDAY"/>
 </qbp:rules></qbp:timetable></qbp:timetables>
 <qbp:resources>
  <qbp:resource id="r" name="Clerk" totalAmount="30" costPerHour="30" timetableId="d"/>
 </qbp:resources>
 <qbp:elements>{elements}</qbp:elements>
 <qbp:sequenceFlows>{flows}</qbp:sequenceFlows>
</qbp:processSimulationInfo>"""
ELEMENT = """<qbp:element elementId="{0}">
 <qbp:durationDistribution type="NORMAL" mean="300" arg1="30" arg2="NaN"/>
 <qbp:resourceIds><qbp:resourceId>r</qbp:resourceId></qbp:resourceIds>
</qbp:element>"""
FLOW = '<qbp:sequenceFlow elementId="{0}" executionProbability="{1}"/>'


def _qbp() -> str:
    shares = {"f3": 0.2, "f4": 0.7, "f5": 0.1, "f12": 0.5, "f13": 0.8}
    return QBP.format(
        elements="".join(ELEMENT.format(f"t{n}") for n in range(1, 7)),
        flows="".join(FLOW.format(flow, share) for flow, share in shares.items()),
    )


def _places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every place of a document; of alike entries the first two."""
    if path:
        yield path
    names = list(value) if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ()
    for name in list(names)[:2] if len(path) in (2, 3) else names:
        yield from _places(value[name], (*path, name))


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("wrong", [None, "", -1, True, 1e308, float("nan"), "inf", [], {}, [None], [{}]])
def test_a_wrong_value_anywhere_is_refused_at_its_place_or_read(wrong: Any) -> None:
    """Each value in turn: a fault is told as one, and what is read holds finite numbers only."""
    for path in _places(scenario()):
        changed = scenario()
        inner = changed
        for name in path[:-1]:
            inner = inner[name]
        inner[path[-1]] = wrong
        try:
            model = _model(changed)
        except RefusedInput:
            continue
        json.dumps(model.given, allow_nan=False)


@pytest.mark.parametrize(
    ("code", "changed"),
    [
        ("scenario.number", {"total_cases": "many"}),
        ("scenario.cases", {"total_cases": 0}),
        ("scenario.cases", {"total_cases": 2.5}),
        ("scenario.place", {"resource_calendars": [{"time_periods": WEEKDAYS}]}),
        ("scenario.twice", {"resource_calendars": [{"id": "c0", "time_periods": WEEKDAYS}] * 2}),
    ],
)
def test_cases_and_ids_that_say_nothing_are_refused(code: str, changed: dict[str, Any]) -> None:
    with pytest.raises(RefusedInput) as refused:
        _model(scenario(**changed))
    assert refused.value.code == code


@pytest.mark.parametrize("cases", ["²", "-5", "1e400", "9" * 5000])
def test_no_number_of_cases_of_a_diagram_is_passed_over(cases: str) -> None:
    number = re.sub(r'processInstances="\d+"', f'processInstances="{cases}"', _qbp())
    with pytest.raises(RefusedInput, match="scenario"):
        _model(None, bpmn(extra=number))


@pytest.mark.parametrize("people", ["-5", "0", "2.5", "nan", ""])
def test_no_number_of_people_of_a_diagram_is_made_another(people: str) -> None:
    """It had been taken for one person."""
    asked = re.sub(r'totalAmount="\d+"', f'totalAmount="{people}"', _qbp())
    with pytest.raises(RefusedInput, match="scenario"):
        _model(None, bpmn(extra=asked))


def test_a_diagram_may_carry_its_own_parameters() -> None:
    model = _model(None, bpmn(extra=_qbp()))
    assert _rows(model, "pools")["Clerk"]["people"] == 30
    assert sum(model.given["arrivals"]) == pytest.approx(40 * 20)
    # 500 cases at 20 an hour are expected after 25 h of Monday to Thursday 9 to 17: Thursday 10:00
    assert model.given["weeks"] * 168 == pytest.approx(3 * 24 + 10)
    result = simulate_model(model, SimulationAsked(replications=4, seed=1))
    assert result["cases"] / 4 == pytest.approx(500, abs=50)
    assert all(node["service_s"] == pytest.approx(300, rel=0.01) for node in result["nodes"])


def test_a_diagram_without_parameters_is_refused_and_answers_of_ours_complete_one_with_them() -> None:
    with pytest.raises(RefusedInput, match=r"twin\.no_parameters"):
        _model(None)
    changed = _model({"pools": [{"name": "Clerk", "people": 31}], "weeks": 1}, bpmn(extra=_qbp()))
    clerk = _rows(changed, "pools")["Clerk"]
    assert (clerk["people"], clerk["cost_per_hour"]) == (31, 30.0)
    assert changed.given["weeks"] == 1
