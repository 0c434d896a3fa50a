"""What a user gives is checked entry by entry, and all faults are said at once."""

import math
from itertools import product
from typing import Any

import pytest

from anlan.domain.errors import AnlanError, UsageError
from anlan.domain.method import Field
from anlan.loop.quantify.methods import method
from anlan.loop.quantify.methods.estimates import KINDS, read_estimate
from anlan.loop.quantify.methods.faults import RefusedInputs
from anlan.loop.quantify.methods.reading import read_inputs

SHARE = Field("share", "number", low=0, below=1)


def _faults(fields: tuple[Field, ...], given: dict[str, Any]) -> list[tuple[str, str]]:
    with pytest.raises(RefusedInputs) as refused:
        read_inputs(fields, given)
    return [(fault.code, fault.parameters["where"]) for fault in refused.value.several]


def test_every_fault_is_named_with_its_place() -> None:
    rows = Field("rows", "table", columns=(SHARE, Field("name", "text")))
    given = {"rows": [{"share": 1.0, "name": "a"}, {"share": "x"}], "row": 1}
    assert _faults((rows,), given) == [
        ("method.unknown_input", "row"),
        ("method.outside", "rows[1].share"),
        ("method.not_a_number", "rows[2].share"),
        ("method.missing_input", "rows[2].name"),
    ]


@pytest.mark.parametrize("value", [float("nan"), float("inf"), True, "0.5", [0.5], None, -0.1, 1])
def test_only_a_finite_number_inside_the_limits_is_taken(value: object) -> None:
    assert len(_faults((SHARE,), {"share": value})) == 1


def test_rows_of_a_matrix_have_one_length_and_gaps_only_where_allowed() -> None:
    matrix = Field("m", "matrix")
    assert read_inputs((matrix,), {"m": [[1, 2], [3, 4]]}) == {"m": ((1.0, 2.0), (3.0, 4.0))}
    assert _faults((matrix,), {"m": [[1, 2], [3]]}) == [("method.ragged", "m[2]")]
    assert _faults((matrix,), {"m": [[1, None], [3, 4]]}) == [("method.not_a_number", "m[1][2]")]
    assert read_inputs((Field("m", "matrix", gaps=True),), {"m": [[1, None]]}) == {"m": ((1.0, None),)}


def test_an_estimate_is_a_number_or_a_distribution() -> None:
    field = Field("loss", "estimate", low=0)
    assert read_inputs((field,), {"loss": 3})["loss"].mean == 3
    median = read_inputs((field,), {"loss": {"kind": "lognormal", "median": 10, "error_factor": 3}})["loss"]
    assert median.quantile([0.5, 0.95]).round(9).tolist() == [10, 30]
    wrong = (
        {"kind": "normal"},
        {"kind": "pert", "low": 1},
        {"kind": "pert", "low": 3, "likely": 2, "high": 1},
    )
    for given in wrong:
        assert _faults((field,), {"loss": given}) == [("method.estimate", "loss")]


def test_a_spec_of_another_method_is_taken_as_written() -> None:
    field = Field("model", "spec")
    given = {"method": "risk_matrix", "inputs": {"likelihood": 3}}
    assert read_inputs((field,), {"model": given})["model"] is given
    assert _faults((field,), {"model": [1]}) == [("method.not_a_record", "model")]
    assert _faults((field,), {"model": {"method": 3}}) == [
        ("method.missing_input", "model.method"),
        ("method.missing_input", "model.inputs"),
    ]


def test_an_unknown_method_is_answered_with_the_known_ones() -> None:
    with pytest.raises(UsageError) as error:
        method("crystal_ball")
    assert "risk_matrix" in error.value.parameters["known"]


def test_a_distribution_too_wide_to_have_a_mean_is_refused() -> None:
    field = Field("loss", "estimate")
    with pytest.raises(RefusedInputs) as refused:
        read_inputs((field,), {"loss": {"kind": "lognormal", "median": 1, "error_factor": 1e200}})
    assert refused.value.several[0].parameters["reason"].code == "distribution.too_wide"


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_an_estimate_of_any_size_is_refused_or_has_a_mean(kind: str) -> None:
    sizes = (0, 5e-324, 1e-160, 1, 1e160, 1.7e308, 10**400, float("nan"))
    for names in KINDS[kind]:
        for values in product(sizes, repeat=len(names)):
            try:
                made = read_estimate({"kind": kind, **dict(zip(names, values, strict=True))})
            except AnlanError:
                continue
            assert math.isfinite(made.mean)
