"""Durations of every event and case, laid side by side by pair of activities and by activity.

The arrays to be filled are handed in and used again: touching fresh memory would cost more than the
arithmetic. Each family has a loop of its own: three loops that each
write few streams take two thirds of the time of one that writes all.
"""

import numpy as np

from anlan.maths.compile import kernel

_U = np.uint64
"""Unsigned positions spare the test for negative ones at every access."""


@kernel
def count_started(activity, rank, start, edge, no_time, n_activities):
    """Per activity: events with a known start, and those of them that follow another event."""
    service = np.zeros(n_activities, dtype=np.int64)
    waiting = np.zeros(n_activities, dtype=np.int64)
    for i in range(len(activity)):
        if start[i] != no_time:
            key = rank[activity[i]]
            service[key] += 1
            waiting[key] += edge[i] >= 0
    return service, waiting


@kernel
def span_of_cases(start, end, case_offsets, no_time):
    """Earliest start or completion, and last completion, of each case, (0, 0) without events; and how
    many starts are missing."""
    missing = 0
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
                begun = start[_U(i)]
                missing += begun == no_time
                earliest = begun if begun < earliest and begun != no_time else earliest
        begins[case] = earliest
        closes[case] = end[stop - 1]
    return begins, closes, missing


@kernel
def lay_gaps(end, before, edge, place, gaps):
    """Completion to completion, side by side by pair, into `gaps`.

    before: the completion before on the clock of this event; empty = `end` of the event before.
    place: number of a pair -> where its values begin; it is moved on as they are written.
    """
    shifted = len(before) == 0
    for i in range(len(edge)):
        event = _U(i)
        if edge[event] >= 0:
            number = _U(edge[event])
            earlier = end[event - _U(1)] if shifted else before[event]
            at = place[number]
            gaps[_U(at)] = end[event] - earlier
            place[number] = at + 1


@kernel
def lay_service(activity, rank, raw_start, start, end, no_time, place, service):
    """Start to completion, side by side by activity, of the events whose start is known.

    raw_start: tells by `no_time` where a start is missing; empty where none is.
    """
    all_known = len(raw_start) == 0
    for i in range(len(activity)):
        event = _U(i)
        if all_known or raw_start[event] != no_time:
            key = _U(rank[_U(activity[event])])
            at = place[key]
            service[_U(at)] = end[event] - start[event]
            place[key] = at + 1


@kernel
def lay_waiting(activity, rank, raw_start, start, end, before, edge, no_time, place, waiting):
    """Completion before to start, 0 where they overlap, side by side by activity, of the events that
    follow another in their case and whose start is known."""
    shifted = len(before) == 0
    all_known = len(raw_start) == 0
    for i in range(len(activity)):
        event = _U(i)
        if edge[event] >= 0 and (all_known or raw_start[event] != no_time):
            key = _U(rank[_U(activity[event])])
            earlier = end[event - _U(1)] if shifted else before[event]
            at = place[key]
            waiting[_U(at)] = max(start[event] - earlier, 0)
            place[key] = at + 1
