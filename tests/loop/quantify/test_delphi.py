"""Delphi rounds: feedback, the stop rule, and scores from answers."""

import pytest

from anlan.loop.quantify.delphi import bounds_of, dissent, score_of, sum_up
from anlan.maths.agreement import middle_half

FIRST = {"a": {"E1": 2.0, "E2": 3.0, "E3": 5.0}, "b": {"E1": 4.0, "E2": 4.0, "E3": 4.0}}


def test_the_first_round_is_never_stable() -> None:
    assert not sum_up({"b": FIRST["b"]}).stable


def test_a_round_is_stable_when_all_are_narrow_and_no_median_moved() -> None:
    second = {"a": {"E1": 3.0, "E2": 3.0, "E3": 4.0}, "b": FIRST["b"]}
    assert sum_up(second, before=FIRST).stable
    moved = {"a": {"E1": 4.0, "E2": 4.0, "E3": 4.0}, "b": FIRST["b"]}
    assert not sum_up(moved, before=FIRST).stable
    assert sum_up(moved, before=FIRST).questions["a"].shift == 1.0
    assert not sum_up(FIRST, before=FIRST).stable


def test_a_question_nobody_answered_is_not_settled_and_breaks_nothing() -> None:
    found = sum_up({"a": {}, "b": FIRST["b"]}, before=FIRST)
    assert found.questions["a"].half is None
    assert not found.stable


@pytest.mark.parametrize(("answers", "score"), [([3, 4], 4), ([3, 3, 4], 3), ([1], 1), ([2, 3, 4, 5], 4)])
def test_between_two_scores_the_graver_is_taken(answers: list[int], score: int) -> None:
    assert score_of(middle_half(answers)) == score


def test_bounds_reach_outwards_over_the_middle_half() -> None:
    assert bounds_of(middle_half([1, 2, 4, 5])) == (1, 5)
    assert bounds_of(middle_half([3, 3, 3])) == (3, 3)


def test_only_reasons_from_outside_the_middle_half_are_fed_back() -> None:
    half = middle_half([2, 3, 3, 3, 5])
    assert dissent([(2, "few"), (3, "as ever"), (5, "new line"), (5, "")], half) == ["few", "new line"]
