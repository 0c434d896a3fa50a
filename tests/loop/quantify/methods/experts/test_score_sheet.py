"""What a score sheet says of the panel, of disputed questions and of experts who stand apart."""

from typing import Any

import pytest

from anlan.domain.errors import NotEnoughData
from anlan.domain.method import Answer
from anlan.loop.quantify.methods.experts.score_sheet import METHOD
from anlan.loop.quantify.methods.faults import RefusedInputs
from anlan.loop.quantify.methods.reading import read_inputs

GIVEN: dict[str, Any] = {
    "questions": ["a", "b"],
    "experts": ["E1", "E2", "E3", "E4", "E5"],
    "scores": [[3, 3, 4, 3, 5], [2, 3, 3, 2, 5]],
    "scale": {"low": 1, "high": 5},
}


def _answer(**changes: Any) -> Answer:
    return METHOD.run(read_inputs(METHOD.fields, {**GIVEN, **changes}), seed=1)


def test_the_panel_score_is_the_mean_of_the_experts_means_inside_the_scale() -> None:
    found = _answer().headline
    assert found.value == pytest.approx(3.3)
    assert found.low is not None
    assert 1 <= found.low < found.value < found.high <= 5
    assert _answer(question_weights=[3, 1]).headline.value == pytest.approx(3.45)
    assert _answer(weights=[1, 1, 1, 1, 4]).headline.value > found.value


def test_the_median_keeps_to_the_middle_of_the_panel() -> None:
    assert _answer(summary="median_bootstrap").headline.value == pytest.approx(3.0)


def test_the_expert_far_above_the_others_is_named() -> None:
    answer = _answer(scores=[[3, 3, 3, 3, 5], [2, 2, 2, 2, 5]])
    assert [row[-1] for row in answer.tables[1].rows] == [False] * 4 + [True]
    assert _warned(answer) == ["scores.outlying"]


def _warned(answer: Answer) -> list[str]:
    return [note.code for note in answer.warnings]


def test_experts_with_gaps_count_only_where_they_answered() -> None:
    answer = _answer(scores=[[3, 3, 4, 3, 5], [2, 3, 3, 2, None]])
    assert answer.headline.value == pytest.approx((2.5 + 3 + 3.5 + 2.5) / 4)
    assert [row[1] for row in answer.tables[0].rows] == [5, 4]
    assert "scores.left_out" in _warned(answer)


def test_all_faults_are_told_together_and_too_few_answers_refused() -> None:
    with pytest.raises(RefusedInputs) as refused:
        _answer(questions=["a", "a"], scores=[[3, 3, 4, 3, 9], [1, 1, 1, 1, 1]], weights=[1, 2])
    assert [fault.parameters["where"] for fault in refused.value.several] == [
        "questions[2]", "weights", "scores[1][5]",
    ]  # fmt: skip
    with pytest.raises(NotEnoughData):
        _answer(scores=[[3, None, 4, None, 5], [None, 3, None, 3, 5]])
