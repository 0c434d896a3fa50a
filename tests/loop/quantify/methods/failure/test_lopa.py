"""Layers multiplied, what is missing, and layers that are not independent."""

from typing import Any

import pytest

from anlan.domain.method import Answer
from anlan.loop.quantify.methods.failure.lopa import METHOD
from anlan.loop.quantify.methods.faults import RefusedInputs
from anlan.loop.quantify.methods.reading import read_inputs

GIVEN: dict[str, Any] = {
    "initiating": {"name": "start", "frequency": 0.5, "components": ["controller"]},
    "enabling": [{"name": "open", "probability": 0.8}],
    "modifiers": [{"name": "crowded", "probability": 0.25}],
    "layers": [
        {"name": "alarm", "probability": 0.1, "components": ["sensor", "clerk"]},
        {"name": "trip", "probability": 0.02, "components": ["relay"]},
    ],
    "tolerable": 1e-5,
}


def _answer(**changes: Any) -> Answer:
    return METHOD.run(read_inputs(METHOD.fields, {**GIVEN, **changes}))


def _found(answer: Answer) -> dict[str, float]:
    return {each.name: each.value for each in answer.quantities}


def test_the_factors_are_multiplied_and_the_rest_is_missing() -> None:
    answer = _answer()
    found = _found(answer)
    assert found["mitigated_frequency"] == pytest.approx(2e-4)
    assert found["required_risk_reduction"] == pytest.approx(20.0)
    assert found["required_integrity_level"] == 1
    assert answer.tables[0].rows[-1][3] == pytest.approx(2e-4)
    enough = _found(_answer(tolerable=1e-3))
    assert enough["required_risk_reduction"] == 1.0
    assert enough["required_integrity_level"] == 0


def test_layers_with_a_component_in_common_are_refused_with_their_names() -> None:
    layers = [*GIVEN["layers"], {"name": "call", "probability": 0.1, "components": ["clerk"]}]
    with pytest.raises(RefusedInputs) as refused:
        _answer(layers=layers)
    (fault,) = refused.value.several
    assert fault.code == "lopa.shared"
    assert fault.parameters == {
        "where": "layers[3].components", "components": ("clerk",), "layers": ("alarm", "call"),
    }  # fmt: skip


def test_counted_once_the_best_of_those_joined_counts() -> None:
    layers = [
        *GIVEN["layers"],
        {"name": "call", "probability": 0.05, "components": ["clerk", "phone"]},
        {"name": "text", "probability": 0.5, "components": ["phone"]},
    ]
    answer = _answer(layers=layers, shared="count_once")
    assert _found(answer)["mitigated_frequency"] == pytest.approx(0.5 * 0.8 * 0.25 * 0.02 * 0.05)
    note = next(note for note in answer.warnings if note.code == "lopa.counted_once")
    assert set(note.parameters["layers"]) == {"alarm", "text"}


def test_a_layer_in_the_hands_of_the_initiating_event_does_not_count() -> None:
    layers = [*GIVEN["layers"], {"name": "restart", "probability": 0.1, "components": ["controller"]}]
    answer = _answer(layers=layers, shared="count_once")
    assert _found(answer)["mitigated_frequency"] == pytest.approx(2e-4)


def test_a_further_layer_never_raises_the_frequency() -> None:
    more = [*GIVEN["layers"], {"name": "guard", "probability": 0.3, "components": ["guard"]}]
    assert _found(_answer(layers=more))["mitigated_frequency"] == pytest.approx(0.3 * 2e-4)


def test_uncertain_factors_give_the_chance_of_being_above() -> None:
    initiating = {"name": "start", "frequency": {"kind": "lognormal", "median": 0.5, "error_factor": 10}}
    answer = _answer(initiating=initiating, tolerable=2e-4)
    assert answer.headline.interval == "middle_90"
    assert _found(answer)["chance_above_tolerable"] == pytest.approx(0.5, abs=0.05)
    assert answer.headline.low == pytest.approx(2e-5, rel=0.25)
    assert answer.headline.high == pytest.approx(2e-3, rel=0.25)


def test_layers_called_more_than_once_a_year_are_told_of() -> None:
    """0.5 * 0.8 calls a year are few, 2 * 0.8 are not; without layers nothing is called."""
    often = {"name": "start", "frequency": 2.0}
    codes = [[note.code for note in _answer(**given).warnings] for given in (
        {}, {"initiating": often}, {"initiating": often, "layers": []},
    )]  # fmt: skip
    assert ["lopa.high_demand" in each for each in codes] == [False, True, False]


@pytest.mark.parametrize(("tolerable", "told"), [(2.1e-8, False), (1.9e-8, True)])
def test_what_no_single_layer_can_do_is_told(tolerable: float, told: bool) -> None:
    codes = [note.code for note in _answer(tolerable=tolerable).warnings]
    assert ("lopa.out_of_reach" in codes) is told
