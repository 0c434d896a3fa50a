"""The process as asked: queues by formula, risks by hand, shifts by the clock, refusals at their place."""

from typing import Any

import pytest

from anlan.domain.errors import UsageError
from anlan.domain.method import Answer
from anlan.loop.quantify.methods import method
from anlan.loop.quantify.methods.faults import RefusedInputs
from anlan.loop.quantify.methods.reading import read_inputs
from anlan.maths.queueing.erlang import erlang_c

CHOSEN = method("process_simulation")
ONE: dict[str, Any] = {
    "steps": [{"name": "a", "time": {"kind": "weibull", "shape": 1, "scale": 30}, "pool": "p"}],
    "pools": [{"name": "p", "people": 3}],
    "arrivals": [4.5],
    "weeks": 12,
    "warm_up_weeks": 1,
    "replications": 20,
}


def _answer(seed: int = 1, **changed: Any) -> Answer:
    return CHOSEN.run(read_inputs(CHOSEN.fields, {**ONE, **changed}), seed=seed)


def _figures(answer: Answer) -> dict[str, Any]:
    return {each.name: each for each in answer.quantities}


def _table(answer: Answer, name: str) -> list[dict[str, Any]]:
    found = next(table for table in answer.tables if table.name == name)
    return [dict(zip(found.columns, row, strict=True)) for row in found.rows]


def test_one_step_agrees_with_erlang_c() -> None:
    exact = erlang_c(4.5 / 60, 1 / 30, 3)
    held = 0
    for seed in range(20):
        found = _figures(_answer(seed, weeks=5))["waiting_time"]
        held += found.low <= exact.wait <= found.high
    assert held >= 16  # of 20 intervals at 95 %: 15 or fewer would be seen once in 400
    pools = _table(_answer(), "process_pools")
    assert pools[0]["use"] == pytest.approx(exact.utilisation, abs=0.02)
    assert pools[0]["hours_there"] == pytest.approx(3 * 11 * 168)


def test_a_delay_without_queues_adds_its_chance_times_its_mean() -> None:
    answer = _answer(
        steps=[{"name": "a", "time": 10}, {"name": "b", "time": 20}],
        pools=[],
        risks=[{"name": "late", "step": "b", "chance": 0.25, "delay": 40},
               {"name": "again", "step": "b", "chance": 0.2, "effect": "rework", "leads_to": "a"}],
        promise=45,
    )  # fmt: skip
    late, again = _table(answer, "process_risks")
    assert late["added_cycle_min"] == pytest.approx(0.25 * 40 / 0.8, abs=late["within"] + 0.05)
    assert again["added_cycle_min"] == pytest.approx((30 + 10) * 0.25, abs=again["within"] + 0.05)
    assert late["per_1000_cases"] == pytest.approx(250 / 0.8, rel=0.05)
    # within the promise: no delay in any round and one round only
    assert _figures(answer)["broken_promises"].value == pytest.approx(1 - 0.75 * 0.8, abs=0.02)
    steps = _table(answer, "process_steps")
    assert steps[0]["visits_per_case"] == pytest.approx(1.25, abs=0.02)


def test_a_risk_without_effect_adds_nothing_whatever_the_others_do() -> None:
    """Leaving a risk out must not change the luck of the others."""
    answer = _answer(
        weeks=2,
        replications=5,
        risks=[
            {"name": "idle", "step": "a", "chance": 0.5},
            {"name": "late", "step": "a", "chance": 0.2, "delay": 60},
        ],
    )
    idle, late = _table(answer, "process_risks")
    assert (idle["added_cycle_min"], idle["within"]) == (0.0, 0.0)
    assert idle["per_1000_cases"] == pytest.approx(500, abs=60)
    assert late["added_cycle_min"] > late["within"]


def test_who_leaves_the_line_costs_nothing_and_meets_no_risk() -> None:
    step = {"name": "a", "time": 30, "pool": "p", "patience": 5, "cost": 7}
    answer = _answer(
        steps=[step],
        arrivals=[20],
        weeks=2,
        replications=4,
        risks=[{"name": "certain", "step": "a", "chance": 1, "cost": 3}],
    )
    lost = _figures(answer)["left_unserved"].value
    assert lost > 0.5
    assert _figures(answer)["cost_per_case"].value == pytest.approx(10 * (1 - lost))
    assert _table(answer, "process_risks")[0]["per_1000_cases"] == pytest.approx(1000 * (1 - lost), rel=1e-3)
    assert _table(answer, "process_steps")[0]["work_min"] == pytest.approx(30)


def test_a_hidden_fault_and_a_dropped_case_are_told_apart() -> None:
    answer = _answer(
        steps=[{"name": "a", "time": 10}, {"name": "b", "time": 20}],
        pools=[],
        risks=[{"name": "gone", "step": "a", "chance": 0.1, "effect": "drop", "cost": 5},
               {"name": "wrong", "step": "a", "chance": 0.2, "effect": "found_later", "found_at": "b",
                "leads_to": "a"}],
    )  # fmt: skip
    gone, wrong = _table(answer, "process_risks")
    lost = _figures(answer)["left_unserved"].value
    assert gone["added_lost_share"] == pytest.approx(lost, abs=1e-12)
    # a mean over replications of shares, against a share over all of them
    assert gone["added_cost"] == pytest.approx(5 * gone["per_1000_cases"] / 1000, rel=1e-3)
    assert wrong["added_cycle_min"] == pytest.approx(30 * 0.25, abs=1.0)


def test_shifts_decide_who_is_there() -> None:
    answer = _answer(
        shifts=[{"pool": "p", "first_day": 1, "last_day": 5, "from_hour": 8, "to_hour": 18, "people": 2},
                {"pool": "p", "first_day": 1, "last_day": 5, "from_hour": 12, "to_hour": 14, "people": 1}],
        arrivals=[1.5 if 9 <= h % 24 < 17 and h < 120 else 0 for h in range(168)],
        weeks=6, warm_up_weeks=2,
    )  # fmt: skip
    assert _table(answer, "process_pools")[0]["hours_there"] == pytest.approx(4 * 5 * (20 + 2))
    closed = _answer(
        shifts=[{"pool": "p", "from_hour": 8, "to_hour": 9, "people": 200}], arrivals=[1.0], weeks=3
    )
    # who comes between 9 and 8 waits until 8: on average half of 23 hours, for 23 of 24 hours
    assert _figures(closed)["waiting_time"].value == pytest.approx(23 / 24 * 23 * 60 / 2, rel=0.05)


def test_more_people_never_lengthen_the_wait_under_the_same_luck() -> None:
    waits = [_figures(_answer(pools=[{"name": "p", "people": n}]))["waiting_time"].value for n in (3, 4, 6)]
    assert waits == sorted(waits, reverse=True)


def test_an_overloaded_team_and_a_cold_start_are_warned_of() -> None:
    answer = _answer(pools=[{"name": "p", "people": 2}], arrivals=[4.2], warm_up_weeks=0, replications=3)
    assert {note.code for note in answer.warnings} == {
        "process.full", "process.no_warm_up", "process.few"
    }  # fmt: skip


@pytest.mark.parametrize(
    ("code", "place", "changed"),
    [
        ("process.shares", "ways: a", {"ways": [{"from": "a", "to": "", "share": 0.6}]}),
        ("method.not_a_choice", "ways[1].to", {"ways": [{"from": "a", "to": "z"}]}),
        ("method.not_a_choice", "steps[1].pool", {"steps": [{"name": "a", "time": 1, "pool": "z"}]}),
        ("process.patience_of_no_line", "steps[1].patience",
         {"steps": [{"name": "a", "time": 1, "patience": 1}]}),
        ("process.shift", "shifts[1]",
         {"shifts": [{"pool": "p", "from_hour": 9, "to_hour": 8, "people": 1}]}),
        ("process.arrivals", "arrivals", {"arrivals": [1, 2]}),
        ("process.no_arrivals", "arrivals", {"arrivals": [0]}),
        ("process.warm_up", "warm_up_weeks", {"weeks": 1, "warm_up_weeks": 1}),
        ("process.too_many_cases", "weeks", {"arrivals": [10_000]}),
        ("method.not_a_choice", "risks[1].leads_to",
         {"risks": [{"name": "r", "step": "a", "chance": 0.1, "effect": "rework"}]}),
        ("process.effect_without", "risks[1].leads_to",
         {"risks": [{"name": "r", "step": "a", "chance": 0.1, "leads_to": "a"}]}),
        ("method.twice", "steps[2].name", {"steps": [{"name": "a", "time": 1}, {"name": "a", "time": 1}]}),
    ],
)  # fmt: skip
def test_what_cannot_run_is_refused_at_its_place(code: str, place: str, changed: dict[str, Any]) -> None:
    with pytest.raises(RefusedInputs) as refused:
        _answer(**changed)
    assert (code, place) in {(fault.code, fault.parameters["where"]) for fault in refused.value.several}


def test_nothing_is_said_of_people_or_cases_that_were_not_there() -> None:
    sundays = [{"pool": "p", "first_day": 7, "last_day": 7, "from_hour": 8, "to_hour": 17, "people": 3}]
    pools = _table(_answer(shifts=sundays, weeks=0.5, warm_up_weeks=0, replications=2), "process_pools")
    assert pools == [{"pool": "p", "hours_there": 0.0, "use": None, "low": None, "high": None}]
    drop = [{"name": "r", "step": "a", "chance": 1, "effect": "drop"}]
    found = _figures(_answer(risks=drop, promise=60, weeks=2, replications=2))
    assert found["left_unserved"].value == 1.0
    assert not {"cycle_time", "broken_promises"} & set(found)
    with pytest.raises(UsageError, match=r"simulation\.no_cases"):
        _answer(weeks=2, warm_up_weeks=1.999999, replications=2)


def test_what_a_risk_adds_to_losses_and_cost_has_its_interval() -> None:
    answer = _answer(
        steps=[{"name": "a", "time": 10}],
        pools=[],
        risks=[{"name": "gone", "step": "a", "chance": 0.1, "effect": "drop", "cost": 5}],
    )
    [gone] = _table(answer, "process_risks")
    assert 0 < gone["lost_within"] < gone["added_lost_share"]
    assert gone["added_lost_share"] == pytest.approx(0.1, abs=2 * gone["lost_within"])
    assert gone["added_cost"] == pytest.approx(0.5, abs=2 * gone["cost_within"])


def test_work_after_a_shift_is_said_and_told_in_hours() -> None:
    """One person for one hour a day, cases of three hours: most of the work lies after the shift."""
    answer = _answer(
        steps=[{"name": "a", "time": 180, "pool": "p"}],
        pools=[{"name": "p"}],
        shifts=[{"pool": "p", "from_hour": 9, "to_hour": 10, "people": 1}],
        arrivals=[1],
        weeks=2,
        replications=3,
    )
    [pool] = _table(answer, "process_pools")
    assert pool["use"] > 1
    [note] = [note for note in answer.warnings if note.code == "process.after_shift"]
    assert note.parameters["pools"] == ["p"]
    assert note.parameters["hours"] == pytest.approx((pool["use"] - 1) * pool["hours_there"], rel=1e-6)
