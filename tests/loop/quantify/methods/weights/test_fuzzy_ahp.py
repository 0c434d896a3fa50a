"""Fuzzy comparisons: both ways beside each other, what is warned of and refused."""

from typing import Any

import pytest

from anlan.domain.method import Answer
from anlan.loop.quantify.methods.faults import RefusedInputs
from anlan.loop.quantify.methods.reading import read_inputs
from anlan.loop.quantify.methods.weights.fuzzy_ahp import METHOD


def _pair(row: str, column: str, low: float, likely: float, high: float) -> dict[str, Any]:
    return {"row": row, "column": column, "low": low, "likely": likely, "high": high}


PAIRS = [_pair("a", "b", 1, 2, 3), _pair("a", "c", 4, 5, 6), _pair("b", "c", 1, 2, 3)]


def _answer(pairs: list[dict[str, Any]] = PAIRS, **given: Any) -> Answer:
    items = given.pop("items", ["a", "b", "c"])
    return METHOD.run(read_inputs(METHOD.fields, {"items": items, "pairs": pairs, **given}))


def _weights(answer: Answer) -> dict[str, tuple[Any, ...]]:
    return {row[1]: row[2:] for row in answer.tables[0].rows}


def test_mirrors_given_too_and_another_order_change_nothing() -> None:
    mirrors = [_pair(p["column"], p["row"], 1 / p["high"], 1 / p["likely"], 1 / p["low"]) for p in PAIRS]
    expected = _weights(_answer())
    for pairs in ([*PAIRS, *mirrors], mirrors[::-1]):
        for name, row in _weights(_answer(pairs, items=["c", "a", "b"])).items():
            assert row == pytest.approx(expected[name])


def test_buckleys_headline_has_limits_and_changs_has_none() -> None:
    buckley, chang = _answer(), _answer(weights_by="chang")
    assert buckley.headline.interval == "fuzzy_support"
    assert buckley.headline.low is not None
    assert buckley.headline.low < buckley.headline.value
    assert chang.headline.interval == ""
    assert chang.headline.value == pytest.approx(max(row[5] for row in _weights(chang).values()))
    assert "fuzzy_ahp.chang_measures" in [note.code for note in chang.warnings]


def test_a_zero_weight_of_chang_is_named_even_where_buckley_is_asked() -> None:
    answer = _answer()
    zero = next(note for note in answer.warnings if note.code == "fuzzy_ahp.zero_weight")
    assert zero.parameters["items"] == ("c",)
    assert _weights(answer)["c"][5] == 0.0
    assert _weights(answer)["c"][3] > 0.05


def test_the_rule_that_makes_numbers_changes_the_weights_and_is_named() -> None:
    one, other = _answer(), _answer(defuzzification="graded_mean")
    assert _weights(one)["a"][3] != pytest.approx(_weights(other)["a"][3])
    assert "fuzzy_ahp.defuzzification.graded_mean" in [note.code for note in other.assumptions]


def test_likely_values_that_contradict_are_warned_of() -> None:
    answer = _answer([PAIRS[0], _pair("a", "c", 1 / 6, 1 / 5, 1 / 4), PAIRS[2]])
    assert "fuzzy_ahp.inconsistent" in [note.code for note in answer.warnings]


def test_every_fault_of_the_pairs_is_told() -> None:
    pairs = [
        _pair("a", "b", 3, 2, 1), _pair("a", "w", 1, 2, 3), _pair("b", "b", 1, 1, 1),
        _pair("b", "c", 1, 2, 3), _pair("c", "b", 1, 2, 3),
    ]  # fmt: skip
    with pytest.raises(RefusedInputs) as refused:
        _answer(pairs)
    assert [(fault.code, fault.parameters["where"]) for fault in refused.value.several] == [
        ("fuzzy_ahp.order", "pairs[1]"), ("method.not_a_choice", "pairs[2].column"),
        ("ahp.with_itself", "pairs[3]"), ("fuzzy_ahp.not_reciprocal", "pairs[5]"),
    ]  # fmt: skip


def test_a_pair_nobody_compared_is_named() -> None:
    with pytest.raises(RefusedInputs) as refused:
        _answer(PAIRS[:2])
    (fault,) = refused.value.several
    assert (fault.code, fault.parameters["row"], fault.parameters["column"]) == (
        "fuzzy_ahp.pair_missing",
        "b",
        "c",
    )
