"""Each check speaks where something does not fit and is silent where all fits."""

import math
from dataclasses import replace

import pytest

from anlan.formats.messages import messages
from anlan.loop.quantify.checks import Assessed, Estimate, check
from anlan.studies.methods.assessing import said

INHERENT = Assessed(1, "inherent", 3, loss=Estimate(1_000, "CNY", 300, 3_000))
CURRENT = Assessed(2, "current", 2, loss=Estimate(600, "CNY", 200, 1_800), measures=("double check",))


def _codes(*assessments: Assessed) -> list[str]:
    return [note.code.removeprefix("checks.") for note in check(assessments)]


def test_assessments_that_fit_are_left_in_peace() -> None:
    assert _codes(INHERENT, CURRENT, replace(CURRENT, number=3, stage="residual_expected", rank=1)) == []
    assert _codes() == []


@pytest.mark.parametrize("stage", ["current", "residual_expected", "residual_observed"])
def test_a_level_or_a_loss_above_the_inherent_one_is_told(stage: str) -> None:
    assert _codes(INHERENT, replace(CURRENT, stage=stage, rank=4)) == ["above_inherent"]
    more = replace(CURRENT, stage=stage, loss=Estimate(1_001, "CNY"))
    assert _codes(INHERENT, more) == ["loss_above_inherent"]
    assert _codes(INHERENT, replace(CURRENT, stage=stage, rank=3, loss=Estimate(1_000, "CNY"))) == []


def test_levels_of_other_criteria_and_losses_in_other_units_are_not_set_against_each_other() -> None:
    other = replace(CURRENT, criteria="2", rank=4, loss=Estimate(9_000, "customer_min"))
    assert "above_inherent" not in _codes(INHERENT, other)
    assert "loss_above_inherent" not in _codes(INHERENT, other)
    assert _codes(INHERENT, replace(CURRENT, criteria="2", rank=1, measures=())) == []


def test_a_level_lowered_without_a_measure_is_told() -> None:
    assert _codes(INHERENT, replace(CURRENT, measures=())) == ["lowered"]
    assert _codes(INHERENT, replace(CURRENT, rank=3, measures=())) == []
    residual = replace(CURRENT, number=3, stage="residual_expected", rank=1, measures=())
    assert _codes(INHERENT, CURRENT, residual) == ["lowered"]


def test_only_the_newest_assessment_of_a_stage_counts() -> None:
    repaired = replace(CURRENT, number=3)
    assert _codes(replace(CURRENT, rank=4), repaired, INHERENT) == []
    assert _codes(repaired, replace(CURRENT, number=4, rank=4), INHERENT) == ["above_inherent"]


def test_units_that_differ_are_told() -> None:
    per_year, per_month = (
        replace(INHERENT, frequency_unit="per_year"),
        replace(CURRENT, frequency_unit="per_month"),
    )
    assert _codes(per_year, per_month) == ["frequency_units"]
    assert _codes(per_year, replace(CURRENT, frequency_unit="per_year")) == []
    assert _codes(per_year, CURRENT) == []
    assert _codes(INHERENT, replace(CURRENT, loss=Estimate(1, "customer_min"))) == ["loss_units"]


def test_memberships_that_do_not_add_up_to_one_are_told() -> None:
    assert _codes(replace(INHERENT, memberships=((0.2, 0.5, 0.3), (0.1, 0.9, 0.1)))) == ["memberships"]
    assert _codes(replace(INHERENT, memberships=((0.2, 0.5, 0.3), (0.1, 0.9, 0.0)))) == []
    note = check([replace(INHERENT, memberships=((1.0, 0.0), (0.5, 0.4)))])[0]
    assert (note.parameters["row"], note.parameters["n"]) == (2, 1)


@pytest.mark.parametrize(("ratio", "expected"), [(0.1, []), (0.101, ["inconsistent"])])
def test_comparisons_beyond_the_limit_are_told(ratio: float, expected: list[str]) -> None:
    assert _codes(replace(INHERENT, ratios=(0.0, ratio, 0.02))) == expected


def test_a_barrier_twice_on_one_way_is_told_and_on_two_ways_is_not() -> None:
    assert _codes(replace(INHERENT, ways=(("Alarm", "check", " alarm "),))) == ["barrier_twice"]
    assert _codes(replace(INHERENT, ways=(("alarm", "check"), ("alarm",)))) == []


@pytest.mark.parametrize("events", [0, 1, 12, 400])
def test_an_interval_may_not_be_much_narrower_than_that_of_its_counts(events: int) -> None:
    """For many events the logarithm of a rate has the standard deviation 1 / sqrt(n)."""
    width = 2 * 1.96 / math.sqrt(events + 0.5)
    narrow = Estimate(100, "CNY", 100 * math.exp(-0.3 * width), 100 * math.exp(0.3 * width))
    wide = Estimate(100, "CNY", 100 * math.exp(-2 * width), 100 * math.exp(2 * width))
    assert _codes(replace(INHERENT, events=events, loss=narrow)) == ["too_narrow"]
    assert _codes(replace(INHERENT, events=events, loss=replace(wide, low=0.0))) == []
    if events:
        assert _codes(replace(INHERENT, events=events, loss=wide)) == []
    assert _codes(replace(INHERENT, loss=narrow)) == []


def test_the_width_that_counts_allow_is_near_the_one_of_theory() -> None:
    """Gamma(n + 1/2) of many events is nearly normal."""
    note = check([replace(INHERENT, events=10_000, loss=Estimate(1, "CNY", 1, 1.0001))])[0]
    assert math.log(note.parameters["allowed"]) == pytest.approx(2 * 1.959964 / 100, rel=1e-3)


def test_every_check_has_words_in_both_languages() -> None:
    broken = [
        replace(INHERENT, frequency_unit="per_year", ratios=(0.5,), memberships=((0.5,),)),
        replace(CURRENT, rank=4, frequency_unit="per_day", ways=(("a", "a"),)),
        replace(
            CURRENT, number=3, stage="residual_expected", rank=1, measures=(), loss=Estimate(2_000, "CNY")
        ),
        replace(
            CURRENT, number=4, stage="residual_observed", rank=1, events=3, loss=Estimate(9, "min", 9, 9.1)
        ),
    ]
    notes = check(broken)
    told = {note.code for note in notes}
    start = "method_notes."
    known = {key.removeprefix(start) for key in messages("en") if key.startswith(f"{start}checks.")}
    assert told == known
    assert all("{" not in text for note in notes for text in said(note)["text"].values())
