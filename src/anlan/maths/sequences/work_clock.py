"""The clock of working-time calendars: what durations are measured on when a calendar applies.

Waiting before a node and the gap to its completion are read on the calendar of that node, its service on
its own, the duration of the case on the default calendar.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from anlan.domain.event_log import NO_TIME, EventLog
from anlan.maths.calendars import Calendars, WorkTables, work_tables
from anlan.maths.calendars_kernels import completion_before, read_by_event
from anlan.maths.read_only import constant
from anlan.maths.sequences.columns import NO_TIMES, Columns
from anlan.maths.sequences.dictionary import Dictionary
from anlan.maths.sequences.durations import Clock

Times = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class WorkClock:
    """Tables of all calendars, and which of them serves each activity position; 0 is the default."""

    name: str
    tables: WorkTables
    calendar_of: Times

    def of_events(self, columns: Columns, dictionary: Dictionary, edge: NDArray[np.int32]) -> Clock:
        """Readings at every event; RefusedInput where one is outside a calendar's range."""
        if not self.calendar_of.any():
            start = self.tables.read(columns.start, missing=NO_TIME) if len(columns.start) else NO_TIMES
            return Clock(constant(start), constant(self.tables.read(columns.end)), NO_TIMES)
        before = completion_before(columns.end, edge, NO_TIME)
        start, end, earlier = (
            self._by_event(moments, columns, dictionary) for moments in (columns.start, columns.end, before)
        )
        return Clock(start, end, earlier)

    def _by_event(self, moments: Times, columns: Columns, dictionary: Dictionary) -> Times:
        """Readings of one moment per event; none where the column is empty."""
        if not len(moments):
            return NO_TIMES
        worked = np.empty(len(moments), dtype=np.int64)
        bad = read_by_event(
            constant(moments), columns.activity, dictionary.activity_rank, self.calendar_of, NO_TIME,
            self.tables.arrays, worked,
        )  # fmt: skip
        if bad >= 0:
            served = self.calendar_of[dictionary.activity_rank[columns.activity]]
            calendar = int(served[bad])
            raise self.tables.outside(calendar, moments[(served == calendar) & (moments != NO_TIME)])
        return constant(worked)

    def between(self, begin: Times, end: Times) -> Times:
        """Working time of cases, on the default calendar."""
        return self.tables.read(end) - self.tables.read(begin)


def working_moments(log: EventLog, calendars: Calendars) -> tuple[Times, Times]:
    """(start, completion) of every event of the log on the default calendar: microseconds of working time
    since the calendar begins; `NO_TIME` where there is no start. RefusedInput outside its range."""
    tables = work_tables((calendars.default,))
    return tables.read(log.start_us, missing=NO_TIME), tables.read(log.end_us)


def work_clock(calendars: Calendars, dictionary: Dictionary) -> WorkClock:
    distinct = calendars.distinct()
    number = {calendar: k for k, calendar in enumerate(distinct)}
    calendar_of = [
        number[calendars.by_activity.get(name, calendars.default)] for name in dictionary.activity_names
    ]
    return WorkClock(calendars.name, work_tables(distinct), np.array(calendar_of, dtype=np.int64))
