"""Risks ranked by a product of scores: ties, ranges, levels, and what the scales can tell apart."""

import time
from typing import Any

import pytest

from anlan.loop.quantify.methods.faults import RefusedInputs
from anlan.loop.quantify.methods.matrix.risk_index import METHOD
from anlan.loop.quantify.methods.reading import read_inputs

FIVE = ["a", "b", "c", "d", "e"]
GIVEN: dict[str, Any] = {
    "likelihood_meanings": FIVE,
    "severity_meanings": FIVE,
    "risks": [
        {"risk": "rare and grave", "likelihood": 1, "severity": 4},
        {"risk": "often and slight", "likelihood": 4, "severity": 1},
        {"risk": "worst", "likelihood": 3, "severity": 5, "severity_low": 1},
    ],
    "bounds": [5, 15],
    "levels": ["low", "middle", "high"],
}


def _answer(**changes: Any) -> Any:
    return METHOD.run(read_inputs(METHOD.fields, {**GIVEN, **changes}))


def _rows(answer: Any) -> list[dict[str, Any]]:
    table = answer.tables[0]
    return [dict(zip(table.columns, row, strict=True)) for row in table.rows]


def _places(**changes: Any) -> list[str]:
    with pytest.raises(RefusedInputs) as refused:
        _answer(**changes)
    return [fault.parameters["where"] for fault in refused.value.several]


def test_risks_are_ranked_by_product_and_equal_ones_share_a_place() -> None:
    rows = _rows(_answer())
    assert [(row["rank"], row["risk"], row["risk_index"], row["tied"]) for row in rows] == [
        (1, "worst", 15, False), (2, "rare and grave", 4, True), (2, "often and slight", 4, True),
    ]  # fmt: skip
    assert [row["level"] for row in rows] == ["high", "low", "low"]


def test_ranges_bound_the_index_and_the_places() -> None:
    answer = _answer()
    worst = _rows(answer)[0]
    assert (worst["index_low"], worst["index_high"]) == (3, 15)
    assert (worst["rank_best"], worst["rank_worst"]) == (1, 3)
    headline = answer.headline
    assert (headline.value, headline.low, headline.high, headline.interval) == (15, 4, 15, "bounds")
    assert answer.level == "high"


def test_a_five_by_five_scale_is_said_to_have_fourteen_values() -> None:
    note = next(note for note in _answer().warnings if note.code == "index.few_values")
    assert (note.parameters["distinct"], note.parameters["combinations"]) == (14, 25)


def test_ten_thousand_risks_are_ranked_in_a_few_seconds() -> None:
    risks = [{"risk": str(k), "likelihood": 1 + k % 5, "severity": 1 + k // 5 % 5} for k in range(10_000)]
    started = time.perf_counter()
    assert len(_rows(_answer(risks=risks))) == 10_000
    assert time.perf_counter() - started < 10


def test_a_third_scale_multiplies_and_is_then_required() -> None:
    thrice = [{**row, "third": 2} for row in GIVEN["risks"]]
    rows = _rows(_answer(third_meanings=["x", "y"], risks=thrice))
    assert [row["risk_index"] for row in rows] == [30, 8, 8]
    assert _places(third_meanings=["x", "y"]) == ["risks[1].third", "risks[2].third", "risks[3].third"]
    assert _places(risks=thrice) == ["third_meanings"]


def test_scores_outside_the_scale_and_ranges_the_wrong_way_round_are_refused_together() -> None:
    risks = [
        {"risk": "a", "likelihood": 6, "severity": 1},
        {"risk": "b", "likelihood": 2, "likelihood_low": 3, "severity": 1, "severity_high": 9},
    ]
    assert _places(risks=risks, levels=["low"] * 2) == [
        "levels", "risks[1].likelihood", "risks[2].likelihood", "risks[2].severity",
    ]  # fmt: skip
    assert _places(levels=None) == ["levels"]
    assert _places(bounds=[3, 2]) == ["bounds"]
