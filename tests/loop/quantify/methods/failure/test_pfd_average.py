"""Interval and parts of the average, integrity levels, and refused inputs."""

from typing import Any

import pytest

from anlan.domain.method import Answer
from anlan.loop.quantify.methods.failure.integrity import integrity_level
from anlan.loop.quantify.methods.failure.pfd_average import METHOD
from anlan.loop.quantify.methods.faults import RefusedInputs
from anlan.loop.quantify.methods.reading import read_inputs

GIVEN = {"channels": 2, "failure_rate": 1e-5, "test_interval": 8760, "beta": 0.1}


def _answer(**changes: Any) -> Answer:
    return METHOD.run(read_inputs(METHOD.fields, {**GIVEN, **changes}))


def test_an_uncertain_rate_gives_an_interval_around_the_mean() -> None:
    rate = {"kind": "lognormal", "median": 1e-5, "error_factor": 3}
    found = _answer(failure_rate=rate).headline
    assert found.interval == "middle_90"
    limits = [_answer(failure_rate=each).headline.value for each in (1e-5 / 3, 3e-5)]
    assert [found.low, found.high] == pytest.approx(limits)
    assert limits[0] < _answer().headline.value < found.value < limits[1]


def test_the_parts_are_the_whole() -> None:
    answer = _answer()
    parts = [row[1] for row in answer.tables[0].rows]
    assert sum(parts) == pytest.approx(answer.headline.value)
    alone = _answer(channels=1, failure_rate=1e-6, beta=0).headline.value
    assert parts[0] == pytest.approx(alone)


def test_the_own_architecture_leads_the_comparison() -> None:
    answer = _answer()
    rows = {row[0]: row[1] for row in answer.tables[1].rows}
    assert rows["1oo2"] == answer.headline.value
    assert rows["1oo3"] < rows["1oo2"] < rows["2oo3"] < rows["1oo1"] < rows["2oo2"]


@pytest.mark.parametrize(("p", "level"), [(0.2, 0), (0.1, 0), (0.05, 1), (0.01, 1), (5e-4, 3), (1e-9, 4)])
def test_a_level_begins_below_its_upper_limit(p: float, level: int) -> None:
    assert integrity_level(p) == level


def test_what_cannot_be_is_refused_together() -> None:
    with pytest.raises(RefusedInputs) as refused:
        _answer(needed=3, test_coverage=0.5, failure_rate=1e9)
    assert [(f.code, f.parameters["where"]) for f in refused.value.several] == [
        ("method.outside", "failure_rate"),
    ]
    with pytest.raises(RefusedInputs) as refused:
        _answer(needed=3, test_coverage=0.5)
    assert [(f.code, f.parameters["where"]) for f in refused.value.several] == [
        ("markov.needed", "needed"), ("pfd.lifetime_missing", "lifetime"),
    ]  # fmt: skip


def test_one_beta_for_every_architecture_is_an_assumption_where_there_is_one() -> None:
    codes = [[note.code for note in _answer(beta=beta).assumptions] for beta in (0.1, 0.0)]
    assert ["pfd.same_beta" in each for each in codes] == [True, False]
