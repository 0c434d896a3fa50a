"""Formulas of indicators: what the text means, what its units are, and what comes out in a period."""

from datetime import UTC, datetime
from fractions import Fraction
from functools import partial
from itertools import product
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from anlan.domain.errors import RefusedInput
from anlan.loop.monitor.formulas.cycles import cycle_in
from anlan.loop.monitor.formulas.dimensions import check_units
from anlan.loop.monitor.formulas.periods import period_of
from anlan.loop.monitor.formulas.reading import LONGEST, MOST_TOKENS, read_formula
from anlan.loop.monitor.formulas.tree import Call, Named, named_in
from anlan.loop.monitor.formulas.values import (
    DOUBTFUL,
    ESTIMATED,
    GOOD,
    Input,
    Periods,
    Result,
    check_grains,
    compute,
    quantile,
)

HOUR = 3_600_000_000
OF = partial(period_of, grain_s=3600, zone="UTC")


def an_input(rows: list[tuple[float, float]], measure: str = "number", *, n: int | None = None,
             quality: int = GOOD) -> Input:  # fmt: skip
    """Readings (hour, value)."""
    size = len(rows)
    return Input(measure, [round(at * HOUR) for at, _ in rows], [value for _, value in rows],
                 [n] * size, [quality] * size)  # fmt: skip


def at_hour(text: str, hour: int = 10, **inputs: Input) -> Result:
    named = {code.replace("_", "-"): found for code, found in inputs.items()}
    return compute(read_formula(text), named, Periods(*OF(hour * HOUR), OF))


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("KI-1 + 2 * 3", 12.0),
        ("(KI-1 + 2) * 3", 24.0),
        ("KI-1 - 1 - 1", 4.0),
        ("12 / KI-1 / 2", 1.0),
        ("-KI-1 + 1", -5.0),
        ("KI-1×２÷４", 3.0),
        ("if(KI-1 > 5 and not KI-1 > 7, 1, 2)", 1.0),
        ("if(KI-1 ≥ 6 or KI-1 < 0, min(KI-1, 4), max(KI-1, 9))", 4.0),
        ("if(KI-1 = 6, mean(KI-1, 2), sum(1, 2, 3))", 4.0),
        ("abs(2 - KI-1)", 4.0),
        ("if(not not KI-1 > 5, 1, 2)", 1.0),
    ],
)
def test_signs_and_functions_mean_what_they_mean_in_arithmetic(text: str, value: float) -> None:
    assert at_hour(text, KI_1=an_input([(10, 6)])).value == value


@pytest.mark.parametrize("one", "+-*/")
@pytest.mark.parametrize("two", "+-*/")
def test_every_sum_and_product_agrees_with_exact_fractions(one: str, two: str) -> None:
    expected_of = eval(f"lambda a, b, c: a {one} b {two} c")
    for a, b, c in product((-7, -1, 0, 2, 9), repeat=3):
        inputs = {f"KI_{i}": an_input([(10, x)]) for i, x in enumerate((a, b, c), start=1)}
        found = at_hour(f"KI-1 {one} KI-2 {two} KI-3", **inputs).value
        try:
            expected = expected_of(Fraction(a), Fraction(b), Fraction(c))
        except ZeroDivisionError:
            assert found is None
        else:
            assert found == pytest.approx(float(expected), rel=1e-12, abs=1e-12)


@pytest.mark.parametrize(
    ("text", "code", "place"),
    [
        ("KI-1 +", "formula.expects_value", 7),
        ("KI-1 KI-2", "formula.expects_operator", 6),
        ("(KI-1", "formula.expects_close", 6),
        ("min KI-1", "formula.expects_open", 5),
        ("lag(3, 1 d)", "formula.expects_code", 5),
        ("lag(KI-1)", "formula.expects_comma", 9),
        ("lag(KI-1, 3)", "formula.time", 11),
        ("mean(KI-1 over 900 d)", "formula.time", 16),
        ("mean(KI-1 over 0.0001 s)", "formula.time", 16),
        ("exec(KI-1)", "formula.function", 1),
        ("KI-1.__class__", "formula.expects_operator", 5),
        ("ratio(KI-1)", "formula.arguments", 1),
        ("KI-1 + 3 ells", "formula.unit", 10),
        ("KI-1 + 1e99", "formula.number", 8),
    ],
)
def test_a_fault_names_its_place(text: str, code: str, place: int) -> None:
    with pytest.raises(RefusedInput) as refused:
        read_formula(text)
    assert (refused.value.code, refused.value.parameters["place"]) == (code, place)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("1 + 1", "formula.names_none"),
        ("(" * 60 + "KI-1" + ")" * 60, "formula.deep"),
        ("-" * 60 + "KI-1", "formula.deep"),
        ("not " * 60 + "KI-1 > 1", "formula.deep"),
        ("1+" * MOST_TOKENS + "KI-1", "formula.parts"),
        ("1" * LONGEST + "KI-1", "formula.long"),
        ("+".join(f"KI-{i}" for i in range(13)), "formula.names_many"),
    ],
)
def test_size_and_depth_are_bounded(text: str, code: str) -> None:
    with pytest.raises(RefusedInput) as refused:
        read_formula(text)
    assert refused.value.code == code


def test_the_largest_formula_that_is_read_is_computed() -> None:
    text = "1+" * (MOST_TOKENS // 2 - 1) + "KI-1"
    assert at_hour(text, KI_1=an_input([(10, 1)])).value == MOST_TOKENS // 2


UNITS = {"KI-1": "s", "KI-2": "s", "KI-3": "cases", "KI-4": "cases", "KI-5": "money", "KI-6": "share"}


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("KI-1 + KI-2", "s"),
        ("KI-1 + 30 min", "s"),
        ("2 * KI-1", "s"),
        ("KI-3 / KI-4", "share"),
        ("ratio(KI-3, KI-4, 30)", "share"),
        ("1 / KI-3", "per_case"),
        ("KI-1 / KI-3 * KI-4", "s"),
        ("KI-5 * KI-6", "money"),
        ("KI-6 + 5 %", "share"),
        ("quantile(KI-1 over 7 d, 0.9)", "s"),
        ("if(KI-1 > 30 min, KI-6, 0)", "share"),
        ("instead(KI-3, 0 cases)", "cases"),
        ("KI-1 - lag(KI-1, 7 d)", "s"),
    ],
)
def test_units_that_fit_are_taken(text: str, result: str) -> None:
    check_units(read_formula(text), UNITS, result=result)


@pytest.mark.parametrize(
    ("text", "result", "code", "place"),
    [
        ("KI-1 + KI-3", "s", "formula.units", 8),
        ("KI-1 + 30", "s", "formula.units", 8),
        ("KI-1 > 3 cases", "number", "formula.units", 8),
        ("if(KI-1, 1, 2)", "number", "formula.units", 4),
        ("(KI-1 > KI-2) * 2", "number", "formula.units", 7),
        ("min(KI-1, KI-3)", "s", "formula.units", 11),
        ("not KI-6", "share", "formula.units", 5),
        ("KI-1 over 7 d", "s", "formula.over", 1),
        ("mean(KI-1 over 7 d, KI-2)", "s", "formula.window", 1),
        ("quantile(KI-1, 0.9)", "s", "formula.needs_window", 1),
        ("quantile(KI-6, 0.9)", "share", "formula.needs_window", 1),
        ("quantile(KI-1 over 7 d, 1.9)", "s", "formula.share", 25),
        ("ratio(KI-3, KI-4, KI-6)", "share", "formula.constant", 19),
        ("KI-1", "money", "formula.result", None),
        ("KI-1 > KI-2", "number", "formula.result", None),
    ],
)
def test_units_that_do_not_fit_are_told(text: str, result: str, code: str, place: int | None) -> None:
    with pytest.raises(RefusedInput) as refused:
        check_units(read_formula(text), UNITS, result=result)
    assert (refused.value.code, refused.value.parameters.get("place")) == (code, place)


def test_a_change_of_unit_changes_nothing() -> None:
    given = an_input([(10, 1800)], "s")
    assert at_hour("KI-1 + 30 min", KI_1=given) == at_hour("KI-1 + 1800 s", KI_1=given) == Result(3600.0)


def test_readings_within_a_period_are_added_or_averaged_by_measure() -> None:
    rows = [(9.99, 100), (10, 1), (10.5, 3), (11, 100)]
    assert at_hour("KI-1", KI_1=an_input(rows, "cases")).value == 4.0
    assert at_hour("KI-1", KI_1=an_input(rows, "s")).value == 2.0
    weighted = Input("share", [10 * HOUR, 10 * HOUR + 1], [0.5, 0.1], [10, 30], [GOOD, GOOD])
    assert at_hour("KI-1", KI_1=weighted) == Result(pytest.approx(0.2), GOOD, 40)


def test_a_window_ends_with_the_period_and_a_lag_goes_back() -> None:
    given = an_input([(hour, float(hour)) for hour in range(12)])
    assert at_hour("mean(KI-1 over 3 h)", KI_1=given).value == 9.0
    assert at_hour("sum(KI-1 over 3 h)", KI_1=given).value == 27.0
    assert at_hour("max(KI-1 over 3 h) - min(KI-1 over 3 h)", KI_1=given).value == 2.0
    assert at_hour("lag(KI-1, 4 h)", KI_1=given).value == 6.0


def test_a_quantile_is_that_of_numpy() -> None:
    values = [3.0, 1.0, 9.0, 4.0, 4.5, 0.25, 7.0]
    for share in (0.0, 0.1, 0.5, 0.9, 1.0):
        assert quantile(values, share) == pytest.approx(np.quantile(values, share), rel=1e-14)


def test_what_is_missing_stays_missing_unless_it_is_replaced() -> None:
    known, empty = an_input([(10, 6)]), an_input([])
    assert at_hour("KI-1 + KI-2", KI_1=known, KI_2=empty).value is None
    assert at_hour("mean(KI-2 over 1 d)", KI_2=empty).value is None
    assert at_hour("if(KI-2 > 1, 1, KI-1)", KI_1=known, KI_2=empty).value is None
    assert at_hour("if(KI-1 > 1, 1, KI-2)", KI_1=known, KI_2=empty).value == 1.0
    assert at_hour("KI-1 + instead(KI-2, 2)", KI_1=known, KI_2=empty) == Result(8.0, ESTIMATED)
    assert at_hour("KI-1 / (KI-1 - 6)", KI_1=known).value is None
    assert at_hour("KI-1 * " + " * ".join(["1e15"] * 40), KI_1=known).value is None


def test_a_ratio_below_its_smallest_sample_is_missing_and_else_tells_its_sample() -> None:
    a, b = an_input([(10, 3)], "cases"), an_input([(10, 29)], "cases")
    assert at_hour("ratio(KI-1, KI-2, 30)", KI_1=a, KI_2=b).value is None
    assert at_hour("ratio(KI-1, KI-2, 29)", KI_1=a, KI_2=b) == Result(pytest.approx(3 / 29), GOOD, 29)


def test_quality_is_the_worst_of_what_was_used() -> None:
    good, doubtful = an_input([(10, 6)]), an_input([(10, 2)], quality=DOUBTFUL)
    estimated = an_input([(10, 2)], quality=ESTIMATED)
    assert at_hour("KI-1 + KI-2 + KI-3", KI_1=good, KI_2=doubtful, KI_3=estimated).quality == DOUBTFUL
    assert at_hour("KI-1 + KI-3", KI_1=good, KI_3=estimated).quality == ESTIMATED
    assert at_hour("if(KI-1 > 1, KI-1, KI-2)", KI_1=good, KI_2=doubtful).quality == GOOD


def test_days_are_those_of_the_place_and_may_have_23_hours() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    noon = round(datetime(2026, 3, 29, 12, tzinfo=berlin).timestamp() * 1e6)
    begin, end = period_of(noon, 86_400, "Europe/Berlin")
    assert datetime.fromtimestamp(begin / 1e6, berlin).isoformat() == "2026-03-29T00:00:00+01:00"
    assert end - begin == 23 * HOUR
    week = period_of(round(datetime(2026, 11, 30, 3, tzinfo=UTC).timestamp() * 1e6), 604_800, "Asia/Shanghai")
    assert datetime.fromtimestamp(week[0] / 1e6, ZoneInfo("Asia/Shanghai")).isoformat() == (
        "2026-11-30T00:00:00+08:00"
    )


@given(st.integers(0, 4_000_000_000_000_000), st.sampled_from([60, 600, 3600, 86_400, 259_200, 604_800]))
def test_periods_hold_their_time_and_meet_without_gaps(at: int, grain_s: int) -> None:
    begin, end = period_of(at, grain_s, "America/New_York")
    assert begin <= at < end
    assert period_of(end, grain_s, "America/New_York")[0] == end
    assert period_of(begin, grain_s, "America/New_York") == (begin, end)


def test_an_indicator_of_longer_periods_needs_a_window() -> None:
    tree = read_formula("KI-1 - KI-2")
    with pytest.raises(RefusedInput, match=r"formula\.grain"):
        check_grains(list(named_in(tree)), {"KI-1": 3600, "KI-2": 86_400}, grain_s=3600)
    window = read_formula("KI-1 - mean(KI-2 over 7 d)")
    check_grains(list(named_in(window)), {"KI-1": 3600, "KI-2": 86_400}, grain_s=3600)


def test_a_cycle_is_named_from_end_to_end() -> None:
    assert cycle_in({"A": ["B", "C"], "B": ["D"], "C": ["D"]}, "A") == ()
    assert cycle_in({"A": ["B"], "B": ["C"], "C": ["A"]}, "A") == ("A", "B", "C", "A")
    assert cycle_in({"A": ["A"]}, "A") == ("A", "A")


def test_a_tree_keeps_the_order_of_the_text() -> None:
    tree = read_formula("KI-2 / lag(KI-1, 1 d)")
    assert tree == Call("/", (Named("KI-2", 1), Named("KI-1", 12, lag_s=86_400)), 6)
