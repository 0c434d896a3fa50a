"""What an answer about a year holds, and what is refused with its place."""

from typing import Any

import numpy as np
import pytest

from anlan.loop.quantify.methods.faults import RefusedInputs
from anlan.loop.quantify.methods.loss.annual_loss import METHOD
from anlan.loop.quantify.methods.reading import read_inputs

RISKS: list[dict[str, Any]] = [
    {"name": "a", "node": "x", "frequency": 2, "severity": {"kind": "lognormal", "low": 5, "high": 60}},
    {"name": "b", "node": "y", "frequency": 0.5, "severity": {"kind": "gamma", "shape": 2, "scale": 20}},
    {"name": "c", "node": "x", "frequency": 1, "severity": 10},
]
GIVEN: dict[str, Any] = {"risks": RISKS, "years": 20_000}
LINK = {"cause": "a", "effect": "b", "factor": 2}
JOINED = [[1, 0.5, 0.2], [0.5, 1, 0], [0.2, 0, 1]]


def _answer(seed: int = 1, **changes: Any) -> Any:
    return METHOD.run(read_inputs(METHOD.fields, {**GIVEN, **changes}), seed=seed)


def _faults(**changes: Any) -> list[tuple[str, str]]:
    with pytest.raises(RefusedInputs) as refused:
        _answer(**changes)
    return [(fault.code, fault.parameters["where"]) for fault in refused.value.several]


def _risk(**changes: Any) -> list[dict[str, Any]]:
    return [{**RISKS[0], **changes}, *RISKS[1:]]


def _tables(answer: Any) -> dict[str, Any]:
    return {table.name: table for table in answer.tables}


def test_independent_risks_stand_beside_their_exact_numbers() -> None:
    answer = _answer()
    for row in _tables(answer)["agreement"].rows:
        _, simulated, fft, panjer, apart = row
        assert abs(apart) < 4
        assert panjer == pytest.approx(fft, rel=0.01)
        assert simulated == pytest.approx(fft, rel=0.05)
    assert "agreement" not in _tables(_answer(shocks=[{"name": "s", "probability": 0.1, "factor": 2,
                                                       "risks": ["a"]}]))  # fmt: skip


def test_parts_of_risks_and_of_nodes_add_up_to_the_tail() -> None:
    answer = _answer(copula="t", correlation=JOINED, copula_of="loss")
    tables = _tables(answer)
    cvar = tables["tail"].rows[0][3]
    risks = tables["risks"].rows
    assert sum(row[5] for row in risks[:-1]) == pytest.approx(cvar, rel=1e-9)
    assert risks[-1][5] == pytest.approx(cvar, rel=1e-9)
    assert sum(row[2] for row in tables["nodes"].rows) == pytest.approx(cvar, rel=1e-9)
    assert {row[0] for row in tables["nodes"].rows} == {"x", "y"}
    assert answer.quantities[2].value == cvar


def test_a_year_stays_above_its_var_in_the_mean_of_its_worst() -> None:
    for row in _tables(_answer(levels=[0.5, 0.9, 0.99]))["tail"].rows:
        assert row[3] >= row[1]


def test_dependence_makes_the_worst_years_worse_and_leaves_the_mean() -> None:
    risks = [{**row, "frequency": 6} for row in RISKS]
    alone = _answer(risks=risks)
    joined = _answer(
        risks=risks, copula="t", degrees=3, correlation=[[1, 0.8, 0.8], [0.8, 1, 0.8], [0.8, 0.8, 1]]
    )
    assert joined.headline.value == pytest.approx(alone.headline.value, rel=0.03)
    assert joined.quantities[2].value > 1.1 * alone.quantities[2].value


def test_a_tolerance_is_broken_held_or_open() -> None:
    sample = _answer()
    at_risk = _tables(sample)["tail"].rows[0][1]
    answer = _answer(
        tolerance=[{"loss": 1, "probability": 0.5}, {"loss": at_risk, "probability": 0.05},
                   {"loss": 10 * at_risk, "probability": 0.01}]
    )  # fmt: skip
    rows = _tables(answer)["tolerance"].rows
    assert [row[-1].code for row in rows] == ["tolerance.broken", "tolerance.open", "tolerance.held"]
    broken = next(q for q in answer.quantities if q.name == "broken_tolerances")
    assert broken.value == 1


def test_too_few_years_are_said_with_the_number_that_would_do() -> None:
    answer = _answer(relative_error=0.001)
    assert [note.code for note in answer.warnings] == ["loss.more_years"]
    assert answer.warnings[0].parameters["needed"] > 20_000
    assert not _answer(relative_error=0.2).warnings


def test_insurance_lowers_the_loss_and_a_limit_holds() -> None:
    bare, insured = _answer(), _answer(risks=_risk(deductible=10, insured_share=0.9))
    assert insured.headline.value < bare.headline.value
    capped = _answer(risks=_risk(severity={"kind": "pert", "low": 50, "likely": 60, "high": 90}, limit=40,
                                 count="fixed"))  # fmt: skip
    row = next(row for row in _tables(capped)["risks"].rows if row[0] == "a")
    assert row[3] == pytest.approx(80)
    assert [n.code for n in _answer(risks=_risk(deductible=10)).warnings if n.code != "loss.more_years"] == [
        "annual_loss.nothing_insured"
    ]


@pytest.mark.parametrize(
    ("changes", "faults"),
    [
        ({"risks": _risk(count="negative_binomial")}, [("method.missing_input", "risks[1].dispersion")]),
        ({"risks": _risk(dispersion=3)}, [("annual_loss.only_with", "risks[1].dispersion")]),
        ({"risks": _risk(count="bernoulli")}, [("annual_loss.frequency", "risks[1].frequency")]),
        ({"risks": _risk(frequency=1e7)}, [("annual_loss.frequency", "risks[1].frequency")]),
        ({"risks": _risk(truncated_below=5, truncated_above=5)},
         [("annual_loss.truncation", "risks[1].truncated_above")]),
        ({"risks": _risk(truncated_above=1e-9)}, [("annual_loss.nothing_left", "risks[1].severity")]),
        ({"risks": _risk(severity=1e300)}, [("annual_loss.severity", "risks[1].severity")]),
        ({"risks": [*RISKS, RISKS[0]]}, [("method.twice", "risks[4].name")]),
        ({"correlation": JOINED}, [("annual_loss.only_with", "correlation")]),
        ({"copula": "t"}, [("method.missing_input", "correlation")]),
        ({"copula": "t", "correlation": [[1]]}, [("annual_loss.correlation_size", "correlation")]),
        ({"copula": "t", "correlation": [[1, 0.5, 0], [0.4, 1, 0], [0, 0, 0.9]]},
         [("annual_loss.asymmetric", "correlation[2][1]"), ("annual_loss.diagonal", "correlation[3][3]")]),
        ({"copula": "t", "correlation": [[1, 0, 1], [0, 1, 0], [1, 0, 1]]},
         [("annual_loss.singular", "correlation[3]")]),
        ({"copula": "t", "correlation": [[1, 0.9, 0.9], [0.9, 1, -0.9], [0.9, -0.9, 1]]},
         [("annual_loss.indefinite", "correlation[2][1]")]),
        ({"shocks": [{"name": "s", "probability": 0.1, "factor": 2, "risks": ["z"]}]},
         [("method.not_a_choice", "shocks[1].risks[1]")]),
        ({"causes": [LINK, {"cause": "b", "effect": "a", "factor": 2}]},
         [("annual_loss.circle", "causes")]),
        ({"causes": [{**LINK, "factor": 0.5}]}, [("method.outside", "causes[1].factor")]),
        ({"copula": "t", "copula_of": "loss", "correlation": JOINED,
          "causes": [LINK]}, [("annual_loss.copula_of_loss", "copula_of")]),
        ({"risks": _risk(frequency=9e4), "years": 2_000_000}, [("annual_loss.too_many", "years")]),
        ({"levels": [0.99, 0.95]}, [("method.not_ascending", "levels")]),
        ({"levels": [0.9999]}, [("loss.few_beyond", "levels")]),
        ({"tolerance": [{"loss": 5, "probability": 0.1}, {"loss": 4, "probability": 0.2}]},
         [("method.not_ascending", "tolerance[2].loss"),
          ("loss.tolerance_rises", "tolerance[2].probability")]),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_with_its_place(changes: dict[str, Any], faults: list[Any]) -> None:
    assert _faults(**changes) == faults


def test_the_nearest_valid_matrix_is_named_and_is_accepted() -> None:
    with pytest.raises(RefusedInputs) as refused:
        _answer(copula="gaussian", correlation=[[1, 0.9, 0.9], [0.9, 1, -0.9], [0.9, -0.9, 1]])
    rows = refused.value.several[0].parameters["rows"]
    nearest = [[float(value) for value in row.split()] for row in rows.split(";")]
    assert _answer(copula="gaussian", correlation=nearest).headline.value > 0


def test_the_names_along_a_circle_are_said() -> None:
    causes = [
        {"cause": one, "effect": other, "factor": 2} for one, other in (("a", "b"), ("b", "c"), ("c", "b"))
    ]
    with pytest.raises(RefusedInputs) as refused:
        _answer(causes=causes)
    assert refused.value.several[0].parameters["names"] == ("b", "c", "b")


def test_open_frequencies_and_sizes_give_the_curve_a_second_band() -> None:
    open_rate = {"kind": "gamma", "shape": 4.5, "scale": 0.4}
    answer = _answer(
        risks=_risk(frequency=open_rate, size_factor={"kind": "lognormal", "median": 1, "error_factor": 2}),
        parameter_draws=30,
    )
    data = answer.charts[0].data
    assert data["open"]
    chances = {point["loss"]: point["probability"] for point in data["points"]}
    inside = [point["low"] - 0.02 <= chances[point["loss"]] <= point["high"] + 0.02 for point in data["open"]]
    assert np.mean(inside) > 0.9
    for _, value, low, high in _tables(answer)["open_parameters"].rows:
        assert low < value < high
    mean = _tables(answer)["open_parameters"].rows[0]
    simulated = answer.quantities[0]
    assert mean[3] - mean[2] > 5 * (simulated.high - simulated.low)
    [note] = [note for note in answer.assumptions if note.code == "annual_loss.parameter_draws"]
    assert note.parameters == {"draws": 30, "years": 1_333, "n": 2}


def test_where_nothing_is_open_the_answer_says_so_and_has_no_second_band() -> None:
    answer = _answer(parameter_draws=30)
    assert "open" not in answer.charts[0].data
    assert "annual_loss.no_open_parameters" in [note.code for note in answer.assumptions]
    assert _answer().charts[0].data == answer.charts[0].data
