from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anlan.maths.local_time import day_number, hour_of_day, local_us, weekday

ZONES = ("UTC", "Asia/Shanghai", "Europe/Berlin", "America/St_Johns", "Australia/Lord_Howe", "Asia/Kathmandu")


def _clock(moment_us: int, zone: str) -> datetime:
    moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=moment_us)
    return moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None)


@settings(deadline=None)
@given(st.lists(st.integers(-(10**15), 4 * 10**15), min_size=1, max_size=20), st.sampled_from(ZONES))
def test_the_local_clock_equals_that_of_python(moments, zone):
    local = local_us(np.array(moments, dtype=np.int64), zone)
    expected = [(_clock(m, zone) - datetime(1970, 1, 1)) // timedelta(microseconds=1) for m in moments]
    assert local.tolist() == expected


@pytest.mark.parametrize("day", ["2024-03-31", "2024-10-27"])
def test_both_clock_change_days_are_right_to_the_minute(day):
    start = int(datetime.fromisoformat(day).replace(tzinfo=UTC).timestamp()) * 10**6
    moments = start + np.arange(0, 86_400, 60, dtype=np.int64) * 10**6
    hours = hour_of_day(local_us(moments, "Europe/Berlin"))
    assert hours.tolist() == [_clock(int(m), "Europe/Berlin").hour for m in moments]


def test_a_fixed_offset_shifts_the_clock():
    assert local_us(np.array([0]), "+08:00").tolist() == [8 * 3_600_000_000]
    assert local_us(np.array([0]), "-03:30").tolist() == [-12_600_000_000]


def test_day_and_weekday_count_from_a_thursday():
    moments = np.array([0, 4 * 86_400_000_000, -1])
    assert day_number(moments).tolist() == [0, 4, -1]
    assert weekday(moments).tolist() == [3, 0, 2]
