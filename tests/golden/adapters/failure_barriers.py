"""Event trees."""

from collections.abc import Mapping, Sequence
from typing import Any

from anlan.loop.quantify.methods import method
from anlan.loop.quantify.methods.reading import read_inputs
from golden.adapters import Case, Check, golden


def _answer(given: Mapping[str, Any]) -> dict[str, list[tuple[Any, ...]]]:
    chosen = method("event_tree")
    return {table.name: list(table.rows) for table in chosen.run(read_inputs(chosen.fields, given)).tables}


@golden("event_tree_attack", method="event_tree")
def attack(case: Case) -> Sequence[Check]:
    """Three levels, each asked only where the attack is still open; success of a level is p."""
    p, works, fails = case["inputs"]["p_success"], "works", "fails"

    def when(*given: tuple[str, str]) -> list[dict[str, str]]:
        return [{"heading": heading, "outcome": outcome} for heading, outcome in given]

    skip_l3 = [{"when": when(("L1", works)), "skip": True}, {"when": when(("L2", fails)), "skip": True}]
    given = {
        "initiating": {"frequency": case["inputs"]["initiating_frequency"]},
        "headings": [
            {"name": "L1", "probability": 1 - p["L1"]},
            {"name": "L2", "probability": 1 - p["L2"], "depends": skip_l3[:1]},
            {"name": "L3", "probability": 1 - p["L3"], "depends": skip_l3},
        ],
        "end_states": [
            {"name": "AttackFails", "when": when(("L1", works)), "unwanted": False},
            {"name": "AttackFails by L3", "when": when(("L3", works)), "unwanted": False},
            {"name": "AttackSucceeds"},
        ],
    }
    ends = {row[0]: row[3] for row in _answer(given)["end_states"]}
    got = {
        "AttackFails": ends["AttackFails"] + ends["AttackFails by L3"],
        "AttackSucceeds": ends["AttackSucceeds"],
    }
    return [Check(what, case["expected"][what], got[what], case["tolerance"]) for what in got]


@golden("event_tree_gas_leak_dependent", method="event_tree")
def gas_leak(case: Case) -> Sequence[Check]:
    """Three valves whose fault trees share events."""
    gates: list[dict[str, Any]] = []
    events: dict[str, float] = {}

    def gate(name: str, of: Mapping[str, Any]) -> str:
        inputs = []
        for number, each in enumerate(of["args"]):
            if isinstance(each, str):
                events[each] = case["inputs"]["basic_event_unavailability"]
                inputs.append(each)
            else:
                inputs.append(gate(f"{name}.{number}", each))
        gates.append({"name": name, "kind": of["type"], "inputs": inputs})
        return name

    trees = case["inputs"]["fault_trees"]
    headings = [{"name": f"valve {name}", "failure": gate(name, trees[name])} for name in "ABD"]
    given = {
        "initiating": {"frequency": 1},
        "headings": headings,
        "gates": gates,
        "events": [{"name": name, "probability": p} for name, p in events.items()],
    }
    got = {row[0]: row[3] for row in _answer(given)["sequences"]}
    return [Check(what, p, got[what], case["tolerance"]) for what, p in case["expected"].items()]
