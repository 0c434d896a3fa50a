"""Teams that differ in speed by step, and people who hold several cases at once, as a user writes them."""

from pathlib import Path
from typing import Any

import pytest

from anlan.domain.method import Answer
from anlan.formats.settings_bytes import SettingsBytes
from anlan.loop.improve.designs.applying import apply, design
from anlan.loop.improve.twin.differences import differences
from anlan.loop.quantify.methods import method
from anlan.loop.quantify.methods.faults import RefusedInputs
from anlan.loop.quantify.methods.process.process_inputs import ProcessAsked, read_process
from anlan.loop.quantify.methods.process.process_runs import run_process
from anlan.loop.quantify.methods.reading import read_inputs
from anlan.maths.queueing.erlang import erlang_c
from anlan.studies.twin.book import read_twin_book, write_twin_book

CHOSEN = method("process_simulation")
EXPONENTIAL = {"kind": "weibull", "shape": 1, "scale": 30}
STEPS = [{"name": "a", "time": 10, "pool": "new、old"}, {"name": "b", "time": 10, "pool": "new、old"}]
ONE: dict[str, Any] = {
    "steps": STEPS,
    "pools": [{"name": "new", "people": 1}, {"name": "old", "people": 1, "speed": 2}],
    "arrivals": [0],
    "arrival_times": [0, 100],
    "weeks": 1,
    "replications": 2,
}


def _asked(**changed: Any) -> ProcessAsked:
    return read_process(read_inputs(CHOSEN.fields, {**ONE, **changed}))


def _answer(**changed: Any) -> Answer:
    return CHOSEN.run(read_inputs(CHOSEN.fields, {**ONE, **changed}), seed=1)


def _cycles(**changed: Any) -> list[float]:
    return [float(each) / 60 for each in run_process(_asked(**changed), 1).runs[0].cycle_s]


def test_a_case_goes_to_the_team_that_the_step_says() -> None:
    assert _cycles() == [20.0, 20.0]
    fastest = [{**row, "assign": "fastest"} for row in STEPS]
    assert _cycles(steps=fastest) == [10.0, 10.0]
    skills = [{"pool": "old", "step": "b", "speed": 0.1}, {"pool": "new", "step": "a", "speed": 4}]
    assert _cycles(steps=fastest, skills=skills) == [2.5 + 10.0] * 2  # each team at what it is good at
    anyone = _asked(steps=[{**row, "assign": "anyone"} for row in STEPS])
    assert {node.assign for node in anyone.network.nodes} == {"anyone"}


def test_who_cannot_do_a_step_is_not_asked() -> None:
    cannot = [{"pool": "new", "step": "a", "speed": 0}]
    assert _cycles(skills=cannot) == [15.0, 15.0]
    assert _asked(skills=cannot).network.nodes[0].pools == ("old",)
    assert _cycles(skills=cannot, arrival_times=[0, 0]) == [5 + 10, 10 + 5]


def test_chats_at_full_speed_are_more_people_and_slowed_ones_are_not() -> None:
    chats = {"steps": [{"name": "a", "time": EXPONENTIAL, "pool": "p"}], "arrivals": [9], "arrival_times": [],
             "weeks": 12, "warm_up_weeks": 1, "replications": 20}  # fmt: skip
    answer = _answer(**chats, pools=[{"name": "p", "people": 2, "at_once": 3, "cost_per_hour": 30}])
    figures = {each.name: each for each in answer.quantities}
    exact = erlang_c(9 / 60, 1 / 30, 6)
    assert figures["waiting_time"].low <= exact.wait <= figures["waiting_time"].high
    pools = next(table for table in answer.tables if table.name == "process_pools")
    assert pools.rows[0][1:3] == (2 * 11 * 168, pytest.approx(exact.utilisation, abs=0.01))
    assert figures["cost_per_case"].value == pytest.approx(0.5 * 30 / 3, rel=0.02)
    assert "process.at_once" in {note.code for note in answer.assumptions}
    shared = _answer(
        **{**chats, "arrivals": [3]}, pools=[{"name": "p", "people": 2, "at_once": 50, "slows": 1}]
    )
    found = next(each for each in shared.quantities if each.name == "cycle_time")
    assert found.low <= erlang_c(3 / 60, 1 / 30, 2).stay <= found.high  # processor sharing: as in one line


def test_designs_keep_to_the_skills() -> None:
    inputs = {
        **ONE,
        "skills": [{"pool": "new", "step": "a", "speed": 0}, {"pool": "old", "step": "b", "speed": 3}],
    }
    without = apply(inputs, design("d", {"operator": "remove", "steps": "b"}))
    assert without["skills"] == inputs["skills"][:1]
    trained = apply(inputs, design("d", {"operator": "cross_train", "steps": "a", "pool": "new"}))
    assert trained["skills"] == inputs["skills"][1:]
    assert read_process(read_inputs(CHOSEN.fields, trained)).network.nodes[0].pools == ("old", "new")
    told = differences(inputs, without)
    assert ("removed", "skills", "old × b") in [(each.kind, each.table, each.name) for each in told]


def test_skills_keep_in_a_workbook() -> None:
    inputs = {**ONE, "skills": [{"pool": "new", "step": "a", "speed": 0.5}],
              "steps": [{**row, "assign": "fastest"} for row in STEPS],
              "pools": [{"name": "new", "at_once": 3, "slows": 0.25}, {"name": "old"}]}  # fmt: skip
    spec = {
        "schema": "anlan.spec/1",
        "method": "process_simulation",
        "title": "t",
        "seed": 1,
        "inputs": inputs,
    }
    for language in ("zh", "en"):
        read = read_twin_book(SettingsBytes(Path("twin.xlsx"), write_twin_book(spec, language=language)))
        assert {name: read["inputs"][name] for name in ("skills", "steps", "pools")} == {
            name: inputs[name] for name in ("skills", "steps", "pools")
        }


@pytest.mark.parametrize(
    ("code", "changed"),
    [
        ("process.nobody_can",
         {"skills": [{"pool": name, "step": "a", "speed": 0} for name in ("old", "new")]}),
        ("process.skill_unused",
         {"steps": [{**STEPS[0], "pool": "old"}], "skills": [{"pool": "new", "step": "a", "speed": 1}]}),
        ("method.twice", {"skills": [{"pool": "old", "step": "a", "speed": 2}] * 2}),
        ("method.not_a_choice", {"skills": [{"pool": "none", "step": "a", "speed": 2}]}),
        ("process.needs", {"pools": [{"name": "new", "slows": 1}, {"name": "old"}]}),
        ("process.slower_and_stopped",
         {"pools": [{"name": "new", "at_once": 2, "slows": 1, "suspends": True}, {"name": "old"}]}),
        ("process.only_tasks", {"steps": [*STEPS, {"name": "c", "kind": "choice", "assign": "anyone"}]}),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused(code: str, changed: dict[str, Any]) -> None:
    with pytest.raises(RefusedInputs) as refused:
        _asked(**changed)
    assert code in {each.code for each in refused.value.several}
