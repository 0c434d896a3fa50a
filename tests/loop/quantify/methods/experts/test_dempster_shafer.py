"""Evidence combined: the rules beside each other, distrust, and faults of masses."""

from typing import Any

import pytest

from anlan.domain.errors import NotEnoughData
from anlan.domain.method import Answer
from anlan.loop.quantify.methods.experts.dempster_shafer import METHOD
from anlan.loop.quantify.methods.faults import RefusedInputs
from anlan.loop.quantify.methods.reading import read_inputs


def _source(name: str, reliability: float = 1.0, **masses: float) -> dict[str, Any]:
    rows = [{"hypotheses": list(sets), "mass": mass} for sets, mass in masses.items()]
    return {"source": name, "reliability": reliability, "masses": rows}


def _answer(*sources: dict[str, Any], **changes: Any) -> Answer:
    given = {"frame": ["A", "B", "C"], "sources": list(sources), **changes}
    return METHOD.run(read_inputs(METHOD.fields, given))


def test_a_conflict_is_warned_of_and_the_other_rules_stand_beside() -> None:
    answer = _answer(_source("x", A=0.99, B=0.01), _source("y", C=0.99, B=0.01), hypothesis="B")
    assert answer.headline.value == pytest.approx(1.0)
    assert [note.code for note in answer.warnings] == ["evidence.conflict"]
    believed = {row[0].code: row[2] for row in answer.tables[1].rows if row[1] == "B"}
    assert believed["evidence.name_yager"] == pytest.approx(0.0001)
    assert believed["evidence.name_average"] == pytest.approx(0.01)


def test_distrust_widens_the_interval() -> None:
    sure, doubted = (
        _answer(_source("x", A=0.7, AB=0.3), _source("y", r, A=0.6, BC=0.4)).headline for r in (1.0, 0.5)
    )
    assert doubted.high - doubted.low > sure.high - sure.low


def test_total_conflict_has_no_answer_by_dempster_but_by_yager() -> None:
    sources = _source("x", A=1.0), _source("y", B=1.0)
    with pytest.raises(NotEnoughData):
        _answer(*sources)
    answer = _answer(*sources, rule="yager")
    assert (answer.headline.low, answer.headline.high) == (0.0, 1.0)
    assert "evidence.no_dempster" in [note.code for note in answer.warnings]


def test_masses_that_do_not_sum_to_one_are_refused_unless_the_rest_is_unknown() -> None:
    sources = _source("x", A=0.5), _source("y", B=0.5, D=0.7)
    with pytest.raises(RefusedInputs) as refused:
        _answer(*sources)
    assert [(f.code, f.parameters["where"]) for f in refused.value.several] == [
        ("evidence.sum", "sources[1].masses"),
        ("method.not_a_choice", "sources[2].masses[2].hypotheses[1]"),
        ("evidence.sum", "sources[2].masses"),
    ]
    known = _answer(_source("x", A=0.5), _source("y", B=0.5), rest_is_unknown=True)
    assert known.quantities[2].value == pytest.approx(0.25 / 0.75)
