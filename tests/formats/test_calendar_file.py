"""Calendars from files: what is written is what is measured, and all faults are named at once."""

import json
from datetime import date

import pytest

from anlan.domain.errors import RefusedInput
from anlan.formats.calendar_file import load_calendar
from anlan.formats.messages import in_both_languages
from anlan.maths.calendars import HOUR_S

GOOD = """
zone = "Asia/Shanghai"
valid_from = 2024-01-01
valid_to = 2024-12-31
breaks = ["12:00-13:00"]
holidays = [2024-02-10, "2024-02-11"]

[week]
monday = ["09:00-18:00"]
saturday = ["22:00-06:00", "10:00–12:00"]

[extra_days]
2024-02-04 = ["09:00-18:00"]

[calendars.night]
week = { monday = ["18:00-24:00"] }
holidays = []

[activities]
"夜间检查" = "night"
"check" = "office"
"""


def test_a_file_becomes_calendars(tmp_path):
    file = tmp_path / "office.toml"
    file.write_text(GOOD, encoding="utf-8")
    calendars = load_calendar(file)
    default, night = calendars.default, calendars.by_activity["夜间检查"]
    assert (default.name, calendars.zone, calendars.name) == ("office", "Asia/Shanghai", "office + night")
    assert default.week[0] == ((9 * HOUR_S, 18 * HOUR_S),)
    assert default.week[5] == ((22 * HOUR_S, 30 * HOUR_S), (10 * HOUR_S, 12 * HOUR_S))
    assert default.holidays == {date(2024, 2, 10), date(2024, 2, 11)}
    assert default.extra_days == ((date(2024, 2, 4), ((9 * HOUR_S, 18 * HOUR_S),)),)
    assert (night.week[0], night.week[1]) == (((18 * HOUR_S, 24 * HOUR_S),), ())
    assert (night.breaks, night.holidays, night.valid_to) == (default.breaks, frozenset(), default.valid_to)
    assert set(calendars.by_activity) == {"夜间检查"}


def test_json_says_the_same(tmp_path):
    file = tmp_path / "always.json"
    file.write_text(
        json.dumps({"zone": "+08:00", "valid_from": "2024-01-01", "valid_to": "2024-01-31", "week": "always"})
    )
    assert load_calendar(file).default.week == (((0, 24 * HOUR_S),),) * 7


def test_all_faults_are_named_at_once(tmp_path):
    file = tmp_path / "bad.toml"
    file.write_text(
        'zone = "Mars/Base"\nvalid_from = 2024-05-01\nvalid_to = 2024-01-01\nbreaks = ["12-13"]\n'
        'holidays = ["10 Feb"]\n[week]\nmonday = ["09:00-25:00"]\nfunday = []\n[extra_days]\n"soon" = []\n'
        '[activities]\ncheck = "missing"\n'
    )
    with pytest.raises(RefusedInput, match=r"calendar\.faults") as caught:
        load_calendar(file)
    found = " ".join(caught.value.parameters["faults"])
    for place in (
        "zone",
        "valid_to",
        "breaks[0]",
        "holidays[0]",
        "week.monday[0]",
        "week.funday",
        "soon",
        "check",
    ):
        assert place in found
    assert "25:00" in in_both_languages("errors.calendar.faults", **caught.value.parameters)["zh"]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ("zone = ", "calendar.syntax"),
        ("", "calendar.faults"),
        ("zone = 'UTC'\nweek = 'always'\nvalid_from = 2024-01-01", "calendar.faults"),
        (GOOD.replace("breaks", "brakes"), "calendar.faults"),
        (GOOD.replace("[week]", "[weeks]"), "calendar.faults"),
        ("week = 5\nzone = 8\nvalid_from = 1\nvalid_to = 2024-01-01T00:00:00", "calendar.faults"),
        ("#" * 1_000_001, "calendar.too_large"),
    ],
)  # fmt: skip
def test_other_files_are_refused(tmp_path, content, code):
    file = tmp_path / "x.toml"
    file.write_text(content, encoding="utf-8")
    with pytest.raises(RefusedInput) as caught:
        load_calendar(file)
    assert caught.value.code == code
    assert in_both_languages(f"errors.{code}", **caught.value.parameters)["en"]


def test_a_file_that_is_absent_or_not_text_is_refused(tmp_path):
    (tmp_path / "binary.toml").write_bytes(b"\xff\xfe\x00")
    for name, code in (("none.toml", "not_found"), ("binary.toml", "encoding")):
        with pytest.raises(RefusedInput, match=rf"calendar\.{code}"):
            load_calendar(tmp_path / name)


@pytest.mark.parametrize(
    "hours",
    [
        "week = {}",
        'week = { monday = ["09:00-12:00"] }\nbreaks = ["08:00-13:00"]',
        'week = "always"\nholidays = [2026-03-02, 2026-03-03]',
        'week = "always"\n[calendars.night]\nweek = {}',
    ],
)
def test_a_calendar_that_never_opens_is_refused(tmp_path, hours):
    file = tmp_path / "closed.toml"
    file.write_text(f'zone = "UTC"\nvalid_from = 2026-03-02\nvalid_to = 2026-03-03\n{hours}\n')
    with pytest.raises(RefusedInput) as caught:
        load_calendar(file)
    assert caught.value.code == "calendar.never_open"
