"""Reading the working time W(t) from the tables of one or several calendars.

The tables are `begin, stop, step, first, cells, borders` of `anlan.maths.calendars.WorkTables`. The
quick way through a grid is written out in each loop: handing six arrays to a function for every time
stamp costs ten times the lookup itself. What is filled comes from NumPy, which asks the system for
large pages.
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
def read_moments(moments, calendar, missing, tables, worked):
    """Fill `worked` with W at each moment, `missing` kept as it is; the first moment outside, else -1."""
    begin = tables[0][calendar]
    stop = tables[1][calendar]
    step = tables[2][calendar]
    cells = tables[4][tables[3][calendar] : tables[3][calendar + 1]]
    borders = tables[5][tables[3][calendar] : tables[3][calendar + 1]]
    for i in range(len(moments)):
        at = np.uint64(i)
        moment = moments[at]
        since = moment - begin
        if moment == missing:
            worked[at] = moment
        elif since < 0 or moment > stop:
            return i
        elif step > 0:
            number = np.uint64(since) // np.uint64(step)
            cell = cells[number]
            worked[at] = (cell >> 1) + (cell & 1) * (since - np.int64(number) * step)
        else:
            worked[at] = search_borders(moment, cells, borders)
    return -1


@kernel
def read_by_event(moments, activity, rank, calendar_of, missing, tables, worked):
    """Fill `worked` with W at one moment per event, on the calendar of its activity; the first event
    outside, else -1.

    calendar_of: by activity position; `missing` is kept as it is.
    """
    begin, stop, step, first, cells, borders = tables
    for i in range(len(moments)):
        at = np.uint64(i)
        moment = moments[at]
        calendar = np.uint64(calendar_of[np.uint64(rank[np.uint64(activity[at])])])
        since = moment - begin[calendar]
        if moment == missing:
            worked[at] = moment
        elif since < 0 or moment > stop[calendar]:
            return i
        elif step[calendar] > 0:
            number = np.uint64(since) // np.uint64(step[calendar])
            cell = cells[np.uint64(first[calendar]) + number]
            worked[at] = (cell >> 1) + (cell & 1) * (since - np.int64(number) * step[calendar])
        else:
            own = slice(first[calendar], first[calendar + np.uint64(1)])
            worked[at] = search_borders(moment, cells[own], borders[own])
    return -1


@kernel
def completion_before(end, edge, missing):
    """Completion of the event before in the same case, `missing` for the first of a case."""
    before = np.empty(len(end), dtype=np.int64)
    for i in range(len(end)):
        before[i] = end[i - 1] if edge[i] >= 0 else missing
    return before
