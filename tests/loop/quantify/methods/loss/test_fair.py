"""The tree multiplies along its branches, and says which branch is missing."""

from typing import Any

import numpy as np
import pytest
from scipy import integrate

from anlan.loop.quantify.methods.faults import RefusedInputs
from anlan.loop.quantify.methods.loss.fair import METHOD, overcome
from anlan.loop.quantify.methods.reading import read_inputs
from anlan.maths.distributions import Distribution

GIVEN: dict[str, Any] = {
    "threat_event_frequency": 20,
    "vulnerability": 0.1,
    "primary_loss": {"kind": "gamma", "shape": 2, "scale": 50},
    "secondary_probability": 0.25,
    "secondary_loss": {"kind": "gamma", "shape": 1, "scale": 1000},
    "years": 40_000,
}
PERT = {"kind": "pert", "low": 5, "likely": 20, "high": 60}
CHANCE = {"kind": "pert", "low": 0.02, "likely": 0.1, "high": 0.4}


def _answer(**changes: Any) -> Any:
    return METHOD.run(read_inputs(METHOD.fields, {**GIVEN, **changes}), seed=1)


def test_the_mean_is_the_product_along_the_tree() -> None:
    answer = _answer()
    expected = 20 * 0.1 * (100 + 0.25 * 1000)
    assert answer.headline.low < expected < answer.headline.high
    parts = {row[0].code: row[1] for row in answer.tables[1].rows}
    assert parts["fair.primary_part"] == pytest.approx(200, rel=0.02)
    assert parts["fair.secondary_part"] == pytest.approx(500, rel=0.05)


def test_the_variance_is_that_of_a_compound_sum_and_not_of_a_product() -> None:
    """Poisson with rate 2: Var = 2 E[X^2], X = primary + Bernoulli x secondary."""
    second = (2 * 50**2 + 100**2) + 2 * 100 * 0.25 * 1000 + 0.25 * 2 * 1000**2
    answer = _answer(levels=[0.5])
    half = (answer.headline.high - answer.headline.low) / 2 / 1.96
    assert half * np.sqrt(40_000) == pytest.approx(np.sqrt(2 * second), rel=0.03)


def test_factors_may_stand_for_a_node() -> None:
    factors = {"threat_event_frequency": None, "contact_frequency": 200, "probability_of_action": 0.1}
    assert _answer(**factors).headline.value == _answer().headline.value


def test_correlation_raises_the_mean_of_the_product() -> None:
    means = [
        _answer(threat_event_frequency=PERT, vulnerability=CHANCE, correlation=r).quantities[4].value
        for r in (-0.8, 0.0, 0.8)
    ]
    assert means[0] < means[1] < means[2]


def test_vulnerability_from_capability_and_resistance() -> None:
    capability = Distribution("pert", {"low": 0.1, "likely": 0.5, "high": 0.9})
    resistance = Distribution("pert", {"low": 0.3, "likely": 0.6, "high": 1.0})
    exact, _ = integrate.quad(lambda u: float(resistance.cdf(capability.quantile(u))), 0, 1)
    assert overcome(capability, resistance) == pytest.approx(exact, abs=1e-4)
    assert overcome(capability, capability) == pytest.approx(0.5, abs=1e-3)
    assert overcome(Distribution("constant", {"value": 2}), Distribution("constant", {"value": 1})) == 1.0
    answer = _answer(vulnerability=None, threat_capability=2, resistance_strength=1)
    assert next(q for q in answer.quantities if q.name == "vulnerability").value == 1.0


@pytest.mark.parametrize(
    ("changes", "faults"),
    [
        ({"contact_frequency": 3}, [("fair.doubled", "contact_frequency")]),
        ({"vulnerability": None}, [("fair.missing", "vulnerability")]),
        ({"vulnerability": None, "threat_capability": 1}, [("fair.missing", "vulnerability")]),
        ({"secondary_loss": None}, [("method.missing_input", "secondary_loss")]),
        ({"vulnerability": {"kind": "pert", "low": 0, "likely": 1, "high": 2}},
         [("annual_loss.frequency", "vulnerability")]),
        ({"primary_loss": 1e200}, [("annual_loss.severity", "primary_loss")]),
    ],
)  # fmt: skip
def test_what_is_missing_or_doubled_is_said(changes: dict[str, Any], faults: list[Any]) -> None:
    with pytest.raises(RefusedInputs) as refused:
        _answer(**changes)
    assert [(fault.code, fault.parameters["where"]) for fault in refused.value.several] == faults


def test_intervals_are_said_to_be_those_of_the_simulation_alone() -> None:
    few, many = _answer(years=10_000), _answer(years=40_000)
    assert "loss.sampling_only" in [note.code for note in many.assumptions]
    widths = [each.headline.high - each.headline.low for each in (few, many)]
    assert widths[0] / widths[1] == pytest.approx(2.0, rel=0.1)
