"""Durations of every event and case, laid side by side by pair of activities and by activity.

The arrays to be filled come from NumPy, which asks the system for large pages; touching fresh memory in
small pages would cost more than the arithmetic.
"""

import numpy as np

from anlan.maths.compile import kernel


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
    """Earliest start or completion, and last completion, of each case; (0, 0) without events."""
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
                known = start[i] if start[i] != no_time else earliest
                earliest = min(earliest, known)
        begins[case] = earliest
        closes[case] = end[stop - 1]
    return begins, closes


@kernel
def lay_gaps(end, before, edge, place, gaps):
    """Completion to completion, side by side by pair, into `gaps`.

    before: the completion before on the clock of this event; empty = `end` of the event before.
    place: number of a pair -> where its values begin; it is moved on as they are written.
    """
    shifted = len(before) == 0
    for i in range(len(edge)):
        number = edge[i]
        if number >= 0:
            earlier = end[i - 1] if shifted else before[i]
            at = place[number]
            gaps[at] = end[i] - earlier
            place[number] = at + 1


@kernel
def lay_all(
    activity, rank, start, end, before, edge, gap_place, service_place, waiting_place, gaps, service, waiting
):
    """Gaps as `lay_gaps`, service (start to completion) and waiting (completion before to start, 0
    where they overlap) side by side by activity, for a log in which every start is known."""
    shifted = len(before) == 0
    for i in range(len(edge)):
        key = rank[activity[i]]
        at = service_place[key]
        service[at] = end[i] - start[i]
        service_place[key] = at + 1
        number = edge[i]
        if number >= 0:
            earlier = end[i - 1] if shifted else before[i]
            at = gap_place[number]
            gaps[at] = end[i] - earlier
            gap_place[number] = at + 1
            at = waiting_place[key]
            waiting[at] = max(start[i] - earlier, 0)
            waiting_place[key] = at + 1


@kernel
def lay_known(
    activity,
    rank,
    raw_start,
    start,
    end,
    before,
    edge,
    no_time,
    service_place,
    waiting_place,
    service,
    waiting,
):
    """Service and waiting as `lay_all`, of the events whose start is known (`raw_start`)."""
    shifted = len(before) == 0
    for i in range(len(edge)):
        if raw_start[i] == no_time:
            continue
        key = rank[activity[i]]
        service[service_place[key]] = end[i] - start[i]
        service_place[key] += 1
        if edge[i] >= 0:
            earlier = end[i - 1] if shifted else before[i]
            waiting[waiting_place[key]] = max(start[i] - earlier, 0)
            waiting_place[key] += 1
