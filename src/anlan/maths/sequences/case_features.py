"""What each case looks like: when it began and ended, what it repeated, who handed it to whom."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from anlan.domain.event_log import NO_TIME, EventLog
from anlan.maths.sequences.case_features_kernels import (
    count_by_case,
    count_orders,
    count_same_person,
    group_by_key,
    link_executions,
    sort_groups,
)

_MOST_ACTIVITIES = 2_000
"""Pairs of activities are counted in a dense table up to this many activities (32 MB)."""


@dataclass(frozen=True, eq=False)
class CaseFeatures:
    """One entry per case. A case without events has `n_events` 0, activities -1 and times 0.

    first_us: first start where known, else first completion; last_us: last completion;
    rework_events: executions beyond the first of an activity; self_loops: directly repeated;
    handovers: consecutive events of two different known resources.
    """

    n_events: NDArray[np.int64]
    first_us: NDArray[np.int64]
    last_us: NDArray[np.int64]
    first_activity: NDArray[np.int64]
    last_activity: NDArray[np.int64]
    rework_events: NDArray[np.int64]
    self_loops: NDArray[np.int64]
    handovers: NDArray[np.int64]
    known_resources: NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Visits:
    """One entry per pair of a case and an activity in it, in case order, by first appearance.

    previous: per event, the event before it with the same activity in its case, -1 = none;
    visit: per event, its visit; first_event: per visit; offsets: (n_cases + 1,) visits of each case.
    """

    previous: NDArray[np.int64]
    visit: NDArray[np.int64]
    first_event: NDArray[np.int64]
    case: NDArray[np.int64]
    activity: NDArray[np.int64]
    offsets: NDArray[np.int64]
    executions: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.case)


@dataclass(frozen=True, eq=False)
class SortedGroups:
    """Values ascending inside each group: `values[offsets[g]:offsets[g + 1]]`, and the `positions`
    they came from."""

    values: NDArray
    positions: NDArray[np.int64]
    offsets: NDArray[np.int64]

    def group(self, number: int) -> tuple[NDArray, NDArray[np.int64]]:
        part = slice(int(self.offsets[number]), int(self.offsets[number + 1]))
        return self.values[part], self.positions[part]


def visits_of(log: EventLog) -> Visits:
    """Pairs of case and activity, with the executions of each linked."""
    previous, visit, _ = link_executions(log.case_offsets, log.activity, len(log.activity_names))
    first = np.flatnonzero(previous < 0)
    case = log.case[first].astype(np.int64)
    return Visits(
        previous=previous,
        visit=visit,
        first_event=first,
        case=case,
        activity=log.activity[first].astype(np.int64),
        offsets=np.searchsorted(case, np.arange(log.n_cases + 1)),
        executions=np.bincount(visit, minlength=len(first)),
    )


def case_features(log: EventLog, visits: Visits) -> CaseFeatures:
    """Features of every case of the log, in case order."""
    offsets = log.case_offsets
    counts = np.diff(offsets)
    present = counts > 0
    first, last = offsets[:-1][present], offsets[1:][present] - 1
    begun = np.where(log.start_us == NO_TIME, log.end_us, log.start_us) if log.has_start else log.end_us
    first_us = np.zeros(log.n_cases, dtype=np.int64)
    last_us = np.zeros(log.n_cases, dtype=np.int64)
    if log.n_events:
        first_us[present] = np.minimum.reduceat(begun, first)
    last_us[present] = log.end_us[last]
    rework, self_loops, handovers, known = count_by_case(offsets, visits.previous, log.resource)
    return CaseFeatures(
        n_events=counts,
        first_us=first_us,
        last_us=last_us,
        first_activity=_per_case(log.activity[first], present),
        last_activity=_per_case(log.activity[last], present),
        rework_events=rework,
        self_loops=self_loops,
        handovers=handovers,
        known_resources=known,
    )


def _per_case(values: NDArray, present: NDArray[np.bool_]) -> NDArray[np.int64]:
    spread = np.full(len(present), -1, dtype=np.int64)
    spread[present] = values
    return spread


def orders_between(log: EventLog, visits: Visits) -> NDArray[np.int64] | None:
    """Cases that first complete activity `a` strictly before `b`, (A, A); None over 2,000 activities."""
    if len(log.activity_names) > _MOST_ACTIVITIES:
        return None
    ends = log.end_us[visits.first_event]
    before: NDArray[np.int64] = count_orders(visits.offsets, visits.activity, ends, len(log.activity_names))
    return before


def same_person_counts(log: EventLog, visits: Visits) -> tuple[NDArray[np.int64], NDArray[np.int64]] | None:
    """(cases with both, cases in which one resource first did both) per pair of activities, smaller
    code first, (A, A); None over 2,000 activities."""
    if len(log.activity_names) > _MOST_ACTIVITIES:
        return None
    people = log.resource[visits.first_event]
    both, same = count_same_person(visits.offsets, visits.activity, people, len(log.activity_names))
    return both, same


def sorted_groups(values: NDArray, key: NDArray, n_keys: int) -> SortedGroups:
    """Sort values inside groups; items with key -1 are left out."""
    order, offsets = group_by_key(key, n_keys)
    ordered, positions = sort_groups(values, order, offsets)
    return SortedGroups(ordered, positions, offsets)
