"""The `treatments` part: costs are written in their digits, sums of extremes at no level."""

import math

import pytest

from anlan.domain.interval import Interval
from anlan.domain.risk import ChosenSet, Measure, TreatmentPlan
from anlan.studies.treat import treatments_section


def _measure(code: str) -> Measure:
    return Measure(
        code=code,
        title_zh=code,
        title_en=code,
        cost=Interval(math.sqrt(600), 10.0, 60.0, 0.9),
        reduction=Interval(50.0, 40.0, 60.0, 0.9),
        risks=("R1",),
        strengths=(1.0,),
        factor=Interval(0.5, 0.4, 0.6, 0.9),
        requires=(),
        excludes=(),
        assumed=True,
        source="added",
    )


def _plan() -> TreatmentPlan:
    cost, effect = math.sqrt(600), Interval(25.0, 20.0, 30.0, 0.9)
    return TreatmentPlan(
        unit="customer_min",
        cost_unit="person_days",
        budget=49.0,
        chosen=(("A", cost, 25.0), ("B", cost, 25.0)),
        frontier=((0.0, 100.0), (2 * cost, 50.0)),
        chosen_intervals=(effect, effect),
        frontier_intervals=(effect, effect),
        chosen_set=ChosenSet(2 * cost, Interval(50.0, 40.0, 60.0, 0.9), 0.0, 0.0),
        candidates=(_measure("A"), _measure("B")),
        to_examine=(),
        proven_optimal=True,
        gap=0.0,
        notes=(),
    )


def test_all_lowest_to_all_highest_is_a_range_at_no_level() -> None:
    assert treatments_section(_plan())["chosen_set"]["cost_range"] == {"low": 20.0, "high": 120.0}


def test_one_cost_is_written_in_two_digits_and_the_sum_is_exact() -> None:
    section = treatments_section(_plan())
    assert [row["cost"] for row in section["chosen"]] == [24.0, 24.0]
    assert [row["cost"]["estimate"] for row in section["candidates"]] == [24.0, 24.0]
    assert section["chosen_set"]["cost"] == pytest.approx(48.99, abs=0.01)
