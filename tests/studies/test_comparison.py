"""Comparing two results: what moved, what was asked differently."""

from typing import Any

from anlan.studies.comparison import compare


def result(
    risks: dict[str, tuple[str, float | None]], *, sla: str = "5d", unit: str = "CNY"
) -> dict[str, Any]:
    return {
        "risks": [
            {"id": key, "title": {"zh": key}, "index": {"level": level}, "annual_loss": {"mean": loss}}
            for key, (level, loss) in risks.items()
        ],
        "portfolio": {"unit": unit},
        "provenance": {"parameters": {"sla": sla, "seed": 0}, "input_sha256": "a", "version": "1"},
    }  # fmt: skip


def test_risks_that_moved_stand_first_by_level_then_by_change_of_loss() -> None:
    before = result({"a": ("low", 1.0), "b": ("low", 5.0), "c": ("high", 9.0), "d": ("low", 2.0)})
    after = result({"a": ("high", 1.0), "b": ("low", 50.0), "c": ("high", 10.0), "d": ("low", 2.0)})
    moved = compare(before, after, figures=({}, {}))
    assert [risk.id for risk in moved.risks] == ["a", "b", "c"]
    assert (moved.unmoved, moved.same_unit) == (1, True)
    assert [risk.loss.change for risk in moved.risks] == [0.0, 45.0, 1.0]


def test_a_risk_of_one_result_alone_has_moved() -> None:
    moved = compare(result({"gone": ("low", 1.0)}), result({"new": ("low", None)}), figures=({}, {}))
    assert {(risk.id, risk.before is None, risk.after is None) for risk in moved.risks} == {
        ("gone", False, True),
        ("new", True, False),
    }
    assert all(risk.loss.change is None for risk in moved.risks)


def test_only_what_was_asked_differently_is_named() -> None:
    moved = compare(result({}, sla="5d"), result({}, sla="3d", unit="EUR"), figures=({}, {}))
    assert [(pair.name, pair.before, pair.after) for pair in moved.asked] == [("sla", "5d", "3d")]
    assert not moved.same_unit


def test_a_level_without_a_risk_counts_as_none_not_as_unknown() -> None:
    figures = ({"risks": 3, "levels": {"high": 2}}, {"risks": 1, "levels": {"low": 1}})
    moved = {pair.name: pair.change for pair in compare(result({}), result({}), figures=figures).figures}
    assert moved == {"risks": -2.0, "levels.high": -2.0, "levels.low": 1.0}


def test_two_assessments_differ_by_the_place_of_each_input() -> None:
    def result(probability: float, seed: int) -> dict[str, object]:
        events = [{"name": "a", "probability": {"kind": "pert", "low": 0.1, "likely": probability}}]
        return {"inputs": {"events": events}, "title": "x", "provenance": {"seed": seed}}

    figures = (
        {"headline": {"zh": "甲", "en": "a"}, "value": 1.0},
        {"headline": {"zh": "甲", "en": "a"}, "value": 2.0},
    )
    moved = compare(result(0.2, 0), result(0.3, 1), figures=figures)
    assert [pair.name for pair in moved.asked] == ["events[1].probability", "seed"]
    assert [(pair.name, pair.change) for pair in moved.figures] == [("value", 1.0)]
