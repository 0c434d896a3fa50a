"""What a process has beside steps in a row: gateways, several teams, priorities, batches, outages, surges."""

import math
from typing import Any

import numpy as np
import pytest

from anlan.domain.method import Answer
from anlan.loop.quantify.methods import method
from anlan.loop.quantify.methods.faults import RefusedInputs
from anlan.loop.quantify.methods.process.process_hours import less_outages
from anlan.loop.quantify.methods.process.process_inputs import read_process
from anlan.loop.quantify.methods.process.process_runs import run_process
from anlan.loop.quantify.methods.reading import read_inputs
from anlan.maths.queueing.erlang import erlang_b, erlang_c
from anlan.maths.queueing.one_queue import waits_by_priority

CHOSEN = method("process_simulation")
EXPONENTIAL = {"kind": "weibull", "shape": 1, "scale": 30}
ONE: dict[str, Any] = {
    "steps": [{"name": "a", "time": EXPONENTIAL, "pool": "p"}],
    "pools": [{"name": "p", "people": 3}],
    "arrivals": [4.5],
    "weeks": 6,
    "warm_up_weeks": 1,
    "replications": 8,
}


def _read(**changed: Any) -> dict[str, Any]:
    return read_inputs(CHOSEN.fields, {**ONE, **changed})


def _answer(seed: int = 1, **changed: Any) -> Answer:
    return CHOSEN.run(_read(**changed), seed=seed)


def _figures(answer: Answer) -> dict[str, Any]:
    return {each.name: each for each in answer.quantities}


def _table(answer: Answer, name: str) -> list[dict[str, Any]]:
    found = next(table for table in answer.tables if table.name == name)
    return [dict(zip(found.columns, row, strict=True)) for row in found.rows]


def test_a_split_waits_at_its_join_for_the_longer_way() -> None:
    steps = [
        {"name": "both", "kind": "split"},
        {"name": "a", "time": EXPONENTIAL},
        {"name": "b", "time": EXPONENTIAL},
        {"name": "meet", "kind": "join", "joins": "both"},
        {"name": "end", "time": 10},
    ]
    ways = [
        {"from": "both", "to": "a"},
        {"from": "both", "to": "b"},
        {"from": "a", "to": "meet"},
        {"from": "b", "to": "meet"},
    ]
    answer = _answer(steps=steps, ways=ways, pools=[])
    found = _figures(answer)["cycle_time"]
    assert found.low <= 30 * 1.5 + 10 <= found.high  # the longer of two exponential times: 1.5 means
    assert [row["step"] for row in _table(answer, "process_steps")] == ["a", "b", "end"]


def test_the_order_of_a_line_is_that_of_its_team() -> None:
    steps = [{"name": "a", "time": EXPONENTIAL, "pool": "p", "promise": 60}]

    def wait(order: str) -> float:
        found = _answer(steps=steps, pools=[{"name": "p", "people": 3, "order": order}])
        return float(_figures(found)["waiting_time"].value)

    arrival = wait("arrival")
    assert wait("shortest") < 0.8 * arrival
    anybody = wait("random")
    assert anybody == pytest.approx(arrival, rel=0.1)
    assert anybody != arrival
    assert wait("due") == arrival  # of one step with one promise who came first is due first


def test_cases_that_come_together_wait_for_each_other() -> None:
    # M^X/M/1 with groups of 3: under way load (1 + 3)/(2 (1 - load)), the wait by Little's law
    one = [{"name": "p", "people": 1}]
    load = 1.2 * 0.5
    found = _figures(_answer(pools=one, arrivals=[1.2], together=3, weeks=60, replications=20))[
        "waiting_time"
    ]
    assert found.low <= 30 * (2 / (1 - load) - 1) <= found.high
    alone = _figures(_answer(pools=one, arrivals=[1.2], weeks=60, replications=20))["waiting_time"]
    assert alone.high < found.low


def test_the_weeks_left_out_at_the_beginning_are_checked() -> None:
    def told(**changed: Any) -> dict[str, Any]:
        answer = _answer(**{"arrivals": [5.9], "replications": 20, **changed})
        assert answer.charts[-1].kind == "under_way"
        notes = [*answer.assumptions, *answer.warnings]
        return {
            n.code: n.parameters for n in notes if n.code.split("_")[0] in ("process.warm", "process.never")
        }

    short = told(warm_up_weeks=0.2)["process.warm_up_short"]
    assert (short["given"], 0.4 < short["proposed"] < 2.5) == (0.2, True)
    assert list(told(arrivals=[3], warm_up_weeks=1)) == ["process.warm_up_enough"]
    assert list(told(arrivals=[7], warm_up_weeks=1)) == ["process.never_usual"]
    by_hour = {"arrivals": [1, 5] * 12, "weeks": 6, "replications": 10}
    assert list(told(**by_hour, warm_up_weeks=1)) == ["process.warm_up_enough"]
    assert list(told(**by_hour, warm_up_weeks=0)) == ["process.warm_up_proposed"]
    grows = told(**{**by_hour, "arrivals": [5, 9] * 12}, warm_up_weeks=1)
    assert list(grows) == ["process.never_usual"]
    shorter = _answer(weeks=0.2, warm_up_weeks=0)
    assert not any(chart.kind == "under_way" for chart in shorter.charts)


def test_of_some_ways_each_is_taken_by_its_own_chance() -> None:
    steps = [
        {"name": "which", "kind": "some"},
        {"name": "always", "time": 10},
        {"name": "often", "time": 40},
        {"name": "meet", "kind": "join", "joins": "which"},
    ]
    ways = [
        {"from": "which", "to": "always"},
        {"from": "which", "to": "often", "share": 0.3},
        {"from": "always", "to": "meet"},
        {"from": "often", "to": "meet"},
    ]
    found = _figures(_answer(steps=steps, ways=ways, pools=[]))["cycle_time"]
    assert found.value == pytest.approx(0.7 * 10 + 0.3 * 40, abs=0.5)


def test_one_of_several_ways_is_chosen_without_time() -> None:
    steps = [
        {"name": "which", "kind": "choice"},
        {"name": "short", "time": 10},
        {"name": "long", "time": 50},
    ]
    ways = [
        {"from": "which", "to": "short", "share": 0.75},
        {"from": "which", "to": "long", "share": 0.25},
        {"from": "short"},
        {"from": "long"},
    ]
    found = _figures(_answer(steps=steps, ways=ways, pools=[]))["cycle_time"]
    assert found.value == pytest.approx(20, abs=0.5)


def test_two_teams_for_one_step_are_as_good_as_one_large_team() -> None:
    exact = erlang_c(4.5 / 60, 1 / 30, 3).wait
    split = {"pools": [{"name": "p", "people": 1}, {"name": "q", "people": 2}]}
    for said in ("p、q", "p, q"):
        steps = [{"name": "a", "time": EXPONENTIAL, "pool": said}]
        found = _figures(_answer(steps=steps, **split))["waiting_time"]
        assert found.value == _figures(_answer())["waiting_time"].value  # the same luck, the same waits
        assert found.low <= exact <= found.high


def test_a_team_whose_name_holds_a_comma_is_one_team() -> None:
    asked = read_process(
        _read(
            steps=[{"name": "a", "time": 1, "pool": "Claims, London"}],
            pools=[{"name": "Claims, London"}, {"name": "Claims"}],
        )
    )
    assert asked.network.nodes[0].pools == ("Claims, London",)


def test_a_team_twice_as_fast_works_half_as_long() -> None:
    answer = _answer(pools=[{"name": "p", "people": 3, "speed": 2}])
    assert _table(answer, "process_pools")[0]["use"] == pytest.approx(4.5 * 0.5 / 3 / 2, abs=0.02)


def test_classes_of_cases_wait_as_cobham_says() -> None:
    answer = _answer(
        classes=[{"name": "urgent", "share": 0.3}, {"name": "plain", "share": 0.7, "level": 1}],
        weeks=12,
        replications=20,
    )
    rows = _table(answer, "process_classes")
    exact = waits_by_priority([4.5 * 0.3 / 60, 4.5 * 0.7 / 60], 1 / 30, 3)
    for row, wait, share in zip(rows, exact, (0.3, 0.7), strict=True):
        assert row["share"] == pytest.approx(share, abs=0.01)
        assert row["wait_min"] == pytest.approx(wait, rel=0.06)
        assert row["cycle_min"] == pytest.approx(wait + 30, rel=0.04)


def test_a_line_that_nobody_joins_loses_as_erlang_b_says() -> None:
    steps = [{"name": "a", "time": EXPONENTIAL, "pool": "p", "longest_line": 0}]
    answer = _answer(steps=steps, arrivals=[6], replications=20)
    lost = _figures(answer)["left_unserved"]
    assert lost.low <= erlang_b(3.0, 3) <= lost.high
    assert _table(answer, "process_steps")[0]["gave_up_share"] == pytest.approx(lost.value, abs=1e-3)


def test_who_does_not_wait_can_go_elsewhere() -> None:
    steps = [
        {"name": "a", "time": EXPONENTIAL, "pool": "p", "longest_line": 0, "gives_up_to": "web"},
        {"name": "web", "time": 5},
    ]
    answer = _answer(steps=steps, ways=[{"from": "a"}, {"from": "web"}], arrivals=[6])
    assert "left_unserved" not in _figures(answer)
    turned = _table(answer, "process_steps")
    assert turned[1]["visits_per_case"] == pytest.approx(erlang_b(3.0, 3), abs=0.02)


def test_batches_wait_to_fill() -> None:
    # of ten cases an hour each batch of 4 fills in 18 min on average; its first waits 18, its last 0
    steps = [{"name": "a", "time": 0, "batch": 4, "batch_wait": 600}]
    found = _figures(_answer(steps=steps, pools=[], arrivals=[10]))["waiting_time"]
    assert found.value == pytest.approx((18 + 12 + 6 + 0) / 4, rel=0.05)


def test_quantiles_say_any_law_even_a_share_of_zeros() -> None:
    steps = [{"name": "a", "time": {"kind": "quantiles", "values": [0, 0, 0, 20, 60]}}]
    found = _figures(_answer(steps=steps, pools=[]))
    assert found["cycle_time"].value == pytest.approx((0 + 0 + 10 + 40) / 4, abs=0.5)
    assert found["cycle_p50"].value == pytest.approx(0.0, abs=0.5)


def test_a_step_repeated_is_done_once_more() -> None:
    risks = [{"name": "again", "step": "a", "chance": 0.2, "effect": "repeat"}]
    answer = _answer(steps=[{"name": "a", "time": 10}], pools=[], risks=risks)
    assert _figures(answer)["cycle_time"].value == pytest.approx(10 / 0.8, abs=0.2)


def test_a_risk_depends_on_another_and_on_the_hour() -> None:
    nights = [2 if hour < 12 else 0 for hour in range(24)]
    risks = [
        {"name": "first", "step": "a", "chance": 0.3, "hours": nights},
        {"name": "second", "step": "b", "chance": 0.1, "given": "first", "factor": 5},
    ]
    steps = [{"name": "a", "time": 1}, {"name": "b", "time": 1}]
    first, second = _table(_answer(steps=steps, pools=[], risks=risks), "process_risks")
    assert first["per_1000_cases"] == pytest.approx(300, rel=0.05)
    assert second["per_1000_cases"] == pytest.approx(1000 * (0.3 * 0.5 + 0.7 * 0.1), rel=0.06)


def test_a_risk_grows_with_the_line() -> None:
    risks = [
        {"name": "flat", "step": "a", "chance": 0.05},
        {"name": "tired", "step": "a", "chance": 0.05, "load": "line_length", "load_slope": 1},
    ]
    flat, tired = _table(_answer(risks=risks, arrivals=[5.5]), "process_risks")
    assert tired["per_1000_cases"] > 1.5 * flat["per_1000_cases"]


def test_an_outage_takes_people_for_its_share_of_time() -> None:
    # nobody queues otherwise, so those who come during an outage wait for the rest of it
    risks = [{"name": "down", "effect": "outage", "pool": "p", "per_week": 42, "delay": 60, "cost": 70}]
    answer = _answer(
        steps=[{"name": "a", "time": 0.01, "pool": "p"}], arrivals=[6], risks=risks, replications=20, weeks=11
    )
    down = _table(answer, "process_risks")[0]
    assert down["per_1000_cases"] == pytest.approx(1000 * 0.25 / 6, rel=0.05)
    assert down["added_cost"] == pytest.approx(70 * 0.25 / 6, rel=0.05)
    assert down["added_cycle_min"] == pytest.approx(
        _mean_rest_of_outage(rate_per_h=0.25, lasts_h=1.0) * 60, rel=0.08
    )


def _mean_rest_of_outage(*, rate_per_h: float, lasts_h: float) -> float:
    """Hours until nothing is down, at a random time, of outages by chance that last alike, some of them over
    the end of others: from 200,000 of them."""
    rng = np.random.default_rng(0)
    begins = np.cumsum(rng.exponential(1 / rate_per_h, 200_000))
    ends = np.maximum.accumulate(begins + lasts_h)
    first = np.flatnonzero(np.concatenate(([True], begins[1:] > ends[:-1])))
    last = np.append(first[1:], len(begins)) - 1
    lengths = ends[last] - begins[first]
    return float((lengths**2).sum() / 2 / begins[-1])


def test_outages_take_no_more_people_than_there_are() -> None:
    assert less_outages(((0.0, 3), (10.0, 1)), [(5.0, 15.0, 2)]) == ((0.0, 3), (5.0, 1), (10.0, 0), (15.0, 1))
    assert less_outages(((0.0, 3),), [(5.0, 9.0, 2), (7.0, 8.0, 5)]) == (
        (0.0, 3), (5.0, 1), (7.0, 0), (8.0, 1), (9.0, 3),
    )  # fmt: skip
    assert less_outages(((0.0, 2),), []) == ((0.0, 2),)


def test_a_surge_brings_so_many_times_the_cases_and_leaves_the_others_their_luck() -> None:
    inputs = _read(
        steps=[{"name": "a", "time": EXPONENTIAL}],
        pools=[],
        risks=[{"name": "storm", "effect": "surge", "per_week": 7, "delay": 240, "times": 3}],
        weeks=8,
        warm_up_weeks=0,
    )
    asked = read_process(inputs)
    with_it, without = run_process(asked, 5), run_process(asked, 5, without=("storm",))
    there = 1 - math.exp(-7 * 4 / 168)  # at least one of spells that come by chance, each 4 h
    more = sum(len(r.cycle_s) for r in with_it.runs) / sum(len(r.cycle_s) for r in without.runs)
    assert more == pytest.approx(1 + 2 * there, rel=0.04)
    for run, coming, plain in zip(with_it.runs, with_it.coming, without.runs, strict=True):
        assert coming.arrivals.luck is not None
        usual = coming.arrivals.luck < len(plain.cycle_s)
        assert np.array_equal(run.cycle_s[usual], plain.cycle_s)  # nobody waits for anybody here


def test_complaints_grow_with_the_time_beyond() -> None:
    answer = _answer(
        steps=[{"name": "a", "time": 150}],
        pools=[],
        complaints={"chance": 0.01, "after": 90, "more_per_hour": 0.1, "cost": 40},
    )
    assert _figures(answer)["complaints"].value == pytest.approx(0.01 + 0.1)
    assert _figures(answer)["cost_per_case"].value == pytest.approx(0.11 * 40)


@pytest.mark.parametrize(
    ("code", "place", "changed"),
    [
        ("method.missing_input", "steps[1].time", {"steps": [{"name": "a"}]}),
        ("process.only_tasks", "steps[1].time", {"steps": [{"name": "a", "kind": "choice", "time": 1}]}),
        ("process.only_tasks", "steps[1].cost", {"steps": [{"name": "a", "kind": "split", "cost": 1}]}),
        ("process.joins", "steps[1].joins", {"steps": [{"name": "a", "kind": "join"}]}),
        ("process.joins", "steps[1].joins", {"steps": [{"name": "a", "time": 1, "joins": "a"}]}),
        ("process.patience_of_no_line", "steps[1].longest_line",
         {"steps": [{"name": "a", "time": 1, "longest_line": 3}]}),
        ("process.batch_impatient", "steps[1].batch",
         {"steps": [{"name": "a", "time": 1, "pool": "p", "patience": 3, "batch": 2}]}),
        ("process.needs", "steps[1].batch", {"steps": [{"name": "a", "time": 1, "batch": 2}]}),
        ("process.needs", "steps[1].batch_wait", {"steps": [{"name": "a", "time": 1, "batch_wait": 3}]}),
        ("process.needs", "steps[1].gives_up_to", {"steps": [{"name": "a", "time": 1, "gives_up_to": "a"}]}),
        ("process.mixed_lines", "steps[1].pool",
         {"steps": [{"name": "a", "time": 1, "pool": "p、q"}],
          "pools": [{"name": "p", "newest_first": True}, {"name": "q"}]}),
        ("process.mixed_lines", "steps[1].pool",
         {"steps": [{"name": "a", "time": 1, "pool": "p、q"}],
          "pools": [{"name": "p", "order": "random"}, {"name": "q"}]}),
        ("process.two_orders", "pools[1].order",
         {"pools": [{"name": "p", "newest_first": True, "order": "shortest"}]}),
        ("process.nothing_due", "pools[1].order", {"pools": [{"name": "p", "order": "due"}]}),
        ("method.not_a_choice", "steps[1].pool", {"steps": [{"name": "a", "time": 1, "pool": "p、z"}]}),
        ("process.no_share", "ways: a",
         {"steps": [{"name": "a", "kind": "some"}, {"name": "b", "time": 1}],
          "ways": [{"from": "a", "to": "b", "share": 0}]}),
        ("process.class_shares", "classes", {"classes": [{"name": "x", "share": 0.5}]}),
        ("method.missing_input", "risks[1].step", {"risks": [{"name": "r", "chance": 0.1}]}),
        ("method.missing_input", "risks[1].per_week",
         {"risks": [{"name": "r", "effect": "outage", "pool": "p", "delay": 3}]}),
        ("process.effect_without", "risks[1].chance",
         {"risks": [{"name": "r", "effect": "surge", "per_week": 1, "times": 2, "delay": 3, "chance": 0.1}]}),
        ("process.hours", "risks[1].hours",
         {"risks": [{"name": "r", "step": "a", "chance": 0.1, "hours": [1, 2]}]}),
        ("process.given", "risks[1].given",
         {"risks": [{"name": "r", "step": "a", "chance": 0.1, "given": "r", "factor": 2}]}),
        ("method.missing_input", "risks[2].factor",
         {"risks": [{"name": "s", "step": "a", "chance": 0.1},
                    {"name": "r", "step": "a", "chance": 0.1, "given": "s"}]}),
        ("process.load_of_no_line", "risks[1].load",
         {"steps": [{"name": "a", "time": 1}],
          "risks": [{"name": "r", "step": "a", "chance": 0.1, "load": "line_length", "load_slope": 1}]}),
        ("process.risk_of_no_work", "risks[1].step",
         {"steps": [{"name": "a", "kind": "choice"}], "risks": [{"name": "r", "step": "a", "chance": 0.1}]}),
    ],
)  # fmt: skip
def test_what_cannot_run_is_refused_at_its_place(code: str, place: str, changed: dict[str, Any]) -> None:
    with pytest.raises(RefusedInputs) as refused:
        read_process(_read(**changed))
    assert (code, place) in {(fault.code, fault.parameters["where"]) for fault in refused.value.several}


@pytest.mark.parametrize("values", [[1], [3, 2], [-1, 2], "12", [1, "x"]])
def test_quantiles_that_are_none_are_refused(values: Any) -> None:
    with pytest.raises(RefusedInputs, match=r"steps\[1\].time|method"):
        _read(steps=[{"name": "a", "time": {"kind": "quantiles", "values": values}}])


def test_opening_hours_are_no_people_with_hours_on_duty() -> None:
    """A pool of which there is always enough says when something goes on, not who does it."""
    answer = _answer(
        steps=[*ONE["steps"], {"name": "b", "time": 5, "pool": "open"}],
        pools=[*ONE["pools"], {"name": "open", "people": 100_000, "suspends": True}],
        weeks=2,
        replications=2,
    )
    assert [row["pool"] for row in _table(answer, "process_pools")] == ["p"]
    said = {note.code: note.parameters for note in answer.assumptions}
    assert said["process.enough"] == {"pools": ["open"]}


def test_waits_side_by_side_are_said_to_add_up() -> None:
    both = {
        "steps": [{"name": "s", "kind": "split"}, *ONE["steps"], {"name": "b", "time": 5}],
        "ways": [{"from": "s", "to": "a"}, {"from": "s", "to": "b"}],
        "weeks": 2,
        "replications": 2,
    }
    assert "process.side_by_side" in {note.code for note in _answer(**both).assumptions}
    assert "process.side_by_side" not in {note.code for note in _answer(weeks=2, replications=2).assumptions}


def test_the_last_cases_that_count_meet_usual_queues() -> None:
    """Before a queue a delay of a week: Erlang's wait, which a process that empties would not show."""
    steps = [
        {"name": "post", "time": {"kind": "weibull", "shape": 1, "scale": 10_080}},
        {"name": "a", "time": {"kind": "weibull", "shape": 1, "scale": 60}, "pool": "p"},
    ]
    asked = {"steps": steps, "pools": [{"name": "p", "people": 10}], "arrivals": [8.7], "weeks": 8,
             "warm_up_weeks": 4, "replications": 20}  # fmt: skip
    exact = erlang_c(8.7, 1.0, 10).wait * 60
    kept, emptied = (
        _figures(_answer(**asked, **more))["waiting_time"] for more in ({}, {"cool_down_weeks": 0})
    )
    assert kept.low <= exact <= kept.high
    assert emptied.high < exact
