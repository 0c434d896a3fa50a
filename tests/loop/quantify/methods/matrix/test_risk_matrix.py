"""The level of a cell or of a range of cells, and what is said of a doubtful matrix."""

from typing import Any

import pytest

from anlan.loop.quantify.methods.faults import RefusedInputs
from anlan.loop.quantify.methods.matrix.risk_matrix import METHOD
from anlan.loop.quantify.methods.reading import read_inputs

GIVEN: dict[str, Any] = {
    "likelihood_labels": ["rare", "often"],
    "severity_labels": ["small", "large"],
    "levels": ["low", "high"],
    "cells": [["low", "low"], ["low", "high"]],
    "likelihood": "often",
    "consequences": [{"dimension": "a", "severity": "small"}, {"dimension": "b", "severity": "2"}],
}


def _answer(**changes: Any) -> Any:
    return METHOD.run(read_inputs(METHOD.fields, {**GIVEN, **changes}))


def _places(**changes: Any) -> list[str]:
    with pytest.raises(RefusedInputs) as refused:
        _answer(**changes)
    return [fault.parameters["where"] for fault in refused.value.several]


def _numbers(answer: Any) -> dict[str, Any]:
    return {each.name: each for each in answer.quantities}


def test_the_gravest_consequence_decides_unless_asked_otherwise() -> None:
    assert _answer().level == "high"
    assert _answer().scores == (2, 2)
    weighted = [{"dimension": "a", "severity": "1", "weight": 9}, {"dimension": "b", "severity": "1"}]
    answer = _answer(consequences=weighted, combination="weighted")
    assert answer.level == "low"
    assert "matrix.mean_of_scores" in [note.code for note in answer.warnings]


def test_ranges_of_scores_bound_the_level() -> None:
    ranged = [{"dimension": "a", "severity": "large", "severity_low": "small"}]
    answer = _answer(consequences=ranged, likelihood_low="rare")
    rank = _numbers(answer)["level_rank"]
    assert (rank.low, rank.value, rank.high, rank.interval) == (1, 2, 2, "bounds")
    assert answer.tables[0].rows == (("a", 2, "high", "low", "high"),)
    assert answer.charts[0].data["low"] == (1, 1)
    assert _numbers(_answer())["level_rank"].interval == ""


def test_a_wider_range_never_narrows_the_level() -> None:
    def span(low: str, high: str) -> tuple[float, float]:
        likely = {"likelihood": "2", "likelihood_low": low, "likelihood_high": high}
        rank = _numbers(_answer(likelihood_labels=["1", "2", "3"], cells=cells, **likely))["level_rank"]
        return rank.low, rank.high

    cells = [["low", "low"], ["low", "high"], ["high", "high"]]
    narrow, wide = span("2", "2"), span("1", "3")
    assert wide[0] <= narrow[0] <= narrow[1] <= wide[1]
    assert wide != narrow


def test_a_matrix_whose_level_falls_is_warned_of() -> None:
    answer = _answer(cells=[["low", "high"], ["low", "low"]])
    falls = [note.parameters["places"] for note in answer.warnings if note.code == "matrix.falls"]
    assert falls == ["(often, large)"]


def test_bounds_bring_the_checks_of_the_matrix() -> None:
    answer = _answer(likelihood_bounds=[0, 0.5, 1], severity_bounds=[0, 1, 10])
    assert {"misordered", "reversible_pairs", "same_level"} < set(_numbers(answer))
    conditions = {row[0].code: row[1] for row in answer.tables[1].rows}
    assert conditions == {
        "matrix.condition_falls": True,
        "matrix.condition_betweenness": False,
        "matrix.condition_weak": False,
        "matrix.condition_colouring": False,
    }
    levels = {row[0]: row[1:] for row in answer.tables[2].rows}
    assert levels["low"] == (3, 0.0, 5.0, None)
    assert levels["high"] == (1, 0.5, 10.0, 20.0)


def test_a_wrong_order_is_likelier_where_likelihood_and_severity_work_against_each_other() -> None:
    cells = [["low", "low"], ["high", "high"]]
    answer = _answer(cells=cells, likelihood_bounds=[1, 2, 3], severity_bounds=[1, 50, 1000])
    found = _numbers(answer)
    assert found["misordered_opposed"].value > 0.9 > found["misordered"].value
    assert "matrix.worse_than_chance" in [note.code for note in answer.warnings]


def test_a_preset_brings_its_cells_and_takes_no_others() -> None:
    asked = {"preset": "mil_std_882e", "likelihood": "B", "consequences": GIVEN["consequences"][1:]}
    asked["consequences"] = [{"dimension": "safety", "severity": "1"}]
    answer = METHOD.run(read_inputs(METHOD.fields, asked))
    assert answer.level == "High"
    assert _places(preset="mil_std_882e")[:4] == ["likelihood_labels", "severity_labels", "levels", "cells"]
    with pytest.raises(RefusedInputs):
        METHOD.run(read_inputs(METHOD.fields, {"likelihood": "B", "consequences": asked["consequences"]}))


def test_a_wrong_size_and_unknown_names_are_refused_together() -> None:
    assert _places(cells=[["low", "none"]] * 2, likelihood="3") == [
        "cells[1][2]",
        "cells[2][2]",
        "likelihood",
    ]
    assert _places(cells=[["low", "low"]]) == ["cells"]
    assert _places(levels=["low", "high", "low"]) == ["levels[3]"]


def test_ranges_and_bounds_that_make_no_sense_are_refused() -> None:
    assert _places(likelihood_high="rare") == ["likelihood"]
    assert _places(likelihood_bounds=[0, 1]) == ["likelihood_bounds"]
    assert _places(likelihood_bounds=[0, 1, 2]) == ["severity_bounds"]
    assert _places(likelihood_bounds=[0, 2, 1], severity_bounds=[1e-20, 1, 2]) == [
        "likelihood_bounds", "severity_bounds[1]",
    ]  # fmt: skip
