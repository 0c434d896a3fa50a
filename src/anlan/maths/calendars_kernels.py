"""Reading the working time W(t) from the tables of one or several calendars."""

import numpy as np

from anlan.maths.compile import inline_kernel, kernel


@inline_kernel
def worked_before(moment, calendar, tables):
    """W at `moment` on the calendar, -1 outside its range.

    tables: begin, stop, step, first, cells, borders; see `anlan.maths.calendars.WorkTables`.
    """
    begin, stop, step, first, cells, borders = tables
    if moment < begin[calendar] or moment > stop[calendar]:
        return np.int64(-1)
    width = step[calendar]
    if width > 0:
        since = np.uint64(moment - begin[calendar])
        number = since // np.uint64(width)
        cell = cells[first[calendar] + np.int64(number)]
        return (cell >> 1) + (cell & 1) * np.int64(since - number * np.uint64(width))
    low = first[calendar] - 1
    high = first[calendar + 1] - 1
    while low < high:
        middle = (low + high + 1) >> 1
        if borders[middle] <= moment:
            low = middle
        else:
            high = middle - 1
    if low < first[calendar]:
        return np.int64(0)
    is_open = 1 - ((low - first[calendar]) & 1)
    return cells[low] + is_open * (moment - borders[low])


@kernel
def read_moments(moments, calendar, missing, tables):
    """W at each moment, `missing` kept as it is; and where the first moment outside is, else -1."""
    worked = np.empty(len(moments), dtype=np.int64)
    for i in range(len(moments)):
        moment = moments[i]
        value = moment if moment == missing else worked_before(moment, calendar, tables)
        if value == -1:
            return worked, i
        worked[i] = value
    return worked, -1


@kernel
def read_events(activity, rank, calendar_of, start, end, edge, missing, tables):
    """W at start, completion and the completion before of each event, on the calendar of its activity.

    calendar_of: by activity position. Returns the three and the first event outside a range, else -1.
    """
    n = len(activity)
    starts = np.empty(len(start), dtype=np.int64)
    ends = np.empty(n, dtype=np.int64)
    before = np.zeros(n, dtype=np.int64)
    with_start = len(start) > 0
    for i in range(n):
        calendar = calendar_of[rank[activity[i]]]
        ends[i] = worked_before(end[i], calendar, tables)
        lowest = ends[i]
        if edge[i] >= 0:
            before[i] = worked_before(end[i - 1], calendar, tables)
            lowest = min(lowest, before[i])
        if with_start:
            if start[i] == missing:
                starts[i] = missing
            else:
                starts[i] = worked_before(start[i], calendar, tables)
                lowest = min(lowest, starts[i])
        if lowest < 0:
            return starts, ends, before, i
    return starts, ends, before, -1
