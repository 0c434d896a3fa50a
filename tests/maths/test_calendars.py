"""Working time against a walk from minute to minute of the wall clock, and by hand on special days."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anlan.domain.errors import RefusedInput, UsageError
from anlan.maths import calendars as calendars_module
from anlan.maths.calendars import HOUR_S, Calendar, Calendars, work_tables, working_us
from anlan.maths.clock_changes import zone_of
from anlan.maths.sequences.summary import SummarySettings, summarise
from logs import make_log, random_log, to_us
from plain_summary import as_plain, plain_summary

HOUR = 3_600_000_000
MINUTE = 60_000_000
OFFICE = Calendar(
    name="office",
    zone="Europe/Berlin",
    week=(((9 * HOUR_S, 17 * HOUR_S),),) * 5 + ((), ()),
    valid_from=date(2024, 1, 1),
    valid_to=date(2024, 12, 31),
    breaks=((12 * HOUR_S, 12 * HOUR_S + 1_800),),
    holidays=frozenset({date(2024, 5, 1)}),
    extra_days=((date(2024, 5, 4), ((10 * HOUR_S, 14 * HOUR_S),)),),
)
ALWAYS = replace(OFFICE, name="always", week=(((0, 24 * HOUR_S),),) * 7, breaks=(), holidays=frozenset())
NIGHT = replace(OFFICE, name="night", week=(((22 * HOUR_S, 30 * HOUR_S),),) * 7, breaks=())


def hours(calendar: Calendar, begin: str, end: str) -> float:
    """Working hours between two times of the wall clock."""
    zone = ZoneInfo(calendar.zone)
    moments = [datetime.fromisoformat(text).replace(tzinfo=zone) for text in (begin, end)]
    begin_us, end_us = (np.array([to_us(moment.astimezone(UTC))]) for moment in moments)
    return float(working_us(calendar, begin_us, end_us)[0] / HOUR)


def test_a_week_of_office_hours_counts_its_days_without_the_break():
    assert hours(OFFICE, "2024-01-08", "2024-01-15") == 5 * 7.5
    assert hours(OFFICE, "2024-01-08 08:00", "2024-01-08 09:30") == 0.5
    assert hours(OFFICE, "2024-01-08 11:00", "2024-01-08 12:15") == 1.0
    assert hours(OFFICE, "2024-01-12 16:00", "2024-01-15 10:00") == 2.0
    assert hours(OFFICE, "2024-01-15 10:00", "2024-01-12 16:00") == -2.0


def test_holidays_are_closed_and_extra_days_have_their_own_hours():
    assert hours(OFFICE, "2024-05-01", "2024-05-02") == 0
    assert hours(OFFICE, "2024-05-04", "2024-05-05") == 3.5, "10-14 without the break 12:00-12:30"


def test_the_days_on_which_the_clock_changes_have_23_and_25_hours():
    assert hours(ALWAYS, "2024-03-31", "2024-04-01") == 23
    assert hours(ALWAYS, "2024-10-27", "2024-10-28") == 25
    assert hours(NIGHT, "2024-03-30 12:00", "2024-03-31 12:00") == 7
    assert hours(NIGHT, "2024-10-26 12:00", "2024-10-27 12:00") == 9
    assert hours(OFFICE, "2024-03-29", "2024-04-02") == hours(OFFICE, "2024-10-25", "2024-10-29") == 15


def test_the_hour_shown_twice_is_open_twice():
    two_to_half_past = replace(ALWAYS, week=(((2 * HOUR_S, 2 * HOUR_S + 1_800),),) * 7)
    assert hours(two_to_half_past, "2024-10-27", "2024-10-28") == 1.0
    assert hours(two_to_half_past, "2024-03-31", "2024-04-01") == 0.0


def test_a_night_shift_belongs_to_the_day_it_begins():
    friday_night = replace(NIGHT, week=((), (), (), (), ((22 * HOUR_S, 30 * HOUR_S),), (), ()))
    closed_saturday = replace(friday_night, holidays=frozenset({date(2024, 6, 8)}))
    assert hours(closed_saturday, "2024-06-07", "2024-06-09") == 8
    begins_on_saturday = replace(friday_night, valid_from=date(2024, 6, 8))
    assert hours(begins_on_saturday, "2024-06-08", "2024-06-09") == 6


def _walk(calendar: Calendar, begin_us: int, end_us: int, step: int) -> int:
    """Working time by asking the wall clock at every step."""
    zone, extra = zone_of(calendar.zone), dict(calendar.extra_days)

    def is_open(moment_us: int) -> bool:
        local = (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=moment_us)).astimezone(zone)
        second = local.hour * 3_600 + local.minute * 60 + local.second
        found = closed = False
        for back in (0, 1):
            day, shown = local.date() - timedelta(days=back), second + back * 86_400
            spans = () if day in calendar.holidays else extra.get(day, calendar.week[day.weekday()])
            found |= any(a <= shown < b for a, b in spans)
            closed |= any(a <= shown < b for a, b in calendar.breaks)
        return found and not closed

    return sum(step for moment in range(begin_us, end_us, step) if is_open(moment))


spans = st.tuples(st.integers(0, 95), st.integers(1, 96)).map(lambda s: (s[0] * 900, (s[0] + s[1]) * 900))


@st.composite
def some_calendars(draw):
    day = st.lists(spans, max_size=3).map(tuple)
    near = st.dates(date(2024, 3, 20), date(2024, 4, 10)) | st.dates(date(2024, 10, 20), date(2024, 11, 8))
    return Calendar(
        name="any",
        zone=draw(
            st.sampled_from(
                [
                    "Europe/Berlin",
                    "America/New_York",
                    "Asia/Shanghai",
                    "Asia/Kathmandu",
                    "Australia/Lord_Howe",
                    "-03:30",
                ]
            )
        ),
        week=tuple(draw(st.lists(day, min_size=7, max_size=7))),
        valid_from=date(2024, 3, 1),
        valid_to=date(2024, 11, 20),
        breaks=draw(day),
        holidays=frozenset(draw(st.lists(near, max_size=3))),
        extra_days=tuple(draw(st.lists(st.tuples(near, day), max_size=3, unique_by=lambda pair: pair[0]))),
    )


@settings(max_examples=60, deadline=None)
@given(some_calendars(), st.sampled_from(["2024-03-27", "2024-10-24", "2024-04-05", "2024-11-01"]), st.data())
def test_working_time_is_what_a_walk_over_the_wall_clock_finds(calendar, around, data):
    begin = to_us(around) + data.draw(st.integers(0, 300)) * 15 * MINUTE
    end = begin + data.draw(st.integers(0, 500)) * 15 * MINUTE
    worked = working_us(calendar, np.array([begin]), np.array([end]))[0]
    assert worked == _walk(calendar, begin, end, 15 * MINUTE)


@settings(max_examples=40, deadline=None)
@given(some_calendars(), st.lists(st.integers(0, 260 * 24 * HOUR), min_size=1, max_size=30))
def test_searching_the_borders_gives_what_the_grid_gives(calendar, after):
    moments = to_us("2024-03-02") + np.array(after)
    by_grid = work_tables((calendar,)).read(moments)
    limit = calendars_module._MOST_CELLS
    calendars_module._MOST_CELLS = 0
    work_tables.cache_clear()
    try:
        searched = work_tables((calendar,))
        assert searched.step[0] == 0
        assert searched.read(moments).tolist() == by_grid.tolist()
    finally:
        calendars_module._MOST_CELLS = limit
        work_tables.cache_clear()


@settings(max_examples=40, deadline=None)
@given(some_calendars(), st.lists(st.integers(0, 260 * 24 * HOUR), min_size=2, max_size=30))
def test_working_time_adds_up_and_never_exceeds_the_elapsed(calendar, after):
    moments = to_us("2024-03-02") + np.sort(np.array(after))
    worked = working_us(calendar, moments[:-1], moments[1:])
    assert (worked >= 0).all()
    assert (worked <= np.diff(moments)).all()
    assert worked.sum() == working_us(calendar, moments[:1], moments[-1:])[0]


def test_odd_borders_are_searched_rather_than_put_on_a_huge_grid():
    odd = replace(OFFICE, week=(((9 * HOUR_S + 1, 17 * HOUR_S),),) * 7, breaks=())
    assert work_tables((odd,)).step[0] == 0
    assert hours(odd, "2024-01-08", "2024-01-09") == pytest.approx(8 - 1 / 3_600)
    assert work_tables((OFFICE,)).step[0] == 30 * MINUTE


@pytest.mark.parametrize("moment", ["2023-12-31 22:59:59", "2024-12-31 23:00:01"])
def test_a_time_outside_the_known_range_is_an_error(moment):
    inside = np.array([to_us("2023-12-31 23:00"), to_us("2024-12-31 23:00")])
    assert work_tables((OFFICE,)).read(inside)[0] == 0
    with pytest.raises(RefusedInput, match=r"calendar\.outside_range"):
        work_tables((OFFICE,)).read(np.array([to_us(moment)]))


def test_the_refusal_names_the_first_time_outside_on_the_clock_of_the_calendar():
    moments = [to_us(text) for text in ("2024-06-01", "2026-01-01", "2025-03-04 05:00", "2024-12-31 22:00")]
    with pytest.raises(RefusedInput) as refused:
        work_tables((OFFICE,)).read(np.array([*moments, -1]), missing=-1)
    assert refused.value.parameters["moment_us"] == to_us("2025-03-04 06:00"), "Berlin, not UTC"
    assert (refused.value.parameters["zone"], refused.value.parameters["n"]) == ("Europe/Berlin", 2)


def test_impossible_calendars_are_refused():
    for change in (
        {"week": ((),) * 6},
        {"valid_to": date(2023, 1, 1)},
        {"breaks": ((10, 5),)},
        {"week": (((0, 25 * HOUR_S),),) * 7},
        {"breaks": ((-5, 5),)},
    ):
        with pytest.raises(UsageError, match=r"calendar\."):
            replace(OFFICE, **change)


def _clock(calendars: Calendars):
    def duration(begin, end, node):
        chosen = calendars.by_activity.get(node, calendars.default)
        return int(working_us(chosen, np.array([begin]), np.array([end]))[0])

    return duration


@pytest.mark.parametrize("by_activity", [{}, {"check": NIGHT, "close": ALWAYS, "never": NIGHT}])
@pytest.mark.parametrize("with_service", [True, False])
def test_a_summary_on_calendars_agrees_with_a_slow_walk(by_activity, with_service):
    shanghai = replace(OFFICE, zone="Asia/Shanghai")
    calendars = Calendars(shanghai, by_activity)
    log = random_log(
        seed=11, n_cases=60, repeat=0.2, with_service=with_service, mean_gap_s=40_000, zone="Asia/Shanghai"
    )
    limits = {"check": 2 * HOUR, "register": 0}
    summary = summarise(
        log,
        settings=SummarySettings(case_limit_us=30 * HOUR, activity_limits_us=limits, calendars=calendars),
    )
    plain = plain_summary(log, clock=_clock(calendars), case_limit_us=30 * HOUR, activity_limits_us=limits)
    assert as_plain(summary) == plain
    assert summary.calendar == ("office + always + night" if by_activity else "office")


def test_waiting_uses_the_calendar_of_the_node_waited_for():
    log = make_log(
        [
            ("a", "day", "2024-01-08 16:00", None, "2024-01-08 15:00"),
            ("a", "night", "2024-01-09 00:00", None, "2024-01-08 23:00"),
        ]
    )
    calendars = Calendars(replace(OFFICE, zone="UTC"), {"night": replace(NIGHT, zone="UTC")})
    activities = summarise(log, settings=SummarySettings(calendars=calendars)).activities
    assert activities.waiting.total(1) == HOUR, "22:00 to 23:00, not 16:00 to 17:00"
    assert activities.service.total(1) == HOUR


@pytest.mark.parametrize("by_activity", [{}, {"y": NIGHT}])
@pytest.mark.parametrize("bad", ["2023-06-01", "2025-06-01"])
def test_an_event_outside_the_calendar_stops_the_summary(by_activity, bad):
    log = make_log([("a", "x", "2024-02-01"), ("b", "y", bad), ("b", "y", "2026-01-01")])
    with pytest.raises(RefusedInput, match=r"calendar\.outside_range") as caught:
        summarise(log, settings=SummarySettings(calendars=Calendars(OFFICE, by_activity)))
    summer = {"2023-06-01": "2023-06-01 02:00", "2025-06-01": "2025-06-01 02:00"}
    assert caught.value.parameters["moment_us"] in {to_us(summer[bad]), to_us("2026-01-01 01:00")}
