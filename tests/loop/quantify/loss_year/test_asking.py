"""The specs of a loss year, against exact numbers."""

import pytest

from anlan.loop.quantify.loss_year.asking import MOST_DRIVERS, driver_inputs, loss_inputs
from anlan.loop.quantify.loss_year.dependence import Dependence, read_dependence
from anlan.loop.quantify.loss_year.known import KnownRisk
from anlan.loop.quantify.methods import method
from anlan.loop.quantify.methods.reading import read_inputs

PERT = {"kind": "pert", "low": 1, "likely": 2, "high": 6}
SIZE = {"kind": "lognormal", "low": 1e3, "high": 6e4}
TWO = [KnownRisk("R-1", PERT, SIZE, ("派单",)), KnownRisk("R-2", PERT, SIZE, ("派单", "抢修"), records=3)]


def answer(code: str, inputs, *, seed: int = 3):
    return method(code).run(read_inputs(method(code).fields, inputs), seed=seed)


def test_all_risks_stand_in_the_spec_with_their_nodes_and_levels() -> None:
    inputs = loss_inputs(TWO, Dependence(), unit="money", years=10_000)
    assert [row["node"] for row in inputs["risks"]] == ["派单", "派单 / 抢修"]
    found = {q.name: q for q in answer("annual_loss", inputs).quantities}
    assert {"expected_annual_loss", "value_at_risk", "cvar"} <= set(found)


def test_frequent_risks_are_drawn_by_whole_years_with_the_same_result() -> None:
    often = [KnownRisk(f"R-{k}", {"kind": "gamma", "shape": 30.5, "scale": 1.0}, SIZE) for k in range(2)]
    few = loss_inputs(often, Dependence(), unit="money", years=20_000)
    whole = loss_inputs(often, Dependence(), unit="money", years=4_000_000)
    assert "copula" not in few
    assert (whole["copula"], whole["copula_of"]) == ("gaussian", "loss")
    by_events, by_years = (answer("annual_loss", {**each, "years": 20_000}) for each in (few, whole))
    for one, other in zip(by_events.quantities[:3], by_years.quantities[:3], strict=True):
        assert abs(one.value - other.value) < 2.5 * (one.high - one.low)


def test_what_acts_on_counts_keeps_events_drawn_one_by_one() -> None:
    shocks = {"shocks": [{"name": "s", "probability": 0.5, "factor": 2, "risks": ["R-1"]}]}
    joined = read_dependence(shocks, known=["R-1"])
    often = [KnownRisk("R-1", {"kind": "constant", "value": 5_000.0}, SIZE)]
    assert "copula" not in loss_inputs(often, joined, unit="money", years=1_000_000)


def test_the_tornado_moves_each_uncertain_number_and_the_size_known_worse_moves_more() -> None:
    certain = KnownRisk("R-3", {"kind": "constant", "value": 2.0}, {"kind": "constant", "value": 1e4})
    inputs = loss_inputs([*TWO, certain], Dependence(), unit="money", years=10_000)
    asked = driver_inputs([*TWO, certain], inputs)
    assert {row["name"] for row in asked["inputs"]} == {
        "R-1 frequency", "R-1 size", "R-2 frequency", "R-2 size"
    }  # fmt: skip
    rows = {row[0]: row for row in answer("tornado", asked).tables[0].rows}
    assert rows["R-1 size"][-1] > rows["R-2 size"][-1] > 0
    assert rows["R-1 size"][3] < rows["R-1 size"][4]


def test_certain_numbers_leave_nothing_to_move_and_many_are_cut() -> None:
    certain = [KnownRisk("R-3", {"kind": "constant", "value": 2.0}, {"kind": "constant", "value": 1e4})]
    assert driver_inputs(certain, loss_inputs(certain, Dependence(), unit="money", years=10_000)) is None
    many = [KnownRisk(f"R-{k}", PERT, SIZE) for k in range(30)]
    asked = driver_inputs(many, loss_inputs(many, Dependence(), unit="money", years=10_000))
    assert len(asked["inputs"]) == MOST_DRIVERS


def test_losses_scaled_by_two_double_every_number() -> None:
    inputs = loss_inputs(TWO, Dependence(), unit="money", years=10_000)
    twice = {**inputs, "risks": [{**row, "scale": 2.0} for row in inputs["risks"]]}
    for one, other in zip(answer("annual_loss", inputs).quantities[:3],
                          answer("annual_loss", twice).quantities[:3], strict=True):  # fmt: skip
        assert other.value == pytest.approx(2 * one.value, rel=1e-9)
