"""Reading the working time W(t) from the tables of one or several calendars.

The tables are `begin, stop, step, first, cells, borders` of `anlan.maths.calendars.WorkTables`. The
quick way through a grid is written out in each loop: handing six arrays to a function for every time
stamp costs ten times the lookup itself.
"""

import numpy as np

from anlan.maths.compile import kernel


@kernel
def search_borders(moment, cells, borders):
    """W at `moment` from the borders of one calendar, `cells` holding W at each of them."""
    low = -1
    high = len(borders) - 1
    while low < high:
        middle = (low + high + 1) >> 1
        if borders[middle] <= moment:
            low = middle
        else:
            high = middle - 1
    if low < 0:
        return np.int64(0)
    is_open = 1 - (low & 1)
    return cells[low] + is_open * (moment - borders[low])


@kernel
def read_moments(moments, calendar, missing, tables):
    """W at each moment, `missing` kept as it is; and where the first moment outside is, else -1."""
    begin = tables[0][calendar]
    stop = tables[1][calendar]
    step = tables[2][calendar]
    cells = tables[4][tables[3][calendar] : tables[3][calendar + 1]]
    borders = tables[5][tables[3][calendar] : tables[3][calendar + 1]]
    worked = np.empty(len(moments), dtype=np.int64)
    for i in range(len(moments)):
        moment = moments[i]
        since = moment - begin
        if moment == missing:
            worked[i] = moment
        elif since < 0 or moment > stop:
            return worked, i
        elif step > 0:
            number = np.uint64(since) // np.uint64(step)
            cell = cells[number]
            worked[i] = (cell >> 1) + (cell & 1) * (since - np.int64(number) * step)
        else:
            worked[i] = search_borders(moment, cells, borders)
    return worked, -1


@kernel
def read_by_event(moments, activity, rank, calendar_of, missing, tables):
    """W at one moment per event, on the calendar of its activity; and the first event outside, else -1.

    calendar_of: by activity position; `missing` is kept as it is.
    """
    begin, stop, step, first, cells, borders = tables
    worked = np.empty(len(moments), dtype=np.int64)
    for i in range(len(moments)):
        moment = moments[i]
        calendar = calendar_of[rank[activity[i]]]
        since = moment - begin[calendar]
        if moment == missing:
            worked[i] = moment
        elif since < 0 or moment > stop[calendar]:
            return worked, i
        elif step[calendar] > 0:
            number = np.uint64(since) // np.uint64(step[calendar])
            cell = cells[first[calendar] + np.int64(number)]
            worked[i] = (cell >> 1) + (cell & 1) * (since - np.int64(number) * step[calendar])
        else:
            own = slice(first[calendar], first[calendar + 1])
            worked[i] = search_borders(moment, cells[own], borders[own])
    return worked, -1


@kernel
def completion_before(end, edge, missing):
    """Completion of the event before in the same case, `missing` for the first of a case."""
    before = np.empty(len(end), dtype=np.int64)
    for i in range(len(end)):
        before[i] = end[i - 1] if edge[i] >= 0 else missing
    return before
