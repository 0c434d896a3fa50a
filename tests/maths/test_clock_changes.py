"""The steps of a zone's offset, against the zone itself at many moments."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anlan.domain.errors import UsageError
from anlan.maths.clock_changes import offset_steps, zone_of
from logs import to_us

ZONES = [
    "Europe/Berlin",
    "Asia/Shanghai",
    "Africa/Casablanca",
    "America/St_Johns",
    "Pacific/Apia",
    "UTC",
    "+05:45",
]


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(ZONES), st.datetimes(datetime(1950, 1, 1), datetime(2060, 1, 1)))
def test_the_offset_of_any_moment_is_that_of_the_zone(zone, moment):
    moment = moment.replace(tzinfo=UTC)
    since, offset = offset_steps(zone, to_us("1950-01-01"), to_us("2060-01-01"))
    found = int(offset[np.searchsorted(since, to_us(moment), side="right") - 1])
    assert timedelta(microseconds=found) == moment.astimezone(zone_of(zone)).utcoffset()


def test_a_change_is_found_to_the_second_also_at_the_turn_of_a_year():
    since, offset = offset_steps("Europe/Berlin", to_us("2024-02-01"), to_us("2024-12-01"))
    assert since[1:].tolist() == [to_us("2024-03-31 01:00"), to_us("2024-10-27 01:00")]
    assert (offset / 3_600_000_000).tolist() == [1, 2, 1]
    since, _ = offset_steps("Pacific/Apia", to_us("2011-12-30"), to_us("2012-01-02"))
    assert to_us("2011-12-30 10:00") in since.tolist(), "the day that Samoa left out"


def test_fixed_offsets_never_change_and_unknown_zones_are_refused():
    assert offset_steps("UTC-03:30", 0, 10**18)[1].tolist() == [-12_600_000_000]
    for name in ("Mars/Base", "", "../etc/passwd", "+8"):
        with pytest.raises(UsageError, match=r"calendar\.unknown_zone"):
            zone_of(name)
