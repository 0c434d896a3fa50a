"""The sheet: numbers before and after, priorities and gaps, ties, criticality, rows below a threshold."""

import time
from typing import Any

import pytest

from anlan.loop.quantify.methods.faults import RefusedInputs
from anlan.loop.quantify.methods.matrix.fmea import METHOD
from anlan.loop.quantify.methods.reading import read_inputs


def _row(name: str, s: int, o: int, d: int, **more: Any) -> dict[str, Any]:
    return {"item": "step", "mode": name, "severity": s, "occurrence": o, "detection": d, **more}


ROWS = [
    _row("a", 5, 6, 4, occurrence_after=2),
    _row("b", 10, 2, 6),
    _row("c", 8, 8, 2),
]


def _answer(rows: Any = ROWS, **changes: Any) -> Any:
    return METHOD.run(read_inputs(METHOD.fields, {"rows": rows, **changes}))


def _table(answer: Any, name: str) -> list[dict[str, Any]]:
    table = next(each for each in answer.tables if each.name == name)
    return [dict(zip(table.columns, row, strict=True)) for row in table.rows]


def _notes(answer: Any) -> dict[str, Any]:
    return {note.code: note.parameters for note in (*answer.assumptions, *answer.warnings)}


def _places(**changes: Any) -> list[str]:
    with pytest.raises(RefusedInputs) as refused:
        _answer(**changes)
    return [fault.parameters["where"] for fault in refused.value.several]


def test_rows_are_ranked_by_rpn_with_ties_and_what_is_left_after_measures() -> None:
    rows = _table(_answer(), "ranked_modes")
    assert [(r["failure_mode"], r["rpn"], r["rank"], r["tied"]) for r in rows] == [
        ("step · c", 128, 1, False), ("step · a", 120, 2, True), ("step · b", 120, 2, True),
    ]  # fmt: skip
    assert [row["rpn_after"] for row in rows] == [None, 40, None]
    assert [row["cumulated"] for row in rows] == pytest.approx([128 / 368, 248 / 368, 1.0])


def test_priorities_come_from_the_table_and_gaps_stay_open() -> None:
    answer = _answer()
    assert [row["priority"] for row in _table(answer, "ranked_modes")] == ["H", "M", None]
    assert _notes(answer)["fmea.gaps"]["n"] == 78
    numbers = {each.name: each.value for each in answer.quantities}
    assert (numbers["rows_of_top_priority"], numbers["rows_without_priority"]) == (1, 1)


def test_a_table_of_ones_own_replaces_it() -> None:
    area = {f"{name}_{end}": value for name in ("severity", "occurrence", "detection")
            for end, value in (("from", 1), ("to", 10))}  # fmt: skip
    answer = _answer(priority_table=[{**area, "priority": "now"}], priorities=["later", "now"])
    assert {row["priority"] for row in _table(answer, "ranked_modes")} == {"now"}
    assert "fmea.gaps" not in _notes(answer)
    twice = [{**area, "priority": "now"}, {**area, "priority": "later"}]
    assert _places(priority_table=twice, priorities=["later", "now"]) == ["priority_table[2]"]
    odd = [{**area, "severity_from": 11, "priority": "never"}]
    assert _places(priority_table=odd) == ["priority_table[1].severity_from", "priority_table[1].priority"]


def test_another_scale_has_no_built_in_table() -> None:
    answer = _answer([_row("a", 5, 5, 5)], scale=5)
    assert "fmea.no_table" in _notes(answer)
    assert _table(answer, "ranked_modes")[0]["priority"] is None
    assert _places(scale=5, rows=[_row("a", 6, 5, 5)]) == ["rows[1].severity"]


def test_scores_one_step_off_bound_the_number_and_no_error_leaves_none() -> None:
    row = _table(_answer(), "ranked_modes")[0]
    assert (row["rpn_low"], row["rpn_high"]) == (7 * 7 * 1, 9 * 9 * 3)
    sure = _table(_answer(score_error=0), "ranked_modes")
    assert [(r["rpn_low"], r["rpn_high"]) for r in sure] == [(128, 128), (120, 120), (120, 120)]
    assert [(r["rank_best"], r["rank_worst"]) for r in sure] == [(1, 1), (2, 3), (2, 3)]


def test_criticality_looks_at_severity_first_and_multiplies_rates() -> None:
    ranked = _table(_answer(), "criticality_ranking")
    assert [row["failure_mode"] for row in ranked] == ["step · b", "step · c", "step · a"]
    rates = {"rate_per_hour": 1e-3, "mode_share": 0.4, "effect_share": 0.5}
    answer = _answer(
        [_row("a", 5, 1, 1, **rates), _row("b", 5, 9, 1, **{**rates, "mode_share": 0.6})], hours=1000
    )
    ranked = _table(answer, "criticality_ranking")
    assert [(row["failure_mode"], row["criticality"]) for row in ranked] == [
        ("step · b", pytest.approx(0.3)), ("step · a", pytest.approx(0.2)),
    ]  # fmt: skip
    total = next(each.value for each in answer.quantities if each.name == "criticality")
    assert total == pytest.approx(0.5)


def test_parts_of_criticality_that_are_missing_or_sum_above_one_are_refused() -> None:
    rates = {"rate_per_hour": 1e-3, "mode_share": 0.7, "effect_share": 0.5}
    rows = [_row("a", 1, 1, 1, **rates), _row("b", 1, 1, 1, **rates)]
    assert _places(rows=rows, hours=10) == ["rows[2].mode_share"]
    assert _places(rows=[_row("a", 1, 1, 1, rate_per_hour=1)]) == [
        "rows[1].mode_share", "rows[1].effect_share", "hours",
    ]  # fmt: skip


def test_rows_that_one_step_would_lift_over_a_threshold_are_named() -> None:
    assert _notes(_answer(threshold=130))["fmea.just_below"]["n"] == 3
    assert "fmea.just_below" not in _notes(_answer(threshold=400))
    assert "fmea.just_below" not in _notes(_answer([_row("a", 10, 10, 10)], threshold=900))


def test_ten_thousand_rows_are_ranked_in_a_few_seconds() -> None:
    rows = [_row(str(k), 1 + k % 10, 1 + k // 10 % 10, 1 + k // 100 % 10) for k in range(10_000)]
    started = time.perf_counter()
    assert len(_table(_answer(rows), "ranked_modes")) == 10_000
    assert time.perf_counter() - started < 10


def test_measures_that_change_severity_or_make_worse_are_named() -> None:
    rows = [_row("a", 5, 5, 5, severity_after=3), _row("b", 5, 5, 5, detection_after=6)]
    notes = _notes(_answer(rows))
    assert notes["fmea.severity_lowered"]["rows"] == ["step · a"]
    assert notes["fmea.worse_after"]["rows"] == ["step · b"]


def test_the_gravest_failures_that_stand_behind_slighter_ones_are_named() -> None:
    assert _notes(_answer())["fmea.grave_behind"]["rows"] == ["step · b"]
    for other in (_row("c", 10, 8, 2), _row("c", 8, 3, 5)):
        assert "fmea.grave_behind" not in _notes(_answer([_row("b", 10, 2, 6), other]))
    assert "fmea.grave_behind" not in _notes(_answer([_row("b", 8, 2, 6), _row("c", 7, 8, 8)]))
