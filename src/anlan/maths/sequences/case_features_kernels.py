"""Compiled passes over events in case order that the features of cases are made of."""

import numpy as np

from anlan.maths.compile import kernel


@kernel
def link_executions(offsets, activity, n_activities):
    """For each event the event before it with the same activity in the same case (-1 = none), and
    the number of its visit: (case, activity) pairs counted in order of appearance."""
    n = len(activity)
    previous = np.empty(n, dtype=np.int64)
    visit = np.empty(n, dtype=np.int64)
    last_event = np.full(n_activities, -1, dtype=np.int64)
    n_visits = 0
    for c in range(len(offsets) - 1):
        begin = offsets[c]
        for i in range(begin, offsets[c + 1]):
            a = activity[i]
            before = last_event[a]
            if before >= begin:
                previous[i] = before
                visit[i] = visit[before]
            else:
                previous[i] = -1
                visit[i] = n_visits
                n_visits += 1
            last_event[a] = i
    return previous, visit, n_visits


@kernel
def count_by_case(offsets, previous, resource):
    """Per case: executions beyond the first of an activity, direct repeats, hand-overs between two
    known resources, and events with a known resource."""
    n_cases = len(offsets) - 1
    rework = np.zeros(n_cases, dtype=np.int64)
    self_loops = np.zeros(n_cases, dtype=np.int64)
    handovers = np.zeros(n_cases, dtype=np.int64)
    known = np.zeros(n_cases, dtype=np.int64)
    for c in range(n_cases):
        for i in range(offsets[c], offsets[c + 1]):
            if previous[i] >= 0:
                rework[c] += 1
                if previous[i] == i - 1:
                    self_loops[c] += 1
            if resource[i] >= 0:
                known[c] += 1
                if i > offsets[c] and resource[i - 1] >= 0 and resource[i - 1] != resource[i]:
                    handovers[c] += 1
    return rework, self_loops, handovers, known


@kernel
def count_orders(visit_offsets, activity, end, n_activities):
    """How many cases first complete `a` strictly before they first complete `b`: int64 (A, A).

    Visits are in order of appearance; equal times give no order.
    """
    before = np.zeros((n_activities, n_activities), dtype=np.int64)
    for c in range(len(visit_offsets) - 1):
        for i in range(visit_offsets[c], visit_offsets[c + 1]):
            for j in range(i + 1, visit_offsets[c + 1]):
                if end[i] < end[j]:
                    before[activity[i], activity[j]] += 1
    return before


@kernel
def count_same_person(visit_offsets, activity, resource, n_activities):
    """Per pair of activities (smaller code first): cases in which both were first done by known
    resources, and cases in which that was one resource."""
    both = np.zeros((n_activities, n_activities), dtype=np.int64)
    same = np.zeros((n_activities, n_activities), dtype=np.int64)
    for c in range(len(visit_offsets) - 1):
        for i in range(visit_offsets[c], visit_offsets[c + 1]):
            if resource[i] < 0:
                continue
            for j in range(i + 1, visit_offsets[c + 1]):
                if resource[j] < 0:
                    continue
                a = min(activity[i], activity[j])
                b = max(activity[i], activity[j])
                both[a, b] += 1
                if resource[i] == resource[j]:
                    same[a, b] += 1
    return both, same


@kernel
def group_by_key(key, n_keys):
    """Stable counting sort: positions of the items by key, and where each key begins; items with
    key -1 are left out."""
    offsets = np.zeros(n_keys + 1, dtype=np.int64)
    for k in key:
        if k >= 0:
            offsets[k + 1] += 1
    for k in range(n_keys):
        offsets[k + 1] += offsets[k]
    place = offsets[:-1].copy()
    order = np.empty(offsets[n_keys], dtype=np.int64)
    for i in range(len(key)):
        if key[i] >= 0:
            order[place[key[i]]] = i
            place[key[i]] += 1
    return order, offsets


@kernel
def sort_groups(values, order, offsets):
    """Values ascending inside each group of `group_by_key`, with the positions they came from."""
    ordered = np.empty(len(order), dtype=values.dtype)
    positions = np.empty(len(order), dtype=np.int64)
    for g in range(len(offsets) - 1):
        begin, end = offsets[g], offsets[g + 1]
        if begin == end:
            continue
        members = order[begin:end]
        inside = np.argsort(values[members], kind="mergesort")
        for k in range(end - begin):
            positions[begin + k] = members[inside[k]]
            ordered[begin + k] = values[members[inside[k]]]
    return ordered, positions
