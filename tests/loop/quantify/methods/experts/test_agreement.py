"""The coefficient that fits, what is said of it, and what it cannot take."""

from typing import Any

import pytest

from anlan.domain.errors import NotEnoughData
from anlan.domain.method import Answer
from anlan.loop.quantify.methods.experts.agreement import METHOD
from anlan.loop.quantify.methods.faults import RefusedInputs
from anlan.loop.quantify.methods.reading import read_inputs


def _answer(coefficient: str, ratings: Any, **changes: Any) -> Answer:
    given = {"coefficient": coefficient, "ratings": ratings, **changes}
    return METHOD.run(read_inputs(METHOD.fields, given), seed=2)


def _faults(coefficient: str, ratings: Any, **changes: Any) -> list[tuple[str, str]]:
    with pytest.raises(RefusedInputs) as refused:
        _answer(coefficient, ratings, **changes)
    return [(fault.code, fault.parameters["where"]) for fault in refused.value.several]


def test_skewed_margins_are_told_as_the_paradox() -> None:
    ratings = [["yes", "yes"]] * 118 + [["yes", "no"]] * 5 + [["no", "yes"]] * 2
    answer = _answer("cohen_kappa", ratings)
    assert answer.headline.value < 0
    assert "agreement.paradox" in [note.code for note in answer.warnings]
    even = [["yes", "yes"]] * 50 + [["no", "no"]] * 50 + [["no", "yes"]] * 5
    assert "agreement.paradox" not in [note.code for note in _answer("cohen_kappa", even).warnings]


def test_words_have_no_order_of_their_own_and_numbers_do() -> None:
    words = [["low", "high"], ["high", "high"], ["low", "low"]]
    assert _faults("cohen_kappa", words, weights="linear") == [("agreement.order", "categories")]
    given = _answer("cohen_kappa", words, weights="linear", categories=["low", "high"])
    assert given.headline.value == _answer("cohen_kappa", words).headline.value
    ten_after_nine = [["9", "10.0"], ["10", "10"], ["1", "1"], ["9", "9"]]
    table = _answer("cohen_kappa", ten_after_nine).tables[0]
    assert [row[0] for row in table.rows] == ["1", "9", "10"]


def test_each_coefficient_says_which_rating_it_cannot_take() -> None:
    gap = [["1", "2"], [None, "2"], ["3", "x"]]
    assert _faults("icc", gap) == [("method.not_a_number", "ratings[3][2]")]
    assert _faults("kendall_w", gap[:2]) == [("agreement.gap", "ratings[2][1]")]
    assert _faults("fleiss_kappa", gap) == [("agreement.same_number", "ratings[2]")]
    assert _faults("cohen_kappa", [["1", "2", "3"]] * 2) == [("agreement.two_raters", "ratings")]
    assert _faults("krippendorff_alpha", [["-1", "2"]] * 2, scale="ratio")[0][0] == "method.outside"
    with pytest.raises(NotEnoughData):
        _answer("kendall_w", [["1", "2"]])


def test_the_interval_of_alpha_holds_it_and_shrinks_with_more_objects() -> None:
    few = [["1", "1"], ["2", "3"], ["3", "3"], ["4", "4"], ["2", "2"], ["1", "2"]]
    one, many = (_answer("krippendorff_alpha", few * n, scale="interval").headline for n in (1, 20))
    assert one.low <= one.value <= one.high
    assert many.high - many.low < (one.high - one.low) / 2


def test_fleiss_holds_its_estimate_between_its_limits_and_tells_each_category() -> None:
    answer = _answer("fleiss_kappa", [["a", "a", "b"], ["b", "b", "b"], ["a", "a", "a"], ["c", "c", "a"]])
    assert answer.headline.low <= answer.headline.value <= answer.headline.high
    assert [row[0] for row in answer.tables[0].rows] == ["a", "b", "c"]


@pytest.mark.parametrize("coefficient", ["cohen_kappa", "fleiss_kappa", "krippendorff_alpha"])
def test_perfect_agreement_is_not_taken_for_certainty(coefficient: str) -> None:
    """With the share told, so many objects would all agree by chance in 5 % of cases."""
    answer = _answer(coefficient, [["a", "a"]] * 6 + [["b", "b"]] * 4)
    assert answer.headline.low == answer.headline.high == 1.0
    said = {note.code: note.parameters for note in answer.warnings}["agreement.perfect"]
    assert (1 - said["most"]) ** said["n"] == pytest.approx(0.05)
    assert said["n"] == 10
    one_apart = _answer(coefficient, [["a", "a"]] * 6 + [["b", "b"]] * 4 + [["a", "b"]])
    assert "agreement.perfect" not in [note.code for note in one_apart.warnings]
