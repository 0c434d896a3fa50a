"""Present worths and the disproportion factor: HSE's worked example, and laws."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from anlan.maths.decisions.disproportion import Zones, annuity, present_benefit, present_cost

ZONES = Zones(1e-6, 1e-4, 2.0, 10.0)


def test_the_annuity_is_the_sum_of_discounted_years() -> None:
    assert annuity(0.03, 20) == pytest.approx(sum(1.03**-t for t in range(1, 21)))
    assert annuity(0.0, 20) == 20


@given(st.floats(1e-4, 0.2), st.floats(0.1, 40))
def test_a_higher_rate_or_a_shorter_life_is_worth_less(rate: float, years: float) -> None:
    assert annuity(rate, years) < years
    assert annuity(2 * rate, years) < annuity(rate, years) < annuity(rate, years + 1)


def test_the_factor_rises_by_powers_of_ten_between_the_limits() -> None:
    assert ZONES.factor([1e-9, 1e-6, 1e-5, 1e-4, 1.0]) == pytest.approx([2, 2, 6, 10, 10])
    assert ZONES.zone([1e-7, 1e-6, 1e-5, 1e-4, 2e-4]).tolist() == [0, 1, 1, 1, 2]


def test_cost_and_benefit_of_a_chemical_plant() -> None:
    """HSE's checklist: 20 deaths, 40 permanent, 100 serious, 200 slight injuries; 1e-5 a year, 25 years."""
    values, numbers = [1_336_800, 207_200, 20_500, 300], [20, 40, 100, 200]
    harm = 1e-5 * float(np.dot(values, numbers))
    assert float(present_benefit(harm, value=1.0, rate=0.0, years=25)) == pytest.approx(9_283.5)
    assert float(present_cost(1_000, 100, rate=0.0, years=25)) == 3_500
