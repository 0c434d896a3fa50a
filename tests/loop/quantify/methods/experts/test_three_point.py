"""Three points: the two PERT variances, the pool, faults."""

from typing import Any

import pytest

from anlan.domain.method import Answer
from anlan.loop.quantify.methods.experts.three_point import METHOD
from anlan.loop.quantify.methods.faults import RefusedInputs
from anlan.loop.quantify.methods.reading import read_inputs

ONE = {"expert": "E1", "low": 2, "likely": 5, "high": 14}


def _answer(*experts: dict[str, Any], **changes: Any) -> Answer:
    return METHOD.run(read_inputs(METHOD.fields, {"experts": list(experts), **changes}))


def test_the_mean_is_the_classic_one_and_the_variance_is_not() -> None:
    answer = _answer(ONE)
    assert answer.headline.value == pytest.approx(6.0)
    row = dict(zip(answer.tables[0].columns, answer.tables[0].rows[0], strict=True))
    assert row["sd_classic"] == pytest.approx(2.0)
    assert row["sd"] == pytest.approx((4 * 8 / 7) ** 0.5)
    assert row["variance_ratio"] == pytest.approx(4 * 8 / 7 / 4)


def test_lognormal_takes_low_and_high_as_quantiles() -> None:
    answer = _answer({"expert": "E1", "low": 2, "likely": 10, "high": 50}, form="lognormal")
    assert (answer.headline.low, answer.headline.high) == pytest.approx((2.0, 50.0))
    assert not answer.warnings
    far = _answer({"expert": "E1", "low": 2, "likely": 40, "high": 50}, form="lognormal")
    assert [note.code for note in far.warnings] == ["three_point.far"]


def test_experts_who_disagree_are_pooled_wide_and_told() -> None:
    other = {"expert": "E2", "low": 40, "likely": 50, "high": 60}
    answer = _answer(ONE, other, target=20)
    assert "three_point.disagree" in [note.code for note in answer.warnings]
    assert answer.quantities[-1].value == pytest.approx(0.5)
    heavier = _answer({**ONE, "weight": 3}, other, target=20)
    assert heavier.quantities[-1].value == pytest.approx(0.25)


def test_a_certain_value_is_a_constant_without_a_drawing() -> None:
    answer = _answer({"expert": "E1", "low": 3, "likely": 3, "high": 3})
    assert (answer.headline.value, answer.headline.low, answer.headline.high) == (3.0, 3.0, 3.0)
    assert not answer.charts


def test_faults_name_the_expert() -> None:
    with pytest.raises(RefusedInputs) as refused:
        _answer({**ONE, "likely": 20}, ONE, quantiles=[0.5, 0.1])
    assert [fault.parameters["where"] for fault in refused.value.several] == [
        "experts[2]", "experts[1]", "quantiles",
    ]  # fmt: skip
