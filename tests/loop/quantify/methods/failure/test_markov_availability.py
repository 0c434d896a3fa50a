"""A repairable pair by closed forms, and the words for chains that make no sense."""

from typing import Any

import pytest

from anlan.domain.method import Answer
from anlan.loop.quantify.methods.failure.markov_availability import METHOD
from anlan.loop.quantify.methods.faults import RefusedInputs
from anlan.loop.quantify.methods.reading import read_inputs

STATES = [{"name": "up", "works": True}, {"name": "down", "works": False}]
TRANSITIONS = [{"from": "up", "to": "down", "rate": 0.01}, {"from": "down", "to": "up", "rate": 0.5}]


def _answer(**given: Any) -> Answer:
    return METHOD.run(read_inputs(METHOD.fields, given))


def _found(answer: Answer) -> dict[str, float]:
    return {each.name: each.value for each in answer.quantities}


def _refused(**given: Any) -> list[tuple[str, str]]:
    with pytest.raises(RefusedInputs) as refused:
        _answer(**given)
    return [(fault.code, fault.parameters["where"]) for fault in refused.value.several]


def test_one_component_with_repair() -> None:
    found = _found(_answer(states=STATES, transitions=TRANSITIONS, horizon=1e6))
    assert found["unavailability_long_run"] == pytest.approx(0.01 / 0.51)
    assert found["unavailability_mean"] == pytest.approx(0.01 / 0.51, rel=1e-5)
    assert found["mean_time_to_failure"] == found["mean_up_time"] == pytest.approx(100.0)
    assert found["mean_down_time"] == pytest.approx(2.0)
    assert found["failure_frequency"] == pytest.approx(8760 / 102)
    assert found["first_failure_by_horizon"] == pytest.approx(1.0)


def test_a_group_is_the_chain_written_out() -> None:
    group = {"components": 2, "needed": 1, "failure_rate": 0.01, "repair_rate": 0.5, "resting_share": 0.2}
    written = [
        {"from": "0", "to": "1", "rate": 0.012},
        {"from": "1", "to": "2", "rate": 0.01},
        {"from": "1", "to": "0", "rate": 0.5},
        {"from": "2", "to": "1", "rate": 0.5},
    ]
    states = [{"name": str(n), "works": n < 2} for n in range(3)]
    assert _found(_answer(group=group)) == pytest.approx(_found(_answer(states=states, transitions=written)))


def test_a_second_crew_shortens_the_time_down() -> None:
    group = {"components": 3, "needed": 2, "failure_rate": 0.1, "repair_rate": 0.5}
    one, two = (_found(_answer(group={**group, "crews": crews})) for crews in (1, 2))
    assert two["mean_down_time"] < one["mean_down_time"]
    assert two["unavailability_mean"] < one["unavailability_mean"]


def test_without_repair_the_chain_ends_stopped_and_says_so() -> None:
    answer = _answer(states=STATES, transitions=TRANSITIONS[:1], horizon=100.0)
    found = _found(answer)
    assert found["unavailability_long_run"] == 1.0
    assert found["time_to_end"] == pytest.approx(100.0)
    assert found["first_failure_by_horizon"] == pytest.approx(0.6321205588)
    assert "markov.ends_stopped" in [note.code for note in answer.warnings]


def test_a_service_that_may_run_for_ever_has_no_mean_time_to_failure() -> None:
    states = [*STATES, {"name": "retired", "works": True}]
    transitions = [*TRANSITIONS, {"from": "up", "to": "retired", "rate": 0.1}]
    assert "mean_time_to_failure" not in _found(_answer(states=states, transitions=transitions))


def test_faults_are_told_together() -> None:
    wrong = [{"from": "up", "to": "gone", "rate": 1}, {"from": "up", "to": "up", "rate": 1}]
    assert _refused(states=[*STATES, STATES[0]], transitions=wrong, start="x") == [
        ("method.twice", "states[3].name"),
        ("method.not_a_choice", "transitions[1].to"),
        ("markov.to_itself", "transitions[2]"),
        ("method.not_a_choice", "start"),
    ]
    assert _refused() == [("markov.one_of", "states")]
    group = {"components": 2, "needed": 3, "failure_rate": 1}
    assert _refused(group=group) == [("markov.needed", "group.needed")]


UNKNOWN = {"kind": "lognormal", "median": 0.01, "error_factor": 3}
FAILS = {"from": "up", "to": "down", "rate": UNKNOWN}


def _limits(answer: Answer) -> dict[str, tuple[float | None, float | None]]:
    return {each.name: (each.low, each.high) for each in answer.quantities}


def test_limits_are_the_figures_at_the_limits_of_the_only_uncertain_rate() -> None:
    found = _limits(_answer(states=STATES, transitions=[FAILS, TRANSITIONS[1]], samples=5_000))
    assert found["mean_time_to_failure"] == pytest.approx((100 / 3, 300), rel=0.06)
    shares = (0.01 / 3 / (0.01 / 3 + 0.5), 0.03 / 0.53)
    assert found["unavailability_long_run"] == pytest.approx(shares, rel=0.06)
    assert found["mean_down_time"] == pytest.approx((2.0, 2.0))


def test_figures_stand_at_the_mean_of_an_uncertain_rate() -> None:
    uncertain = _answer(states=STATES, transitions=[FAILS, TRANSITIONS[1]])
    mean = read_inputs(METHOD.fields, {"states": STATES, "transitions": [FAILS]})["transitions"][0][
        "rate"
    ].mean
    certain = _answer(states=STATES, transitions=[{**FAILS, "rate": mean}, TRANSITIONS[1]])
    assert _found(uncertain) == _found(certain)
    assert all(limits == (None, None) for limits in _limits(certain).values())
    assert uncertain.tables == certain.tables


def test_rates_drawn_alike_keep_their_ratio() -> None:
    """Failures and repairs that double together leave the share of time out as it is."""
    repairs = {"from": "down", "to": "up", "rate": {**UNKNOWN, "median": 0.5}}
    apart = _limits(_answer(states=STATES, transitions=[FAILS, repairs]))["unavailability_long_run"]
    alike = [{**FAILS, "alike": "climate"}, {**repairs, "alike": "climate"}]
    low, high = _limits(_answer(states=STATES, transitions=alike))["unavailability_long_run"]
    assert low == pytest.approx(high)
    assert apart[1] > 3 * apart[0]


def test_an_uncertain_group_is_drawn_once_for_all_its_components() -> None:
    group = {"components": 3, "needed": 1, "failure_rate": UNKNOWN, "repair_rate": 0.5, "crews": 3}
    low, high = _limits(_answer(group=group, samples=4_000))["unavailability_long_run"]
    assert (low, high) == pytest.approx(
        tuple((rate / (rate + 0.5)) ** 3 for rate in (0.01 / 3, 0.03)), rel=0.2
    )


def test_the_seed_decides_the_limits_and_none_are_drawn_for_zero_samples() -> None:
    given = {"states": STATES, "transitions": [FAILS, TRANSITIONS[1]]}
    read = read_inputs(METHOD.fields, given)
    assert _limits(METHOD.run(read, seed=7)) == _limits(METHOD.run(read, seed=7))
    assert _limits(METHOD.run(read, seed=7)) != _limits(METHOD.run(read, seed=8))
    assert set(_limits(_answer(**given, samples=0)).values()) == {(None, None)}


@pytest.mark.parametrize(
    "rate", [0.0, {"kind": "constant", "value": 0}, {"kind": "pert", "low": 1e9, "likely": 2e9, "high": 3e9}]
)
def test_a_rate_that_cannot_be_is_refused_at_its_place(rate: Any) -> None:
    refused = _refused(states=STATES, transitions=[{**FAILS, "rate": rate}, TRANSITIONS[1]])
    assert refused == [("method.outside", "transitions[1].rate")]
