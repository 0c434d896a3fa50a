"""Durations of elapsed and of working time, and one unit for durations that are compared."""

import pytest

from anlan.formats.messages import messages
from anlan.formats.report.words import Words
from anlan.formats.wording import WorkingSeconds, duration, duration_unit
from anlan.studies.numbers import Clock


@pytest.mark.parametrize(
    ("seconds", "zh", "en"),
    [(90_000.0, "25 工作小时", "25 working h"), (600.0, "10 工作分钟", "10 working min")],
)
def test_working_time_is_never_written_in_days(seconds: float, zh: str, en: str) -> None:
    assert duration(WorkingSeconds(seconds), "zh") == zh
    assert duration(WorkingSeconds(seconds), "en") == en


def test_elapsed_time_keeps_its_days() -> None:
    assert duration(90_000.0, "en") == "1.04 d"


def test_a_working_clock_marks_the_durations_of_a_text_and_nothing_else() -> None:
    said = Clock("UTC", working=True).said({"median_s": 7200.0, "count": 3, "limit_s": None})
    assert isinstance(said["median_s"], WorkingSeconds)
    assert said["count"] == 3
    assert said["limit_s"] is None
    assert not isinstance(Clock("UTC").said({"median_s": 7200.0})["median_s"], WorkingSeconds)


def test_a_hint_of_a_text_writes_working_time_as_such() -> None:
    text = messages("en").text("improve.statement.fixed_wait", node="a", wait_s=WorkingSeconds(180_000.0))
    assert "50 working h" in text


@pytest.mark.parametrize(("values", "unit"), [((60.0, 7200.0, 900_000.0), "h"), ((None, 0.0), "s")])
def test_the_unit_of_a_column_suits_its_middle_value(values: tuple[float | None, ...], unit: str) -> None:
    words = Words("en")
    chosen = words.duration_unit(values)
    assert chosen.name == unit
    assert words.in_unit(values[0], chosen) == {"h": "0.0167", "s": "—"}[unit]
    assert duration_unit(200_000.0, "en", working=True).name == "working h"
