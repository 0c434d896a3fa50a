"""Cooke's model as a method: scales, weights side by side, robustness, faults."""

from typing import Any

import pytest

from anlan.domain.errors import NotEnoughData
from anlan.domain.method import Answer
from anlan.formats.spec_file import read_spec_file
from anlan.loop.quantify.methods.experts.cooke import METHOD
from anlan.loop.quantify.methods.faults import RefusedInputs
from anlan.loop.quantify.methods.reading import read_inputs
from anlan.studies.methods.explaining import EXAMPLES

GIVEN = read_spec_file(EXAMPLES / "cooke.yaml")["inputs"]


def _answer(**changes: Any) -> Answer:
    return METHOD.run(read_inputs(METHOD.fields, {**GIVEN, **changes}))


def _table(answer: Answer, name: str) -> list[dict[str, Any]]:
    found = next(table for table in answer.tables if table.name == name)
    return [dict(zip(found.columns, row, strict=True)) for row in found.rows]


def test_the_sure_and_wrong_expert_gets_no_weight() -> None:
    answer = _answer()
    rows = {row["expert"]: row for row in _table(answer, "cooke_experts")}
    assert rows["专家乙"]["weight_of_target"] == 0
    assert rows["专家甲"]["calibration"] > rows["专家乙"]["calibration"]
    assert answer.headline.low < answer.headline.value < answer.headline.high


def test_all_ways_of_weighing_stand_beside_each_other() -> None:
    deciders = {row["weighing"].code: row for row in _table(_answer(), "cooke_deciders")}
    assert set(deciders) == {"cooke.name_global", "cooke.name_item", "cooke.name_equal"}
    assert deciders["cooke.name_global"]["combined"] >= deciders["cooke.name_equal"]["combined"]


def test_every_expert_and_every_seed_is_left_out_once() -> None:
    answer = _answer()
    assert len(_table(answer, "cooke_without_experts")) == 4
    seeds = _table(answer, "cooke_without_seeds")
    assert len(seeds) == 10
    assert all(row["low"] < row["median"] < row["high"] for row in seeds)


def test_the_unit_of_a_logarithmic_target_does_not_matter() -> None:
    target = GIVEN["targets"][0]
    seconds = {**target, "answers": [[60 * q for q in row] for row in target["answers"]]}
    assert _answer(targets=[seconds]).headline.value == pytest.approx(60 * _answer().headline.value)


def test_faults_are_told_together_and_a_threshold_nobody_reaches_is_refused() -> None:
    seed = {"question": "x", "truth": -1, "scale": "log", "answers": [[1, 2, 3]] * 3 + [[3, 2, 1]]}
    with pytest.raises(RefusedInputs) as refused:
        _answer(seeds=[seed], headline="y")
    assert [(f.code, f.parameters["where"]) for f in refused.value.several] == [
        ("method.not_ascending", "seeds[1].answers[4]"),
        ("cooke.log", "seeds[1]"),
        ("method.not_a_choice", "headline"),
    ]
    with pytest.raises(NotEnoughData):
        _answer(threshold=1.0)
    assert "cooke.few_seeds" in [note.code for note in _answer(seeds=GIVEN["seeds"][:5]).warnings]
