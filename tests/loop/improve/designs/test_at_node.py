"""What a node offers to try, with the answers it gives."""

from typing import Any

from anlan.loop.improve.designs.applying import apply, design
from anlan.loop.improve.designs.at_node import openings

INPUTS: dict[str, Any] = {
    "steps": [
        {"name": "take", "time": 2, "pool": "desk"},
        {"name": "⏲ check", "time": 60, "pool": "⏰ check"},
        {"name": "check", "time": {"kind": "gamma", "shape": 2, "scale": 3}, "pool": "clerks"},
        {"name": "check · 2", "time": 5, "pool": "clerks"},
        {"name": "tell", "time": 1},
        {"name": "⏲ reply", "time": 30},
    ],
    "ways": [{"from": "take", "to": "check"}],
    "pools": [
        {"name": "desk", "people": 2},
        {"name": "clerks", "people": 3},
        {"name": "⏰ check", "people": 100_000},
    ],
    "arrivals": [3],
    "risks": [{"name": "slip", "step": "check", "chance": 0.1, "effect": "repeat"}],
}


def offered(activity: str) -> dict[str, dict[str, Any]]:
    return {each.operator: dict(each.answers) for each in openings(INPUTS, activity)}


def test_work_of_people_with_risks_offers_all_that_applies() -> None:
    found = offered("check")
    assert found["standardise"] == {"steps": "check"}
    assert found["automate"] == {"steps": "check、check · 2"}
    assert found["merge"] == {"steps": "take、check"}
    assert found["staff"] == {"pool": "clerks"}
    assert found["move_people"] == {"to_pool": "clerks"}
    assert found["treat"] == {"risks": "slip"}
    apply(INPUTS, design("n", {"operator": "standardise", "factor": 0.5, **found["standardise"]}))


def test_work_that_nobody_is_busy_with_offers_no_people() -> None:
    assert not {"staff", "train", "dispatch", "move_people", "cross_train", "treat"} & set(offered("tell"))


def test_a_delay_alone_can_be_shortened_or_taken_out() -> None:
    assert set(offered("reply")) == {"remove", "automate"}
    assert offered("unknown") == {}
