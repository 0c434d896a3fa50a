"""One risk by several methods: each view is its method's own answer, and the differences are told."""

import itertools
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anlan.domain.errors import NotEnoughData
from anlan.domain.method import Answer
from anlan.loop.quantify.comparing.disagreement import outlying, overlap_of, ratio_of
from anlan.loop.quantify.methods import method
from anlan.loop.quantify.methods.calibration.compare import METHOD
from anlan.loop.quantify.methods.faults import RefusedInputs
from anlan.loop.quantify.methods.reading import read_inputs

COUNTS = [{"period": "2024", "events": 6, "exposure": 2}]
OFTEN = [{"expert": "A", "low": 1, "likely": 3, "high": 8}]
SIZES = [{"expert": "A", "low": 100, "likely": 400, "high": 1_000}]
MATRIX = {
    "likelihood_labels": ["rare", "possible", "often"],
    "severity_labels": ["small", "grave"],
    "levels": ["low", "middle", "high"],
    "cells": [["low", "middle"], ["low", "high"], ["middle", "high"]],
    "likelihood_bounds": [0.01, 1, 10, 100],
    "severity_bounds": [10, 300, 10_000],
}
SCORES = {"likelihood": "possible", "severity": "grave"}


def _answer(**given: Any) -> Answer:
    return METHOD.run(read_inputs(METHOD.fields, {"years": 2_000, **given}), seed=1)


def _views(answer: Answer) -> dict[str, dict[str, Any]]:
    table = answer.tables[0]
    return {
        row[0].code.removeprefix("compare."): dict(zip(table.columns, row, strict=True)) for row in table.rows
    }


def _codes(answer: Answer) -> list[str]:
    return [note.code for note in answer.warnings]


def _value(answer: Answer, name: str) -> float:
    return next(each.value for each in answer.quantities if each.name == name)


def _own(code: str, given: dict[str, Any]) -> Answer:
    return method(code).run(read_inputs(method(code).fields, given), seed=1)


def test_each_view_says_what_its_own_method_says() -> None:
    views = _views(_answer(history=COUNTS, frequency_experts=OFTEN))
    counted = _own("rate_blend", {"history": COUNTS}).headline
    said = _own("three_point", {"experts": OFTEN}).headline
    both = _own(
        "rate_blend",
        {"history": COUNTS, "prior": "experts", "experts": [{"expert": "A", "low": 1, "high": 8}]},
    ).headline
    for way, own in (("counts", counted), ("experts", said), ("blend", both)):
        found = views[way]
        assert (found["frequency_a_year"], found["frequency_low"], found["frequency_high"]) == pytest.approx(
            (own.value, own.low, own.high)
        )


def test_the_yearly_loss_is_that_of_the_compound_distribution() -> None:
    """Mean of a compound sum: mean frequency times mean loss, within the error of the simulation."""
    answer = _answer(history=COUNTS, frequency_experts=OFTEN, loss_experts=SIZES, years=100_000)
    for view in _views(answer).values():
        expected = view["frequency_a_year"] * view["event_loss"]
        assert view["expected_annual_loss"] == pytest.approx(expected, rel=0.02)


@pytest.mark.parametrize(("unit", "exposure"), [("month", 24), ("day", 730.5), ("hour", 17_532)])
def test_the_unit_of_exposure_does_not_change_the_frequency(unit: str, exposure: float) -> None:
    years = _views(_answer(history=COUNTS, frequency_experts=OFTEN))["counts"]["frequency_a_year"]
    row = {**COUNTS[0], "exposure": exposure}
    found = _views(_answer(history=[row], exposure_unit=unit, frequency_experts=OFTEN))["counts"]
    assert found["frequency_a_year"] == pytest.approx(years)


def test_thousands_of_cases_are_turned_into_years_by_the_cases_of_a_year() -> None:
    row = {**COUNTS[0], "exposure": 100}
    asked = {"history": [row], "exposure_unit": "1000_cases", "frequency_experts": OFTEN}
    found = _views(_answer(**asked, cases_per_year=50_000))["counts"]
    assert found["frequency_a_year"] == pytest.approx(6.5 / 2)
    with pytest.raises(RefusedInputs) as refused:
        _answer(**asked)
    assert [each.parameters["where"] for each in refused.value.several] == ["cases_per_year"]


def test_several_experts_keep_their_pooled_mean_in_the_simulated_year() -> None:
    two = [*OFTEN, {"expert": "B", "low": 10, "likely": 12, "high": 20, "weight": 3}]
    answer = _answer(frequency_experts=two, loss_experts=SIZES, history=COUNTS, years=100_000)
    view = _views(answer)["experts"]
    expected = view["frequency_a_year"] * view["event_loss"]
    assert view["expected_annual_loss"] == pytest.approx(expected, rel=0.02)
    assert "compare.mean_points" in [note.code for note in answer.assumptions]


def test_ratio_overlap_and_their_pairs_are_of_the_values_shown() -> None:
    answer = _answer(history=COUNTS, frequency_experts=OFTEN, **MATRIX, **SCORES)
    views = _views(answer)
    rates = [view["frequency_a_year"] for view in views.values()]
    assert _value(answer, "frequency_ratio") == pytest.approx(max(rates) / min(rates))
    limits = [(view["frequency_low"], view["frequency_high"]) for view in views.values()]
    shared = min(high for _, high in limits) - max(low for low, _ in limits)
    covered = max(high for _, high in limits) - min(low for low, _ in limits)
    assert _value(answer, "frequency_overlap") == pytest.approx(max(0.0, shared) / covered)
    pairs = next(table for table in answer.tables if table.name == "view_pairs_frequency")
    assert len(pairs.rows) == len(list(itertools.combinations(rates, 2)))


def test_scores_look_up_the_cell_and_numbers_the_cell_they_fall_in() -> None:
    answer = _answer(history=COUNTS, loss_experts=SIZES, **MATRIX, **SCORES)
    views = _views(answer)
    assert views["scores"]["level_by_matrix"] == "high"
    assert views["scores"]["frequency_low"] == 1
    assert views["scores"]["annual_high"] == 10 * 10_000
    assert views["counts"]["level_by_matrix"] == "high"
    rare = [{"period": "long", "events": 1, "exposure": 30}]
    assert (
        _views(_answer(history=rare, loss_experts=SIZES, **MATRIX, **SCORES))["counts"]["level_by_matrix"]
        == "middle"
    )


def test_bands_of_loss_and_of_the_index_give_levels_and_the_gravest_is_told() -> None:
    answer = _answer(
        history=COUNTS, loss_experts=SIZES, **MATRIX, **SCORES, loss_bounds=[1e6, 1e7], index_bounds=[2, 5]
    )
    views = _views(answer)
    assert views["counts"]["level_by_bands"] == "low"
    assert views["index"]["level_by_bands"] == "middle"
    assert answer.level == "high"
    assert _value(answer, "levels_apart") == 2
    assert "compare.two_rules" in _codes(answer)


def test_the_fair_tree_is_a_view_whose_loss_of_an_event_holds_the_secondary_part() -> None:
    fair = {"threat_event_frequency": 4, "vulnerability": 0.5, "primary_loss": 100}
    answer = _answer(history=COUNTS, fair=fair, years=50_000)
    assert _views(answer)["fair"]["event_loss"] == pytest.approx(100, rel=0.02)
    more = _answer(
        history=COUNTS, fair={**fair, "secondary_probability": 0.5, "secondary_loss": 200}, years=50_000
    )
    assert _views(more)["fair"]["event_loss"] == pytest.approx(200, rel=0.02)
    assert "compare.secondary" in [note.code for note in more.assumptions]


def test_the_part_that_differs_most_is_named() -> None:
    fair = {"threat_event_frequency": 3.25, "vulnerability": 1, "primary_loss": 5_000}
    by_size = _answer(history=COUNTS, loss_experts=SIZES, fair=fair)
    assert "compare.by_size" in _codes(by_size)
    assert "compare.by_frequency" not in _codes(by_size)
    many = [{"expert": "A", "low": 30, "likely": 40, "high": 60}]
    by_frequency = _answer(history=COUNTS, frequency_experts=many, loss_experts=SIZES)
    assert {"compare.by_frequency", "compare.contradicted", "compare.apart_loss"} <= set(_codes(by_frequency))


def test_views_that_agree_are_not_blamed() -> None:
    counts = [{"period": "all", "events": 60, "exposure": 20}]
    agreed = [{"expert": "A", "low": 2, "likely": 3, "high": 4.2}]
    codes = _codes(_answer(history=counts, frequency_experts=agreed, loss_experts=SIZES))
    assert not [code for code in codes if code.startswith("compare.")]


def test_of_rare_events_the_frequencies_are_compared() -> None:
    """Once in a hundred years or once in ten thousand: the years look alike, the frequencies do not."""
    counts = [{"period": "all", "events": 5, "exposure": 400}]
    never = [{"expert": "A", "low": 0.00005, "likely": 0.0001, "high": 0.0002}]
    answer = _answer(history=counts, frequency_experts=never, loss_experts=SIZES)
    assert {"compare.rare", "compare.apart_frequency"} <= set(_codes(answer))
    assert "compare.apart_loss" not in _codes(answer)
    names = [each.name for each in answer.quantities]
    assert "loss_overlap" not in names
    assert _value(answer, "frequency_overlap") == 0
    assert _value(answer, "frequency_ratio") > 50
    often = [{"period": "all", "events": 500, "exposure": 100}]
    assert "compare.rare" not in _codes(_answer(history=often, frequency_experts=OFTEN, loss_experts=SIZES))


def test_experts_with_a_lowest_of_zero_are_a_view_but_no_prior() -> None:
    zero = [{"expert": "A", "low": 0, "likely": 3, "high": 8}]
    assert set(_views(_answer(history=COUNTS, frequency_experts=zero))) == {"counts", "experts"}


def test_one_view_is_not_compared() -> None:
    with pytest.raises(NotEnoughData) as refused:
        _answer(history=COUNTS)
    assert refused.value.code == "compare.one_view"


@pytest.mark.parametrize(
    ("changed", "where"),
    [
        ({"frequency_experts": [{"expert": "A", "low": 9, "likely": 3, "high": 8}]}, "frequency_experts[1]"),
        ({"loss_experts": [{"expert": "A", "low": 9, "likely": 3, "high": 8}]}, "loss_experts[1]"),
        ({"history": [*COUNTS, *COUNTS]}, "history[2]"),
        ({"likelihood": "never"}, "likelihood"),
        ({"severity": "never"}, "severity"),
        ({"severity": None}, "severity"),
        ({"cells": None}, "cells"),
        ({"loss_bounds": [3, 2]}, "loss_bounds"),
        ({"index_bounds": [3]}, "index_bounds"),
        ({"fair": {"threat_event_frequency": 4, "primary_loss": 1}}, "fair.vulnerability"),
    ],
)
def test_faults_are_told_at_the_places_of_the_comparison(changed: dict[str, Any], where: str) -> None:
    fine = {"history": COUNTS, "frequency_experts": OFTEN, "loss_experts": SIZES, **MATRIX, **SCORES}
    _answer(**fine)
    with pytest.raises(RefusedInputs) as refused:
        _answer(**{**fine, **changed})
    assert [each.parameters["where"] for each in refused.value.several] == [where]


def test_the_same_seed_gives_the_same_answer() -> None:
    asked = {"history": COUNTS, "frequency_experts": OFTEN, "loss_experts": SIZES}
    assert _answer(**asked) == _answer(**asked)


_SPANS = st.lists(
    st.tuples(st.floats(0, 1e6), st.floats(0, 1e6)).map(lambda pair: (min(pair), max(pair))),
    min_size=2,
    max_size=6,
)


@given(_SPANS, st.floats(0.01, 100))
def test_overlap_is_a_share_that_no_change_of_unit_moves(
    spans: list[tuple[float, float]], unit: float
) -> None:
    found = overlap_of(spans)
    assert found is not None
    assert 0 <= found <= 1
    if max(high for _, high in spans) - min(low for low, _ in spans) > 1e-6:
        assert overlap_of([(low * unit, high * unit) for low, high in spans]) == pytest.approx(
            found, abs=1e-6
        )


@given(st.lists(st.floats(1e-6, 1e6), min_size=2, max_size=6))
def test_the_ratio_is_one_or_more_and_one_only_where_all_agree(values: list[float]) -> None:
    found = ratio_of(values)
    assert found is not None
    assert found >= 1
    assert (found == 1) == (len(set(values)) == 1)
    assert ratio_of([*values, 0.0]) is None


def test_one_outlier_is_told_once_with_all_it_stands_apart_from() -> None:
    assert outlying([("a", "b"), ("a", "c"), ("d", "a")]) == [("a", ("b", "c", "d"))]
    assert outlying([("a", "b"), ("c", "d")]) == [("a", ("b",)), ("c", ("d",))]
    assert outlying([]) == []
