"""Moments as people write them, up to the ends of the calendar."""

from datetime import UTC, datetime, timedelta

import pytest

from anlan.studies.numbers import iso, moment_us


@pytest.mark.parametrize(
    "text",
    ["0001-01-01T00:00+14:00", "0001-01-01", "9999-12-31T23:59-12:00", "9999-12-31", "1899-12-31", "soon"],
)
def test_a_moment_at_the_end_of_the_calendar_is_none(text: str) -> None:
    assert moment_us(text, "Asia/Shanghai") is None


@pytest.mark.parametrize("zone", ["UTC", "+14:00", "-12:00", "America/New_York"])
@pytest.mark.parametrize("text", ["1900-01-01", "9998-12-31", "2024-02-29T10:00"])
def test_every_accepted_moment_can_be_written_in_every_zone(text: str, zone: str) -> None:
    moment = moment_us(text, zone)
    assert iso(moment, zone).startswith(text)
    since = datetime.fromisoformat(iso(moment, zone)) - datetime(1970, 1, 1, tzinfo=UTC)
    assert moment == since // timedelta(microseconds=1)


def test_an_offset_is_kept() -> None:
    assert moment_us("2024-01-01T09:00+08:00", "UTC") == moment_us("2024-01-01T01:00", "UTC")


@pytest.mark.parametrize("text", ["2026/7/14", "2026年7月14日", "２０２６-０７-１４", "2026.7.14"])
def test_a_date_is_read_as_people_write_it(text: str) -> None:
    assert moment_us(text, "UTC") == moment_us("2026-07-14", "UTC")
