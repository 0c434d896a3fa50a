"""The level of a cell, and what is said of a doubtful matrix."""

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


def test_the_gravest_consequence_decides_unless_asked_otherwise() -> None:
    assert _answer().level == "high"
    assert _answer().scores == (2, 2)
    weighted = [{"dimension": "a", "severity": "1", "weight": 9}, {"dimension": "b", "severity": "1"}]
    answer = _answer(consequences=weighted, combination="weighted")
    assert answer.level == "low"
    assert [note.code for note in answer.warnings] == ["matrix.mean_of_scores"]


def test_a_matrix_whose_level_falls_is_warned_of() -> None:
    answer = _answer(cells=[["low", "high"], ["low", "low"]])
    assert [note.parameters["place"] for note in answer.warnings] == ["(2, 2)"]


def test_a_wrong_size_and_unknown_names_are_refused_together() -> None:
    with pytest.raises(RefusedInputs) as refused:
        _answer(cells=[["low", "none"]] * 2, likelihood="3")
    assert [fault.parameters["where"] for fault in refused.value.several] == [
        "cells[1][2]", "cells[2][2]", "likelihood",
    ]  # fmt: skip
