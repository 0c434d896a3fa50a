"""What is told of two inputs of a process, and the picture of one."""

import copy
from typing import Any

from anlan.loop.improve.twin.differences import InputChange, differences, people_hours, ways_of
from anlan.loop.improve.twin.flow import END, flow_of, mean_minutes

DESK: dict[str, Any] = {
    "steps": [
        {"name": "ask", "time": {"kind": "gamma", "shape": 2, "scale": 3}, "pool": "desk"},
        {"name": "fork", "kind": "split"},
        {"name": "a", "time": 4},
        {"name": "b", "time": 5, "promise": 20},
        {"name": "meet", "kind": "join", "joins": "fork"},
        {"name": "⏲ tell", "time": 9},
        {"name": "tell", "time": 1},
    ],
    "ways": [{"from": "fork", "to": "a"}, {"from": "fork", "to": "b"}, {"from": "a", "to": "meet"},
             {"from": "tell", "to": "ask", "share": 0.2}, {"from": "tell", "share": 0.8}],
    "pools": [{"name": "desk", "people": 1}],
    "shifts": [{"pool": "desk", "from_hour": 8, "to_hour": 12, "people": 2}],
    "arrivals": [1],
}  # fmt: skip


def test_the_same_inputs_have_no_differences() -> None:
    assert differences(DESK, copy.deepcopy(DESK)) == []


def test_every_kind_of_change_is_told_once() -> None:
    after = copy.deepcopy(DESK)
    del after["steps"][2]
    after["ways"] = [{"from": "fork", "to": "b"}, *after["ways"][3:]]
    after["steps"][0]["time"] = 5
    after["pools"].append({"name": "spare"})
    after["shifts"][0]["people"] = 3
    after["promise"] = 30
    told = differences(DESK, after)
    assert [(each.kind, each.table, each.name, each.field) for each in told] == [
        ("changed", "steps", "ask", "time"),
        ("removed", "steps", "a", ""),
        ("removed", "ways", "fork → a", ""),
        ("removed", "ways", "a → meet", ""),
        ("added", "pools", "spare", ""),
        ("changed", "shifts", "desk", "shifts"),
        ("changed", "", "promise", "promise"),
    ]
    shifts = next(each for each in told if each.table == "shifts")
    assert (people_hours(shifts.before), people_hours(shifts.after)) == (56.0, 84.0)


def test_told_backwards_added_is_removed() -> None:
    after = copy.deepcopy(DESK)
    after["steps"].append({"name": "more", "time": 1})
    there, back = differences(DESK, after), differences(after, DESK)
    opposite = {"added": "removed", "removed": "added", "changed": "changed"}
    assert {(opposite[each.kind], each.name) for each in there} == {(each.kind, each.name) for each in back}


def test_ways_that_are_not_written_lead_on() -> None:
    assert ways_of({"steps": [{"name": "x"}, {"name": "y"}]}) == {
        "x → y": {"share": 1.0},
        "y → ": {"share": 1.0},
    }
    assert differences({"steps": [{"name": "x"}]}, {"steps": [{"name": "x"}], "ways": [{"from": "x"}]}) == []


def test_a_share_that_moves_is_a_change() -> None:
    after = copy.deepcopy(DESK)
    after["ways"][3]["share"], after["ways"][4]["share"] = 0.1, 0.9
    assert differences(DESK, after)[0] == InputChange("changed", "ways", "tell → ask", "share", 0.2, 0.1)


def test_the_picture_has_every_step_and_way() -> None:
    flow = flow_of(DESK)
    assert {step.key: (step.kind, step.form) for step in flow.steps} == {
        "ask": ("task", ""), "fork": ("gateway", "and"), "a": ("task", ""), "b": ("task", ""),
        "meet": ("gateway", "and"), "⏲ tell": ("wait", ""), "tell": ("task", ""), END: ("event", "end"),
    }  # fmt: skip
    shares = {(link.source, link.target): link.probability for link in flow.links}
    assert shares[("tell", "ask")] == 0.2
    assert shares[("fork", "a")] is None
    assert shares[("ask", "fork")] is None
    assert flow.step("b").sla_s == 1200
    assert mean_minutes(DESK) == {"ask": 6.0, "a": 4.0, "b": 5.0, "⏲ tell": 9.0, "tell": 1.0}
