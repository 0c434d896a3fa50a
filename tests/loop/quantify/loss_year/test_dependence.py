"""What joins the risks: pairs before groups, refusals with a place, the nearest matrix that can be."""

import numpy as np
import pytest

from anlan.loop.quantify.loss_year.dependence import (
    Dependence,
    draft_dependence,
    nearest_valid,
    read_dependence,
)
from anlan.loop.quantify.methods.faults import RefusedInputs
from anlan.maths.copulas import from_spearman

CODES = ["R-1", "R-2", "R-3", "R-4"]
IMPOSSIBLE = {
    "copula": "gaussian",
    "pairs": [{"a": "R-1", "b": "R-2", "value": 0.9}, {"a": "R-2", "b": "R-3", "value": 0.9},
              {"a": "R-1", "b": "R-3", "value": -0.9}],
}  # fmt: skip


def test_a_pair_of_its_own_goes_before_its_group() -> None:
    given = {"groups": [{"name": "g", "risks": CODES[:3], "value": 0.3}],
             "pairs": [{"a": "R-2", "b": "R-1", "value": 0.6}]}  # fmt: skip
    found = read_dependence(given, known=CODES)
    assert found.matrix(CODES)[0] == [1.0, 0.6, 0.3, 0.0]
    assert found.value("R-3", "R-2") == 0.3


def test_a_matrix_that_cannot_be_is_refused_at_a_pair() -> None:
    with pytest.raises(RefusedInputs) as refused:
        read_dependence(IMPOSSIBLE, known=CODES)
    fault = refused.value.several[0]
    assert fault.code == "annual_loss.indefinite"
    assert fault.parameters["where"].startswith("correlation[")


@pytest.mark.parametrize("kind", ["copula", "spearman"])
def test_the_nearest_matrix_can_be_and_is_as_near_as_any_found_by_search(kind) -> None:
    draft = draft_dependence({**IMPOSSIBLE, "correlation_as": kind})
    found = nearest_valid(draft)
    given = {**IMPOSSIBLE, "correlation_as": kind, "pairs": list(found.pairs)}
    offered = read_dependence(given, known=CODES)
    as_used = from_spearman if kind == "spearman" else np.asarray
    asked, given = (as_used(np.array(each.matrix(CODES[:3]))) for each in (draft, offered))
    far = np.linalg.norm(given - asked)
    rng = np.random.default_rng(1)
    for _ in range(4_000):  # correlation matrices of random vectors, mixed towards the one asked for
        rows = rng.normal(size=(3, 3))
        other = np.corrcoef(rows @ rows.T + 0.05 * np.eye(3))
        assert np.linalg.norm(other - asked) > far - 0.02
    assert all(value != wanted for _, _, wanted, value in found.changed)


def test_one_that_can_be_needs_no_other() -> None:
    assert (
        nearest_valid(draft_dependence({"copula": "t", "pairs": [{"a": "x", "b": "y", "value": 0.5}]}))
        is None
    )


def test_unknown_risks_and_circles_of_causes_are_refused_where_they_stand() -> None:
    with pytest.raises(RefusedInputs) as refused:
        read_dependence({"shocks": [{"name": "s", "probability": 0.1, "factor": 2, "risks": ["R-9"]}]},
                        known=CODES)  # fmt: skip
    assert refused.value.several[0].parameters["where"] == "shocks[1].risks[1]"
    circle = [{"cause": "R-1", "effect": "R-2", "factor": 2}, {"cause": "R-2", "effect": "R-1", "factor": 2}]
    with pytest.raises(RefusedInputs) as refused:
        read_dependence({"causes": circle}, known=CODES)
    assert refused.value.several[0].code == "annual_loss.circle"


def test_a_calculation_takes_the_part_about_its_risks() -> None:
    content = read_dependence(
        {"copula": "t", "degrees": 5, "pairs": [{"a": "R-1", "b": "R-2", "value": 0.4}],
         "shocks": [{"name": "s", "probability": 0.1, "factor": 2, "risks": ["R-1", "R-4"]}],
         "causes": [{"cause": "R-3", "effect": "R-4", "factor": 2}],
         "lasting": [{"risk": "R-2", "months": 3, "carry_over": 0.5}]}, known=CODES,
    )  # fmt: skip
    part = content.inputs(["R-1", "R-3"])
    assert part["shocks"][0]["risks"] == ["R-1"]
    assert part["causes"] == []
    assert "correlation" not in part
    assert content.inputs(["R-1", "R-2"])["correlation"] == [[1.0, 0.4], [0.4, 1.0]]
    assert content.lasting("R-2") == (3, 0.5)
    assert Dependence().inputs(CODES) == {"shocks": [], "causes": []}


def test_more_risks_than_a_calculation_takes_are_refused_before_any_matrix_is_made() -> None:
    pairs = [{"a": f"a{k}", "b": f"b{k}", "value": 0.5} for k in range(101)]
    assert len(draft_dependence({"copula": "gaussian", "pairs": pairs[:100]}).members) == 200
    with pytest.raises(RefusedInputs) as refused:
        draft_dependence({"copula": "gaussian", "pairs": pairs})
    assert [(each.code, each.parameters["found"]) for each in refused.value.several] == [
        ("method.length", 202)
    ]
