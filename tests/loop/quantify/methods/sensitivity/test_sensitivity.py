"""Formulas and specs of other methods as models, and what is refused about them."""

from typing import Any

import numpy as np
import pytest

from anlan.domain.errors import AnlanError, RefusedInput
from anlan.loop.quantify.methods import method
from anlan.loop.quantify.methods.faults import RefusedInputs
from anlan.loop.quantify.methods.reading import read_inputs
from anlan.loop.quantify.methods.sensitivity.models import read_model
from anlan.maths.expressions import read_expression
from anlan.maths.progress import watched

PERT = {"kind": "pert", "low": 1, "likely": 2, "high": 4}
LINE = {
    "formula": "3 * a + b",
    "inputs": [{"name": "a", "estimate": PERT}, {"name": "b", "estimate": {**PERT, "high": 3}}],
}
MATRIX = {
    "method": "risk_matrix",
    "inputs": {
        "likelihood_labels": ["rare", "often"],
        "severity_labels": ["small", "large"],
        "levels": ["low", "high"],
        "cells": [["low", "low"], ["low", "high"]],
        "likelihood": "often",
        "consequences": [
            {"dimension": "a", "severity": 1, "weight": 1},
            {"dimension": "b", "severity": 2, "weight": 1},
        ],
        "combination": "weighted",
    },
}


def _answer(code: str, given: dict[str, Any], seed: int = 0) -> Any:
    chosen = method(code)
    return chosen.run(read_inputs(chosen.fields, given), seed=seed)


def _faults(code: str, given: dict[str, Any]) -> set[tuple[str, str]]:
    with pytest.raises(RefusedInputs) as refused:
        _answer(code, given)
    return {(fault.code, fault.parameters["where"]) for fault in refused.value.several}


def test_a_tornado_of_a_line_has_three_times_the_swing() -> None:
    answer = _answer("tornado", {**LINE, "what_if": [{"name": "a", "value": 0}, {"name": "b", "value": 1}]})
    rows = {row[0]: row[1:] for row in answer.tables[0].rows}
    a = read_inputs(method("tornado").fields, LINE)["inputs"][0]["estimate"]
    low, middle, high = a.quantile([0.1, 0.5, 0.9]).tolist()
    assert list(rows) == ["a", "b"]
    assert rows["a"][:2] == pytest.approx((low, high))
    assert rows["a"][-1] == pytest.approx(3 * (high - low))
    base = answer.headline.value
    assert answer.headline.low < base < answer.headline.high
    changes = [row[2] - base for row in answer.tables[1].rows]
    assert changes[0] == pytest.approx(-3 * middle)
    assert changes[2] == pytest.approx(changes[0] + changes[1])


def test_a_wave_is_warned_of() -> None:
    given = {"formula": "(a - 2) ^ 2", "inputs": [{"name": "a", "estimate": {**PERT, "high": 3}}]}
    assert [note.code for note in _answer("tornado", given).warnings] == ["tornado.bent"]


def test_indices_of_a_line_follow_its_variances_and_few_points_show_their_error() -> None:
    answer = _answer("sobol", {**LINE, "points": 1024})
    rows = {row[0]: row[1:] for row in answer.tables[0].rows}
    estimates = [r["estimate"] for r in read_inputs(method("sobol").fields, LINE)["inputs"]]
    share = 9 * estimates[0].variance / (9 * estimates[0].variance + estimates[1].variance)
    assert rows["a"][0] == pytest.approx(share, abs=0.02)
    assert rows["a"][1] < rows["a"][0] < rows["a"][2]
    idle = {
        "formula": "a + 0 * b",
        "inputs": LINE["inputs"],
        "points": 16,
    }
    codes = {note.code for seed in range(5) for note in _answer("sobol", idle, seed).warnings}
    assert "sobol.wide" in codes


def test_a_negative_estimate_is_shown_and_said() -> None:
    given = {"formula": "a ^ 4 + 0.001 * b", "inputs": LINE["inputs"], "points": 16}
    answers = [_answer("sobol", given, seed) for seed in range(10)]
    negative = [answer for answer in answers if min(row[1] for row in answer.tables[0].rows) < 0]
    assert negative
    assert all("sobol.negative" in {n.code for n in answer.warnings} for answer in negative)


def test_morris_tells_straight_from_bent_and_idle() -> None:
    given = {
        "formula": "a + b ^ 6 / 10 + 0 * c",
        "inputs": [{"name": name, "estimate": PERT} for name in "abc"],
        "trajectories": 40,
    }
    answer = _answer("morris", given)
    readings = {row[0]: row[-1].code for row in answer.tables[0].rows}
    assert readings["b"] == "morris.bent"
    assert readings["c"] == "morris.negligible"
    runs = {note.code: note.parameters for note in answer.assumptions}["morris.runs"]
    assert runs == {"n": 40, "runs": 160}


def test_any_number_of_another_methods_spec_can_vary() -> None:
    given = {
        "model": MATRIX,
        "quantity": "severity_score",
        "inputs": [
            {"name": "w", "path": "consequences[1].weight", "estimate": {"kind": "pert", "low": 0.1,
             "likely": 1, "high": 9}},
            {"name": "v", "path": "consequences[2].weight", "estimate": 1},
        ],
        "what_if": [{"name": "w", "value": 1e9}, {"name": "v", "value": 1e9}],
    }  # fmt: skip
    answer = _answer("tornado", given)
    assert answer.headline.value == 2
    assert [row[2] for row in answer.tables[1].rows] == [1, 2, 2]


@pytest.mark.parametrize(
    ("changes", "faults"),
    [
        ({"formula": "3 * a + c"}, {("sensitivity.unknown_name", "formula"),
                                    ("sensitivity.unused", "inputs[2].name")}),
        ({"formula": "3 * a +"}, {("expression.syntax", "formula")}),
        ({"formula": ""}, {("sensitivity.formula_or_model", "formula")}),
        ({"model": MATRIX}, {("sensitivity.formula_or_model", "formula")}),
        ({"inputs": [*LINE["inputs"], LINE["inputs"][0]]}, {("method.twice", "inputs[3].name")}),
        ({"formula": "", "model": {"method": "nothing", "inputs": {}}},
         {("method.estimate", "model.method")}),
        ({"formula": "", "model": {"method": "sobol", "inputs": {}}},
         {("sensitivity.of_itself", "model.method"), ("sensitivity.path", "inputs[1].path"),
          ("sensitivity.path", "inputs[2].path")}),
        ({"formula": "", "model": MATRIX, "inputs": [{"name": "a", "path": "consequences[3].weight"}]},
         {("sensitivity.path", "inputs[1].path"), ("method.missing_input", "inputs[1].estimate")}),
        ({"inputs": [{**LINE["inputs"][0], "path": "x"}, LINE["inputs"][1]]},
         {("sensitivity.path_without_model", "inputs[1].path")}),
        ({"what_if": [{"name": "c", "value": 1}]}, {("method.not_a_choice", "what_if[1].name")}),
    ],
)  # fmt: skip
def test_what_does_not_fit_together_is_refused_with_its_place(
    changes: dict[str, Any], faults: set[tuple[str, str]]
) -> None:
    assert _faults("tornado", {**LINE, **changes}) == faults


@pytest.mark.parametrize(
    ("code", "changes", "expected"),
    [
        ("sobol", {"points": 1000}, "sensitivity.power_of_two"),
        ("sobol", {"formula": "ln(a - 3) + b"}, "sensitivity.not_finite"),
        ("sobol", {"formula": "0 * (a + b)"}, "sensitivity.constant"),
        ("morris", {"formula": "0 * (a + b)"}, "sensitivity.constant"),
        ("morris", {"levels": 3}, "sensitivity.levels"),
        (
            "sobol",
            {
                "formula": "",
                "points": 2**14,
                "model": MATRIX,
                "inputs": [{"name": "a", "path": "consequences[1].weight", "estimate": PERT}],
            },
            "sensitivity.runs",
        ),
        (
            "tornado",
            {
                "formula": "",
                "model": MATRIX,
                "inputs": [{"name": "a", "path": "consequences[1].severity", "estimate": PERT}],
            },
            "sensitivity.model_refused",
        ),
        (
            "tornado",
            {
                "formula": "",
                "model": MATRIX,
                "quantity": "nothing",
                "inputs": [{"name": "a", "path": "consequences[1].weight", "estimate": PERT}],
            },
            "sensitivity.quantity",
        ),
    ],
)
def test_what_cannot_be_computed_says_why(code: str, changes: dict[str, Any], expected: str) -> None:
    with pytest.raises(AnlanError) as refused:
        _answer(code, {**LINE, **changes})
    assert refused.value.code == expected
    assert isinstance(refused.value, RefusedInput) or expected == "sensitivity.constant"


def test_a_study_of_a_spec_ends_where_whoever_waits_for_it_says_so() -> None:
    shares: list[float] = []

    def tell(share: float) -> None:
        shares.append(share)
        if len(shares) == 5:
            raise InterruptedError

    given = {"model": MATRIX, "inputs": [{"name": "a", "path": "consequences[1].weight", "estimate": PERT}]}
    with watched(tell), pytest.raises(InterruptedError):
        _answer("sobol", given)
    assert shares == sorted(shares)
    assert shares[-1] < 1


def test_a_formula_worked_on_in_blocks_gives_the_bits_of_the_whole() -> None:
    given = read_inputs(method("sobol").fields, {**LINE, "formula": "exp(a) * b ^ 1.7 / ln(1 + a)"})
    model = read_model(given, seed=0)
    shares = np.random.default_rng(5).uniform(size=(50_001, 2))
    whole = read_expression(given["formula"]).value(
        {row["name"]: row["estimate"].quantile(shares[:, i]) for i, row in enumerate(given["inputs"])}
    )
    assert model.at_shares(shares).tobytes() == whole.tobytes()


@pytest.mark.parametrize("code", ["tornado", "sobol", "morris"])
def test_full_width_names_are_the_plain_ones_of_the_formula(code: str) -> None:
    wide = {
        "formula": "3 * a + b",
        "inputs": [{"name": "ａ", "estimate": PERT}, {"name": "b", "estimate": PERT}],
    }
    plain = {**wide, "inputs": [{"name": "a", "estimate": PERT}, {"name": "b", "estimate": PERT}]}
    assert _answer(code, wide) == _answer(code, plain)
    assert ("method.twice", "inputs[2].name") in _faults(
        code, {**wide, "inputs": [wide["inputs"][0], plain["inputs"][0]]}
    )


def test_what_if_knows_full_width_names() -> None:
    answers = [
        _answer("tornado", {**LINE, "what_if": [{"name": name, "value": 0}]}).tables[1].rows for name in "aａ"
    ]
    assert answers[0] == answers[1]


def test_sobol_tells_the_second_order_of_every_pair_where_asked() -> None:
    given = {"formula": "x * y + z", "points": 1024, "inputs": [
        {"name": name, "estimate": {"kind": "triangular", "low": 0, "likely": 1, "high": 2}} for name in "xyz"
    ]}  # fmt: skip
    of = method("sobol")
    answer = of.run(read_inputs(of.fields, {**given, "pairs": True}), seed=1)
    table = next(table for table in answer.tables if table.name == "sobol_pairs")
    assert table.rows[0][:2] == ("x", "y")
    # V_x = V_y = 1/6, V_xy = 1/36, V_z = 1/6
    exact = (1 / 36) / (1 / 36 + 3 / 6)
    assert table.rows[0][3] < exact < table.rows[0][4]
    assert all(low < 0.02 and high > -0.02 for *_, low, high in table.rows[1:])
    plain = of.run(read_inputs(of.fields, given), seed=1)
    assert plain.tables[0] == answer.tables[0]
    assert len(plain.tables) == 1
