"""F-N curve and ALARP from their specs: verdicts, zones, limits, and what is refused."""

from typing import Any

import pytest

from anlan.domain.method import Answer, Method
from anlan.formats.report.charts.fn_curve import fn_curve
from anlan.loop.quantify.methods.decision.alarp import METHOD as ALARP
from anlan.loop.quantify.methods.decision.fn_curve import METHOD as FN
from anlan.loop.quantify.methods.faults import RefusedInputs
from anlan.loop.quantify.methods.reading import read_inputs
from anlan.studies.methods.assessing import plain

SCENARIOS = [
    {"name": "small", "per_year": 1e-3, "people": 1},
    {"name": "large", "per_year": 1e-5, "people": 60},
]
LINE = {"name": "own", "at": 10, "per_year": 1e-4}
MEASURE = {"name": "guard", "cost": 1_000, "yearly_cost": 100, "averted": 50, "years": 10}
RISK: dict[str, Any] = {
    "risk": 1e-5, "acceptable": 1e-6, "intolerable": 1e-4, "factor_low": 2, "discount_rate": 0.0,
    "measures": [MEASURE],
}  # fmt: skip
UNSURE = {"kind": "lognormal", "median": 1e-5, "error_factor": 10}


def _answer(of: Method, **given: Any) -> Answer:
    return of.run(read_inputs(of.fields, given), seed=3)


def _found(answer: Answer) -> dict[str, float]:
    return {each.name: each.value for each in answer.quantities}


def _refused(of: Method, **given: Any) -> list[tuple[str, str]]:
    with pytest.raises(RefusedInputs) as refused:
        _answer(of, **given)
    return [(fault.code, fault.parameters["where"]) for fault in refused.value.several]


def _verdicts(answer: Answer) -> list[str]:
    return [row[-1].code for row in answer.tables[0].rows]


def test_a_curve_is_held_against_every_line() -> None:
    lines = [LINE, {**LINE, "name": "strict", "per_year": 1e-5}]
    answer = _answer(FN, scenarios=SCENARIOS, lines=lines)
    found = _found(answer)
    assert found["line_ratio"] == pytest.approx(1.01e-3 / 1e-3)
    assert found["people_a_year"] == pytest.approx(1e-3 + 60e-5)
    assert found["lines_exceeded"] == 2
    assert _verdicts(answer) == ["fn.above", "fn.above"]


@pytest.mark.parametrize(
    ("criterion", "expected"),
    [("hse", 1e-5 / (2e-4 * 50 / 60)), ("netherlands", 1e-5 / (1e-3 / 3600)), ("hong_kong", 1.01)],
)
def test_the_lines_of_authorities(criterion: str, expected: float) -> None:
    answer = _answer(FN, scenarios=SCENARIOS, criterion=criterion)
    hse_at_one = 1.01e-3 / (2e-4 * 50)
    assert answer.headline.value == pytest.approx(max(expected, hse_at_one if criterion == "hse" else 0.0))
    assert f"fn.preset_{criterion}" in [note.code for note in answer.assumptions]
    outside = "fn.outside_line" in [note.code for note in answer.warnings]
    assert outside == (criterion == "netherlands")


def test_a_scenario_beyond_the_end_of_a_line_counts_at_its_end() -> None:
    rows = [
        {"name": "x", "per_year": 1e-3, "people": 2_000},
        {"name": "y", "per_year": 1e-3, "people": 5_000},
    ]
    answer = _answer(FN, scenarios=rows, criterion="hong_kong")
    assert answer.headline.value == pytest.approx(2e-3 / 1e-6)
    assert _verdicts(answer) == ["fn.above", "fn.above"]
    assert answer.tables[0].rows[0][4] == 1_000
    assert [note.code for note in answer.warnings] == ["fn.beyond_line"] * 2
    drawn = fn_curve(plain(answer.charts[0].data), language="en")
    assert "is broken" in drawn
    assert "is kept" not in drawn


def test_an_uncertain_frequency_leaves_the_verdict_open() -> None:
    scenarios = [SCENARIOS[0] | {"per_year": {"kind": "lognormal", "median": 9e-4, "error_factor": 3}}]
    answer = _answer(FN, scenarios=scenarios, lines=[LINE], samples=4_000)
    assert (answer.headline.low, answer.headline.high) == pytest.approx((0.3, 2.7), rel=0.08)
    assert _verdicts(answer) == ["fn.open"]
    assert _answer(FN, scenarios=scenarios, lines=[LINE], samples=0).headline.low is None


def test_scenarios_and_lines_that_make_no_sense_are_refused() -> None:
    twice = [SCENARIOS[0], SCENARIOS[0]]
    assert _refused(FN, scenarios=twice) == [("method.twice", "scenarios[2].name")]
    assert _refused(FN, scenarios=SCENARIOS, lines=[{**LINE, "least": 5, "most": 5}]) == [
        ("method.outside", "lines[1].most")
    ]
    assert [n.code for n in _answer(FN, scenarios=SCENARIOS).warnings] == ["fn.no_line"]


def test_a_measure_is_owed_up_to_the_factor_of_the_risk() -> None:
    """Cost 2,000 against a benefit of 500: 4 times, and the factor in the middle of the zone is 6."""
    answer = _answer(ALARP, **RISK)
    found = _found(answer)
    assert (found["disproportion_factor"], found["least_proportion"]) == pytest.approx((6.0, 4.0))
    assert _verdicts(answer) == ["alarp.owed"]
    row = dict(zip(answer.tables[0].columns, answer.tables[0].rows[0], strict=True))
    assert (row["spend_at_most"], row["cost_of_unit"]) == pytest.approx((3_000.0, 4.0))
    low = _answer(ALARP, **{**RISK, "risk": 2e-6})
    assert _verdicts(low) == ["alarp.disproportionate"]


@pytest.mark.parametrize(("risk", "note"), [(5e-7, "alarp.is_acceptable"), (2e-4, "alarp.is_intolerable")])
def test_outside_the_zone_it_is_said(risk: float, note: str) -> None:
    assert note in [each.code for each in _answer(ALARP, **{**RISK, "risk": risk}).warnings]


def test_the_worth_of_a_unit_and_discounting_move_the_proportion() -> None:
    base = _found(_answer(ALARP, **RISK))["least_proportion"]
    assert _found(_answer(ALARP, **RISK, unit_value=2.0))["least_proportion"] == pytest.approx(base / 2)
    assert _found(_answer(ALARP, **{**RISK, "discount_rate": 0.05}))["least_proportion"] > base


def test_what_is_uncertain_leaves_the_verdict_open_and_gives_limits() -> None:
    cost = {"kind": "pert", "low": 500, "likely": 2_000, "high": 5_000}
    answer = _answer(ALARP, **{**RISK, "risk": UNSURE, "measures": [{**MEASURE, "cost": cost}]})
    assert _verdicts(answer) == ["alarp.open"]
    first = next(each for each in answer.quantities if each.name == "least_proportion")
    assert first.low < first.value < first.high
    zones = answer.tables[1].rows
    assert sum(row[2] for row in zones) == pytest.approx(1.0)
    assert {"alarp.zone_open", "alarp.unsettled"} <= {note.code for note in answer.warnings}


def test_limits_the_wrong_way_round_and_measures_without_effect_are_refused() -> None:
    assert _refused(ALARP, **{**RISK, "acceptable": 1e-3}) == [("bayes.range", "acceptable")]
    assert _refused(ALARP, **{**RISK, "measures": [{**MEASURE, "averted": 0}]}) == [
        ("method.outside", "measures[1].averted")
    ]
