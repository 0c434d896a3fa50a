"""F-N curves by hand and by laws."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from anlan.maths.decisions.societal import CriterionLine, at_least, expected_number, steps, worst_ratio

NUMBERS, OFTEN = np.array([1.0, 10.0, 100.0]), np.array([1e-2, 1e-3, 1e-4])
SCENARIOS = st.lists(st.tuples(st.integers(1, 1_000), st.floats(1e-8, 1.0)), min_size=1, max_size=20)


def test_frequencies_are_summed_from_the_largest_number_on() -> None:
    numbers, frequent = at_least(np.array([10.0, 1.0, 100.0, 10.0]), np.array([1e-3, 1e-2, 1e-4, 2e-3]))
    assert numbers.tolist() == [1.0, 10.0, 100.0]
    assert frequent == pytest.approx([1.31e-2, 3.1e-3, 1e-4])


def test_a_curve_is_held_against_a_line_where_it_is_nearest() -> None:
    line = CriterionLine("x", 10.0, 1e-3, 1.0)
    ratio, place = worst_ratio(line, *at_least(NUMBERS, OFTEN))
    assert (float(ratio), int(place)) == (pytest.approx(1.1e-3 / 1e-3), 0) or int(place) in (0, 1)
    steep = CriterionLine("x", 10.0, 1e-3, 2.0)
    ratio, place = worst_ratio(steep, *at_least(NUMBERS, OFTEN))
    assert (float(ratio), int(place)) == (pytest.approx(1e-4 / 1e-5), 2)
    short = CriterionLine("x", 10.0, 1e-3, 2.0, least=1.0, most=50.0)
    ratio, place = worst_ratio(short, *at_least(NUMBERS, OFTEN))  # at 50 people F is still that of 100
    assert (float(ratio), int(place)) == (pytest.approx(1e-4 / (1e-3 * 5.0**-2)), 2)
    far = CriterionLine("x", 10.0, 1e-3, 2.0, least=200.0)
    assert float(worst_ratio(far, *at_least(NUMBERS, OFTEN))[0]) == 0.0


@given(SCENARIOS)
def test_the_area_under_the_curve_is_the_number_expected(rows: list[tuple[int, float]]) -> None:
    people, often = (np.array(column, dtype=float) for column in zip(*rows, strict=True))
    numbers, frequent = at_least(people, often)
    area = float((np.diff(np.concatenate([[0.0], numbers])) * frequent).sum())
    assert area == pytest.approx(float(expected_number(people, often)))
    assert (np.diff(frequent) <= 1e-15).all()


@given(SCENARIOS, st.floats(0.1, 10.0))
def test_ratios_grow_with_frequency_and_do_not_mind_how_a_scenario_is_split(
    rows: list[tuple[int, float]], factor: float
) -> None:
    line = CriterionLine("x", 10.0, 1e-3, 1.5)
    people, often = (np.array(column, dtype=float) for column in zip(*rows, strict=True))
    once = float(worst_ratio(line, *at_least(people, often))[0])
    assert float(worst_ratio(line, *at_least(people, factor * often))[0]) == pytest.approx(factor * once)
    halves = at_least(np.repeat(people, 2), np.repeat(often / 2, 2))
    assert float(worst_ratio(line, *halves)[0]) == pytest.approx(once)


def test_cases_side_by_side_are_cases_one_by_one() -> None:
    together = np.stack([OFTEN, 3 * OFTEN], axis=1)
    line = CriterionLine("x", 10.0, 1e-3, 1.0)
    ratios, _ = worst_ratio(line, *at_least(NUMBERS, together))
    assert ratios[1] == pytest.approx(3 * ratios[0])


def test_the_curve_is_drawn_in_steps() -> None:
    assert steps([2.0, 5.0], [0.3, 0.1]) == [(1.0, 0.3), (2.0, 0.3), (2.0, 0.1), (5.0, 0.1)]
