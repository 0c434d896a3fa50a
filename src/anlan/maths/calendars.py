"""Working time: how much of a stretch of time lies inside the opening hours of a calendar.

    office = Calendar(
        name="office", zone="Europe/Berlin",
        week=(((9 * HOUR_S, 17 * HOUR_S),),) * 5 + ((), ()),
        valid_from=date(2024, 1, 1), valid_to=date(2024, 12, 31),
    )
    working_us(office, begins_us, ends_us)

W(t) is the working time before t; a duration is W(end) - W(begin). An instant is working when the wall
clock of the zone then shows an open time, so an open night has one hour less when the clock is put
forward and one more when it is put back. W is read from a table over a regular grid in UTC whose step
divides every border (15 minutes for usual hours in any zone), with a flag that tells whether the cell is
open; where the borders are so odd that the table would be large, the borders are searched instead.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from anlan.domain.errors import RefusedInput, UsageError
from anlan.maths.calendars_kernels import read_moments
from anlan.maths.clock_changes import DAY_US, SECOND_US, offset_steps
from anlan.maths.local_time import local_us
from anlan.maths.read_only import constant

Times = NDArray[np.int64]
Spans = tuple[tuple[int, int], ...]
"""Opening hours of a day: (from, to) in seconds since its midnight, `to` may lie in the next day."""

HOUR_S = 3_600
_DAY_S = 24 * HOUR_S
_MOST_CELLS = 2_000_000
"""Largest grid (16 MB): 57 years of quarter hours, 3.8 years of minutes."""

_EPOCH = date(1970, 1, 1)


@dataclass(frozen=True)
class Calendar:
    """Opening hours in one zone, from the first to the last day for which they are known.

    week        seven days from Monday, each a tuple of spans
    breaks      daily spans that are closed on every day
    holidays    days on which nothing opens
    extra_days  (day, spans): hours of single days in place of their weekday's, such as a working Sunday
    """

    name: str
    zone: str
    week: tuple[Spans, ...]
    valid_from: date
    valid_to: date
    breaks: Spans = ()
    holidays: frozenset[date] = frozenset()
    extra_days: tuple[tuple[date, Spans], ...] = ()

    def __post_init__(self) -> None:
        if len(self.week) != 7:
            raise UsageError("calendar.seven_days", calendar=self.name, found=len(self.week))
        if self.valid_to < self.valid_from:
            raise UsageError(
                "calendar.range_reversed",
                calendar=self.name,
                valid_from=self.valid_from.isoformat(),
                valid_to=self.valid_to.isoformat(),
            )
        days = [*self.week, self.breaks, *(spans for _, spans in self.extra_days)]
        for begin, end in (span for spans in days for span in spans):
            if not (0 <= begin < _DAY_S and begin < end <= begin + _DAY_S):
                raise UsageError("calendar.span", calendar=self.name, begin_s=begin, end_s=end)


@dataclass(frozen=True)
class Calendars:
    """A calendar for the case and every activity, and others for single activities by name."""

    default: Calendar
    by_activity: Mapping[str, Calendar] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The names of all calendars in use, the default first."""
        others = sorted({calendar.name for calendar in self.by_activity.values()} - {self.default.name})
        return " + ".join([self.default.name, *others])

    @property
    def zone(self) -> str:
        """The zone of the default calendar."""
        return self.default.zone

    def distinct(self) -> tuple[Calendar, ...]:
        """All calendars without repetition, the default first."""
        return tuple(dict.fromkeys([self.default, *self.by_activity.values()]))


@dataclass(frozen=True, eq=False)
class WorkTables:
    """W of several calendars side by side, as the kernels read it.

    begin, stop  int64 (c,) range of validity in UTC microseconds
    step         int64 (c,) step of the grid, 0 where the borders are searched
    first        int64 (c + 1,) where the cells (or borders) of each calendar lie
    cells        int64: grid: 2 * W at the cell's begin + 1 if it is open; searched: W at the border
    borders      int64: searched: UTC microseconds at which it opens and closes, in turn; grid: zeros
    """

    calendars: tuple[Calendar, ...]
    begin: Times
    stop: Times
    step: Times
    first: Times
    cells: Times
    borders: Times

    @property
    def arrays(self) -> tuple[Times, Times, Times, Times, Times, Times]:
        return self.begin, self.stop, self.step, self.first, self.cells, self.borders

    def read(self, moments_us: Times, calendar: int = 0, *, missing: int | None = None) -> Times:
        """W at each moment; `missing` is a value that stands for no time and is kept as it is.

        RefusedInput where a moment is outside the range for which the calendar is known.
        """
        keep = np.iinfo(np.int64).min if missing is None else missing
        worked = np.empty(len(moments_us), dtype=np.int64)
        bad = read_moments(constant(moments_us), calendar, keep, self.arrays, worked)
        if bad >= 0:
            raise self.outside(calendar, moments_us[moments_us != keep])
        return worked

    def outside(self, calendar: int, moments_us: Times) -> RefusedInput:
        """The refusal of moments of which some are outside the range: it names the first of those, on the
        clock of the calendar's zone, and how many they are."""
        chosen = self.calendars[calendar]
        beyond = moments_us[(moments_us < self.begin[calendar]) | (moments_us > self.stop[calendar])]
        return RefusedInput(
            "calendar.outside_range",
            calendar=chosen.name,
            moment_us=int(local_us(beyond.min(keepdims=True), chosen.zone)[0]),
            zone=chosen.zone,
            n=len(beyond),
            valid_from=chosen.valid_from.isoformat(),
            valid_to=chosen.valid_to.isoformat(),
        )


def ever_opens(calendar: Calendar) -> bool:
    """Whether there is any working time from the calendar's first to its last day."""
    return bool(work_tables((calendar,)).cells.any())


def working_us(calendar: Calendar, begin_us: Times, end_us: Times) -> Times:
    """Working time between two arrays of UTC microseconds (negative where the end is before)."""
    tables = work_tables((calendar,))
    return tables.read(end_us) - tables.read(begin_us)


@lru_cache(maxsize=8)
def work_tables(calendars: tuple[Calendar, ...]) -> WorkTables:
    """Tables of the given calendars, side by side."""
    tables = [_table_of(calendar) for calendar in calendars]
    sizes = [len(cells) for _, _, _, cells, _ in tables]
    return WorkTables(
        calendars=calendars,
        begin=np.array([table[0] for table in tables], dtype=np.int64),
        stop=np.array([table[1] for table in tables], dtype=np.int64),
        step=np.array([table[2] for table in tables], dtype=np.int64),
        first=np.cumsum([0, *sizes]).astype(np.int64),
        cells=np.concatenate([table[3] for table in tables]),
        borders=np.concatenate([table[4] for table in tables]),
    )


def _table_of(calendar: Calendar) -> tuple[int, int, int, Times, Times]:
    """(begin, stop, step, cells, borders) of one calendar, see `WorkTables`."""
    since, offset = _offsets(calendar)
    begin = _to_utc(_midnight_us(calendar.valid_from), since, offset)
    stop = _to_utc(_midnight_us(calendar.valid_to + timedelta(days=1)), since, offset)
    borders = _open_borders(calendar, since, offset, begin, stop)
    step = int(np.gcd.reduce(np.concatenate([borders - begin, [stop - begin]])))
    if (stop - begin) // step <= _MOST_CELLS:
        cells = _grid(borders, begin, stop, step)
        return begin, stop, step, cells, np.zeros(len(cells), dtype=np.int64)
    worked = np.zeros(len(borders), dtype=np.int64)
    lengths = borders[1::2] - borders[::2]
    worked[1::2] = np.cumsum(lengths)
    worked[2::2] = worked[1:-1:2]
    return begin, stop, 0, worked, borders


def _grid(borders: Times, begin: int, stop: int, step: int) -> Times:
    n = (stop - begin) // step
    change = np.zeros(n + 1, dtype=np.int64)
    np.add.at(change, (borders[::2] - begin) // step, 1)
    np.add.at(change, (borders[1::2] - begin) // step, -1)
    is_open = np.cumsum(change)
    worked = np.concatenate([[0], np.cumsum(is_open[:-1]) * step])
    return np.asarray(2 * worked + is_open, dtype=np.int64)


def _offsets(calendar: Calendar) -> tuple[Times, Times]:
    days = (calendar.valid_from - timedelta(days=2), calendar.valid_to + timedelta(days=2))
    return offset_steps(calendar.zone, *(_midnight_us(day) for day in days))


def _midnight_us(day: date) -> int:
    """Midnight on the wall clock as microseconds since 1970-01-01 00:00 on the wall clock."""
    return (day - _EPOCH).days * DAY_US


def _to_utc(local_us: int, since: Times, offset: Times) -> int:
    """The first instant at which the wall clock shows `local_us` or later."""
    for k in range(len(since)):
        ends = int(since[k + 1]) if k + 1 < len(since) else None
        moment = max(local_us - int(offset[k]), int(since[k]))
        if ends is None or moment < ends:
            return moment
    raise AssertionError("the last offset has no end")


def _open_borders(calendar: Calendar, since: Times, offset: Times, begin: int, stop: int) -> Times:
    """UTC microseconds at which the calendar opens and closes, in turn, within begin..stop."""
    local = np.array(_local_spans(calendar), dtype=np.int64).reshape(-1, 2)
    ends = [*since[1:].tolist(), stop]
    pieces = []
    for starts, ceases, shift in zip(since.tolist(), ends, offset.tolist(), strict=True):
        spans = np.clip(local - shift, max(starts, begin), max(min(ceases, stop), max(starts, begin)))
        pieces.append(spans[spans[:, 0] < spans[:, 1]])
    spans = np.concatenate(pieces)
    joined = spans[1:, 0] == spans[:-1, 1]
    opens = spans[np.concatenate([np.ones(min(len(spans), 1), dtype=bool), ~joined]), 0]
    closes = spans[np.concatenate([~joined, np.ones(min(len(spans), 1), dtype=bool)]), 1]
    return np.stack([opens, closes], axis=1).ravel()


def _local_spans(calendar: Calendar) -> list[tuple[int, int]]:
    """Open spans on the wall clock, ascending and apart from each other, breaks taken out."""
    exceptions = dict(calendar.extra_days)
    raw: list[tuple[int, int]] = []
    closed: list[tuple[int, int]] = []
    day = calendar.valid_from - timedelta(days=1)
    while day <= calendar.valid_to:
        midnight = _midnight_us(day)
        hours = () if day in calendar.holidays else exceptions.get(day, calendar.week[day.weekday()])
        raw += [(midnight + a * SECOND_US, midnight + b * SECOND_US) for a, b in hours]
        closed += [(midnight + a * SECOND_US, midnight + b * SECOND_US) for a, b in calendar.breaks]
        day += timedelta(days=1)
    return _without(_union(raw), _union(closed))


def _union(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The spans in order, those that overlap or touch made one."""
    joined: list[tuple[int, int]] = []
    for begin, end in sorted(spans):
        if joined and begin <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], end))
        else:
            joined.append((begin, end))
    return joined


def _without(spans: list[tuple[int, int]], closed: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """What is left of `spans` outside `closed`, both ascending and apart."""
    left: list[tuple[int, int]] = []
    first = 0
    for begin, end in spans:
        while first < len(closed) and closed[first][1] <= begin:
            first += 1
        borders = [begin]
        for a, b in closed[first:]:
            if a >= end:
                break
            borders += [max(a, begin), min(b, end)]
        borders.append(end)
        left += [(a, b) for a, b in list(pairwise(borders))[::2] if a < b]
    return left
