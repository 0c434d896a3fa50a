from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from anlan.domain.errors import NotEnoughData, UsageError
from anlan.maths.detection.back_test import replay
from anlan.maths.detection.movement import FlatLine, RateOfChange, Silence
from anlan.maths.detection.outlook import Outlook
from anlan.maths.detection.seasonal import Seasonal, seasonal_profile, slots_of
from anlan.maths.detection.thresholds import away, rising
from anlan.maths.detection.verdicts import Reading
from maths.detection.streams import HOUR, hourly


def us(moment):
    return (moment - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)


def test_a_rate_is_per_hour_whatever_the_distance_of_readings():
    detector = RateOfChange(rising(2.0))
    stream = [Reading(0, 0.0), Reading(HOUR // 2, 1.5), Reading(HOUR * 5 // 2, 4.0)]
    verdicts = replay(detector, stream)
    assert [v.level for v in verdicts] == [0, 1, 0]
    assert [v.parameters.get("rate") for v in verdicts] == [None, 3.0, 1.25]


def test_a_change_over_a_gap_is_not_a_rate():
    detector = RateOfChange(rising(2.0), longest_us=2 * HOUR)
    verdicts = replay(detector, [Reading(0, 0.0), Reading(10 * HOUR, 900.0), Reading(11 * HOUR, 901.0)])
    assert [v.reason for v in verdicts] == ["learning", "after_gap", "normal"]


def test_a_line_is_flat_for_as_many_readings_and_as_long_as_asked():
    values = [1.0, 1.05, 0.98, 1.0, 5.0]
    detector = FlatLine(3, for_us=3 * HOUR, tolerance=0.1)
    assert [v.level for v in replay(detector, hourly(values))] == [0, 0, 0, 1, 0]


def test_a_slow_creep_is_not_flat():
    detector = FlatLine(5, tolerance=0.1)
    assert not any(v.level for v in replay(detector, hourly(np.arange(40) * 0.06)))


def test_silence_rises_and_ends_with_a_reading():
    detector = Silence(((1, 2 * HOUR), (4, 5 * HOUR)))
    asked = [Reading(h * HOUR, 1.0 if h in (1, 9) else None) for h in range(1, 10)]
    assert [v.level for v in replay(detector, asked)] == [0, 0, 1, 1, 1, 4, 4, 4, 0]
    never = replay(detector, [Reading(h * HOUR, None) for h in (10, 11, 12)])
    assert [v.level for v in never] == [0, 0, 1]


def test_the_lead_time_of_a_straight_line_is_exact():
    verdict = replay(Outlook(100.0, ((2, 100 * HOUR),)), hourly([10.0, 20, 30, 40, 50]))[-1]
    assert verdict.parameters["lead_us"] == pytest.approx(5 * HOUR, abs=1)
    assert verdict.parameters["earliest_us"] == pytest.approx(verdict.parameters["latest_us"], abs=2)


def test_the_interval_of_the_lead_time_holds_the_crossing():
    rng = np.random.default_rng(8)
    held = []
    for _ in range(800):
        values = np.arange(1, 21) * 1.0 + rng.normal(0, 2, 20)
        if max(values) >= 30:
            continue
        verdict = replay(Outlook(30.0, ((1, HOUR),), window=20, confidence=0.975), hourly(values))[-1]
        told = verdict.parameters
        held.append(told["earliest_us"] <= 10 * HOUR <= told["latest_us"])
    assert 0.93 < np.mean(held) < 0.975


def test_noise_without_a_trend_seldom_approaches_anything():
    rng = np.random.default_rng(9)
    detector = Outlook(50.0, ((1, 10**17),), window=24)
    last = [replay(detector, hourly(rng.normal(0, 1, 24)))[-1] for _ in range(300)]
    assert np.mean([v.level > 0 for v in last]) < 0.09


def test_what_has_been_reached_has_no_lead():
    verdict = replay(Outlook(5.0, ((1, HOUR), (4, 1))), hourly([5.0]))[-1]
    assert (verdict.level, verdict.reason) == (4, "reached")


HOURS_2026 = [datetime(2026, 1, 5, tzinfo=UTC) + timedelta(hours=h) for h in range(24 * 7 * 20)]


@pytest.mark.parametrize("zone", ["UTC", "Asia/Shanghai", "Europe/Berlin", "America/New_York", "+05:45"])
def test_slots_are_hours_of_the_wall_clock_also_when_it_changes(zone):
    moments = np.array([us(moment) for moment in HOURS_2026])
    slots = slots_of(moments, zone, ())
    for moment, slot in zip(HOURS_2026[::7], slots[::7].tolist(), strict=True):
        if zone == "+05:45":
            local = moment + timedelta(hours=5, minutes=45)
        else:
            local = moment.astimezone(ZoneInfo(zone))
        assert slot == local.weekday() * 24 + local.hour


def test_in_spring_an_hour_is_missing_and_in_autumn_one_comes_twice():
    def hours(day):
        first = us(day.astimezone(UTC))
        return slots_of(first + np.arange(25) * HOUR, "Europe/Berlin", ()).tolist()

    berlin = ZoneInfo("Europe/Berlin")
    sunday = 6 * 24
    assert sunday + 2 not in hours(datetime(2026, 3, 29, tzinfo=berlin))
    assert hours(datetime(2026, 10, 25, tzinfo=berlin)).count(sunday + 2) == 2


def test_a_holiday_begins_and_ends_at_midnight_of_the_zone():
    def slot(*moment):
        local = datetime(*moment, tzinfo=ZoneInfo("Asia/Shanghai"))
        return slots_of(np.array([us(local)]), "Asia/Shanghai", {"2026-10-01"}).tolist()[0]

    assert [slot(2026, 10, 1, 0, 30), slot(2026, 10, 1, 23, 30)] == [168, 168 + 23]
    assert [slot(2026, 9, 30, 23, 30), slot(2026, 10, 2, 0, 30)] == [2 * 24 + 23, 4 * 24]


def test_the_profile_knows_night_day_weekend_and_holiday():
    rng = np.random.default_rng(4)
    zone = ZoneInfo("Asia/Shanghai")
    local = [moment.astimezone(zone) for moment in HOURS_2026]
    free = {"2026-02-17", "2026-02-18", "2026-02-19", "2026-04-06"}
    busy = np.array([
        9 <= t.hour < 17 and t.weekday() < 5 and t.date().isoformat() not in free for t in local
    ])  # fmt: skip
    values = np.where(busy, 100.0, 10.0) + rng.normal(0, 2, len(local))
    moments = np.array([us(moment) for moment in HOURS_2026])
    profile = seasonal_profile(moments, values, zone="Asia/Shanghai", holidays=free)
    detector = Seasonal(profile, away(4.0, 8.0))
    levels = [
        v.level for v in replay(detector, [Reading(*p) for p in zip(moments.tolist(), values, strict=True)])
    ]
    assert np.mean(np.array(levels) > 0) < 0.003

    def level_at(moment, value):
        return replay(detector, [Reading(us(moment.replace(tzinfo=zone)), value)])[0].level

    assert level_at(datetime(2026, 5, 26, 11), 10.0) == 2
    assert level_at(datetime(2026, 5, 24, 11), 10.0) == 0
    assert level_at(datetime(2026, 4, 6, 11), 100.0) == 2
    assert 1.7 < np.median(profile.spread) < 2.4


def test_a_few_wild_readings_do_not_move_the_profile():
    moments = np.arange(24 * 7 * 10) * HOUR
    values = np.sin(np.arange(len(moments)) / 24 * 2 * np.pi) + np.random.default_rng(0).normal(
        0, 0.1, len(moments)
    )
    wild = values.copy()
    wild[::97] = 1e9
    calm, shaken = (seasonal_profile(moments, v, zone="UTC") for v in (values, wild))
    assert np.max(np.abs(np.array(calm.centre[:168]) - shaken.centre[:168])) < 0.2
    assert np.median(shaken.spread) < 1.5 * np.median(calm.spread)


def test_extremes_make_a_finite_profile_and_too_few_readings_none():
    moments = np.arange(400) * HOUR
    profile = seasonal_profile(moments, np.tile([1e308, -1e308, 0.0, 5e-324], 100), zone="UTC")
    assert np.all(np.isfinite([*profile.centre, *profile.spread]))
    with pytest.raises(NotEnoughData, match=r"detection\.few_readings"):
        seasonal_profile(moments[:40], np.ones(40), zone="UTC")


@pytest.mark.parametrize(
    "make",
    [
        lambda: FlatLine(1),
        lambda: Silence(()),
        lambda: Silence(((2, HOUR), (1, 2 * HOUR))),
        lambda: Outlook(1.0, ((1, HOUR), (2, 2 * HOUR))),
        lambda: Outlook(float("nan"), ((1, HOUR),)),
    ],
)
def test_settings_that_cannot_be_are_refused(make):
    with pytest.raises(UsageError):
        make()
