"""Figures carry their unit and their limits."""

import pytest

from anlan.formats.report.words import LossUnit, Words, loss_unit, plain_unit


def test_minutes_of_customers_become_hours_and_then_thousands_of_hours() -> None:
    en, zh = Words("en"), Words("zh")
    assert loss_unit("customer_min", largest=500, words=en) == LossUnit("case min", 1.0)
    assert loss_unit("customer_min", largest=60_000, words=en) == LossUnit("case h", 60.0)
    assert loss_unit("customer_min", largest=60e6, words=en) == LossUnit("thousand case h", 60_000.0)
    assert loss_unit("customer_min", largest=60e6, words=zh) == LossUnit("万案例小时", 600_000.0)


def test_currencies_keep_their_name() -> None:
    assert loss_unit("CNY", largest=5.23e6, words=Words("zh")) == LossUnit("万元", 1e4)
    assert loss_unit("EUR", largest=523e3, words=Words("en")) == LossUnit("k€", 1e3)
    assert loss_unit("CHF", largest=50, words=Words("en")) == LossUnit("CHF", 1.0)
    assert plain_unit("CNY", Words("zh")) == "元"


@pytest.mark.parametrize("value", [0.0, 3.0, 59_000.0, 7.1e6, 4e12])
@pytest.mark.parametrize("unit", ["customer_min", "CNY", "XYZ"])
def test_the_unit_is_only_another_way_to_write_the_value(value: float, unit: str) -> None:
    for language in ("zh", "en"):
        scaled = loss_unit(unit, largest=value, words=Words(language))
        assert value / scaled.divisor * scaled.divisor == pytest.approx(value)
        assert value / scaled.divisor < 1e5 or value > 1e9


def test_limits_stand_in_brackets_and_a_missing_interval_is_a_dash() -> None:
    words = Words("en")
    assert (
        words.with_limits({"estimate": 15.1, "low": 10.2, "high": 21.04, "level": 0.95}) == "15.1 [10.2, 21]"
    )
    assert words.with_limits(None) == words.share_with_limits(None) == "—"


def test_a_narrow_interval_shows_the_digits_in_which_it_differs() -> None:
    words = Words("en")
    narrow = {"estimate": 77.916, "low": 77.905, "high": 77.927, "level": 0.95}
    assert words.with_limits(narrow) in ("77.92 [77.91, 77.93]", "77.92 [77.90, 77.93]")
    assert words.with_limits({"estimate": 1.0, "low": 0.98, "high": 1.0, "level": 0.95}) == "1 [0.98, 1]"
    assert words.with_limits({"estimate": 5.0, "low": 5.0, "high": 5.0, "level": 0.95}) == "5 [5, 5]"


def test_tiny_p_values_are_not_written_as_zero() -> None:
    assert [Words("en").probability(p) for p in (1e-9, 0.0312, None)] == ["<\u00a00.001", "0.031", "—"]


def test_a_moment_shows_its_offset() -> None:
    words = Words("en")
    assert words.moment("2026-07-13T23:58:10+08:00") == "2026-07-13 23:58 UTC+08:00"
    assert words.moment("2026-07-13T23:58:10.250-05:00") == "2026-07-13 23:58 UTC−05:00"
    assert words.moment("2026-07-13T23:58:10Z") == "2026-07-13 23:58 UTC"
    assert words.moment("2026-07-13T23:58:10+00:00") == "2026-07-13 23:58 UTC"


def test_a_clock_as_written_is_shown_without_a_zone() -> None:
    assert Words("en").moment("2026-07-13T23:58:10+00:00", as_written=True) == "2026-07-13 23:58"


def test_an_unknown_code_is_shown_as_it_is() -> None:
    assert Words("zh").term("categories", "people") == "人员"
    assert Words("zh").term("categories", "weather") == "weather"


def test_a_group_and_the_source_of_a_pack_are_told_in_words():
    en, zh = Words("en"), Words("zh")
    assert en.detail("group_disparity", "resource=Ann") == "person “Ann”"
    assert zh.detail("sla_breach_driver", "resource=Ann") == "办理人为“Ann”"
    assert (zh.source("added"), zh.source("added (003)")) == ("通行做法", "通行做法")
    assert en.source("000.1") == "material the pack rests on"
