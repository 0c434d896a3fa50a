"""Rounds as a method: the stop rule, the type of quartiles, who moved."""

from typing import Any

import pytest

from anlan.domain.method import Answer
from anlan.loop.quantify.methods.experts.delphi_rounds import METHOD
from anlan.loop.quantify.methods.faults import RefusedInputs
from anlan.loop.quantify.methods.reading import read_inputs

FIRST, SECOND = [[2, 3, 5, 4], [4, 4, 4, 4]], [[3, 3, 4, 4], [4, 4, 4, 4]]
GIVEN: dict[str, Any] = {
    "questions": ["a", "b"],
    "experts": ["E1", "E2", "E3", "E4"],
    "rounds": [{"answers": FIRST}, {"answers": SECOND}],
}


def _answer(**changes: Any) -> Answer:
    return METHOD.run(read_inputs(METHOD.fields, {**GIVEN, **changes}))


def test_two_rounds_that_narrow_without_moving_stop() -> None:
    answer = _answer()
    assert (answer.headline.value, answer.headline.low, answer.headline.high) == (3.5, 3.0, 4.0)
    assert answer.assumptions[-1].code == "delphi.stop"
    assert _answer(rounds=[{"answers": FIRST}]).assumptions[-1].code == "delphi.go_on"


def test_a_round_after_the_stable_one_is_warned_of() -> None:
    answer = _answer(rounds=[{"answers": FIRST}, {"answers": SECOND}, {"answers": SECOND}])
    assert "delphi.beyond" in [note.code for note in answer.warnings]


def test_the_type_of_quartiles_is_the_one_asked_for() -> None:
    rounds = [{"answers": [[1, 2, 4, 8], [1, 1, 1, 1]]}]
    by_type = {t: _answer(rounds=rounds, quantile_type=t).headline for t in range(1, 10)}
    assert (by_type[7].low, by_type[7].high) == (1.75, 5.0)
    assert (by_type[6].low, by_type[6].high) == (1.25, 7.0)
    assert (by_type[1].low, by_type[1].high) == (1.0, 4.0)
    assert {each.value for each in by_type.values()} == {3.0}


def test_movers_are_counted_among_those_who_answered_twice() -> None:
    rounds = [{"answers": FIRST}, {"answers": [[3, None, 4, 4], [4, 4, 4, None]]}]
    course = [row for row in _answer(rounds=rounds).tables[0].rows if row[1] == 2]
    assert [row[8] for row in course] == [pytest.approx(2 / 3), 0.0]


def test_a_round_of_another_size_and_an_unknown_question_are_refused_together() -> None:
    with pytest.raises(RefusedInputs) as refused:
        _answer(rounds=[{"answers": [[1, 2]]}], headline="c")
    assert [fault.parameters["where"] for fault in refused.value.several] == ["rounds[1].answers", "headline"]
