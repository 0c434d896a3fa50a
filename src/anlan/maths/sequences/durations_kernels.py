"""Durations of every event and case, put side by side by edge and by activity."""

import numpy as np

from anlan.maths.compile import inline_kernel, kernel

_HOUR_US = 3_600_000_000
_WEEK_HOURS = 168
_EPOCH_HOUR_OF_WEEK = 72
"""1970-01-01 00:00 was the start of a Thursday: 72 hours after Monday 00:00."""


@kernel
def begin_of_cases(start, end, case_offsets, no_time):
    """Earliest start or completion and last completion of each case; (0, 0) without events."""
    n_cases = len(case_offsets) - 1
    begins = np.zeros(n_cases, dtype=np.int64)
    closes = np.zeros(n_cases, dtype=np.int64)
    with_start = len(start) > 0
    for case in range(n_cases):
        first = case_offsets[case]
        stop = case_offsets[case + 1]
        if first == stop:
            continue
        earliest = end[first]
        if with_start:
            for i in range(first, stop):
                if start[i] != no_time:
                    earliest = min(earliest, start[i])
        begins[case] = earliest
        closes[case] = end[stop - 1]
    return begins, closes


@kernel
def gaps_by_edge(end, before, edge, edge_position, offsets):
    """Completion to completion, side by side by edge.

    before: clock at the completion before, in the calendar of this event; empty = `end` shifted.
    edge_position: number of an edge -> its place in the sorted order; offsets: (e + 1,) of the result.
    """
    shifted = len(before) == 0
    place = offsets[:-1].copy()
    values = np.empty(offsets[-1], dtype=np.int64)
    for i in range(len(edge)):
        number = edge[i]
        if number >= 0:
            key = edge_position[number]
            earlier = end[i - 1] if shifted else before[i]
            values[place[key]] = end[i] - earlier
            place[key] += 1
    return values


@kernel
def count_started(activity, rank, start, edge, no_time, n_activities):
    """Per activity: events with a known start, and those of them that follow another event."""
    service = np.zeros(n_activities + 1, dtype=np.int64)
    waiting = np.zeros(n_activities + 1, dtype=np.int64)
    for i in range(len(activity)):
        if start[i] != no_time:
            key = rank[activity[i]] + 1
            service[key] += 1
            if edge[i] >= 0:
                waiting[key] += 1
    return np.cumsum(service), np.cumsum(waiting)


@kernel
def service_and_waiting(
    activity, rank, raw_start, start, end, before, edge, no_time, service_offsets, waiting_offsets
):
    """Start to completion, and completion before to start (0 where they overlap), by activity.

    raw_start tells where a start is missing; start, end, before are on the clock of the durations.
    """
    shifted = len(before) == 0
    service_place = service_offsets[:-1].copy()
    waiting_place = waiting_offsets[:-1].copy()
    service = np.empty(service_offsets[-1], dtype=np.int64)
    waiting = np.empty(waiting_offsets[-1], dtype=np.int64)
    for i in range(len(activity)):
        if raw_start[i] == no_time:
            continue
        key = rank[activity[i]]
        service[service_place[key]] = end[i] - start[i]
        service_place[key] += 1
        if edge[i] >= 0:
            earlier = end[i - 1] if shifted else before[i]
            waiting[waiting_place[key]] = max(start[i] - earlier, 0)
            waiting_place[key] += 1
    return service, waiting


@inline_kernel
def step_of(moment, since):
    """Last step of the zone's offset that begins at or before `moment`."""
    low = 0
    high = len(since) - 1
    while low < high:
        middle = (low + high + 1) >> 1
        if since[middle] <= moment:
            low = middle
        else:
            high = middle - 1
    return low


@kernel
def local_hours(moments, since, offset):
    """Whole hours since 1970-01-01 00:00 on the wall clock.

    since, offset: steps of the zone, see `anlan.maths.clock_changes.offset_steps`.
    """
    hours = np.empty(len(moments), dtype=np.int64)
    low = np.int64(1)
    high = np.int64(0)
    shift = np.int64(0)
    for i in range(len(moments)):
        moment = moments[i]
        if moment < low or moment >= high:
            step = step_of(moment, since)
            low = since[step]
            high = since[step + 1] if step + 1 < len(since) else np.int64(0x7FFFFFFFFFFFFFFF)
            shift = offset[step]
        hours[i] = (moment + shift) // _HOUR_US
    return hours


@kernel
def count_hours_of_week(moments, since, offset):
    """How many moments fall in each local hour of the week; hour 0 = Monday 00:00 to 01:00."""
    counts = np.zeros(_WEEK_HOURS, dtype=np.int64)
    low = np.int64(1)
    high = np.int64(0)
    shift = np.int64(0)
    for i in range(len(moments)):
        moment = moments[i]
        if moment < low or moment >= high:
            step = step_of(moment, since)
            low = since[step]
            high = since[step + 1] if step + 1 < len(since) else np.int64(0x7FFFFFFFFFFFFFFF)
            shift = offset[step]
        counts[((moment + shift) // _HOUR_US + _EPOCH_HOUR_OF_WEEK) % _WEEK_HOURS] += 1
    return counts
